"""Who sees which cases: the one condition for a row and for a query, and a case by its id through it.

Everything that names a case from outside passes `find_case` or `may_view`; lists begin with `visible`. What may be done with
a case that is seen says rules.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Q, QuerySet

from linli.core.access.public import Access, openings
from linli.core.cases.models import CASE_TABLES, Case, CaseRequest, CaseUnit
from linli.core.flow.public import requests_in


def may_view(case: Case, access: Access) -> bool:
    """Whether somebody may see a case: in their area, held or handled by their unit, assisted by it, or reported by them."""
    permission = "case.view"
    if access.may_in_area(permission, case.area_id) or case.reporter_user_id == access.user_id:
        return True
    if access.may_for_unit(permission, case.unit_id) or access.may_for_unit(permission, case.handling_unit_id):
        return True
    assisting = CaseUnit.objects.filter(case_id=case.id).values_list("unit_id", flat=True)
    return any(access.may_for_unit(permission, unit_id) for unit_id in assisting)


def find_case(access: Access, case_id: int) -> Case | None:
    """A case that this person may see, else None."""
    # Plain SQL, as in flow/act.py: building the query of all columns took longer than running it.
    case = next(iter(Case.objects.raw("SELECT * FROM cases_case WHERE id = %s", [case_id])), None)
    return case if case is not None and may_view(case, access) else None


def ways_to_see(access: Access) -> list[Q] | None:
    """The conditions of which a case must meet one to be seen; None when every case may be.

    It lies in an area of the person, is held or handled by their units, assisted by them, or reported by them.
    """
    inside = openings(access, "case.view", Case)
    if inside is None:
        return None
    units = access.units_with("case.view")
    assisted = [Q(id__in=CaseUnit.objects.filter(unit_id__in=units).values("case_id"))] if units else []
    return [*inside, Q(reporter_user_id=access.user_id), *assisted]


def visible(access: Access) -> QuerySet[Case]:
    """The cases that somebody may see: in their areas, held or handled by their units, assisted, or reported by them."""
    ways = ways_to_see(access)
    return Case.objects.all() if ways is None else Case.objects.filter(reduce(or_, ways))


def ids_seen(access: Access, case_ids: Iterable[int | None]) -> set[int]:
    """Which of these ids the person may be told: those of cases that they may see. One statement, none for no ids."""
    wanted = {case_id for case_id in case_ids if case_id is not None}
    return set(visible(access).filter(id__in=wanted).values_list("id", flat=True)) if wanted else set()


class Placed(Protocol):
    """What lies in an area: something similar to a report."""

    @property
    def id(self) -> int: ...
    @property
    def area_id(self) -> int: ...


def alike_seen(access: Access, alike: Iterable[Placed]) -> set[int]:
    """The ids of the similar cases that the person may be told. What lies in an area of theirs, as what is similar to their own
    report nearly always does, is known without a statement."""
    inside, outside = set(), []
    for one in alike:
        if access.may_in_area("case.view", one.area_id):
            inside.add(one.id)
        else:
            outside.append(one.id)
    return inside | ids_seen(access, outside)


def requests_of(case: Case) -> list[CaseRequest]:
    """The requests of a case, oldest first; read once for a case object, since its page asks twice."""
    return requests_in(CASE_TABLES, {"case_id": case.id}, case)
