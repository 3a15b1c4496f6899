"""What was decided in meetings: each decision becomes a task when the minutes are approved; what became of it says the task."""

from __future__ import annotations

from uuid import uuid5

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from linli.core.desk.public import marks
from linli.core.flow.public import AnyFlow
from linli.core.inbox.public import Task, give_task_of
from linli.core.platform.public import local_today
from linli.subsystems.office.meetings.models import Decision, Meeting

OPEN, LATE, DONE, DROPPED, PROPOSED = "open", "late", "done", "dropped", "proposed"
WORDS = {
    PROPOSED: gettext_lazy("Not approved yet"), OPEN: gettext_lazy("To be done"), LATE: gettext_lazy("Late"), DONE: gettext_lazy("Done"),
    DROPPED: gettext_lazy("Dropped"),
}  # fmt: skip
CLOCKS, PHASES = {OPEN: "on_time", LATE: "red", DONE: "done"}, {PROPOSED: "check", DROPPED: "stopped"}


def give_tasks(flow: AnyFlow, meeting: Meeting, giver_id: int) -> int:
    """Makes a task of each decision, inside the write that approves them, and gives how many. One that is late already is due today."""
    decisions, today = list(meeting.decisions.order_by("place")), local_today()
    for one in decisions:
        task = give_task_of(
            flow, meeting, uuid=uuid5(meeting.uuid, f"decision {one.place}"), giver_id=giver_id, subject=one.what,
            due=max(one.by_day, today), assignee_id=one.doer_id,
        )  # fmt: skip
        Decision.objects.filter(id=one.id).update(task_id=task.id)
    return len(decisions)


def with_outcome(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """The decisions with `outcome`, a key of WORDS, and `done_at`, in the same statement."""
    tasks = Task.objects.filter(id=OuterRef("task_id"))
    state = Coalesce(Subquery(tasks.values("state")[:1]), Value(""), output_field=CharField())
    outcome = Case(
        When(task_id=None, then=Value(PROPOSED)),
        When(task_state="done", then=Value(DONE)),
        When(task_state="withdrawn", then=Value(DROPPED)),
        When(by_day__lt=local_today(), then=Value(LATE)),
        default=Value(OPEN),
        output_field=CharField(),
    )
    return rows.annotate(task_state=state).annotate(outcome=outcome, done_at=Subquery(tasks.values("ended_at")[:1]))


def pill(decision: Decision) -> str:
    """What became of a decision, drawn."""
    outcome = decision.__dict__["outcome"]
    words = str(WORDS[outcome])
    return marks.clock(CLOCKS[outcome], words) if outcome in CLOCKS else marks.state(outcome, words, PHASES[outcome])
