"""What filed cases teach: which categories somebody chose lately, and the words by which cases were filed.

The job that trains each night stands in tasks.py; the suggestions that come of it, and the algorithm's row, in core/catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator

from linli.algorithms.suggestion import Text, learn
from linli.core.cases.models import Case, CaseEvent, Source
from linli.core.catalogue.public import CategoryNode, catalogue, keep_learned
from linli.core.platform.public import Work

MOST_CASES = 20_000
LATELY = 5
# How many of somebody's last choices are looked at for five different ones.
LATELY_LOOKED_AT = 40
CHOSE = ("file", "split", "solve_on_spot")
# These speak for themselves; the other sources pass on what somebody else said, so there a grid counts as one voice.
OWN_VOICE = (Source.GRID_WORKER, Source.PATROL)


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
    return keep_learned(work, learn(filed_texts()))


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
