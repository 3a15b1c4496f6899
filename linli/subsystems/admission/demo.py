"""Admission and campaigns of the demo city: what departments asked of grids, what the grid office decided, what grids did and collected.

Each is a generator that yields the instant at which it goes on; what would happen after the city's present does not happen.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from linli.core.access.public import Access, own_area, unit_tree
from linli.core.areas.public import area_tree
from linli.core.flow.public import AnyFlow, Given, act
from linli.core.forms.public import Form, bring_form
from linli.core.grids.public import GridNode, main_layer
from linli.core.inbox.public import TASK
from linli.core.platform.public import SYSTEM, Actor, BadInput, DemoTown, local_day, write
from linli.core.staff.public import grids_of
from linli.subsystems.admission.admissions.flow import ADMISSION
from linli.subsystems.admission.admissions.giving import ask_admission, give_now
from linli.subsystems.admission.campaigns.flow import CAMPAIGN
from linli.subsystems.admission.campaigns.models import Campaign, CampaignGrid, CampaignTarget
from linli.subsystems.admission.campaigns.running import fill_in_grid, give_tasks, prepare_campaign
from linli.subsystems.admission.campaigns.targets import miss
from linli.subsystems.admission.grid_rows import tasks_of

Way = Iterator[datetime]
RESIDENT = Actor(kind="resident")


class Asked(NamedTuple):
    """A request: how long ago in work days, of what, how often, hours, yuan, where it stands now; how many of its tasks are done."""

    days: float
    title: str
    basis: str
    department: str
    grid: str
    every: str
    hours: str
    amount: str
    stands: str
    done: int = 0


ASKED = (
    Asked(34, "独居老人家庭用气安全入户检查", "《城镇燃气管理条例》第三十条，市燃气办年度工作方案", "培训网格员，发现隐患24小时内上门处置", "入户查看软管、阀门和通风，登记隐患", "month", "6", "36000", "admitted", 9),
    Asked(29, "沿街店铺门前三包情况巡查", "《市容和环境卫生管理条例》第十条", "复核登记，依法处理拒不整改的店铺", "每周走一遍沿街店铺，拍照登记占道和乱堆", "week", "1.5", "48000", "suspended"),
    Asked(21, "二次供水水箱周边环境查看", "《生活饮用水卫生监督管理办法》第八条", "水质检测和水箱清洗由供水单位负责", "查看水箱间门锁、周边垃圾和渗漏", "quarter", "1", "9000", "admitted", 5),
    Asked(12, "上门核查企业用工人数", "部门年度工作要点", "汇总数据", "逐户核对用工人数并签字", "month", "12", "5000", "refused"),
    Asked(6, "老旧小区加装电梯意愿征集", "《既有住宅加装电梯实施细则》第六条", "设计方案和费用测算，逐栋反馈结果", "按楼栋征集意愿，每户一份", "campaign", "8", "20000", "admitted"),
    Asked(3, "冬季供暖管网沿线巡看", "《城市供热条例》第二十二条", "抢修和补偿由供热单位负责", "每周沿管网走一遍，发现冒汽、塌陷即报", "week", "2", "26000", "examined"),
    Asked(0.1, "非机动车充电设施位置核对", "《消防安全管理规定》第三十七条", "设施检测和整改由消防部门负责", "核对充电桩位置和数量，拍照上传", "once", "3", "8000", "asked"),
)  # fmt: skip
LIFTS: dict[str, Any] = {
    "form": 1,
    "titles": {"zh-hans": "加装电梯意愿征集表", "en": "Lifts in old houses"},
    "intro": {"zh-hans": "每户一份，结果按楼栋公布。", "en": "One for each household; results are published by building."},
    "items": [
        {"type": "text", "name": "building", "label": {"zh-hans": "楼栋和单元", "en": "Building and stairwell"}, "required": True, "most": 40, "impersonal": True},
        {"type": "number", "name": "floor", "label": {"zh-hans": "所在楼层", "en": "Floor"}, "required": True, "whole": True, "least": 1, "most": 40},
        {
            "type": "one", "name": "wish", "label": {"zh-hans": "是否同意加装", "en": "Do you agree"}, "required": True,
            "choices": [
                {"code": "yes", "label": {"zh-hans": "同意", "en": "Yes"}}, {"code": "no", "label": {"zh-hans": "不同意", "en": "No"}},
                {"code": "later", "label": {"zh-hans": "再考虑", "en": "Not sure yet"}},
            ],
        },
        {"type": "text", "name": "why", "label": {"zh-hans": "顾虑", "en": "Concerns"}, "lines": True, "most": 300, "impersonal": True},
    ],
}  # fmt: skip
SHOPS: dict[str, Any] = {
    "form": 1,
    "titles": {"zh-hans": "沿街场所用火用电摸底表", "en": "Fire and heating in premises"},
    "subject": "premises",
    "items": [
        {"type": "text", "name": "name", "label": {"zh-hans": "场所名称", "en": "Name"}, "required": True, "most": 120, "fact": "premises.name", "impersonal": True},
        {
            "type": "one", "name": "heating", "label": {"zh-hans": "取暖方式", "en": "Heating"}, "required": True,
            "choices": [
                {"code": "none", "label": {"zh-hans": "不取暖", "en": "None"}}, {"code": "electric", "label": {"zh-hans": "电取暖", "en": "Electric"}},
                {"code": "fire", "label": {"zh-hans": "明火取暖", "en": "Open fire"}},
            ],
        },
        {"type": "number", "name": "bottles", "label": {"zh-hans": "灭火器", "en": "Fire extinguishers"}, "whole": True, "least": 0, "unit": "具"},
    ],
}  # fmt: skip
DRAINS: dict[str, Any] = {
    "form": 1,
    "titles": {"zh-hans": "排水口复查表", "en": "Drains after the rains"},
    "items": [
        {"type": "text", "name": "spot", "label": {"zh-hans": "位置", "en": "Where"}, "required": True, "most": 60, "impersonal": True},
        {
            "type": "one", "name": "clear", "label": {"zh-hans": "是否通畅", "en": "Is it clear"}, "required": True,
            "choices": [{"code": "yes", "label": {"zh-hans": "通畅", "en": "Yes"}}, {"code": "no", "label": {"zh-hans": "堵塞", "en": "No"}}],
        },
    ],
}  # fmt: skip
WORRIES = ("", "", "担心采光", "一楼用不上", "费用怎么分摊", "施工噪声")


def ways(town: DemoTown) -> list[Way]:
    """All that departments ask of grids in the city, and what is collected there."""
    made = [admission(Told(town, f"asked-{place}", row.days), row) for place, row in enumerate(ASKED)]
    return [*made, lifts(Told(town, "lifts", 5)), shops(Told(town, "shops", 8)), finished(Told(town, "drains", 24))]


class Told:
    """One thing on its way: when it goes on, and by whom."""

    def __init__(self, town: DemoTown, name: str, days: float) -> None:
        self.town, self.name, self.steps = town, name, 0
        self.rng = random.Random(f"linli-demo-admission-{town.seed}-{name}")
        self.at: datetime = town.later(town.ago(days), self.rng.uniform(0, 60) if days >= 1 else 0)

    def uuid(self) -> Any:
        """The id of the next step; the same in every making of the same city."""
        self.steps += 1
        return self.town.uuid(f"admission/{self.name}/{self.steps}")

    def soon(self, low: float = 30, high: float = 300) -> datetime:
        """Some minutes of office time later."""
        self.at = self.town.later(self.at, self.rng.uniform(low, high))
        return self.at

    def do(self, flow: AnyFlow, item: Any, who: Access, action: str, **given: Any) -> Any:
        """One step by somebody."""
        return act(flow, who.actor("demo"), item.id, action, Given(**given), uuid=self.uuid(), access=who)

    def leader(self) -> Access:
        """Who decides for the street of the centre."""
        found: Access = self.town.people("leader")[0]
        return found

    def workers(self) -> list[Access]:
        """The grid workers of the leader's street who have a grid, by their order."""
        inside = set(area_tree().subtree(own_area(self.leader())))
        layer = main_layer()
        nodes = layer.nodes if layer else {}
        return [
            one
            for one in self.town.people("grid_worker")
            if any(nodes[g].area_id in inside for g in grids_of(one.user_id) if g in nodes)
        ]


def _department(told: Told) -> Access:
    """Somebody of a department that serves the leader's street."""
    street, tree = own_area(told.leader()), area_tree()
    units = unit_tree().nodes
    able = [
        one
        for one in told.town.people("handler")
        if one.unit_id in units and tree.contains(units[one.unit_id].area_id, street)
    ]
    found: Access = able[told.rng.randrange(len(able))]
    return found


def admission(told: Told, row: Asked) -> Way:
    """Asked for, examined, decided; its tasks given and some of them done."""
    yield told.at
    today, who, leader = local_day(told.at), _department(told), told.leader()
    street = area_tree().nodes[own_area(leader)]
    item = ask_admission(
        who.actor("demo"), who, told.uuid(),
        {
            "title": row.title, "legal_basis": row.basis, "duty_department": row.department, "duty_grid": row.grid, "every": row.every,
            "hours": Decimal(row.hours), "amount": Decimal(row.amount), "payer": "部门预算 专项业务费", "first_day": today,
            "last_day": today + timedelta(days=364), "areas": (street,),
        },
    )  # fmt: skip
    if row.stands == "asked":
        return
    yield told.soon(200, 900)
    if row.stands == "refused":
        told.do(ADMISSION, item, leader, "refuse", reason="没有法定依据，也未说明部门职责，不得转嫁给网格。")
        return
    told.do(ADMISSION, item, leader, "examine", note="权责清楚，工时可承接。")
    if row.stands == "examined":
        return
    yield told.soon(100, 600)
    told.do(ADMISSION, item, leader, "admit", note="同意准入，按期评估。")
    with write(SYSTEM) as work:
        give_now(work, item.id)
    for task in list(tasks_of(ADMISSION, [item.id]).filter(state="open").order_by("id")[: row.done]):
        doer = next((one for one in told.workers() if one.user_id == task.assignee_id), None)
        if doer is not None:
            yield told.soon(60, 700)
            spent = Decimal(row.hours) * Decimal(told.rng.randint(7, 12)) / 10
            told.do(TASK, task, doer, "done", note="已完成，情况已登记。", amount=spent.quantize(Decimal("0.1")))
    if row.stands == "suspended":
        yield told.soon(2000, 3000)
        told.do(ADMISSION, item, leader, "suspend", reason="低温雨雪应急期间暂停。")


def _opened(told: Told, code: str, document: dict[str, Any], **values: Any) -> Campaign:
    """A campaign of the leader's street, prepared, opened, its tasks given."""
    leader, today = told.leader(), local_day(told.at)
    street = area_tree().nodes[own_area(leader)]
    form: Form = bring_form(
        SYSTEM, code=code, document=document, area_id=street.id, owner_unit_id=leader.unit_id, for_residents=bool(values.get("for_residents"))
    )  # fmt: skip
    given = {
        "form": form,
        "first_day": today,
        "last_day": today + timedelta(days=values.pop("days")),
        "areas": (street,),
        **values,
    }
    item = prepare_campaign(leader.actor("demo"), leader, told.uuid(), given)
    told.do(CAMPAIGN, item, leader, "open")
    with write(SYSTEM) as work:
        give_tasks(work, item.id)
    return item


def _grids(told: Told) -> list[tuple[Access, GridNode]]:
    """The first workers of the street, each with a grid."""
    layer = main_layer()
    found = []
    for who in told.workers()[:8]:
        grid = next((layer.nodes[one] for one in grids_of(who.user_id) if layer and one in layer.nodes), None)
        if grid is not None:
            found.append((who, grid))
    return found


def lifts(told: Told) -> Way:
    """Running, by workers and residents: so many sheets a grid, some grids further than others."""
    yield told.at
    item = _opened(
        told, "lifts", LIFTS, title="老旧小区加装电梯意愿征集", days=20, per_grid=12, for_residents=True,
        instructions="逐栋入户，每户一份；不在家的留联系卡。",
    )  # fmt: skip
    for place, (who, grid) in enumerate(_grids(told)):
        for number in range(told.rng.randint(2, 11 if place % 3 else 12)):
            yield told.soon(3, 25)
            by_resident = number % 4 == 3
            given = {
                "building": f"{told.rng.randint(1, 12)}栋{told.rng.randint(1, 3)}单元", "floor": told.rng.randint(1, 7),
                "wish": told.rng.choice(("yes", "yes", "yes", "no", "later")), "why": told.rng.choice(WORRIES),
            }  # fmt: skip
            actor = RESIDENT if by_resident else who.actor("demo")
            fill_in_grid(actor, None if by_resident else who, told.uuid(), item_id=item.id, grid=grid, given=given)


def shops(told: Told) -> Way:
    """Running, half done: the premises of the ledger one by one, some of them missed with the reason."""
    yield told.at
    try:
        item = _opened(
            told, "shop-check", SHOPS, title="沿街场所冬季用火用电摸底", days=25, targets="premises", instructions="逐户上门，先核对系统已有信息。"
        )  # fmt: skip
    except BadInput:  # a small city may have no premises in this street
        return
    for place, (who, grid) in enumerate(_grids(told)):
        targets = list(CampaignTarget.objects.filter(item_id=item.id, grid_id=grid.id).order_by("id"))
        for number, target in enumerate(targets[: max(1, len(targets) * (place % 4 + 1) // 5)]):
            yield told.soon(5, 40)
            if number % 6 == 5:
                miss(
                    who.actor("demo"),
                    item=item,
                    target_id=target.id,
                    missed=told.rng.choice(("refused", "away", "gone")),
                )
                continue
            given = {
                "name": target.title,
                "heating": told.rng.choice(("none", "electric", "fire")),
                "bottles": told.rng.randint(0, 4),
            }
            fill_in_grid(
                who.actor("demo"), who, told.uuid(), item_id=item.id, grid=grid, given=given, offered=("name",), target=target
            )  # fmt: skip


def finished(told: Told) -> Way:
    """Over: every grid brought what it was to bring, and the office closed it."""
    yield told.at
    item = _opened(
        told, "drains", DRAINS, title="汛后排水口复查", days=10, per_grid=2, instructions="每网格查两处排水口。"
    )
    layer = main_layer()
    rows = [row.grid_id for row in CampaignGrid.objects.filter(item_id=item.id).order_by("id")]
    by_grid = {grid.id: who for who, grid in _grids(told)}
    for grid_id in rows:
        for _number in range(2):
            yield told.soon(1, 6)
            who = by_grid.get(grid_id, told.leader())
            given = {"spot": f"{told.rng.randint(1, 60)}号门前", "clear": told.rng.choice(("yes", "yes", "no"))}
            if layer and grid_id in layer.nodes:
                grid = layer.nodes[grid_id]
                fill_in_grid(who.actor("demo"), who, told.uuid(), item_id=item.id, grid=grid, given=given)
    yield told.soon(20, 60)
    told.do(CAMPAIGN, item, told.leader(), "close", note="全部完成。")
