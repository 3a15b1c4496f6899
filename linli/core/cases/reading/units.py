"""To whom a case may go: its desk, the units that could handle it or to whom it may be returned, the people who can look.

Forms offer these, and an id from outside is looked up among them and nowhere else (loop/given.py).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.core.access.public import UnitNode, User, people_who_may, unit_tree
from linli.core.areas.public import area_tree
from linli.core.cases.models import Case
from linli.core.catalogue.public import catalogue
from linli.core.platform.public import Refusal


def desk_for(area_id: int) -> int:
    """The acceptance desk of an area, a unit's id. Raises Refusal before any centre is set up."""
    desk = unit_tree().centre_for(area_id)
    if desk is None:
        raise Refusal(
            _("No centre is set up yet that could take this report; add the city's units first."), code="no_units"
        )
    return desk.id


def could_handle(case: Case) -> list[UnitNode]:
    """Departments and offices of the areas that contain the case, and the one proposed; all where an area has none.

    A centre supervises and does not handle.
    """
    above = {node.id for node in area_tree().ancestors(case.area_id)}
    units = [unit for unit in unit_tree().nodes.values() if unit.kind != "centre"]
    near = [unit for unit in units if unit.area_id in above or unit.id == case.handling_unit_id]
    return sorted(near or units, key=lambda unit: (unit.kind, unit.code))


def return_targets(case: Case) -> list[UnitNode]:
    """The units to whom the matrix lets the handling unit return a case: the centres of the areas that contain it."""
    tree = unit_tree()
    own = tree.nodes.get(case.handling_unit_id) if case.handling_unit_id else None
    if own is None:
        return []
    chain = [node.id for node in area_tree().ancestors(case.area_id)]
    centres = [
        node for area_id in chain for node in tree.nodes.values() if node.kind == "centre" and node.area_id == area_id
    ]
    return [node for node in centres if catalogue().may_return(own.kind, node.kind)]


# Which permission somebody needs who is asked to look, by the action that asks.
LOOKS_BY = {"send_to_confirm": "case.confirm", "send_to_verify": "case.verify_pass"}


def checkers_of(case: Case, action: str) -> list[User]:
    """Who can be asked to look: those who may do it there, the grid's worker first, without those who handled the case."""
    people = [
        person
        for person in people_who_may(LOOKS_BY[action], case.area_id)
        if action == "send_to_confirm"
        or (person.id != case.handled_by_id and (person.unit_id is None or person.unit_id != case.handling_unit_id))
    ]
    return sorted(people, key=lambda person: person.id != case.worker_id)
