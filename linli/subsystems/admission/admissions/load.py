"""What grids carry: the hours a month of what is admitted into them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import DecimalField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from linli.core.grids.public import grid_title
from linli.core.platform.public import local_today, value_of
from linli.subsystems.admission.admissions.models import Admission, AdmissionGrid
from linli.subsystems.admission.periods import CENT
from linli.subsystems.admission.settings import MOST_HOURS

CARRIED = ("admitted", "suspended")


class Load(NamedTuple):
    """What a grid carries a month beside an admission, and with it, in hours."""

    grid_id: int
    title: str
    beside: Decimal
    with_it: Decimal
    over: bool


def carried(since: date, until: date) -> Q:
    """Rows of grids whose admission holds at some time from one day to another; what is suspended may go on."""
    return Q(item__state__in=CARRIED, item__first_day__lte=until, item__last_day__gte=since)


def carried_hours(
    grid_ids: Iterable[int], since: date, until: date, *, beside: int | None = None
) -> dict[int, Decimal]:
    """Hours a month by grid, of what is admitted at once on the fullest day from one day to another; without the admission `beside`. What
    follows on something else does not add to it. In one statement."""
    rows = AdmissionGrid.objects.filter(carried(since, until), grid_id__in=list(grid_ids)).exclude(item_id=beside)
    held: dict[int, list[tuple[date, Decimal]]] = {}
    columns = ("grid_id", "item__first_day", "item__last_day", "item__hours_month")
    for grid_id, first, last, hours in rows.order_by().values_list(*columns):
        held.setdefault(grid_id, []).extend([(max(first, since), hours), (last + timedelta(days=1), -hours)])
    return {grid_id: fullest(steps).quantize(CENT) for grid_id, steps in held.items()}


def fullest(steps: list[tuple[date, Decimal]]) -> Decimal:
    """The most that stands at once, of what begins (+) and ends (-) on days; what ends on a day makes room for what begins on it."""
    most = at = Decimal(0)
    for _day, hours in sorted(steps):
        at += hours
        most = max(most, at)
    return most


def loads_of(item: Admission) -> list[Load]:
    """What each grid of an admission carries in its term, the fullest first."""
    grids = list(AdmissionGrid.objects.filter(item_id=item.id).values_list("grid_id", flat=True))
    hours = carried_hours(grids, item.first_day, item.last_day, beside=item.id)
    most = value_of(MOST_HOURS)
    found = []
    for grid_id in grids:
        beside = hours.get(grid_id, Decimal(0)).quantize(CENT)
        with_it = beside + item.hours_month
        found.append(Load(grid_id, grid_title(grid_id), beside, with_it, with_it > most))
    return sorted(found, key=lambda one: (-one.with_it, one.title))


def with_hours(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Grids with `hours`, what is admitted into each a month today; in the same statement."""
    today = local_today()
    mine = AdmissionGrid.objects.filter(carried(today, today), grid_id=OuterRef("pk")).order_by().values("grid_id")
    summed = mine.annotate(all=Sum("item__hours_month")).values("all")
    found: QuerySet[Any] = rows.annotate(
        hours=Coalesce(Subquery(summed), Value(Decimal(0)), output_field=DecimalField(max_digits=10, decimal_places=2))
    )
    return found
