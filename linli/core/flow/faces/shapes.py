"""What the API tells of an item of any flow: the shapes for its description, and the dictionaries that have them.

Cases have a richer API of their own (linli/web/api); what is the same there is made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from linli.core.access.public import unit_title
from linli.core.api.public import instant
from linli.core.areas.public import area_tree
from linli.core.desk.public import choice_words
from linli.core.flow.definition import AnyRules
from linli.core.flow.limits import limit_in_force
from linli.core.flow.models import ClockRow, FileRow
from linli.core.flow.reading import Entry
from linli.core.flow.table import Transition
from linli.core.flow.words import clock_word, phase_of
from linli.core.platform.public import now

Clock = Annotated[str, Field(json_schema_extra={"enum": ["on_time", "amber", "red", "paused", "done"]})]


class FileShape(BaseModel):
    """A file of an item; its bytes are at `…/files/{id}/display`, `thumb` or `received`."""

    id: int
    role: Annotated[str, Field(json_schema_extra={"enum": ["report", "before", "after", "proof", "voice"]})]
    is_public: bool
    at: AwareDatetime


class ClockShape(BaseModel):
    """One run of a stage's clock."""

    stage: str
    amount: str
    unit: Annotated[str, Field(json_schema_extra={"enum": ["urgent_hour", "work_hour", "work_day", "calendar_day"]})]
    started_at: AwareDatetime
    due_at: AwareDatetime
    amber_at: AwareDatetime
    provisional: Annotated[bool, Field(description="Public holidays of that time were not published yet.")]
    paused_at: AwareDatetime | None
    stopped_at: AwareDatetime | None


class RequestShape(BaseModel):
    """Something that was asked for and another decides."""

    kind: str
    amount: str | None
    asked_at: AwareDatetime
    decided_at: AwareDatetime | None
    granted: bool | None


class EventShape(BaseModel):
    """An entry of a timeline."""

    seq: int
    action: str
    action_title: str
    state_from: str
    state_to: str
    at: AwareDatetime
    who_kind: Annotated[str, Field(json_schema_extra={"enum": ["user", "resident", "system"]})]
    who: str
    unit: str
    note: str
    files: list[FileShape]


class TimelineShape(BaseModel):
    """All of an item's timeline, oldest first."""

    events: list[EventShape]


class TransitionShape(BaseModel):
    """A row of a table of transitions: in `state`, `action` leads to `to`. The state before an item exists is the empty word."""

    action: str
    title: str
    state: str
    to: str
    who: Annotated[list[str], Field(description="Relations to the item of which one must hold.")]
    needs: list[str]
    takes: list[str]
    not_by: list[str]


class StateShape(BaseModel):
    """A state of a flow."""

    state: str
    title: str
    phase: str
    ended: bool


class StageShape(BaseModel):
    """A stage of a flow, with how long it may take now. Without an amount the item itself says."""

    stage: str
    title: str
    amount: str | None
    unit: str
    urgent_hours: str | None
    amber_share: str
    since: Annotated[str | None, Field(description="The day from which the city chose it; null: the usual limit.")]


class FlowShape(BaseModel):
    """A flow: its states, its stages and its table."""

    flow: str
    title: str
    states: list[StateShape]
    stages: list[StageShape]
    transitions: list[TransitionShape]


class FlowList(BaseModel):
    """Every flow whose items have addresses below `/flows/`."""

    flows: list[FlowShape]


class FactShape(BaseModel):
    """A line of what stands on the page of an item, in the language of the request."""

    label: str
    value: str


class MovedShape(BaseModel):
    """An item after an action."""

    id: int
    state: str
    state_title: str
    seq: Annotated[int, Field(description="Length of the timeline; send it back as `seen_seq` with an action.")]
    unit_id: int | None
    clock: Clock
    due_at: AwareDatetime | None


class ItemShape(MovedShape):
    """An item as it stands, and what the person may do with it now."""

    uuid: str
    flow: str
    heading: str
    area_code: str
    area: str
    unit: str
    begun_at: AwareDatetime
    ended_at: AwareDatetime | None
    clock_stage: str
    amber_at: AwareDatetime | None
    due_provisional: bool
    escalation_level: int
    facts: list[FactShape]
    files: list[FileShape]
    clocks: list[ClockShape]
    requests: list[RequestShape]
    possible: Annotated[
        list[TransitionShape], Field(description="Rows that hold for this person now, the usual one first.")
    ]


def plain(value: Decimal | None) -> str | None:
    """An amount as text in plain digits: 2.500 is "2.5"."""
    return None if value is None else f"{value.normalize():f}"


def file_out(file: FileRow) -> dict[str, Any]:
    """A file as FileShape."""
    return {"id": file.id, "role": str(file.role), "is_public": file.is_public, "at": instant(file.at)}  # type: ignore[attr-defined]


def clock_out(clock: ClockRow) -> dict[str, Any]:
    """A clock as ClockShape."""
    return {
        "stage": clock.stage, "amount": plain(clock.amount), "unit": str(clock.unit), "started_at": instant(clock.started_at),
        "due_at": instant(clock.due_at), "amber_at": instant(clock.amber_at), "provisional": clock.provisional,
        "paused_at": instant(clock.paused_at), "stopped_at": instant(clock.stopped_at),
    }  # fmt: skip


def request_out(asked: Any) -> dict[str, Any]:
    """A request as RequestShape."""
    return {
        "kind": str(asked.kind), "amount": plain(asked.amount), "asked_at": instant(asked.asked_at),
        "decided_at": instant(asked.decided_at), "granted": asked.granted,
    }  # fmt: skip


def timeline_out(flow: AnyRules, timeline: Sequence[Entry]) -> dict[str, Any]:
    """A timeline as TimelineShape."""
    return {
        "events": [
            {
                "seq": entry.event.seq,
                "action": entry.event.action,
                "action_title": str(flow.titles.get(entry.event.action, entry.event.action)),
                "state_from": entry.event.state_from,
                "state_to": entry.event.state_to,
                "at": instant(entry.event.at),
                "who_kind": entry.event.actor_kind,
                "who": entry.who,
                "unit": entry.unit,
                "note": entry.note,
                "files": [file_out(file) for file in entry.files],
            }
            for entry in timeline
        ]
    }


def transition_out(flow: AnyRules, row: Transition) -> dict[str, Any]:
    """A row of the table as TransitionShape."""
    return {
        "action": row.action, "title": str(flow.titles[row.action]), "state": row.state, "to": row.to, "who": list(row.who),
        "needs": list(row.needs), "takes": list(row.takes), "not_by": list(row.not_by),
    }  # fmt: skip


def flow_out(flow: AnyRules) -> dict[str, Any]:
    """A flow as FlowShape."""
    return {
        "flow": flow.code,
        "title": str(flow.title),
        "states": [
            {
                "state": str(state),
                "title": str(title),
                "phase": phase_of(flow, str(state)),
                "ended": state in flow.ended,
            }
            for state, title in flow.states.choices
        ],
        "stages": [_stage_out(flow, stage) for stage in flow.stages],
        "transitions": [transition_out(flow, row) for row in flow.transitions],
    }


def _stage_out(flow: AnyRules, stage: str) -> dict[str, Any]:
    limit = limit_in_force(flow, stage)
    return {
        "stage": stage, "title": str(flow.stages[stage].title), "amount": plain(limit.amount), "unit": str(limit.unit),
        "urgent_hours": plain(limit.urgent_hours), "amber_share": plain(limit.amber_share),
        "since": limit.since.isoformat() if limit.since else None,
    }  # fmt: skip


def moved_out(item: Any) -> dict[str, Any]:
    """An item after an action as MovedShape."""
    return {
        "id": item.id, "state": str(item.state), "state_title": choice_words(item, "state"), "seq": item.seq,
        "unit_id": item.unit_id, "clock": clock_word(item, now()), "due_at": instant(item.due_at),
    }  # fmt: skip


def item_out(flow: AnyRules, item: Any) -> dict[str, Any]:
    """What stands on an item itself, of ItemShape."""
    area = area_tree().nodes.get(item.area_id)
    return {
        **moved_out(item),
        "uuid": str(item.uuid),
        "flow": flow.code,
        "heading": str(flow.heading(item)),
        "area_code": area.code if area else "",
        "area": area.title if area else "",
        "unit": unit_title(item.unit_id),
        "begun_at": instant(item.begun_at),
        "ended_at": instant(item.ended_at),
        "clock_stage": item.clock_stage,
        "amber_at": instant(item.amber_at),
        "due_provisional": item.due_provisional,
        "escalation_level": item.escalation_level,
    }
