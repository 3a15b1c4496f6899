"""The second step of sign-in: a code of the phone, a recovery code or a passkey, from whoever's password was right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.core.access.public import (
    HeldBack,
    TotpSecret,
    User,
    pass_second_step,
    pass_with_passkey,
    passkeys_of,
    question_to_sign_in,
    wrong_code,
)
from linli.core.accounts.pages.second_factor_page import code_field
from linli.core.accounts.pages.sign_in_page import (
    PasskeyForm,
    asked_of_device,
    device_on,
    in_second_step,
    may_try,
    passkey_refused,
    sign_in_page,
    sign_in_with_passkey,
    signed_in,
)
from linli.core.desk.public import DeskForm
from linli.core.platform.public import BadInput, Refusal


class CodeForm(DeskForm):
    """A code of the app, or a recovery code: one field, whichever the person has at hand."""

    code = code_field(
        gettext_lazy("The six digits that your app shows now. Without the phone: one of your recovery codes.")
    )


@sensitive_post_parameters("code", "answer", "state")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Asks for a code or a passkey and signs in. Back to the beginning where no password was right within ten minutes."""
    waiting = in_second_step(request)
    if waiting is None:
        return HttpResponseRedirect(reverse("sign-in"))
    user, wanted = waiting
    by_passkey = "answer" in request.POST
    form = CodeForm(request, fresh=by_passkey)
    asked = PasskeyForm(request, fresh=not by_passkey, code="passkey")
    sent = asked if by_passkey else form
    if sent.is_bound and may_try(request, sent) and sent.is_valid():
        refused = _passkey_refused(request, user, asked) if by_passkey else _code_refused(request, user, form)
        if refused is None:
            return signed_in(request, user, wanted)
        sent.refuse(refused)
    context = {"form": form, "username": user.username, "has_app": TotpSecret.objects.filter(user=user).exists()}
    if passkeys_of(user.id):
        context |= asked_of_device(question_to_sign_in(user.id), asked)
    return render(request, "accounts/second_step.html", context, status=sent.status)


def _code_refused(request: HttpRequest, user: User, form: CodeForm) -> Refusal | None:
    origin, device = getattr(request, "origin", ""), device_on(request, user.username)
    try:
        opens = pass_second_step(user, form.cleaned_data["code"], origin=origin, device=device)
    except HeldBack as refusal:
        return refusal
    return None if opens else BadInput(wrong_code(), field="code")


def _passkey_refused(request: HttpRequest, user: User, asked: PasskeyForm) -> Refusal | None:
    opens = pass_with_passkey(**asked.cleaned_data, user_id=user.id, origin=getattr(request, "origin", ""))
    return None if opens else BadInput(passkey_refused())


def sign_in_door(request: HttpRequest) -> HttpResponseBase:
    """Every way and step of sign-in stands at one address."""
    ways = {"code": second_step_page, "passkey": sign_in_with_passkey}
    return ways.get(request.GET.get("step", ""), sign_in_page)(request)
