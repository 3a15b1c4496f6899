"""Imports of history with rows of every kind in one batch, rows that cannot be kept, and processes that die."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as django_settings
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from linli.core.cases.public import (
    Case,
    CaseClock,
    CaseEvent,
    HistoryReport,
    MappingError,
    import_history,
    parse_mapping,
    take_back_import,
)
from linli.core.exchange.public import ImportBroken, ImportedRow, ImportRun
from linli.core.platform.public import clock_at, forget_all, verify
from tests.city import TestCity, build_city

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
closing_note = "note"
lon = "lon"
lat = "lat"
[states]
Filed = "archived"
Closed = "closed"
Open = "open"
[time]
formats = ["%Y-%m-%d %H:%M:%S"]
[catalogue]
standard = "GB/T 47678.5-2026"
"""
HEAD = "ref,type,state,opened,due,closed,lon,lat,words,note\n"
NOW = datetime(2026, 3, 1, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
ROUTED, NOT_ROUTED = "暴露垃圾", "井盖的旧类别"


def take(rows: list[str], **how: Any) -> HistoryReport:
    with clock_at(NOW):
        return import_history(
            io.BytesIO((HEAD + "\n".join(rows) + "\n").encode()), parse_mapping(MAPPING.encode()), file_name="old.csv",
            **{"with_catalogue": True, **how},
        )  # fmt: skip


def row(reference: str, state: str = "Closed", *, due: str = "2026-01-07 09:00:00", words: str = "") -> str:
    closed = "" if state == "Open" else "2026-01-06 09:00:00"
    return f"{reference},{ROUTED},{state},2026-01-05 09:00:00,{due},{closed},115.005,30.005,{words},"


def references() -> list[str]:
    return sorted(Case.objects.exclude(state="void").values_list("source_reference", flat=True))


def test_an_open_case_and_a_closed_one_stand_in_one_batch(city: TestCity) -> None:
    rows = [row("A-1"), row("A-2", "Open"), row("A-3", "Open", due=""), row("A-4", "Filed", due="")]
    assert (take(rows, dry_run=True).errors, Case.objects.count()) == ([], 0)
    assert take(rows).added == 4
    clocks = dict(CaseClock.objects.values_list("case__source_reference", "stopped_at"))
    assert {reference: stopped is None for reference, stopped in clocks.items()} == {
        "A-1": False, "A-2": True, "A-3": True,
    }  # fmt: skip
    assert verify() == []


@pytest.fixture
def bad_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes cases with the word `unkeepable` fail while their batch is written."""
    from linli.core.cases.loop.keeping import search_tokens

    def failing(case: Case) -> str:
        if "unkeepable" in case.description:
            raise ZeroDivisionError("no tokens")
        return search_tokens(case)

    monkeypatch.setattr("linli.core.cases.history.writing.search_tokens", failing)


def test_a_dry_run_finds_what_the_writing_would_not_take(city: TestCity, bad_words: None) -> None:
    report = take([row("A-1"), row("A-2", words="unkeepable"), row("A-3")], dry_run=True)
    assert [(error.line, error.value) for error in report.errors] == [(3, "A-2")]
    assert "no tokens" in str(report.errors[0])
    assert (report.added, report.written, Case.objects.count(), ImportRun.objects.count()) == (2, False, 0, 0)


def test_a_broken_import_says_what_it_kept_and_goes_on_without_the_row_or_is_taken_back(
    city: TestCity, bad_words: None
) -> None:
    rows = [row(f"A-{number}", words="unkeepable" if number == 5 else "") for number in range(8)]
    with pytest.raises(ImportBroken) as told:
        take(rows, batch_rows=2)
    begun = ImportRun.objects.get()
    assert references() == [f"A-{number}" for number in range(4)]
    for words in ("7", "A-5", "no tokens", "4"):
        assert words in told.value.sentence
    assert (told.value.import_id, told.value.kept) == (begun.id, 4)
    report = take(rows, batch_rows=2, take_good=True)
    assert report.goes_on is not None
    assert (report.goes_on.import_id, report.goes_on.kept, report.import_id) == (begun.id, 4, begun.id)
    assert (report.added, [error.line for error in report.errors]) == (3, [7])
    assert references() == [f"A-{number}" for number in range(8) if number != 5]
    with clock_at(NOW):
        take_back_import(begun.id)
    assert references() == []
    assert verify() == []


def test_an_import_of_another_file_names_what_was_broken_off(city: TestCity, bad_words: None) -> None:
    with pytest.raises(ImportBroken):
        take([row("A-1"), row("A-2", words="unkeepable")], batch_rows=1)
    report = take([row("A-1"), row("A-2")], batch_rows=1)
    assert [(one.file_name, one.kept) for one in report.left_open] == [("old.csv", 1)]
    assert (report.goes_on, report.added, report.unchanged) == (None, 1, 1)


def test_a_batch_that_fails_at_its_first_row_keeps_nothing_and_says_so(city: TestCity, bad_words: None) -> None:
    with pytest.raises(ImportBroken):
        take([row("A-1", words="unkeepable"), row("A-2")])
    assert (Case.objects.count(), ImportRun.objects.count()) == (0, 0)


def hours(most: int) -> st.SearchStrategy[float]:
    return st.one_of(st.integers(0, most).map(float), st.floats(0, most, allow_nan=False))


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[str, datetime, datetime | None, datetime | None, str]]:
    """Rows of an old system: state, report, due, closing, category. Some are due never, some at once, some are old."""
    found = []
    for _number in range(draw(st.integers(1, 9))):
        state = draw(st.sampled_from(["Filed", "Closed", "Open"]))
        reported = NOW - timedelta(hours=draw(hours(24 * 365 * 9)))
        due = draw(st.none() | hours(87_000).map(lambda after, since=reported: since + timedelta(hours=after)))
        lasted = min(draw(hours(9_000)), (NOW - reported).total_seconds() / 3600)
        closed = None if state == "Open" else reported + timedelta(hours=lasted)
        found.append((state, reported, due, closed, draw(st.sampled_from([ROUTED, NOT_ROUTED]))))
    return found


def clock(instant: datetime | None) -> str:
    return f"{instant.astimezone(NOW.tzinfo):%Y-%m-%d %H:%M:%S}" if instant else ""


def written(history: list[tuple[str, datetime, datetime | None, datetime | None, str]], places: list[str]) -> list[str]:
    return [
        f"R{number},{category},{state},{clock(reported)},{clock(due)},{clock(closed)},{place},垃圾,{'已清' if closed else ''}"
        for number, ((state, reported, due, closed, category), place) in enumerate(zip(history, places, strict=False))
    ]


def assert_kept(rows: list[str]) -> None:
    """Each row is one case with the state, the times and the clocks that its row asks for."""
    cases = {case.id: case for case in Case.objects.all()}
    kept = {reference: cases[id_] for reference, id_ in ImportedRow.objects.values_list("reference", "subject_id")}
    assert len(kept) == len(cases)
    assert sorted(kept) == sorted(line.split(",")[0] for line in rows)
    running = Counter(CaseClock.objects.filter(stopped_at__isnull=True).values_list("case_id", flat=True))
    for line in rows:
        reference, category, state, _reported, due, closed, *_rest = line.split(",")
        case = kept[reference]
        assert (clock(case.closed_at), clock(case.handle_due_at) if due else "") == (closed, due)
        assert case.state in {"Filed": {"archived"}, "Closed": {"closed"}, "Open": {"reported", "dispatched"}}[state]
        assert (case.in_time is None) == (state == "Open" or not due)
        assert running[case.id] <= (state == "Open")
        if case.state == "dispatched":
            assert (category, running[case.id]) == (ROUTED, 1)
        actions = list(CaseEvent.objects.filter(case_id=case.id).order_by("seq").values_list("action", flat=True))
        assert len(actions) == case.seq


def test_random_mixes_are_kept_as_the_dry_run_says_however_they_are_cut_into_batches(city: TestCity) -> None:
    states: Counter[str] = Counter()
    places = st.lists(st.sampled_from([",", "115.005,30.005", "115.4,30.4"]), min_size=9, max_size=9)

    @settings(
        max_examples=25, deadline=None, phases=(Phase.explicit, Phase.generate), suppress_health_check=list(HealthCheck)
    )
    @given(histories(), places, st.integers(1, 4))
    def imported(history: Any, where: list[str], batch_rows: int) -> None:
        rows = written(history, where)
        block = transaction.atomic()
        block._from_testcase = True  # type: ignore[attr-defined]
        with block:
            before = take(rows, dry_run=True, batch_rows=batch_rows)
            assert (before.errors, Case.objects.count(), CaseEvent.objects.count()) == ([], 0, 0)
            after = take(rows, batch_rows=batch_rows)
            assert (after.added, after.errors) == (len(rows), [])
            for count in ("added", "without_grid", "without_position", "words_over", "categories_made"):
                assert getattr(before, count) == getattr(after, count)
            assert_kept(rows)
            assert take(rows).added == 0
            assert verify() == []
            states.update(Case.objects.values_list("state", flat=True))
            transaction.set_rollback(True)
        forget_all()

    imported()
    assert {"archived", "closed", "dispatched", "reported"} <= set(states)


def run_importer(folder: Path, batch_rows: int, kill_in: int) -> int:
    """The exit code of a process that imports and kills itself in its batch number `kill_in` (0: lives)."""
    own = connection.settings_dict
    url = f"sqlite:///{own['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    environment = os.environ | {
        "LINLI_DATABASE_URL": url, "LINLI_MODE": "test", "LINLI_HOME": str(django_settings.LINLI_HOME),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    command = [
        sys.executable, str(Path(__file__).with_name("importer_to_kill.py")), str(folder / "old.csv"), str(folder / "old.toml"),
        str(batch_rows), str(kill_in),
    ]  # fmt: skip
    return subprocess.run(command, env=environment, check=False, timeout=120, stderr=subprocess.DEVNULL).returncode


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_import_killed_again_and_again_doubles_nothing_and_loses_nothing(tmp_path: Path) -> None:
    build_city()
    rows = [row(f"A-{number:02d}", "Open" if number % 3 else "Closed") for number in range(10)]
    (tmp_path / "old.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "old.toml").write_text(MAPPING, encoding="utf-8")
    for kill_in, kept in ((1, 0), (2, 3), (2, 6), (1, 6)):
        assert run_importer(tmp_path, 3, kill_in) == -signal.SIGKILL
        assert len(references()) == kept
        assert verify() == []
    assert run_importer(tmp_path, 3, 0) == 0
    assert references() == [f"A-{number:02d}" for number in range(10)]
    assert [one.finished_at is not None for one in ImportRun.objects.all()] == [True]
    assert run_importer(tmp_path, 3, 0) == 0
    assert (Case.objects.count(), ImportRun.objects.count(), verify()) == (10, 1, [])


def test_a_dry_run_asks_for_missing_categories_like_the_import(city: TestCity) -> None:
    line = row("A-1").replace(ROUTED, NOT_ROUTED)
    with pytest.raises(MappingError, match=NOT_ROUTED):
        take([line], with_catalogue=False, dry_run=True)
    before = CaseEvent.objects.count()
    assert take([line], dry_run=True).categories_made == 1
    assert CaseEvent.objects.count() == before
    assert take([line]).categories_made == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_keep_each_row_once(tmp_path: Path) -> None:
    build_city()
    rows = [row(f"A-{number:02d}", "Open" if number % 3 else "Closed") for number in range(12)]
    (tmp_path / "old.csv").write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "old.toml").write_text(MAPPING, encoding="utf-8")
    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(lambda _number: run_importer(tmp_path, 2, 0), range(2)))
    assert ended == [0, 0]
    assert references() == [f"A-{number:02d}" for number in range(12)]
    assert not ImportRun.objects.filter(finished_at__isnull=True).exists()
    assert verify() == []
