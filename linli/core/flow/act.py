"""What may happen to an item: one function that finds the row of the table, checks it against person, state and input, moves clocks
and writes the timeline. What is special about each action stands in the flow's effects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.access.public import Access, unit_tree
from linli.core.flow import clocks
from linli.core.flow.allowed import hindering, opened_by, stands_to
from linli.core.flow.definition import Act, AnyFlow, Flow
from linli.core.flow.given import Given, clean, lacking, refuse_strays
from linli.core.flow.models import FlowItem, SmallItem
from linli.core.flow.parts import Item, Who
from linli.core.flow.requests import effect_of
from linli.core.flow.table import Transition
from linli.core.flow.timeline import add_event
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    Work,
    for_update,
    row_uuid,
    write,
)


class Changed(Refusal):
    """Somebody else acted first; `sentence` says what they did."""

    code = "changed"


def act(
    flow: Flow[Item],
    actor: Actor,
    item_id: int,
    action: str,
    given: Given,
    *,
    uuid: UUID,
    access: Access | None = None,
    key: str = "",
    seen_seq: int | None = None,
) -> Item:
    """Does `action` on an item and gives the item as it then is.

    Who acts is either staff (`access`), who holds the item's key (`key`) or the system (actor SYSTEM). `seen_seq` is the length of
    the timeline that they saw: when somebody acted since, nothing happens and Changed tells what. Raises NotThere, NotAllowed,
    Refusal (not in this state), BadInput (something needed is missing). The same uuid twice raises IntegrityError; the idempotency
    protocol answers before.
    """
    given, who = clean(given), Who(access, key, actor == SYSTEM)
    with write(actor) as work:
        locked = lock(flow, (item_id, *flow.others(given)))
        item = locked.get(item_id)
        if item is None:
            raise NotThere(str(flow.not_there))
        row, relation, standing_as = row_for(flow, item, action, who, seen_seq)
        check_given(flow, row, given)
        named = flow.named(item, row, given, who, locked)
        came_from, before = item.state, _values(item)
        item.state = row.to
        if row.to != came_from:
            flow.leaves(item)
        item.seq += 1
        _carry_out(
            Act(flow, work, item, row, given, named, came_from, relation, stood_in_for(who, standing_as)), uuid, before
        )
    return item


def row_for(flow: Flow[Item], item: Item, action: str, who: Who, seen_seq: int | None) -> tuple[Transition, str, Who]:
    """The row of the table by which somebody may do this to an item now, the relation that opens it and as whom. Raises what `act` raises."""
    if not stands_to(flow, item, action, who) and not _sees(flow, item, who):
        raise NotThere(str(flow.not_there))
    if seen_seq is not None and seen_seq != item.seq:  # after the gate: it tells what somebody did
        raise Changed(_what_happened(flow, item, seen_seq))
    row = flow.table_of(item).get((item.state, action))
    if row is None:
        raise Refusal(_not_in_this_state(flow, item, action), code="not_in_this_state")
    return row, *opening(flow, item, row, who)


def opening(flow: Flow[Item], item: Item, row: Transition, who: Who) -> tuple[str, Who]:
    """The relation that opens a row to somebody, and as whom. Raises NotAllowed where none does, or a duty keeps them from it."""
    opened = opened_by(flow, item, row, who)
    if opened is None:
        raise NotAllowed(_("This is not yours to do: %s.") % flow.titles[row.action])
    duty = "" if who.is_system else hindering(flow, item, row, who, opened[1])
    if duty:
        raise NotAllowed(str(flow.duties[duty].sentence), code=flow.duties[duty].code)
    return opened


def stood_in_for(who: Who, standing_as: Who) -> dict[str, Any]:
    """What the entry says of whom somebody stood in for; nothing for who did what is theirs."""
    return {"for": standing_as.access.user_id} if standing_as is not who and standing_as.access is not None else {}


def check_given(flow: AnyFlow, row: Transition, given: Given) -> None:
    """Raises BadInput when something needed is missing, or something is given that the action does not take."""
    for name, sentence in lacking(row, given, flow.needed, flow.notes).items():
        raise BadInput(sentence, field=name)
    refuse_strays(row, given)


def _carry_out(act: Act[Any], uuid: UUID, before: Mapping[str, Any]) -> None:
    """Clocks, effect, the changed columns, the entry of the timeline and the event of the outbox."""
    flow, item, row, work = act.flow, act.item, act.row, act.work
    # Stops and pauses come before the effect, which may change limit or unit; starts and resumes after it.
    if row.stops:
        clocks.stop(flow, item, row.stops, work.now)
    if row.pauses:
        clocks.pause(flow, item, row.pauses, work.now)
    effect = effect_of(flow, row.action)
    facts = {**act.instead, **(effect(act) if effect else {})}
    if row.starts:
        clocks.start(flow, item, row.starts, work.now)
    if row.resumes:
        clocks.resume(flow, item, row.resumes, work.now)
    _end_or_reopen(act)
    _keep(item, before)
    files = [
        {**file, "is_public": row.action in flow.showing and file["role"] in ("after", "proof")}
        for file in act.given.files
    ]
    add_event(
        flow, work, item, action=row.action, state_from=act.came_from, uuid=row_uuid(work.actor, uuid), facts=facts,
        note=act.given.reason or act.given.note, files=files,
    )  # fmt: skip
    tell(flow, work, item, row.action, act.came_from)


def tell(flow: AnyFlow, work: Work, item: Any, action: str, came_from: str) -> None:
    """Tells subscribers that an item went on."""
    step = {"action": action, "from": came_from, "to": str(item.state), "seq": item.seq}
    work.emit(f"{flow.code}.changed", flow.code, item.id, step)
    if action in flow.told:  # a job of linli.core.inbox; steps of which nobody is told cost none
        work.enqueue("tell_people", {"flow": flow.code, "item": item.id, "seq": item.seq, "action": action})


def _end_or_reopen(act: Act[Any]) -> None:
    """Of a small item: when its way ended, on it and on its files, whose time begins then."""
    flow, item = act.flow, act.item
    if not isinstance(item, SmallItem) or (item.state in flow.ended) == (item.ended_at is not None):
        return
    item.ended_at = act.work.now if item.state in flow.ended else None
    if flow.tables.shared:
        flow.tables.file._default_manager.filter(**flow.key_of(item.id)).update(ended_at=item.ended_at)


def lock(flow: Flow[Item], ids: Iterable[int]) -> dict[int, Item]:
    """The items that there are of these, locked until the commit, always in the order of their ids: two people who merge two
    items into each other then wait for one another. Plain SQL: building this query of all columns took longer than running it.
    """
    wanted = tuple(ids)
    marks = ", ".join(["%s"] * len(wanted))
    table = flow.model._meta.db_table
    sql = f"SELECT * FROM {table} WHERE id IN ({marks}) ORDER BY id{for_update()}"  # noqa: S608 - constants
    rows = flow.model._default_manager.raw(sql, wanted)
    return {item.id: item for item in rows}


def _keep(item: Any, before: Mapping[str, Any]) -> None:
    """Writes the columns that differ from before: some eight of a case's sixty, so that few indexes are touched."""
    changed = {name: value for name, value in _values(item).items() if value != before[name]}
    if changed:
        type(item)._default_manager.filter(id=item.id).update(**changed)


def _values(item: FlowItem) -> dict[str, Any]:
    held = item.__dict__
    return {field.attname: held[field.attname] for field in item._meta.concrete_fields}


def _sees(flow: AnyFlow, item: Any, who: Who) -> bool:
    if who.key and any(
        relation.holds(item, "", who) for name, relation in flow.relations.items() if relation.rows is None
    ):
        return True
    return who.access is not None and flow.may_view(item, who.access)


def _not_in_this_state(flow: AnyFlow, item: Any, action: str) -> str:
    offered = [str(flow.titles[row.action]) for row in flow.rows_in(item) if row.who != ("system",)]
    words = {"action": flow.titles.get(action, action), "item": flow.title, "state": item.get_state_display()}
    if not offered:
        return _("%(action)s is not possible: the %(item)s is %(state)s, which is its end.") % words
    return _("%(action)s is not possible while the %(item)s is %(state)s. Possible: %(possible)s.") % {
        **words, "possible": ", ".join(offered),
    }  # fmt: skip


def _what_happened(flow: AnyFlow, item: Any, seen_seq: int) -> str:
    events = flow.tables.event._default_manager.filter(**flow.key_of(item.id), seq__gt=seen_seq)
    event = events.order_by("-seq").first()
    if event is None:
        return _("The %s has changed; look at it again.") % flow.title
    unit = unit_tree().nodes.get(event.actor_unit_id) if event.actor_unit_id else None
    somebody = _("System") if event.actor_kind == "system" else _("Somebody")
    return _("%(who)s was faster: %(action)s. The %(item)s is now %(state)s.") % {
        "item": flow.title,
        "who": unit.title if unit else somebody,
        "action": flow.titles.get(event.action, event.action),
        "state": item.get_state_display(),
    }
