"""Safety of the demo city: rented dwellings with their files, plans that two people approved, drills, hazards in all states, stars of two
quarters.

Each is a generator that yields the instant at which it goes on; what would happen after the city's present does not happen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from linli.core.access.public import Access, own_area
from linli.core.areas.public import area_condition, area_tree
from linli.core.flow.public import AnyFlow, Given, act, begin_from
from linli.core.forms.public import AnswerSheet, Form, save_answers, schema_of, send_sheet
from linli.core.platform.public import SYSTEM, DemoTown, local_day, receive_photo, write
from linli.core.registry.public import PlacedRow, Premises, add_premises
from linli.subsystems.safety.files.flow import put_in_file
from linli.subsystems.safety.flow import HAZARD
from linli.subsystems.safety.inspection_records import Inspection
from linli.subsystems.safety.inspections.checklists import asked_of
from linli.subsystems.safety.inspections.filling import begin_checklist, may_inspect
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.inspections.planning import PlanGiven, give_due, make_plan
from linli.subsystems.safety.models import Drill, Hazard
from linli.subsystems.safety.plans.drills import note_down_drill
from linli.subsystems.safety.plans.flow import PLAN, draft_plan
from linli.subsystems.safety.ratings import Rating
from linli.subsystems.safety.stars.flow import STAR_RATING
from linli.subsystems.safety.stars.proposing import propose_for
from linli.subsystems.safety.stars.quarters import quarter_of

Way = Iterator[datetime]
DWELLINGS, DAYS_BEFORE = 12, 58
NEEDED = ("commitment", "extinguishers", "training", "alarm", "wiring")
TITLES = {
    "extinguishers": "4公斤干粉，每层2具",
    "alarm": "每间1个",
    "commitment": "房主签字",
    "training": "消防演示，房主参加",
    "wiring": "电工检测报告",
}
OWNERS = ("周立", "何春", "罗敏", "杜平", "沈岩", "贺兰")


class Found(NamedTuple):
    """A hazard: how many work days ago, what, how grave, in which dwelling (by its place), how far it went."""

    days: float
    title: str
    severity: str
    dwelling: int
    stands: str


HAZARDS = (
    Found(50, "电动车在楼道充电", "grave", 1, "closed"),
    Found(46, "安全出口堆放杂物", "serious", 3, "closed"),
    Found(44, "私拉电线给电动车充电", "serious", 5, "told"),
    Found(18, "阁楼住人，无第二出口", "grave", 7, "told"),
    Found(9, "燃气软管老化", "serious", 2, "rectified"),
    Found(4, "应急灯不亮", "slight", 4, "told"),
    Found(1.2, "窗户被防盗网封死", "serious", 9, "found"),
    Found(12, "插座松动", "slight", 8, "dropped"),
)
PLANS = (
    (40, "street", "街道火灾应急预案", "一、发现火情先呼救、报119。二、街道值班员通知社区和微型消防站。三、集合地点为各社区广场。", "in_force"),
    (30, "community", "社区防汛应急预案", "一、预警发布后通知低洼处住户转移。二、物资在社区仓库。三、集合地点为社区服务站。", "in_force"),
    (8, "community", "社区防汛应急预案", "一、预警发布后按新的低洼点清单通知转移。二、增加抽水泵两台。", "submitted"),
    (3, "premises", "出租房火灾应急预案", "一、房主为第一责任人。二、每层张贴疏散图。", "draft"),
)  # fmt: skip


def ways(town: DemoTown) -> list[Way]:
    """All that happens about safety in the leader's street."""
    return [
        homes(Told(town, "homes", DAYS_BEFORE)),
        *(hazard(Told(town, f"hazard-{place}", row.days), row) for place, row in enumerate(HAZARDS)),
        *(plan(Told(town, f"plan-{place}", row[0]), *row[1:]) for place, row in enumerate(PLANS)),
        stars(Told(town, "stars", 54)),
        inspections(Told(town, "inspections", 26)),
    ]


class Told:
    """One thing on its way: when it goes on, and by whom."""

    def __init__(self, town: DemoTown, name: str, days: float) -> None:
        self.town, self.name, self.steps = town, name, 0
        self.rng = random.Random(f"linli-demo-safety-{town.seed}-{name}")
        self.at: datetime = town.later(town.ago(days), self.rng.uniform(0, 60) if days >= 1 else 0)

    def uuid(self) -> Any:
        """The id of the next step; the same in every making of the same city."""
        self.steps += 1
        return self.town.uuid(f"safety/{self.name}/{self.steps}")

    def soon(self, low: float = 60, high: float = 400) -> datetime:
        """Some minutes of office time later."""
        self.at = self.town.later(self.at, self.rng.uniform(low, high))
        return self.at

    def do(self, flow: AnyFlow, item: Any, who: Access, action: str, **given: Any) -> Any:
        """One step by somebody."""
        return act(flow, who.actor("demo"), item.id, action, Given(**given), uuid=self.uuid(), access=who)

    def one(self, role: str) -> Access:
        """The first who holds a role."""
        found: Access = self.town.people(role)[0]
        return found

    def street_id(self) -> int:
        """The street in which it happens."""
        return own_area(self.one("leader"))

    def worker(self, role: str = "grid_worker") -> Access:
        """Somebody of the street who works in a grid, or in another role."""
        inside = set(area_tree().subtree(self.street_id()))
        found: Access = next(one for one in self.town.people(role) if own_area(one) in inside)
        return found


def _code(place: int) -> str:
    return f"CZ{place + 1:03d}"


def _dwellings() -> list[Premises]:
    return list(Premises.objects.filter(code__in=[_code(place) for place in range(DWELLINGS)]).order_by("code"))


def _proof() -> tuple[dict[str, Any], ...]:
    """A plain picture as proof."""
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (320, 240), "#8a9a8f").save(file, "JPEG")
    return ({"role": "after", "stored_file_id": receive_photo(file.getvalue()).id},)


def homes(told: Told) -> Way:
    """Rented dwellings come into the ledger, and their files are filled: some whole, some with what is over, ends soon or lacks."""
    yield told.at
    near = (
        Premises.objects.filter(area_condition(told.street_id()), lon__isnull=False)
        .exclude(kind="rented")
        .order_by("code")
    )
    places = list(near[: DWELLINGS * 3 : 3])
    rows = [
        PlacedRow(
            code=_code(place), lon=round((one.lon or 0) + 0.0003, 6), lat=round((one.lat or 0) + 0.0002, 6), area_id=one.area_id,
            columns={
                "kind": "rented", "name": f"{one.address or one.name}出租房"[:120], "address": one.address,
                **({"responsible": OWNERS[place % len(OWNERS)]} if place % 7 else {}),
            },
        )
        for place, one in enumerate(places)
    ]  # fmt: skip
    add_premises(SYSTEM, rows, source="demo")
    supervisor = told.one("supervisor")
    for place, one in enumerate(_dwellings()):
        yield told.soon(5, 30)
        for number, kind in enumerate(NEEDED):
            if (place * 5 + number) % 9 == 8:
                continue  # what lacks
            days = {3: -12, 5: 18}.get((place + number) % 11, 200 + 17 * place)
            until = local_day(told.town.end) + timedelta(days=days)
            given = {"premises": one, "kind": kind, "title": TITLES[kind], "valid_until": until}
            put_in_file(supervisor.actor("demo"), supervisor, told.uuid(), given)
    street = area_tree().nodes[told.street_id()]
    for kind, title in (("duties", "安全生产责任分工（街道）"), ("training", "街道年度消防培训")):
        until = local_day(told.town.end) + timedelta(days=24 if kind == "training" else 190)
        given = {"area": street, "kind": kind, "title": title, "valid_until": until}
        put_in_file(supervisor.actor("demo"), supervisor, told.uuid(), given)


def hazard(told: Told, row: Found) -> Way:
    """Found, told, rectified, rechecked: as far as its row says."""
    yield told.at
    homes_there, supervisor, leader = _dwellings(), told.one("supervisor"), told.one("leader")
    if len(homes_there) <= row.dwelling:
        return
    one = homes_there[row.dwelling]
    given = {
        "area": area_tree().nodes[one.area_id],
        "premises": one,
        "title": row.title,
        "severity": row.severity,
        "place": "",
    }
    item: Hazard = begin_from(HAZARD, supervisor.actor("demo"), given, access=supervisor, uuid=told.uuid())
    if row.stands == "found":
        return
    yield told.soon()
    if row.stands == "dropped":
        told.do(HAZARD, item, leader, "drop", reason="现场复看，已固定，不属于隐患。")
        return
    told.do(HAZARD, item, supervisor, "tell", note="已告知房主，限期整改。")
    if row.stands == "told":
        return
    yield told.soon(800, 2600)
    told.do(HAZARD, item, supervisor, "rectify", note="已整改，照片为证。", files=_proof())
    if row.stands == "closed":
        yield told.soon()
        told.do(HAZARD, item, leader, "close", note="复查通过。")


def plan(told: Told, level: str, title: str, text: str, stands: str) -> Way:
    """Written by a grid worker, reviewed by the supervisor, approved by the leader; drilled once."""
    yield told.at
    supervisor, leader = told.one("supervisor"), told.one("leader")
    writer = told.worker("community_officer") if level != "street" else supervisor
    if level == "street":
        about: dict[str, Any] = {"area": area_tree().nodes[told.street_id()]}
    elif level == "community":
        about = {"area": area_tree().nodes[own_area(writer)]}
    else:
        about = {
            "premises": next(
                iter(
                    Premises.objects.filter(area_condition(own_area(writer)), retired_at__isnull=True).order_by("code")
                )
            )
        }
    until = local_day(told.town.end) + timedelta(days=21 if title.startswith("社区") else 300)
    item = draft_plan(
        writer.actor("demo"), writer, told.uuid(), {**about, "title": title, "text": text, "valid_until": until}
    )
    if stands == "draft":
        return
    yield told.soon()
    told.do(PLAN, item, writer, "submit", note="请审核。")
    if stands == "submitted":
        return
    yield told.soon(200, 900)
    reviewer = leader if level == "street" else supervisor
    told.do(PLAN, item, reviewer, "review", note="职责清楚，同意。")
    if level == "street":
        return  # waits for a second person
    yield told.soon()
    told.do(PLAN, item, leader, "approve", note="批准执行。")
    yield told.soon(3000, 4000)
    held = {
        "plan": item,
        "held_on": local_day(told.at),
        "people": 46,
        "went_wrong": "二号集合点广播听不清，改用手持喇叭。",
    }
    drill: Drill = note_down_drill(supervisor.actor("demo"), supervisor, told.uuid(), held)
    item.refresh_from_db(fields=["drill_on"])
    type(item).objects.filter(id=drill.plan_id).update(drill_on=local_day(told.town.end) + timedelta(days=20))


def stars(told: Told) -> Way:
    """Stars of the two quarters before this one: the older are set, one by hand and one after an objection; of the newer some wait."""
    yield told.at
    newer = quarter_of(local_day(told.town.end)).before()
    with write(SYSTEM):
        propose_for(newer.before())
    supervisor, leader = told.one("supervisor"), told.one("leader")
    ratings = list(Rating.objects.order_by("id"))
    for place, item in enumerate(ratings):
        yield told.soon(20, 60)
        if place == 2:
            stars = item.stars - 1 if item.stars > 1 else 2
            told.do(STAR_RATING, item, supervisor, "change", reason="现场查看，楼道又有堆放。", values={"stars": stars})
        else:
            told.do(STAR_RATING, item, supervisor, "confirm")
        if place == 4:
            yield told.soon()
            told.do(STAR_RATING, item, supervisor, "appeal", note="房主称烟感已在上月更换。")
            yield told.soon(600, 1200)
            told.do(STAR_RATING, item, leader, "uphold", reason="现场核实，未见更换记录。")
    yield max(told.soon(), told.town.later(told.town.morning(newer.following().first_day), 2500))
    with write(SYSTEM):
        propose_for(newer)
    ratings = list(Rating.objects.filter(term=newer.code).order_by("id"))
    for place, item in enumerate(ratings[: len(ratings) * 2 // 3]):
        yield told.soon(20, 60)
        told.do(STAR_RATING, item, supervisor, "confirm")
        if place == 1:
            yield told.soon()
            told.do(STAR_RATING, item, supervisor, "appeal", note="房主称电线已重新布设。")


def inspections(told: Told) -> Way:
    """A plan for rented dwellings each month: of the first month most are done and one was closed, of the running one a few are; one
    checklist says no, and a hazard comes of it."""
    yield told.at
    supervisor, first = told.one("supervisor"), local_day(told.at)
    given = PlanGiven(
        title="出租房每月安全检查", level="community", area=area_tree().nodes[told.street_id()], form_id=Form.objects.get(code="check-rented").id,
        every="month", doer="grid", first_day=first, last_day=first + timedelta(days=360), kinds=("rented",),
    )  # fmt: skip
    plan = make_plan(supervisor.actor("demo"), access=supervisor, uuid=told.uuid(), given=given)
    with write(SYSTEM) as work:
        give_due(work, plan.id)
    for place, item in enumerate(Inspection.objects.filter(plan_id=plan.id).order_by("id")[: DWELLINGS - 2]):
        yield told.soon(20, 90)
        _inspect(told, item, found=place == 3, closed=place == 5)
    yield told.town.morning(_next_month(first) + timedelta(days=8))
    for item in Inspection.objects.filter(plan_id=plan.id, state="todo").order_by("-id")[: DWELLINGS // 2]:
        yield told.soon(20, 90)
        _inspect(told, item)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _inspect(told: Told, item: Inspection, *, found: bool = False, closed: bool = False) -> None:
    """Whoever goes there finds everything in order, or one point that is not, or nobody."""
    able = (*told.town.people("grid_worker"), *told.town.people("handler"), told.one("supervisor"))
    who = next((one for one in able if may_inspect(item, one)), None)
    if who is None:
        return
    if closed:
        told.do(INSPECTION, item, who, "not_possible", reason="两次上门无人。", values={"cause": "closed"})
        return
    actor = who.actor("demo")
    sheet: AnswerSheet = begin_checklist(actor, access=who, uuid=told.uuid(), inspection_id=item.id)
    points = [one.name for one in asked_of(schema_of(sheet.version_id))]
    answers = dict.fromkeys(points, "yes")
    if found:
        answers |= {points[3]: "no", f"{points[3]}_words": "现场演示不能正常使用，已要求三日内更换。"}
    save_answers(actor, sheet_id=sheet.id, given=answers)
    send_sheet(actor, sheet_id=sheet.id)
