"""Suggests categories for words, from what people call things and from how this city's own cases were filed.

The algorithm stands in linli/algorithms/suggestion.py, the job that trains it each night in tasks.py. Nothing here chooses: who
files sees three suggestions and decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linli.algorithms.suggestion import History, ModelUnreadable, Suggester, Text, learn, unpack
from linli.core.cases.catalogue import CategoryNode, catalogue
from linli.core.cases.models import Case, CaseEvent, FiledHistory, Source
from linli.core.platform.public import Versioned, Work, bump

MOST_CASES = 20_000
MOST_SUGGESTED = 3
LATELY = 5
# How many of somebody's last choices are looked at for five different ones.
LATELY_LOOKED_AT = 40
CHOSE = ("file", "split", "solve_on_spot")
# These speak for themselves; the other sources pass on what somebody else said, so there a grid counts as one voice.
OWN_VOICE = (Source.GRID_WORKER, Source.PATROL)


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


def lately_chosen(user_id: int) -> list[CategoryNode]:
    """The last five different categories that somebody filed under, the last first. One statement, by an index."""
    rows = (
        CaseEvent.objects.filter(actor_id=user_id, actor_id__isnull=False, action__in=CHOSE)
        .order_by("-id")
        .values_list("facts", flat=True)[:LATELY_LOOKED_AT]
    )
    by_code = catalogue().by_code
    found: dict[int, CategoryNode] = {}
    for facts in rows:
        node = by_code.get((facts.get("standard", ""), facts.get("kind", ""), facts.get("code", "")))
        if node is not None and node.conditions:
            found.setdefault(node.id, node)
    return list(found.values())[:LATELY]


def learn_from_cases(work: Work) -> int:
    """Counts the last 20,000 filed cases anew and replaces what was counted before. Gives how many cases there were.

    Cases that were rejected, voided or merged teach nothing, nor do words that were erased: those are no longer there to read.
    """
    history = learn(filed_texts())
    before = FiledHistory.objects.order_by("-version").values_list("version", flat=True).first() or 0
    FiledHistory.objects.all().delete()
    FiledHistory.objects.create(
        version=before + 1, cases=history.texts, packed=history.packed(), made_at=work.now
    )  # fmt: skip
    bump("filed_history")
    return history.texts


def filed_texts() -> Iterator[Text]:
    """The words of the last 20,000 filed cases with their categories' keys, whose voice each was, and the street."""
    rows = (
        Case.objects.exclude(state__in=("rejected", "void", "merged"))
        .exclude(category_code="")
        .exclude(description="")
        .filter(filed_at__isnull=False)
        .order_by("-id")
        .values_list(
            "description", "standard", "kind", "category_code", "source", "reporter_user_id", "grid_id", "area_id",
            "street_id",
        )[:MOST_CASES]
    )  # fmt: skip
    for words, standard, kind, code, source, user_id, grid_id, area_id, street_id in rows.iterator(chunk_size=2000):
        voice = ("user", user_id) if source in OWN_VOICE and user_id else ("grid", grid_id or -area_id)
        yield Text(words, f"{standard}|{kind}|{code}", voice, str(street_id or ""))
