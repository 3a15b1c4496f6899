"""How an item of a small flow begins: the row of the table whose state is the empty word. Cases begin in intake, which does more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from linli.core.access.public import Access, own_area
from linli.core.areas.public import area_tree
from linli.core.flow import clocks
from linli.core.flow.act import check_given, opening, stood_in_for, tell
from linli.core.flow.definition import Act, Flow
from linli.core.flow.given import Given, clean
from linli.core.flow.parts import Item, Who
from linli.core.flow.requests import effect_of
from linli.core.flow.table import Transition
from linli.core.flow.timeline import add_event
from linli.core.platform.public import SYSTEM, Actor, row_uuid, write

PHOTOS = ("photo", "photos")


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
        relation, standing_as = opening(flow, item, row, who)
        check_given(flow, row, given)
        named = flow.named(item, row, given, who, {})
        item.ended_at = work.now if row.to in flow.ended else None  # type: ignore[attr-defined]
        clock = clocks.new_clock(flow, item, row.starts, work.now) if row.starts else None
        effect = effect_of(flow, action)
        instead = stood_in_for(who, standing_as)
        facts = {
            **instead,
            **(effect(Act(flow, work, item, row, given, named, "", relation, instead)) if effect else {}),
        }
        item.save(force_insert=True)
        if clock:
            flow.tables.clock._default_manager.create(**{**clock, **flow.key_of(item.id)})
        add_event(
            flow, work, item, action=action, state_from="", uuid=item.uuid, facts=facts,
            note=given.reason or given.note, files=list(given.files),
        )  # fmt: skip
        tell(flow, work, item, action, "")
    return item


def begin_from(
    flow: Flow[Item], actor: Actor, values: Mapping[str, Any], *, access: Access, uuid: UUID, action: str = ""
) -> Item:
    """Begins an item with what a form gave: what the row of the table takes comes with the action, photos with it, the rest are
    columns, where `stand_in` may stand for `stand_in_id`. It lies in `area`, else in that of its `grid`, else in that of the person's unit.

    What is special about the values says the effect of the action, before the item is kept. `action` is needed where a flow begins
    in several ways. Raises what `begin` raises, and BadInput for who belongs to no unit.
    """
    row = flow.table["", action or next(row.action for row in flow.transitions if not row.state)]
    given, columns = _told_apart(flow, row, values)
    area_id = columns.pop("area_id", None) or getattr(values.get("grid"), "area_id", None) or own_area(access)
    return begin(flow, actor, row.action, given, area_id=area_id, uuid=uuid, access=access, **columns)


def _told_apart(flow: Flow[Item], row: Transition, values: Mapping[str, Any]) -> tuple[Given, dict[str, Any]]:
    """What comes with the action, and the columns."""
    held = {field.attname for field in flow.model._meta.concrete_fields}
    words, columns, own, files = {}, {}, {}, []
    for name, value in values.items():
        if name in PHOTOS:
            files = [{"role": "report", "stored_file_id": one.id} for one in value or ()]
        elif name in row.given and name in ("note", "reason", "amount"):
            words[name] = value
        elif name in row.given:
            own[name] = value
        elif name in held:
            columns[name] = value
        else:
            columns[f"{name}_id"] = None if value is None else getattr(value, "user_id", None) or value.id
    return flow.given(**words, files=tuple(files), values=own), columns
