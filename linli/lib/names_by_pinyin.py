"""Finding names of grids, places and people by characters, pinyin or initials, in a process that has no dictionary.

`linli.lib.pinyin_keys` next door knows phrases and makes keys that are stored beside a name; it loads some 50 MB for that. Here the
readings of the 6,763 characters of GB 2312 stand in a file of 32 kB (made from pypinyin's data), the two likeliest of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib import resources
from typing import Final, TypeVar

from linli.lib.pinyin_keys import folded_name

T = TypeVar("T")
_MOST_FORMS: Final = 8


@lru_cache(maxsize=1)
def _readings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in resources.files("linli.lib").joinpath("pinyin_readings.txt").read_text("utf-8").splitlines():
        reading, characters = line.split(" ")
        for character in characters:
            found[character] = (*found.get(character, ()), reading)
    return found


_folded = lru_cache(maxsize=100_000)(folded_name)


def spellings(name: str) -> tuple[tuple[str, ...], ...]:
    """The likely spellings of a folded name, a syllable for each character; at most eight, for names of many readings."""
    forms: list[tuple[str, ...]] = [()]
    for character in name:
        readings = _readings().get(character, (character,))
        if len(forms) * len(readings) > _MOST_FORMS:
            readings = readings[:1]
        forms = [(*form, reading) for form in forms for reading in readings]
    return tuple(forms)


@lru_cache(maxsize=100_000)
def _forms(name: str) -> tuple[tuple[str, str], ...]:
    """The likely spellings of a folded name, each with its initials."""
    return tuple(("".join(form), "".join(one[0] for one in form)) for form in spellings(name))


def name_rank(asked: str, name: str) -> int | None:
    """How well a name answers: 0 the whole name, 1 its beginning, 2 all its characters in this order, 3 its pinyin or initials
    from the beginning, 4 a part of its initials (two letters or more) or pinyin (three or more); None not at all.

    `北苑1网格` finds 北苑社区第1网格. Both are folded here: width, case and spaces do not count. Nothing asked finds nothing.
    """
    asked, name = _folded(asked), _folded(name)
    if not asked:
        return None
    if asked in name:
        return 0 if asked == name else 1 if name.startswith(asked) else 2
    if not asked.isascii():
        return 2 if len(asked) > 2 and _in_order(asked, name) else None
    forms = _forms(name)
    if any(full.startswith(asked) or initials.startswith(asked) for full, initials in forms):
        return 3
    for full, initials in forms:
        if (len(asked) >= 2 and asked in initials) or (len(asked) >= 3 and asked in full):
            return 4
    return None


def best_named(asked: str, named: Iterable[tuple[T, Iterable[str], str]], most: int) -> list[T]:
    """Of things with their names and what orders equals, those that answer best, at most `most`."""
    found: list[tuple[int, str, int, T]] = []
    for number, (one, names, order) in enumerate(named):
        ranks = [rank for name in names if name and (rank := name_rank(asked, name)) is not None]
        if asked and order.lower() == _folded(asked):
            ranks.append(0)
        if ranks:
            found.append((min(ranks), order, number, one))
    return [one for _rank, _order, _number, one in sorted(found, key=lambda each: each[:3])[:most]]


def sounds(name: str) -> str:
    """The likely pinyin and initials of a name, one after the other, for a page that looks among names by itself."""
    found = spellings(_folded(name))
    return " ".join(
        dict.fromkeys(word for form in found for word in ("".join(form), "".join(one[:1] for one in form)) if word)
    )


def _in_order(asked: str, name: str) -> bool:
    rest = iter(name)
    return all(character in rest for character in asked)
