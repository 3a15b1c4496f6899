"""The import of an old system's history: real requests of a city, whose own flag says which were closed in time."""

from __future__ import annotations

import csv
import io
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from linli.core.access.public import Access, Role, access_of, create_unit, create_user, grant_scope, sync_roles
from linli.core.areas.public import Area, import_areas, parse_area_rows
from linli.core.cases.public import (
    Case,
    CaseClock,
    CaseEvent,
    CaseFilter,
    Given,
    HistoryReport,
    MappingError,
    act,
    case_full,
    import_history,
    list_cases,
    parse_mapping,
    take_back_import,
)
from linli.core.catalogue.public import catalogue, set_up_catalogue
from linli.core.exchange.public import ImportBroken, ImportedRow, ImportRun
from linli.core.platform.public import SYSTEM, Refusal, clock_at, erase_expired, verify
from linli.lib.tables import TableError

FOLDER = Path(__file__).parent.parent
EXTRACT = FOLDER / "fixtures/boston311_extract.csv"
MAPPING = FOLDER.parent / "docs/examples/boston311.toml"
EXPORTED = datetime(2025, 1, 10, tzinfo=UTC)
FULL = os.environ.get("LINLI_TEST_BOSTON311", "")


@pytest.fixture
def boston(db: None) -> Access:
    """A city of one area without grids, with a centre and its administrator, on the day of the export."""
    with clock_at(EXPORTED):
        rows, errors = parse_area_rows(
            [(2, {"code": "2507000", "name": "波士顿", "level": "city", "code_system": "us-census"})]
        )
        assert not errors
        import_areas(SYSTEM, rows, source="test")
        sync_roles()
        set_up_catalogue(national=False)
        area = Area.objects.get()
        unit = create_unit(SYSTEM, code="city-centre", kind="centre", area=area, name="中心")
        user = create_user(SYSTEM, username="ann", display_name="Ann", unit=unit, password="four-eyes-see-more")
        for code in ("supervisor", "acceptance"):
            grant_scope(SYSTEM, user=user, role=Role.objects.get(code=code), area=area)
        found = access_of(user.id)
    assert found is not None
    return found[0]


def take(content: bytes | None = None, *, at: datetime = EXPORTED, mapping: bytes = b"", **how: Any) -> HistoryReport:
    """Imports the extract, or a file of the same columns."""
    with clock_at(at):
        return import_history(
            io.BytesIO(content if content is not None else EXTRACT.read_bytes()),
            parse_mapping(mapping or MAPPING.read_bytes()), file_name="boston.csv", **{"with_catalogue": True, **how},
        )  # fmt: skip


def rows_of(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


def one_row(**cells: str) -> bytes:
    """A file with the first row of the extract, some cells replaced."""
    reader = csv.reader(io.StringIO(EXTRACT.read_text("utf-8")))
    head, row = next(reader), next(reader)
    for column, value in cells.items():
        row[head.index(column)] = value
    sink = io.StringIO()
    csv.writer(sink).writerows([head, row])
    return sink.getvalue().encode()


def everything() -> dict[str, Any]:
    """How much stands in every table of cases and in the trail."""
    tables = [name for name in connection.introspection.table_names() if name.startswith(("cases_", "platform_audit"))]
    counts = {}
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            counts[table] = cursor.fetchone()[0]
    return counts


def assert_agreement(content: str, report: HistoryReport) -> None:
    """Every row's `in_time` is what its flag says; without target it is unknown; the counts are those of the file."""
    in_time = dict(Case.objects.values_list("id", "in_time"))
    kept = {reference: in_time[id_] for reference, id_ in ImportedRow.objects.values_list("reference", "subject_id")}
    rows = rows_of(content)
    judged = [row for row in rows if row["TARGET_DT"] and row["OnTime_Status"]]
    assert len(kept) == len(rows)
    assert [kept[row["CASE_ENQUIRY_ID"]] for row in judged] == [row["OnTime_Status"] == "ONTIME" for row in judged]
    assert {kept[row["CASE_ENQUIRY_ID"]] for row in rows if not row["TARGET_DT"]} == {None}
    assert (report.agreeing, report.disagreeing) == (len(judged), [])
    assert report.without_due == sum(not row["TARGET_DT"] for row in rows)
    assert [(line, ours) for line, _ref, ours in report.without_flag] == [
        (number, row["CLOSED_DT"] <= row["TARGET_DT"])
        for number, row in enumerate(rows, 2)
        if row["TARGET_DT"] and not row["OnTime_Status"]
    ]


def test_closed_in_time_agrees_with_the_old_flag_row_by_row(boston: Access) -> None:
    report = take()
    assert_agreement(EXTRACT.read_text("utf-8"), report)
    assert (report.added, report.ambiguous_times, report.without_grid) == (200, 1, 200)
    assert list(verify()) == []


@pytest.mark.slow
@pytest.mark.skipif(not FULL, reason="LINLI_TEST_BOSTON311 names the full file")
def test_closed_in_time_agrees_on_the_full_file(boston: Access) -> None:
    content = Path(FULL).read_bytes()
    report = take(content)
    assert_agreement(content.decode(), report)
    assert (report.rows, report.agreeing, report.without_due, report.types) == (4995, 4283, 711, 131)
    assert list(verify()) == []


def test_a_flag_that_disagrees_is_named_with_its_row_and_our_answer_stands(boston: Access) -> None:
    report = take(one_row(OnTime_Status="OVERDUE", TARGET_DT="2022-12-01 00:00:00", CLOSED_DT="2022-12-01 00:00:00",
                          OPEN_DT="2022-11-01 00:00:00"))  # fmt: skip
    assert [(one.line, one.ours, one.theirs) for one in report.disagreeing] == [(2, True, False)]
    assert Case.objects.get().in_time is True


def test_a_case_keeps_what_the_old_system_knew(boston: Access) -> None:
    row = next(
        row
        for row in rows_of(EXTRACT.read_text("utf-8"))
        if row["CLOSED_DT"] >= "2024-07" and row["TARGET_DT"] and row["LATITUDE"]
    )
    take()
    case = Case.objects.get(source_reference=row["CASE_ENQUIRY_ID"])
    local = datetime.fromisoformat(row["OPEN_DT"])
    hours = 4 if "03-11" < row["OPEN_DT"][5:10] < "11-01" else 5
    assert case.reported_at == local.replace(tzinfo=UTC) + timedelta(hours=hours)
    assert (case.source, case.state, case.category_name, case.standard) == (
        "history",
        "archived",
        row["TYPE"],
        "boston-311",
    )
    assert (case.home_district, case.grid_id, case.clock_state, case.due_at) == ("2507000", None, "done", None)
    assert case.lat == pytest.approx(float(row["LATITUDE"]))
    assert case.tile_key is not None
    assert case.number.startswith("250700" + local.strftime("%Y"))
    assert len(case.number) == 20
    clock = CaseClock.objects.get(case_id=case.id)
    assert (clock.stage, clock.due_at, clock.stopped_at) == ("handle", case.handle_due_at, case.closed_at)
    full = case_full(case)
    assert [(entry.event.action, entry.event.at) for entry in full.timeline[:2]] == [
        ("report", case.reported_at),
        ("settle", case.closed_at),
    ]
    assert full.timeline[1].note
    facts = full.timeline[0].event.facts
    assert (facts["reference"], facts["source_word"], facts["grid"]) == (row["CASE_ENQUIRY_ID"], row["Source"], None)
    assert facts["old"]["department"] == row["Department"]
    words = CaseFilter(words=row["CASE_ENQUIRY_ID"])
    assert [found.id for found in list_cases(boston, words).rows] == [case.id]


def test_the_summer_clock_is_told_from_the_winter_clock(boston: Access) -> None:
    take(one_row(OPEN_DT="2022-03-12 12:00:00", TARGET_DT="2022-03-13 12:00:00", CLOSED_DT="2022-03-13 03:30:00"))
    case = Case.objects.get()
    assert case.reported_at == datetime(2022, 3, 12, 17, tzinfo=UTC)
    assert case.handle_due_at == datetime(2022, 3, 13, 16, tzinfo=UTC)
    assert CaseClock.objects.get().amount == 23  # the day is an hour short


def test_the_catalogue_is_made_once_with_the_limits_of_the_file(boston: Access) -> None:
    rows = rows_of(EXTRACT.read_text("utf-8"))
    report = take()
    nodes = {node.name: node for node in catalogue().categories.values() if node.standard == "boston-311"}
    assert set(nodes) == {row["TYPE"] for row in rows}
    assert report.categories_made == len(nodes) == report.types
    without = {row["TYPE"] for row in rows} - {row["TYPE"] for row in rows if row["TARGET_DT"]}
    assert set(report.types_without_limit) == without == {name for name, node in nodes.items() if not node.conditions}
    codes = {name: node.code for name, node in nodes.items()}
    take(one_row(CASE_ENQUIRY_ID="x1", TYPE="A Type of Its Own"))
    again = {node.name: node.code for node in catalogue().categories.values() if node.standard == "boston-311"}
    assert again == {**codes, "A Type of Its Own": f"{len(codes) + 1:04d}"}


def test_a_type_without_category_is_refused_when_none_is_to_be_made(boston: Access) -> None:
    before = everything()
    with pytest.raises(MappingError, match="Type"):
        take(one_row(TYPE="Strange Type"), with_catalogue=False)
    assert everything() == before


def test_a_second_time_changes_nothing(boston: Access) -> None:
    take()
    before = everything()
    report = take(at=EXPORTED + timedelta(days=1))
    assert (report.added, report.unchanged, report.import_id, report.differing) == (0, 200, None, [])
    assert everything() == before


def test_a_row_that_changed_over_there_is_named_and_left(boston: Access) -> None:
    take(one_row())
    report = take(one_row(CASE_TITLE="Another title"))
    assert [line for line, _reference in report.differing] == [2]
    assert "Another" not in Case.objects.get().description


def test_a_dry_run_changes_nothing(boston: Access) -> None:
    before = everything()
    report = take(dry_run=True)
    assert (report.rows, report.agreeing > 0, report.written) == (200, True, False)
    assert everything() == before


BAD = [
    ("OPEN_DT", "", "OPEN_DT"),
    ("OPEN_DT", "17/01/2022", "17/01/2022"),
    ("OPEN_DT", "1900-01-01 00:00:00", "1900-01-01"),
    ("OPEN_DT", "2100-01-01 00:00:00", "2100-01-01"),
    ("OPEN_DT", "0001-01-01 00:00:00", "0001-01-01"),
    ("CLOSED_DT", "2100-01-01 00:00:00", "2100-01-01"),
    ("CLOSED_DT", "2011-06-01 00:00:00", "2011-06-01"),
    ("CLOSED_DT", "", "CLOSED_DT"),
    ("TARGET_DT", "2011-06-01 00:00:00", "2011-06-01"),
    ("TARGET_DT", "2100-01-01 00:00:00", "2100-01-01"),
    ("CLOSED_DT", "2023-03-12 02:30:00", "02:30"),  # the clock went from 2:00 to 3:00
    ("CASE_STATUS", "Lost", "Lost"),
    ("OnTime_Status", "PERHAPS", "PERHAPS"),
    ("CASE_ENQUIRY_ID", " ", "CASE_ENQUIRY_ID"),
    ("TYPE", "", "TYPE"),
    ("CASE_TITLE", "x" * 2001, "2001"),
    ("LATITUDE", "", "LATITUDE"),
    ("LATITUDE", "-42.35", "-42.35"),
    ("LONGITUDE", "71.05", "71.05"),
    ("LATITUDE", "north", "north"),
    ("LONGITUDE", "nan", "nan"),
]


@pytest.mark.parametrize(("column", "value", "said"), BAD)
def test_a_bad_cell_is_named_and_nothing_is_written(boston: Access, column: str, value: str, said: str) -> None:
    before = everything()
    report = take(one_row(**{column: value}))
    assert not report.written
    error = report.errors[0]
    assert (error.line, error.column) == (2, column)
    assert said in str(error)
    assert str(error.mend)
    assert everything() == before


def test_exchanged_coordinates_are_called_exchanged(boston: Access) -> None:
    error = take(one_row(LATITUDE="-71.05", LONGITUDE="42.35")).errors[0]
    assert "经度在前" in str(error)


def test_good_rows_are_taken_only_when_told_to(boston: Access) -> None:
    good = EXTRACT.read_bytes()
    bad = good.replace(b",Closed,", b",Lost,", 3)
    report = take(bad)
    assert (len(report.errors), report.written, Case.objects.count()) == (3, False, 0)
    report = take(bad, take_good=True)
    assert (len(report.errors), report.added) == (3, 197)
    assert take(good).added == 3


def test_a_reference_that_comes_twice_is_refused(boston: Access) -> None:
    content = one_row()
    head, row = content.split(b"\n", 1)
    error = take(head + b"\n" + row + row).errors[0]
    assert error.column == "CASE_ENQUIRY_ID"


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n\n"])
def test_an_empty_file_is_refused(boston: Access, content: bytes) -> None:
    with pytest.raises(TableError):
        take(content)


def test_a_file_without_rows_is_refused(boston: Access) -> None:
    with pytest.raises(TableError, match="line 2"):
        take(EXTRACT.read_bytes().split(b"\n", 1)[0] + b"\n")


SMALL = """
system = "old"
[fields]
reference = "编号"
reported_at = "上报时间"
state = "状态"
category = "类别"
description = "描述"
[states]
"已结案" = "archived"
"处理中" = "open"
[time]
formats = ["%Y/%m/%d %H:%M"]
[catalogue]
standard = "旧系统"
"""
CHINESE = "编号,上报时间,状态,类别,描述\nA1,2024/05/01 08:30,处理中,暴露垃圾,路口有垃圾🗑\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_in_gbk_and_with_byte_order_mark_are_read(boston: Access, encoding: str) -> None:
    report = take(CHINESE.encode(encoding), mapping=SMALL.encode())
    assert report.added == 1
    case = Case.objects.get()
    assert (case.category_name, case.description) == ("暴露垃圾", "路口有垃圾🗑")
    assert case.reported_at == datetime(2024, 5, 1, 0, 30, tzinfo=UTC)


def test_a_file_in_plain_gbk_is_read(boston: Access) -> None:
    assert take(CHINESE.replace("🗑", "").encode("gbk"), mapping=SMALL.encode()).added == 1


@pytest.mark.parametrize("heading", ["宗教信仰", "民族", "Political view", "EthnicGroup", "religion_code"])
def test_a_column_that_linli_keeps_nothing_of_is_dropped_and_named(boston: Access, heading: str) -> None:
    head, row = CHINESE.strip().split("\n")
    report = take(f"{head},{heading}\n{row},秘密\n".encode(), mapping=SMALL.encode())
    assert report.columns is not None
    assert report.columns.left_out == (heading,)
    assert not CaseEvent.objects.filter(facts__icontains="秘密").exists()
    with pytest.raises(MappingError):
        parse_mapping((SMALL + f'[facts]\nkept = "{heading}"\n').encode())


def test_a_column_that_the_mapping_forgets_is_asked_about(boston: Access) -> None:
    head, row = CHINESE.strip().split("\n")
    with pytest.raises(MappingError, match="电话"):
        take(f"{head},电话\n{row},1\n".encode(), mapping=SMALL.encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('system = "old"', ""), ('reference = "编号"', ""), ("[states]", "[stats]"), ('"archived"', '"gone"'), ("[time]", "[time]\nzone = 'Mars'"),
        ('standard = "旧系统"', "standard = 3"), ("[time]", "[time]\nearliest = 1"), ("formats =", "forms ="), ('"描述"', '""'),
        ("[time]", "[position]\nbounds = [1, 2]\n[time]"), ("[time]", "[position]\nsystem = 'UTM'\n[time]"), ("[catalogue]", "[catalogue"),
    ],
)  # fmt: skip
def test_a_mapping_that_cannot_be_used_is_refused_with_a_sentence(old: str, new: str) -> None:
    assert old in SMALL
    with pytest.raises(MappingError) as refused:
        parse_mapping(SMALL.replace(old, new, 1).encode())
    assert refused.value.sentence


def test_open_history_waits_at_the_desk_and_can_be_filed(boston: Access) -> None:
    take(CHINESE.encode(), mapping=SMALL.encode())
    case = Case.objects.get()
    assert (case.state, case.clock_stage, case.in_time, case.seq) == ("reported", "file", None, 1)
    assert case.search_tokens


class _Broken(Exception):
    pass


def test_broken_off_between_batches_it_goes_on_as_the_same_import(boston: Access) -> None:
    def stop(rows_done: int) -> None:
        if rows_done == 100:
            raise _Broken

    with pytest.raises(_Broken):
        take(batch_rows=50, on_progress=stop)
    begun = ImportRun.objects.get()
    assert (Case.objects.count(), begun.finished_at) == (100, None)
    assert list(verify()) == []
    report = take(batch_rows=50)
    assert (report.added, report.unchanged, report.import_id) == (100, 100, begun.id)
    assert ImportRun.objects.get().finished_at is not None
    assert list(verify()) == []


def test_broken_off_inside_a_batch_nothing_of_the_batch_is_there(
    boston: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linli.core.flow.public import event_digest as real

    calls: list[int] = []

    def failing(columns: dict[str, Any]) -> bytes:
        calls.append(1)
        if len(calls) > 200:
            raise _Broken
        return real(columns)

    monkeypatch.setattr("linli.core.cases.history.writing.event_digest", failing)
    with pytest.raises(ImportBroken, match="50"):
        take(batch_rows=50)
    assert Case.objects.count() == 50
    assert list(verify()) == []


def test_an_import_is_taken_back_whole_and_may_come_again(boston: Access) -> None:
    first = take()
    assert first.import_id is not None
    with clock_at(EXPORTED):
        done = take_back_import(first.import_id)
    assert (done.rows, set(Case.objects.values_list("state", flat=True))) == (200, {"void"})
    assert list(verify()) == []
    before = everything()
    assert take_back_import(first.import_id).rows == 0
    assert everything() == before
    again = take()
    assert again.added == 200
    assert again.import_id != first.import_id
    assert list(verify()) == []


def test_taking_back_goes_on_where_it_was_broken_off(boston: Access) -> None:
    import_id = take().import_id or 0

    def stop(cases_done: int) -> None:
        raise _Broken

    with pytest.raises(_Broken):
        take_back_import(import_id, on_progress=stop)
    assert Case.objects.filter(state="void").count() == 100
    done = take_back_import(import_id)
    assert (done.rows, done.already) == (100, 100)
    assert ImportRun.objects.get().taken_back_at is not None


def test_what_people_have_worked_on_since_is_not_taken_back_unasked(boston: Access) -> None:
    from uuid import uuid4

    import_id = take(CHINESE.encode(), mapping=SMALL.encode()).import_id or 0
    case = Case.objects.get()
    act(boston.actor(), case.id, "reject", Given(reason="已经解决"), uuid=uuid4(), access=boston)
    with pytest.raises(Refusal, match=str(case.id)):
        take_back_import(import_id)
    assert Case.objects.get().state == "rejected"
    assert take_back_import(import_id, also_worked_on=True).rows == 1
    assert Case.objects.get().state == "void"


@pytest.mark.parametrize("action", ["settle", "take_over", "take_back"])
def test_nobody_else_does_what_an_import_does(city: Any, action: str) -> None:
    from uuid import uuid4

    case = city.report()
    with pytest.raises(Refusal):
        act(SYSTEM, case.id, action, Given(), uuid=uuid4())


def test_words_whose_time_is_over_are_not_brought_in(boston: Access) -> None:
    report = take(at=datetime(2026, 6, 1, tzinfo=UTC))
    assert 0 < report.words_over < 200
    with clock_at(datetime(2026, 6, 1, tzinfo=UTC)):
        assert sum(erase_expired([Case]).values()) == 0  # and the job that erases finds nothing that it had to
    old = Case.objects.filter(closed_at__lt=datetime(2023, 6, 1, tzinfo=UTC))
    assert set(old.values_list("description", "address", "search_tokens")) == {("", "", "")}
    young = Case.objects.filter(closed_at__gte=datetime(2023, 7, 1, tzinfo=UTC))
    assert all(young.values_list("description", flat=True))


def test_a_changed_time_in_an_imported_timeline_is_found(boston: Access) -> None:
    take(one_row())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_caseevent SET at = at WHERE seq = 2")
    assert list(verify()) == []
    event = CaseEvent.objects.get(seq=2)
    CaseEvent.objects.filter(id=event.id).update(at=event.at - timedelta(days=1))
    # The entry does not fit its record, and neither the case nor the words beside it fit the entry.
    assert [found.kind for found in verify()] == ["subject", "state", "state"]
    CaseEvent.objects.filter(id=event.id).update(at=event.at)
    Case.objects.update(number="y")
    assert [found.kind for found in verify()] == ["state"]


def test_history_of_a_city_with_grids_finds_its_grid_and_its_handler(city: Any) -> None:
    head, row = CHINESE.strip().split("\n")
    mapping = SMALL.replace("[states]", 'lon = "经度"\nlat = "纬度"\ndue_at = "截止"\n[states]').replace(
        '"旧系统"', '"GB/T 47678.5-2026"'
    )
    content = f"{head},经度,纬度,截止\n{row},115.015,30.005,2024/05/02 08:30\n"
    with clock_at(EXPORTED):
        report = import_history(io.BytesIO(content.encode()), parse_mapping(mapping.encode()), file_name="old.csv")
    case = Case.objects.get()
    assert (report.without_grid, case.community_id) == (0, city.areas["990101001001"].id)
    assert (case.state, case.handling_unit_id) == ("dispatched", city.units["environment"].id)
    assert (case.clock_stage, case.due_at) == ("handle", datetime(2024, 5, 2, 0, 30, tzinfo=UTC))
    city.do("handler", case, "accept")
    assert list(verify()) == []
