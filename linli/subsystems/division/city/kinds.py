"""Which objects of OpenStreetMap are components (部件) of the standard: the table kinds.csv, and the titles of the catalogue.

Keys and values: https://wiki.openstreetmap.org/wiki/Map_features; categories: GB/T 47678.5, as the catalogue ships them in both
languages. The first row of a key that fits wins, so what is particular stands above what is general; `*` is any value but “no”.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

STANDARD = "GB/T 47678.5-2026"
_NOTHING = ("no", "none")


@dataclass(frozen=True, slots=True)
class Fits:
    """A row of the table: which tags, and the category (major and minor code) that has them."""

    value: str
    also: str
    also_value: str
    category: str

    def fits(self, tags: Mapping[str, str], value: str) -> bool:
        """Whether an object with these tags is of this kind; `value` is that of the row's key."""
        return self.value in ("*", value) and (not self.also or tags.get(self.also) == self.also_value)


@lru_cache(maxsize=1)
def kinds_by_key() -> dict[str, tuple[Fits, ...]]:
    """The table, by key of OpenStreetMap, in its order."""
    found: dict[str, list[Fits]] = {}
    text = files(__package__).joinpath("kinds.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        found.setdefault(row["key"], []).append(Fits(row["value"], row["also"], row["also_value"], row["category"]))
    return {key: tuple(rows) for key, rows in found.items()}


def components_of(tags: Mapping[str, str]) -> tuple[list[str], list[tuple[str, str]]]:
    """The categories that an object is of, each once, and those of its tags (key, value) under which the table has nothing."""
    categories: dict[str, None] = {}
    unknown = []
    for key, rows in kinds_by_key().items():
        value = tags.get(key)
        if value is None or value in _NOTHING:
            continue
        found = next((row.category for row in rows if row.fits(tags, value)), None)
        if found is None:
            unknown.append((key, value))
        else:
            categories[found] = None
    return list(categories), unknown
