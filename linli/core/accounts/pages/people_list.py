"""The list of the people below me, with what waits for a second person above it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.core.access.public import Access, Role, Scope, User, access_on, close_account, pending_rights, users_below
from linli.core.accounts.pages.shown import SAID, pending_with
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
)
from linli.core.platform.public import Actor, NotThere, listed


def rows(access: Access) -> QuerySet[User]:
    """The open accounts of the units below."""
    return users_below(access).filter(is_active=True)


def with_rights(access: Access, people: list[User]) -> list[User]:  # noqa: ARG001 - a list hands it to all
    """The people of a page, each with `held`, in one statement."""
    held = Scope.objects.filter(valid_to__isnull=True).select_related("role", "area", "unit").order_by("id")
    for person in people:
        person.__dict__["held"] = []
    found = {person.id: person for person in people}
    for scope in held.filter(user__in=list(found)):
        found[scope.user_id].__dict__["held"].append(scope)
    return people


def _over(scope: Scope) -> str:
    return f"{scope.area.title} · {scope.unit.title}" if scope.unit else scope.area.title


def _rights(person: User) -> str:
    return listed(f"{scope.role.title} {_over(scope)}" for scope in person.__dict__["held"])


def _rights_drawn(person: User) -> str:
    held = [
        f'{escape(one.role.title)}<span class="soft"> {escape(_over(one))}</span>' for one in person.__dict__["held"]
    ]
    return (
        pgettext("between entries", ", ").join(held)
        or f'<span class="soft">{escape(pgettext("rights", "none"))}</span>'
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
        "toasts": [{"text": done}] if done else [],
    }


PEOPLE = List[User](
    code="people",
    title=gettext_lazy("People"),
    permission="access.delegate",
    rows=rows,
    complete=with_rights,
    address=lambda person: reverse("person", args=[person.id]),
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
            lambda person: person.unit.title if person.unit else None,
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
