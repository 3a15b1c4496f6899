"""Suggests categories for words, from what people call things and from how this city's own cases were filed.

The algorithm stands in linli/algorithms/suggestion.py; core/cases trains it each night and keeps what it learned by `keep_learned`.
Nothing here chooses: who files sees three suggestions and decides.
"""

from __future__ import annotations

from collections.abc import Mapping

from linli.algorithms.suggestion import History, ModelUnreadable, Suggester, unpack
from linli.core.catalogue.models import FiledHistory
from linli.core.catalogue.selectors import CategoryNode, catalogue
from linli.core.platform.public import Versioned

MOST_SUGGESTED = 3


def lexicon() -> dict[str, list[str]]:
    """What each category that can be filed is called, by its key: names in all languages and everyday words."""
    return {
        node.key: [node.name, *node.names.values(), *node.everyday_words]
        for node in catalogue().categories.values()
        if node.conditions
    }


def _history() -> History:
    row = FiledHistory.objects.order_by("-version").first()
    if row is None:
        return History()
    try:
        return unpack(bytes(row.packed))
    except ModelUnreadable:
        # Another release wrote it. The next night's training replaces it; until then the everyday words suggest.
        return History()


def _load() -> tuple[Suggester, dict[str, CategoryNode]]:
    return Suggester(lexicon(), _history()), {node.key: node for node in catalogue().categories.values()}


_suggester = Versioned(_load, "catalogue", "filed_history")


def suggest_categories(words: str, *, street_id: int | None = None, most: int = MOST_SUGGESTED) -> list[CategoryNode]:
    """The categories in force that the words most likely mean, best first; what is usual in the street counts a little.

    Of a component and the matter of the same thing the likelier one stands for both. Asks no database.
    """
    suggester, by_key = _suggester.get()
    return suggested_by(suggester, by_key, words, place=str(street_id or ""), most=most)


def suggested_by(
    suggester: Suggester, by_key: Mapping[str, CategoryNode], words: str, *, place: str = "", most: int = MOST_SUGGESTED
) -> list[CategoryNode]:
    """What a suggester says, as categories, of each thing one."""
    found: dict[str, CategoryNode] = {}
    for key, _share in suggester.suggest(words, place=place, most=2 * most + 2):
        node = by_key.get(key)
        if node is not None:
            found.setdefault(node.thing, node)
    return list(found.values())[:most]


def find_categories(words: str, limit: int = 20) -> list[CategoryNode]:
    """The categories that the words, pinyin or initials name, then those that they suggest; all for no words."""
    named, guessed = named_and_guessed(words, limit)
    return named + guessed


def named_and_guessed(words: str, limit: int = 20) -> tuple[list[CategoryNode], list[CategoryNode]]:
    """What `find_categories` finds, in two: what the words name, and what they only suggest besides."""
    named = catalogue().search(words, limit)
    if not words.strip() or len(named) >= limit:
        return named, []
    known = {node.id for node in named}
    return named, [node for node in suggest_categories(words) if node.id not in known][: limit - len(named)]
