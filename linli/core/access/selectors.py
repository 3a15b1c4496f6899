"""The one gate: who may see and do what. `access_of` reads a user's grants, `restrict` turns them into a row filter.

Every query made for a person passes `restrict` or takes its conditions from `openings`; nothing else in linli compares roles or areas.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from linli.core.access.models import ApiToken, PendingRight, Role, Scope, Session, Unit, User, normal_name
from linli.core.access.standing_in import covered_by
from linli.core.areas.public import area_conditions, area_tree
from linli.core.platform.public import SYSTEM, Actor, BadInput, Versioned, ask, now, permissions

M = TypeVar("M", bound=Model)


def declared(permission: str) -> str:
    """The permission as it is; raises LookupError for one that no descriptor declares, which nobody could ever hold."""
    if permission not in permissions():
        raise LookupError(
            f"No package declares the permission {permission!r}; add it to `permissions` of a descriptor."
        )
    return permission


@dataclass(frozen=True, slots=True)
class Grant:
    """One scope in force: the permissions of a role over an area subtree, or over a unit subtree."""

    role: str
    permissions: frozenset[str]
    area_id: int
    unit_id: int | None


@dataclass(frozen=True, slots=True)
class Access:
    """A signed-in person as the gate sees them."""

    user_id: int
    display_name: str
    unit_id: int | None
    language: str
    grants: tuple[Grant, ...]
    has_second_factor: bool = False

    def actor(self, origin: str = "", request_id: str = "") -> Actor:
        """This person as the doer of a write."""
        return Actor(kind="user", user_id=self.user_id, unit_id=self.unit_id, origin=origin, request_id=request_id)

    def may(self, permission: str) -> bool:
        """Whether some grant holds the permission, wherever; what asks for none (empty) is open to every member of the staff."""
        if not permission:
            return True
        permission = declared(permission)
        return any(permission in grant.permissions for grant in self.grants)

    def may_in_area(self, permission: str, area_id: int) -> bool:
        """Whether a grant over an area that contains `area_id` holds the permission. Grants over a unit do not count."""
        tree, permission = area_tree(), declared(permission)
        return any(
            permission in grant.permissions and grant.unit_id is None and tree.contains(grant.area_id, area_id)
            for grant in self.grants
        )

    def tops_with(self, permission: str, *, for_units: bool = False) -> list[int]:
        """The areas in force over which a grant holds the permission, without what lies in them.

        Grants over a unit do not count, unless asked for `for_units`: then the area within which the unit works does.
        """
        nodes, permission = area_tree().nodes, declared(permission)
        held = (
            grant.area_id
            for grant in self.grants
            if permission in grant.permissions and (for_units or grant.unit_id is None)
        )
        return list(dict.fromkeys(area_id for area_id in held if area_id in nodes))

    def areas_with(self, permission: str, *, for_units: bool = False) -> list[int]:
        """The areas of `tops_with` and all that lie in them, each once: where `may_in_area` says yes."""
        tree = area_tree()
        tops = self.tops_with(permission, for_units=for_units)
        return list(dict.fromkeys(area_id for top in tops for area_id in tree.subtree(top)))

    def areas(self) -> list[int]:
        """The areas in force of all grants, whatever they permit, and all that lie in them: where this person works."""
        tree = area_tree()
        tops = dict.fromkeys(grant.area_id for grant in self.grants if grant.area_id in tree.nodes)
        return list(dict.fromkeys(area_id for top in tops for area_id in tree.subtree(top)))

    def units_with(self, permission: str) -> list[int]:
        """The units over which a grant holds the permission and all below them, each once: where `may_for_unit` says yes."""
        tree, permission = unit_tree(), declared(permission)
        tops = (grant.unit_id for grant in self.grants if grant.unit_id and permission in grant.permissions)
        return list(dict.fromkeys(unit_id for top in tops for unit_id in tree.subtree(top)))

    def may_for_unit(self, permission: str, unit_id: int | None) -> bool:
        """Whether a grant over a unit subtree that contains `unit_id` holds the permission."""
        if unit_id is None:
            return False
        tree, permission = unit_tree(), declared(permission)
        return any(
            permission in grant.permissions and grant.unit_id is not None and tree.contains(grant.unit_id, unit_id)
            for grant in self.grants
        )

    def stood_in_for(self) -> tuple[Access, ...]:
        """For each colleague for whom this person stands in today: their name with this person's rights, for it gives none."""
        return tuple(replace(self, user_id=user_id) for user_id in covered_by(self.user_id))

    def roles(self) -> tuple[str, ...]:
        """The codes of the roles held, without repetition, in order."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants))


@dataclass(frozen=True, slots=True)
class UnitNode:
    """One unit in force."""

    id: int
    code: str
    kind: str
    name: str
    names: dict[str, str]
    parent_id: int | None
    area_id: int

    @property
    def title(self) -> str:
        """The name in the language of the request."""
        return self.names.get(get_language() or "", self.name)


@dataclass
class UnitTree:
    """All units in force."""

    nodes: dict[int, UnitNode]
    by_code: dict[str, UnitNode]
    children: dict[int | None, list[int]]

    def subtree(self, unit_id: int) -> list[int]:
        """The ids of the unit and of its branches, itself first."""
        found, waiting = [], [unit_id]
        while waiting:
            current = waiting.pop()
            found.append(current)
            waiting.extend(self.children.get(current, ()))
        return found

    def contains(self, upper_id: int, lower_id: int) -> bool:
        """Whether `lower` is `upper` or one of its branches."""
        current: int | None = lower_id
        while current is not None:
            if current == upper_id:
                return True
            node = self.nodes.get(current)
            current = node.parent_id if node else None
        return False

    def centre_for(self, area_id: int | None) -> UnitNode | None:
        """The acceptance desk of an area: the centre of the nearest area above that has one."""
        tree = area_tree()
        chain = [node.id for node in tree.ancestors(area_id)] if area_id else []
        centres = {node.area_id: node for node in reversed(self.nodes.values()) if node.kind == "centre"}
        for candidate in chain:
            if candidate in centres:
                return centres[candidate]
        return next(iter(centres.values()), None)


def _load_units() -> UnitTree:
    nodes: dict[int, UnitNode] = {}
    children: dict[int | None, list[int]] = {}
    rows = Unit.objects.filter(valid_to__isnull=True).order_by("id")
    for row in rows.values_list("id", "code", "kind", "name", "names", "parent_id", "area_id"):
        node = UnitNode(*row)
        nodes[node.id] = node
        children.setdefault(node.parent_id, []).append(node.id)
    return UnitTree(nodes, {node.code: node for node in nodes.values()}, children)


_units = Versioned(_load_units, "units")
_roles = Versioned(
    lambda: {
        role.id: (role.code, frozenset(role.permissions)) for role in Role.objects.filter(retired_at__isnull=True)
    },
    "roles",
)


def unit_tree() -> UnitTree:
    """The units in force, shared and read-only."""
    return _units.get()


def role_permissions() -> dict[int, frozenset[str]]:
    """The permissions of each role in force, by the role's id."""
    return {role_id: permissions for role_id, (_code, permissions) in _roles.get().items()}


_GRANTS = """
SELECT u.id, u.display_name, u.unit_id, u.language, s.role_id, s.area_id, s.unit_id, u.session_epoch,
  EXISTS (SELECT 1 FROM access_totp f WHERE f.user_id = u.id) OR EXISTS (SELECT 1 FROM access_passkey p WHERE p.user_id = u.id)
FROM access_user u LEFT JOIN access_scope s
  ON s.user_id = u.id AND s.valid_from <= %s AND (s.valid_to IS NULL OR s.valid_to > %s)
"""


def _access(where: str, parameters: list[Any], instant: datetime) -> tuple[Access, int] | None:
    instant_value = connection.ops.adapt_datetimefield_value(instant)
    rows = ask(f"{_GRANTS} {where}", [instant_value, instant_value, *parameters])
    if not rows:
        return None
    roles = _roles.get()
    grants = tuple(Grant(*roles[row[4]], row[5], row[6]) for row in rows if row[4] in roles)
    first = rows[0]
    return Access(first[0], first[1], first[2], first[3], grants, bool(first[8])), first[7]


def access_of(user_id: int) -> tuple[Access, int] | None:
    """The grants in force of an active user and their session epoch, in one statement; None when gone or inactive."""
    return _access("WHERE u.id = %s AND u.is_active", [user_id], now())


def actor_named(username: str) -> Actor:
    """The account of a sign-in name as the doer of what a command writes; nobody in particular for "".

    For whoever has the machine: nothing is asked about rights. Raises BadInput for a name that no active account has.
    """
    if not username.strip():
        return SYSTEM
    user = User.objects.filter(username=normal_name(username), is_active=True).first()
    found = access_of(user.id) if user else None
    if found is None:
        raise BadInput(_("No account has the sign-in name “%s”.") % username[:64], field="by")
    return found[0].actor("command")


def access_by_token(token: str) -> Access | None:
    """The grants behind an API token, in one statement; None when the token is wrong, expired or revoked."""
    instant = now()
    value = connection.ops.adapt_datetimefield_value(instant)
    found = _access(
        "JOIN access_apitoken t ON t.user_id = u.id WHERE t.digest = %s AND t.revoked_at IS NULL "
        "AND t.expires_at > %s AND u.is_active",
        [token_digest(token), value],
        instant,
    )
    return found[0] if found else None


def token_digest(token: str) -> str:
    """What is kept of a token. Tokens are 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def unit_title(unit_id: int | None) -> str:
    """The name of a unit in force; empty for none."""
    node = unit_tree().nodes.get(unit_id) if unit_id is not None else None
    return node.title if node else ""


def openings(access: Access, permission: str, model: type[Model]) -> list[Q] | None:
    """The conditions of which a row of an AreaScoped model must meet one, for `access` to touch it with `permission`.

    None when every row is open. An area grant opens the rows filed under the area's subtree; a unit grant the rows that
    the unit or a branch holds, for models that name the columns in `unit_columns`. Each condition is on one column.
    """
    unit_columns: Iterable[str] = getattr(model, "unit_columns", ())
    inside = area_conditions(access.tops_with(permission))
    if inside is None:
        return None
    units = access.units_with(permission)
    one = units[0] if len(units) == 1 else None
    return inside + [
        Q(**{f"{column}__in": units} if one is None else {column: one}) for column in unit_columns if units
    ]


def restrict(access: Access, permission: str, rows: QuerySet[M]) -> QuerySet[M]:
    """The rows of an AreaScoped model that `access` may touch with `permission`; no grant: no row."""
    conditions = openings(access, permission, rows.model)
    if conditions is None:
        return rows
    return rows.filter(reduce(or_, conditions)) if conditions else rows.none()


def users_below(access: Access) -> QuerySet[User]:
    """The accounts that `access` administers: users of units in the areas where it may delegate."""
    return User.objects.filter(unit__area_id__in=access.areas_with("access.delegate")).select_related("unit")


def without_password(rows: QuerySet[User]) -> QuerySet[User]:
    """Those of the accounts for which nobody has set a password yet."""
    return rows.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One signed-in browser of a user. `digest` names it without giving its key away."""

    digest: str
    device: str
    origin: str
    started_at: datetime
    seen_at: datetime


def sessions_of(user_id: int) -> list[SignedIn]:
    """The sessions of a user that are not over, the one used last first."""
    rows = Session.objects.filter(user_id=user_id, expire_date__gt=now()).order_by("-seen_at")
    return [
        SignedIn(token_digest(row.session_key), row.device, row.origin, row.started_at, row.seen_at) for row in rows
    ]


def tokens_of(user_id: int) -> QuerySet[ApiToken]:
    """The API tokens of a user that still open something, newest first."""
    return ApiToken.objects.filter(expires_at__gt=now(), user_id=user_id, revoked_at__isnull=True).order_by("-id")


def people_who_may(permission: str, area_id: int) -> list[User]:
    """The active people who hold a permission over an area by a scope over it or an area around it, by name."""
    roles = [role_id for role_id, (_code, permissions) in _roles.get().items() if permission in permissions]
    areas = [node.id for node in area_tree().ancestors(area_id)]
    instant = now()
    scopes = Scope.objects.filter(role__in=roles, area__in=areas, unit__isnull=True, valid_from__lte=instant)
    scopes = scopes.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=instant))
    return list(User.objects.filter(id__in=scopes.values("user"), is_active=True).order_by("display_name", "id"))


def scopes_of(user_id: int) -> QuerySet[Scope]:
    """The scopes of a user that are in force now."""
    instant = now()
    rows = Scope.objects.filter(user_id=user_id, valid_from__lte=instant)
    rows = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=instant))
    return rows.select_related("role", "area", "unit", "user").order_by("id")


def pending_rights(access: Access) -> QuerySet[PendingRight]:
    """The rights that wait for a second person, of the people whom `access` administers, oldest first."""
    rows = PendingRight.objects.filter(decided_at__isnull=True, user__in=users_below(access), user__is_active=True)
    return rows.select_related("user__unit", "role", "area", "unit", "asked_by").order_by("id")
