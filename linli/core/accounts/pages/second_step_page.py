"""The second step of sign-in: a code of the phone, or a recovery code, from whoever's password was right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.core.access.public import HeldBack, pass_second_step, wrong_code
from linli.core.accounts.pages.second_factor_page import code_field
from linli.core.accounts.pages.sign_in_page import (
    PER,
    SIGN_INS_PER_ADDRESS,
    begin_session,
    device_on,
    first_page,
    in_second_step,
    remember_device,
    sign_in_page,
)
from linli.core.desk.public import DeskForm, within_limit
from linli.core.platform.public import BadInput, TooMany


class CodeForm(DeskForm):
    """A code of the app, or a recovery code: one field, whichever the person has at hand."""

    code = code_field(
        gettext_lazy("The six digits that your app shows now. Without the phone: one of your recovery codes.")
    )


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def second_step_page(request: HttpRequest) -> HttpResponse:
    """Asks for the code and signs in. Back to the beginning where no password was right within ten minutes."""
    waiting = in_second_step(request)
    if waiting is None:
        return HttpResponseRedirect(reverse("sign-in"))
    (user, wanted), form = waiting, CodeForm(request)
    if form.is_bound and not within_limit(request, "sign-in", SIGN_INS_PER_ADDRESS, PER):
        form.refuse(TooMany(_("Too many attempts came from your address. Try again in 10 minutes."), retry_after_s=600))
    elif form.is_valid():
        device = device_on(request, user.username)
        try:
            if pass_second_step(user, form.cleaned_data["code"], origin=getattr(request, "origin", ""), device=device):
                begin_session(request, user)
                return remember_device(request, HttpResponseRedirect(first_page(user, wanted)), user.username)
            form.refuse(BadInput(wrong_code(), field="code"))
        except HeldBack as refusal:
            form.refuse(refusal)
    return render(request, "accounts/second_step.html", {"form": form, "username": user.username}, status=form.status)


def sign_in_door(request: HttpRequest) -> HttpResponse:
    """Both steps of sign-in stand at one address."""
    return second_step_page(request) if request.GET.get("step") == "code" else sign_in_page(request)
