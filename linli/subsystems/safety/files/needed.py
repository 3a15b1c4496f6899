"""What a safety file must hold, as data: by level, and for premises by their kind. What is not here may stand in it besides."""

from __future__ import annotations

from collections.abc import Mapping

PLAN = "plan"  # an emergency plan of its own; others fall under that of the level above
RESPONSIBLE = "responsible"  # a value of the ledger of premises
FILE: tuple[str, ...] = ("commitment", "extinguishers", "training")
PUBLIC = ("fire_check", "permit", PLAN)
BY_LEVEL: Mapping[str, tuple[str, ...]] = {
    "street": ("duties", "training", PLAN),
    "community": ("duties", "training", PLAN),
}
BY_KIND: Mapping[str, tuple[str, ...]] = {
    "school": PUBLIC,
    "hospital": PUBLIC,
    "market": PUBLIC,
    "industry": ("fire_check", "wiring", PLAN),
    "shop": ("fire_check",),
    "office": ("fire_check",),
    "rented": ("alarm", "wiring"),
}


def needed_at(level: str) -> tuple[str, ...]:
    """What the file of a street or a community must hold."""
    return BY_LEVEL.get(level, ())


def needed_of(kind: str) -> tuple[str, ...]:
    """What the file of premises of a kind must hold."""
    return (RESPONSIBLE, *FILE, *BY_KIND.get(kind, ()))
