"""What waits for somebody in one flow: from the table, the permissions and the relations, not from guesses about roles."""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.db.models import Exists, OuterRef, Q

from linli.core.access.public import Access
from linli.core.flow.definition import AnyRules
from linli.core.flow.table import Transition


def waiting(flow: AnyRules, access: Access) -> Q:
    """The items in a state where the table lets this person do a waiting step, by how they stand to each."""
    return reduce(or_, waiting_parts(flow, access), Q(pk__in=[]))


def waiting_parts(flow: AnyRules, access: Access) -> list[Q]:
    """The same as conditions of which an item meets one at most, so that each may be found by an index of its own."""
    wanted: list[Q] = []
    for version, table in flow.tables_by_version.items():
        by_state: dict[str, Q] = {}
        for row in table.values():
            stands = _waits_by(flow, row, access) if row.action in flow.waiting else None
            if stands is not None:
                held = by_state.get(row.state)
                by_state[row.state] = stands if held is None or held == stands else held | stands
        states: dict[Q, list[str]] = {}  # states that ask the same of an item are asked for together
        for state, stands in by_state.items():
            states.setdefault(stands, []).append(state)
        for stands, some in states.items():
            one = (Q(state=some[0]) if len(some) == 1 else Q(state__in=sorted(some))) & stands
            wanted.append(one & Q(table_version=version) if flow.older else one)
    return wanted


def _waits_by(flow: AnyRules, row: Transition, access: Access) -> Q | None:
    """How somebody stands to the items for which a row is theirs, or is a colleague's for whom they stand in; None when to none."""
    others = access.stood_in_for()
    own = _waits_as(flow, row, access, access, also=others)
    found = [one for one in (own, *(_waits_as(flow, row, access, other) for other in others)) if one is not None]
    return reduce(or_, found) if found else None


def _waits_as(
    flow: AnyRules, row: Transition, access: Access, standing_as: Access, also: tuple[Access, ...] = ()
) -> Q | None:
    """The same as one of them. Nobody decides what they asked for, nor what one asked for as whom they act; of what is asked of
    somebody by name, who stands in for them (`also`) is asked too, as long as it is theirs to do themself.
    """
    permission, people = flow.permission(row.action), {access.user_id: access, standing_as.user_id: standing_as}
    stands: Q | None = None
    for name in row.who:
        relation = flow.relations[name]
        if relation.rows is None or (relation.asks and not access.may(permission)):
            continue
        if standing_as is access or relation.covered:
            rows = relation.rows(permission, standing_as)
            stands = rows if stands is None else stands | rows
    if stands is None:
        return None
    for name in row.not_by:
        for one in people.values():
            stands &= ~flow.duties[name].rows(one)
    asked = flow.asked(row.action, standing_as)
    if asked is not None:
        for other in also:
            theirs = flow.asked(row.action, other)
            if theirs is not None:
                asked |= reduce(and_, (~flow.duties[name].rows(other) for name in row.not_by), theirs)
        stands &= asked
    step = flow.step_of.get(row.action)
    if step is not None:
        key = {name: OuterRef("pk") if name == flow.tables.key else value for name, value in flow.key_of(0).items()}
        requests = flow.tables.request._default_manager.filter(**key, kind=step.kind, decided_at__isnull=True)
        stands &= Q(Exists(requests.exclude(asked_by_id__in=list(people))))
    return stands
