"""Plans of recurring tasks: each occurrence once, whoever runs the job, however often, and whatever dies; nothing floods."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from linli.core.access.public import Access, User
from linli.core.catalogue.public import set_calendar_day
from linli.core.grids.public import Grid
from linli.core.inbox.plans import give_occurrence
from linli.core.inbox.public import (
    PLANS,
    PlanGiven,
    Task,
    TaskPlan,
    change_task_plan,
    end_task_plan,
    make_task_plan,
    pause_task_plan,
    plans_seen,
)
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, NotThere, Taken, clock_at, verify, work_off, write
from tests.city import TestCity, build_city
from tests.desk.inherited import FormTests, ListTests, Typed, browser

MONDAY = date(2026, 11, 23)
TWICE = [("08:30", "10:00"), ("14:00", "16:00")]


def at(clock: str, days: int = 0) -> datetime:
    """A time of the city's day, some days after that Monday."""
    hour, minute = clock.split(":")
    return datetime(2026, 11, 23, int(hour), int(minute), tzinfo=UTC) + timedelta(days=days, hours=-8)


def plan_of(city: TestCity, who: str = "leader", to: str = "verifier", **more: Any) -> TaskPlan:
    """A plan that was made on the Sunday before, of every work day unless said otherwise."""
    access = city.access[who]
    given: dict[str, Any] = {"subject": "消毒", "every": "day", "valid_from": MONDAY, **more}
    if not {"unit_id", "grid_id"} & set(given):
        given["assignee_id"] = city.users[to].id
    with clock_at(at("12:00", -1)):
        return make_task_plan(access.actor(), access=access, uuid=uuid4(), given=PlanGiven(**given))


def run_job(instant: datetime) -> None:
    """What the worker does at an instant: the periodic job, and the jobs that it asks for."""
    with clock_at(instant):
        with write(SYSTEM) as work:
            work.enqueue("give_planned_tasks", {})
        work_off()


def given_tasks() -> list[tuple[str, str, int]]:
    return list(Task.objects.order_by("id").values_list("plan_key", "state", "assignee_id"))


def test_twice_a_day_a_task_is_given_when_its_span_begins_and_due_when_it_ends(city: TestCity) -> None:
    plan_of(city, times=TWICE)
    run_job(at("08:29"))
    assert not Task.objects.exists()
    for minute in (30, 35, 40):
        run_job(at(f"08:{minute}"))
    run_job(at("14:03"))
    assert [one[0] for one in given_tasks()] == ["2026-11-23 08:30", "2026-11-23 14:00"]
    assert list(Task.objects.order_by("id").values_list("due_at", flat=True)) == [at("10:00"), at("16:00")]
    task = Task.objects.latest("id")
    assert (task.giver_id, task.begun_by_id, task.clock_stage) == (city.users["leader"].id, None, "do")


def test_a_weekly_task_has_its_days_to_be_done(city: TestCity) -> None:
    plan_of(city, every="week", weekdays=(0, 3), days_to_do=2)
    for day in range(8):
        run_job(at("00:05", day))
    assert [one[0] for one in given_tasks()] == ["2026-11-23 00:00", "2026-11-26 00:00", "2026-11-30 00:00"]
    assert Task.objects.earliest("id").due_at == at("18:00", 2)


def test_what_is_due_once_a_month_waits_for_the_next_work_day(city: TestCity) -> None:
    plan_of(city, every="month", day=28)  # a Saturday
    for day in range(9):
        run_job(at("00:05", day))
    assert [one[0] for one in given_tasks()] == ["2026-11-30 00:00"]


def test_a_holiday_and_a_work_day_declared_the_evening_before_count(city: TestCity) -> None:
    plan_of(city)
    for day, works in ((date(2026, 11, 24), False), (date(2026, 11, 28), True)):
        with clock_at(at("20:00", (day - MONDAY).days - 1)):
            set_calendar_day(SYSTEM, day=day, is_workday=works)
            run_job(at("20:01", (day - MONDAY).days - 1))
    for day in range(7):
        run_job(at("09:00", day))
    days = [one[0][:10] for one in given_tasks()]
    assert "2026-11-24" not in days
    assert "2026-11-28" in days  # a Saturday


def test_after_days_without_a_worker_the_last_is_given_and_the_rest_is_counted(city: TestCity) -> None:
    plan = plan_of(city, times=TWICE)
    run_job(at("15:00", 2))  # Monday, Tuesday and Wednesday morning were missed
    assert [one[0] for one in given_tasks()] == ["2026-11-25 14:00"]
    plan.refresh_from_db()
    assert (plan.left_out, plan.next_at) == (5, at("08:30", 3))


def test_what_cannot_be_done_any_more_is_not_given(city: TestCity) -> None:
    plan = plan_of(city, times=TWICE)
    run_job(at("12:00"))  # the morning span is over
    assert not Task.objects.exists()
    plan.refresh_from_db()
    assert (plan.left_out, plan.next_at) == (1, at("14:00"))
    page = browser(city.access["leader"]).get(f"/tasks/plans/{plan.id}/").content.decode()
    assert "1 次，轮到时已来不及办理" in page


def test_the_worker_of_the_grid_on_that_day_gets_it_and_without_one_who_made_the_plan(city: TestCity) -> None:
    staffed, gap = (Grid.objects.get(code=code).id for code in ("G1", "G2"))
    plan_of(city, grid_id=staffed)
    plan_of(city, grid_id=gap)
    run_job(at("09:00"))
    assert {one[2] for one in given_tasks()} == {city.users["worker"].id, city.users["leader"].id}
    assert set(Task.objects.values_list("grid_id", flat=True)) == {staffed, gap}


def test_who_left_gets_no_task_and_whoever_made_the_plan_does(city: TestCity) -> None:
    plan_of(city)
    User.objects.filter(id=city.users["verifier"].id).update(is_active=False)
    run_job(at("09:00"))
    assert [one[2] for one in given_tasks()] == [city.users["leader"].id]
    User.objects.filter(id=city.users["leader"].id).update(is_active=False)
    run_job(at("09:00", 1))
    assert len(given_tasks()) == 1
    assert TaskPlan.objects.get().left_out == 1


def test_a_plan_of_a_unit_offers_its_task_to_the_unit(city: TestCity) -> None:
    plan_of(city, unit_id=city.units["street_centre"].id)
    run_job(at("09:00"))
    assert [one[1] for one in given_tasks()] == ["offered"]


def test_a_plan_that_rests_gives_nothing_and_makes_nothing_up(city: TestCity) -> None:
    plan, access = plan_of(city), city.access["leader"]
    with clock_at(at("12:00")):
        run_job(at("12:00"))
        for _twice in range(2):
            pause_task_plan(access.actor(), access=access, plan_id=plan.id, paused=True)
    run_job(at("12:00", 2))
    with clock_at(at("12:00", 2)):
        pause_task_plan(access.actor(), access=access, plan_id=plan.id, paused=False)
    run_job(at("12:01", 2))
    run_job(at("09:00", 3))
    assert [one[0][:10] for one in given_tasks()] == ["2026-11-23", "2026-11-26"]
    plan.refresh_from_db()
    assert plan.left_out == 0


def test_a_plan_that_ends_gives_what_is_due_today_and_then_nothing(city: TestCity) -> None:
    plan, access = plan_of(city, times=TWICE), city.access["leader"]
    with clock_at(at("12:00")):
        for _twice in range(2):
            end_task_plan(access.actor(), access=access, plan_id=plan.id)
    run_job(at("14:00"))
    run_job(at("09:00", 1))
    assert [one[0] for one in given_tasks()] == ["2026-11-23 14:00"]
    plan.refresh_from_db()
    assert plan.next_at is None


def test_a_changed_plan_gives_by_what_it_says_now(city: TestCity) -> None:
    plan, access = plan_of(city, times=TWICE), city.access["leader"]
    run_job(at("08:30"))
    given = PlanGiven("通风", "day", MONDAY, assignee_id=city.users["dispatcher"].id, times=[("11:00", "12:00")])
    with clock_at(at("09:00")):
        change_task_plan(access.actor(), access=access, plan_id=plan.id, given=given)
    run_job(at("11:00"))
    run_job(at("14:00"))
    assert [(one.subject, one.plan_key[11:]) for one in Task.objects.order_by("id")] == [
        ("消毒", "08:30"),
        ("通风", "11:00"),
    ]


def test_only_who_made_it_and_who_gives_tasks_there_may_change_it(city: TestCity) -> None:
    plan = plan_of(city)
    seen = {who for who, access in city.access.items() if plans_seen(access).filter(id=plan.id)}
    assert seen == {"leader", "verifier", "supervisor", "auditor", "all_roles"}
    for who, refusal in (("verifier", NotAllowed), ("auditor", NotAllowed), ("worker", NotThere)):
        access = city.access[who]
        with pytest.raises(refusal):
            end_task_plan(access.actor(), access=access, plan_id=plan.id)
    access = city.access["supervisor"]
    end_task_plan(access.actor(), access=access, plan_id=plan.id)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"every": "week"}, "weekdays"), ({"every": "hour"}, "every"), ({"day": 32}, "day"), ({"valid_to": date(2026, 11, 1)}, "valid_to"),
        ({"times": [("8", "9")]}, "times"), ({"days_to_do": 91}, "days_to_do"), ({"subject": " "}, "subject"), ({"to": "other_worker"}, "assignee"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(city: TestCity, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        plan_of(city, **changed)
    assert refused.value.field == field
    assert not TaskPlan.objects.exists()


def test_the_table_itself_takes_one_task_of_an_occurrence(city: TestCity) -> None:
    plan_of(city)
    run_job(at("09:00"))
    task = Task.objects.get()
    task.pk, task.uuid = None, uuid4()
    with pytest.raises(IntegrityError), transaction.atomic():
        task.save(force_insert=True)


def two_at_once(plan_id: int) -> list[str]:
    """Gives the same occurrence in two threads that meet; gives what went wrong in them."""
    troubles: list[str] = []
    barrier = threading.Barrier(2)

    def run() -> None:
        try:
            barrier.wait(20)
            with clock_at(at("09:00")), write(SYSTEM) as work:
                give_occurrence(work, plan_id)
        except Exception as error:
            troubles.append(type(error).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return troubles


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_give_it_once() -> None:
    plan = plan_of(build_city())
    assert two_at_once(plan.id) == []
    assert Task.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_moved_time_the_unique_key_holds() -> None:
    """The control: a run that does not see that it was given fails on the key instead of doubling the task."""
    plan = plan_of(build_city())
    run_job(at("09:00"))
    TaskPlan.objects.filter(id=plan.id).update(next_at=at("00:00"))
    with pytest.raises((IntegrityError, Taken)), clock_at(at("09:00")), write(SYSTEM) as work:
        give_occurrence(work, plan.id)
    assert Task.objects.count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_and_doubles_nothing() -> None:
    plan = plan_of(build_city())
    with clock_at(at("09:00")), write(SYSTEM) as work:
        work.enqueue("give_planned_tasks", {})
    assert run_giver(at("09:00"), "dies") == -signal.SIGKILL
    assert not Task.objects.exists()
    assert run_giver(at("09:05"), "lives") == 0
    assert Task.objects.count() == 1
    run_job(at("09:10"))
    assert Task.objects.count() == 1
    plan.refresh_from_db()
    assert plan.next_at == at("00:00", 1)
    assert list(verify()) == []


def run_giver(instant: datetime, ends: str) -> int:
    """The exit code of a worker process at `instant` that `dies` in the middle or `lives`."""
    own = connection.settings_dict
    url = f"sqlite:///{own['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgresql://{own['USER']}:{own['PASSWORD']}@{own['HOST']}:{own['PORT']}/{own['NAME']}"
    environment = os.environ | {
        "LINLI_DATABASE_URL": url, "LINLI_MODE": "test", "LINLI_HOME": str(settings.LINLI_HOME),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }  # fmt: skip
    command = [sys.executable, str(Path(__file__).with_name("giver_to_kill.py")), instant.isoformat(), ends]
    return subprocess.run(command, env=environment, check=False, timeout=120, stderr=subprocess.DEVNULL).returncode


class TestPlans(ListTests):
    shown = PLANS
    address = "/tasks/plans/"
    most_statements = 9
    filters: ClassVar = ["?q=毒", "?on=1", "?mine=1", "?every=week"]

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        begun = TaskPlan.objects.count()
        for number in range(begun, begun + count):
            who = "supervisor" if number % 3 else "leader"
            how = {"every": "week", "weekdays": (1,)} if number % 2 else {}
            plan = plan_of(city, who, "leader", subject="消毒" if number % 4 else "通风", **how)
            if number % 4 == 1:
                access = city.access[who]
                pause_task_plan(access.actor(), access=access, plan_id=plan.id, paused=True)


class TestPlanForm(FormTests):
    good: ClassVar[Typed] = {
        "subject": "消毒", "assignee": "", "unit": "", "grid": "G1", "every": "week", "weekdays": ["0", "3"], "first": ["08:30", ""],
        "last": ["10:00", ""], "valid_from": "2099-11-23", "work_days_only": "on",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"subject": " "}, "subject"), ({"grid": ""}, "assignee"), ({"weekdays": []}, "weekdays"), ({"every": "x"}, "every"),
        ({"first": ["11:00"]}, "times"), ({"valid_to": "2099-01-01"}, "valid_to"), ({"day": "40"}, "day"), ({"days_to_do": "91"}, "days_to_do"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def address(self, city: TestCity) -> str:
        return "/tasks/plans/new/"

    def made(self) -> list[Any]:
        rows = TaskPlan.objects.values_list("subject", "every", "weekdays", "valid_from", "work_days_only", "times")
        return [(*row[:-1], str(row[-1])) for row in rows]

    def expected(self, city: TestCity) -> Any:
        return ("消毒", "week", "03", date(2099, 11, 23), True, "[['08:30', '10:00']]")

    def stranger(self, city: TestCity) -> None:
        """Every member of the staff may make one."""


def test_the_form_of_a_plan_shows_what_it_says_and_changes_it(city: TestCity) -> None:
    plan = plan_of(city, every="week", weekdays=(0, 3), times=TWICE, days_to_do=0)
    client, address = browser(city.access["leader"]), f"/tasks/plans/{plan.id}/change/"
    page = client.get(address).content.decode()
    assert page.count("checked") >= 3
    assert 'value="14:00"' in page
    form = {
        "effect_id": str(uuid4()), "subject": "通风", "assignee": str(city.users["dispatcher"].id), "every": "month", "day": "5",
        "valid_from": "2026-11-23",
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    plan.refresh_from_db()
    assert (plan.subject, plan.every, plan.day, plan.times, plan.work_days_only) == ("通风", "month", 5, [], False)
    for name, press in (("pause", {"pause": "1"}), ("end", {})):
        answer = client.post(f"/tasks/plans/{plan.id}/{name}/", {"effect_id": str(uuid4()), **press})
        assert answer.status_code == 302
    plan.refresh_from_db()
    assert plan.paused_at is not None
    assert plan.valid_to is not None
