"""Writes of access: roles, accounts, scopes, sessions, tokens. What asks first stands on these: who hands a right on in
handing_on.py, units in units.py, passwords and their links in passwords.py, sign-in in sign_in.py.
"""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from linli.core.access.delegation import check_below, check_not_own_level
from linli.core.access.models import ApiToken, Role, Scope, Session, Unit, User, normal_name
from linli.core.access.roles import role_plans
from linli.core.access.selectors import Access, token_digest, unit_tree
from linli.core.access.throttle import forget_tries
from linli.core.areas.public import Area, area_tree
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    NotAllowed,
    Refusal,
    Work,
    bump,
    in_words,
    sentences,
    write,
)
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone

TOKEN_DAYS, TOKEN_DAYS_MAX = 90, 366


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
            work.stands(Role)
            bump("roles")
            work.audit("city", "roles.sync", "role", "", {"changed": changed})
    return changed


def create_user(
    actor: Actor,
    *,
    username: str,
    display_name: str,
    unit: Unit,
    password: str = "",
    phone: str = "",
    mail: str = "",
    language: str = "zh-hans",
    by: Access | None = None,
    encoded_password: str = "",
) -> User:
    """Adds an account, without a password unless the command line gives one; the person sets theirs by a link (`give_link`).

    With `by`: only in a unit below, and not with the own mail address. Raises Taken for a name in use, Refusal for a password that the rules refuse.
    """
    username = normal_name(username)
    try:
        phone = clean_phone(phone)
    except PlainRefusal as refusal:
        raise BadInput(in_words(refusal.sentence), field="phone") from None
    if by is not None and not by.may_in_area("access.delegate", unit.area_id):
        raise Refusal(
            _("%s lies outside the areas where you may hand on rights.") % unit.title, code="outside_area", field="unit"
        )
    if by is not None:
        check_not_own_mail(by, mail)
    if password:
        check_password_rules(password, User(username=username, display_name=display_name))
    with write(actor) as work:
        user = User.objects.create(
            username=username,
            display_name=display_name,
            unit=unit,
            password=encoded_password or make_password(password or None),
            phone=phone,
            mail=mail,
            language=language,
            created_at=work.now,
        )
        work.stands(User, user.id)
        work.audit(area_tree().audit_chain(unit.area_id), "user.create", "user", user.id, {"unit": unit.code})
    return user


def check_not_own_mail(by: Access, mail: str) -> None:
    """Raises Refusal for a mail address at which `by` would get the first password link of somebody else."""
    own = User.objects.get(id=by.user_id).mail if mail else ""
    if own and _mailbox(own) == _mailbox(mail):
        raise Refusal(
            _("This is your own address: the link for the password would come to you. Give the person's own, or none and hand the link over."),
            code="own_mail", field="mail",
        )  # fmt: skip


def _mailbox(address: str) -> str:
    """Where a letter ends up: in any case and width, and whatever stands behind a plus before the @."""
    local, _at, domain = unicodedata.normalize("NFKC", address).casefold().strip().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def grant_scope(
    actor: Actor,
    *,
    user: User,
    role: Role,
    area: Area,
    unit: Unit | None = None,
    valid_to: datetime | None = None,
    alone: bool = False,
) -> Scope:
    """Gives a user a role over an area (or over what a unit holds); for the command line and `handing_on`, which asks first.

    Twice gives the same scope. `alone` notes that a second person should have agreed and there was none.
    """
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
        work.stands(Scope, scope.id)
        work.audit(
            area_tree().audit_chain(area.id),
            "scope.grant",
            "user",
            user.id,
            {
                "role": role.code,
                "area": area.code,
                "unit": unit.code if unit else None,
                **({"alone": True} if alone else {}),
            },
        )
    return scope


def check_password_rules(password: str, user: User) -> None:
    """Raises BadInput for a password that the rules refuse."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as error:
        raise BadInput(sentences(error.messages), code="weak_password", field="password") from None


def chain_of(user: User) -> str:
    """The audit chain that writes about a user belong to: that of their unit's area."""
    node = unit_tree().nodes.get(user.unit_id) if user.unit_id is not None else None
    return area_tree().audit_chain(node.area_id) if node else "city"


def unlock(actor: Actor, *, user: User, by: Access | None = None) -> None:
    """Lets a name be tried again that wrong passwords hold back. With `by`: only people below; raises Refusal for others."""
    if by is not None:
        check_below(by, user)
        area_id = user.unit.area_id if user.unit else None
        if area_id is None or not by.may_in_area("access.unlock", area_id):
            raise NotAllowed(_("Your role does not unlock accounts there."))
    with write(actor) as work:
        forget_tries(user.username)
        work.audit(chain_of(user), "sign_in.unlock", "user", user.id, {})


def set_language(actor: Actor, *, user_id: int, language: str) -> None:
    """Sets the language in which a user gets mail. Twice does nothing more. Raises BadInput for one that linli does not speak."""
    if language not in dict(settings.LANGUAGES):
        raise BadInput(_("Choose one of the languages offered."), field="language")
    with write(actor) as work:
        if User.objects.filter(id=user_id).exclude(language=language).update(language=language):
            work.audit("city", "user.language", "user", user_id, {"language": language})


def close_account(actor: Actor, *, user: User, by: Access | None, reason: str = "") -> None:
    """Closes the account of somebody who left: no sign-in, no token, no scope in force. Twice does nothing more.

    The row stays, since cases name it; the reason stands in the audit trail. Raises Refusal for somebody who is not below `by`
    (None: the server), and for oneself.
    """
    if by is not None:
        check_below(by, user)
        if user.id == by.user_id:
            raise Refusal(_("Nobody closes their own account; ask the level above."), code="own_rights")
        check_not_own_level(by, user)
    with write(actor) as work:
        if not User.objects.filter(id=user.id, is_active=True).update(
            is_active=False, session_epoch=F("session_epoch") + 1
        ):
            return
        Session.objects.filter(user_id=user.id).delete()
        work.stands(User, user.id)
        end_tokens(work, user.id)
        ending = list(Scope.objects.filter(user=user, valid_to__isnull=True).values_list("id", flat=True))
        Scope.objects.filter(id__in=ending).update(valid_to=work.now)
        work.stands(Scope, *ending)
        work.audit(chain_of(user), "user.close", "user", user.id, {"reason": reason} if reason else {})


def reopen_account(actor: Actor, *, user: User, by: Access | None) -> None:
    """Opens an account again that was closed before anybody signed in with it, such as when its import was taken back. It has no rights
    and no password. Twice does nothing more. Raises Refusal for one that was used, and for somebody who is not below `by`."""
    if by is not None:
        check_below(by, user)
    if user.last_login is not None or user.has_usable_password():
        raise Refusal(_("The account %s is closed and was used; choose another sign-in name.") % user.username)
    with write(actor) as work:
        if User.objects.filter(id=user.id, is_active=False).update(is_active=True):
            work.stands(User, user.id)
            work.audit(chain_of(user), "user.reopen", "user", user.id, {})


def sign_out_everywhere(actor: Actor, *, user_id: int, tokens: bool = True) -> int:
    """Ends every session of a user and gives their number; the raised epoch also ends copies of their cookies.

    Unless told otherwise the API tokens end too: after a theft one word must end every way in.
    """
    with write(actor) as work:
        User.objects.filter(id=user_id).update(session_epoch=F("session_epoch") + 1)
        work.stands(User, user_id)
        ended, _rows = Session.objects.filter(user_id=user_id).delete()
        keys = end_tokens(work, user_id) if tokens else 0
        work.audit("city", "sign_out.everywhere", "user", user_id, {"sessions": ended, "tokens": keys})
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


def make_token(actor: Actor, *, user: User, name: str, days: int = TOKEN_DAYS) -> tuple[ApiToken, str]:
    """A new API token and its text, which is shown once and not kept. Raises BadInput for less than a day or more than a year."""
    if not 1 <= days <= TOKEN_DAYS_MAX:
        raise BadInput(_("A key is valid for 1 to %s days.") % TOKEN_DAYS_MAX, field="days")
    text = "linli_" + secrets.token_urlsafe(32)
    with write(actor) as work:
        expires_at = work.now + timedelta(days=days)
        token = ApiToken.objects.create(
            user=user, digest=token_digest(text), name=name[:80], created_at=work.now, expires_at=expires_at
        )
        work.stands(ApiToken, token.id)
        work.audit("city", "token.create", "user", user.id, {"name": name[:80]})
    return token, text


def revoke_token(actor: Actor, *, token: ApiToken) -> None:
    """Ends a token. Twice does nothing more."""
    with write(actor) as work:
        if ApiToken.objects.filter(id=token.id, revoked_at__isnull=True).update(revoked_at=work.now):
            work.stands(ApiToken, token.id)
            work.audit("city", "token.revoke", "user", token.user_id, {"name": token.name})


def end_tokens(work: Work, user_id: int) -> int:
    """Ends every API token of a user, in a write that records it; gives their number."""
    alive = ApiToken.objects.filter(user_id=user_id, revoked_at__isnull=True, expires_at__gt=work.now)
    ending = list(alive.values_list("id", flat=True))
    if ending:
        ApiToken.objects.filter(id__in=ending).update(revoked_at=work.now)
        work.stands(ApiToken, *ending)
    return len(ending)
