"""How an item of a small flow begins: the row of the table whose state is the empty word. Cases begin in intake, which does more."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.flow import clocks
from linli.core.flow.act import check_given, tell
from linli.core.flow.allowed import hindering, relations_of
from linli.core.flow.definition import Act, Flow
from linli.core.flow.given import Given, clean
from linli.core.flow.parts import Item, Who
from linli.core.flow.requests import effect_of
from linli.core.flow.timeline import add_event
from linli.core.platform.public import SYSTEM, Actor, NotAllowed, row_uuid, write


def begin(
    flow: Flow[Item],
    actor: Actor,
    action: str,
    given: Given,
    *,
    area_id: int,
    uuid: UUID,
    access: Access | None = None,
    **columns: Any,
) -> Item:
    """Keeps a new item of an area in the state to which `action` leads, with `columns` of its own, parsed already.

    Raises NotAllowed, BadInput (something needed is missing) and Taken for a uuid that came before.
    """
    row, given, who = flow.table["", action], clean(given), Who(access, is_system=actor == SYSTEM)
    with write(actor) as work:
        item = flow.model(
            **area_tree().scope_columns(area_id), uuid=row_uuid(work.actor, uuid), state=row.to, seq=1,
            table_version=flow.version, begun_by_id=work.actor.user_id, begun_at=work.now, **columns,
        )  # fmt: skip
        allowed = relations_of(flow, item, row, who)
        if not allowed:
            raise NotAllowed(_("This is not yours to do: %s.") % flow.titles[action])
        duty = "" if who.is_system else hindering(flow, item, row, who.access)
        if duty:
            raise NotAllowed(str(flow.duties[duty].sentence), code=flow.duties[duty].code)
        check_given(flow, row, given)
        named = flow.named(item, row, given, who, {})
        item.ended_at = work.now if row.to in flow.ended else None  # type: ignore[attr-defined]
        clock = clocks.new_clock(flow, item, row.starts, work.now) if row.starts else None
        effect = effect_of(flow, action)
        facts = effect(Act(flow, work, item, row, given, named, "", allowed[0])) if effect else {}
        item.save(force_insert=True)
        if clock:
            flow.tables.clock._default_manager.create(**{**clock, **flow.key_of(item.id)})
        add_event(
            flow, work, item, action=action, state_from="", uuid=item.uuid, facts=facts,
            note=given.reason or given.note, files=list(given.files),
        )  # fmt: skip
        tell(flow, work, item, action, "")
    return item
