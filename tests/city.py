"""A small city for tests, built through the public doors: two districts, three streets, four communities, five grids, staff for each role
and one person with all roles of a street.

Not the demo city: this one is as small as the rules allow, so that a test can know all of it. Every grid is a square of 0.01 degrees
in a row from west to east, beginning at 115.00° E 30.00° N; the last grid has no worker.
"""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast
from uuid import UUID, uuid4

import shapely

from linli.core.access.public import (
    Access,
    Role,
    Unit,
    User,
    access_of,
    create_unit,
    create_user,
    grant_scope,
    sync_roles,
)
from linli.core.areas.public import Area, import_areas, parse_area_rows
from linli.core.cases.public import Case, Given, act, parse_report, report_case
from linli.core.catalogue.public import CategoryNode, add_rule, catalogue, set_up_catalogue
from linli.core.forms.public import bring_forms
from linli.core.grids.public import Grid, create_layer, parse_grid_file, publish_grid_set
from linli.core.platform.public import SYSTEM, StoredFile, clock_at, forget_all, insert_rows, now
from linli.core.staff.public import assign
from tests.kept_rows import KeptRows, keep_rows

PASSWORD = "four-eyes-see-more"
BUILT_AT = datetime(2020, 1, 1, tzinfo=UTC)
CITY, DISTRICT, OTHER_DISTRICT = "990100000000", "990101000000", "990102000000"
STREET, OTHER_STREET, FAR_STREET = "990101001000", "990101002000", "990102001000"
COMMUNITY, SECOND_COMMUNITY, OTHER_COMMUNITY, FAR_COMMUNITY = (
    "990101001001",
    "990101001002",
    "990101002001",
    "990102001001",
)
AREAS = [
    (CITY, "city", "云溪市", "Yunxi"), (DISTRICT, "district", "临江区", "Linjiang"), (OTHER_DISTRICT, "district", "南山区", "Nanshan"),
    (STREET, "street", "望江街道", "Wangjiang"), (OTHER_STREET, "street", "北门街道", "Beimen"), (FAR_STREET, "street", "塔山街道", "Tashan"),
    (COMMUNITY, "community", "柳荫社区", "Liuyin"), (SECOND_COMMUNITY, "community", "桥东社区", "Qiaodong"),
    (OTHER_COMMUNITY, "community", "北门社区", "Beimen"), (FAR_COMMUNITY, "community", "塔山社区", "Tashan"),
]  # fmt: skip
PARENTS = {
    DISTRICT: CITY, OTHER_DISTRICT: CITY, STREET: DISTRICT, OTHER_STREET: DISTRICT, FAR_STREET: OTHER_DISTRICT, COMMUNITY: STREET,
    SECOND_COMMUNITY: STREET, OTHER_COMMUNITY: OTHER_STREET, FAR_COMMUNITY: FAR_STREET,
}  # fmt: skip
# What `all_roles` holds over the street, besides handling for the environment department: whoever has all of a street's
# roles in one hand must still be stopped by each separation of duties.
ROLES_OF_A_STREET = ("grid_worker", "acceptance", "dispatcher", "verifier", "supervisor", "leader")
GRID_AREAS = [COMMUNITY, COMMUNITY, SECOND_COMMUNITY, OTHER_COMMUNITY, FAR_COMMUNITY]


@dataclass
class TestCity:
    """Who and what there is. `access[name]` is a person's Access."""

    __test__ = False
    areas: dict[str, Area] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    access: dict[str, Access] = field(default_factory=dict)

    def category(self, words: str = "暴露垃圾") -> CategoryNode:
        """A category by its words; the default is handled by the environment department."""
        return catalogue().search(words)[0]

    def photo(self, role: str = "proof") -> dict[str, Any]:
        """A reference to a stored file, for actions that need a photo. The file's bytes do not exist."""
        sha256 = uuid4().hex * 2
        row = {"sha256": sha256, "kind": "photo", "media_type": "image/jpeg", "size_bytes": 1, "received_at": now()}
        return {"role": role, "stored_file_id": insert_rows(StoredFile, [row])[0]}

    def report(
        self,
        who: str = "worker",
        *,
        grid: int = 0,
        words: str = "路口有垃圾",
        category: str | None = "暴露垃圾",
        **columns: Any,
    ) -> Case:
        """A case reported by `who` in the middle of a grid (0 to 4)."""
        columns = {
            "uuid": uuid4(), "source": "grid_worker", "description": words, "lon": 115.005 + grid * 0.01, "lat": 30.005,
            "category_id": self.category(category).id if category else None, **columns,
        }  # fmt: skip
        return report_case(self.access[who].actor(), parse_report(**columns))[0]

    def do(
        self,
        who: str,
        case: Case | int,
        action: str,
        *,
        uuid: UUID | None = None,
        seen_seq: int | None = None,
        **given: Any,
    ) -> Case:
        """An action by a person."""
        case_id = case if isinstance(case, int) else case.id
        access = self.access[who]
        return act(
            access.actor(), case_id, action, Given(**given), uuid=uuid or uuid4(), access=access, seen_seq=seen_seq
        )

    def bring_to(self, state: str, *, grid: int = 0, case: Case | None = None) -> Case:
        """A case (a new one, or one just reported) in any state of the loop, brought there by the people whose work it is."""
        case = case or self.report(grid=grid)
        steps: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
            "reported": [],
            "confirming": [("acceptance", "send_to_confirm", {})],
            "rejected": [("acceptance", "reject", {"reason": "不属实"})],
            "void": [("acceptance", "void", {"reason": "误报"})],
            "filed": [("acceptance", "file", {"category_id": self.category().id})],
        }
        steps["dispatched"] = [*steps["filed"], ("dispatcher", "dispatch", {})]
        steps["handling"] = [*steps["dispatched"], ("handler", "accept", {})]
        steps["shelved"] = [
            *steps["handling"],
            ("handler", "ask_shelving", {"reason": "等待备件"}),
            ("dispatcher", "grant_shelving", {}),
        ]
        steps["handled"] = [*steps["handling"], ("handler", "hand_over", {"note": "已清理", "files": (self.photo(),)})]
        steps["verifying"] = [*steps["handled"], ("verifier", "send_to_verify", {})]
        steps["verified"] = [*steps["verifying"], ("worker", "verify_pass", {})]
        steps["closed"] = [*steps["verified"], ("verifier", "close", {})]
        steps["archived"] = [*steps["closed"], ("supervisor", "archive", {})]
        if state == "merged":
            return self.do("acceptance", case, "merge", case_id=self.report(grid=grid, category="道路破损").id)
        for who, action, given in steps[state]:
            case = self.do(who, case, action, **given)
        return case


_kept: tuple[KeptRows, bytes] | None = None


def build_city() -> TestCity:
    """Builds the city in the test's database as of BUILT_AT, so that a test may hold the clock at any later instant.

    A process builds it once and puts the rows back later; where a test made rows of its own before, it is built through the doors.
    """
    global _kept
    if _kept and _kept[0].fits():
        _kept[0].put_back()
        forget_all()
        return cast(TestCity, pickle.loads(_kept[1]))
    city = TestCity()
    with clock_at(BUILT_AT):
        rows = keep_rows(partial(_build, city))
    if rows and not _kept:
        _kept = rows, pickle.dumps(city)
    return city


def _build(city: TestCity) -> None:
    rows, errors = parse_area_rows(
        (line, {"code": code, "level": level, "name": name, "name_en": english, "parent": PARENTS.get(code, "")})
        for line, (code, level, name, english) in enumerate(AREAS, 2)
    )
    assert not errors
    import_areas(SYSTEM, rows, source="test")
    city.areas = {area.code: area for area in Area.objects.all()}
    sync_roles()
    set_up_catalogue()
    bring_forms()
    for code, kind, area, name in (
        ("city_centre", "centre", CITY, "市中心"),
        ("district_centre", "centre", DISTRICT, "临江区中心"),
        ("street_centre", "centre", STREET, "望江街道中心"),
        ("other_centre", "centre", OTHER_STREET, "北门街道中心"),
        ("far_centre", "centre", OTHER_DISTRICT, "南山区中心"),
        ("environment", "department", DISTRICT, "环卫所"),
        ("roads", "department", DISTRICT, "市政所"),
        ("community_office", "community_office", COMMUNITY, "柳荫社区居委会"),
    ):
        city.units[code] = create_unit(SYSTEM, code=code, kind=kind, area=city.areas[area], name=name)
    for who, unit, role, area, by_unit in (
        ("worker", "community_office", "grid_worker", COMMUNITY, False), ("acceptance", "street_centre", "acceptance", STREET, False),
        ("dispatcher", "street_centre", "dispatcher", STREET, False), ("verifier", "street_centre", "verifier", STREET, False),
        ("handler", "environment", "handler", DISTRICT, True), ("other_handler", "roads", "handler", DISTRICT, True),
        ("clerk", "community_office", "handler", COMMUNITY, True), ("supervisor", "district_centre", "supervisor", DISTRICT, False),
        ("leader", "street_centre", "leader", STREET, False), ("administrator", "district_centre", "administrator", DISTRICT, False),
        ("auditor", "city_centre", "auditor", CITY, False), ("other_worker", "other_centre", "grid_worker", OTHER_COMMUNITY, False),
        ("other_acceptance", "other_centre", "acceptance", OTHER_STREET, False), ("far_acceptance", "far_centre", "acceptance", OTHER_DISTRICT, False),
        ("all_roles", "environment", "handler", DISTRICT, True),
    ):  # fmt: skip
        user = create_user(
            SYSTEM, username=who, display_name=who.replace("_", " ").title(), unit=city.units[unit], password=PASSWORD
        )
        grant_scope(
            SYSTEM,
            user=user,
            role=Role.objects.get(code=role),
            area=city.areas[area],
            unit=city.units[unit] if by_unit else None,
        )
        city.users[who] = user
    for role in ROLES_OF_A_STREET:
        grant_scope(
            SYSTEM, user=city.users["all_roles"], role=Role.objects.get(code=role), area=city.areas[STREET], unit=None
        )
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(
                shapely.to_geojson(shapely.box(115 + place * 0.01, 30.0, 115.01 + place * 0.01, 30.01))
            ),
            "properties": {"code": f"G{place + 1}", "area": area, "name": f"第{place + 1}网格", "households": 400},
        }
        for place, area in enumerate(GRID_AREAS)
    ]
    grids, grid_errors = parse_grid_file(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert not grid_errors
    publish_grid_set(
        SYSTEM, layer=create_layer(SYSTEM, code="main", name="综合网格", is_main=True), rows=grids, source="test"
    )
    assign(SYSTEM, user=city.users["worker"], grid=Grid.objects.get(code="G1"), force="base")
    assign(SYSTEM, user=city.users["other_worker"], grid=Grid.objects.get(code="G4"), force="base")
    add_rule(SYSTEM, unit=city.units["environment"], kind="matter", major_code="06")
    add_rule(SYSTEM, unit=city.units["roads"], kind="component", major_code="02")
    for who, user in city.users.items():
        found = access_of(user.id)
        assert found is not None
        city.access[who] = found[0]
