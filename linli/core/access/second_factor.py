"""The second factor of an account: set up, used, taken away. totp.py computes the codes, factor_rules.py says who must have one.

Every change is in the audit trail, signs out other browsers and is told to the person by mail. A code is never kept as it was typed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.db.models import F
from django.utils.translation import gettext as _

from linli.core.access.models import Passkey, RecoveryCode, Session, TotpSecret, User
from linli.core.access.selectors import token_digest
from linli.core.access.services import chain_of
from linli.core.access.throttle import count_try, give_back
from linli.core.access.totp import fitting_step, is_app_code, new_recovery_codes, plain_code
from linli.core.platform.public import Actor, BadInput, Work, allow, write

SET_TEMPLATE, REMOVED_TEMPLATE, RESET_TEMPLATE = "second_factor_set", "second_factor_removed", "second_factor_reset"
RECOVERY_TEMPLATE, CODES_TEMPLATE, WRONG_TEMPLATE = "recovery_code_used", "recovery_codes_made", "wrong_codes"
WRONG_BEFORE_LETTER, A_DAY = 2, timedelta(days=1)
Way = Literal["totp", "recovery", ""]


def has_second_factor(user_id: int) -> bool:
    """Whether sign-in takes a second step."""
    return TotpSecret.objects.filter(user_id=user_id).exists() or Passkey.objects.filter(user_id=user_id).exists()


def recovery_codes_left(user_id: int) -> int:
    """How many recovery codes are unused."""
    return RecoveryCode.objects.filter(user_id=user_id, used_at__isnull=True).count()


def set_up_second_factor(actor: Actor, *, user: User, secret: str, code: str) -> list[str]:
    """Makes an authenticator app the second factor, proved by a code of it; gives the recovery codes if it is the first factor; they are shown once.

    Every session ends: the one in which it was done begins anew. Raises BadInput for a code that does not fit, Taken where one is set up.
    """
    with write(actor) as work:
        step = fitting_step(secret, plain_code(code), work.now)
        if step is None:
            raise BadInput(
                _("This code does not fit. Type the one that the app shows now; if it never fits, look whether the phone's time is right."),
                field="code",
            )  # fmt: skip
        row = TotpSecret.objects.create(user=user, secret=secret, last_step=step, made_at=work.now)
        work.stands(TotpSecret, row.id)
        codes = first_codes(work, user)
        end_sessions(work, user)
        _done(work, user, "second_factor.set", SET_TEMPLATE)
    return codes


def make_recovery_codes(actor: Actor, *, user: User) -> list[str]:
    """Ten new recovery codes; the ones before open nothing any more. Who calls it has proved the second factor (`prove_second_factor`)."""
    with write(actor) as work:
        codes = _make_codes(work, user)
        _done(work, user, "second_factor.codes", CODES_TEMPLATE)
    return codes


def remove_second_factor(actor: Actor, *, user: User, by_other: bool = False) -> bool:
    """Takes the authenticator app away, with `by_other` every second factor; False where there is none. Every session ends.

    For the person who has proved it (`prove_second_factor`), for factor_resets.py (`by_other`) and for whoever types at the server.
    """
    with write(actor) as work:
        if not _drop_factors(work, user, passkeys=by_other):
            return False
        what, template = ("reset", RESET_TEMPLATE) if by_other else ("remove", REMOVED_TEMPLATE)
        _done(work, user, f"second_factor.{what}", template)
    return True


def _drop_factors(work: Work, user: User, *, passkeys: bool) -> bool:
    gone = False
    for model in (TotpSecret, Passkey) if passkeys else (TotpSecret,):
        ids = list(model._default_manager.filter(user=user).values_list("id", flat=True))
        if ids:
            model._default_manager.filter(id__in=ids).delete()
            work.stands(model, *ids)
            gone = True
    if gone:
        drop_codes_if_last(work, user)
        end_sessions(work, user)
    return gone


def first_codes(work: Work, user: User) -> list[str]:
    """Recovery codes for somebody who has none left, in a write that sets a second factor up; else those that are there stay."""
    return [] if recovery_codes_left(user.id) else _make_codes(work, user)


def drop_codes_if_last(work: Work, user: User) -> None:
    """Deletes the recovery codes when no second factor is left."""
    if not has_second_factor(user.id):
        _drop_codes(work, user)


def _make_codes(work: Work, user: User) -> list[str]:
    _drop_codes(work, user)
    codes = new_recovery_codes()
    rows = [
        RecoveryCode.objects.create(user=user, digest=_digest(user, code), made_at=work.now)
        for code in map(plain_code, codes)
    ]
    work.stands(RecoveryCode, *(row.id for row in rows))
    return codes


def _drop_codes(work: Work, user: User) -> None:
    old = list(RecoveryCode.objects.filter(user=user).values_list("id", flat=True))
    if old:
        RecoveryCode.objects.filter(id__in=old).delete()
        work.stands(RecoveryCode, *old)


def _digest(user: User, code: str) -> str:
    """What is kept of a recovery code: 79 random bits, so a plain hash is enough."""
    return token_digest(f"recovery\0{user.id}\0{code}")


def end_sessions(work: Work, user: User) -> None:
    """Signs somebody out everywhere, in a write that says why."""
    User.objects.filter(id=user.id).update(session_epoch=F("session_epoch") + 1)
    work.stands(User, user.id)
    Session.objects.filter(user_id=user.id).delete()


def pass_second_step(user: User, code: str, *, origin: str = "", device: str = "") -> Way:
    """Ends the sign-in of somebody whose password was right: how the code opened, "" for one that does not. A code opens once.

    A try is counted before it is looked at, apart from those of passwords; raises HeldBack. `device` is what `known_device` says.
    """
    return _try(user, code, origin, device, "sign_in", "sign_in.code_failed")


def prove_second_factor(user: User, code: str, *, origin: str = "") -> None:
    """Asks somebody who is signed in for a code of their second factor. Raises BadInput for a wrong one, HeldBack."""
    if not _try(user, code, origin, "account", "second_factor.proved", "second_factor.code_failed"):
        raise BadInput(wrong_code(), field="code")


def wrong_code() -> str:
    """What is said of a code that does not open, whatever is wrong with it."""
    return _("This code does not open. Each code opens once: wait for the next one of the app, or use a recovery code.")


def _try(user: User, code: str, origin: str, device: str, opened: str, failed: str) -> Way:
    counted = count_try(user.username, origin=origin, device=device, code=True)
    actor = Actor(kind="user", user_id=user.id, unit_id=user.unit_id, origin=origin)
    with write(actor) as work:
        way = _use(work, user, plain_code(code))
        if way and opened == "sign_in":
            User.objects.filter(id=user.id).update(last_login=work.now)
        if way:
            work.audit(chain_of(user), opened, "user", user.id, {"by": way})
    if way:
        give_back(counted)
        return way
    warn = not allow("wrong code", str(user.id), WRONG_BEFORE_LETTER, A_DAY) and allow(
        "wrong code letter", str(user.id), 1, A_DAY
    )
    with write(Actor(kind="system", origin=origin)) as work:  # whoever typed it did not show to be the person
        work.audit(chain_of(user), failed, "user", user.id, {})
        if warn:
            tell(work, user, WRONG_TEMPLATE)
    return ""


def _use(work: Work, user: User, code: str) -> Way:
    """Each of two who use one code at the same moment changes the row or does not; one of them gets in."""
    if is_app_code(code):
        row = TotpSecret.objects.filter(user=user).first()
        step = fitting_step(row.secret, code, work.now) if row is not None else None
        newer = TotpSecret.objects.filter(user=user, last_step__lt=step) if step is not None else None
        return "totp" if newer is not None and newer.update(last_step=step) else ""
    left = RecoveryCode.objects.filter(user=user, digest=_digest(user, code), used_at__isnull=True)
    row_id = left.values_list("id", flat=True).first()
    if row_id is None or not left.update(used_at=work.now):
        return ""
    work.stands(RecoveryCode, row_id)
    tell(work, user, RECOVERY_TEMPLATE, left=str(recovery_codes_left(user.id)))
    return "recovery"


def _done(work: Work, user: User, action: str, template: str) -> None:
    work.audit(chain_of(user), action, "user", user.id, {})
    tell(work, user, template)


def tell(work: Work, user: User, template: str, **facts: str) -> None:
    """Writes the person a letter, where they have an address."""
    if user.mail:
        key = ":".join((template, str(user.id), work.now.isoformat(), *facts.values()))
        said = {"name": user.display_name, **facts}
        work.send("mail", user.mail, template, said, key=key, language=user.language, user_id=user.id)
