"""Writes of access: accounts, sessions, tokens, roles, scopes handed downwards. Sign-in with its lock stands in sign_in.py."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from linli.core.access.models import ApiToken, Role, Scope, Session, Unit, User
from linli.core.access.roles import role_plans
from linli.core.access.selectors import Access, token_digest, unit_tree, users_below
from linli.core.areas.public import Area, area_tree
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    NotAllowed,
    Refusal,
    blind_indexes,
    bump,
    write,
)

RESET_TEMPLATE = "password_reset"


def sync_roles() -> int:
    """Brings the roles of the core and of the installed subsystems into the database; gives how many changed.

    A role whose subsystem is not installed any more is retired: it opens nothing and cannot be given. Idempotent.
    """
    changed = 0
    with write(SYSTEM) as work:
        existing = {role.code: role for role in Role.objects.all()}
        plans = role_plans()
        for code, role in existing.items():
            if code not in plans and role.retired_at is None:
                role.retired_at = work.now
                role.save(update_fields=["retired_at"])
                changed += 1
        for plan, origin in plans.values():
            wanted: dict[str, Any] = {
                "name": plan.titles["zh-hans"],
                "names": dict(plan.titles),
                "permissions": sorted(plan.permissions),
                "origin": origin,
                "retired_at": None,
            }
            known = existing.get(plan.code)
            if known is not None and all(getattr(known, key) == value for key, value in wanted.items()):
                continue
            Role.objects.update_or_create(code=plan.code, defaults=wanted)
            changed += 1
        if changed:
            bump("roles")
            work.audit("city", "roles.sync", "role", "", {"changed": changed})
    return changed


def create_unit(
    actor: Actor,
    *,
    code: str,
    kind: str,
    area: Area,
    name: str,
    names: dict[str, str] | None = None,
    parent: Unit | None = None,
) -> Unit:
    """Adds a unit. A parent must be of the same tree (departments under departments). Raises Taken for a code in use."""
    with write(actor) as work:
        unit = Unit.objects.create(
            code=code, kind=kind, area=area, name=name, names=names or {}, parent=parent, valid_from=work.now
        )
        bump("units")
        work.audit(area_tree().audit_chain(area.id), "unit.create", "unit", unit.id, {"code": code, "name": name})
    return unit


def create_user(
    actor: Actor,
    *,
    username: str,
    display_name: str,
    unit: Unit,
    password: str,
    phone: str = "",
    mail: str = "",
    language: str = "zh-hans",
    by: Access | None = None,
    encoded_password: str = "",
) -> User:
    """Adds an account. With `by`: only in a unit below. Raises Taken for a name in use, Refusal for a password that the rules refuse."""
    username = username.strip().lower()
    if by is not None and not by.may_in_area("access.delegate", unit.area_id):
        raise Refusal(
            _("%s lies outside the areas where you may hand on rights.") % unit.title, code="outside_area", field="unit"
        )
    candidate = User(username=username, display_name=display_name)
    _check_password_rules(password, candidate)
    with write(actor) as work:
        user = User.objects.create(
            username=username,
            display_name=display_name,
            unit=unit,
            password=encoded_password or make_password(password),
            phone=phone,
            mail=mail,
            language=language,
            created_at=work.now,
        )
        work.audit(area_tree().audit_chain(unit.area_id), "user.create", "user", user.id, {"unit": unit.code})
    return user


def _check_password_rules(password: str, user: User) -> None:
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), code="weak_password", field="password") from None


def grant_scope(
    actor: Actor,
    *,
    user: User,
    role: Role,
    area: Area,
    unit: Unit | None = None,
    valid_to: datetime | None = None,
    by: Access | None = None,
) -> Scope:
    """Gives a user a role over an area (or over what a unit holds). With `by`: only downwards, and only what `by` may hand on.

    Twice gives the same scope. Raises Refusal when `by` does not reach the area, the user or the role.
    """
    if by is not None:
        _check_delegation(by, user=user, role=role, area=area, unit=unit)
    with write(actor) as work:
        existing = Scope.objects.filter(user=user, role=role, area=area, unit=unit, valid_to__isnull=True).first()
        if existing:
            return existing
        scope = Scope.objects.create(
            user=user,
            role=role,
            area=area,
            unit=unit,
            granted_by_id=actor.user_id,
            valid_from=work.now,
            valid_to=valid_to,
        )
        work.audit(
            area_tree().audit_chain(area.id),
            "scope.grant",
            "user",
            user.id,
            {"role": role.code, "area": area.code, "unit": unit.code if unit else None},
        )
    return scope


def _check_delegation(by: Access, *, user: User, role: Role, area: Area, unit: Unit | None) -> None:
    """Delegation goes downwards: own area or below, people below, and no right to delegate on one's own level."""
    if not by.may_in_area("access.delegate", area.id):
        raise Refusal(_("%s lies outside the areas where you may hand on rights.") % area.title, code="outside_area")
    if unit is not None and not by.may_in_area("access.delegate", unit.area_id):
        raise Refusal(_("%s lies outside the areas where you may hand on rights.") % unit.title, code="outside_area")
    _check_below(by, user)
    if user.id == by.user_id:
        raise Refusal(_("Nobody changes their own rights; ask the level above."), code="own_rights")
    if "access.delegate" in role.permissions and area.id in _own_areas(by):
        raise Refusal(_("The right to hand on is given only to a lower area than your own."), code="own_level")


def _check_below(by: Access, user: User) -> None:
    if not users_below(by).filter(id=user.id).exists():
        raise Refusal(_("This person belongs to a unit outside your areas."), code="outside_area")


def _own_areas(by: Access) -> set[int]:
    """The areas on whose level `by` may hand on rights; it does so only below them."""
    return {grant.area_id for grant in by.grants if "access.delegate" in grant.permissions and grant.unit_id is None}


def _check_not_own_level(by: Access, user: User) -> None:
    """Refuses an act on somebody who hands on rights over an area that `by` does not stand above."""
    tree, own = area_tree(), _own_areas(by)
    held = Scope.objects.filter(user=user, unit__isnull=True, valid_to__isnull=True).select_related("role")
    for scope in held:
        if "access.delegate" in scope.role.permissions and not any(
            area_id != scope.area_id and tree.contains(area_id, scope.area_id) for area_id in own
        ):
            raise Refusal(
                _("%s hands on rights on your own level or above it; ask the level above.") % user.display_name,
                code="own_level",
            )


def end_scope(actor: Actor, *, scope: Scope, by: Access) -> None:
    """Ends a scope now. Twice does nothing more. Only downwards, like handing on; raises Refusal otherwise."""
    _check_delegation(by, user=scope.user, role=scope.role, area=scope.area, unit=scope.unit)
    with write(actor) as work:
        if Scope.objects.filter(id=scope.id, valid_to__isnull=True).update(valid_to=work.now):
            work.audit(
                area_tree().audit_chain(scope.area_id), "scope.end", "user", scope.user_id, {"role": scope.role.code}
            )


def chain_of(user: User) -> str:
    """The audit chain that writes about a user belong to: that of their unit's area."""
    node = unit_tree().nodes.get(user.unit_id) if user.unit_id is not None else None
    return area_tree().audit_chain(node.area_id) if node else "city"


def unlock(actor: Actor, *, user: User, by: Access | None = None) -> None:
    """Opens a locked account. Twice does nothing more. With `by`: only people below; raises Refusal for others."""
    if by is not None:
        _check_below(by, user)
        area_id = user.unit.area_id if user.unit else None
        if area_id is None or not by.may_in_area("access.unlock", area_id):
            raise NotAllowed(_("Your role does not unlock accounts there."))
    with write(actor) as work:
        if (
            User.objects.filter(id=user.id)
            .exclude(failed_sign_ins=0, locked_until__isnull=True)
            .update(failed_sign_ins=0, locked_until=None)
        ):
            work.audit(chain_of(user), "sign_in.unlock", "user", user.id, {})


def set_language(actor: Actor, *, user_id: int, language: str) -> None:
    """Sets the language in which a user gets mail. Twice does nothing more. Raises BadInput for one that linli does not speak."""
    if language not in dict(settings.LANGUAGES):
        raise BadInput(_("Choose one of the languages offered."), field="language")
    with write(actor) as work:
        if User.objects.filter(id=user_id).exclude(language=language).update(language=language):
            work.audit("city", "user.language", "user", user_id, {"language": language})


def close_account(actor: Actor, *, user: User, by: Access) -> None:
    """Closes the account of somebody who left: no sign-in, no token, no scope in force. Twice does nothing more.

    The row stays, since cases name it. Raises Refusal for somebody who is not below `by`, and for oneself.
    """
    _check_below(by, user)
    if user.id == by.user_id:
        raise Refusal(_("Nobody closes their own account; ask the level above."), code="own_rights")
    _check_not_own_level(by, user)
    with write(actor) as work:
        if not User.objects.filter(id=user.id, is_active=True).update(
            is_active=False, session_epoch=F("session_epoch") + 1
        ):
            return
        Session.objects.filter(user_id=user.id).delete()
        ApiToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=work.now)
        Scope.objects.filter(user=user, valid_to__isnull=True).update(valid_to=work.now)
        work.audit(chain_of(user), "user.close", "user", user.id, {})


def sign_out_everywhere(actor: Actor, *, user_id: int) -> int:
    """Ends every session of a user and gives their number; the raised epoch also ends copies of their cookies."""
    with write(actor) as work:
        User.objects.filter(id=user_id).update(session_epoch=F("session_epoch") + 1)
        ended, _rows = Session.objects.filter(user_id=user_id).delete()
        work.audit("city", "sign_out.everywhere", "user", user_id, {"sessions": ended})
    return ended


def end_session(actor: Actor, *, user_id: int, session_key_digest: str) -> bool:
    """Ends one of the user's own sessions, named by the digest of its key. False when there is none."""
    for session in Session.objects.filter(user_id=user_id):
        if token_digest(session.session_key) == session_key_digest:
            with write(actor) as work:
                Session.objects.filter(pk=session.pk).delete()
                work.audit("city", "sign_out.session", "user", user_id, {})
            return True
    return False


def make_token(actor: Actor, *, user: User, name: str, days: int | None = 365) -> tuple[ApiToken, str]:
    """A new API token and its text, which is shown once and not kept."""
    text = "linli_" + secrets.token_urlsafe(32)
    with write(actor) as work:
        expires_at = work.now + timedelta(days=days) if days else None
        token = ApiToken.objects.create(
            user=user, digest=token_digest(text), name=name[:80], created_at=work.now, expires_at=expires_at
        )
        work.audit("city", "token.create", "user", user.id, {"name": name[:80]})
    return token, text


def revoke_token(actor: Actor, *, token: ApiToken) -> None:
    """Ends a token. Twice does nothing more."""
    with write(actor) as work:
        if ApiToken.objects.filter(id=token.id, revoked_at__isnull=True).update(revoked_at=work.now):
            work.audit("city", "token.revoke", "user", token.user_id, {"name": token.name})


def ask_password_reset(*, mail: str, link: str, origin: str = "") -> None:
    """Sends a reset link to every active account with this address; says nothing about whether there is one.

    `link` holds `{uid}` and `{token}`. The link works once and for Django's PASSWORD_RESET_TIMEOUT (three days).
    """
    for user in User.objects.filter(mail_index__in=blind_indexes(mail, "staff_mail"), is_active=True):
        uid, token = urlsafe_base64_encode(str(user.pk).encode()), default_token_generator.make_token(user)
        with write(Actor(kind="user", user_id=user.id, origin=origin)) as work:
            work.send(
                "mail",
                user.mail,  # the address that is kept, not the one typed: two addresses may look alike
                RESET_TEMPLATE,
                {"name": user.display_name, "link": link.format(uid=uid, token=token)},
                key=f"password-reset:{token_digest(token)}",  # names the letter, in logs too, without opening anything
                language=user.language,
            )
            work.audit("city", "password.reset_asked", "user", user.id, {})


def user_of_reset(uid: str, token: str) -> User | None:
    """The account behind a reset link, or None when the link is used, wrong or too old."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid).decode()), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def set_password(actor: Actor, *, user: User, password: str) -> None:
    """Sets a new password, opens a lock, ends all sessions. Raises Refusal for a password that the rules refuse."""
    _check_password_rules(password, user)
    with write(actor) as work:
        User.objects.filter(id=user.id).update(
            password=make_password(password), failed_sign_ins=0, locked_until=None, session_epoch=F("session_epoch") + 1
        )
        Session.objects.filter(user_id=user.id).delete()
        work.audit("city", "password.set", "user", user.id, {})
