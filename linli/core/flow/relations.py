"""The relations that most flows use: who holds a permission over the item's area or unit, who is named on it, the system.

Each is made with its two faces, see `Relation`. A flow with another one writes it in the same form.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Access
from linli.core.areas.public import area_conditions
from linli.core.flow.parts import Duty, Relation, Text, Who

NOBODY = Q(pk__in=[])
EVERYWHERE = ~NOBODY


def in_area() -> Relation:
    """Who holds the permission over an area that contains the item."""

    def rows(permission: str, access: Access) -> Q:
        conditions = area_conditions(access.tops_with(permission))
        return EVERYWHERE if conditions is None else reduce(or_, conditions, NOBODY)

    return Relation(
        _("who holds the permission over the area"),
        lambda item, permission, who: who.access is not None and who.access.may_in_area(permission, item.area_id),
        rows,
    )


def of_unit(column: str = "unit_id") -> Relation:
    """Who holds the permission through the unit in `column`, or one above it in its tree."""
    return Relation(
        _("who holds the permission through the unit"),
        lambda item, permission, who: (
            who.access is not None and who.access.may_for_unit(permission, getattr(item, column))
        ),
        lambda permission, access: Q(**{f"{column}__in": access.units_with(permission)}),
    )


def of_person(column: str = "begun_by_id", *, covered: bool = False) -> Relation:
    """Whoever stands in `column`: it is theirs, no permission is asked.

    `covered`: what is to be done, so that whoever stands in for them does it meanwhile. What somebody asked for themself (their leave,
    their trip) is nobody else's.
    """
    return Relation(
        _("whose it is"),
        lambda item, _permission, who: who.access is not None and getattr(item, column) == who.access.user_id,
        lambda _permission, access: Q(**{column: access.user_id}),
        asks=False,
        covered=covered,
    )


def by_who_began(sentence: Text, code: str) -> Duty:
    """The duty of whoever began an item: what they asked for is decided by another."""
    return by_person("begun_by_id", sentence, code)


def by_person(column: str, sentence: Text, code: str) -> Duty:
    """The duty of whoever stands in `column`: what they wrote is approved by another."""
    return Duty(
        sentence,
        code,
        lambda item, access: access is not None and getattr(item, column) == access.user_id,
        lambda access: Q(**{column: access.user_id}),
    )


def by_system() -> Relation:
    """The system: the jobs of clocks and plans."""
    return Relation(_("the system"), lambda _item, _permission, who: who.is_system, asks=False)


def both(words: Text, *relations: Relation) -> Relation:
    """Who stands to an item in each of these relations: whose it is, as long as they hold the permission there."""

    def holds(item: Any, permission: str, who: Who) -> bool:
        return all(one.holds(item, permission, who) for one in relations)

    def rows(permission: str, access: Access) -> Q:
        faces = [one.rows(permission, access) for one in relations if one.rows is not None]
        return reduce(and_, faces)

    asked = all(one.rows is not None for one in relations)
    covered = any(one.covered for one in relations)
    return Relation(words, holds, rows if asked else None, asks=any(one.asks for one in relations), covered=covered)
