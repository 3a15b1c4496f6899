"""Times and bad values of an old system: what is read, what is said of it, what is refused, what a mapping drops."""

from __future__ import annotations

import io
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from linli.core.cases.public import Case, HistoryReport, MappingError, import_history, parse_mapping
from linli.core.exchange.public import TimeReader, UnreadTime
from linli.core.platform.public import clock_at
from tests.city import TestCity

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 1, 12, tzinfo=SHANGHAI)
MAPPING = """
system = "old"
[fields]
reference = "ref"
reported_at = "opened"
due_at = "due"
closed_at = "closed"
state = "state"
category = "type"
description = "words"
lon = "lon"
lat = "lat"
[states]
Closed = "closed"
Open = "open"
[catalogue]
standard = "old"
"""


def take(*rows: str, mapping: str = MAPPING, **how: Any) -> HistoryReport:
    content = "ref,type,state,opened,due,closed,lon,lat,words\n" + "\n".join(rows) + "\n"
    with clock_at(NOW):
        return import_history(
            io.BytesIO(content.encode()), parse_mapping(mapping.encode()), file_name="old.csv",
            **{"with_catalogue": True, **how},
        )  # fmt: skip


def local(instant: datetime | None) -> str:
    assert instant is not None
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"


def test_a_due_date_without_a_time_is_the_end_of_that_day_and_the_report_says_so(city: TestCity) -> None:
    report = take("1,井盖,Closed,2026-01-05 09:00:00,2026-01-06,2026-01-06 10:00:00,,,")
    case = Case.objects.get()
    assert (local(case.handle_due_at), case.in_time) == ("2026-01-06 23:59:59", True)
    assert (report.late, {key: one.count for key, one in report.readings.items()}) == (0, {"due_date": 1})


@pytest.mark.parametrize("clock", ['"17:30"', "17:30:00"])
def test_a_mapping_may_say_what_a_due_date_means(city: TestCity, clock: str) -> None:
    take(
        "1,井盖,Closed,2026-01-05 09:00:00,2026/1/6,2026-01-06 17:31,,,",
        mapping=MAPPING + f"[time]\ndue_clock = {clock}\n",
    )
    case = Case.objects.get()
    assert (local(case.handle_due_at), case.in_time) == ("2026-01-06 17:30:00", False)


def test_a_case_closed_on_the_day_of_its_report_or_due_date_is_in_time(city: TestCity) -> None:
    take(
        "1,井盖,Closed,2026-01-05 09:00,2026-01-05,2026-01-05,,,",
        "2,井盖,Closed,2026-01-05,2026-01-06 12:00,2026-01-06,,,",
    )
    one, other = Case.objects.order_by("source_reference")
    assert (local(one.closed_at), one.in_time) == ("2026-01-05 09:00:00", True)
    assert (local(other.reported_at), local(other.closed_at)) == ("2026-01-05 00:00:00", "2026-01-06 00:00:00")
    assert other.in_time


@pytest.mark.parametrize(
    ("text", "read", "way"),
    [
        ("2026-01-05 09:30:00", "2026-01-05 09:30:00", None),
        ("2026-01-05T09:30:00+08:00", "2026-01-05 09:30:00", None),
        ("2026/1/5 9:30", "2026-01-05 09:30:00", "year_first"),
        ("2026.1.5 09:30:15", "2026-01-05 09:30:15", "year_first"),
        ("2026年1月5日 9时30分", "2026-01-05 09:30:00", "year_first"),
        ("2026年1月5日9:30", "2026-01-05 09:30:00", "year_first"),
        ("2026年01月05日 下午3:20", "2026-01-05 15:20:00", "year_first"),
        ("2026/1/5 上午 9:05", "2026-01-05 09:05:00", "year_first"),
        ("2026年1月5日 9点", "2026-01-05 09:00:00", "year_first"),
        ("2026/1/5 12\uff1a00", "2026-01-05 12:00:00", "year_first"),
        ("46027.375", "2026-01-05 09:00:00", "excel"),
        ("46027.3958333333", "2026-01-05 09:30:00", "excel"),
    ],
)
def test_a_spelling_with_one_reading_is_taken_and_told(text: str, read: str, way: str | None) -> None:
    reader = TimeReader(("auto",), SHANGHAI)
    assert local(reader.read(text, "reported_at")) == read
    assert list(reader.readings) == ([way] if way else [])


@pytest.mark.parametrize(
    ("text", "read", "ways"),
    [
        ("2026/1/5", "2026-01-05 23:59:59", ["year_first", "due_date"]),
        ("2026年1月5日", "2026-01-05 23:59:59", ["year_first", "due_date"]),
        ("20260105", "2026-01-05 23:59:59", ["due_date"]),
        ("46027", "2026-01-05 23:59:59", ["excel", "due_date"]),
    ],
)
def test_a_due_date_in_any_spelling_is_the_end_of_its_day(text: str, read: str, ways: list[str]) -> None:
    reader = TimeReader(("auto",), SHANGHAI)
    assert local(reader.read(text, "due_at")) == read
    assert list(reader.readings) == ways


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("03/04/2026", 'time.formats = ["%d/%m/%Y"] or ["%m/%d/%Y"]'),
        ("17/01/2026", 'written day first; say so in the mapping: time.formats = ["%d/%m/%Y"]'),
        ("01-17-2026 9:00", 'written month first; say so in the mapping: time.formats = ["%m-%d-%Y"]'),
        ("26/1/5", "%y/%m/%d"),
        ("2026/2/30", "time.formats"),
        ("2026", "time.formats"),
        ("460271", "time.formats"),
        ("00001", "time.formats"),
        ("tomorrow", "time.formats"),
    ],
)
def test_a_spelling_with_two_readings_or_none_is_refused_with_a_sentence(text: str, said: str) -> None:
    with override("en"), pytest.raises(UnreadTime) as refused:
        TimeReader(("auto",), SHANGHAI).read(text, "reported_at")
    assert said in refused.value.mend


def test_formats_of_a_mapping_are_strict_and_may_ask_for_any_spelling_too() -> None:
    with pytest.raises(UnreadTime):
        TimeReader(("%d/%m/%Y",), SHANGHAI).read("2026/1/5", "reported_at")
    reader = TimeReader(("%d/%m/%Y", "auto"), SHANGHAI, due_clock=time(17))
    assert local(reader.read("03/04/2026", "due_at")) == "2026-04-03 17:00:00"
    assert local(reader.read("2026/1/5 8:00", "due_at")) == "2026-01-05 08:00:00"


def test_clock_times_around_summer_time_are_counted_or_refused() -> None:
    reader = TimeReader(("auto",), ZoneInfo("America/New_York"))
    assert reader.read("2022/11/6 1:30", "closed_at") == datetime(2022, 11, 6, 5, 30, tzinfo=UTC)
    assert reader.ambiguous == 1
    with pytest.raises(UnreadTime):
        reader.read("2023/3/12 2:30", "closed_at")


def test_a_mapping_may_drop_bad_values_and_keep_the_rows_counted(city: TestCity) -> None:
    rows = (
        "1,井盖,Closed,2026-01-05 09:00,2020-01-01,2026-01-06,115.005,30.005,好",
        "2,井盖,Closed,2026-01-05 09:00,soon,2026-01-06,30.005,115.005,好",
        "3,井盖,Closed,2026-01-05 09:00,,2026-01-06,x,,好",
    )
    assert len(take(*rows).errors) == 3
    report = take(*rows, mapping=MAPPING + '[on_bad]\ndue_at = "drop"\nlat = "drop"\n')
    assert (report.errors, report.added, report.dropped) == ([], 3, {"due_at": 2, "lon": 2})
    assert list(Case.objects.order_by("source_reference").values_list("handle_due_at", "lat")) == [
        (None, 30.005), (None, None), (None, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        '[on_bad]\nstate = "drop"',
        '[on_bad]\nclosed_at = "drop"',
        '[on_bad]\ndue_at = "keep"',
        '[time]\ndue_clock = "late"',
    ],
)
def test_a_mapping_drops_only_what_a_case_can_do_without(wrong: str) -> None:
    with pytest.raises(MappingError) as refused:
        parse_mapping((MAPPING + wrong).encode())
    assert refused.value.sentence
