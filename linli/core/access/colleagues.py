"""Who a person of the staff may know by name. What somebody may do stands in selectors.py, who administers whom as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from linli.core.access.models import User
from linli.core.access.selectors import Access, unit_tree
from linli.core.areas.public import area_tree
from linli.core.platform.public import BadInput


@dataclass(frozen=True, slots=True)
class Colleague:
    """An active account as colleagues may know it: the name and the unit, nothing to reach the person by."""

    user_id: int
    name: str
    unit: str
    unit_code: str
    administered: bool
    unit_id: int | None = None


def colleagues(access: Access, *, limit: int = 5000) -> list[Colleague]:
    """The accounts whose names `access` may know, at most `limit`, in one statement.

    With `staff.view` over an area: those of the units that serve it, which are the units in it and those whose ground it lies
    in, since a street's cases are handled by offices of its district. Besides those that `access` administers.
    """
    tree, below = area_tree(), set(access.areas_with("access.delegate"))
    known = set(access.areas_with("staff.view"))
    known.update(above.id for top in access.tops_with("staff.view") for above in tree.ancestors(top))
    if not known and not below:
        return []
    reach = Q(unit__area_id__in=below) | Q(unit__area_id__in=known, unit__valid_to__isnull=True)
    rows = User.objects.filter(reach, is_active=True).order_by("display_name", "id")
    return _found(rows, limit, below)


def unit_colleagues(access: Access) -> list[Colleague]:
    """The others of the person's own unit, by name, in one statement: whoever works together knows each other, whatever the roles."""
    if access.unit_id is None:
        return []
    rows = User.objects.filter(unit_id=access.unit_id, is_active=True).exclude(id=access.user_id)
    return _found(rows.order_by("display_name", "id"), None, set(access.areas_with("access.delegate")))


def people_in(units: Iterable[int], access: Access) -> list[Colleague]:
    """The active people of some units by name, the person themself among them, in one statement."""
    rows = User.objects.filter(unit_id__in=list(units), is_active=True).order_by("display_name", "id")
    return _found(rows, None, set(access.areas_with("access.delegate")))


def _found(rows: QuerySet[User], limit: int | None, below: set[int]) -> list[Colleague]:
    units = unit_tree().nodes  # of units in force; an account of another one stands without it
    found = []
    for user_id, name, unit_id, area_id in rows.values_list("id", "display_name", "unit_id", "unit__area_id")[:limit]:
        unit = units.get(unit_id)
        found.append(
            Colleague(user_id, name, unit.title if unit else "", unit.code if unit else "", area_id in below, unit_id)
        )
    return found


def names_of(user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names of accounts by their ids, in one statement; for who sees a row on which they stand."""
    asked = {user_id for user_id in user_ids if user_id}
    return dict(User.objects.filter(id__in=asked).values_list("id", "display_name")) if asked else {}


def own_area(access: Access) -> int:
    """The id of the area of the person's unit, under which is filed what they bring in. Raises BadInput without a unit in force."""
    unit = unit_tree().nodes.get(access.unit_id) if access.unit_id else None
    if unit is None:
        raise BadInput(_("Your account belongs to no unit that is in force; ask who administers it."))
    return unit.area_id
