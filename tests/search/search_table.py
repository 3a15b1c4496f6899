"""What the search finds of the core areas."""

from __future__ import annotations

from uuid import uuid4

from linli.core.inbox.public import give_task
from linli.core.ledger.public import New, Said, add
from linli.core.platform.public import SYSTEM, local_today
from linli.core.registry.public import PlacedRow, add_components, add_compounds, add_premises, replace_streets
from linli.core.staff.public import STAFF_FILES
from tests.city import COMMUNITY, TestCity
from tests.search.table import Row


def placed(city: TestCity, code: str, **columns: str) -> PlacedRow:
    return PlacedRow(code=code, lon=115.005, lat=30.005, area_id=city.areas[COMMUNITY].id, columns=columns)


def case(city: TestCity) -> str:
    city.report(words="桥下有一张旧沙发")
    return "桥下有一张旧沙发"


def street(_city: TestCity) -> str:
    replace_streets(SYSTEM, [("长安巷", [(115.004, 30.001), (115.004, 30.009)])], source="test")
    return "长安巷"


def crossing(_city: TestCity) -> str:
    pieces = [("滨江北路", [(115.001, 30.005), (115.009, 30.005)]), ("长安巷", [(115.004, 30.001), (115.004, 30.009)])]
    replace_streets(SYSTEM, pieces, source="test")
    return "滨江北路与长安巷路口"


def compound(city: TestCity) -> str:
    add_compounds(SYSTEM, [placed(city, "C-2024-0117", name="柳荫小区", property_manager="安居物业")], source="test")
    return "柳荫小区"


def premises(city: TestCity) -> str:
    add_premises(
        SYSTEM, [placed(city, "P-99881", name="长河批发市场", kind="market", address="滨江北路 8 号")], source="test"
    )
    return "长河批发市场"


def staff_file(city: TestCity) -> str:
    new = New(city.areas[COMMUNITY].id, {"name": "张小芳", "employment": "contract"}, "DA-3107")
    add(SYSTEM, STAFF_FILES, new, Said("worker", local_today()))
    return "张小芳"


def component(city: TestCity) -> str:
    row = placed(city, "9901010101004217", name="消防栓", standard="CJ/T 214", major_code="01", minor_code="01")
    add_components(SYSTEM, [row], source="test")
    return "消防栓"


def task(city: TestCity) -> str:
    access = city.access["leader"]
    assignee = city.users["verifier"].id
    give_task(
        access.actor(), access=access, uuid=uuid4(), subject="检查东门井盖", due=local_today(), assignee_id=assignee
    )
    return "检查东门井盖"


NEAR, FAR = ("acceptance",), ("far_acceptance",)
FOUND = {
    "cases": Row(case, ("旧沙发", "桥下沙发"), ("acceptance", "worker"), (*FAR, "administrator")),
    "grids": Row(lambda _city: "第1网格", ("第1网格", "d1wg", "G1"), NEAR, (*FAR, "handler")),
    "people": Row(lambda _city: "Dispatcher", ("dispatcher", "Dispa"), NEAR, (*FAR, "other_handler")),
    "areas": Row(lambda _city: "柳荫社区", ("柳荫", "liuyin", "lysq"), (*NEAR, "auditor"), (*FAR, "administrator")),
    "units": Row(lambda _city: "柳荫社区居委会", ("居委会", "lysq"), NEAR, FAR),
    "categories": Row(lambda _city: "暴露垃圾", ("垃圾", "bllj"), (*NEAR, *FAR), ("administrator",)),
    "streets": Row(street, ("长安巷", "changan", "cax"), NEAR, (*FAR, "administrator")),
    "crossings": Row(crossing, ("滨江北路与长安巷", "滨江北路 长安巷路口"), NEAR, (*FAR, "administrator")),
    "compounds": Row(compound, ("柳荫小区", "小区", "lyxq", "yxq", "安居", "C-2024", "0117"), NEAR, FAR),
    "ledger_staff_file": Row(staff_file, ("张小芳", "DA-31"), ("administrator",), ("worker", "supervisor")),
    "ledger_premises": Row(premises, ("批发市场", "chpf", "pifa", "滨江北路", "99881", "881"), NEAR, FAR),
    "components": Row(
        component, ("消防栓", "消防", "xfs", "fangshuan", "9901010101004217", "4217", "04217", "990101"), NEAR, FAR
    ),
    "tasks": Row(task, ("井盖", "东门"), ("leader", "verifier"), ("acceptance", "other_worker")),
}
