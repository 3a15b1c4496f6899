"""How a service says no: an exception whose text is a sentence for the user in the user's language.

Pages show it beside the form, the API turns it into problem+json. A refusal always leaves everything as it was, since it is
raised inside the unit of work.
"""

from __future__ import annotations

from django.utils.translation import gettext

from linli.core.platform.saying.structured_log import note_wait
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.refusal import Sentence
from linli.lib.text import clean_text


class Refusal(Exception):
    """A business refusal (HTTP 409). `code` is stable for machines, `field` names the input it is about.

    `retry_after_s` says when the same request may succeed, where that is known; whatever page or endpoint answers, it
    becomes the header Retry-After.
    """

    status = 409
    code = "refused"
    needs_new_uuid = False  # whether the same request could only come through as another one, under a new UUID
    retry_after_s: int | None = None

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


class Later(Refusal):
    """The same request may succeed later; `retry_after_s` says when."""

    def __init__(self, sentence: str, *, retry_after_s: int, field: str = "") -> None:
        super().__init__(sentence, field=field)
        self.retry_after_s = retry_after_s
        note_wait(retry_after_s)


class TooMany(Later):
    """A rate limit or budget was reached (HTTP 429)."""

    status = 429
    code = "too_many"


class TooBusy(Later):
    """The server does as much of this at a time as it may, and enough others wait (HTTP 503); nothing was done."""

    status = 503
    code = "busy"


def in_words(sentence: Sentence) -> str:
    """A refusal of `lib` or `algorithms` in the language of the request."""
    return sentence.in_language(gettext)


def cleaned(field: str, text: str | None, *, max_chars: int, lines: bool = True) -> str:
    """Words from outside, fit to keep: composed, without signs that cannot be seen. Raises BadInput naming the field."""
    try:
        return clean_text(text or "", max_chars=max_chars, lines=lines)
    except PlainRefusal as refusal:
        raise BadInput(in_words(refusal.sentence), field=field) from None
