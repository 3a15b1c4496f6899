"""How a service says no: an exception whose text is a sentence for the user in the user's language.

Pages show it beside the form, the API turns it into problem+json. A refusal always leaves everything as it was, since it is
raised inside the unit of work.
"""

from __future__ import annotations

from django.utils.translation import gettext

from linli.lib.refusal import Sentence


class Refusal(Exception):
    """A business refusal (HTTP 409). `code` is stable for machines, `field` names the input it is about."""

    status = 409
    code = "refused"
    needs_new_uuid = False  # whether the same request could only come through as another one, under a new UUID

    def __init__(self, sentence: str, *, code: str = "", field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.code = code or type(self).code
        self.field = field


class NotAllowed(Refusal):
    """The person lacks the right (HTTP 403)."""

    status = 403
    code = "not_allowed"


class NotThere(Refusal):
    """The thing does not exist, or not for this person (HTTP 404): the two are not told apart."""

    status = 404
    code = "not_found"


class BadInput(Refusal):
    """A value from outside that cannot be used (HTTP 422); names the field."""

    status = 422
    code = "bad_input"


def in_words(sentence: Sentence) -> str:
    """A refusal of `lib` or `algorithms` in the language of the request."""
    return sentence.in_language(gettext)
