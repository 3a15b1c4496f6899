"""The demo city comes through the real services: whole, the same for the same seed, with something waiting for everybody."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db.models import F
from django.db.models.functions import Left
from django.urls import resolve
from django.utils.translation import override

from linli.config.start import start_django
from linli.core.access.public import Access, User, access_of, opens_to
from linli.core.cases.public import (
    ACTION_TITLES,
    OPEN_STATES,
    Case,
    CaseEvent,
    CaseFilter,
    Given,
    State,
    act,
    clock_word,
    filtered,
    home_counts,
    parse_report,
    report_case,
)
from linli.core.catalogue.public import catalogue
from linli.core.grids.public import Grid
from linli.core.inbox.public import Task
from linli.core.ledger.public import LedgerMerge
from linli.core.people.public import Reveal
from linli.core.platform.public import Actor, StoredFile, clock_at, verify
from linli.core.registry.public import PREMISES, Component
from linli.core.staff.public import STAFF_FILES, gaps
from linli.demo import run
from linli.demo.accounts import COMMUNITY_CLERKS, DESKS, HANDLERS, PASSWORD
from linli.demo.office_time import ZONE
from linli.demo.run import DemoRefused, ensure_demo
from linli.demo.seed import story
from linli.demo.walk import AFTERWARDS, STEPS, print_walk
from linli.lib.refusal import Sentence
from linli.subsystems.patrol.public import missed_points, my_rounds, plans_seen, plans_today, recent_rounds
from linli.subsystems.resources.ledger import RESOURCES
from tests.demo.fitting import misfits, shown_twice
from tests.demo.made import PRESENT, MadeCity, at_home, made_city
from tests.platform.test_killed_server import free_port

SUNDAY = datetime(2026, 11, 22, 3, 8, tzinfo=UTC)


def access(username: str) -> Access:
    found = access_of(User.objects.get(username=username).id)
    assert found is not None
    return found[0]


def check_city(drawings: dict[int, str], cases: int, photos: int, present: datetime = PRESENT) -> None:
    """What must hold for a city of any size."""
    assert Case.objects.exclude(standard="patrol").count() == cases
    own = [name for name in drawings.values() if not name.startswith("0000") and "-half" not in name]
    assert StoredFile.objects.count() == len(drawings) + 1  # the proof of a hazard, which is a picture of its own
    assert len(own) == photos
    assert sum("-half" in name for name in drawings.values()) >= 3
    assert misfits(drawings) == []
    assert shown_twice() == []
    assert max(Case.objects.values_list("escalation_level", flat=True)) <= 3
    assert Component.objects.count() == 4000
    assert 140 <= Grid.objects.count() <= 160
    assert set(Case.objects.values_list("state", flat=True)) == set(State.values)
    actions = set(CaseEvent.objects.values_list("action", flat=True))
    assert {
        "solve_on_spot", "send_to_confirm", "confirm", "reject", "void", "merge", "split", "return", "add_assisting", "assist",
        "ask_extension", "grant_extension", "deny_extension", "ask_shelving", "grant_shelving", "deny_shelving", "resume",
        "verify_fail", "rework", "urge", "supervise", "escalate", "rate", "reopen", "archive", "comment",
    } <= actions  # fmt: skip
    assert list(verify()) == []
    with clock_at(present):
        assert {clock_word(case) for case in Case.objects.all()} == {"on_time", "amber", "red", "paused", "done"}
        for name in ("wangge01", "shouli", "paiqian", "hecha", "huanwei"):
            assert home_counts(access(name), day_start=present).waiting > 0, name
        assert home_counts(access("duban"), day_start=present).late > 0
        for account in (*DESKS, *HANDLERS):
            who = access(account.username)
            if who.may("case.view"):
                assert home_counts(who, day_start=present).open > 0, account.username
            if account in HANDLERS:
                assert home_counts(who, day_start=present).waiting > 0, account.username
        for number in range(1, 13):
            assert home_counts(access(f"{COMMUNITY_CLERKS.username}{number:02d}"), day_start=present).waiting > 0, (
                number
            )
        check_patrols(present)
        check_ledgers()
        assert len(gaps(access("guanli"))) == 2
        assert [name for name in ("guanli", "shiguan") if opens_to(access(name), "settings")] == ["shiguan"]
    assert not CaseEvent.objects.filter(at__gt=present).exists()


def check_ledgers() -> None:
    """Premises wait to be verified, one is disputed, two are one; resources and files of staff are there."""
    states = set(Task.objects.filter(about_flow="premises").values_list("state", flat=True))
    assert {"open", "done"} <= states
    assert PREMISES.model.objects.filter(disputes=1).count() == 1
    assert LedgerMerge.objects.filter(undone_at__isnull=True).count() == 1
    assert RESOURCES.model.objects.count() == 6
    assert STAFF_FILES.model.objects.count() == 8
    assert Reveal.objects.filter(service="premises").exists()


def check_patrols(present: datetime) -> None:
    """Two plans with two weeks behind them; on a working morning, today's round is under way."""
    plans = plans_today(plans_seen(access("xuncha")))
    assert len(plans) == 2
    for plan in plans:
        assert len(recent_rounds(plan.plan)) >= 16
        if present == PRESENT:
            assert plan.rounds[0].state == "open"
            assert 0 < plan.rounds[0].checked < plan.rounds[0].due
    assert [len(missed_points(plan.plan)) for plan in plans] == [0, 1]
    # On a Sunday nobody walks.
    assert bool(my_rounds(access("wangge01"))) is (present == PRESENT)


@pytest.mark.slow
def test_a_small_city_has_every_state_and_way(told_city: MadeCity) -> None:
    check_city(told_city.drawings, 84, 20)


@pytest.mark.soak
def test_on_a_sunday_every_state_is_there_too_and_every_shown_account_has_the_public_password(db: None) -> None:
    made = made_city(settings.LINLI_HOME, present=SUNDAY)
    check_city(made.drawings, 84, 20, SUNDAY)
    for account in (*DESKS, *HANDLERS):
        assert User.objects.get(username=account.username).check_password(PASSWORD), account.username
    assert User.objects.filter(username__startswith=COMMUNITY_CLERKS.username).count() == 12


@pytest.mark.slow
def test_the_walk_that_is_printed_can_be_walked(told_city: MadeCity) -> None:
    assert catalogue().search("暴露垃圾")[0].name == "暴露垃圾"
    spot = Component.objects.order_by("id")[0]
    resident = Actor(kind="resident")
    report = parse_report(uuid=uuid4(), source="resident", description="路口有一堆垃圾", lon=spot.lon, lat=spot.lat)
    case = report_case(resident, report)[0]
    proof = {"role": "proof", "stored_file_id": StoredFile.objects.order_by("id")[0].id}
    for username, action, given in (
        ("shouli", "file", Given(category_id=catalogue().search("暴露垃圾")[0].id)), ("paiqian", "dispatch", Given()),
        ("huanwei", "accept", Given()), ("huanwei", "hand_over", Given(note="已清运", files=(proof,))),
        ("hecha", "send_to_verify", Given()), ("hecha", "verify_pass", Given()), ("hecha", "close", Given()),
    ):  # fmt: skip
        who = access(username)
        assert filtered(who, CaseFilter(mine=True)).filter(id=case.id).exists(), f"{username} does not find it waiting"
        case = act(who.actor(), case.id, action, given, uuid=uuid4(), access=who)
    case = act(resident, case.id, "rate", Given(score=5), uuid=uuid4(), tracking=case.tracking)
    assert (case.state, case.rating) == ("closed", 5)


@pytest.mark.soak
def test_the_whole_city_has_its_numbers_plausible_indicators_and_no_day_that_stands_out(db: None) -> None:
    # With a tenth of the photos: which is shown where does not depend on how many there are, and each costs a decoding.
    told = made_city(settings.LINLI_HOME, cases=1200, photos=60)
    check_city(told.drawings, 1200, 60)
    check_indicators()
    check_days()
    assert 55_000 < told.made.city.people < 65_000
    assert Case.objects.filter(state__in=OPEN_STATES).count() < 120
    words = list(Case.objects.filter(split_from_id=None).values_list("description", flat=True))
    assert len(set(words)) > 0.9 * len(words)
    placed = Case.objects.filter(description__startswith=Left("address", 4)).count()
    assert placed < 0.35 * len(words)


def check_indicators() -> None:
    """About nine of ten in time, nine of ten matters within 8 hours, eight of ten components within 3 days."""
    handled = Case.objects.filter(in_time__isnull=False)
    assert 0.85 < handled.filter(in_time=True).count() / handled.count() < 0.95
    assert 0.85 < share_within("matter", {"hours": 8}) < 0.95
    assert 0.75 < share_within("component", {"days": 3}) < 0.97


def check_days() -> None:
    """No working day of the last four weeks stands out, weekends are quieter, and today has begun."""
    days = Counter(at.astimezone(ZONE).date() for at in Case.objects.values_list("reported_at", flat=True))
    today = PRESENT.astimezone(ZONE).date()
    work_days = [days[day] for day in sorted(days)[-29:-1] if day.weekday() < 5]
    weekend = [days[day] for day in sorted(days)[-29:-1] if day.weekday() >= 5]
    assert max(work_days) < 2.2 * sum(work_days) / len(work_days)
    assert sum(weekend) / len(weekend) < 0.7 * sum(work_days) / len(work_days)
    assert 4 <= days[today] <= 20
    assert Case.objects.filter(closed_at__gte=PRESENT.astimezone(ZONE).replace(hour=0)).count() >= 3


def share_within(kind: str, span: dict[str, float]) -> float:
    """The share of cases that were handed over within a span after they were filed, as the indicators count it."""
    rows = Case.objects.filter(kind=kind, filed_at__isnull=False, handled_at__isnull=False)
    rows = rows.exclude(state__in=("rejected", "merged", "void"))
    return rows.filter(handled_at__lte=F("filed_at") + timedelta(**span)).count() / rows.count()


@pytest.mark.slow
def test_the_demo_is_made_once_like_any_other_of_its_seed_a_half_made_one_is_thrown_away_and_it_can_be_played(
    told_city: MadeCity, tmp_path: Path
) -> None:
    home, said = tmp_path / "demo", list[Sentence]()
    half = tmp_path / ".demo.making"
    half.mkdir()
    (half / "linli.sqlite3").write_text("left by a run that was killed")

    def start(seed: int = 1, fresh: bool = False) -> None:
        ensure_demo(
            home,
            seed=seed,
            anchor=PRESENT,
            fresh=fresh,
            start_django=start_django,
            say=said.append,
            cases=84,
            photos=20,
        )

    start()
    assert not half.exists()
    assert {path.name for path in home.iterdir()} == {
        "demo.json",
        "linli.sqlite3",
        "files",
        "basemap.pmtiles",
        "ground.gpkg",
        "keys",
        "imports",
        "exports",
    }
    assert json.loads((home / "demo.json").read_text())["seed"] == 1
    with sqlite3.connect(home / "linli.sqlite3") as made:
        assert made.execute("SELECT count(*) FROM cases_case").fetchone()[0] >= 84
    first = story()
    with at_home(home):
        again = story()
    assert again == first
    said.clear()
    began = time.monotonic()
    start()
    assert said == []
    assert time.monotonic() - began < 1
    every_command_runs_under_its_clock(shutil.copytree(home, tmp_path / "other"), tmp_path)
    play_by_the_command(home, tmp_path / "log")


def play_by_the_command(home: Path, log: Path) -> None:
    """`linli demo --play` goes on with the city that is there: somebody reports, and that case is handled and closed."""
    there = json.loads((home / "demo.json").read_text())
    (home / "demo.json").write_text(
        json.dumps(there | {"cases": run.CASES, "photos": run.PHOTOS})
    )  # passes for a whole one
    known, told = rows(home, "SELECT max(id) FROM cases_case")[0][0], []
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    command = [sys.executable, "-m", "linli.config.cli", "demo", "--home", str(home), "--play", "3600"]
    with log.open("wb") as out:
        demo = subprocess.Popen(
            [*command, "--port", str(free_port())], env=environment, stdout=out, stderr=out, start_new_session=True
        )
    try:
        for _ in range(900):
            told = [state for (state,) in rows(home, "SELECT state FROM cases_case WHERE id > ?", known)]
            if "closed" in told or demo.poll() is not None:
                break
            threading.Event().wait(0.2)
        demo.send_signal(signal.SIGINT)
        ended = demo.wait(60)
    finally:
        if demo.poll() is None:
            os.killpg(demo.pid, signal.SIGKILL)
            demo.wait(30)
    assert "closed" in told, log.read_text()[-2000:]
    assert ended == 0, log.read_text()[-2000:]
    assert "the play has ended" not in log.read_text()


def every_command_runs_under_its_clock(home: Path, folder: Path) -> None:
    """A command that somebody types beside or after the server takes its time from the city."""
    env = {**os.environ, "LINLI_MODE": "demo", "LINLI_HOME": str(home), "LANG": "C.UTF-8"}
    for name in ("LINLI_DATABASE_URL", "LINLI_CLOCK_SHIFT"):
        env.pop(name, None)

    def linli(*words: str) -> str:
        command = [sys.executable, "-m", "linli.config.cli", *words]
        return subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout

    there, other = json.loads((home / "demo.json").read_text()), PRESENT + timedelta(days=3)
    (home / "demo.json").write_text(json.dumps(there | {"present": other.isoformat()}))
    assert linli("audit", "root").startswith(f"{other:%Y-%m-%d} ")
    linli("backup", str(folder / "one.tar"))
    then = datetime.now(UTC) + run.clock_shift(home)
    assert timedelta(0) <= then - other < timedelta(minutes=5)


def rows(home: Path, statement: str, *given: int) -> list[tuple[Any, ...]]:
    """What the database of a city answers, asked while the city lives."""
    with closing(sqlite3.connect(f"file:{home / 'linli.sqlite3'}?mode=ro", uri=True, timeout=30)) as city:
        return city.execute(statement, given).fetchall()


def test_a_folder_with_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mother.txt").write_text("dear")
    with pytest.raises(DemoRefused, match="not a demo city"):
        ensure_demo(
            tmp_path / "letters", seed=1, anchor=None, fresh=True, start_django=start_django, say=lambda _line: None
        )
    assert (tmp_path / "letters" / "mother.txt").read_text() == "dear"


def test_changed_code_makes_another_city(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "lives.py").write_text("one way")
    monkeypatch.setattr(run, "PACKAGE", tmp_path)
    before = run.version_digest()
    (tmp_path / "demo" / "lives.py").write_text("another way")
    assert run.version_digest() != before


def test_nothing_of_a_given_anchor_lies_in_the_future() -> None:
    assert run._present(datetime(2999, 1, 1)) <= datetime.now(UTC)
    assert run._present(datetime(2025, 3, 4)) == datetime(2025, 3, 4, 2, 40, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "there"),
    [
        ((2026, 11, 29, 20, 10), (2026, 11, 27)),  # before dawn on a Monday there: the last Friday
        ((2026, 11, 30, 2, 39), (2026, 11, 27)),
        ((2026, 11, 30, 2, 40), (2026, 11, 30)),
        ((2025, 10, 8, 9, 0), (2025, 9, 30)),  # the holidays of October
        ((2025, 10, 11, 9, 0), (2025, 10, 11)),  # a Saturday that is worked
    ],
)
def test_the_present_of_the_city_is_the_last_working_morning(
    now: tuple[int, ...], there: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    instant = datetime(*now, tzinfo=UTC)  # type: ignore[misc,arg-type]
    monkeypatch.setattr(run, "machine_time", lambda: instant)
    assert run._present(None) == datetime(*there, 2, 40, tzinfo=UTC)


def test_the_clock_of_the_city_goes_on_where_it_stood(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "machine_time", lambda: datetime(2026, 12, 7, 20, 0, tzinfo=UTC))
    (tmp_path / "demo.json").write_text(json.dumps({"present": "2026-11-27T02:40:00+00:00"}))
    with sqlite3.connect(tmp_path / "linli.sqlite3") as city:
        city.execute("CREATE TABLE platform_audit_record (at TEXT)")
    there = datetime(2026, 11, 27, 2, 40, tzinfo=UTC)
    assert datetime(2026, 12, 7, 20, 0, tzinfo=UTC) + run.clock_shift(tmp_path) == there
    with sqlite3.connect(tmp_path / "linli.sqlite3") as city:
        city.execute("INSERT INTO platform_audit_record VALUES ('2026-11-27 03:25:10.5')")
    assert datetime(2026, 12, 7, 20, 0, tzinfo=UTC) + run.clock_shift(tmp_path) == there.replace(
        hour=3, minute=25, second=11
    )


def test_the_clock_of_the_city_never_goes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Served until 10:52 there without a record, and killed; then commands beside a server, and one after a weekend."""
    machine = datetime(2026, 11, 30, 20, 0, tzinfo=UTC)
    monkeypatch.setattr(run, "machine_time", lambda: machine)
    monkeypatch.setattr(run.threading, "Thread", lambda **_given: SimpleNamespace(start=lambda: None))
    (tmp_path / "demo.json").write_text(json.dumps({"present": "2026-11-27T02:40:00+00:00"}))
    shift = run.clock_shift(tmp_path)
    assert machine + shift == datetime(2026, 11, 27, 2, 40, tzinfo=UTC)
    machine += timedelta(minutes=12)
    run.keep_clock(tmp_path, shift)
    machine += timedelta(seconds=4)
    assert run.clock_shift(tmp_path) == shift, "a command beside the server has the server's clock"
    machine += timedelta(seconds=7)
    assert timedelta(seconds=-1) <= run.clock_shift(tmp_path) - shift <= timedelta(0), "a second after the last note"
    machine += timedelta(days=3)
    assert machine + run.clock_shift(tmp_path) == datetime(2026, 11, 27, 2, 52, 10, tzinfo=UTC)
    machine -= timedelta(days=9)
    assert machine + run.clock_shift(tmp_path) == datetime(2026, 11, 27, 2, 52, 10, tzinfo=UTC)


def test_the_walk_names_accounts_that_exist_and_pages_that_answer() -> None:
    said: list[str] = []
    print_walk("http://localhost:8000", said.append)
    text = "\n".join(said)
    for account in (*DESKS, *HANDLERS):
        assert account.username in text
    for step in (*STEPS, AFTERWARDS):
        resolve(step.page.split("?")[0])
        assert step.username in {account.username for account in (*DESKS, *HANDLERS)} | {""}
    assert all(f"{number} {step.title['zh-hans']}" in text for number, step in enumerate(STEPS, 1))


def test_the_walk_calls_every_button_by_the_name_that_it_bears() -> None:
    told = "".join(step.todo["zh-hans"] for step in STEPS)
    with override("zh-hans"):
        for action in ("file", "dispatch", "accept", "hand_over", "pass_and_close"):
            assert f"“{ACTION_TITLES[action]}”" in told, action
