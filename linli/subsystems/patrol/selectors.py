"""Reads of patrols: plans and what is due today, one plan with its points, a worker's rounds, what was missed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db.models import Count, Q, QuerySet

from linli.algorithms.rhythm import Window
from linli.core.access.public import Access, names_of, restrict
from linli.core.areas.public import area_tree
from linli.core.cases.public import Case
from linli.core.catalogue.public import catalogue
from linli.core.grids.public import grid_title, grids_at
from linli.core.platform.public import city_zone, local_time, local_today, moment_words, now
from linli.core.staff.public import grids_of
from linli.subsystems.patrol.models import Check, CheckPoint, MissedPoint, PatrolPlan, Round, RoundState

MOST_OWN_PLANS = 50
RECENT_DAYS = 14
Outcome = Literal["coming", "open", "complete", "incomplete", "missed"]


def in_force(plans: QuerySet[PatrolPlan]) -> QuerySet[PatrolPlan]:
    """The plans that are not ended."""
    return plans.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=local_today()))


def find_plan(access: Access, plan_id: int, permission: str = "patrol.view") -> PatrolPlan | None:
    """A plan that this person may see (or `permission`), else None."""
    return restrict(access, permission, PatrolPlan.objects.filter(id=plan_id)).first()


def due_points(points: Iterable[CheckPoint], window: Window) -> list[CheckPoint]:
    """The points of one plan that are due in a window: those in force for all of it, in order."""
    return [
        point
        for point in points
        if point.valid_from <= window.opens_at and (point.valid_to is None or point.valid_to >= window.closes_at)
    ]


def points_of(plans: Iterable[PatrolPlan], since: datetime) -> dict[int, list[CheckPoint]]:
    """The points of some plans that were in force at some time since `since`, by plan, in order; one statement."""
    found: dict[int, list[CheckPoint]] = defaultdict(list)
    rows = CheckPoint.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=since), plan__in=list(plans))
    for point in rows.order_by("order", "id"):
        found[point.plan_id].append(point)
    return found


@dataclass(frozen=True, slots=True)
class RoundToday:
    """One window of today as pages show it."""

    window: Window
    state: Outcome
    due: int
    checked: int
    round: Round | None
    worker: str


@dataclass(frozen=True, slots=True)
class PlanToday:
    """One plan with its rounds of today; none on a day without rounds."""

    plan: PatrolPlan
    grid: str
    points: int
    rounds: list[RoundToday]

    @property
    def due(self) -> int:
        """Points due today, over all rounds."""
        return sum(one.due for one in self.rounds)

    @property
    def checked(self) -> int:
        """Points passed today, over all rounds."""
        return sum(one.checked for one in self.rounds)


def plans_today(plans: Sequence[PatrolPlan]) -> list[PlanToday]:
    """Today's rounds of some plans with their coverage, in four statements whatever their number."""
    instant, day, local = now(), local_today(), city_zone()
    calendar = catalogue().calendar
    rounds = {(one.plan_id, one.opens_at): one for one in Round.objects.filter(plan__in=list(plans), window_date=day)}
    points = points_of(plans, instant - timedelta(days=1))
    passed: dict[int, int] = dict(
        Check.objects.filter(round__in=[one.id for one in rounds.values()])
        .values_list("round_id")
        .annotate(n=Count("id"))
        .order_by()
    )
    people = names_of({one.begun_by_id for one in rounds.values()})
    made = []
    for plan in plans:
        windows = plan.rhythm.windows_on(day, local) if plan.rhythm.holds_on(day, calendar) else []
        shown = []
        for window in windows:
            due, walked = due_points(points[plan.id], window), rounds.get((plan.id, window.opens_at))
            if not due and walked is None:
                continue
            checked = passed.get(walked.id, 0) if walked else 0
            worker = people.get(walked.begun_by_id or 0, "") if walked else ""
            state = _state(window, instant, len(due), checked)
            shown.append(RoundToday(window, state, len(due), min(checked, len(due)), walked, worker))
        current = [point for point in points[plan.id] if point.valid_to is None or point.valid_to > instant]
        made.append(PlanToday(plan, grid_title(plan.grid_id), len(current), shown))
    return made


def _state(window: Window, instant: datetime, due: int, checked: int) -> Outcome:
    if checked >= due:
        return "complete"
    if instant < window.opens_at:
        return "coming"
    if window.holds(instant):
        return "open"
    return "incomplete" if checked else "missed"


def plans_seen(access: Access) -> QuerySet[PatrolPlan]:
    """The plans in force that this person may see."""
    return in_force(restrict(access, "patrol.view", PatrolPlan.objects.all())).select_related("area")


@dataclass(frozen=True, slots=True)
class PastRound:
    """A round that is over, as lists show it."""

    round: Round
    worker: str
    area: str

    @property
    def state(self) -> Outcome:
        """What came of it."""
        if self.round.checked_points >= self.round.due_points:
            return "complete"
        return "incomplete" if self.round.checked_points else "missed"

    @property
    def span(self) -> str:
        """When it was: 11月21日 08:00–11:30."""
        return f"{moment_words(self.round.opens_at)}–{local_time(self.round.closes_at):%H:%M}"


def past_rounds(rounds: Sequence[Round]) -> list[PastRound]:
    """Rounds that are over with their workers' names, in one statement."""
    people, areas = names_of({one.begun_by_id for one in rounds}), area_tree().nodes
    titles = {one.area_id: areas[one.area_id].title if one.area_id in areas else "" for one in rounds}
    return [PastRound(one, people.get(one.begun_by_id or 0, ""), titles[one.area_id]) for one in rounds]


def my_rounds(access: Access, *, everything: bool = False) -> list[PlanToday]:
    """The plans that this person may walk today: those of their own grids or of no grid; `everything` also colleagues'.

    A plan whose grid a new division has retired is everybody's until somebody ends it: its points are still due.
    """
    rows = in_force(restrict(access, "patrol.walk", PatrolPlan.objects.all()))
    if not everything:
        nobodys = ~Q(grid_id__in=grids_at(now()).values("id"))
        rows = rows.filter(Q(grid_id__isnull=True) | Q(grid_id__in=grids_of(access.user_id)) | nobodys)
    found = plans_today(list(rows.select_related("area").order_by("id")[:MOST_OWN_PLANS]))
    return [plan for plan in found if plan.rounds]


@dataclass(frozen=True, slots=True)
class PointState:
    """One point of a round: passed or not, and by what."""

    point: CheckPoint
    check: Check | None


def points_of_round(walked: Round) -> list[PointState]:
    """The points due in a round in their order, with what was passed; two statements."""
    window = Window(walked.opens_at, walked.closes_at)
    points = due_points(points_of([walked.plan], walked.opens_at)[walked.plan_id], window)
    passed = {check.point_id: check for check in Check.objects.filter(round_id=walked.id)}
    return [PointState(point, passed.get(point.id)) for point in points]


def points_in_force(plan: PatrolPlan) -> list[CheckPoint]:
    """The points of a plan now, in order."""
    return points_of([plan], now())[plan.id]


def passed_today(plan: PatrolPlan) -> set[int]:
    """The ids of the points of a plan that were passed in the last of today's rounds."""
    last = Round.objects.filter(plan=plan, window_date=local_today()).order_by("-opens_at").first()
    return set(Check.objects.filter(round=last).values_list("point_id", flat=True)) if last else set()


def recent_rounds(plan: PatrolPlan) -> list[tuple[Round, str]]:
    """The closed rounds of the last 14 days with the worker's name, newest first."""
    since = now() - timedelta(days=RECENT_DAYS)
    rows = list(Round.objects.filter(plan=plan, opens_at__gte=since, state=RoundState.CLOSED).order_by("-opens_at"))
    people = names_of({one.begun_by_id for one in rows})
    return [(one, people.get(one.begun_by_id or 0, "")) for one in rows]


def missed_points(plan: PatrolPlan, *, limit: int = 20) -> list[tuple[MissedPoint, str]]:
    """The points missed last, newest first, each with the state of its case as it is now."""
    rows = MissedPoint.objects.filter(point__plan=plan).select_related("point").order_by("-opens_at", "point__order")
    missed = list(rows[:limit])
    states = dict(Case.objects.filter(id__in={one.case_id for one in missed}).values_list("id", "state"))
    return [(one, states.get(one.case_id, "")) for one in missed]


def plans_to_close(instant: datetime, *, limit: int) -> list[int]:
    """The ids of the plans that have a window which ended and is not closed, the longest waiting first."""
    rows = PatrolPlan.objects.filter(closes_next_at__lte=instant).order_by("closes_next_at", "id")
    return list(rows.values_list("id", flat=True)[:limit])
