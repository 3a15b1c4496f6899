"""My passkeys: made, listed, taken away. A device is asked by a script; signing in with one stands in sign_in_page.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.core.access.public import (
    TotpSecret,
    User,
    access_on,
    actor_on,
    check_room,
    factor_due_at,
    make_passkey,
    make_recovery_codes,
    passkeys_of,
    question_to_make,
    recovery_codes_left,
    remove_passkey,
    staff_page,
)
from linli.core.accounts.pages.present_password import check_present, present_field
from linli.core.accounts.pages.second_factor_page import show_codes
from linli.core.accounts.pages.sign_in_page import PasskeyForm, asked_of_device, begin_session
from linli.core.desk.public import DeskForm, LineField, posted_from
from linli.core.platform.public import Refusal, whole_number

LONGEST_NAME = 60
SAID = {
    "made": gettext_lazy("The passkey is kept. Every other device is signed out."),
    "removed": gettext_lazy("The passkey is taken away. Every other device is signed out."),
}


class AddForm(DeskForm):
    """A name for the passkey, and the password."""

    name = LineField(
        label=gettext_lazy("Name"),
        max_length=LONGEST_NAME,
        help_text=gettext_lazy("By which you tell it from others, such as “office computer” or “my phone”."),
    )
    present = present_field()


class PresentForm(DeskForm):
    """The password alone."""

    present = present_field()


class RemoveForm(PresentForm):
    """Which passkey, and the password."""

    passkey = forms.ChoiceField(label=gettext_lazy("Passkey"), widget=forms.RadioSelect)
    field_order = ("passkey", "present")

    def __init__(self, request: HttpRequest, **how: Any) -> None:
        super().__init__(request, **how)
        choices = [(str(one.id), one.name) for one in passkeys_of(self.access.user_id)]
        self.fields["passkey"].choices = choices  # type: ignore[attr-defined]


def _me(request: HttpRequest) -> User:
    return User.objects.get(id=access_on(request).user_id)


def _proved(user: User, form: DeskForm) -> bool:
    """Whether a form is whole and its password the present one; a refusal stands in the form."""
    if not form.is_valid():
        return False
    try:
        check_present(user, form.cleaned_data["present"])
    except Refusal as refusal:
        form.refuse(refusal)
        return False
    return True


@sensitive_post_parameters("present")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(enrolling=True)
def passkeys_page(request: HttpRequest) -> HttpResponse:
    """Lists my passkeys; a name and the password lead to the page that asks a device for one."""
    user, form = _me(request), AddForm(request, code="add")
    if form.is_bound and _proved(user, form):
        try:
            check_room(user)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _ask_device(request, user, form.cleaned_data["name"])
    return _page(request, user, form)


def _ask_device(request: HttpRequest, user: User, name: str) -> HttpResponse:
    asked = asked_of_device(question_to_make(user, name), PasskeyForm(request, fresh=True, code="passkey"))
    return render(request, "accounts/passkey_make.html", {"name": name, **asked})


def _page(request: HttpRequest, user: User, form: DeskForm | None = None) -> HttpResponse:
    """The page with empty forms, but for the one that was refused."""
    forms_of_page: dict[str, DeskForm] = {
        "add_form": AddForm(request, fresh=True, code="add"),
        "remove_form": RemoveForm(request, fresh=True, code="remove"),
        "codes_form": PresentForm(request, fresh=True, code="codes"),
    }
    forms_of_page |= {name: form for name, one in forms_of_page.items() if form is not None and type(one) is type(form)}
    passkeys, done = passkeys_of(user.id), SAID.get(request.GET.get("done", ""))
    context: dict[str, Any] = {
        "passkeys": passkeys, "due": factor_due_at(access_on(request)), "overdue": getattr(request, "enrolling", None) is not None,
        "own_codes": bool(passkeys) and not TotpSecret.objects.filter(user=user).exists(), "left": recovery_codes_left(user.id),
        "username": user.username, "refused": form if isinstance(form, PasskeyForm) else None, "toasts": [{"text": done}] if done else [],
        **forms_of_page,
    }  # fmt: skip
    return render(request, "accounts/passkeys.html", context, status=form.status if form else 200)


@sensitive_post_parameters("answer", "state")
@posted_from("passkeys")
@staff_page(enrolling=True)
def make_page(request: HttpRequest) -> HttpResponse:
    """Keeps what the device answered; this browser stays signed in, every other one is signed out."""
    user, form = _me(request), PasskeyForm(request, code="passkey")
    if not form.is_valid():
        return _page(request, user, form)
    try:
        codes = make_passkey(actor_on(request), user=user, **form.cleaned_data)
    except Refusal as refusal:
        form.refuse(refusal)
        return _page(request, user, form)
    begin_session(request, User.objects.get(id=user.id))
    return show_codes(request, codes) if codes else _back("made")


@sensitive_post_parameters("present")
@posted_from("passkeys")
@staff_page()
def remove_page(request: HttpRequest) -> HttpResponse:
    """Takes one of my passkeys away; this browser stays signed in, every other one is signed out."""
    user, form = _me(request), RemoveForm(request, code="remove")
    if not _proved(user, form):
        return _page(request, user, form)
    remove_passkey(actor_on(request), user=user, passkey_id=whole_number(form.cleaned_data["passkey"]) or 0)
    begin_session(request, User.objects.get(id=user.id))
    return _back("removed")


@sensitive_post_parameters("present")
@posted_from("passkeys")
@staff_page()
def codes_page(request: HttpRequest) -> HttpResponse:
    """Ten new recovery codes for who has passkeys and no app; with an app its page makes them, by a code."""
    user, form = _me(request), PresentForm(request, code="codes")
    if TotpSecret.objects.filter(user=user).exists() or not passkeys_of(user.id):
        return HttpResponseRedirect(reverse("passkeys"))
    if not _proved(user, form):
        return _page(request, user, form)
    return show_codes(request, make_recovery_codes(actor_on(request), user=user))


def _back(done: str) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('passkeys')}?done={done}")
