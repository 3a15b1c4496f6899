"""A forgotten password: ask for a link by mail, follow it once, set a new one. Never tells whether an address is known."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.core.access.public import (
    A_DAY,
    LETTERS_A_DAY,
    MAIL_PURPOSE,
    PasswordChanged,
    ask_password_reset,
    set_password,
    user_of_reset,
)
from linli.core.accounts.pages.sign_in_page import remember_device
from linli.core.desk.public import DeskForm, within_limit
from linli.core.platform.public import Actor, Refusal, TooMany, allow, blind_index, network_of

ASKS_PER_ADDRESS, PER = 20, timedelta(hours=1)
# A stranger who asks for an address again and again uses up their own three; the owner's mailbox gets a dozen a day at
# most, and every link in it stays good for three days.
LINKS_PER_MAIL_AND_ADDRESS = 3


class MailForm(DeskForm):
    """Where the link goes."""

    mail = forms.EmailField(
        label=gettext_lazy("Mail address of your account"),
        max_length=200,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class NewPasswordForm(DeskForm):
    """The new password, twice: a slip would lock its owner out."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        help_text=gettext_lazy("At least 10 characters, not a common one. A short sentence is easy to keep in mind."),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same once more"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Both must be the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two are different; type both again."))
        return again


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def forgotten_page(request: HttpRequest) -> HttpResponse:
    """Asks for the address and says the same for every one."""
    form = MailForm(request)
    if form.is_bound and not within_limit(request, "password-forgotten", ASKS_PER_ADDRESS, PER):
        refused = _("Too many requests came from your address. Try again in an hour.")
        form.refuse(TooMany(refused, retry_after_s=int(PER.total_seconds())))
    if not form.is_valid():
        context = {"form": form, "sent": request.GET.get("done") == "sent"}
        return render(request, "accounts/forgotten.html", context, status=form.status)
    mail = form.cleaned_data["mail"]
    # By what the account is found by, so that all spellings of one address have one purse.
    box = blind_index(mail, MAIL_PURPOSE)
    asker = f"{network_of(getattr(request, 'origin', ''))}\0{box}"
    if allow("password-mail", asker, LINKS_PER_MAIL_AND_ADDRESS, PER) and allow(
        "password-mail day", box, LETTERS_A_DAY, A_DAY
    ):
        ask_password_reset(mail=mail, link=link_to_fill(), origin=getattr(request, "origin", ""))
    return HttpResponseRedirect(f"{reverse('password-forgotten')}?done=sent")


def link_to_fill() -> str:
    """The address of the page for a new password, with places for {uid} and {token}."""
    link = reverse("password-new", args=["UID", "TOKEN"]).replace("UID", "{uid}").replace("TOKEN", "{token}")
    return str(settings.LINLI_PUBLIC_URL) + link


@sensitive_post_parameters("password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_password_page(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Sets a new password for whoever holds the link; the link works once."""
    user = user_of_reset(uid, token)
    if user is None:
        return render(request, "accounts/link_over.html", status=404)
    form = NewPasswordForm(request)
    if form.is_valid():
        try:
            actor = Actor(kind="user", user_id=user.id, unit_id=user.unit_id, origin=getattr(request, "origin", ""))
            set_password(actor, user=user, password=form.cleaned_data["password"])
        except PasswordChanged:
            return render(request, "accounts/link_over.html", status=404)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            # Whoever holds the link is the owner; no stranger's wrong passwords hold this browser back.
            leads_to = HttpResponseRedirect(f"{reverse('sign-in')}?done=password")
            return remember_device(request, leads_to, user.username)
    context = {"form": form, "username": user.username}
    return render(request, "accounts/new_password.html", context, status=form.status)
