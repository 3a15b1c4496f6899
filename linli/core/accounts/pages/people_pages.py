"""The people below me: a list, one person, a new account, rights handed downwards (R-R6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from linli.core.access.public import (
    Access,
    PendingRight,
    Role,
    Scope,
    Unit,
    UnitNode,
    User,
    access_on,
    close_account,
    create_user,
    decide_right,
    end_scope,
    give_link,
    give_right,
    is_held_back,
    kept_apart,
    made_by_asker,
    may_agree,
    pending_rights,
    scopes_of,
    staff_page,
    unit_tree,
    unlock,
    users_below,
)
from linli.core.accounts.pages.password_pages import link_to_fill
from linli.core.areas.public import Area, AreaNode, area_tree
from linli.core.desk.public import answer_once, do_once, posted_from
from linli.core.platform.public import Actor, BadInput, NotAllowed, NotThere, Refusal, in_words, now
from linli.lib.outside import whole_number
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone, clean_text

N = TypeVar("N", AreaNode, UnitNode)
ROWS = 50
MOST_SUGGESTED = 500
SAID = {
    "created": gettext_lazy("The account is made."),
    "unlocked": gettext_lazy("This name can be tried again at once."),
    "granted": gettext_lazy("The right is given."),
    "ended": gettext_lazy("The right is ended."),
    "closed": gettext_lazy("The account is closed."),
    "alone": gettext_lazy("The right is given. Nobody else could agree to it, so leaders and auditors are told."),
    "waits": gettext_lazy("The right waits for a second person."),
    "refused": gettext_lazy("The right is not given."),
    "sent": gettext_lazy("The link is sent by mail."),
    "made": gettext_lazy("The link was shown once. Make a new one where it is lost."),
}
NAME_RULE = RegexValidator(
    r"^[a-zA-Z0-9][a-zA-Z0-9._-]*\Z", gettext_lazy("Use letters, digits, full stop, hyphen or underline.")
)


class PersonForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=64,
        validators=[NAME_RULE],
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    display_name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        max_length=200,
        help_text=gettext_lazy("Type a few letters and choose from the list."),
        widget=forms.TextInput({"list": "units", "autocomplete": "off"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    mail = forms.EmailField(
        label=gettext_lazy("Mail"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The link for the first password goes there. Without mail you hand the link over."),
    )

    def clean_display_name(self) -> str:
        """Without signs that cannot be seen."""
        return _clean(self.cleaned_data["display_name"], 80)

    def clean_phone(self) -> str:
        """As telephone numbers are written everywhere."""
        try:
            return clean_phone(self.cleaned_data["phone"])
        except PlainRefusal as refusal:
            raise forms.ValidationError(in_words(refusal.sentence)) from None


def _clean(words: str, most: int) -> str:
    try:
        cleaned = clean_text(words, max_chars=most, lines=False)
    except PlainRefusal as refusal:
        raise forms.ValidationError(in_words(refusal.sentence)) from None
    if not cleaned:
        raise forms.ValidationError(_("Fill in this field."))
    return cleaned


@never_cache
@require_GET
@staff_page("access.delegate")
def people_page(request: HttpRequest) -> HttpResponse:
    """The accounts below me, by name; found by name, sign-in name or unit."""
    access, words = access_on(request), request.GET.get("q", "").replace("\0", "").strip()[:60]
    rows = users_below(access).filter(is_active=True).order_by("id")
    if words:
        rows = rows.filter(
            Q(display_name__icontains=words) | Q(username__icontains=words) | Q(unit__name__icontains=words)
        )
    cursor = request.GET.get("cursor", "")
    after = whole_number(cursor)
    if after is not None:
        rows = rows.filter(id__gt=after)
    held = Scope.objects.filter(valid_to__isnull=True).select_related("role", "area", "unit")
    found = list(rows.prefetch_related(Prefetch("scopes", held, to_attr="held"))[: ROWS + 1])
    context = {
        "people": found[:ROWS], "words": words, "instant": now(), "next_cursor": found[ROWS - 1].id if len(found) > ROWS else "",
        "pending": [] if cursor or words else _pending(pending_rights(access), access), "toasts": _toasts(request),
    }  # fmt: skip
    return render(request, "accounts/people.html", context)


def _pending(rights: QuerySet[PendingRight], access: Access) -> list[tuple[PendingRight, bool, bool]]:
    """The oldest of the rights that wait, whether `access` is a second person for each, and whether who asks made the
    account or a link for it."""
    found = list(rights[:ROWS])
    if not found:
        return []
    made = made_by_asker(found)
    return [(one, may, one.id in made) for one, may in zip(found, may_agree(access, found), strict=True)]


def _toasts(request: HttpRequest) -> list[dict[str, object]]:
    done = SAID.get(request.GET.get("done", ""))
    return [{"text": done}] if done else []


def _person(request: HttpRequest, user_id: int) -> User:
    user = users_below(access_on(request)).filter(id=user_id).first()
    if user is None:
        raise NotThere(_("There is no such account in your areas."))
    return user


@never_cache
@require_GET
@staff_page("access.delegate")
def person_page(request: HttpRequest, user_id: int) -> HttpResponse:
    """One person: unit, rights, lock."""
    return _show(request, _person(request, user_id))


def _show(
    request: HttpRequest, user: User, *, refusal: Refusal | None = None, typed: dict[str, str] | None = None, link: str = ""
) -> HttpResponse:  # fmt: skip
    access = access_on(request)
    context: dict[str, Any] = {
        "person": user, "scopes": scopes_of(user.id), "is_me": user.id == access.user_id, "instant": now(),
        "is_locked": is_held_back(user.username), "no_password": not user.has_usable_password(),
        "pending": _pending(pending_rights(access).filter(user_id=user.id), access), "apart": _apart(user),
        "link": link, "may_unlock": user.unit is not None and access.may_in_area("access.unlock", user.unit.area_id),
        "roles": Role.objects.filter(retired_at__isnull=True).order_by("id"), "areas": _areas(access), "units": _units(access),
        "typed": typed or {}, "effect_id": "" if refusal is not None and refusal.needs_new_uuid else (typed or {}).get("effect_id", ""),
        "errors": {refusal.field: refusal.sentence} if refusal and refusal.field in ("role", "area", "unit") else {},
        "notice": refusal.sentence if refusal and refusal.field not in ("role", "area", "unit") else "", "toasts": _toasts(request),
    }  # fmt: skip
    return render(request, "accounts/person.html", context, status=refusal.status if refusal else 200)


def _apart(user: User) -> list[Role]:
    """The roles of a person that are usually kept in different hands."""
    held = {scope.role.code: scope.role for scope in scopes_of(user.id)}
    return [held[code] for code in kept_apart([(role.code, role.permissions) for role in held.values()])]


def _areas(access: Access) -> list[AreaNode]:
    """The areas to suggest, the largest first; a code may be typed for any other."""
    nodes = area_tree().nodes
    areas = (nodes[area_id] for area_id in access.areas_with("access.delegate"))
    return sorted(areas, key=lambda node: node.code)[:MOST_SUGGESTED]


def _units(access: Access) -> list[UnitNode]:
    inside = set(access.areas_with("access.delegate"))
    found = [node for node in unit_tree().nodes.values() if node.area_id in inside]
    return sorted(found, key=lambda node: node.code)[:MOST_SUGGESTED]


def _meant(nodes: Iterable[N], words: str) -> N | None:
    """What the words name: by the code that they begin with, as the list writes them, or by the whole name of one alone."""
    words, known = words.strip(), list(nodes)
    coded = [node for node in known if words and node.code == words.split(" ", 1)[0]]
    named = [node for node in known if words in (node.name, node.title)]
    return coded[0] if coded else named[0] if len(named) == 1 else None


def _unit_of(words: str) -> Unit:
    """The unit that the words name. Raises BadInput."""
    node = _meant(unit_tree().nodes.values(), words)
    if node is None:
        raise BadInput(_("No unit is called “%s”; choose one from the list.") % words.strip()[:60], field="unit")
    return Unit.objects.get(id=node.id)


def _area_of(words: str) -> Area:
    """The area that the words name. Raises BadInput."""
    node = _meant(area_tree().nodes.values(), words)
    if node is None:
        raise BadInput(_("No area is called “%s”; choose one from the list.") % words.strip()[:60], field="area")
    return Area.objects.get(id=node.id)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("access.delegate")
def new_person_page(request: HttpRequest) -> HttpResponse:
    """Adds an account in a unit of my areas."""
    if request.method != "POST":
        return _new(request, PersonForm())
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _new(request, form, status=422)
    given = form.cleaned_data

    def effect(actor: Actor, _uuid: UUID) -> int:
        unit = _unit_of(given["unit"])
        fields = {name: given[name] for name in ("username", "display_name", "phone", "mail")}
        user = create_user(actor, unit=unit, by=access_on(request), **fields)
        if user.mail:
            give_link(actor, user=user, by=access_on(request), link=link_to_fill())
        return user.id

    try:
        answer = do_once(request, ["user"], effect)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.sentence)
        return _new(request, form, status=refusal.status)
    done = "sent" if given["mail"] else "created"
    return HttpResponseRedirect(f"{reverse('person', args=[int(answer.body)])}?done={done}")


def _new(request: HttpRequest, form: PersonForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form, "units": _units(access_on(request)), "effect_id": request.POST.get("effect_id") or str(uuid4()),
    }  # fmt: skip
    return render(request, "accounts/new_person.html", context, status=status)


def _on_person(
    request: HttpRequest, user: User, what: list[object], effect: Callable[[Actor], object], done: str = ""
) -> HttpResponseBase:
    """Does what a button on the person's page asks for; `done` or what the effect gives says what to tell."""
    return answer_once(
        request,
        [*what, user.id],
        lambda actor, _uuid: effect(actor),
        to=lambda body: _address(user, done or body),
        refused=lambda refusal: _show(request, user, refusal=refusal),
    )


def _address(user: User, done: str) -> str:
    return (
        f"{reverse('people')}?done=closed" if done == "closed" else f"{reverse('person', args=[user.id])}?done={done}"
    )


@posted_from("person", "user_id")
@staff_page("access.delegate")
def unlock_person(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Opens an account that wrong passwords locked."""
    user, by = _person(request, user_id), access_on(request)
    return _on_person(request, user, ["unlock"], lambda actor: unlock(actor, user=user, by=by), "unlocked")


@posted_from("person", "user_id")
@staff_page("access.delegate")
def close_person(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Closes the account of somebody who left."""
    user, by = _person(request, user_id), access_on(request)
    return _on_person(request, user, ["close"], lambda actor: close_account(actor, user=user, by=by), "closed")


@posted_from("person", "user_id")
@staff_page("access.delegate")
def give_scope(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Gives a person a role over an area, or over what a unit holds there."""
    user, by, post = _person(request, user_id), access_on(request), request.POST
    typed = {name: post.get(name, "") for name in ("role", "area", "unit", "effect_id")}

    def effect(actor: Actor, _uuid: UUID) -> str:
        role = next((one for one in Role.objects.filter(retired_at__isnull=True) if one.code == typed["role"]), None)
        if role is None:
            raise BadInput(_("Choose a role."), field="role")
        area, unit = _area_of(typed["area"]), _unit_of(typed["unit"]) if typed["unit"].strip() else None
        return give_right(actor, user=user, role=role, area=area, unit=unit, by=by)

    return answer_once(
        request,
        ["scope", user_id],
        effect,
        to=lambda body: _address(user, body),
        refused=lambda refusal: _show(request, user, refusal=refusal, typed=typed),
    )


@posted_from("person", "user_id")
@staff_page("access.delegate")
def decide_pending(request: HttpRequest, user_id: int, pending_id: int) -> HttpResponseBase:
    """Agrees to a right that waits for a second person, or drops it."""
    user, by, agree = _person(request, user_id), access_on(request), request.POST.get("agree") == "yes"
    return _on_person(
        request,
        user,
        ["pending", pending_id],
        lambda actor: decide_right(actor, pending_id=pending_id, by=by, agree=agree),
        "granted" if agree else "refused",
    )


@posted_from("person", "user_id")
@staff_page("access.delegate")
def link_for_person(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """A link for the person's own password: by mail, or shown this once to be handed over."""
    user, by = _person(request, user_id), access_on(request)
    shown: str | None = None

    def effect(actor: Actor, _uuid: UUID) -> str:
        nonlocal shown
        shown = give_link(actor, user=user, by=by, link=link_to_fill())
        return "sent" if shown is None else "made"

    try:
        answer = do_once(request, ["link", user_id], effect)
    except (NotThere, NotAllowed):
        raise
    except Refusal as refusal:
        return _show(request, user, refusal=refusal)
    if answer.replayed:
        shown = None  # a repetition's own link was rolled back
    return (
        HttpResponseRedirect(_address(user, answer.body))
        if shown is None
        else _show(request, _person(request, user_id), link=shown)
    )


@posted_from("person", "user_id")
@staff_page("access.delegate")
def take_scope(request: HttpRequest, user_id: int, scope_id: int) -> HttpResponseBase:
    """Ends a right of a person."""
    user, by = _person(request, user_id), access_on(request)

    def effect(actor: Actor) -> None:
        scope = scopes_of(user.id).filter(id=scope_id).first()
        if scope is None:
            raise NotThere(_("This right is not in force any more."))
        end_scope(actor, scope=scope, by=by)

    return _on_person(request, user, ["scope end", scope_id], effect, "ended")
