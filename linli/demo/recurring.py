"""Recurring tasks of the demo city: two plans of the street's leader, whose tasks are done by who gets them, but for the last ones.

Ways in the sense of `simulation.py`, as patrols next door.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple

from linli.core.access.public import Access
from linli.core.flow.public import Given, act
from linli.core.inbox.public import TASK, PlanGiven, Task, give_occurrence, make_task_plan
from linli.core.platform.public import SYSTEM, write
from linli.demo.departments import Host
from linli.demo.life import Town, Way
from linli.demo.office_time import ZONE

DAYS = 12


class Again(NamedTuple):
    """A plan: what, how often, in which spans, how many days there are to do it, and what who did it wrote."""

    role: str
    subject: str
    every: str
    weekdays: tuple[int, ...]
    times: tuple[tuple[str, str], ...]
    days_to_do: int
    done: str


PLANS = (
    Again(
        "acceptance",
        "核对昨日热线转办清单",
        "day",
        (),
        (("09:00", "10:30"), ("15:00", "16:30")),
        0,
        "已核对，与台账一致。",
    ),
    Again("dispatcher", "汇总一周超时案卷", "week", (0,), (), 2, "已汇总，随周报报送。"),
)


def recurring(town: Town, end: datetime) -> list[Way]:
    """The ways of all plans."""
    return [_way(Host(town, end), row) for row in PLANS]


def _way(host: Host, row: Again) -> Way:
    """The plan is made on a morning, and gives its task each time until now; the last one is still open."""
    first = (host.end - timedelta(days=DAYS)).astimezone(ZONE).date()
    yield datetime.combine(first, time(8, 50), ZONE).astimezone(UTC)
    leader, doer = host.people("leader")[0], host.people(row.role)[0]
    given = PlanGiven(
        row.subject, row.every, first, assignee_id=doer.user_id, weekdays=row.weekdays, times=row.times, days_to_do=row.days_to_do
    )  # fmt: skip
    plan = make_task_plan(leader.actor("demo"), access=leader, uuid=host.uuid(f"plan/{row.subject}"), given=given)
    while plan.next_at is not None and plan.next_at < host.end:
        yield plan.next_at
        with write(SYSTEM) as work:
            task = give_occurrence(work, plan.id)
        plan.refresh_from_db()
        if task is not None and plan.next_at is not None and plan.next_at < host.end:
            yield max(host.later(task.begun_at, 40), task.begun_at + timedelta(minutes=40))
            _done(host, task, doer, row.done)


def _done(host: Host, task: Task, doer: Access, words: str) -> None:
    uuid = host.uuid(f"task/{task.subject}/{task.plan_key}")
    act(TASK, doer.actor("demo"), task.id, "done", Given(note=words), uuid=uuid, access=doer)
