"""How safety files stand: what holds, what is over or ends soon, what lacks; for many at once, in a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.areas.public import area_tree
from linli.core.desk.public import marks
from linli.core.platform.public import listed, local_day, local_today
from linli.core.registry.public import Premises
from linli.subsystems.safety.files.flow import IN_FILE
from linli.subsystems.safety.files.needed import PLAN, RESPONSIBLE, needed_at, needed_of
from linli.subsystems.safety.plans.flow import IN_FORCE
from linli.subsystems.safety.records import YEARLY, EmergencyPlan, EntryKind, FileEntry

STATES = {
    "lacking": (pgettext_lazy("safety", "Incomplete"), "check"),
    "ending": (pgettext_lazy("safety", "Ends soon"), "waiting"),
    "complete": (pgettext_lazy("safety", "Complete"), "done"),
}


@dataclass(slots=True)
class Standing:
    """How one file stands. `holds`, `over` are its entries; `lacks` the codes of what is needed and does not hold; `plan` the plan that
    holds for its subject, its own or that of the level above."""

    holds: list[FileEntry] = field(default_factory=list)
    over: list[FileEntry] = field(default_factory=list)
    lacks: list[str] = field(default_factory=list)
    plan: EmergencyPlan | None = None

    @property
    def state(self) -> str:
        """lacking, ending or complete."""
        if self.lacks:
            return "lacking"
        return "ending" if any(one.state == "ending" for one in self.holds) else "complete"

    @property
    def lacks_words(self) -> str:
        """What lacks, in one line; empty for nothing."""
        return listed([words_of_need(code) for code in self.lacks])


def words_of_need(code: str) -> str:
    """Something that a file must hold, in words."""
    if code == PLAN:
        return pgettext("safety", "Emergency plan")
    return pgettext("safety", "Who is responsible") if code == RESPONSIBLE else str(EntryKind(code).label)


def does_hold(entry: FileEntry, day: date) -> bool:
    """Whether an entry holds on a day; what is done anew each year and names no day holds in the year in which it was filed."""
    if entry.valid_until is not None:
        return entry.valid_until >= day
    return entry.kind not in YEARLY or local_day(entry.begun_at).year == day.year


def by_kept_id(premises_ids: Iterable[int]) -> dict[int, int]:
    """Premises and all that were joined with them → the ones that are kept; one statement."""
    ids = list(premises_ids)
    gone = Premises.objects.filter(merged_into_id__in=ids).values_list("id", "merged_into_id")
    return {**{one: one for one in ids}, **{id_: kept for id_, kept in gone if kept is not None}}


def of_joined(premises: Premises) -> Q:
    """What was said of premises or of any that were joined with them, as a condition that asks no statement of its own."""
    joined = Premises.objects.filter(Q(id=premises.id) | Q(merged_into_id=premises.id))
    return Q(premises_id__in=joined.order_by().values("id"))


def standings(premises: Sequence[Premises], day: date | None = None) -> dict[int, Standing]:
    """How the files of these premises stand today, or on a day by what stands in them now; by their ids, in three statements."""
    day = day or local_today()
    kept = by_kept_id(one.id for one in premises)
    entries: dict[int, list[FileEntry]] = defaultdict(list)
    for entry in FileEntry.objects.filter(premises_id__in=kept, state__in=IN_FILE).order_by("kind", "id"):
        entries[kept[entry.premises_id or 0]].append(entry)
    plans = plans_of(premises, kept, day)
    return {
        one.id: _standing(entries[one.id], needed_of(one.kind), plans.get(one.id), _has(one, plans.get(one.id)), day)
        for one in premises
    }  # fmt: skip


def standing_of_area(area_id: int) -> Standing:
    """How the file of a street or community stands; two statements."""
    level, today = area_tree().nodes[area_id].level, local_today()
    entries = list(FileEntry.objects.filter(area_id=area_id, level=level, state__in=IN_FILE).order_by("kind", "id"))
    plan = _nearest(area_id, _plans_in_force([area_id], today))
    return _standing(
        entries, needed_at(level), plan, {PLAN} if plan is not None and plan.area_id == area_id else (), today
    )


def _has(premises: Premises, plan: EmergencyPlan | None) -> set[str]:
    """What is needed and is no entry: a plan of its own, who is responsible."""
    own = {PLAN} if plan is not None and plan.level == "premises" else set()
    return own | ({RESPONSIBLE} if premises.responsible else set())


def _standing(
    entries: list[FileEntry], needed: Sequence[str], plan: EmergencyPlan | None, has: Container[str], today: date
) -> Standing:
    found = Standing(plan=plan)
    for entry in entries:
        (found.holds if does_hold(entry, today) else found.over).append(entry)
    kinds = {entry.kind for entry in found.holds}
    found.lacks = [code for code in needed if code not in kinds and code not in has]
    return found


def plans_of(premises: Sequence[Premises], kept: dict[int, int], day: date) -> dict[int, EmergencyPlan]:
    """The plan that holds for each of these premises: its own, else that of its community, else of its street; one statement."""
    own: dict[int, EmergencyPlan] = {}
    above: dict[int, EmergencyPlan] = {}
    rows = _in_force(day).filter(Q(premises_id__in=kept) | _of_areas({one.area_id for one in premises}))
    for plan in rows.order_by("id"):
        if plan.premises_id is None:
            above[plan.area_id] = plan
        else:
            own[kept[plan.premises_id]] = plan
    found = {one.id: own.get(one.id) or _nearest(one.area_id, above) for one in premises}
    return {id_: plan for id_, plan in found.items() if plan is not None}


def _in_force(day: date) -> Any:
    return EmergencyPlan.objects.filter(state__in=IN_FORCE, valid_until__gte=day)


def _plans_in_force(area_ids: Iterable[int], day: date) -> dict[int, EmergencyPlan]:
    """The plans of these areas and those around them, by area; one statement."""
    return {plan.area_id: plan for plan in _in_force(day).filter(_of_areas(area_ids)).order_by("id")}


def _of_areas(area_ids: Iterable[int]) -> Q:
    around = {node.id for area_id in area_ids for node in area_tree().ancestors(area_id)}
    return Q(area_id__in=around, premises_id__isnull=True)


def _nearest(area_id: int, plans: dict[int, EmergencyPlan]) -> EmergencyPlan | None:
    return next((plans[node.id] for node in area_tree().ancestors(area_id) if node.id in plans), None)


def state_words(standing: Standing) -> str:
    """How a file stands, in words."""
    return str(STATES[standing.state][0])


def state_pill(standing: Standing) -> str:
    """How a file stands, as a pill."""
    words, phase = STATES[standing.state]
    return marks.state(standing.state, str(words), phase)
