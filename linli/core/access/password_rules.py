"""Rules for passwords beside Django's: none that is like the sign-in name or made of it, none that repeats a few characters.

`shouli4shouli4` is long, on no list of common ones, and far enough from `shouli` for Django's measure of likeness.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.password_validation import UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

FEWEST_BESIDE, FEWEST_DIFFERENT, SHORTEST_NAME = 6, 5, 3


class NotLikeTheName(UserAttributeSimilarityValidator):
    """Django's measure of likeness, in words of ours: Django's sentence would hold the name of the model's field."""

    def __init__(self) -> None:
        super().__init__(user_attributes=["username"])

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        try:
            super().validate(password, user)
        except ValidationError as like:
            raise ValidationError(self.get_help_text(), code=like.code) from None

    def get_help_text(self) -> str:
        """The rule in a sentence."""
        return _("The password is too like the sign-in name; choose another.")


class NotMadeOfTheName:
    """Refuses a password in which, the sign-in name taken out, hardly anything is left."""

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError."""
        name = str(getattr(user, "username", "")).casefold()
        rest = password.casefold()
        if len(name) >= SHORTEST_NAME and name in rest and len(unrepeated(rest.replace(name, ""))) < FEWEST_BESIDE:
            raise ValidationError(self.get_help_text(), code="made_of_the_name")

    def get_help_text(self) -> str:
        """The rule in a sentence."""
        return _("Do not make the password of the sign-in name.")


class NotRepeated:
    """Refuses a password that is a short piece written again and again, or has very few different characters."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002 - the form of Django's validators
        """Raises ValidationError."""
        piece, different = len(unrepeated(password)), len(set(password))
        repeats = piece < len(password) and piece < FEWEST_BESIDE
        if repeats or (different < FEWEST_DIFFERENT and 2 * different < len(password)):  # "short" is short, and no more
            raise ValidationError(self.get_help_text(), code="repeated")

    def get_help_text(self) -> str:
        """The rule in a sentence."""
        return _("Do not repeat the same few characters.")


def unrepeated(text: str) -> str:
    """The piece of which a text is a repetition; the text itself when it is none."""
    return text[: (text + text).find(text, 1)] if text else ""
