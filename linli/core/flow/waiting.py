"""What waits for somebody in one flow: from the table, the permissions and the relations, not from guesses about roles."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from linli.core.access.public import Access
from linli.core.flow.definition import AnyRules
from linli.core.flow.table import Transition


def waiting(flow: AnyRules, access: Access) -> Q:
    """The items in a state where the table lets this person do a waiting step, by how they stand to each."""
    wanted = Q(pk__in=[])
    for version, table in flow.tables_by_version.items():
        states: dict[Q, list[str]] = {}  # rows that ask the same of an item are asked for together
        for row in table.values():
            stands = _waits_by(flow, row, access) if row.action in flow.waiting else None
            if stands is not None:
                states.setdefault(stands, []).append(row.state)
        for stands, some in states.items():
            one = Q(state__in=sorted(set(some))) & stands
            wanted |= one & Q(table_version=version) if flow.older else one
    return wanted


def _waits_by(flow: AnyRules, row: Transition, access: Access) -> Q | None:
    """How somebody stands to the items for which a row is theirs, None when to none. Nobody decides what they asked for."""
    permission = flow.permission(row.action)
    stands: Q | None = None
    for name in row.who:
        relation = flow.relations[name]
        if relation.rows is None or (relation.asks and not access.may(permission)):
            continue
        rows = relation.rows(permission, access)
        stands = rows if stands is None else stands | rows
    if stands is None:
        return None
    for name in row.not_by:
        stands &= ~flow.duties[name].rows(access)
    asked = flow.asked(row.action, access)
    if asked is not None:
        stands &= asked
    step = flow.step_of.get(row.action)
    if step is not None:
        key = {name: OuterRef("pk") if name == flow.tables.key else value for name, value in flow.key_of(0).items()}
        requests = flow.tables.request._default_manager.filter(**key, kind=step.kind, decided_at__isnull=True)
        stands &= Q(Exists(requests.exclude(asked_by_id=access.user_id)))
    return stands
