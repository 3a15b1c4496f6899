"""What every import promises: columns found whatever their order, all or nothing, going on after a crash, the gate, undoing."""

from __future__ import annotations

import itertools
import tracemalloc
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.core.exchange.public import BadMapping, ImportBroken, ImportedRow, ImportRun, take_back
from linli.core.platform.public import NotAllowed, Refusal, verify
from linli.lib.tables import TableError
from linli.subsystems.example.models import BenchNote
from tests.city import TestCity
from tests.exchange.files import HEAD, bench, benches, take


def places() -> set[str]:
    return set(BenchNote.objects.values_list("place", flat=True))


HEADINGS = {
    "code": ("长椅编号", "Number", "code", "*长椅编号（必填）", "NUMBER", "编号"), "place": ("位置", "Place", "place:", " 位 置 "),
    "lon": ("经度", "Longitude", "lng", "X"), "lat": ("纬度", "latitude", "LAT", "Y"),
}  # fmt: skip
CELLS = {"code": "B1", "place": "河边", "lon": "115.005", "lat": "30.005"}


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    order=st.permutations(sorted(CELLS)), names=st.tuples(*(st.sampled_from(HEADINGS[code]) for code in sorted(CELLS))),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gbk", "utf-16"]), delimiter=st.sampled_from([",", ";", "\t"]),
)  # fmt: skip
def test_columns_are_found_by_their_headings_in_any_order_and_encoding(
    city: TestCity, order: list[str], names: tuple[str, ...], encoding: str, delimiter: str
) -> None:
    called = dict(zip(sorted(CELLS), names, strict=True))
    lines = [delimiter.join(called[code] for code in order), delimiter.join(CELLS[code] for code in order)]
    report = take("\n".join(lines).encode(encoding), dry_run=True)
    assert (report.added, report.errors, BenchNote.objects.count()) == (1, [], 0)


def test_what_nobody_asks_for_and_what_linli_keeps_nothing_of_is_dropped_and_said(city: TestCity) -> None:
    report = take(f"{HEAD.strip()},宗教信仰,备注\n{bench(1)},佛,旧的\n")
    assert report.added == 1
    said: list[str] = report.notes  # type: ignore[attr-defined]
    assert [("宗教信仰" in one, "备注" in one) for one in said] == [(True, False), (False, True)]
    assert places() == {"第1张"}


def test_a_column_that_is_missing_is_named_before_the_first_row(city: TestCity) -> None:
    with pytest.raises(BadMapping, match="经度"):
        take("编号,位置,纬度\nB1,河边,30\n")


BAD = [
    (bench(2).replace("115.005", "east"), "经度", "east"),
    (bench(2).replace("115.005", "nan"), "经度", "nan"),
    (bench(2).replace("115.005", "1e300"), "经度", "1e300"),
    (bench(2).replace("115.005", "99"), "经度", "99"),
    (bench(2).replace("B2", ""), "长椅编号", ""),
    (bench(2).replace("B2", "6.5E+11"), "长椅编号", "6.5E+11"),
    (bench(2).replace("第2张", "x" * 81), "位置", "x" * 60 + "…"),
    (bench(1), None, "B1"),
    ("B2,河边", None, ""),
]


@pytest.mark.parametrize(("line", "column", "value"), BAD)
def test_a_bad_row_is_named_and_nothing_is_kept_unless_the_good_ones_are_wanted(
    city: TestCity, line: str, column: str | None, value: str
) -> None:
    content = f"{HEAD}{bench(1)}\n{line}\n{bench(3)}\n"
    report = take(content)
    assert [(error.line, error.column, error.value) for error in report.errors] == [(3, column, value)]
    assert str(report.errors[0].mend)
    assert (report.written, BenchNote.objects.count(), ImportRun.objects.count()) == (False, 0, 0)
    assert (take(content, take_good=True).added, places()) == (2, {"第1张", "第3张"})


def test_a_second_time_changes_nothing_and_what_has_changed_is_named(city: TestCity) -> None:
    first = take(benches(3))
    again = take(benches(3))
    assert (again.added, again.unchanged, again.import_id) == (0, 3, None)
    other = take(benches(3).replace("第2张", "别处"))
    assert (other.added, other.differing) == (0, [(3, "B2")])
    assert (BenchNote.objects.count(), ImportRun.objects.get().id) == (3, first.import_id)


class _Stop(Exception):
    pass


@pytest.mark.parametrize("border", range(1, 5))
def test_broken_off_at_any_border_it_goes_on_as_the_same_import(city: TestCity, border: int) -> None:
    def stop(reading: str, rows: int) -> None:
        if reading == "keep" and rows >= border * 2:
            raise _Stop

    with pytest.raises(_Stop):
        take(benches(9), batch_rows=2, on_progress=stop)
    begun = ImportRun.objects.get()
    assert (BenchNote.objects.count(), begun.finished_at) == (border * 2, None)
    report = take(benches(9), batch_rows=2)
    assert report.goes_on is not None
    assert (report.goes_on.kept, report.added, report.import_id) == (border * 2, 9 - border * 2, begun.id)
    assert (BenchNote.objects.count(), ImportRun.objects.get().state) == (9, "brought_in")
    assert verify() == []


@pytest.fixture
def cannot_keep(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bench whose place is “kaputt” fails while it is kept."""
    from linli.subsystems.example import imports

    real = imports.note_bench

    def failing(actor: Any, **columns: Any) -> Any:
        if columns["place"] == "kaputt":
            raise ZeroDivisionError("no such bench")
        return real(actor, **columns)

    monkeypatch.setattr(imports, "note_bench", failing)


def test_a_row_that_cannot_be_kept_is_found_by_the_dry_run_and_stops_the_import_between_two_batches(
    city: TestCity, cannot_keep: None
) -> None:
    content = benches(6).replace("第4张", "kaputt")
    rehearsed = take(content, dry_run=True, batch_rows=2)
    assert [(error.line, error.value) for error in rehearsed.errors] == [(5, "B4")]
    assert (rehearsed.added, BenchNote.objects.count()) == (5, 0)
    with pytest.raises(ImportBroken, match="B4"):
        take(content, batch_rows=2)
    assert BenchNote.objects.count() == 2
    assert (take(content, batch_rows=2, take_good=True).added, BenchNote.objects.count()) == (3, 5)


def test_each_row_passes_the_gate_of_its_area(city: TestCity) -> None:
    """The supervisor has a district; the last grid lies in another one."""
    content = f"{HEAD}{bench(1)}\n{bench(2, grid=4)}\n"
    report = take(content, access=city.access["supervisor"])
    assert [(error.line, error.value, "塔山" in str(error.mend)) for error in report.errors] == [(3, "B2", True)]
    assert BenchNote.objects.count() == 0
    assert take(content, access=city.access["supervisor"], take_good=True).added == 1
    assert take(content, access=city.access["auditor"]).added == 1


def test_what_is_the_whole_citys_asks_for_the_whole_city(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from linli.core.exchange.public import DeclaredSource, declaration_of
    from linli.core.platform.public import ImportAsked, now

    declared = replace(declaration_of("benches"), area=None)
    DeclaredSource(declared, {}, ImportAsked(access=city.access["auditor"], now=now()))
    with pytest.raises(NotAllowed):
        DeclaredSource(declared, {}, ImportAsked(access=city.access["supervisor"], now=now()))


def test_an_import_is_taken_back_twice_as_once_and_the_file_may_come_again(city: TestCity) -> None:
    import_id = take(benches(3)).import_id or 0
    assert (take_back(import_id).rows, BenchNote.objects.count()) == (3, 0)
    again = take_back(import_id)
    assert (again.rows, again.already, again.stay) == (0, 3, 0)
    assert ImportRun.objects.get().state == "taken_back"
    assert (take(benches(3)).added, verify()) == (3, [])
    with pytest.raises(Refusal):
        take_back(999)


def test_what_cannot_be_taken_back_stays_and_is_named(city: TestCity) -> None:
    import_id = take(benches(3)).import_id or 0
    BenchNote.objects.filter(place="第2张").update(photo_id=city.photo()["stored_file_id"])
    done = take_back(import_id)
    assert (done.rows, done.stay, done.why) == (2, 1, [("B2", "导入之后有人补充了照片。")])
    assert places() == {"第2张"}
    assert ImportRun.objects.get().state == "brought_in"
    BenchNote.objects.update(photo_id=None)
    assert (take_back(import_id).rows, ImportRun.objects.get().state) == (1, "taken_back")


def test_the_example_of_the_template_is_passed_over(city: TestCity) -> None:
    report = take(f"{HEAD}B-0001,河边第三张长椅,115.005,30.005\n{bench(1)}\n")
    assert (report.rows, report.added, len(report.notes)) == (1, 1, 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04" + bytes(60), HEAD.encode(), b"\xff" * 50])
def test_a_file_that_is_no_table_of_rows_is_refused_with_a_sentence(city: TestCity, content: bytes) -> None:
    with pytest.raises((TableError, BadMapping)) as refused:
        take(content)
    assert str(refused.value)


def test_memory_does_not_grow_with_what_is_wrong(city: TestCity) -> None:
    def peak(rows: int) -> int:
        content = (HEAD + "".join(f"B{number},位置,east,30\n" for number in range(rows))).encode()
        tracemalloc.start()
        report = take(content, dry_run=True)
        grown = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (report.faults.count, len(report.faults.kinds()), len(report.errors)) == (rows, 1, min(rows, 1000))
        return grown

    peak(100)
    assert peak(12_000) < peak(3_000) + 1_000_000


def test_rows_are_remembered_by_what_they_are_known_by(city: TestCity) -> None:
    take(benches(2))
    rows = ImportedRow.objects.order_by("id").values_list("code", "reference", "what", "home_district")
    assert list(rows) == [("benches", "B1", "added", "990101000000"), ("benches", "B2", "added", "990101000000")]
    assert all(itertools.chain(ImportedRow.objects.values_list("subject_id", flat=True)))
