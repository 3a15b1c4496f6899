"""What the list of a flow has, made from its table: columns of state and clock, filters of what is mine and what waits, bulk steps.

LEAVES = flow_list(PAGES, code="leaves", title=…, columns=(…), filters=(…), bulk=("grant",), new="office:new-leave")
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Access
from linli.core.desk.public import Bulk, ChoiceFilter, Column, Filter, List, choice_words, marks, new_button, page_at
from linli.core.flow.act import act
from linli.core.flow.definition import AnyFlow
from linli.core.flow.faces.item_pages import ItemPages, Text
from linli.core.flow.waiting import waiting
from linli.core.flow.words import clock_said, phase_of
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
        lambda item: choice_words(item, "state"),
        html=lambda item: marks.state(item.state, choice_words(item, "state"), phase_of(flow, item.state)),
        code_of=lambda item: str(item.state),
        css="card-plain fixed",
    )


def due_column() -> Column[Any]:
    """Until when the present step is due, in the colour of its clock."""
    return Column("due", _("Due"), lambda item: item.due_at, html=_due, sort="due_at", css="fixed", kind=datetime)


def _due(item: Any) -> str:
    if item.clock_state == "done":
        return "—"
    return marks.due(*clock_said(item, now()))


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


def flow_list(
    pages: ItemPages,
    *,
    code: str,
    title: Text,
    columns: Sequence[Column[Any]],
    filters: Sequence[Filter[Any]] = (),
    bulk: Sequence[str] = (),
    new: str = "",
    may_begin: str = "",
    permission: str = "",
    **more: Any,
) -> List[Any]:
    """The list of the items of a flow that a person may see: these columns, then the clock and the state; what waits for me, what I
    began and the state as filters, then these; actions on many items. `new` is the name of the page that begins one, for who
    holds `may_begin` (empty: for everybody). `more` goes to the List. Who holds `permission` opens it (empty: every member of the
    staff); what they see of it says the flow.
    """
    flow, name = pages.flow, pages.name
    begins = next(row.action for row in flow.transitions if not row.state)
    if new:
        more["context"] = _both(new_button(new, flow.titles[begins], may_begin), more.get("context"))
    return List(
        code=code, title=title, permission=permission, rows=flow.visible, address=lambda item: page_at(name, item.id),
        columns=(*columns, due_column(), state_column(flow)), filters=(*flow_filters(flow), *filters),
        bulk=tuple(bulk_step(flow, action, danger=action in pages.dangerous) for action in bulk), **more,
    )  # fmt: skip


Context = Callable[[HttpRequest], Mapping[str, object]]


def _both(button: Context, own: Context | None) -> Context:
    """The context of the button, and what the list shows besides."""
    return lambda request: {**button(request), **(own(request) if own else {})}
