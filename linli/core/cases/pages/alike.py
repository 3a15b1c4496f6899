"""Open cases that may be about the same thing, shown where it is decided: beside a case, in the dialog of filing, before a report is sent.

Wider than what intake notes in the timeline (similar.py: one category, hours, metres by the standard): here a person looks and decides, so
whatever is of the same kind and still open within 100 m is shown, however old. Two statements.
"""

from __future__ import annotations

from dataclasses import dataclass

from linli.algorithms.distances import distance_m
from linli.core.access.public import Access
from linli.core.cases.catalogue import CategoryNode, catalogue
from linli.core.cases.listed import AnyCase
from linli.core.cases.models import Case
from linli.core.cases.on_map import nearby_cases
from linli.core.cases.selectors import glimpses
from linli.core.cases.suggesting import suggest_categories
from linli.core.cases.words import CaseRow, case_row
from linli.core.platform.public import now

ALIKE_M = 100
MOST = 5
MOST_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Alike:
    """One open case nearby of the same kind: its row, and how far it is."""

    row: CaseRow
    metres: int


def alike_nearby(
    access: Access,
    lon: float | None,
    lat: float | None,
    *,
    words: str,
    category: CategoryNode | None,
    besides: int | None = None,
) -> list[Alike]:
    """The visible open cases within 100 m of the same kind, nearest first, at most five.

    The kind of a case is its category, else the one that its words suggest first; where nothing tells the kind, all count.
    """
    kinds = _kinds(category, words)
    if lon is None or lat is None:
        return []
    near = nearby_cases(access, lon, lat, radius_m=ALIKE_M, besides=besides, limit=MOST_LOOKED_AT)
    same = [case for case in near if not kinds or kinds & _kinds(category_of(case), case.description)]
    far = {case.id: float(distance_m(lon, lat, case.lon or 0, case.lat or 0)) for case in same}
    same.sort(key=lambda case: (round(far[case.id]), -case.id))  # of those as near, the newest
    found, instant = same[:MOST], now()
    seen = glimpses(found)
    return [Alike(case_row(case, instant, seen.get(case.id)), round(far[case.id])) for case in found]


def alike(access: Access, case: Case) -> list[Alike]:
    """What is alike to a case that is still to be filed or dispatched; nothing later, when it is somebody's work."""
    if case.state not in ("reported", "confirming", "filed"):
        return []
    category = category_of(case)
    return alike_nearby(access, case.lon, case.lat, words=case.description, category=category, besides=case.id)


def category_of(case: AnyCase) -> CategoryNode | None:
    """The category in force under which a case stands, or None."""
    return catalogue().by_code.get((case.standard, case.kind, case.category_code))


def _kinds(category: CategoryNode | None, words: str) -> set[str]:
    node = category or next(iter(suggest_categories(words, most=1)), None)
    # A thing and its fault (路灯, 路灯异常) are one kind.
    return {node.name.removesuffix("异常")} if node else set()
