"""Tracking numbers: what a resident keeps, reads over the phone and types in to see what became of a report.

Beside it stands `linli.algorithms.codes` with the official case number, which says where and when; this one is random
and says nothing.

Twelve characters in three groups of four: eleven random ones and one check character. The alphabet has 29 characters,
digits and capitals without the letters that look like a digit or like another letter (I L O like 1 and 0, B S Z like
8, 5 and 2, U like V). 29 to the eleventh is 53.4 bits: with ten million cases kept, one guess in 1.2 thousand million
meets one, so that ten guesses a second, which the rate limit of the door has to hold, find one in about four years.

The check is a weighted sum modulo 29, weights 12 down to 1. As 29 is a prime and the weights are all different and
none is 0, every single wrong character and every swap of two characters, neighbours or not, changes the sum: with w ≠
0 and a ≠ b, neither w·(a-b) nor (v-w)·(a-b) is a multiple of 29 (the argument behind ISBN-10, which has the same
weights modulo 11).
"""

import unicodedata
from collections.abc import Callable
from typing import Final

from linli.lib.refusal import Refusal

ALPHABET: Final = "0123456789ACDEFGHJKMNPQRTVWXY"
LENGTH: Final = 12
_GROUP: Final = 4
_RANDOM_CHARACTERS: Final = LENGTH - 1
NUMBERS: Final = len(ALPHABET) ** _RANDOM_CHARACTERS

_VALUES: Final = {character: value for value, character in enumerate(ALPHABET)}
_LOOK_ALIKES: Final = str.maketrans("ILOBSZU", "110852V")
# Space, dash and format characters (a soft hyphen, a zero-width space) stand between groups when a number is copied
# from somewhere.
_BETWEEN_GROUPS: Final = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf", "Pd", "Pc"))
_OTHER_SEPARATORS: Final = frozenset(".·,:/−")


class TrackingNumberError(Refusal):
    """What was typed is no tracking number; the sentence says why."""


def new_tracking_number(draw: Callable[[int], int]) -> str:
    """A random number in its stored form, twelve characters without hyphens; another one at each call.

    `draw(n)` gives a random integer from 0 to n - 1; it has to be unguessable: pass `secrets.randbelow`. Numbers can
    meet by chance, so the table that keeps them has a unique constraint and the caller draws again.
    """
    rest = draw(NUMBERS)
    characters = []
    for _ in range(_RANDOM_CHARACTERS):
        rest, value = divmod(rest, len(ALPHABET))
        characters.append(ALPHABET[value])
    body = "".join(characters)
    return body + _check_character(body)


def grouped(number: str) -> str:
    """A stored number as it is shown and read aloud: XXXX-XXXX-XXXX."""
    return "-".join(number[start : start + _GROUP] for start in range(0, LENGTH, _GROUP))


def parse_tracking_number(text: str) -> str:
    """The stored form of what somebody typed or pasted.

    Case, full-width forms, spaces, hyphens and look-alikes (O for 0, I or l for 1, B, S, Z for 8, 5, 2, U for V) are
    forgiven. Raises TrackingNumberError that names the strange character, the wrong length, or says that the check
    fails.
    """
    number = "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) not in _BETWEEN_GROUPS and character not in _OTHER_SEPARATORS
    )
    number = number.upper().translate(_LOOK_ALIKES)
    if not number:
        raise TrackingNumberError("there is no tracking number; it has 12 characters, such as 7K3M-9QXA-2F0G")
    for place, character in enumerate(number, start=1):
        if character not in _VALUES:
            raise TrackingNumberError(
                "character %(place)d, %(character)s, does not occur in a tracking number; it has digits and capitals",
                place=place,
                character=character,
            )
    if len(number) != LENGTH:
        raise TrackingNumberError(
            "a tracking number has %(length)d characters, this one has %(given)d; look for a missing or doubled one",
            length=LENGTH,
            given=len(number),
        )
    if _check_character(number[:-1]) != number[-1]:
        raise TrackingNumberError(
            "this tracking number has a slip: one character is wrong or two are exchanged; compare it once more"
        )
    return number


def _check_character(body: str) -> str:
    total = sum(weight * _VALUES[character] for weight, character in zip(range(LENGTH, 1, -1), body, strict=True))
    return ALPHABET[-total % len(ALPHABET)]
