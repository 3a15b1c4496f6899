"""The report of burden as a list of the desk: the forms of each unit in a month, who asked most twice first. The goal is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, access_on
from linli.core.desk.public import Asked, Choice, Column, Empty, Filter, List, Page, UnitFilter, marks
from linli.core.forms.public import Burden, Form, burden, sheets_sent
from linli.core.platform.public import listed, local_today
from linli.lib.outside import day, whole_number

MONTHS, MOST_FACTS, MOST_UNITS = 24, 5, 6


def days_of(month: str = "") -> tuple[date, date]:
    """The first and the last day of a month written as 2026-11; without one, of the last twelve months with this one."""
    first, today = day(f"{month}-01"), local_today()
    if first is None:
        return date(today.year - (today.month < 12), today.month % 12 + 1, 1), today
    following = date(first.year + (first.month == 12), first.month % 12 + 1, 1)
    return first, following - timedelta(days=1)


class MonthFilter(Filter[str]):
    """One of the months of the last two years."""

    def parse(self, words: str, access: Access) -> str | None:
        """The month, if it is one of those."""
        return words if words in {one.value for one in self.choices(access)} else None

    def said(self, value: str) -> str:
        """The month in the reader's language."""
        return date_format(days_of(value)[0], _("F Y"))

    def choices(self, access: Access) -> Iterable[Choice]:  # noqa: ARG002 - the same for everybody
        """The months, this one first."""
        at, found = local_today(), []
        for _month in range(MONTHS):
            value = f"{at:%Y-%m}"
            found.append(Choice(self.said(value), value))
            at = at.replace(day=1) - timedelta(days=1)
        return found


def _forms(access: Access) -> QuerySet[Form]:
    return Form.objects.filter(id__in=sheets_sent(access, *days_of()).values("form_id"))


def _asked(access: Access, asked: Asked) -> list[Burden]:
    rows = burden(access, *days_of(asked.values.get("month", "")))
    unit = asked.values.get("unit")
    return [one for one in rows if unit is None or one.unit_id == unit.item.id]


def _read(access: Access, asked: Asked, count: int) -> Page[Burden]:
    rows = _asked(access, asked)
    at = whole_number(asked.cursor, 1_000_000) or 0
    return Page(rows[at : at + count], str(at + count) if len(rows) > at + count else "")


def facts_in(one: Burden) -> str:
    """What was asked twice, most often first."""
    return listed([f"{fact} {count}" for fact, count in one.facts.most_common(MOST_FACTS)])


def _twice(one: Burden) -> str:
    return str(marks.clock("red", str(one.twice))) if one.twice else "0"


def _context(request: HttpRequest) -> Mapping[str, object]:
    access = access_on(request)
    asked = BURDEN.asked(request.GET, access)
    rows = _asked(access, asked)
    units: dict[str, tuple[int, int]] = {}
    for one in rows:
        all_, twice = units.get(one.unit, (0, 0))
        units[one.unit] = all_ + one.asked, twice + one.twice
    month = asked.values.get("month", "")
    return {
        "month": date_format(days_of(month)[0], _("F Y")) if month else _("The last twelve months"), "asked": sum(one.asked for one in rows),
        "kept": sum(one.kept for one in rows),
        "twice": sum(one.twice for one in rows),
        "by_unit": sorted(((unit, *some) for unit, some in units.items()), key=lambda one: -one[2])[:MOST_UNITS],
    }  # fmt: skip


BURDEN = List[Burden](
    code="form-burden",
    title=gettext_lazy("Burden of forms"),
    permission="form.view",
    rows=_forms,
    reader=_read,
    id_of=lambda one: one.form_id,
    columns=(
        Column("form", gettext_lazy("Form"), lambda one: one.form, css="grow"),
        Column("unit", gettext_lazy("Unit"), lambda one: one.unit, css="fixed"),
        Column("sheets", gettext_lazy("Sheets"), lambda one: one.sheets, kind=int, css="number fixed col-wide"),
        Column("asked", gettext_lazy("Answers asked"), lambda one: one.asked, kind=int, css="number fixed"),
        Column("kept", gettext_lazy("Known and kept"), lambda one: one.kept, kind=int, css="number fixed"),
        Column("twice", gettext_lazy("Asked twice"), lambda one: one.twice, html=_twice, kind=int, css="number fixed"),
        Column("facts", gettext_lazy("What was asked twice"), facts_in),
    ),
    filters=(MonthFilter("month", gettext_lazy("Month")), UnitFilter("unit", "form.view")),
    template="forms/burden.html",
    context=_context,
    beside=(("forms", gettext_lazy("Forms")),),
    empty=Empty(
        gettext_lazy("Nothing was asked yet"),
        gettext_lazy("What forms ask of people stands here, by unit, and what of it was asked twice."),
    ),
)  # fmt: skip
