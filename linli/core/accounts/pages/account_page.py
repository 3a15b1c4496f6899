"""My account: where I am signed in, my password, my keys for the API, my language."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from linli.core.access.public import (
    TotpSecret,
    User,
    access_on,
    actor_on,
    end_session,
    factor_due_at,
    make_token,
    note,
    passkeys_of,
    revoke_token,
    scopes_of,
    sessions_of,
    set_language,
    set_password,
    sign_out_everywhere,
    staff_page,
    token_digest,
    tokens_of,
)
from linli.core.accounts.pages.password_pages import NewPasswordForm
from linli.core.accounts.pages.present_password import check_present, present_field
from linli.core.accounts.pages.sign_in_page import HOME, begin_session
from linli.core.desk.public import DeskForm, LineField, do_once, posted_from
from linli.core.platform.public import Actor, NotThere, Refusal

MOST_TOKENS = 20
SAID = {
    "session": gettext_lazy("The session is ended."),
    "kept": gettext_lazy("The new password is set. Every other device is signed out; your API keys stay valid."),
    "password": gettext_lazy("The new password is set. Every other device is signed out and your API keys are ended."),
    "token": gettext_lazy("The key is revoked."),
    "language": gettext_lazy("The language is set."),
    "app": gettext_lazy("The authenticator app is set up. Every other device is signed out."),
    "factor": gettext_lazy("The second factor is taken away. Every other device is signed out."),
}


class ChangePasswordForm(NewPasswordForm):
    """The password now, and the new one twice."""

    present = present_field()
    field_order = ("present", "password", "again")


class TokenForm(DeskForm):
    """What a new key is for, and for how long."""

    name = LineField(label=gettext_lazy("What is it for"), max_length=80)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("One year"))],
    )


class LanguageForm(DeskForm):
    """The language of these pages and of mail."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect)


@never_cache
@require_GET
@staff_page()
def account_page(request: HttpRequest) -> HttpResponse:
    """The page of whoever is signed in."""
    return _page(request)


def _page(request: HttpRequest, form: DeskForm | None = None, **more: Any) -> HttpResponse:
    """The page with empty forms, but for the one that was refused."""
    access, done = access_on(request), SAID.get(request.GET.get("done", ""))
    user = User.objects.select_related("unit").get(id=access.user_id)
    forms_of_page: dict[str, DeskForm] = {
        "password_form": ChangePasswordForm(request, fresh=True, code="password"),
        "token_form": TokenForm(request, fresh=True, initial={"days": 90}, code="token"),
        "language_form": LanguageForm(request, fresh=True, initial={"language": user.language}, code="language"),
    }
    forms_of_page |= {name: form for name, one in forms_of_page.items() if type(one) is type(form) and form is not None}
    context: dict[str, Any] = {
        "user": user, "sessions": sessions_of(access.user_id), "here": token_digest(request.session.session_key or ""),
        "tokens": tokens_of(access.user_id), "scopes": scopes_of(access.user_id), "factor_due": factor_due_at(access),
        "has_app": access.has_second_factor and TotpSecret.objects.filter(user=user).exists(),
        "passkeys": passkeys_of(user.id) if access.has_second_factor else [], **forms_of_page,
        "toasts": [{"text": done}] if done else [], **more,
    }  # fmt: skip
    return render(request, "accounts/account.html", context, status=form.status if form else 200)


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('account')}?done={done}")


@posted_from("account")
@staff_page()
def end_one_session(request: HttpRequest) -> HttpResponse:
    """Ends one of my sessions; the present one leads to sign-in."""
    digest, user_id = request.POST.get("session", ""), access_on(request).user_id
    here = token_digest(request.session.session_key or "") == digest
    do_once(request, ["session"], lambda actor, _uuid: end_session(actor, user_id=user_id, session_key_digest=digest))
    if here:
        request.session.flush()
        return HttpResponseRedirect(f"{reverse('sign-in')}?done=out")
    return _back("session")


@posted_from("account")
@staff_page()
def end_all_sessions(request: HttpRequest) -> HttpResponse:
    """Signs me out on every device, this one too."""
    user_id, tokens = access_on(request).user_id, request.POST.get("keep_tokens") != "yes"
    do_once(request, ["sessions"], lambda actor, _uuid: sign_out_everywhere(actor, user_id=user_id, tokens=tokens))
    request.session.flush()
    return HttpResponseRedirect(f"{reverse('sign-in')}?done=everywhere")


@sensitive_post_parameters("present", "password", "again")
@posted_from("account")
@staff_page()
def change_password(request: HttpRequest) -> HttpResponse:
    """Sets my new password; this browser stays signed in, every other one is signed out."""
    form, user = ChangePasswordForm(request, code="password"), User.objects.get(id=access_on(request).user_id)
    if not form.is_valid():
        return _page(request, form)
    tokens = request.POST.get("keep_tokens") != "yes"
    try:
        check_present(user, form.cleaned_data["present"])
        set_password(actor_on(request), user=user, password=form.cleaned_data["password"], tokens=tokens)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, form)
    begin_session(request, User.objects.get(id=user.id))
    return _back("password" if tokens else "kept")


@posted_from("account")
@staff_page()
def create_token(request: HttpRequest) -> HttpResponse:
    """Makes a key for the API and shows it, this once. The form sent twice makes one key."""
    form, access, shown = TokenForm(request, code="token"), access_on(request), ""

    def effect(actor: Actor, _uuid: UUID) -> int:
        nonlocal shown
        if tokens_of(access.user_id).count() >= MOST_TOKENS:
            raise Refusal(_("You have %s keys; revoke one that is not used any more.") % MOST_TOKENS)
        token, shown = make_token(actor, user=User.objects.get(id=access.user_id), **form.cleaned_data)
        return token.id

    answer = form.send(["token"], effect)
    if answer is None:
        return _page(request, form)
    shown = "" if answer.replayed else shown  # a repetition's own key was rolled back
    return _page(request, new_token=shown, was_shown=not shown, new_token_name=form.cleaned_data["name"])


@posted_from("account")
@staff_page()
def revoke_one_token(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ends one of my keys."""
    mine = tokens_of(access_on(request).user_id).filter(id=token_id)

    def effect(actor: Actor, _uuid: UUID) -> None:
        token = mine.first()
        if token is None:
            raise NotThere(_("There is no such key."))
        revoke_token(actor, token=token)

    do_once(request, ["token end", token_id], effect)
    return _back("token")


@posted_from("account")
@staff_page()
def change_language(request: HttpRequest) -> HttpResponse:
    """Sets the language of my mail and of this browser."""
    form, user_id = LanguageForm(request, code="language"), access_on(request).user_id
    answer = form.send(["language"], lambda actor, _uuid: set_language(actor, user_id=user_id, **form.cleaned_data))
    if answer is None:
        return _page(request, form)
    response, language = _back("language"), form.cleaned_data["language"]
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")
    return response


@posted_from("account")
@staff_page()
def note_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """An overseer has noted what stood on the home page."""
    user_id = access_on(request).user_id
    do_once(request, ["notice", notice_id], lambda actor, _uuid: note(actor, notice_id=notice_id, user_id=user_id))
    return HttpResponseRedirect(reverse(HOME))
