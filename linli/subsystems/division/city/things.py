"""What an extract holds for a city: areas, streets, buildings, components, and the account of every object that has to do with them."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import shapely

AREA, STREET, BUILDING, COMPONENT = "area", "street", "building", "component"
KINDS = (AREA, STREET, BUILDING, COMPONENT)
TAKEN = "taken"


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of an extract. `code` is the object's id (n1, w1, r1), of an area its code; `shape` is in degrees of WGS 84.

    `what` is the category of a component, the use of a building, the level of an area. `filed_in` is the code of the area in which it is
    filed, of an area the one that it lies in. `households` are reckoned, never counted.
    """

    kind: str
    code: str
    name: str
    shape: Any
    what: str = ""
    english: str = ""
    levels: float | None = None
    households: int | None = None
    filed_in: str = ""

    @property
    def reference(self) -> str:
        """By what an import knows it."""
        return f"{self.kind}:{self.code}"

    @property
    def digest(self) -> str:
        """What makes it the same as before."""
        facts = (self.name, self.what, self.english, self.levels, self.households, self.filed_in)
        return hashlib.blake2b(repr(facts).encode() + shapely.to_wkb(self.shape), digest_size=16).hexdigest()


@dataclass(slots=True)
class Account:
    """Every object of an extract that one of the kinds asks for, once: by kind and what it is, how many were taken, and why others were not.

    `unknown` counts tags of the keys of components under which the standard has nothing (a restaurant, a hedge).
    """

    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    unknown: Counter[str] = field(default_factory=Counter)

    def put(self, kind: str, what: str, became: str = TAKEN) -> None:
        """Counts one object."""
        self.counts[kind, what][became] += 1

    def total(self, kind: str) -> Counter[str]:
        """What became of all objects of a kind."""
        return sum((became for (one, _what), became in self.counts.items() if one == kind), Counter())


@dataclass(frozen=True, slots=True)
class CityExtract:
    """What was read. `box` is what the extract covers (degrees)."""

    name: str
    digest: str
    box: Any
    things: tuple[Thing, ...]
    account: Account
