"""Patrols of the demo city: two plans, walked morning and afternoon for two weeks through the patrol's own services, and this
morning's round half done. One point was missed on the way; its case went to the community's office.

Ways in the sense of `simulation.py`, which wakes them in the order of time.
"""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from linli.core.access.public import Access
from linli.core.cases.public import Given, act
from linli.core.catalogue.public import catalogue
from linli.demo.city.model import City
from linli.demo.city.remarks_streets import Words
from linli.demo.life import Town, Way
from linli.demo.office_time import ZONE
from linli.demo.units import community_key
from linli.subsystems.patrol.public import (
    MissedPoint,
    PatrolPlan,
    PointPlan,
    Round,
    check_point,
    end_round,
    make_plan,
    points_of_round,
    start_round,
)

DAYS, POINTS = 14, 6
TIMES = [("08:00", "11:30"), ("14:00", "17:30")]
BEGINS = (time(8, 25), time(14, 20))
MISSED_BEFORE_DAYS = 3  # on a working morning this long ago or more, the second plan's last point was passed by
MISSED_KIND = ("patrol", "matter", "P01")
NOTES: Words = {
    "plain": ("", "", "", "无异常。", "已清理少量纸屑。"),
    "hand": ("门卫换岗，绕到侧门查看。", "标识被车挡住，人工确认。"),
}


class Patrol:
    """One plan and the worker who walks it."""

    def __init__(self, town: Town, city: City, grid_code: str, end: datetime, name: str, *, misses: bool) -> None:
        self.town, self.end = town, end
        self.grid = next(one for one in city.grids if one.code == grid_code)
        self.spots = [one for one in city.components if one.grid_code == grid_code]
        self.worker = town.staff.workers[grid_code]
        self.rng = random.Random(f"linli-demo-patrol-{town.seed}-{grid_code}")
        self.name, self.misses, self.steps = name, misses, 0

    def uuid(self) -> UUID:
        """The id of the next step; the same in every making of the same city."""
        self.steps += 1
        return uuid5(NAMESPACE_URL, f"linli-demo/{self.town.seed}/patrol/{self.grid.code}/{self.steps}")

    def way(self) -> Way:
        """The plan is made on a morning, and walked until now."""
        first = (self.end - timedelta(days=DAYS)).astimezone(ZONE).date()
        yield datetime.combine(first, time(7, 30), ZONE).astimezone(UTC)
        lead = self.town.staff.desks["patrol_lead"][0]
        plan = self.make(lead, first)
        for days in range(DAYS + 1):
            day = first + timedelta(days=days)
            if not self.town.office.calendar.is_work_day(day):
                continue
            for begins in BEGINS:
                yield from self.walk(plan, datetime.combine(day, begins, ZONE).astimezone(UTC))

    def make(self, lead: Access, first: date) -> PatrolPlan:
        """The plan with points at things that stand in the grid."""
        chosen = self.rng.sample(self.spots, min(POINTS, len(self.spots)))
        points = tuple(
            PointPlan(f"{one.name}{place}号点", one.point.x, one.point.y) for place, one in enumerate(chosen, 1)
        )
        return make_plan(
            lead.actor("demo"), access=lead, uuid=self.uuid(), name=self.name, area_code=self.grid.community_code,
            grid_code=self.grid.code, days="work_days", times=TIMES, valid_from=first, points=points,
        )  # fmt: skip

    def walk(self, plan: PatrolPlan, begins: datetime) -> Way:
        """One round: every point with some minutes between, as a telephone at the point sends it."""
        at = begins + timedelta(minutes=self.rng.uniform(0, 20))
        yield at
        walked = start_round(self.worker.actor("demo"), access=self.worker, plan_id=plan.id, uuid=self.uuid())
        points = [one.point for one in points_of_round(walked)]
        today = begins.astimezone(ZONE).date() == self.end.astimezone(ZONE).date()
        passed_by = self.misses and begins == self.morning_of(self.missed_day())
        for place, point in enumerate(points):
            if passed_by and place == len(points) - 1:
                continue
            # This morning's round goes on beyond what is now.
            at += timedelta(minutes=self.rng.uniform(24, 34) if today else self.rng.uniform(9, 21))
            yield at
            by_hand = self.rng.random() < 0.06
            check_point(
                self.worker.actor("demo"), access=self.worker, round_id=walked.id, point_id=point.id, uuid=self.uuid(),
                lon=None if by_hand else point.lon, lat=None if by_hand else point.lat,
                note=self.rng.choice(NOTES["hand" if by_hand else "plain"]),
            )  # fmt: skip
        yield at + timedelta(minutes=4)
        end_round(self.worker.actor("demo"), access=self.worker, round_id=walked.id, uuid=self.uuid())

    def missed_day(self) -> date:
        """The working day on which a point was passed by."""
        day = (self.end - timedelta(days=MISSED_BEFORE_DAYS)).astimezone(ZONE).date()
        while not self.town.office.calendar.is_work_day(day):
            day -= timedelta(days=1)
        return day

    def morning_of(self, day: date) -> datetime:
        """When the morning's round of a day begins."""
        return datetime.combine(day, BEGINS[0], ZONE).astimezone(UTC)

    def missed(self) -> Way:
        """The morning after a point was missed: filed, and given to the community's office, which still has it."""
        at = self.town.office.later(self.morning_of(self.missed_day()) + timedelta(hours=11), 5)
        yield at
        found = MissedPoint.objects.filter(round__in=Round.objects.filter(plan__name=self.name)).order_by("id").first()
        if found is None:
            return
        desk, dispatcher = self.town.staff.desks["acceptance"][0], self.town.staff.desks["dispatcher"][0]
        kind = catalogue().by_code[MISSED_KIND]
        unit = self.town.staff.units[community_key(self.grid.community_code)]
        handler = self.town.staff.handlers[unit.id][0]
        for who, action, given in (
            (desk, "file", Given(category_id=kind.id, note="漏检一处，请补检并说明原因。")), (dispatcher, "dispatch", Given(unit_id=unit.id)),
            (handler, "accept", Given()),
        ):  # fmt: skip
            case = act(who.actor("demo"), found.case_id, action, given, uuid=self.uuid(), access=who)
            self.town.watch(case)
            at += timedelta(minutes=self.rng.uniform(8, 30))
            yield at


def patrols(town: Town, city: City, end: datetime) -> list[Way]:
    """The ways of both plans and of what was missed. Grids come in the order of their workers' sign-in names."""
    codes = sorted(town.staff.workers)[:2]
    one = Patrol(town, city, codes[0], end, "背街小巷早晚巡查", misses=False)
    other = Patrol(town, city, codes[1], end, "设施完好巡查", misses=True)
    return [one.way(), other.way(), other.missed()]
