"""Who may do what with an item now: the relations of the table held against a person, and the rows that a page offers.

act.py asks here before it acts; pages, lists and the API ask here what to offer.
"""

from __future__ import annotations

from typing import Any

from linli.core.flow.definition import AnyRules, Rules
from linli.core.flow.models import RequestRow
from linli.core.flow.parts import Item, Tables, Who
from linli.core.flow.table import Transition


def people_of(who: Who) -> list[Who]:
    """The person, and for each colleague for whom they stand in today the colleague's name with the person's rights."""
    return [who, *(Who(one) for one in who.access.stood_in_for())] if who.access is not None else [who]


def opened_by(flow: Rules[Item], item: Item, row: Transition, who: Who) -> tuple[str, Who] | None:
    """The relation that opens a row, and as whom: as the person, else as somebody for whom they stand in; None where it is not theirs."""
    permission = flow.permission(row.action)
    for one in people_of(who):
        for name in row.who:
            relation = flow.relations[name]
            if (relation.covered or one is who) and relation.holds(item, permission, one):
                return name, one
    return None


def stands_to(flow: Rules[Item], item: Item, action: str, who: Who) -> bool:
    """Whether somebody could ever do this action to this item, whatever its state; if not, they are a stranger to it."""
    permission = flow.permission(action)
    asked = [flow.relations[name] for name in flow.relations_by_action.get(action, ())]
    return any(
        relation.holds(item, permission, one)
        for one in people_of(who)
        for relation in asked
        if relation.covered or one is who
    )


def hindering(flow: Rules[Item], item: Item, row: Transition, who: Who, standing_as: Who) -> str:
    """The name of the duty that keeps somebody from this row, empty for none. Who stands in may do neither what is not theirs to do
    nor what is not the other's.
    """
    people = (who,) if standing_as is who else (who, standing_as)
    return next((name for name in row.not_by for one in people if flow.duties[name].holds(item, one.access)), "")


def possible(flow: Rules[Item], item: Item, who: Who) -> list[Transition]:
    """The rows of the table that hold for this person and this item now, in page order.

    A decision is offered where somebody else has asked for it, and what `Flow.sensible` of the flow leaves.
    """
    rows = []
    for row in flow.rows_in(item):
        opened = opened_by(flow, item, row, who)
        if (
            opened is not None
            and not hindering(flow, item, row, who, opened[1])
            and _asked_by_another(flow, item, row, who, opened[1])
        ):
            rows.append(row)
    return flow.sensible(item, rows, who)


def _asked_by_another(flow: Rules[Item], item: Item, row: Transition, *people: Who) -> bool:
    """Whether a decision is asked for by somebody else; of what is no decision, yes."""
    step = flow.step_of.get(row.action)
    if step is None:
        return True
    deciders = {one.access.user_id for one in people if one.access is not None}
    return any(one.kind == step.kind and one.asked_by_id not in deciders for one in open_requests(flow, item))


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
