"""Finding a Chinese name by its characters, its pinyin or its initials, as one types while looking for a category.

Beside it stands `linli.lib.bigrams` for the full text of cases; this is for short names, of which there are some
hundreds.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice, product
from typing import Final

# Names with many characters of several readings would have thousands of combinations; the likeliest come first.
_MOST_READINGS: Final = 16
_UNREAD: Final = "="
_WORD: Final = re.compile(r"[0-9a-z]+|[^\s0-9a-z]+")
_BETWEEN_SYLLABLES: Final = re.compile(r"[\s'’·-]+")


@lru_cache(maxsize=4096)
def keys(name: str) -> str:
    """For each likely reading of a name its full pinyin and its initials: "女厕" -> "nvce nc nvsi ns nuce nc nusi ns"
    in some order.

    Lower case, no tones, ü as v and as u. Latin words and digits stay as they are in both; punctuation falls out.
    Readings that the name's words suggest come first. A function of the name alone: store it beside the name, and
    compute it again when the name changes.
    """
    # Its dictionaries take some 50 MB, and only whoever writes a catalogue makes keys: no web process needs them.
    from pypinyin import Style, pinyin

    readings = pinyin(_folded(name), style=Style.NORMAL, heteronym=True, errors=_marked)
    combinations = islice(product(*map(_forms, readings)), _MOST_READINGS)
    pairs = dict.fromkeys(
        ("".join(full for full, _ in forms), "".join(initial for _, initial in forms)) for forms in combinations
    )
    return " ".join(f"{full} {initials}" for full, initials in pairs if full)


def matches(query: str, name: str, keys: str) -> int | None:
    """How well a name answers a query: 0 best, 7 worst, None not at all. `keys` is `keys(name)`.

    0 the whole name, 1 its beginning, 2 a part of it; 3 the whole pinyin or all initials, 4 the beginning of its
    pinyin, 5 the beginning of its initials, 6 a part of its initials (two letters or more), 7 a part of its pinyin
    (three or more). A query of several words, or of characters and letters mixed ("暴露 laji"), must match with each
    and counts as its worst. An empty query matches nothing.
    """
    folded, joined, words = _asked(query)
    if not joined:
        return None
    if folded == joined and len(words) == 1:
        return _rank(joined, _folded(name), keys)
    # "street lamp" as it stands, "lj x" as "ljx".
    ranks = [_rank(joined, _folded(name), keys), _rank(folded, _folded(name), "")]
    if len(words) > 1:
        worst = 0
        for word in words:
            rank = _rank(word, _folded(name), keys)
            if rank is None:
                break
            worst = max(worst, rank)
        else:
            ranks.append(worst)
    return min((rank for rank in ranks if rank is not None), default=None)


def written(names: Iterable[str], keys: str) -> str:
    """Names with their `keys` as one text, for `may_match`."""
    return "\n".join([*map(_folded, names), keys])


def may_match(query: str, text: str) -> bool:
    """Whether some name of a text of `written` may answer a query. One that does is never refused; far cheaper than `matches`."""
    folded, joined, words = _asked(query)
    return joined in text or folded in text or all(word in text for word in words)


def _rank(word: str, name: str, keys: str) -> int | None:
    if word in name:
        return 0 if word == name else 1 if name.startswith(word) else 2
    if not word.isascii():
        return None
    all_keys = keys.split(" ")
    full, initials = all_keys[0::2], all_keys[1::2]
    ranked = (
        (3, word in all_keys),
        (4, any(key.startswith(word) for key in full)),
        (5, any(key.startswith(word) for key in initials)),
        (6, len(word) >= 2 and any(word in key for key in initials)),
        (7, len(word) >= 3 and any(word in key for key in full)),
    )
    return next((rank for rank, holds in ranked if holds), None)


def folded_name(name: str) -> str:
    """A name as it is compared: one form of each letter, lower case, without spaces and the marks between syllables."""
    return _BETWEEN_SYLLABLES.sub("", _folded(name))


@lru_cache(maxsize=256)
def _asked(query: str) -> tuple[str, str, list[str]]:
    """A query as it stands, joined, and in words: the same one is held against thousands of names."""
    folded = _folded(query)
    return folded, _BETWEEN_SYLLABLES.sub("", folded), _WORD.findall(folded)


@lru_cache(maxsize=16_384)
def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower().strip()


def _marked(characters: str) -> str:
    """What pypinyin cannot read, without its punctuation, marked so that it is not taken for a syllable."""
    return _UNREAD + "".join(character for character in characters if character.isalnum())


def _forms(syllables: list[str]) -> list[tuple[str, str]]:
    """(Full, initial) of each reading of one character; what was not read stands whole in both."""
    forms: dict[tuple[str, str], None] = {}
    for syllable in syllables:
        if syllable.startswith(_UNREAD):
            forms[(syllable[1:], syllable[1:])] = None
            continue
        for spelling in (syllable, syllable.replace("v", "u")):
            forms[(spelling, spelling[:1])] = None
    return list(forms)
