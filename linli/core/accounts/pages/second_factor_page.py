"""My second factor: an authenticator app set up with a QR code, recovery codes shown once, both taken away. Works without scripts."""

from __future__ import annotations

from typing import Any

import segno
from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.core.access.public import (
    TotpSecret,
    User,
    access_on,
    actor_on,
    app_address,
    factor_due_at,
    make_recovery_codes,
    new_secret,
    prove_second_factor,
    read_offer,
    recovery_codes_left,
    remove_second_factor,
    sealed_offer,
    set_up_second_factor,
    staff_page,
)
from linli.core.accounts.pages.present_password import check_present, present_field
from linli.core.accounts.pages.sign_in_page import begin_session
from linli.core.areas.public import area_tree
from linli.core.desk.public import DeskForm, posted_from
from linli.core.platform.public import BadInput, Refusal, now

QR_SCALE, QR_BORDER = 5, 4


def code_field(help_text: Any = "") -> forms.CharField:
    """The field for a code: of the app, six digits, or a recovery code."""
    attributes = {"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"}
    return forms.CharField(
        label=gettext_lazy("Sign-in code"), max_length=40, help_text=help_text, widget=forms.TextInput(attributes)
    )


class SetUpForm(DeskForm):
    """The password, and the first code that the app shows. `offer` brings the sealed secret back."""

    present = present_field()
    code = code_field(gettext_lazy("The six digits that the app shows now."))
    offer = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)


class CodesForm(DeskForm):
    """A code of the app, before new recovery codes are made."""

    code = code_field(gettext_lazy("Six digits of the app, or one of your recovery codes."))


class EndForm(CodesForm):
    """A code, before the second factor is taken away."""


def _has_app(user: User) -> bool:
    return TotpSecret.objects.filter(user=user).exists()


def _me(request: HttpRequest) -> User:
    return User.objects.get(id=access_on(request).user_id)


@sensitive_post_parameters("present", "code", "offer")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(enrolling=True)
def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Sets an authenticator app up, or shows what is set up."""
    user = _me(request)
    if _has_app(user):
        return _set_up_already(request, user)
    form = SetUpForm(request)
    secret = read_offer(request.POST.get("offer", ""), user.id) or new_secret()
    if form.is_valid():
        try:
            codes = _set_up(request, user, form, secret)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            begin_session(request, User.objects.get(id=user.id))
            return show_codes(request, codes) if codes else HttpResponseRedirect(f"{reverse('account')}?done=app")
    return _show_offer(request, user, form, secret)


def _set_up(request: HttpRequest, user: User, form: SetUpForm, secret: str) -> list[str]:
    if read_offer(form.cleaned_data["offer"], user.id) is None:
        raise BadInput(_("The QR code is a new one; scan it and type the code that the app shows."), field="code")
    check_present(user, form.cleaned_data["present"])
    return set_up_second_factor(actor_on(request), user=user, secret=secret, code=form.cleaned_data["code"])


def _show_offer(request: HttpRequest, user: User, form: SetUpForm, secret: str) -> HttpResponse:
    root = area_tree().root()
    address = app_address(secret, account=user.username, issuer=root.title if root else _("linli"))
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        scale=QR_SCALE, border=QR_BORDER, dark="#000", light="#fff"
    )
    due = factor_due_at(access_on(request))
    context: dict[str, Any] = {
        "form": form, "offer": sealed_offer(secret, user.id), "qr": SafeString(drawn),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)), "username": user.username, "due": due,
        "overdue": due is not None and due <= now(),
    }  # fmt: skip
    return render(request, "accounts/second_factor_new.html", context, status=form.status)


def _set_up_already(request: HttpRequest, user: User, form: CodesForm | None = None) -> HttpResponse:
    forms_of_page = {
        "codes_form": CodesForm(request, fresh=True, code="codes"),
        "end_form": EndForm(request, fresh=True, code="end"),
    }
    forms_of_page |= {name: form for name, one in forms_of_page.items() if form is not None and type(one) is type(form)}
    context = {"row": TotpSecret.objects.get(user=user), "left": recovery_codes_left(user.id), **forms_of_page}
    return render(request, "accounts/second_factor.html", context, status=form.status if form else 200)


def show_codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """The page on which recovery codes are shown once."""
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "username": _me(request).username})


def _proved(request: HttpRequest, user: User, form: CodesForm) -> bool:
    """Whether the code of a form is one of the second factor; a refusal stands in the form."""
    if not form.is_valid():
        return False
    try:
        prove_second_factor(user, form.cleaned_data["code"], origin=getattr(request, "origin", ""))
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@sensitive_post_parameters("code")
@posted_from("second-factor")
@staff_page()
def new_recovery_codes_page(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes, shown once."""
    user, form = _me(request), CodesForm(request, code="codes")
    if not _has_app(user):
        return HttpResponseRedirect(reverse("second-factor"))
    if not _proved(request, user, form):
        return _set_up_already(request, user, form)
    return show_codes(request, make_recovery_codes(actor_on(request), user=user))


@sensitive_post_parameters("code")
@posted_from("second-factor")
@staff_page()
def end_second_factor(request: HttpRequest) -> HttpResponse:
    """Takes my second factor away; this browser stays signed in, every other one is signed out."""
    user, form = _me(request), EndForm(request, code="end")
    if not _has_app(user):
        return HttpResponseRedirect(reverse("second-factor"))
    if not _proved(request, user, form):
        return _set_up_already(request, user, form)
    remove_second_factor(actor_on(request), user=user)
    begin_session(request, User.objects.get(id=user.id))
    return HttpResponseRedirect(f"{reverse('account')}?done=factor")
