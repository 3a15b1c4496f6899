"""Events of the outbox: who subscribes to what, and the job that hands an event to a subscriber exactly once.

`work.emit` writes the event; for each subscriber known then, a job is inserted in the same transaction. The job's
effect and its being done commit together, so each (event, subscriber) happens once. Messages to people stand in
`messages/`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linli.core.platform.writing.work import Work

DELIVERY_JOB = "deliver_event"


@dataclass(frozen=True, slots=True)
class Event:
    """An event as a subscriber gets it."""

    uuid: str
    at: datetime
    event: str
    subject_kind: str
    subject_id: int
    payload: dict[str, Any]


Subscriber = Callable[["Work", Event], None]
_subscribers: dict[str, dict[str, Subscriber]] = {}


def subscribe(event: str, name: str, handler: Subscriber) -> None:
    """Lets `handler(work, event)` run once for each `event` emitted from now on. `name` is unique per event and stays:
    jobs waiting in the database carry it. Registering the same handler twice changes nothing; another one is
    refused."""
    known = _subscribers.setdefault(event, {})
    if known.get(name, handler) is not handler:
        raise ValueError(f"{name!r} already subscribes to {event!r} with another handler; choose another name.")
    known[name] = handler


def subscribers(event: str) -> tuple[str, ...]:
    """The names that subscribe to `event`, in the order of registration."""
    return tuple(_subscribers.get(event, ()))


def deliver(work: Work, payload: dict[str, Any]) -> None:
    """The delivery job's handler: runs the subscriber that `payload` names, inside the job's write."""
    event = Event(
        uuid=payload["uuid"],
        at=datetime.fromisoformat(payload["at"]),
        event=payload["event"],
        subject_kind=payload["subject_kind"],
        subject_id=payload["subject_id"],
        payload=payload["payload"],
    )
    handler = _subscribers.get(event.event, {}).get(payload["subscriber"])
    if handler is None:
        raise LookupError(f"No subscriber {payload['subscriber']!r} for {event.event!r} is installed.")
    handler(work, event)
