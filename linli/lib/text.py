"""Text that people typed, made fit to keep: composed, without invisible characters, no longer than its place.

Beside it stands `linli.lib.bigrams`, which makes text searchable.
"""

import re
import unicodedata
from typing import Final

from linli.lib.refusal import Refusal

# Line ends of every kind become one: Windows, old Mac, next line, line and paragraph separator.
_LINE_ENDS: Final = re.compile("\r\n|[\r\x85\u2028\u2029]")
_SPACES_AT_LINE_ENDS: Final = re.compile(r"[ \u3000]+(?=\n)")

# What falls out: controls but the line feed; noncharacters; direction overrides and isolates, which make a text read
# otherwise than it is stored; the byte order mark, word joiner and the like, which cannot be seen. Joiners (U+200C and
# U+200D) stay: emoji and several scripts need them.
_NONCHARACTERS: Final = "".join(chr(plane + last) for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))
_DROPPED: Final = re.compile(
    "[\0-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufdd0-\ufdef"
    f"\ufeff\ufff9-\ufffb{_NONCHARACTERS}]"
)
_NO_DIGIT: Final = re.compile("[^0-9]")
_CHINESE_DIGITS: Final = 13  # of a mobile number with the code of the country before it
# Digits, grouped as people group them; + in front and brackets around a prefix.
_PHONE: Final = re.compile(r"[+() -]*[0-9][0-9+() -]*")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class TextError(Refusal):
    """A text that cannot be kept; the sentence says why and how to mend it."""


def clean_text(raw: str, *, max_chars: int, lines: bool = True) -> str:
    """The text in composed form (NFC) without control characters, trimmed outside and at line ends.

    `lines` keeps line breaks; without it they become spaces. Tabs become spaces. Full-width forms stay as they are.
    Doing it twice changes nothing. Raises TextError for a lone surrogate (half of a character, from a broken cut) and
    for a text that is longer than
    `max_chars` code points after cleaning.
    """
    # As nearly every cell and field is: nothing in it is broken, dropped, a line end or to be composed.
    is_clean = raw.isprintable() and (raw.isascii() or unicodedata.is_normalized("NFC", raw))
    text = raw.strip() if is_clean else _cleaned(raw, lines=lines)
    if len(text) > max_chars:
        raise TextError(
            "the text has %(given)d characters, %(over)d more than the %(most)d that fit; shorten it",
            given=len(text),
            over=len(text) - max_chars,
            most=max_chars,
        )
    return text


def _cleaned(raw: str, *, lines: bool) -> str:
    if broken := _SURROGATE.search(raw):
        raise TextError("character %(place)d of the text is broken in half; type it again", place=broken.start() + 1)
    text = _LINE_ENDS.sub("\n", raw).replace("\t", " ")
    if not lines:
        text = text.replace("\n", " ")
    text = unicodedata.normalize("NFC", _DROPPED.sub("", text))
    return _SPACES_AT_LINE_ENDS.sub("", text).strip()


def has_unseen(raw: str) -> bool:
    """Whether a text holds signs that `clean_text` would drop without a word, or half of a character."""
    return bool(_DROPPED.search(raw.replace("\t", " ").replace("\r", "")) or _SURROGATE.search(raw))


def clean_phone(raw: str, *, max_chars: int = 20) -> str:
    """A telephone number as it was written, in half-width digits: "１３８ ００" becomes "138 00". "" for none.

    Doing it twice changes nothing. Raises TextError for letters and other signs, and for more than `max_chars` characters.
    """
    number = clean_text(unicodedata.normalize("NFKC", raw), max_chars=max_chars, lines=False)
    if number and not _PHONE.fullmatch(number):
        raise TextError("A telephone number has digits only; write it again.")
    return number


def plain_number(number: str) -> str:
    """A telephone number by its digits alone, so that 138-0000-0000 and +86 138 0000 0000 are the same one. "" for none."""
    digits = _NO_DIGIT.sub("", unicodedata.normalize("NFKC", number))
    return digits.removeprefix("86") if len(digits) == _CHINESE_DIGITS and digits.startswith("86") else digits
