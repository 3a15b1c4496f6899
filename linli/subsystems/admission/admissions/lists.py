"""The lists of admission: the requests, what grids carry, how departments do; pages, API and exports are made of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access, Unit, restrict, unit_title
from linli.core.areas.public import place
from linli.core.desk.public import (
    AreaFilter,
    ChoiceFilter,
    Column,
    DaysFilter,
    Empty,
    GridFilter,
    List,
    SwitchFilter,
    UnitFilter,
    WordsFilter,
    column_of,
    facts_of,
    looked_for_in,
    marks,
)
from linli.core.flow.public import ItemPages, Print, flow_list
from linli.core.grids.public import grid_title, grids_at
from linli.core.inbox.public import Task
from linli.core.platform.public import listed, now, value_of
from linli.subsystems.admission.admissions.flow import ADMISSION
from linli.subsystems.admission.admissions.load import CARRIED, loads_of, with_hours
from linli.subsystems.admission.admissions.models import Admission, AdmissionGrid
from linli.subsystems.admission.drawn import share
from linli.subsystems.admission.grid_rows import by_grid, counted, tasks_of
from linli.subsystems.admission.periods import Every
from linli.subsystems.admission.settings import MOST_HOURS

MOST_SHOWN = 60
DEPARTMENT: Column[Any] = Column(
    "department", pgettext_lazy("admission", "Department"), lambda item: unit_title(item.unit_id), css="fixed"
)
TITLE = column_of(Admission, "title", pgettext_lazy("admission", "What grids are to do"), css="grow")
EVERY = column_of(Admission, "every", pgettext_lazy("admission", "How often"), css="fixed col-wide")
HOURS_MONTH = column_of(
    Admission, "hours_month", pgettext_lazy("admission", "Hours per grid and month"), css="number fixed col-wide"
)
LAST_DAY = column_of(Admission, "last_day", pgettext_lazy("admission", "Last day"), sort=True, css="fixed col-wide")
FACTS: tuple[Column[Any], ...] = (
    DEPARTMENT,
    column_of(Admission, "legal_basis", pgettext_lazy("admission", "Right: legal basis")),
    column_of(Admission, "duty_department", pgettext_lazy("admission", "Duty: what the department answers for")),
    column_of(Admission, "duty_grid", pgettext_lazy("admission", "Duty: what the grid worker does")),
    Column("hours", pgettext_lazy("admission", "Hours: per grid, each time"), lambda item: item.hours, kind=Decimal),
    EVERY,
    HOURS_MONTH,
    column_of(Admission, "amount", pgettext_lazy("admission", "Money in yuan, for all of the term")),
    column_of(Admission, "payer", pgettext_lazy("admission", "Who pays")),
    column_of(Admission, "first_day", pgettext_lazy("admission", "First day")),
    LAST_DAY,
    column_of(Admission, "admitted_at", pgettext_lazy("admission", "Admitted on")),
)  # fmt: skip


def facts(item: Admission, access: Access) -> list[tuple[Any, Any]]:
    """Right, duty, hours and money; areas of which it is all grids."""
    areas = listed([place(area_id) for area_id in item.area_ids])
    return [*facts_of(*FACTS)(item, access), *([(pgettext_lazy("admission", "All grids of"), areas)] if areas else [])]


def more(item: Admission, access: Access) -> dict[str, Any]:
    """What its grids carry, and how far each has come."""
    loads = {one.grid_id: one for one in loads_of(item)}
    grids = by_grid(ADMISSION, item, AdmissionGrid)
    rows = [(one, loads[one.grid_id], share(one.done, one.given)) for one in grids if one.grid_id in loads]
    if item.state in ("asked", "examined"):
        rows.sort(key=lambda row: -row[1].with_it)
    given, done = sum(one.given for one in grids), sum(one.done for one in grids)
    return {
        "grid_rows": rows[:MOST_SHOWN], "grid_count": len(rows), "hidden": max(0, len(rows) - MOST_SHOWN), "most_hours": value_of(MOST_HOURS),
        "given": given, "done": done, "total_share": share(done, given), "told_hours": sum(one.hours for one in grids),
        "again": item.state in ADMISSION.ended and item.unit_id == access.unit_id and access.may("admission.ask"),
        "unit": "", "over": [one for one in loads.values() if one.over],
    }  # fmt: skip


def around(item: Admission, _action: str, _access: Access) -> dict[str, Any]:
    """What the dialogs of the grid office show: what grids would carry."""
    loads = loads_of(item)
    return {"loads": loads[:8], "loads_more": max(0, len(loads) - 8), "most_hours": value_of(MOST_HOURS)}


PAGES = ItemPages(
    flow=ADMISSION,
    back="admission:admissions",
    back_title=pgettext_lazy("admission", "Admissions"),
    facts=facts,
    more=more,
    template="admission/admission.html",
    labels={
        ("examine", "note"): pgettext_lazy("admission", "Opinion of the grid office"),
        ("admit", "note"): pgettext_lazy("admission", "Note, or why grids may carry more"),
        ("refuse", "reason"): pgettext_lazy("admission", "Why not"),
        ("end", "reason"): pgettext_lazy("admission", "Why it ends early"),
    },
    hints={
        "admit": pgettext_lazy("admission", "From the first day on the grids' workers find the task in their inbox."),
        "suspend": pgettext_lazy(
            "admission", "Grids get no task of it, and open ones are withdrawn, until it goes on."
        ),
        "end": pgettext_lazy("admission", "Grids get no task of it any more, and open ones are withdrawn."),
        "withdraw": pgettext_lazy("admission", "Grids get no task of it any more, and open ones are withdrawn."),
    },
    parts={"examine": ("admission/loads.html", ""), "admit": ("admission/loads.html", "")},
    around=around,
    dangerous=("refuse", "end", "withdraw"),
    quiet=("suspend",),
    printed=Print(
        title=pgettext_lazy("admission", "Request for admission of a task into grids"),
        boxes=(
            (pgettext_lazy("admission", "Opinion of the grid office"), ("examine",)),
            (pgettext_lazy("admission", "Decision"), ("admit", "refuse")),
        ),
    ),
)


def with_progress(_access: Access, items: list[Admission]) -> list[Admission]:
    """A `complete`: how many grids, how many tasks given and done, in two statements a page."""
    ids = [item.id for item in items]
    grids = dict(AdmissionGrid.objects.filter(item_id__in=ids).order_by().values_list("item_id").annotate(Count("id")))
    said = {one["about_id"]: one for one in counted(tasks_of(ADMISSION, ids), "about_id")}
    for item in items:
        item.__dict__["grid_count"] = grids.get(item.id, 0)
        item.__dict__["progress"] = said.get(item.id, {})
    return items


def _done_of_given(item: Any) -> str:
    said = item.__dict__["progress"]
    return f"{said['done']}/{said['given']}" if said else ""


def _drawn(item: Any) -> str:
    said = item.__dict__["progress"]
    return share(said["done"], said["given"]) if said else "—"


ADMISSIONS = flow_list(
    PAGES,
    code="admissions",
    title=pgettext_lazy("admission", "Admissions"),
    permission="admission.view",
    columns=(
        TITLE, DEPARTMENT, EVERY, HOURS_MONTH,
        Column("grids", pgettext_lazy("admission", "Grids"), lambda item: item.__dict__["grid_count"], kind=int, css="number fixed col-wide"),
        LAST_DAY,
        Column("done", pgettext_lazy("admission", "Tasks done"), _done_of_given, html=_drawn, css="fixed"),
    ),
    complete=with_progress,
    filters=(
        WordsFilter("q", pgettext_lazy("admission", "What grids are to do"), looked_for_in("title")),
        UnitFilter("department", "admission.view"),
        GridFilter("grid", "admission.view", "grids__grid_id"),
        ChoiceFilter("every", pgettext_lazy("admission", "How often"), Every.choices),
        DaysFilter("ends", pgettext_lazy("admission", "Last day"), "last_day", of_days=True),
    ),
    new="admission:new",
    may_begin="admission.ask",
    beside=(
        ("admission:loads", pgettext_lazy("admission", "What grids carry")),
        ("admission:departments", pgettext_lazy("admission", "How departments do")),
    ),
    empty=Empty(
        pgettext_lazy("admission", "No request yet"),
        pgettext_lazy("admission", "What departments ask grids to do stands here: right, duty, hours and money, and what became of it."), "file-text",
    ),
)  # fmt: skip


def loads_rows(access: Access) -> QuerySet[Any]:
    """The grids in force of a person's areas, with the hours that are admitted into each."""
    return with_hours(restrict(access, "admission.view", grids_at(now())))


def with_tasks(_access: Access, grids: list[Any]) -> list[Any]:
    """A `complete`: how many admissions and tasks each grid has, in two statements a page."""
    ids = [grid.id for grid in grids]
    held = AdmissionGrid.objects.filter(grid_id__in=ids, item__state__in=CARRIED).order_by()
    admitted = dict(held.values_list("grid_id").annotate(Count("id")))
    said = {
        one["grid_id"]: one for one in counted(Task.objects.filter(about_flow="admission", grid_id__in=ids), "grid_id")
    }
    for grid in grids:
        grid.__dict__["admitted"] = admitted.get(grid.id, 0)
        grid.__dict__["progress"] = said.get(grid.id, {})
    return grids


def _plain_hours(grid: Any) -> Decimal:
    return Decimal(grid.hours).quantize(Decimal("0.01"))


def _hours(grid: Any) -> str:
    words = marks.amount_words(_plain_hours(grid))
    return str(marks.clock("red", words)) if grid.hours > value_of(MOST_HOURS) else words


LOADS = List[Any](
    code="loads",
    title=pgettext_lazy("admission", "What grids carry"),
    permission="admission.view",
    rows=loads_rows,
    complete=with_tasks,
    columns=(
        Column("code", pgettext_lazy("admission", "Grid"), lambda grid: grid_title(grid.id), sort="code", note=lambda grid: grid.code),
        Column("place", pgettext_lazy("admission", "Community"), lambda grid: place(grid.area_id), css="col-wide"),
        Column("hours", pgettext_lazy("admission", "Hours a month"), _plain_hours, html=_hours, kind=Decimal, css="number fixed"),
        Column("admitted", pgettext_lazy("admission", "Admitted tasks"), lambda grid: grid.__dict__["admitted"], kind=int, css="number fixed"),
        Column("done", pgettext_lazy("admission", "Tasks done"), _done_of_given, html=_drawn, css="fixed"),
        Column("late", pgettext_lazy("admission", "Late"), lambda grid: grid.__dict__["progress"].get("late", 0), kind=int, css="number fixed"),
    ),
    order="code",
    address=lambda grid: f"{reverse('admission:admissions')}?grid={grid.code}",
    filters=(
        WordsFilter("q", pgettext_lazy("admission", "Grid"), looked_for_in("code")),
        AreaFilter("area", "admission.view"),
        SwitchFilter("over", pgettext_lazy("admission", "Carry too much"), lambda rows: rows.filter(hours__gt=value_of(MOST_HOURS))),
        SwitchFilter("idle", pgettext_lazy("admission", "Carry nothing"), lambda rows: rows.filter(hours=0)),
    ),
    beside=(("admission:admissions", pgettext_lazy("admission", "Admissions")),),
    empty=Empty(
        pgettext_lazy("admission", "No grid yet"),
        pgettext_lazy("admission", "The grids of your areas stand here, with what is admitted into each."), "map",
    ),
)  # fmt: skip


def department_rows(access: Access) -> QuerySet[Unit]:
    """The departments whose requests a person sees."""
    return Unit.objects.filter(id__in=ADMISSION.visible(access).values("unit_id"))


def with_figures(access: Access, units: list[Unit]) -> list[Unit]:
    """A `complete`: what each department asked, what was admitted and done of it, in two statements a page."""
    ids = [unit.id for unit in units]
    asked = ADMISSION.visible(access).filter(unit_id__in=ids)
    figures = asked.order_by().values("unit_id").annotate(
        asked=Count("id"), admitted=Count("id", filter=Q(admitted_at__isnull=False)), refused=Count("id", filter=Q(state="refused")),
        amount=Sum("amount", filter=Q(admitted_at__isnull=False)),
    )  # fmt: skip
    said: dict[int | None, dict[str, Any]] = {one["unit_id"]: dict(one) for one in figures}
    of_unit = dict(asked.filter(admitted_at__isnull=False).values_list("id", "unit_id"))
    hours = dict(asked.values_list("id", "hours"))
    for one in counted(tasks_of(ADMISSION, list(of_unit)), "about_id"):
        mine = said[of_unit[one["about_id"]]]
        for name in ("given", "done", "late"):
            mine[name] = mine.get(name, 0) + one[name]
        mine["hours_asked"] = mine.get("hours_asked", Decimal(0)) + hours[one["about_id"]] * one["done"]
        mine["hours_used"] = mine.get("hours_used", Decimal(0)) + Decimal(str(one["hours"] or 0)).quantize(
            Decimal("0.01")
        )
    for unit in units:
        unit.__dict__["progress"] = said.get(unit.id, {}) if said.get(unit.id, {}).get("given") else {}
        unit.__dict__["figures"] = said.get(unit.id, {})
    return units


def _figure(name: str, title: Any, kind: type = int, *, css: str = "number fixed") -> Column[Any]:
    return Column(name, title, lambda unit: unit.__dict__["figures"].get(name) or kind(0), kind=kind, css=css)


DEPARTMENTS = List[Unit](
    code="departments",
    title=pgettext_lazy("admission", "How departments do"),
    permission="admission.view",
    rows=department_rows,
    complete=with_figures,
    columns=(
        Column("code", pgettext_lazy("admission", "Department"), lambda unit: unit.title, sort="code"),
        _figure("asked", pgettext_lazy("admission", "Asked")),
        _figure("admitted", pgettext_lazy("admission", "Admitted")),
        _figure("refused", pgettext_lazy("admission", "Not admitted"), css="number fixed col-wide"),
        Column("done", pgettext_lazy("admission", "Tasks done"), _done_of_given, html=_drawn, css="fixed"),
        _figure("late", pgettext_lazy("admission", "Late")),
        _figure("hours_asked", pgettext_lazy("admission", "Hours asked of what was done"), Decimal, css="number fixed col-wide"),
        _figure("hours_used", pgettext_lazy("admission", "Hours that it took"), Decimal),
        _figure("amount", pgettext_lazy("admission", "Money in yuan"), Decimal),
    ),
    order="code",
    address=lambda unit: f"{reverse('admission:admissions')}?department={unit.code}",
    filters=(WordsFilter("q", pgettext_lazy("admission", "Department"), looked_for_in("name")),),
    beside=(("admission:admissions", pgettext_lazy("admission", "Admissions")),),
    empty=Empty(
        pgettext_lazy("admission", "No department has asked yet"),
        pgettext_lazy("admission", "Each department that asks grids for something stands here, with what became of it."), "users",
    ),
)  # fmt: skip
