"""My account: where I am signed in, my password, my keys for the API, my language."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from linli.core.access.public import (
    User,
    access_on,
    actor_on,
    end_session,
    make_token,
    note,
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
from linli.core.accounts.pages.sign_in_page import HOME, begin_session
from linli.core.desk.public import answer_once, do_once, posted_from
from linli.core.platform.public import Actor, NotThere, Refusal, TooBusy, allow, put_back
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_text

PASSWORD_TRIES, PER = 10, timedelta(minutes=15)
MOST_TOKENS = 20
SAID = {
    "session": gettext_lazy("The session is ended."),
    "kept": gettext_lazy("The new password is set. Every other device is signed out; your API keys stay valid."),
    "password": gettext_lazy("The new password is set. Every other device is signed out and your API keys are ended."),
    "token": gettext_lazy("The key is revoked."),
    "language": gettext_lazy("The language is set."),
}


class ChangePasswordForm(NewPasswordForm):
    """The password now, and the new one twice."""

    present = forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )
    field_order = ("present", "password", "again")


class TokenForm(forms.Form):
    """What a new key is for, and for how long."""

    name = forms.CharField(label=gettext_lazy("What is it for"), max_length=80)
    days = forms.TypedChoiceField(
        label=gettext_lazy("Valid for"),
        coerce=int,
        choices=[(30, gettext_lazy("30 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("One year"))],
    )

    def clean_name(self) -> str:
        """Without signs that cannot be seen."""
        try:
            return clean_text(self.cleaned_data["name"], max_chars=80, lines=False)
        except PlainRefusal as refusal:
            raise forms.ValidationError(refusal.in_language(_)) from None


@never_cache
@require_GET
@staff_page()
def account_page(request: HttpRequest) -> HttpResponse:
    """The page of whoever is signed in."""
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    access = access_on(request)
    done = SAID.get(request.GET.get("done", ""))
    context: dict[str, Any] = {
        "user": User.objects.select_related("unit").get(id=access.user_id), "sessions": sessions_of(access.user_id),
        "here": token_digest(request.session.session_key or ""), "tokens": tokens_of(access.user_id),
        "scopes": scopes_of(access.user_id), "languages": settings.LANGUAGES, "password_form": ChangePasswordForm(),
        "token_form": TokenForm(initial={"days": 90}), "toasts": [{"text": done}] if done else [], **more,
    }  # fmt: skip
    return render(request, "accounts/account.html", context, status=status)


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
    form, user = ChangePasswordForm(request.POST), User.objects.get(id=access_on(request).user_id)
    if not form.is_valid():
        return _page(request, password_form=form, status=422)
    if not allow("password change", str(user.id), PASSWORD_TRIES, PER):
        form.add_error(None, _("Too many wrong passwords. Try again in 15 minutes."))
        return _page(request, password_form=form, status=429)
    tokens, refused = request.POST.get("keep_tokens") != "yes", None
    try:
        if not check_password(form.cleaned_data["present"], user.password):
            form.add_error("present", _("This is not your present password."))
            return _page(request, password_form=form, status=422)
        set_password(actor_on(request), user=user, password=form.cleaned_data["password"], tokens=tokens)
    except Refusal as refusal:
        refused = refusal
    put_back("password change", str(user.id), PER)  # only wrong ones hold back
    if refused is not None:
        form.add_error(refused.field or None, refused.sentence)
        return _page(request, password_form=form, status=503 if isinstance(refused, TooBusy) else 422)
    begin_session(request, User.objects.get(id=user.id))
    return _back("password" if tokens else "kept")


@posted_from("account")
@staff_page()
def create_token(request: HttpRequest) -> HttpResponse:
    """Makes a key for the API and shows it, this once. The form sent twice makes one key."""
    form, access = TokenForm(request.POST), access_on(request)
    if tokens_of(access.user_id).count() >= MOST_TOKENS:
        form.add_error(None, _("You have %s keys; revoke one that is not used any more.") % MOST_TOKENS)
    if not form.is_valid():
        return _page(request, token_form=form, status=422)
    name, days, shown = form.cleaned_data["name"], form.cleaned_data["days"], ""

    def effect(actor: Actor, _uuid: UUID) -> int:
        nonlocal shown
        token, shown = make_token(actor, user=User.objects.get(id=access.user_id), name=name, days=days)
        return token.id

    try:
        if do_once(request, ["token"], effect).replayed:
            shown = ""  # a repetition's own key was rolled back
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, token_form=form, status=refusal.status)
    return _page(request, new_token=shown, was_shown=not shown, new_token_name=name)


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
def change_language(request: HttpRequest) -> HttpResponseBase:
    """Sets the language of my mail and of this browser."""
    language, user_id = request.POST.get("language", ""), access_on(request).user_id
    response = answer_once(
        request,
        ["language"],
        lambda actor, _uuid: set_language(actor, user_id=user_id, language=language),
        to=f"{reverse('account')}?done=language",
        refused=lambda refusal: _page(request, status=refusal.status, notice=refusal.sentence),
    )
    if response.status_code == 302:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 24 * 3600, samesite="Lax")
    return response


@posted_from("account")
@staff_page()
def note_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """An overseer has noted what stood on the home page."""
    user_id = access_on(request).user_id
    do_once(request, ["notice", notice_id], lambda actor, _uuid: note(actor, notice_id=notice_id, user_id=user_id))
    return HttpResponseRedirect(reverse(HOME))
