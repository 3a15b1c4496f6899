"""What a city needs of access: units, then people who may do each step; and what of both is wrong in one that runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access.models import PendingRight, Role, Scope, Unit, User
from linli.core.access.selectors import Access, UnitNode, unit_tree
from linli.core.access.unit_import import KINDS
from linli.core.areas.public import area_tree
from linli.core.platform.public import CityCheck, Lack, SetupStep, first_of, listed, title_in


def within(access: Access | None, permission: str) -> set[int]:
    """The areas in which somebody looks: all for the server."""
    return set(area_tree().nodes) if access is None else set(access.areas_with(permission))


def units_within(access: Access | None) -> list[UnitNode]:
    """The units in force there."""
    inside = within(access, "access.delegate")
    return [node for node in unit_tree().nodes.values() if node.area_id in inside]


def units_there(access: Any) -> str:
    """How many units of each kind there are."""
    kinds = [node.kind for node in units_within(access)]
    return listed(f"{title_in(titles)} {kinds.count(kind)}" for kind, titles in KINDS.items() if kind in kinds)


def look_at_units(access: Any) -> Iterator[Lack]:
    """No centre that takes cases in, nobody that handles them."""
    units = units_within(access)
    if not any(one.kind == "centre" for one in units):
        yield Lack(_("There is no centre: nobody files and dispatches cases."), True, reverse("units"))
    if not any(one.kind != "centre" for one in units):
        yield Lack(_("There is no department or office that handles cases."), True, reverse("units"))


def people_there(access: Any) -> str:
    """How many accounts there are, and how many were used."""
    rows = User.objects.filter(is_active=True, unit__area_id__in=within(access, "access.delegate"))
    found, used = rows.count(), rows.filter(last_login__isnull=False).count()
    return _("%(accounts)s accounts, %(used)s of them used") % {"accounts": found, "used": used} if found else ""


def look_at_people(access: Any) -> Iterator[Lack]:
    """Units without an account, the city in one administrator's hand, accounts that nobody can sign in with."""
    units = units_within(access)
    ids = {one.id for one in units}
    staffed = set(User.objects.filter(is_active=True, unit_id__in=ids).values_list("unit_id", flat=True))
    empty = [one.title for one in units if one.id not in staffed and not unit_tree().children.get(one.id)]
    if empty:
        said = ngettext("%(n)s unit has no account: %(names)s.", "%(n)s units have no account: %(names)s.", len(empty))
        yield Lack(said % {"n": len(empty), "names": first_of(empty)}, False, reverse("units"))
    waiting = PendingRight.objects.filter(decided_at__isnull=True, user__is_active=True, user__unit_id__in=ids)
    if count := waiting.count():
        said = ngettext(
            "%s right waits until a second person agrees.", "%s rights wait until a second person agrees.", count
        )
        yield Lack(said % count, False, reverse("people"))
    unrelated = (
        User.objects.filter(is_active=True, unit_id__in=ids)
        .exclude(id__in=Scope.objects.filter(valid_to__isnull=True).values("user_id"))
        .exclude(id__in=waiting.values("user_id"))
    )
    if count := unrelated.count():
        said = ngettext(
            "%s account has no right: the person sees nothing.",
            "%s accounts have no right: these people see nothing.",
            count,
        )
        yield Lack(said % count, False, reverse("people"))
    root = area_tree().root()
    role = Role.objects.filter(code="administrator").first()
    if access is None and root is not None and role is not None:
        held = Scope.objects.filter(role=role, area_id=root.id, valid_to__isnull=True, user__is_active=True)
        if held.values("user_id").distinct().count() < 2:
            yield Lack(
                _(
                    "The city has fewer than two administrators: nobody can agree as a second person, and nobody stands in."
                ),
                False,
                reverse("people"),
            )


def look_at_closed(access: Any) -> Iterator[Lack]:
    """Active accounts whose unit is retired."""
    inside = within(access, "access.delegate")
    rows = (
        Unit.objects.filter(area_id__in=inside, valid_to__isnull=False, users__is_active=True)
        .distinct()
        .order_by("code")
    )
    names = _titles(rows)
    if names:
        said = ngettext(
            "%(n)s retired unit still has accounts: %(names)s.",
            "%(n)s retired units still have accounts: %(names)s.",
            len(names),
        )
        yield Lack(said % {"n": len(names), "names": first_of(names)}, False, reverse("people"))


def _titles(rows: Iterable[Unit]) -> list[str]:
    return [one.title for one in rows]


STEPS = (
    SetupStep(
        code="units",
        titles={"zh-hans": "机构", "en": "Units"},
        explained={
            "zh-hans": "受理和派遣案卷的中心，处置案卷的部门和下属单位，社区居委会。",
            "en": "The centres that file and dispatch cases, the departments and branches that handle them, the community offices.",
        },
        order=20, there=units_there, look=look_at_units, permission="unit.change", page="units", imports=("units",), examples=("units.csv",),
    ),
)  # fmt: skip
CHECKS = (
    CityCheck(
        code="retired_units", titles={"zh-hans": "已撤销机构", "en": "Retired units"}, look=look_at_closed, order=600
    ),
)
