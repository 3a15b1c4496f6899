"""Asks somebody who is signed in for their password once more, before what a thief of the open browser must not do."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib.auth.hashers import check_password
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import User
from linli.core.platform.public import BadInput, TooBusy, TooMany, allow, put_back

PASSWORD_TRIES, PER = 10, timedelta(minutes=15)
_BUCKET = "password change"


def present_field() -> forms.CharField:
    """The field for it, in the forms that ask."""
    return forms.CharField(
        label=gettext_lazy("Present password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )


def check_present(user: User, password: str) -> None:
    """Raises BadInput for a wrong one, TooMany after ten wrong ones in 15 minutes, TooBusy, which counts as no try."""
    if not allow(_BUCKET, str(user.id), PASSWORD_TRIES, PER):
        raise TooMany(_("Too many wrong passwords. Try again in 15 minutes."), retry_after_s=int(PER.total_seconds()))
    try:
        fits = check_password(password, user.password)
    except TooBusy:
        put_back(_BUCKET, str(user.id), PER)
        raise
    if not fits:
        raise BadInput(_("This is not your present password."), field="present")
    put_back(_BUCKET, str(user.id), PER)  # only wrong ones hold back
