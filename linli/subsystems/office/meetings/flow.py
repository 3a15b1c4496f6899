"""Meetings (会议): called, held, written down, approved by another than who wrote; then each decision becomes a task of somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, own_area
from linli.core.flow.public import (
    Act,
    Flow,
    Given,
    Relation,
    Stage,
    Transition,
    Who,
    begin,
    by_person,
    by_system,
    each,
    escalate,
    in_area,
    of_person,
)
from linli.core.platform.public import Actor, BadInput, Refusal, local_day, local_today, moment_words, write
from linli.subsystems.office.meetings.decided import give_tasks
from linli.subsystems.office.meetings.models import Decision, Invitation, Meeting, MeetingState

RUN = ("caller", "recorder")
TRANSITIONS = (
    Transition("call", "", "called", ("area",)),
    Transition("move", "called", "called", ("caller",), needs=("begins_at", "place"), takes=("note",)),
    Transition("cancel", "called", "cancelled", ("caller",), needs=("reason",)),
    Transition("hold", "called", "held", RUN, starts="write"),
    Transition("write", "held", "held", RUN, needs=("minutes",), takes=("came", "decisions")),
    Transition("submit", "held", "minuted", RUN, takes=("note",), stops=("write",), starts="approve"),
    Transition("approve", "minuted", "approved", ("area",), takes=("note",), stops=("approve",), not_by=("writer",)),
    Transition(
        "give_back", "minuted", "held", ("area",), needs=("reason",), stops=("approve",), starts="write", not_by=("writer",)
    ),
    *each(("held", "minuted"), "escalate", ("system",)),
)  # fmt: skip


def concerned() -> Relation:
    """Who was invited, or does something that was decided: they see the meeting, and may do nothing by it."""

    def rows(_permission: str, access: Access) -> Q:
        invited = Invitation.objects.filter(meeting_id=OuterRef("pk"), user_id=access.user_id)
        does = Decision.objects.filter(meeting_id=OuterRef("pk"), doer_id=access.user_id, task_id__isnull=False)
        return Q(Exists(invited)) | Q(Exists(does))

    def holds(meeting: Meeting, _permission: str, who: Who) -> bool:
        return who.access is not None and Meeting.objects.filter(rows("", who.access), id=meeting.id).exists()

    return Relation(gettext_lazy("who was invited"), holds, rows, asks=False)


def _move(act: Act[Meeting]) -> dict[str, Any]:
    act.item.begins_at, act.item.place = act.given.values["begins_at"], act.given.values["place"]
    return {"begins_at": act.item.begins_at.isoformat()}


def _hold(act: Act[Meeting]) -> dict[str, Any]:
    if local_day(act.item.begins_at) > local_today():
        raise Refusal(_("The meeting is called for another day; move it first."), code="not_yet")
    return {}


def _write(act: Act[Meeting]) -> dict[str, Any]:
    """Minutes, who came and what was decided, in the place of what was written before."""
    meeting, values = act.item, act.given.values
    came, decisions = set(values.get("came") or ()), values.get("decisions") or ()
    held_on = local_day(meeting.begins_at)
    for number, one in enumerate(decisions, 1):
        if one["by_day"] < held_on:
            said = _("Decision %(number)s is due before the day of the meeting.") % {"number": number}
            raise BadInput(said, field="decisions")
    meeting.minutes, meeting.minuted_by_id = values["minutes"], act.work.actor.user_id
    meeting.invitations.filter(user_id__in=came).update(came=True)
    meeting.invitations.exclude(user_id__in=came).update(came=False)
    meeting.decisions.all().delete()
    Decision.objects.bulk_create(
        Decision(meeting=meeting, place=place, what=one["what"], doer_id=one["doer"], by_day=one["by_day"])
        for place, one in enumerate(decisions, 1)
    )
    return {"came": len(came), "decisions": len(decisions)}


def _submit(act: Act[Meeting]) -> dict[str, Any]:
    if not act.item.minuted_by_id:
        raise Refusal(_("Write the minutes first."), code="no_minutes")
    return {}


def _approve(act: Act[Meeting]) -> dict[str, Any]:
    return {"tasks": give_tasks(MEETING, act.item, act.work.actor.user_id or 0)}


def _sensible(meeting: Meeting, rows: list[Transition], _who: Who) -> list[Transition]:
    left_out = {"submit"} if not meeting.minuted_by_id else set()
    if local_day(meeting.begins_at) > local_today():
        left_out.add("hold")
    return [row for row in rows if row.action not in left_out]


MEETING: Flow[Meeting] = Flow(
    code="meeting",
    title=gettext_lazy("meeting"),
    model=Meeting,
    states=MeetingState,
    transitions=TRANSITIONS,
    titles={
        "call": gettext_lazy("Call a meeting"),
        "move": gettext_lazy("Move the meeting"),
        "cancel": gettext_lazy("Cancel the meeting"),
        "hold": gettext_lazy("It was held"),
        "write": gettext_lazy("Write the minutes"),
        "submit": gettext_lazy("Submit the minutes"),
        "approve": gettext_lazy("Approve the minutes"),
        "give_back": gettext_lazy("Give the minutes back"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={
        "caller": of_person(), "recorder": of_person("recorder_id"), "concerned": concerned(), "area": in_area(), "system": by_system(),
    },
    duties={"writer": by_person("minuted_by_id", gettext_lazy("Nobody approves minutes that they wrote."), "own_minutes")},
    stages={"write": Stage(gettext_lazy("Minutes"), Decimal(3)), "approve": Stage(gettext_lazy("Approval"), Decimal(2))},
    effects={"move": _move, "hold": _hold, "write": _write, "submit": _submit, "approve": _approve, "escalate": escalate},
    needed={
        "begins_at": gettext_lazy("Say when it begins."), "place": gettext_lazy("Say where it is."),
        "minutes": gettext_lazy("Write what was said and decided."),
    },
    permissions={"give_back": "meeting.approve"},
    view="meeting.view",
    not_there=gettext_lazy("There is no such meeting."),
    ended=("approved", "cancelled"),
    waiting=("write", "submit", "approve"),
    sensible=_sensible,
    page="office:meeting",
    heading=lambda meeting: f"{meeting.title} · {moment_words(meeting.begins_at)}",
    told={
        "call": ("invited_ids", "recorder_id"), "move": ("invited_ids", "recorder_id"), "cancel": ("invited_ids", "recorder_id"),
        "give_back": ("begun_by_id", "minuted_by_id"), "approve": ("begun_by_id", "minuted_by_id", "invited_ids"),
    },
    order=("hold", "write", "submit", "approve", "give_back", "move", "cancel"),
    next_steps={"called": ("hold",), "held": ("submit", "write"), "minuted": ("approve",)},
    phases={"called": "new", "held": "work", "minuted": "check", "approved": "done", "cancelled": "stopped"},
)  # fmt: skip


def call_meeting(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    title: str,
    begins_at: datetime,
    place: str,
    invited: Sequence[int],
    agenda: str = "",
    recorder_id: int | None = None,
) -> Meeting:
    """Calls a meeting and invites people; who writes the minutes is invited besides.

    Raises NotAllowed, BadInput when nobody is invited, Taken for a uuid that came before.
    """
    people = dict.fromkeys([*invited, *([recorder_id] if recorder_id else [])])
    people.pop(access.user_id, None)
    if not people:
        raise BadInput(_("Invite somebody."), field="invited")
    with write(actor):
        meeting = begin(
            MEETING, actor, "call", Given(), area_id=own_area(access), uuid=uuid, access=access, title=title,
            begins_at=begins_at, place=place, agenda=agenda, recorder_id=recorder_id,
        )  # fmt: skip
        Invitation.objects.bulk_create(Invitation(meeting=meeting, user_id=user_id) for user_id in people)
    return meeting
