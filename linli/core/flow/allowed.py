"""Who may do what with an item now: the relations of the table held against a person, and the rows that a page offers.

act.py asks here before it acts; pages, lists and the API ask here what to offer.
"""

from __future__ import annotations

from typing import Any

from linli.core.access.public import Access
from linli.core.flow.definition import AnyRules, Rules
from linli.core.flow.models import RequestRow
from linli.core.flow.parts import Item, Tables, Who
from linli.core.flow.table import Transition


def relations_of(flow: Rules[Item], item: Item, row: Transition, who: Who) -> list[str]:
    """Which of the relations that the row asks for hold."""
    permission = flow.permission(row.action)
    return [name for name in row.who if flow.relations[name].holds(item, permission, who)]


def stands_to(flow: Rules[Item], item: Item, action: str, who: Who) -> bool:
    """Whether somebody could ever do this action to this item, whatever its state; if not, they are a stranger to it."""
    permission = flow.permission(action)
    asked = flow.relations_by_action.get(action, ())
    return any(flow.relations[name].holds(item, permission, who) for name in asked)


def hindering(flow: Rules[Item], item: Item, row: Transition, access: Access | None) -> str:
    """The name of the duty that keeps somebody from this row, empty for none."""
    return next((name for name in row.not_by if flow.duties[name].holds(item, access)), "")


def possible(flow: Rules[Item], item: Item, who: Who) -> list[Transition]:
    """The rows of the table that hold for this person and this item now, in page order.

    A decision is offered where somebody else has asked for it, and what `Flow.sensible` of the flow leaves.
    """
    rows = [
        row
        for row in flow.rows_in(item)
        if relations_of(flow, item, row, who) and not hindering(flow, item, row, who.access)
    ]
    if any(row.action in flow.step_of for row in rows):
        asker = who.access.user_id if who.access else None
        asked = {one.kind for one in open_requests(flow, item) if one.asked_by_id != asker}
        rows = [row for row in rows if row.action not in flow.step_of or flow.step_of[row.action].kind in asked]
    return flow.sensible(item, rows, who)


def requests_of(flow: AnyRules, item: Any) -> list[Any]:
    """The requests of an item, oldest first; read once for an item, since its page asks twice."""
    return requests_in(flow.tables, flow.key_of(item.id), item)


def requests_in(tables: Tables, key: dict[str, Any], item: Any) -> list[Any]:
    """The same for what knows the tables of a flow and not its rules."""
    if "asked_requests" not in item.__dict__:
        rows = tables.request._default_manager.filter(**key).order_by("id")
        item.__dict__["asked_requests"] = list(rows)
    found: list[RequestRow] = item.__dict__["asked_requests"]
    return found


def open_requests(flow: AnyRules, item: Any) -> list[Any]:
    """Those that nobody has decided."""
    return [one for one in requests_of(flow, item) if one.decided_at is None]
