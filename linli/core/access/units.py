"""Units: made, renamed, moved in their tree, retired and brought back, each change kept and undone by one press.

Nothing is retired from under what hangs on it: packages say in the plug what does (`UnitHold`), and a refusal says how many of which.
unit_import.py next door brings a department tree from a file through here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from linli.core.access.models import Unit, UnitChange, UnitKind
from linli.core.access.selectors import Access, unit_tree
from linli.core.areas.public import Area, area_tree
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    UnitHold,
    Work,
    bump,
    listed,
    locked,
    parts,
    title_in,
    write,
)

PERMISSION = "unit.change"
CODE = re.compile(r"[0-9A-Za-z一-鿿][0-9A-Za-z一-鿿._-]{0,39}")
NAME_MOST = 120


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """What a unit shall be. `names` holds the name in other languages, `parent_id` the unit above it in its tree."""

    name: str
    kind: str
    area_id: int
    parent_id: int | None = None
    names: tuple[tuple[str, str], ...] = ()


def make_unit(actor: Actor, plan: UnitPlan, *, code: str, by: Access | None = None) -> UnitChange:
    """Adds a unit. Raises Taken for a code in use, BadInput for a code or place that cannot be, NotAllowed outside the areas of `by`."""
    if not CODE.fullmatch(code):
        raise BadInput(_("Give a code of at most 40 letters, digits, full stops and hyphens."), field="code")
    with write(actor) as work:
        _one_at_a_time()
        _check(plan, by, None)
        unit = Unit.objects.create(code=code, valid_from=work.now, **_columns(plan))
        return _kept(work, unit, {}, "unit.create")


def create_unit(
    actor: Actor,
    *,
    code: str,
    kind: str,
    area: Area,
    name: str,
    names: dict[str, str] | None = None,
    parent: Unit | None = None,
) -> Unit:
    """`make_unit` for programs of the server: by rows, and gives the unit."""
    plan = UnitPlan(name, kind, area.id, parent.id if parent else None, tuple((names or {}).items()))
    return make_unit(actor, plan, code=code).unit


def change_unit(
    actor: Actor, unit_id: int, plan: UnitPlan, *, by: Access | None = None, reopen: bool = False
) -> UnitChange | None:
    """Renames and moves a unit, with `reopen` also one that is retired; None where it is just so already. Raises as `make_unit`, Refusal for a
    retired unit, and for a kind under which what hangs on it would not work: a centre handles nothing."""
    with write(actor) as work:
        _one_at_a_time()
        unit = found(unit_id)
        if unit.valid_to is not None and not reopen:
            raise Refusal(_("%s is retired; bring it back first.") % unit.title, code="retired")
        return _turn(work, unit, plan, by, in_force=True, action="unit.change")


def retire_unit(actor: Actor, unit_id: int, *, by: Access | None = None) -> UnitChange | None:
    """Takes a unit out of force; None where it is. Raises Refusal while anything hangs on it, saying how many of which."""
    with write(actor) as work:
        _one_at_a_time()
        unit = found(unit_id)
        return _turn(work, unit, _plan_of(unit), by, in_force=False, action="unit.retire")


def reopen_unit(actor: Actor, unit_id: int, *, by: Access | None = None) -> UnitChange | None:
    """Puts a retired unit back in force; None where it is. Raises BadInput when its area or the unit above it is not."""
    with write(actor) as work:
        _one_at_a_time()
        unit = found(unit_id)
        return _turn(work, unit, _plan_of(unit), by, in_force=True, action="unit.reopen")


def undo_unit_change(actor: Actor, change_id: int, *, by: Access | None = None) -> UnitChange | None:
    """Makes a unit what it was before a change; one that was made is retired. Raises Refusal when the unit was changed since."""
    with write(actor) as work:
        _one_at_a_time()
        change = UnitChange.objects.filter(id=change_id).first()
        if change is None:
            raise NotThere(_("There is no such change of a unit."))
        unit = found(change.unit_id)
        if _state(unit) != change.after:
            raise Refusal(_("%s has been changed since; undo that first.") % unit.title, code="changed")
        was = change.before or {**change.after, "in_force": False}
        plan = UnitPlan(was["name"], was["kind"], was["area_id"], was["parent_id"], tuple(was["names"].items()))
        return _turn(work, unit, plan, by, in_force=was["in_force"], action="unit.undo")


def _turn(
    work: Work, unit: Unit, plan: UnitPlan, by: Access | None, *, in_force: bool, action: str
) -> UnitChange | None:
    """Makes a unit what a plan says, in force or not, and keeps the change; None where it is just so."""
    before = _state(unit)
    _may(by, unit.area_id)
    if in_force:
        _check(plan, by, unit)
    for name, value in _columns(plan).items():
        setattr(unit, name, value)
    unit.valid_to = None if in_force else unit.valid_to or work.now
    if _state(unit) == before:
        return None
    if before["in_force"] and not in_force:
        _refuse_held(unit, _("%(unit)s cannot be retired while these hang on it: %(held)s."))
    if plan.kind != before["kind"] and UnitKind.CENTRE in (plan.kind, before["kind"]):
        sentence = _("%(unit)s cannot become of another kind while these hang on it: %(held)s.")
        _refuse_held(unit, sentence, apart=("account", "branch"))
    unit.save(update_fields=[*_columns(plan), "valid_to"])
    return _kept(work, unit, before, action)


def found(unit_id: int) -> Unit:
    """A unit, in force or not, locked for a change. Raises NotThere."""
    unit = locked(Unit.objects.filter(id=unit_id)).first()
    if unit is None:
        raise NotThere(_("There is no such unit."))
    return unit


def held_by(unit_ids: Sequence[int], *, only: Sequence[str] = ()) -> dict[int, list[tuple[str, str, int]]]:
    """What hangs on units: for each its code, title and number of each kind that it has some of. One statement for each kind (`only`: of
    these kinds)."""
    counted: dict[int, list[tuple[str, str, int]]] = {}
    for hold in (one for one in parts(UnitHold) if not only or one.code in only):
        for unit_id, count in hold.count(unit_ids).items():
            if count:
                counted.setdefault(unit_id, []).append((hold.code, title_in(hold.titles), count))
    return counted


def held_words(held: Sequence[tuple[str, str, int]]) -> str:
    """What hangs on a unit, in words: “open cases 3, accounts 2”."""
    return listed(f"{title} {count}" for _code, title, count in held)


def _one_at_a_time() -> None:
    """Every change of units waits here for the one before: two moves at once could else make a ring. The tree is then read anew."""
    bump("units")


def _refuse_held(unit: Unit, sentence: str, *, apart: Sequence[str] = ()) -> None:
    held = [one for one in held_by([unit.id]).get(unit.id, []) if one[0] not in apart]
    if held:
        raise Refusal(sentence % {"unit": unit.title, "held": held_words(held)}, code="held")


def _may(by: Access | None, area_id: int) -> None:
    if by is not None and not by.may_in_area(PERMISSION, area_id):
        node = area_tree().nodes.get(area_id)
        raise NotAllowed(_("Your role changes no units of %s.") % (node.title if node else area_id), field="area")


def _check(plan: UnitPlan, by: Access | None, unit: Unit | None) -> None:
    """Raises for a plan that cannot be: no name, no area or unit above it in force, a ring."""
    if not plan.name or len(plan.name) > NAME_MOST:
        raise BadInput(_("Give a name of at most %s characters.") % NAME_MOST, field="name")
    if plan.kind not in UnitKind.values:
        raise BadInput(_("Use one of: %s.") % listed(str(one.label) for one in UnitKind), field="kind")
    if plan.area_id not in area_tree().nodes:
        raise BadInput(_("No area in force has this code."), field="area")
    _may(by, plan.area_id)
    tree = unit_tree()
    if plan.parent_id is not None and plan.parent_id not in tree.nodes:
        raise BadInput(_("The unit above must be one that is in force."), field="parent")
    if unit is not None and plan.parent_id is not None and tree.contains(unit.id, plan.parent_id):
        raise BadInput(_("A unit cannot stand below itself or one of its branches."), field="parent")


def _columns(plan: UnitPlan) -> dict[str, Any]:
    return {
        "name": plan.name, "names": dict(plan.names), "kind": plan.kind, "area_id": plan.area_id, "parent_id": plan.parent_id,
    }  # fmt: skip


def _plan_of(unit: Unit) -> UnitPlan:
    return UnitPlan(unit.name, unit.kind, unit.area_id, unit.parent_id, tuple(unit.names.items()))


def _state(unit: Unit) -> dict[str, Any]:
    return {**_columns(_plan_of(unit)), "kind": str(unit.kind), "in_force": unit.valid_to is None}


def _kept(work: Work, unit: Unit, before: dict[str, Any], action: str) -> UnitChange:
    """The row of a change, its audit record, and the stamp by which every process reads the tree anew."""
    after = _state(unit)
    work.stands(Unit, unit.id)
    bump("units")
    differs = {name: after[name] for name in after if after[name] != before.get(name)}
    work.audit(area_tree().audit_chain(unit.area_id), action, "unit", unit.id, {"code": unit.code, **differs})
    return UnitChange.objects.create(unit=unit, at=work.now, by_id=work.actor.user_id, before=before, after=after)
