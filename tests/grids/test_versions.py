"""Versions of a layer: what holds at which instant, what begins by itself, what is refused."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import shapely

from linli.algorithms.coordinates import Bounds
from linli.core.grids.public import (
    Grid,
    GridSetVersion,
    difference,
    ended_grids,
    extent_of,
    grid_for,
    grid_title,
    grids_at,
    grids_for,
    grids_on_map,
    ground_outline,
    locate_main,
    rows_of_last,
    shapes_at,
)
from linli.core.platform.models import AuditRecord, Job, OutboxEvent
from linli.core.platform.public import Refusal, clock_at, now, verify, work_off
from linli.core.staff.public import gaps
from tests.city import CITY, TestCity
from tests.grids.redivide import main, publish, redivided, strip

LATER = timedelta(days=10)
EVERYWHERE = Bounds(114, 29, 116, 31)


def code_at(place: float) -> str:
    grid, _index = locate_main(115 + place * 0.01, 30.005)
    return grid.code if grid else ""


def seen(city: TestCity) -> dict[str, list[str]]:
    """The codes in force, by every read of the door."""
    access = city.access["auditor"]
    return {
        "points": [code for code in dict.fromkeys(code_at(step / 10 + 0.05) for step in range(50)) if code],
        "list": list(grids_for(access).values_list("code", flat=True)),
        "map": [grid.code for grid in grids_on_map(access, EVERYWHERE)],
        "one by one": [code for code in ("G1", "G2", "G3", "G4", "G5", "N1", "N2") if grid_for(access, code)],
        "shapes": sorted(shapes_at(main().id, now()).values_list("grid__code", flat=True)),
    }


def test_a_version_for_later_is_used_by_nothing_before_its_instant_and_by_all_from_it_on(city: TestCity) -> None:
    old, new = ["G1", "G2", "G3", "G4", "G5"], ["G1", "G3", "G4", "G5", "N1", "N2"]
    begins = now() + LATER
    publish(redivided(), begins)
    assert {name: sorted(codes) for name, codes in seen(city).items()} == dict.fromkeys(seen(city), old)
    assert code_at(0.5) == "G1"
    gaps_before = [grid.code for grid in gaps(city.access["administrator"])]
    with clock_at(begins - timedelta(microseconds=1)):
        assert code_at(0.5) == "G1"
        assert [grid.code for grid in gaps(city.access["administrator"])] == gaps_before == ["G2", "G3"]
    with clock_at(begins):  # nobody publishes and no job has run: the instant alone decides
        assert {name: sorted(codes) for name, codes in seen(city).items()} == dict.fromkeys(seen(city), new)
        assert code_at(0.5) == code_at(1.1) == "N1"
        assert [grid.code for grid in gaps(city.access["administrator"])] == ["G3", "N1", "N2"]


def test_the_boxes_of_the_map_follow_a_version_that_begins(city: TestCity) -> None:
    begins = now() + LATER
    publish([row for row in redivided() if row.code not in ("G4", "G5")], begins)
    assert extent_of(None) == pytest.approx([115, 30, 115.05, 30.01])
    with clock_at(begins):
        assert extent_of(None) == pytest.approx([115, 30, 115.03, 30.01])


def test_the_ground_that_anybody_sees_follows_a_version_that_begins(city: TestCity) -> None:
    def reach() -> float:
        found = ground_outline()
        assert found is not None
        return shapely.from_geojson(json.dumps(found)).bounds[2]

    begins = now() + LATER
    publish([row for row in redivided() if row.code not in ("G4", "G5")], begins)
    assert reach() == pytest.approx(115.05)
    with clock_at(begins - timedelta(microseconds=1)):
        assert reach() == pytest.approx(115.05)
    with clock_at(begins):
        assert reach() == pytest.approx(115.03)


def test_yesterdays_shapes_can_be_asked_for_after_any_number_of_versions(city: TestCity) -> None:
    before = now()
    publish(redivided())
    rows = [row for row in redivided_again() if row.code != "G5"]
    publish(rows)
    layer = main()
    assert sorted(shapes_at(layer.id, before).values_list("grid__code", flat=True)) == ["G1", "G2", "G3", "G4", "G5"]
    assert sorted(shapes_at(layer.id, now()).values_list("grid__code", flat=True)) == ["G1", "G3", "G4"]


def redivided_again() -> list[object]:
    there = {row.code: row for row in rows_of_last(main())}
    return [strip(there["G1"], 0, 2), there["G3"], there["G4"], there["G5"]]  # type: ignore[list-item]


def test_it_begins_once_by_a_job_and_is_told_once(city: TestCity) -> None:
    begins = now() + LATER
    version = publish(redivided(), begins).version
    assert version is not None
    work_off()
    assert not OutboxEvent.objects.filter(event="grids.in_force", subject_id=version.id).exists()
    for hours in (0, 1, 30):
        with clock_at(begins + timedelta(hours=hours)):
            work_off()
    assert OutboxEvent.objects.filter(event="grids.in_force", subject_id=version.id).count() == 1
    assert AuditRecord.objects.filter(action="grids.begin", subject_id=str(version.id)).count() == 1
    assert Job.objects.filter(kind="grids.begin_version").values_list("state", flat=True).get() == "done"
    assert verify() == []


def test_one_in_force_at_once_is_told_at_once(city: TestCity) -> None:
    version = publish(redivided()).version
    assert version is not None
    assert OutboxEvent.objects.filter(event="grids.in_force", subject_id=version.id).count() == 1
    assert not Job.objects.filter(kind="grids.begin_version").exists()


def test_a_version_that_was_replaced_before_it_began_is_never_told(city: TestCity) -> None:
    begins = now() + LATER
    mistaken = publish(redivided(), begins).version
    with clock_at(now() + timedelta(days=1)):
        mended = publish(
            [strip(row, 0, 0.6) if row.code == "G1" else row for row in redivided_mended()], begins
        ).version
    assert mistaken is not None
    assert mended is not None
    with clock_at(begins):
        work_off()
        told = set(OutboxEvent.objects.filter(event="grids.in_force").values_list("subject_id", flat=True))
        assert (mistaken.id in told, mended.id in told) == (False, True)
        assert code_at(0.5) == "G1"
        assert code_at(1.5) == "N2"


def redivided_mended() -> list[object]:
    there = {row.code: row for row in rows_of_last(main())}
    return [*(row for code, row in there.items() if code != "N1"), strip(there["N1"], 0.6, 1.3)]  # type: ignore[list-item]


def test_the_same_content_again_makes_no_version(city: TestCity) -> None:
    rows = redivided()
    publish(rows)
    again = publish(rows)
    assert (again.version, again.unchanged) == (None, 6)
    assert publish(rows, now() + LATER).version is None
    assert GridSetVersion.objects.count() == 2


def test_the_past_of_grids_in_force_is_not_changed(city: TestCity) -> None:
    with pytest.raises(Refusal) as refused:
        publish(redivided(), now() - timedelta(seconds=1))
    assert refused.value.field == "valid_from"
    assert GridSetVersion.objects.count() == 1


def test_rows_made_from_an_older_version_are_refused(city: TestCity) -> None:
    rows = redivided()
    publish([strip(row, 2, 2.5) if row.code == "G3" else row for row in rows], based_on=1)
    with pytest.raises(Refusal) as refused:
        publish(rows, based_on=1)
    assert refused.value.code == "changed"
    assert publish(rows, based_on=2).version is not None


def test_a_grid_that_changes_its_area_does_so_on_the_day_itself(city: TestCity) -> None:
    rows = [strip(row, 2, 3) if row.code == "G3" else row for row in rows_of_last(main())]
    other = city.areas["990101001001"].id
    moved = [row if row.code != "G3" else type(row)(**{**as_dict(row), "area_id": other}) for row in rows]
    with pytest.raises(Refusal) as refused:
        publish(moved, now() + LATER)
    assert refused.value.field == "area"
    publish(moved)
    assert Grid.objects.get(code="G3").area_id == other


def as_dict(row: object) -> dict[str, object]:
    return {name: getattr(row, name) for name in type(row).__slots__}  # type: ignore[attr-defined]


def test_what_a_set_would_change_is_what_publishing_it_changes(city: TestCity) -> None:
    rows = redivided()
    found = difference(main(), rows)
    assert (found.added, found.changed, found.retired, found.unchanged) == (
        ("N1", "N2"), ("G1",), ("G2",), ("G3", "G4", "G5"),
    )  # fmt: skip
    done = publish(rows)
    assert (done.added, done.changed, done.retired, done.unchanged) == (2, 1, 1, 3)
    assert difference(main(), rows).same


def test_a_retired_grid_keeps_the_name_it_last_had(city: TestCity, django_assert_num_queries: object) -> None:
    retired = Grid.objects.get(code="G2").id
    publish(redivided())
    assert grid_title(retired) == "第2网格"
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert [grid_title(retired) for _row in range(50)] == ["第2网格"] * 50


def test_ended_grids_are_those_that_were_and_are_no_more(city: TestCity) -> None:
    begins = now() + LATER
    publish(redivided(), begins)
    ids = dict(Grid.objects.values_list("code", "id"))
    assert ended_grids(ids.values(), now()) == {}
    assert ended_grids(ids.values(), begins) == {ids["G2"]: begins}
    assert sorted(grids_at(begins).values_list("code", flat=True)) == ["G1", "G3", "G4", "G5", "N1", "N2"]
    assert CITY in city.areas
