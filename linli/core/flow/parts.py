"""What a flow is put together from: who acts, relations and duties, stages, requests, tables; and what stands where it says nothing.

definition.py puts them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from linli.core.access.public import Access
from linli.core.flow.models import (
    FlowClock,
    FlowEscalation,
    FlowEvent,
    FlowFile,
    FlowItem,
    FlowNote,
    FlowRequest,
)
from linli.core.flow.table import Transition

Text = str | Promise
Item = TypeVar("Item", bound=FlowItem)
Effect = Callable[[Any], dict[str, Any]]
FALLBACK_SHARE = Decimal("0.80")
# How far an item can be escalated.
TOP_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Who:
    """Whoever acts or asks: of the staff (`access`), holder of an item's key (`key`), or the system."""

    access: Access | None = None
    key: str = ""
    is_system: bool = False


@dataclass(frozen=True, slots=True)
class Relation:
    """How somebody may stand to an item, with its two faces: for one item, and as a condition for many.

    `holds(item, permission, who)` decides; `rows(permission, access)` finds the items for which it holds, None where nobody is
    asked through it (the system, who holds a key). That the two agree is an inherited test. `asks`: whether the permission counts.
    `covered`: whoever stands in for the person may stand in here too; both faces are then asked with that person's name.
    """

    words: Text
    holds: Callable[[Any, str, Who], bool]
    rows: Callable[[str, Access], Q] | None = None
    asks: bool = True
    covered: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """A part in an item's way that keeps somebody from other parts (监督、指挥分离): who handled does not verify.

    `holds` says so for one item, `rows` for many: what somebody may not do does not wait for them.
    """

    sentence: Text
    code: str
    holds: Callable[[Any, Access | None], bool]
    rows: Callable[[Access], Q]


@dataclass(frozen=True, slots=True)
class Stage:
    """What a clock measures. Its limit is `amount` in `unit`; None leaves it to the item (`Flow.limit`) or sets none. A city may choose
    other limits (limits.py); these are the usual ones.

    `urgent_hours`: the limit, round the clock, of items that are urgent (`Rules.urgent`); of a stage without an amount it says how far
    the item's own may reach. None: as for any other.
    `until`: the day by which an item asks for it, instead of an amount; it is due when the office closes on
    that day, or at the instant that it names.
    `per_unit`: each unit has a clock of its own, and goes on with the time it had when it gets the item again.
    """

    title: Text
    amount: Decimal | None = None
    unit: str = "work_day"
    amber_share: Decimal = FALLBACK_SHARE
    urgent_hours: Decimal | None = None
    per_unit: bool = False
    until: Callable[[Any], date | datetime | None] | None = None


@dataclass(frozen=True, slots=True)
class TwoStep:
    """Something that one asks for and another decides: the actions of asking, granting and refusing.

    `most`: an amount comes with it, above zero and at most this. `extends`: granting adds the amount to the clock of this stage.
    """

    kind: str
    ask: str
    grant: str
    deny: str
    most: Decimal | None = None
    extends: str = ""


@dataclass(frozen=True, slots=True)
class Tables:
    """Where a flow keeps its timeline, clocks and requests: its own tables, or the shared ones of the small flows.

    `key` is the column that names the item, `unit` that of the unit whose clock it is (on item and clock alike), `subject` the kind
    under which the audit chain knows an entry.
    """

    event: type[Any]  # of EventRow; each is a table of that abstract row
    note: type[Any]
    file: type[Any]
    clock: type[Any]
    request: type[Any]
    escalation: type[Any]
    key: str = "item_id"
    unit: str = "unit_id"
    subject: str = "flow_event"

    @property
    def shared(self) -> bool:
        """Whether these are the shared tables, whose rows say of which flow they are."""
        return self.event is FlowEvent


SHARED = Tables(FlowEvent, FlowNote, FlowFile, FlowClock, FlowRequest, FlowEscalation)


def nothing_named(*_args: Any) -> None:
    """For flows whose Given holds rows already."""


def seen_by_nobody(_access: Access) -> QuerySet[Any]:
    """Stands where a flow has not said who sees its items; such a flow is refused."""
    raise NotImplementedError


def not_seen(_item: Any, _access: Access) -> bool:
    """The same for one item."""
    raise NotImplementedError


def everything(_item: Any, rows: list[Transition], _who: Who) -> list[Transition]:
    """For flows without conditions beside the table."""
    return rows


def nobody_in_particular(_action: str, _access: Access) -> None:
    """For flows where everybody who may take a step is asked."""


def no_limit(_item: Any, _stage: str) -> None:
    """For flows whose stages say their limits themselves."""


def no_facts(_item: Any) -> dict[str, Any]:
    """For flows whose first entry binds nothing besides the place."""
    return {}


def nothing_more(*_args: Any) -> None:
    """For flows that keep nothing more when a state is left."""
