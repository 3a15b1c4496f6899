"""Adds entries to a case's timeline and binds each into the audit chain of its street. Rows are never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from linli.core.areas.public import area_tree
from linli.core.cases.models import (
    Case,
    CaseClock,
    CaseEvent,
    CaseFile,
    CaseNote,
    CaseReporter,
    CaseRequest,
    CaseUnit,
)
from linli.core.platform.public import Waiting, Work, insert_rows
from linli.lib.canonical import canonical_bytes

SUBJECT = "case_event"
MOST_STRAYS = 100  # of each table; more lines help nobody


def event_digest(
    *,
    home_district: str,
    case_id: int,
    seq: int,
    uuid: UUID,
    action: str,
    state_from: str,
    state_to: str,
    actor_kind: str,
    actor_id: int | None,
    actor_unit_id: int | None,
    at: datetime,
    facts: dict[str, Any],
) -> bytes:
    """SHA-256 over every column of an event."""
    return hashlib.sha256(
        canonical_bytes(
            [
                home_district,
                case_id,
                seq,
                str(uuid),
                action,
                state_from,
                state_to,
                actor_kind,
                actor_id,
                actor_unit_id,
                at.astimezone(UTC).isoformat(),
                facts,
            ]
        )
    ).digest()


def add_event(
    work: Work,
    case: Case,
    *,
    action: str,
    state_from: str,
    uuid: UUID,
    facts: dict[str, Any] | None = None,
    note: str = "",
    files: list[dict[str, Any]] | None = None,
    beside: Sequence[Waiting] = (),
) -> int:
    """Adds the entry `case.seq` of the timeline with its words and files, and its audit record. Gives the event's id.

    `beside` are rows of other tables that may share the round trip.
    """
    actor = work.actor
    columns: dict[str, Any] = {
        "home_district": case.home_district,
        "case_id": case.id,
        "seq": case.seq,
        "uuid": uuid,
        "action": action,
        "state_from": state_from,
        "state_to": str(case.state),
        "actor_kind": actor.kind,
        "actor_id": actor.user_id,
        "actor_unit_id": actor.unit_id,
        "at": work.now,
        "facts": facts or {},
    }
    event_id = insert_rows(CaseEvent, [columns], beside=beside)[0]
    if note:
        insert_rows(
            CaseNote,
            [
                {
                    "home_district": case.home_district,
                    "case_id": case.id,
                    "event_id": event_id,
                    "text": note,
                    "at": work.now,
                }
            ],
        )
    if files:
        insert_rows(
            CaseFile,
            [
                {"home_district": case.home_district, "case_id": case.id, "event_id": event_id, "at": work.now, **file}
                for file in files
            ],
        )
    # The chain belongs to the street that the case was filed under; it is the subject's own, not the actor's.
    work.audit(
        area_tree().audit_chain(case.area_id),
        f"case.{action}",
        SUBJECT,
        event_id,
        {"case": case.id, "seq": case.seq, "from": state_from, "to": str(case.state), **(facts or {})},
        subject_digest=event_digest(**columns),
    )
    return event_id


def event_digests() -> Iterator[tuple[str, bytes]]:
    """Every event's id and digest as it stands in the database now, for `linli audit verify`."""
    columns = (
        "home_district",
        "case_id",
        "seq",
        "uuid",
        "action",
        "state_from",
        "state_to",
        "actor_kind",
        "actor_id",
        "actor_unit_id",
        "at",
        "facts",
    )
    for id_, *values in CaseEvent.objects.order_by("id").values_list("id", *columns).iterator(chunk_size=5000):
        yield str(id_), event_digest(**dict(zip(columns, values, strict=True)))


def state_findings() -> Iterator[str]:
    """Sentences about cases whose state, count or existence disagrees with the last entry of their timeline."""
    last: dict[int, tuple[int, str]] = {}
    for case_id, seq, state in (
        CaseEvent.objects.order_by("id").values_list("case_id", "seq", "state_to").iterator(chunk_size=5000)
    ):
        if case_id not in last or last[case_id][0] < seq:
            last[case_id] = (seq, state)
    for id_, seq, state in Case.objects.values_list("id", "seq", "state").iterator(chunk_size=5000):
        found = last.pop(id_, None)
        if found is None:
            yield f"Case {id_} has no timeline."
        elif found != (seq, state):
            yield f"Case {id_} is {state} at entry {seq}, its timeline ends with {found[1]} at entry {found[0]}."
    for case_id in last:
        yield f"Case {case_id} of the timeline is gone."
    yield from _strays()


def _strays() -> Iterator[str]:
    """Rows that hang on a case that is not there: what foreign keys would refuse, had these tables any."""
    for model in (CaseNote, CaseFile, CaseClock, CaseRequest, CaseUnit, CaseReporter):
        owner = Case.objects.filter(id=OuterRef("case_id"), home_district=OuterRef("home_district"))
        for id_, case_id in model._default_manager.filter(~Exists(owner)).values_list("id", "case_id")[:MOST_STRAYS]:
            yield f"{model.__name__} {id_} belongs to case {case_id}, which is not there."
