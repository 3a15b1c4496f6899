"""The list of the people below me, with what waits for a second person above it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.core.access.public import (
    Access,
    Role,
    Scope,
    User,
    access_on,
    close_account,
    pending_rights,
    unit_tree,
    users_below,
    waiting_resets,
)
from linli.core.accounts.pages.shown import SAID, pending_with, resets_with
from linli.core.areas.public import area_tree
from linli.core.desk.public import (
    AreaFilter,
    Bulk,
    ChoiceFilter,
    Column,
    Empty,
    List,
    SwitchFilter,
    UnitFilter,
    WordsFilter,
    looked_for_in,
    marks,
    page_at,
)
from linli.core.platform.public import Actor, NotThere, listed


def rows(access: Access) -> QuerySet[User]:
    """The open accounts of the units below."""
    return users_below(access).filter(is_active=True).select_related(None)


def with_rights(access: Access, people: list[User]) -> list[User]:  # noqa: ARG001 - a list hands it to all
    """The people of a page, each with `held`, in one statement."""
    held = Scope.objects.filter(valid_to__isnull=True, user__in=[person.id for person in people]).order_by("id")
    found: dict[int, list[Held]] = {person.id: [] for person in people}
    areas, units, roles = area_tree().nodes, unit_tree().nodes, {role.id: role.title for role in Role.objects.all()}
    for user_id, role_id, area_id, unit_id in held.values_list("user_id", "role_id", "area_id", "unit_id"):
        area = areas[area_id].title if area_id in areas else ""
        unit = units[unit_id].title if unit_id in units else ""
        found[user_id].append(Held(roles.get(role_id, ""), f"{area} · {unit}" if unit else area))
    for person in people:
        person.__dict__["held"] = found[person.id]
    return people


class Held(NamedTuple):
    """A right as the list shows it: the role's title, and over what."""

    role: str
    over: str


def _unit(person: User) -> str | None:
    node = unit_tree().nodes.get(person.unit_id or 0)
    return node.title if node else person.unit.title if person.unit else None  # asks only for a unit that is closed


def _rights(person: User) -> str:
    return listed(f"{one.role} {one.over}" for one in person.__dict__["held"])


def _rights_drawn(person: User) -> str:
    held = [f'{marks.esc(one.role)}<span class="soft"> {marks.esc(one.over)}</span>' for one in person.__dict__["held"]]
    return (
        pgettext("between entries", ", ").join(held)
        or f'<span class="soft">{marks.esc(pgettext("rights", "none"))}</span>'
    )


def with_role(people: QuerySet[Any], code: str) -> QuerySet[Any]:
    """Those who hold a role now."""
    held = Scope.objects.filter(user_id=OuterRef("pk"), role__code=code, valid_to__isnull=True)
    return people.filter(Exists(held))


class RoleFilter(ChoiceFilter):
    """Who holds a role."""

    def narrow(self, rows: QuerySet[Any], value: str) -> QuerySet[Any]:
        """Those who hold it now."""
        return with_role(rows, value)


def roles() -> list[tuple[str, str]]:
    """The roles in force."""
    return [(role.code, role.title) for role in Role.objects.filter(retired_at__isnull=True).order_by("id")]


def close(actor: Actor, access: Access, user_id: int, reason: str) -> None:
    """Closes one account. Raises NotThere, and what `close_account` raises."""
    user = users_below(access).filter(id=user_id).first()
    if user is None:
        raise NotThere(_("There is no such account in your areas."))
    close_account(actor, user=user, by=access, reason=reason)


def above(request: HttpRequest) -> Mapping[str, object]:
    """What stands above the list: rights that wait, and what was done before one came here."""
    access, done = access_on(request), SAID.get(request.GET.get("done", ""))
    plain = not request.GET.keys() - {"done"}
    return {
        "pending": pending_with(pending_rights(access), access) if plain else [],
        "resets": resets_with(waiting_resets(access), access) if plain else [],
        "toasts": [{"text": done}] if done else [],
    }


PEOPLE = List[User](
    code="people",
    title=gettext_lazy("People"),
    permission="access.delegate",
    rows=rows,
    complete=with_rights,
    address=lambda person: page_at("person", person.id),
    columns=(
        Column("name", gettext_lazy("Name"), lambda person: person.display_name, sort="display_name"),
        Column(
            "username",
            gettext_lazy("Sign-in name"),
            lambda person: person.username,
            sort="username",
            css="fixed card-wide",
        ),
        Column(
            "unit",
            gettext_lazy("Unit"),
            _unit,
            sort="unit__name",
            css="card-wide",
        ),
        Column("rights", gettext_lazy("Rights"), _rights, html=_rights_drawn, css="card-wide"),
        Column(
            "last_login",
            gettext_lazy("Last sign-in"),
            lambda person: person.last_login,
            sort="last_login",
            kind=datetime,
            css="fixed card-wide",
        ),
    ),
    order="name",
    filters=(
        WordsFilter(
            "q", gettext_lazy("Name, sign-in name, unit"), looked_for_in("display_name", "username", "unit__name")
        ),
        AreaFilter("area", "access.delegate", path="unit__area_id"),
        UnitFilter("unit", "access.delegate"),
        RoleFilter("role", gettext_lazy("Role"), roles),
        SwitchFilter("never", gettext_lazy("Never signed in"), lambda people: people.filter(last_login__isnull=True)),
    ),
    bulk=(Bulk("close", gettext_lazy("Close the accounts"), "access.delegate", close, danger=True),),
    empty=Empty(
        gettext_lazy("No accounts yet"), gettext_lazy("The people of the units in your areas will stand here."), "users"
    ),
    template="accounts/people.html",
    context=above,
)
