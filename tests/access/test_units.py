"""Units: made, renamed, moved, retired and brought back, by hand and by file; each change is kept, audited and undone."""

from __future__ import annotations

import io
from typing import Any

import pytest

from linli.core.access.public import (
    Access,
    Unit,
    UnitChange,
    UnitPlan,
    change_unit,
    make_unit,
    reopen_unit,
    retire_unit,
    undo_unit_change,
    unit_tree,
)
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
from linli.core.platform.public import SYSTEM, BadInput, ImportAsked, NotAllowed, Refusal, now, verify
from tests.city import DISTRICT, OTHER_DISTRICT, STREET, TestCity

HEAD = "机构代码,机构名称,机构类型,所在区划,上级机构\n"


def take(rows: list[str], access: Access | None = None, head: str = HEAD, **how: Any) -> Report:
    given, report = opened(io.BytesIO((head + "\n".join(rows) + "\n").encode()), "units.csv"), Report()
    declared = declaration_of("units")
    source = DeclaredSource(declared, guessed(declared, given.table.columns), ImportAsked(access=access, now=now()))
    bring_in(source, given, report, How(actor=access.actor() if access else SYSTEM, **how))
    return report


def plan(city: TestCity, name: str = "园林所", area: str = DISTRICT, kind: str = "department", parent: int | None = None) -> UnitPlan:  # fmt: skip
    return UnitPlan(name, kind, city.areas[area].id, parent)


def mends(report: Report) -> list[tuple[int, str | None, str]]:
    return [(one.line, one.column, str(one.mend)) for one in report.errors]


def test_a_unit_is_made_renamed_moved_and_each_change_is_undone(city: TestCity) -> None:
    made = make_unit(SYSTEM, plan(city), code="parks")
    roads = city.units["roads"].id
    moved = change_unit(SYSTEM, made.unit_id, plan(city, "园林绿化所", parent=roads))
    assert moved is not None
    assert change_unit(SYSTEM, made.unit_id, plan(city, "园林绿化所", parent=roads)) is None
    node = unit_tree().by_code["parks"]
    assert (node.name, node.parent_id) == ("园林绿化所", roads)
    with pytest.raises(Refusal, match="先撤销"):
        undo_unit_change(SYSTEM, made.id)
    back = undo_unit_change(SYSTEM, moved.id)
    assert (unit_tree().by_code["parks"].name, unit_tree().by_code["parks"].parent_id) == ("园林所", None)
    assert back is not None
    assert UnitChange.objects.filter(unit_id=made.unit_id).count() == 3
    assert verify() == []


def test_no_unit_stands_below_itself(city: TestCity) -> None:
    upper = make_unit(SYSTEM, plan(city), code="upper").unit_id
    lower = make_unit(SYSTEM, plan(city, "下级", parent=upper), code="lower").unit_id
    with pytest.raises(BadInput, match="之下"):
        change_unit(SYSTEM, upper, plan(city, parent=lower))
    assert unit_tree().nodes[upper].parent_id is None


def test_a_unit_with_open_cases_rules_and_accounts_is_not_retired_and_says_how_many(city: TestCity) -> None:
    city.bring_to("handling")
    with pytest.raises(Refusal) as refused:
        retire_unit(SYSTEM, city.units["environment"].id)
    for part in ("在用账号 2", "未结案卷 1", "派遣规则", "对该机构事项的权限 2"):
        assert part in refused.value.sentence
    assert Unit.objects.get(code="environment").valid_to is None


def test_a_unit_on_which_nothing_hangs_is_retired_and_comes_back(city: TestCity) -> None:
    unit_id = make_unit(SYSTEM, plan(city), code="parks").unit_id
    assert retire_unit(SYSTEM, unit_id) is not None
    assert "parks" not in unit_tree().by_code
    assert retire_unit(SYSTEM, unit_id) is None
    with pytest.raises(Refusal, match="已撤销"):
        change_unit(SYSTEM, unit_id, plan(city, "别名"))
    assert reopen_unit(SYSTEM, unit_id) is not None
    assert unit_tree().by_code["parks"].id == unit_id


def test_a_unit_to_which_rules_lead_becomes_no_centre(city: TestCity) -> None:
    with pytest.raises(Refusal, match="派遣规则"):
        change_unit(SYSTEM, city.units["environment"].id, plan(city, "环卫所", kind="centre"))


def test_an_administrator_changes_units_of_their_areas_alone(city: TestCity) -> None:
    by = city.access["administrator"]
    for unit_id, area in ((city.units["far_centre"].id, DISTRICT), (city.units["roads"].id, OTHER_DISTRICT)):
        with pytest.raises(NotAllowed):
            change_unit(by.actor(), unit_id, plan(city, area=area), by=by)
    with pytest.raises(NotAllowed):
        make_unit(by.actor(), plan(city, area=OTHER_DISTRICT), code="x", by=by)
    assert not Unit.objects.filter(code="x").exists()


TREE = [
    "gl-2,二中队,队,望江街道,城管大队",  # before the row of the unit above it
    "gl,城管大队,部门,临江区,",
    "gl-1,一中队,队,990101001000,gl",
    "jw-9,桥东居委会,社区,桥东社区,",
]


def test_a_file_brings_a_department_tree_by_names_and_codes_in_any_order(city: TestCity) -> None:
    report = take(TREE)
    tree = unit_tree()
    assert (report.added, report.faults.count) == (4, 0)
    assert {tree.by_code[code].parent_id for code in ("gl-1", "gl-2")} == {tree.by_code["gl"].id}
    assert (tree.by_code["gl-2"].area_id, tree.by_code["jw-9"].kind) == (city.areas[STREET].id, "community_office")
    again = take(TREE)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 4)


def test_a_dry_run_keeps_nothing_and_a_changed_file_renames(city: TestCity) -> None:
    assert (take(TREE, dry_run=True).added, Unit.objects.filter(code__startswith="gl").count()) == (4, 0)
    take(TREE)
    changed = take([one.replace("一中队", "第一中队") for one in TREE])
    assert (changed.changed, unit_tree().by_code["gl-1"].name) == (1, "第一中队")
    take_back(changed.import_id or 0)
    assert unit_tree().by_code["gl-1"].name == "一中队"


def test_what_a_file_has_no_column_for_stays_as_it_is(city: TestCity) -> None:
    head = HEAD.replace("\n", ",英文名称\n")
    take([f"parks,园林处,部门,{DISTRICT},,Parks", f"green,绿化队,部门,{DISTRICT},parks,Greens"], head=head)
    short = "机构代码,机构名称,机构类型,所在区划\n"
    assert take([f"green,绿化二队,部门,{DISTRICT}"], head=short).changed == 1
    node, above = unit_tree().by_code["green"], unit_tree().by_code["parks"]
    assert (node.name, node.names, node.parent_id) == ("绿化二队", {"en": "Greens"}, above.id)
    take([f"green,绿化二队,部门,{DISTRICT},,"], head=head)  # an empty cell empties
    node = unit_tree().by_code["green"]
    assert (node.names, node.parent_id) == ({}, None)


def test_a_file_is_taken_back_branches_first_and_may_come_again(city: TestCity) -> None:
    done = take_back(take(TREE).import_id or 0)
    assert (done.rows, done.stay) == (4, 0)
    assert not {"gl", "gl-1", "gl-2", "jw-9"} & set(unit_tree().by_code)
    assert take(TREE).changed + take(TREE).unchanged == 8
    assert {"gl", "gl-1", "gl-2", "jw-9"} <= set(unit_tree().by_code)
    assert verify() == []


def test_what_cannot_be_is_named_by_line_and_column_and_nothing_is_kept(city: TestCity) -> None:
    before = Unit.objects.count()
    report = take(
        [
            "a,甲,部门,临江区,丙",  # a ring of three
            "b,乙,部门,临江区,甲",
            "c,丙,部门,临江区,乙",
            "d,丁,部门,临江区,没有这个",
            "e,戊,部门,临江区,丁",  # below one that cannot be
            "f,己,飞船,临江区,",
            "g,庚,部门,火星,",
            "环 卫,辛,部门,临江区,",
        ]
    )
    assert not report.written
    assert Unit.objects.count() == before
    found = mends(report)
    assert {line for line, _column, _mend in found} == {2, 3, 4, 5, 6, 7, 8, 9}
    assert {(line, column) for line, column, _mend in found if line in (5, 7, 8, 9)} == {
        (5, "上级机构"), (7, "机构类型"), (8, "所在区划"), (9, "机构代码"),
    }  # fmt: skip


def test_the_good_rows_are_kept_without_those_that_cannot_be(city: TestCity) -> None:
    report = take(["d,丁,部门,临江区,没有这个", "e,戊,部门,临江区,丁", "h,壬,部门,临江区,"], take_good=True)
    assert (report.added, report.faults.count, "h" in unit_tree().by_code) == (1, 2, True)
    assert not Unit.objects.filter(code__in=("d", "e")).exists()


def test_a_name_that_two_units_bear_needs_the_code(city: TestCity) -> None:
    make_unit(SYSTEM, plan(city, "环卫所"), code="second")
    report = take(["x,新所,部门,临江区,环卫所"])
    assert [(column, "代码" in mend) for _line, column, mend in mends(report)] == [("上级机构", True)]


def test_rows_outside_the_areas_of_who_brings_them_in_are_bad_rows(city: TestCity) -> None:
    report = take(["s,南山队,部门,南山区,"], access=city.access["administrator"])
    assert report.faults.count == 1
    assert not Unit.objects.filter(code="s").exists()
    # a unit that stands elsewhere is not drawn over by naming its code
    with pytest.raises(ImportBroken):
        take(["far_centre,改名,中心,临江区,"], access=city.access["administrator"])
    assert Unit.objects.get(code="far_centre").name == "南山区中心"
