"""What the list of a flow has, made from its table: columns of state and clock, filters of what is mine and what waits, bulk steps.

LEAVES = List(code="leaves", rows=LEAVE.visible, columns=(…, state_column(LEAVE), due_column()),
              filters=(*flow_filters(LEAVE), …), bulk=(bulk_step(LEAVE, "grant"),))
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Access, names_of
from linli.core.desk.public import Bulk, ChoiceFilter, Column, Filter, marks
from linli.core.flow.act import act
from linli.core.flow.definition import AnyFlow
from linli.core.flow.waiting import waiting
from linli.core.flow.words import clock_word, due_shown, due_words, left_shown, phase_of
from linli.core.platform.public import Actor, now


class OfMeFilter(Filter[Access]):
    """A condition that depends on who asks, on or off, shown as a chip of its own."""

    kind = "switch"

    def __init__(self, code: str, title: Any, condition: Callable[[Access], Q]) -> None:
        super().__init__(code, title)
        self.condition = condition

    def parse(self, words: str, access: Access) -> Access | None:
        """Who asks, for 1."""
        return access if words == "1" else None

    def narrow(self, rows: Any, value: Access) -> Any:
        """The rows for which it holds."""
        return rows.filter(self.condition(value))

    def said(self, value: Access) -> str:  # noqa: ARG002 - it is on
        """Its title."""
        return str(self.title)


def flow_filters(flow: AnyFlow) -> tuple[Filter[Any], ...]:
    """What waits for me, what I began, and the state."""
    return (
        OfMeFilter("waiting", _("Waits for me"), partial(waiting, flow)),
        OfMeFilter("mine", _("Begun by me"), lambda access: Q(begun_by_id=access.user_id)),
        ChoiceFilter("state", _("State"), flow.states.choices),
    )


def state_column(flow: AnyFlow) -> Column[Any]:
    """The state as its pill; programs get its key."""
    return Column(
        "state",
        _("State"),
        lambda item: str(item.get_state_display()),
        html=lambda item: marks.state(item.state, item.get_state_display(), phase_of(flow, item.state)),
        code_of=lambda item: str(item.state),
        css="card-plain fixed",
    )


def due_column() -> Column[Any]:
    """Until when the present step is due, in the colour of its clock."""
    return Column("due", _("Due"), lambda item: item.due_at, html=_due, sort="due_at", css="fixed", kind=datetime)


def _due(item: Any) -> str:
    if item.clock_state == "done":
        return "—"
    instant = now()
    words = due_words(item.due_at, provisional=item.due_provisional)
    return marks.due(clock_word(item, instant), due_shown(item, instant), left_shown(item, instant), words)


def with_names(**columns: str) -> Callable[[Access, list[Any]], list[Any]]:
    """A `complete` for lists of items: the name of whoever stands in a column, under another name; one statement a page.

    complete=with_names(who="begun_by_id"), columns=(Column("who", _("Who"), lambda item: item.__dict__["who"]), …)
    """

    def complete(_access: Access, items: list[Any]) -> list[Any]:
        names = names_of({getattr(item, column) for item in items for column in columns.values()})
        for item in items:
            item.__dict__ |= {name: names.get(getattr(item, column), "") for name, column in columns.items()}
        return items

    return complete


def bulk_step(flow: AnyFlow, action: str, *, danger: bool = False) -> Bulk:
    """One action on many items, with one reason where the action takes words."""
    takes = next(
        (one for one in ("reason", "note") for row in flow.rows if row.action == action and one in row.given), ""
    )

    def step(actor: Actor, access: Access, item_id: int, reason: str) -> None:
        given = flow.given(reason=reason if takes == "reason" else "", note=reason if takes == "note" else "")
        act(flow, actor, item_id, action, given, uuid=uuid4(), access=access)

    needed = any(takes in row.needs for row in flow.rows if row.action == action)
    return Bulk(action, flow.titles[action], flow.permission(action), step, with_reason=needed, danger=danger)
