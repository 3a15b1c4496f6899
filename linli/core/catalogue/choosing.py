"""Choosing a category with its filing condition: what was chosen, what the words suggest, what one used lately; or a search.

All of it are radio buttons in one list. Nothing is chosen by itself but what somebody chose before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.core.catalogue.selectors import CategoryNode, ConditionNode, catalogue
from linli.core.catalogue.suggesting import named_and_guessed, suggest_categories
from linli.core.catalogue.words import limit_words
from linli.lib.outside import whole_number

MOST_CATEGORIES = 12
MOST_WORDS = 60
MOST_SAID = 400


@dataclass(frozen=True)
class CategoryChoice:
    """A filing condition that can be chosen, with its category and limit."""

    condition_id: int
    category: str
    major: str
    condition: str
    limit: str
    on: bool


@dataclass(frozen=True)
class CategoryGroup:
    """Choices that stand together, with why they are there; no title for what was chosen and for results of a search."""

    title: str
    choices: list[CategoryChoice]


def _choice(category: CategoryNode, condition: ConditionNode, chosen: str) -> CategoryChoice:
    return CategoryChoice(
        condition.id, category.title, category.major_title, condition.title, limit_words(condition.limit_amount, condition.limit_unit),
        str(condition.id) == chosen,
    )  # fmt: skip


def _choices(categories: Iterable[CategoryNode], chosen: str) -> list[CategoryChoice]:
    return [_choice(category, condition, chosen) for category in categories for condition in category.conditions]


def choices_for(words: str, chosen: str = "") -> list[CategoryGroup]:
    """The conditions of the categories that the words name, best first, and below them of those that they only suggest; before
    all of them what is chosen already, which a search must not lose."""
    named, guessed = (_choices(nodes, chosen) for nodes in named_and_guessed(words[:MOST_WORDS], MOST_CATEGORIES))
    kept = [] if any(one.on for one in (*named, *guessed)) else [one for one in _chosen(chosen) if one.on]
    return _groups(("", [*kept, *named]), (_("Perhaps"), guessed))


def names_any(words: str) -> bool:
    """Whether the words name a category, or suggest one."""
    return any(named_and_guessed(words[:MOST_WORDS], MOST_CATEGORIES))


def offered(
    chosen: str = "", *, said: str = "", street_id: int | None = None, lately: Sequence[CategoryNode] = ()
) -> list[CategoryGroup]:
    """What stands there before anything is searched: what was chosen, what the words suggest, what was used lately.

    `chosen` is a condition's id as a form gives it. Asks no database.
    """
    suggested = _choices(suggest_categories(said[:MOST_SAID], street_id=street_id), "")
    return _groups(
        ("", _chosen(chosen)), (_("Suggested by the words"), suggested), (_("Used lately by you"), _choices(lately, ""))
    )


def _groups(*parts: tuple[str, Sequence[CategoryChoice]]) -> list[CategoryGroup]:
    """The parts that are not empty; a condition stands in the first of them only, since one of the radio buttons is on."""
    seen: set[int] = set()
    groups = []
    for title, choices in parts:
        fresh = [one for one in choices if one.condition_id not in seen]
        seen.update(one.condition_id for one in fresh)
        if fresh:
            groups.append(CategoryGroup(title, fresh))
    return groups


def _chosen(chosen: str) -> list[CategoryChoice]:
    found = catalogue().conditions.get(whole_number(chosen) or 0)
    return _choices([found[0]], chosen) if found else []
