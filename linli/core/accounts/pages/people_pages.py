"""The people below me: a list, one person, a new account, rights handed downwards (R-R6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import RegexValidator
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
    Role,
    Unit,
    User,
    access_on,
    ask_reset,
    close_account,
    create_user,
    decide_reset,
    decide_right,
    end_scope,
    give_link,
    give_right,
    has_second_factor,
    is_held_back,
    kept_apart,
    pending_rights,
    scopes_of,
    staff_page,
    unlock,
    users_below,
    waiting_resets,
)
from linli.core.accounts.pages.password_pages import link_to_fill
from linli.core.accounts.pages.shown import SAID, pending_with, resets_with
from linli.core.areas.public import Area
from linli.core.desk.public import (
    AreaField,
    Chooser,
    DeskForm,
    LineField,
    Offer,
    PhoneField,
    UnitField,
    answer_once,
    do_once,
    posted_from,
)
from linli.core.platform.public import Actor, NotAllowed, NotThere, Refusal, now

NAME_RULE = RegexValidator(
    r"^[a-zA-Z0-9][a-zA-Z0-9._-]*\Z", gettext_lazy("Use letters, digits, full stop, hyphen or underline.")
)


class PersonForm(DeskForm):
    """A new account; its fields in the order of the page, whose first wrong one takes the focus."""

    display_name = LineField(label=gettext_lazy("Name"), max_length=80)
    username = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=64,
        validators=[NAME_RULE],
        widget=forms.TextInput({"autocapitalize": "none", "autocomplete": "off", "spellcheck": "false"}),
    )
    unit = UnitField(permission="access.delegate")
    phone = PhoneField(required=False)
    mail = forms.EmailField(
        label=gettext_lazy("Mail"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("The link for the first password goes there. Without mail you hand the link over."),
    )


class RoleField(Chooser[Role]):
    """A role in force; cleaned to its Role."""

    unknown = gettext_lazy("Choose a role.")

    def offers(self, access: Access) -> Iterable[Offer[Role]]:  # noqa: ARG002 - every role may be chosen; where, the service says
        """The roles in the order in which they were made."""
        rows = Role.objects.filter(retired_at__isnull=True).order_by("id")
        return [Offer(role.code, role.title, role, role.name) for role in rows]


class RightForm(DeskForm):
    """A role over an area, or over what a unit holds there."""

    role = RoleField(label=gettext_lazy("Role"))
    area = AreaField(permission="access.delegate", help_text=gettext_lazy("Your own area or one below it."))
    unit = UnitField(
        permission="access.delegate",
        label=gettext_lazy("Only what this unit holds"),
        required=False,
        help_text=gettext_lazy("For departments: the person then sees the cases of this unit alone."),
    )


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
    request: HttpRequest, user: User, *, refusal: Refusal | None = None, form: RightForm | None = None, link: str = ""
) -> HttpResponse:  # fmt: skip
    access, status = access_on(request), form.status if form else refusal.status if refusal else 200
    context: dict[str, Any] = {
        "person": user, "scopes": scopes_of(user.id), "is_me": user.id == access.user_id, "instant": now(),
        "is_locked": is_held_back(user.username), "no_password": not user.has_usable_password(),
        "pending": pending_with(pending_rights(access).filter(user_id=user.id), access), "apart": _apart(user),
        "link": link, "may_unlock": user.unit is not None and access.may_in_area("access.unlock", user.unit.area_id),
        "has_factor": has_second_factor(user.id), "resets": resets_with(waiting_resets(access).filter(user_id=user.id), access),
        "form": form or RightForm(request, fresh=True), "notice": refusal.sentence if refusal else "", "toasts": _toasts(request),
    }  # fmt: skip
    return render(request, "accounts/person.html", context, status=status)


def _apart(user: User) -> list[Role]:
    """The roles of a person that are usually kept in different hands."""
    held = {scope.role.code: scope.role for scope in scopes_of(user.id)}
    return [held[code] for code in kept_apart([(role.code, role.permissions) for role in held.values()])]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("access.delegate")
def new_person_page(request: HttpRequest) -> HttpResponse:
    """Adds an account in a unit of my areas."""
    form, by = PersonForm(request), access_on(request)

    def effect(actor: Actor, _uuid: UUID) -> int:
        given = form.cleaned_data
        user = create_user(actor, by=by, **given | {"unit": Unit.objects.get(id=given["unit"].id)})
        if user.mail:
            give_link(actor, user=user, by=by, link=link_to_fill())
        return user.id

    answer = form.send(["user"], effect)
    if answer is None:
        return render(request, "accounts/new_person.html", {"form": form}, status=form.status)
    done = "sent" if form.cleaned_data["mail"] else "created"
    return HttpResponseRedirect(f"{reverse('person', args=[int(answer.body)])}?done={done}")


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
    user, by, form = _person(request, user_id), access_on(request), RightForm(request)

    def effect(actor: Actor, _uuid: UUID) -> str:
        role, area, unit = (form.cleaned_data[name] for name in ("role", "area", "unit"))
        held = Unit.objects.get(id=unit.id) if unit else None
        return give_right(actor, user=user, role=role, area=Area.objects.get(id=area.id), unit=held, by=by)

    answer = form.send(["scope", user_id], effect)
    return _show(request, user, form=form) if answer is None else HttpResponseRedirect(_address(user, answer.body))


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
def reset_factor(request: HttpRequest, user_id: int) -> HttpResponseBase:
    """Takes a person's second factor away, or asks a second person to agree to it."""
    user, by = _person(request, user_id), access_on(request)
    return _on_person(request, user, ["factor reset"], lambda actor: f"factor-{ask_reset(actor, user=user, by=by)}")


@posted_from("person", "user_id")
@staff_page("access.delegate")
def decide_factor_reset(request: HttpRequest, user_id: int, reset_id: int) -> HttpResponseBase:
    """Agrees to a reset that waits for a second person, or drops it."""
    user, by, agree = _person(request, user_id), access_on(request), request.POST.get("agree") == "yes"
    return _on_person(
        request,
        user,
        ["factor reset", reset_id],
        lambda actor: decide_reset(actor, reset_id=reset_id, by=by, agree=agree),
        "factor-granted" if agree else "factor-refused",
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
