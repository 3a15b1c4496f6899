"""Open cases that may be about the same thing, shown where it is decided: beside a case, in the dialog of filing, before a report is sent.

Wider than what intake notes in the timeline (intake/similar.py: one category, hours, metres by the standard): here a person looks and decides, so
whatever is of the same kind and still open within 100 m is shown, however old. Two statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

from linli.algorithms.distances import distance_m
from linli.core.access.public import Access
from linli.core.cases.models import Case
from linli.core.cases.reading.listed import AnyCase
from linli.core.cases.reading.on_map import nearby_cases
from linli.core.cases.reading.selectors import glimpses
from linli.core.cases.reading.words import CaseRow, Titles, case_row
from linli.core.catalogue.public import CategoryNode, catalogue, suggest_categories
from linli.core.platform.public import now

ALIKE_M = 100
MOST = 5
MOST_LOOKED_AT = 40


@dataclass(frozen=True, slots=True)
class Alike:
    """One open case nearby of the same kind: its row, how far it is, and whether the case looked at would go on in it."""

    row: CaseRow
    metres: int
    leads: bool = False


def alike_nearby(
    access: Access,
    lon: float | None,
    lat: float | None,
    *,
    words: str,
    category: CategoryNode | None,
    of: Case | None = None,
) -> list[Alike]:
    """The visible open cases within 100 m of the same kind, nearest first, at most five; besides the case `of` itself.

    The kind of a case is its category, else the one that its words suggest first; where nothing tells the kind, all count.
    """
    if lon is None or lat is None:
        return []
    thing = _thing(category, words)
    near = nearby_cases(access, lon, lat, radius_m=ALIKE_M, besides=of.id if of else None, limit=MOST_LOOKED_AT)
    far = {case.id: round(float(distance_m(lon, lat, case.lon or 0, case.lat or 0))) for case in near}
    near.sort(key=lambda case: (far[case.id], -case.id))  # of those as near to the metre, the newest
    # From the nearest on until there are enough: what has no category yet is asked for its kind, which takes its time.
    same = (case for case in near if thing is None or thing == _thing(category_of(case), case.description))
    found, instant = list(islice(same, MOST)), now()
    seen, titles = glimpses(found), Titles()
    return [
        Alike(case_row(case, instant, seen.get(case.id), titles), far[case.id], of is not None and leads(case, of))
        for case in found
    ]


def leads(other: Case, case: Case) -> bool:
    """Whether, of two cases about one thing, the other goes on: the one that is filed, else the one reported earlier.

    One press merges only this way round, so that a case with a number and a history never ends in a report that came after it.
    """
    if (other.filed_at is None) != (case.filed_at is None):
        return other.filed_at is not None
    return (other.reported_at, other.id) < (case.reported_at, case.id)


def alike(access: Access, case: Case) -> list[Alike]:
    """What is alike to a case that is still to be filed or dispatched; nothing later, when it is somebody's work."""
    if case.state not in ("reported", "confirming", "filed"):
        return []
    category = category_of(case)
    return alike_nearby(access, case.lon, case.lat, words=case.description, category=category, of=case)


def category_of(case: AnyCase) -> CategoryNode | None:
    """The category in force under which a case stands, or None."""
    return catalogue().by_code.get((case.standard, case.kind, case.category_code))


def _thing(category: CategoryNode | None, words: str) -> str | None:
    node = category or next(iter(suggest_categories(words, most=1)), None)
    return node.thing if node else None
