"""How inspections and their plans are shown, and the lists of them; pages, API and exports are made of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.core.access.public import Access, names_of, people_who_may, unit_title
from linli.core.areas.public import place
from linli.core.desk.public import (
    AreaFilter,
    ChoiceFilter,
    Chooser,
    Column,
    DayField,
    DaysFilter,
    Empty,
    List,
    Offer,
    SwitchFilter,
    WordsFilter,
    column_of,
    looked_for_in,
    new_button,
    page_at,
)
from linli.core.flow.public import ItemPages, flow_list
from linli.core.forms.public import Form, title_of
from linli.core.grids.public import grid_title
from linli.core.ledger.public import address
from linli.core.platform.public import listed, local_today
from linli.core.registry.public import PREMISES, PremisesKind, Risk
from linli.core.search.public import words_of
from linli.core.staff.public import worker_of
from linli.subsystems.safety.inspection_records import Cause, Every, Inspection, InspectionPlan, Level
from linli.subsystems.safety.inspections.filling import may_inspect, own_draft, sheet_of
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.inspections.planning import plans_seen
from linli.subsystems.safety.models import Hazard

ALL = pgettext_lazy("safety", "All premises")
TITLE = column_of(Inspection, "title", pgettext_lazy("safety", "Premises"), sort=True, css="grow")
LEVEL = column_of(Inspection, "level", pgettext_lazy("safety", "Level"), css="fixed col-wide")
DUE_ON = column_of(Inspection, "due_on", pgettext_lazy("safety", "Period ends"), sort=True, css="fixed col-wide")
FOUND = column_of(Inspection, "found_count", pgettext_lazy("safety", "Hazards found"), css="number fixed col-wide")


def who_goes(item: Inspection) -> str:
    """Who is to go there: a person by name, or the unit."""
    user_id = item.assignee_id if item.assignee_id is not None else worker_of(item.grid_id)
    return names_of([user_id]).get(user_id, "") if user_id is not None else unit_title(item.unit_id)


class InspectorField(Chooser[Any]):
    """Somebody who inspects in the area of an inspection; cleaned to the account, as PersonField does."""

    unknown = pgettext_lazy("safety", "Nobody who inspects there is called “%s”; choose one from the list.")

    def __init__(self, area_id: int) -> None:
        super().__init__(label=pgettext_lazy("safety", "Who goes there"))
        self.area_id = area_id

    def offers(self, access: Access) -> list[Offer[Any]]:  # noqa: ARG002 - whoever decides here knows who inspects
        """Those who may, by name."""
        people = people_who_may("inspection.do", self.area_id)
        return [Offer(str(one.id), one.display_name, Named(one.id)) for one in people]


class Named:
    """A person whom a field has chosen, as the flow asks for one."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id


def _facts(item: Inspection, _access: Access) -> Sequence[tuple[Any, Any]]:
    form = Form.objects.filter(id=item.form_id).first()
    plan = InspectionPlan.objects.filter(id=item.plan_id).first() if item.plan_id else None
    shown: list[tuple[Any, Any]] = [
        (pgettext_lazy("safety", "Checklist"), title_of(form) if form else ""),
        (pgettext_lazy("safety", "Level"), item.get_level_display()),
        (pgettext_lazy("safety", "Who goes there"), who_goes(item)),
    ]
    if plan is not None:
        shown.append((pgettext_lazy("safety", "Inspection plan"), plan.title))
    if plan is not None and plan.note:
        shown.append((pgettext_lazy("safety", "What to know"), plan.note))
    if item.grid_id is not None:
        shown.append((pgettext_lazy("safety", "Grid"), grid_title(item.grid_id)))
    if item.cause:
        shown.append((pgettext_lazy("safety", "Why not"), item.get_cause_display()))
    return shown


def _more(item: Inspection, access: Access) -> dict[str, Any]:
    """The way to the checklist, and what it has found or will find."""
    sheet, mine = sheet_of(item), may_inspect(item, access)
    found = Hazard.objects.filter(sheet_id=item.sheet_id).order_by("-id")
    hazards = list(found) if item.state == "done" and item.sheet_id else []
    return {
        "may_inspect": mine, "sheet": sheet, "is_own": mine and own_draft(item, access) is not None,
        "premises_url": address(PREMISES, item.premises_id) if access.may(PREMISES.permission("view")) else "",
        "hazards": [(one, reverse("safety:hazard", args=[one.id])) for one in hazards],
        "known_count": (item.found_count or 0) - len(hazards), "unit": "",
    }  # fmt: skip


def _cause(_item: Inspection, _access: Access) -> forms.Field:
    return forms.ChoiceField(choices=[("", "—"), *Cause.choices])


PAGES = ItemPages(
    flow=INSPECTION,
    back="safety:inspections",
    back_title=pgettext_lazy("safety", "Inspections"),
    facts=_facts,
    more=_more,
    template="safety/inspection.html",
    fields={
        "cause": _cause,
        "due": lambda _item, _access: DayField(initial=local_today),
        "assignee": lambda item, _access: InspectorField(item.area_id),
    },
    labels={
        "cause": pgettext_lazy("safety", "Why not"), "due": pgettext_lazy("safety", "By which day"),
        ("not_possible", "reason"): pgettext_lazy("safety", "What happened"), ("not_possible", "photo"): pgettext_lazy("safety", "Photo of the door"),
    },
    hints={"not_possible": pgettext_lazy("safety", "Whoever planned it decides whether you go there again.")},
    dangerous=("withdraw",),
    quiet=("hand_over",),
)  # fmt: skip


class LateFilter(SwitchFilter):
    """What is to be done and late."""

    def __init__(self) -> None:
        super().__init__(
            "late", pgettext_lazy("safety", "Late"), lambda rows: rows.filter(state__in=("todo", "missed"), due_on__lt=local_today())
        )  # fmt: skip


INSPECTIONS = flow_list(
    PAGES,
    code="inspections",
    title=pgettext_lazy("safety", "Inspections"),
    permission="inspection.view",
    columns=(TITLE, LEVEL, DUE_ON, FOUND),
    filters=(
        WordsFilter("q", pgettext_lazy("safety", "Name of the premises"), looked_for_in("title")),
        AreaFilter("area", "inspection.view"),
        ChoiceFilter("level", pgettext_lazy("safety", "Level"), Level.choices),
        DaysFilter("begun", gettext_lazy("Given on"), "begun_at"),
        LateFilter(),
        SwitchFilter("with_hazards", pgettext_lazy("safety", "With hazards"), lambda rows: rows.filter(found_count__gt=0)),
    ),
    bulk=("withdraw",),
    empty=Empty(
        pgettext_lazy("safety", "No inspection yet"),
        pgettext_lazy("safety", "A plan says which premises are inspected, with which checklist and how often; each stands here."), "list",
    ),
    beside=(("safety:inspection-plans", pgettext_lazy("safety", "Plans")), ("safety:hazards", pgettext_lazy("safety", "Hazards"))),
)  # fmt: skip


class PlanRow:
    """A plan with how far its inspections have come."""

    def __init__(self, plan: InspectionPlan, counted: dict[str, int], checklist: str) -> None:
        self.plan, self.checklist = plan, checklist
        self.given, self.done, self.late = (counted.get(name, 0) for name in ("given", "done", "late"))


def with_counts(_access: Access, plans: list[InspectionPlan]) -> list[PlanRow]:
    """Plans with their figures, in two statements."""
    rows = counted([plan.id for plan in plans])
    titles = {form.id: title_of(form) for form in Form.objects.filter(id__in={plan.form_id for plan in plans})}
    return [PlanRow(plan, rows.get(plan.id, {}), titles.get(plan.form_id, "")) for plan in plans]


def counted(plan_ids: list[int]) -> dict[int, dict[str, int]]:
    """Of each plan, how many inspections were given, done, are late; one statement."""
    late = Q(state__in=("todo", "missed"), due_on__lt=local_today()) | Q(state="done", done_on__gt=F("due_on"))
    rows = Inspection.objects.filter(plan_id__in=plan_ids).exclude(state="withdrawn").values("plan_id").order_by()
    found = rows.annotate(given=Count("id"), done=Count("id", filter=Q(state="done")), late=Count("id", filter=late))
    return {int(row["plan_id"] or 0): {name: row[name] for name in ("given", "done", "late")} for row in found}


def meant(plan: InspectionPlan) -> str:
    """Which premises a plan means, in words: kinds and risks, nothing for all."""
    kinds = [str(PremisesKind(one).label) for one in plan.kinds]
    return listed([*kinds, *(str(Risk(one).label) for one in plan.risks)])


def in_force(rows: QuerySet[InspectionPlan]) -> QuerySet[InspectionPlan]:
    """The plans that hold today or will."""
    return rows.filter(last_day__gte=local_today())


def _where(row: PlanRow) -> str:
    return place(row.plan.area_id)


INSPECTION_PLANS: List[PlanRow] = List(
    code="inspection-plans",
    title=pgettext_lazy("safety", "Inspection plans"),
    permission="inspection.view",
    rows=plans_seen,
    complete=with_counts,
    id_of=lambda row: row.plan.id,
    address=lambda row: page_at("safety:inspection-plan", row.plan.id),
    columns=(
        Column("title", pgettext_lazy("safety", "Inspection plan"), lambda row: row.plan.title, sort="title", css="grow", note=_where),
        Column("checklist", pgettext_lazy("safety", "Checklist"), lambda row: row.checklist, css="col-wide"),
        Column("meant", pgettext_lazy("safety", "Which premises"), lambda row: meant(row.plan) or str(ALL), css="col-wide"),
        Column("every", pgettext_lazy("safety", "How often"), lambda row: row.plan.get_every_display(), css="fixed", code_of=lambda row: row.plan.every),
        Column("last_day", pgettext_lazy("safety", "Last day"), lambda row: row.plan.last_day, sort="last_day", css="fixed col-wide", kind=type(local_today())),
        Column("done", pgettext_lazy("safety", "Done"), lambda row: row.done, html=lambda row: f"{row.done} / {row.given}", css="number fixed", kind=int),
        Column("given", pgettext_lazy("safety", "Given"), lambda row: row.given, only="data", kind=int),
        Column("late", pgettext_lazy("safety", "Late"), lambda row: row.late, css="number fixed", kind=int),
    ),
    filters=(
        WordsFilter("q", pgettext_lazy("safety", "Title of the plan"), words_of("inspection_plans")),
        AreaFilter("area", "inspection.view"),
        ChoiceFilter("level", pgettext_lazy("safety", "Level"), Level.choices),
        ChoiceFilter("every", pgettext_lazy("safety", "How often"), Every.choices),
        SwitchFilter("in_force", pgettext_lazy("safety", "Holds now"), in_force),
    ),
    empty=Empty(
        pgettext_lazy("safety", "No inspection plan yet"),
        pgettext_lazy("safety", "A plan says which premises are inspected, with which checklist, how often and by whom."), "list",
    ),
    context=new_button("safety:new-inspection-plan", pgettext_lazy("safety", "Make a plan"), "inspection.plan"),
    beside=(("safety:inspections", pgettext_lazy("safety", "Inspections")), ("safety:checklists", pgettext_lazy("safety", "Checklists"))),
)  # fmt: skip
