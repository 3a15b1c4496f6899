"""Handing rights on. Who gives a right to see cases that they do not hold themselves needs a second person.

An administrator sees no case; without this, an account of their own making would do it for them. The second person holds
the right to hand on over the same area or a higher one, and not from the first. Where there is nobody like that the right
is given at once, those who oversee are told, and the audit record says that it was given alone (docs/adr/0019-a-second-person.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from linli.core.access.delegation import check_delegation
from linli.core.access.models import PendingRight, Role, Scope, Unit, User
from linli.core.access.oversight import ALONE_TEMPLATE, tell_overseers
from linli.core.access.selectors import Access, access_of, pending_rights
from linli.core.access.services import grant_scope
from linli.core.areas.public import Area, area_tree
from linli.core.platform.public import Actor, Refusal, Work, who_did, write

WAITS_TEMPLATE = "right_waits"
Outcome = Literal["granted", "alone", "waits"]


def opens_cases(permission: str) -> bool:
    """Whether a permission shows or changes cases."""
    return permission.startswith("case.")


def needs_second(by: Access, role: Role, area: Area) -> bool:
    """Whether `by` would open cases by this role which they do not open themselves there."""
    return any(opens_cases(one) and not by.may_in_area(one, area.id) for one in role.permissions)


def give_right(actor: Actor, *, user: User, role: Role, area: Area, unit: Unit | None = None, by: Access) -> Outcome:
    """Gives a right (`granted`, or `alone` where nobody could agree), or keeps it for a second person (`waits`).

    Twice does nothing more. Raises Refusal for what goes upwards.
    """
    check_delegation(by, user=user, role=role, area=area, unit=unit)
    same: dict[str, Any] = {"user": user, "role": role, "area": area, "unit": unit}
    held = Scope.objects.filter(**same, valid_to__isnull=True).exists()
    if held or not needs_second(by, role, area):
        grant_scope(actor, **same)
        return "granted"
    seconds = who_may_agree(by.user_id, **same)
    with write(actor) as work:
        if not seconds:
            grant_scope(actor, **same, alone=True)
            tell_overseers(work, ALONE_TEMPLATE, about=user, by=by, area_id=area.id, role=role)
            return "alone"
        if not PendingRight.objects.filter(**same, decided_at__isnull=True).exists():
            _ask(work, PendingRight(**same, asked_by_id=by.user_id, asked_at=work.now), by, seconds)
    return "waits"


def _ask(work: Work, waiting: PendingRight, by: Access, seconds: list[User]) -> None:
    waiting.save()
    content = {
        "role": waiting.role.code,
        "area": waiting.area.code,
        "unit": waiting.unit.code if waiting.unit else None,
    }
    work.audit(area_tree().audit_chain(waiting.area_id), "scope.ask", "user", waiting.user_id, content)
    for second in seconds:
        if second.mail:
            key = f"right-waits:{waiting.id}:{second.id}"
            work.send(
                "mail",
                second.mail,
                WAITS_TEMPLATE,
                _facts(waiting, by),
                key=key,
                language=second.language,
                user_id=second.id,
            )


def decide_right(actor: Actor, *, pending_id: int, by: Access, agree: bool) -> Scope | None:
    """Gives a right that waits, or drops it; who asked may drop it too. Twice does nothing more.

    Raises Refusal when it is decided already, or when `by` may not agree to it.
    """
    with write(actor) as work:
        rows = PendingRight.objects.filter(id=pending_id, decided_at__isnull=True)
        waiting = rows.select_related("user", "role", "area", "unit").first()
        if waiting is None or not pending_rights(by).filter(id=pending_id).exists():
            raise Refusal(_("This right waits no more; somebody decided already."), code="decided")
        if agree or by.user_id != waiting.asked_by_id:
            _check_second(by, waiting, Lines.read())
        if not rows.update(decided_at=work.now, decided_by_id=by.user_id, agreed=agree):
            raise Refusal(_("This right waits no more; somebody decided already."), code="decided")
        facts = {"role": waiting.role.code, "area": waiting.area.code, "asked_by": waiting.asked_by_id}
        if not agree:
            work.audit(area_tree().audit_chain(waiting.area_id), "scope.refuse", "user", waiting.user_id, facts)
            return None
        work.audit(area_tree().audit_chain(waiting.area_id), "scope.agree", "user", waiting.user_id, facts)
        return grant_scope(actor, user=waiting.user, role=waiting.role, area=waiting.area, unit=waiting.unit)


def may_agree(by: Access, rights: Iterable[PendingRight]) -> list[bool]:
    """Whether `by` is a second person for each of these rights, in a few statements however many they are."""
    lines = Lines.read()
    return [_is_second_for(by, waiting, lines) for waiting in rights]


def _is_second_for(by: Access, waiting: PendingRight, lines: Lines) -> bool:
    try:
        _check_second(by, waiting, lines)
    except Refusal:
        return False
    return True


def _check_second(by: Access, waiting: PendingRight, lines: Lines) -> None:
    check_delegation(by, user=waiting.user, role=waiting.role, area=waiting.area, unit=waiting.unit)
    if not lines.is_second(by.user_id, waiting.asked_by_id, waiting.area_id):
        raise Refusal(
            _("A second person agrees to this: somebody who did not ask for it, and whose own right does not come from who asked."),
            code="second_person",
        )  # fmt: skip


def made_by_asker(rights: list[PendingRight]) -> set[int]:
    """The ids of those rights whose asker also made the account, or a password link for it. One statement.

    Such an account may be the asker's own pair of eyes: whoever agrees should have spoken with the person.
    """
    did = who_did(("user.create", "password.link"), "user", {right.user_id for right in rights})
    return {right.id for right in rights if (right.user_id, right.asked_by_id) in did}


def who_may_agree(asked_by: int, *, user: User, role: Role, area: Area, unit: Unit | None) -> list[User]:
    """The people who could agree to a right that `asked_by` wants to give."""
    waiting, lines = PendingRight(user=user, role=role, area=area, unit=unit, asked_by_id=asked_by), Lines.read()
    found = []
    for candidate in User.objects.filter(id__in=lines.holders_over(area.id) - {asked_by, user.id}, is_active=True):
        access = access_of(candidate.id)
        if candidate.has_usable_password() and access is not None and _is_second_for(access[0], waiting, lines):
            found.append(candidate)
    return found


def _above(area_id: int) -> list[int]:
    return [node.id for node in area_tree().ancestors(area_id)]


@dataclass(frozen=True, slots=True)
class Lines:
    """From whom everybody has the right to hand on: who gave it, whenever, and over which areas it is in force.

    Rights that are over count for the way: else an account made in between and closed again would hide where it began.
    None is the command line.
    """

    givers: dict[int, set[int | None]]
    in_force: dict[int, list[tuple[int, int | None]]]  # user -> area and who gave it

    @classmethod
    def read(cls) -> Lines:
        """Reads all of them, in two statements."""
        roles = [role.id for role in Role.objects.all() if "access.delegate" in role.permissions]
        held = Scope.objects.filter(role_id__in=roles, unit__isnull=True)
        lines = cls({}, {})
        for user_id, giver, area_id, ended in held.values_list("user_id", "granted_by_id", "area_id", "valid_to"):
            lines.givers.setdefault(user_id, set()).add(giver)
            if ended is None:
                lines.in_force.setdefault(user_id, []).append((area_id, giver))
        return lines

    def holders_over(self, area_id: int) -> set[int]:
        """The ids of those who hand on over the area or one around it."""
        above = set(_above(area_id))
        return {user_id for user_id, held in self.in_force.items() if any(area in above for area, _giver in held)}

    def is_second(self, user_id: int, asked_by: int, area_id: int) -> bool:
        """Whether somebody hands on over the area by a right that does not come, over however many hands, from `asked_by`."""
        above = set(_above(area_id))
        ways = [giver for area, giver in self.in_force.get(user_id, ()) if area in above]
        seen = {asked_by, user_id}
        while ways:
            giver = ways.pop()
            if giver is None:
                return user_id != asked_by
            if giver not in seen:
                seen.add(giver)
                ways.extend(self.givers.get(giver, ()))
        return False


def _facts(right: PendingRight, by: Access) -> dict[str, str]:
    return {
        "name": right.user.display_name, "role": right.role.name, "area": right.area.name, "by": by.display_name,
    }  # fmt: skip


def end_scope(actor: Actor, *, scope: Scope, by: Access | None) -> None:
    """Ends a scope now. Twice does nothing more. Only downwards, like handing on (by None: the server); raises Refusal otherwise."""
    if by is not None:
        check_delegation(by, user=scope.user, role=scope.role, area=scope.area, unit=scope.unit)
    with write(actor) as work:
        if Scope.objects.filter(id=scope.id, valid_to__isnull=True).update(valid_to=work.now):
            work.stands(Scope, scope.id)
            work.audit(
                area_tree().audit_chain(scope.area_id), "scope.end", "user", scope.user_id, {"role": scope.role.code}
            )
