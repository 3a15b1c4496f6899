"""Components out of a census: filed by their grid, changed by a later file, taken back as they were, each behind the gate of its area."""

from __future__ import annotations

import io
from typing import Any

import pytest

from linli.core.access.public import Access, Role, access_of, create_user, grant_scope
from linli.core.exchange.public import (
    DeclaredSource,
    How,
    ImportBroken,
    Report,
    bring_in,
    declaration_of,
    guessed,
    opened,
    take_back,
)
from linli.core.platform.public import SYSTEM, ImportAsked, now, verify
from linli.core.registry.public import Component
from tests.city import CITY, DISTRICT, OTHER_DISTRICT, PASSWORD, TestCity

HEAD = "部件编码,小类名称,经度,纬度,名称,权属单位代码\n"
LAMP = "C1,供水井盖,115.005,30.005,江滨路1号,environment"


def take(rows: list[str], access: Access | None = None, head: str = HEAD, **how: Any) -> Report:
    given, report = opened(io.BytesIO((head + "\n".join(rows) + "\n").encode()), "census.csv"), Report()
    declared = declaration_of("components")
    source = DeclaredSource(declared, guessed(declared, given.table.columns), ImportAsked(access=access, now=now()))
    bring_in(source, given, report, How(actor=access.actor() if access else SYSTEM, **how))
    return report


def administrator(city: TestCity, area: str) -> Access:
    user = create_user(SYSTEM, username=f"a{area}", display_name="A", unit=city.units["city_centre"], password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[area])
    found = access_of(user.id)
    assert found is not None
    return found[0]


def test_a_component_is_filed_where_its_grid_lies_and_knows_its_kind_and_owner(city: TestCity) -> None:
    assert take([LAMP, "C2,01002,115.045,30.005,,"]).added == 2
    one, two = Component.objects.order_by("code")
    assert (one.community_id, one.owner_unit_id) == (city.areas["990101001001"].id, city.units["environment"].id)
    assert (one.major_code, one.minor_code, one.standard, one.name) == ("01", "001", "GB/T 47678.5-2026", "江滨路1号")
    assert (two.home_district, two.minor_code, two.owner_unit_id) == (OTHER_DISTRICT, "002", None)


def test_a_later_file_changes_what_differs_and_undoing_brings_it_back(city: TestCity) -> None:
    first = take([LAMP])
    moved = take([LAMP.replace("115.005", "115.025").replace("江滨路", "桥东路")])
    assert (moved.added, moved.changed) == (0, 1)
    assert Component.objects.get().community_id == city.areas["990101001002"].id
    stays = take_back(first.import_id or 0)
    assert (stays.rows, stays.stay, str(moved.import_id) in stays.why[0][1]) == (0, 1, True)
    take_back(moved.import_id or 0)
    one = Component.objects.get()
    assert (one.name, one.lon, one.community_id) == ("江滨路1号", 115.005, city.areas["990101001001"].id)
    assert verify() == []


def test_what_a_file_has_no_column_for_stays_as_it_is(city: TestCity) -> None:
    take([LAMP])
    assert take(["C1,供水井盖,115.0051,30.005"], head="部件编码,小类名称,经度,纬度\n").changed == 1
    one = Component.objects.get()
    assert (one.lon, one.name, one.owner_unit_id) == (115.0051, "江滨路1号", city.units["environment"].id)
    take([LAMP.replace("environment", "")])
    assert Component.objects.get().owner_unit_id is None


def test_what_is_taken_back_is_retired_and_may_come_again(city: TestCity) -> None:
    take_back(take([LAMP]).import_id or 0)
    assert Component.objects.get().retired_at is not None
    assert (take([LAMP]).added, Component.objects.get().retired_at) == (1, None)


BAD = [
    (LAMP.replace("115.005,30.005", "30.005,115.005"), "纬度", "经度在前"),
    (LAMP.replace("115.005", "120"), "经度", "城区外|范围外|不在"),
    (LAMP.replace("供水井盖", "飞碟"), "小类名称", "目录"),
    (LAMP.replace("environment", "nobody"), "权属单位代码", "机构|单位"),
    (LAMP.replace("115.005", "115.2"), None, ""),
]


@pytest.mark.parametrize(("row", "column", "said"), BAD)
def test_a_bad_component_is_named(city: TestCity, row: str, column: str | None, said: str) -> None:
    report = take([row], dry_run=True)
    assert len(report.errors) == 1
    assert report.errors[0].line == 2
    if column:
        assert report.errors[0].column == column
    assert str(report.errors[0].mend)


def test_nobody_takes_a_component_out_of_an_area_that_is_not_theirs(city: TestCity) -> None:
    take(["C9,供水井盖,115.045,30.005,,"])  # of the other district
    mine = administrator(city, DISTRICT)
    report = take(["C9,供水井盖,115.005,30.005,,", LAMP], mine, dry_run=True)
    assert [(error.line, error.value) for error in report.errors] == [(2, "C9")]
    with pytest.raises(ImportBroken):
        take(["C9,供水井盖,115.005,30.005,,"], mine)
    assert Component.objects.get().home_district == OTHER_DISTRICT
    assert take(["C9,供水井盖,115.005,30.005,,"], administrator(city, CITY)).changed == 1
