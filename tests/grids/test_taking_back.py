"""A version that was announced gets another day or is taken back, one in force is undone: what stood before stands again, exactly."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linli.core.grids.public import (
    Grid,
    GridSetVersion,
    GridShape,
    locate_main,
    move_beginning,
    rows_of,
    rows_of_last,
    shapes_at,
    take_back,
    undo,
    version_before,
)
from linli.core.platform.models import OutboxEvent
from linli.core.platform.public import SYSTEM, Refusal, clock_at, now, verify, work_off
from tests.city import TestCity
from tests.grids.redivide import main, publish, redivided, strip

LATER = timedelta(days=10)


def announced(begins_in: timedelta = LATER) -> GridSetVersion:
    version = publish(redivided(), now() + begins_in).version
    assert version is not None
    return version


def dates() -> list[tuple[object, ...]]:
    """Grids and open shapes as they stand, with all their dates."""
    grids = (
        Grid.objects.filter(code__startswith="G")
        .order_by("code")
        .values_list("code", "valid_from", "valid_to", "area_id")
    )
    return [*grids, *GridShape.objects.filter(valid_to=None).order_by("grid__code").values_list("grid__code", "id")]


def test_a_version_taken_back_leaves_everything_as_if_it_had_never_been(city: TestCity) -> None:
    before, rows = dates(), rows_of_last(main())
    version = announced()
    take_back(SYSTEM, version=version, reason="wrong file")
    assert (dates(), rows_of_last(main())) == (before, rows)
    kept = GridSetVersion.objects.get(id=version.id)
    assert (kept.taken_back_at is not None, kept.taken_back_reason) == (True, "wrong file")
    with clock_at(now() + 2 * LATER):
        work_off()
        assert not OutboxEvent.objects.filter(event="grids.in_force", subject_id=version.id).exists()
        assert sorted(shapes_at(main().id, now()).values_list("grid__code", flat=True)) == [
            "G1",
            "G2",
            "G3",
            "G4",
            "G5",
        ]
        index = locate_main(115.005, 30.005)[1]
        assert index is not None
        assert index.version_number == 1
    # Its number and the codes that only it had are not given again, and the layer is free for any day.
    again = publish(redivided(), now() + timedelta(days=1)).version
    assert again is not None
    assert again.number == 3
    assert verify() == []


def test_only_the_last_version_and_only_one_that_has_not_begun_is_taken_back(city: TestCity) -> None:
    first, second = announced(), None
    rows = [strip(row, 2, 2.5) if row.code == "G3" else row for row in rows_of_last(main())]
    second = publish(rows, now() + 2 * LATER).version
    assert second is not None
    with pytest.raises(Refusal, match="3"):
        take_back(SYSTEM, version=first)
    take_back(SYSTEM, version=second)
    with pytest.raises(Refusal):
        take_back(SYSTEM, version=second)
    with clock_at(now() + LATER + timedelta(hours=1)), pytest.raises(Refusal):
        take_back(SYSTEM, version=first)


@pytest.mark.parametrize("days", [1, 40])
def test_an_announced_version_gets_another_day(city: TestCity, days: int) -> None:
    version, begins = announced(), now() + timedelta(days=days)
    move_beginning(SYSTEM, version=version, valid_from=begins)
    for instant, codes in ((begins - timedelta(seconds=1), "G1"), (begins, "N1")):
        with clock_at(instant):
            work_off()
            grid, _index = locate_main(115.005, 30.005)
            assert grid is not None
            assert grid.code == codes
    with clock_at(now() + 6 * LATER):
        work_off()
    assert OutboxEvent.objects.filter(event="grids.in_force", subject_id=version.id).count() == 1


def test_brought_forward_to_now_it_begins_at_once(city: TestCity) -> None:
    version = announced()
    move_beginning(SYSTEM, version=version, valid_from=None)
    assert OutboxEvent.objects.filter(event="grids.in_force", subject_id=version.id).count() == 1
    assert Grid.objects.get(code="G2").valid_to == GridSetVersion.objects.get(id=version.id).valid_from


@pytest.mark.parametrize("shift", [timedelta(days=-1), timedelta(days=800)])
def test_it_is_not_moved_to_the_past_or_years_ahead(city: TestCity, shift: timedelta) -> None:
    version = announced()
    with pytest.raises(Refusal):
        move_beginning(SYSTEM, version=version, valid_from=now() + shift)
    assert GridSetVersion.objects.get(id=version.id).valid_from == version.valid_from


def test_a_mistyped_year_is_refused_and_locks_nothing(city: TestCity) -> None:
    with pytest.raises(Refusal, match=r"look at the year|年份"):
        publish(redivided(), now() + timedelta(days=180 * 365))
    assert publish(redivided()).version is not None


def test_undoing_gives_back_codes_polygons_names_and_areas_to_the_byte(city: TestCity) -> None:
    there = {row.code: row for row in rows_of_last(main())}
    other = city.areas["990101001001"].id
    moved = strip(there["G3"], 2, 2.5)
    rows = [row for row in redivided() if row.code != "G3"]
    version = publish(
        [*rows, type(moved)(**{**{n: getattr(moved, n) for n in type(moved).__slots__}, "area_id": other})]
    ).version
    assert version is not None
    assert Grid.objects.get(code="G3").area_id == other
    done = undo(SYSTEM, version=version, reason="too early").version
    assert done is not None
    assert {row.code: row for row in rows_of_last(main())} == there
    first = version_before(version)
    assert first is not None
    assert (done.number, done.undoes_id, done.content_digest, done.reason) == (
        3,
        version.id,
        first.content_digest,
        "too early",
    )
    assert Grid.objects.get(code="G3").area_id == there["G3"].area_id
    again = undo(SYSTEM, version=done).version
    assert again is not None
    assert again.content_digest == version.content_digest
    assert (
        [row.code for row in rows_of(version)]
        == ["G1", "G3", "G4", "G5", "N1", "N2"]
        == [row.code for row in rows_of(again)]
    )
    assert verify() == []


def test_the_first_version_and_an_announced_one_cannot_be_undone(city: TestCity) -> None:
    with pytest.raises(Refusal):
        undo(SYSTEM, version=GridSetVersion.objects.get())
    with pytest.raises(Refusal):
        undo(SYSTEM, version=announced())
    assert GridSetVersion.objects.count() == 2


def test_publishing_what_is_in_force_for_the_day_of_an_announced_version_takes_that_back(city: TestCity) -> None:
    rows, begins = rows_of_last(main()), now() + LATER
    version = publish(redivided(), begins).version
    done = publish(rows, begins)
    assert (done.version, done.taken_back) == (None, version)
    assert rows_of_last(main()) == rows
