"""Signing in and out, and what a session remembers of the browser: epoch, address, device."""

from __future__ import annotations

import json
import re
import secrets
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.core.access.public import (
    LONGEST_ANSWER,
    HeldBack,
    Question,
    User,
    access_of,
    actor_on,
    check_sign_in,
    device_cookie,
    end_session,
    has_second_factor,
    known_device,
    normal_name,
    pass_with_passkey,
    question_to_sign_in,
    token_digest,
)
from linli.core.desk.public import DeskForm, posted_from, within_limit
from linli.core.platform.public import BadInput, TooBusy, TooMany, network_of, now, only_if_done
from linli.core.setup.public import administers_city, something_lacks

# A whole office comes from one address in the morning; a machine that tries one password on every name does not.
SIGN_INS_PER_ADDRESS, PER = 100, timedelta(minutes=10)
HOME = "home"
SECOND_STEP, SECOND_STEP_FOR = "second_step", timedelta(minutes=10)
DEVICE_COOKIE, DEVICE_FOR = "linli_device", timedelta(days=180)
SAID = {
    "out": gettext_lazy("Signed out."),
    "everywhere": gettext_lazy("Signed out on every device."),
    "password": gettext_lazy("The new password is set. Sign in with it."),
}
_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("HuaweiBrowser", "Huawei Browser"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


class SignInForm(DeskForm):
    """Name and password."""

    username = forms.CharField(
        label=gettext_lazy("Sign-in name"),
        max_length=64,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=gettext_lazy("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


class PasskeyForm(DeskForm):
    """What a device answered, and the question of ours that it answers; a script fills both in."""

    answer = forms.CharField(max_length=LONGEST_ANSWER, widget=forms.HiddenInput)
    state = forms.CharField(max_length=LONGEST_ANSWER, widget=forms.HiddenInput)


def asked_of_device(question: Question, form: DeskForm) -> dict[str, Any]:
    """What a template needs for accounts/passkey_ask.html."""
    return {"passkey_form": form, "passkey_options": json.dumps(question.options), "passkey_state": question.state}


def device_of(user_agent: str) -> str:
    """The browser and the system that a User-Agent names, such as "Chrome, Android"; its first word for anything else."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    first = re.split(r"[\s/;(]", user_agent, maxsplit=1)[0][:40]
    return ", ".join(part for part in (browser, system) if part) or first


def local_address(wanted: str) -> str:
    """`wanted` where it is an address of this site, else the home page: nobody is sent elsewhere after sign-in."""
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return wanted
    return reverse(HOME)


def device_on(request: HttpRequest, username: str) -> str:
    """The name of the browser if somebody of this name signed in with it before, else ""."""
    return known_device(request.COOKIES.get(DEVICE_COOKIE, ""), normal_name(username))


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> HttpResponse:
    """Marks a browser as one on which this name signed in: strangers' wrong passwords then hold it back no more."""
    value = device_cookie(request.COOKIES.get(DEVICE_COOKIE, ""), username, secrets.token_hex(8))
    response.set_cookie(
        DEVICE_COOKIE, value, max_age=DEVICE_FOR, path=reverse("sign-in"), secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def begin_session(request: HttpRequest, user: User) -> None:
    """Signs a user in under a fresh session key and CSRF token. What an anonymous session held is dropped."""
    request.session.flush()
    instant = now()
    request.session.update(
        {
            SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0], HASH_SESSION_KEY: user.get_session_auth_hash(),
            "epoch": user.session_epoch, "origin": getattr(request, "origin", ""), "device": device_of(request.headers.get("User-Agent", "")),
            "started_at": instant.isoformat(), "seen": instant.timestamp(),
        }
    )  # fmt: skip
    rotate_token(request)


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """Sign-in with name and password, and on to `next`. One sentence for a wrong name and a wrong password."""
    wanted = local_address(request.POST.get("next") or request.GET.get("next", ""))
    form = SignInForm(request)
    if not form.is_bound:
        if getattr(request, "access", None) is not None or getattr(request, "enrolling", None) is not None:
            return HttpResponseRedirect(wanted)
        return _page(request, form, wanted, said=str(SAID.get(request.GET.get("done", ""), "")))
    if not may_try(request, form) or not form.is_valid():
        return _page(request, form, wanted)
    try:
        name, origin = form.cleaned_data["username"], getattr(request, "origin", "")
        with only_if_done("sign-in", network_of(origin), PER):
            user = check_sign_in(name, form.cleaned_data["password"], origin=origin, device=device_on(request, name))
    except (HeldBack, TooBusy) as refusal:
        form.refuse(refusal)
        return _page(request, form, wanted)
    if user is None:
        form.refuse(BadInput(_("Name or password is wrong. Check capital letters and try again.")))
        return _page(request, form, wanted)
    if has_second_factor(user.id):
        begin_second_step(request, user, wanted)
        return HttpResponseRedirect(f"{reverse('sign-in')}?step=code")
    return signed_in(request, user, wanted)


def begin_second_step(request: HttpRequest, user: User, wanted: str) -> None:
    """Keeps, in a session that is nobody's yet, whose password was right and where they wanted to go."""
    request.session.flush()
    step = {"user": user.id, "epoch": user.session_epoch, "at": now().timestamp(), "next": wanted}
    request.session[SECOND_STEP] = step
    rotate_token(request)


def in_second_step(request: HttpRequest) -> tuple[User, str] | None:
    """Whose password was right in this browser within ten minutes, and where they wanted to go; None when it is nobody, or when the password
    was set anew or everything signed out since."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    step = request.session.get(SECOND_STEP)
    if not step or now().timestamp() - step["at"] > SECOND_STEP_FOR.total_seconds():
        return None
    user = User.objects.filter(id=step["user"], is_active=True, session_epoch=step["epoch"]).first()
    return (user, step["next"]) if user is not None else None


def first_page(user: User, wanted: str) -> str:
    """Where somebody goes after sign-in: who administers a city that cannot work yet, to what it needs; everybody else where they wanted."""
    found = access_of(user.id) if wanted == reverse(HOME) else None
    if found is None or not administers_city(found[0]) or not something_lacks(found[0]):
        return wanted
    return reverse("setup")


def may_try(request: HttpRequest, form: DeskForm) -> bool:
    """Whether the address of this request may still try to sign in; else the form says that it may not."""
    if within_limit(request, "sign-in", SIGN_INS_PER_ADDRESS, PER):
        return True
    form.refuse(TooMany(_("Too many attempts came from your address. Try again in 10 minutes."), retry_after_s=600))
    return False


@sensitive_post_parameters("answer", "state")
@never_cache
@posted_from("sign-in")
def sign_in_with_passkey(request: HttpRequest) -> HttpResponse:
    """Signs in whoever's passkey answered, without a password; on to `next`."""
    wanted, asked = local_address(request.POST.get("next", "")), PasskeyForm(request, code="passkey")
    if may_try(request, asked) and asked.is_valid():
        user = pass_with_passkey(**asked.cleaned_data, origin=getattr(request, "origin", ""))
        if user is not None:
            return signed_in(request, user, wanted)
        asked.refuse(BadInput(passkey_refused()))
    return _page(request, SignInForm(request, fresh=True), wanted, asked=asked)


def passkey_refused() -> str:
    """What is said of an answer that does not open, whatever is wrong with it."""
    return _("This passkey does not open. Try once more, or sign in with name and password.")


def signed_in(request: HttpRequest, user: User, wanted: str) -> HttpResponse:
    """Begins the session of somebody who has passed every step, remembers the browser and leads on."""
    begin_session(request, user)
    return remember_device(request, HttpResponseRedirect(first_page(user, wanted)), user.username)


def _page(
    request: HttpRequest, form: SignInForm, wanted: str, *, said: str = "", asked: PasskeyForm | None = None
) -> HttpResponse:
    device = asked or PasskeyForm(request, fresh=True, code="passkey")
    context = {"form": form, "next": wanted, "said": said, **asked_of_device(question_to_sign_in(), device)}
    return render(request, "accounts/sign_in.html", context, status=max(form.status, device.status))


@posted_from("sign-in")
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends this session. Twice does nothing more."""
    access, key = getattr(request, "access", None), request.session.session_key
    if access is not None and key:
        end_session(actor_on(request), user_id=access.user_id, session_key_digest=token_digest(key))
    request.session.flush()
    return HttpResponseRedirect(f"{reverse('sign-in')}?done=out")
