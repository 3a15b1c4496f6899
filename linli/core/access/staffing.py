"""Whether anybody at all could act: the rights of all active accounts together, asked when it is about no single person.

selectors.py next door has the gate of one person.
"""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from linli.core.access.models import Scope
from linli.core.access.selectors import declared, role_permissions, unit_tree
from linli.core.areas.public import area_tree
from linli.core.platform.public import now


class Staffing:
    """Which permissions active accounts hold over which areas and units."""

    def __init__(self) -> None:
        self._areas: defaultdict[str, set[int]] = defaultdict(set)
        self._units: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, permission: str, area_id: int, unit_id: int | None) -> None:
        """Somebody holds the permission over an area, or over what a unit holds."""
        if unit_id is None:
            self._areas[permission].add(area_id)
        else:
            self._units[permission].add(unit_id)

    def areas(self, permission: str) -> set[int]:
        """The areas in force over which somebody holds the permission; what lies in them is not listed."""
        return {area_id for area_id in self._areas.get(declared(permission), ()) if area_id in area_tree().nodes}

    def in_area(self, permission: str, area_id: int) -> bool:
        """Whether somebody holds the permission over an area that contains this one."""
        held = self._areas.get(declared(permission), ())
        return area_id in held or any(node.id in held for node in area_tree().ancestors(area_id))

    def for_unit(self, permission: str, unit_id: int | None) -> bool:
        """Whether somebody holds the permission over a unit subtree that contains this one."""
        held, nodes = self._units.get(declared(permission), ()), unit_tree().nodes
        while unit_id is not None:
            if unit_id in held:
                return True
            node = nodes.get(unit_id)
            unit_id = node.parent_id if node else None
        return False


def staffing() -> Staffing:
    """Who could act now, in one statement over the scopes in force of active accounts."""
    instant, found, roles = now(), Staffing(), role_permissions()
    rows = Scope.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=instant), valid_from__lte=instant)
    held = rows.filter(user__is_active=True).values_list("role_id", "area_id", "unit_id").order_by().distinct()
    for role_id, area_id, unit_id in held:
        for permission in roles.get(role_id, ()):
            found.add(permission, area_id, unit_id)
    return found
