"""Sign-in by name and password, and the lock that ends guessing. services.py stands next to it with the accounts."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from linli.core.access.models import User
from linli.core.access.services import chain_of
from linli.core.platform.public import Actor, Refusal, allow, write

LOCK_AFTER = 5
LOCK_FOR = timedelta(minutes=15)


class Locked(Refusal):
    """The account is locked after too many wrong passwords."""

    code = "account_locked"


def check_sign_in(username: str, password: str, *, origin: str = "") -> User | None:
    """The account when name and password fit, else None. Five wrong passwords lock it for 15 minutes (raises Locked).

    An unknown name costs the same time as a wrong password and is locked in the same words, so that names can be guessed
    neither by the clock nor by the lock.
    """
    name = username.strip().lower()
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        if not allow("sign-in name", name, LOCK_AFTER, LOCK_FOR):
            raise Locked(_locked_sentence())
        make_password(password)
        return None
    actor = Actor(kind="user", user_id=user.id, unit_id=user.unit_id, origin=origin)
    attempt = _count_attempt(user.id, actor)
    chain = chain_of(user)
    if not check_password(password, user.password):
        locks = attempt >= LOCK_AFTER
        with write(actor) as work:
            if locks:
                User.objects.filter(id=user.id).update(locked_until=work.now + LOCK_FOR)
            work.audit(chain, "sign_in.failed", "user", user.id, {"locked": locks})
        return None
    with write(actor) as work:
        User.objects.filter(id=user.id).update(failed_sign_ins=0, locked_until=None, last_login=work.now)
        work.audit(chain, "sign_in", "user", user.id, {})
    return user


def _count_attempt(user_id: int, actor: Actor) -> int:
    """Counts an attempt before its password is looked at and gives its number since the last success. Raises Locked.

    Counted afterwards, a hundred guesses at the same moment would all be looked at before the first of them locks.
    """
    with write(actor) as work:
        fresh = Q(locked_until__lte=work.now) | Q(failed_sign_ins=0, locked_until__isnull=True)
        account = User.objects.filter(id=user_id)
        if account.filter(fresh).update(failed_sign_ins=1, locked_until=None):
            return 1
        again = account.filter(locked_until__isnull=True, failed_sign_ins__lt=LOCK_AFTER)
        if again.update(failed_sign_ins=F("failed_sign_ins") + 1):
            return account.values_list("failed_sign_ins", flat=True).get()
        # Somebody is just looking at the fifth password; when that fails, the lock is set to its own time.
        account.filter(locked_until__isnull=True).update(locked_until=work.now + LOCK_FOR)
    raise Locked(_locked_sentence())


def _locked_sentence() -> str:
    minutes = int(LOCK_FOR.total_seconds() // 60)
    return _("Too many wrong passwords. Try again in %s minutes or ask your administrator.") % minutes


class PasswordBackend:
    """Django's authentication entry: name and password through `check_sign_in`."""

    def authenticate(self, request: HttpRequest | None, username: str = "", password: str = "") -> User | None:
        """The account or None; raises Locked."""
        return check_sign_in(username, password, origin=getattr(request, "origin", ""))

    def get_user(self, user_id: int) -> User | None:
        """The active account of a session."""
        return User.objects.filter(id=user_id, is_active=True).first()
