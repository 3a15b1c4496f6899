"""Who may hand on what to whom: downwards only, never to oneself. `handing_on.py` does it, pages and services ask here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from linli.core.access.models import Role, Scope, Unit, User
from linli.core.access.selectors import Access
from linli.core.areas.public import Area, area_tree
from linli.core.platform.public import Refusal


def check_delegation(by: Access, *, user: User, role: Role, area: Area, unit: Unit | None) -> None:
    """Delegation goes downwards: own area or below, people below, and no right to delegate on one's own level.

    Raises Refusal.
    """
    if not by.may_in_area("access.delegate", area.id):
        raise Refusal(_("%s lies outside the areas where you may hand on rights.") % area.title, code="outside_area")
    if unit is not None and not by.may_in_area("access.delegate", unit.area_id):
        raise Refusal(_("%s lies outside the areas where you may hand on rights.") % unit.title, code="outside_area")
    check_below(by, user)
    if user.id == by.user_id:
        raise Refusal(_("Nobody changes their own rights; ask the level above."), code="own_rights")
    if "access.delegate" in role.permissions and area.id in by.tops_with("access.delegate"):
        raise Refusal(_("The right to hand on is given only to a lower area than your own."), code="own_level")


def check_below(by: Access, user: User) -> None:
    """Raises Refusal for somebody whose unit lies outside the areas of `by`."""
    if user.unit is None or user.unit.area_id not in by.areas_with("access.delegate"):
        raise Refusal(_("This person belongs to a unit outside your areas."), code="outside_area")


def check_not_own_level(by: Access, user: User) -> None:
    """Refuses an act on somebody who hands on rights over an area that `by` does not stand above."""
    tree, own = area_tree(), by.tops_with("access.delegate")
    held = Scope.objects.filter(user=user, unit__isnull=True, valid_to__isnull=True).select_related("role")
    for scope in held:
        if "access.delegate" in scope.role.permissions and not any(
            area_id != scope.area_id and tree.contains(area_id, scope.area_id) for area_id in own
        ):
            raise Refusal(
                _("%s hands on rights on your own level or above it; ask the level above.") % user.display_name,
                code="own_level",
            )
