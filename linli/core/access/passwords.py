"""Passwords: the rules, a new one by a link that works once, the first one by a link that whoever gives it does not use.

Nobody chooses a password for somebody else. sign_in.py stands next to it and checks them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.tokens import default_token_generator
from django.db.models import F
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from linli.core.access.delegation import check_below, check_not_own_level
from linli.core.access.handing_on import needs_second
from linli.core.access.models import MAIL_PURPOSE, PendingRight, Scope, Session, User
from linli.core.access.oversight import FIRST_LINK_TEMPLATE, LINK_TEMPLATE, tell_overseers
from linli.core.access.selectors import Access, token_digest, unit_tree
from linli.core.access.services import chain_of, check_not_own_mail, check_password_rules, end_tokens
from linli.core.platform.public import Actor, Refusal, Work, allow, blind_indexes, job, write

RESET_TEMPLATE, FIRST_TEMPLATE = "password_reset", "password_first"
RESET_JOB = "password_reset"
LETTERS_A_DAY, A_DAY = 12, timedelta(days=1)


class PasswordChanged(Refusal):
    """The password was set by somebody else meanwhile, or the link was used already (HTTP 409)."""

    code = "changed"


def ask_password_reset(*, mail: str, link: str, origin: str = "") -> None:
    """Sends a reset link, by a job, to every active account with this address; says nothing about whether there is one.

    What the caller waits for is the same for every address. `link` holds `{uid}` and `{token}`.
    """
    with write(Actor(kind="system", origin=origin)) as work:
        work.enqueue(RESET_JOB, {"indexes": list(blind_indexes(mail, MAIL_PURPOSE)), "link": link, "origin": origin})


@job(RESET_JOB)
def send_reset(work: Work, payload: dict[str, Any]) -> None:
    """Writes the letters that were asked for; the link works once and for PASSWORD_RESET_TIMEOUT.

    A person gets a dozen a day, whoever asked and in whatever words.
    """
    for user in User.objects.filter(mail_index__in=payload["indexes"], is_active=True):
        if not allow("password-letter", str(user.id), LETTERS_A_DAY, A_DAY):
            continue
        template = RESET_TEMPLATE if user.has_usable_password() else FIRST_TEMPLATE
        _send_link(work, user, payload["link"], template)
        work.audit("city", "password.reset_asked", "user", user.id, {"origin": payload["origin"]})


def _send_link(work: Work, user: User, link: str, template: str) -> None:
    text, token = _link_for(user, link)
    # The address that is kept, not the one typed: two addresses may look alike. The key names the letter, in logs too,
    # without opening anything.
    params = {"name": user.display_name, "username": user.username, "link": text}
    work.send(
        "mail",
        user.mail,
        template,
        params,
        key=f"password-link:{token_digest(token)}",
        language=user.language,
        user_id=user.id,
    )


def _link_for(user: User, link: str) -> tuple[str, str]:
    uid, token = urlsafe_base64_encode(str(user.pk).encode()), default_token_generator.make_token(user)
    return link.format(uid=uid, token=token), token


def give_link(actor: Actor, *, user: User, by: Access | None, link: str) -> str | None:
    """A link with which a person sets their own password: sent by mail (None), or given back to be handed over.

    It works once, for three days; for an account without a password the ones before end. Those who oversee are told of a
    first link that was handed over, and of a later one where the account opens cases that `by` does not. Raises Refusal
    for who is not below, and where the mail would come to `by`; None is whoever types at the server.
    """
    if by is not None:
        check_below(by, user)
        if user.id == by.user_id:
            raise Refusal(_("Change your own password under “My account”."), code="own_rights")
        check_not_own_level(by, user)
        check_not_own_mail(by, user.mail)
    if not user.is_active:
        raise Refusal(_("This account is closed."), code="closed")
    with write(actor) as work:
        if not user.has_usable_password():
            user.password = make_password(None)
            User.objects.filter(id=user.id).update(password=user.password)
            work.stands(User, user.id)
        work.audit(chain_of(user), "password.link", "user", user.id, {"by_mail": bool(user.mail)})
        if user.mail:
            _send_link(work, user, link, RESET_TEMPLATE if user.has_usable_password() else FIRST_TEMPLATE)
            return None
        kind = LINK_TEMPLATE if user.has_usable_password() else FIRST_LINK_TEMPLATE
        node = unit_tree().nodes.get(user.unit_id or 0)
        if by is not None and node is not None and (kind == FIRST_LINK_TEMPLATE or opens_more(by, user)):
            tell_overseers(work, kind, about=user, by=by, area_id=node.area_id)
        return _link_for(user, link)[0]


def opens_more(by: Access, user: User) -> bool:
    """Whether an account holds, or waits for, a right to see cases that `by` does not hold there."""
    rights: list[Scope | PendingRight] = [
        *Scope.objects.filter(user=user, valid_to__isnull=True).select_related("role", "area"),
        *PendingRight.objects.filter(user=user, decided_at__isnull=True).select_related("role", "area"),
    ]
    return any(needs_second(by, right.role, right.area) for right in rights)


def user_of_reset(uid: str, token: str) -> User | None:
    """The account behind a reset link, or None when the link is used, wrong or too old."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid).decode()), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return user if user is not None and default_token_generator.check_token(user, token) else None


def set_password(actor: Actor, *, user: User, password: str, tokens: bool = True) -> None:
    """Sets a new password, ends all sessions and, unless told otherwise, the API tokens.

    Of two who use one link at once, one sets it. Raises Refusal for a password that the rules refuse, PasswordChanged
    when `user` is not as the database has it any more.
    """
    check_password_rules(password, user)
    encoded = make_password(password)
    with write(actor) as work:
        same = User.objects.filter(id=user.id, password=user.password)
        if not same.update(password=encoded, session_epoch=F("session_epoch") + 1):
            raise PasswordChanged(_("The password was set a moment ago already; sign in with that one."))
        work.stands(User, user.id)
        Session.objects.filter(user_id=user.id).delete()
        ended = end_tokens(work, user.id) if tokens else 0
        work.audit("city", "password.set", "user", user.id, {"tokens": ended})
