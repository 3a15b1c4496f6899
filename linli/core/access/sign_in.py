"""Sign-in by name and password. throttle.py next to it holds guessing back, second_factor.py has the second step, services.py keeps
the accounts."""

from __future__ import annotations

from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from linli.core.access.models import User, normal_name
from linli.core.access.second_factor import has_second_factor
from linli.core.access.services import chain_of
from linli.core.access.throttle import count_try, give_back
from linli.core.platform.public import Actor, TooBusy, write


def check_sign_in(username: str, password: str, *, origin: str = "", device: str = "") -> User | None:
    """The account when name and password fit, else None; where `has_second_factor` says so nobody is signed in before `pass_second_step`.

    Raises HeldBack when the name was tried too often, and
    TooBusy, which counts as no try, when too many passwords are looked at just now.

    An unknown name, a closed account and a wrong password cost the same: one look at a password, one write. `device` is
    what `known_device` says of the browser. A try is counted before its password is looked at.
    """
    name = normal_name(username)
    counted = count_try(name, origin=origin, device=device)
    user = User.objects.filter(username=name, is_active=True).first()
    try:
        fits = _fits(user, password)
    except TooBusy:
        give_back(counted)
        raise
    if user is not None and fits:
        actor = Actor(kind="user", user_id=user.id, unit_id=user.unit_id, origin=origin)
        with write(actor) as work:
            if has_second_factor(user.id):
                work.audit(chain_of(user), "sign_in.first_step", "user", user.id, {})
            else:
                User.objects.filter(id=user.id).update(last_login=work.now)
                work.audit(chain_of(user), "sign_in", "user", user.id, {})
        give_back(counted)
        return user
    # Somebody without an account did this. What was typed as a name is not kept: it may be a password.
    with write(Actor(kind="system", origin=origin)) as work:
        chain, subject = (chain_of(user), str(user.id)) if user is not None else ("city", "")
        work.audit(chain, "sign_in.failed", "user", subject, {})
    return None


def _fits(user: User | None, password: str) -> bool:
    """Computes one digest, whether there is an account or not."""
    if user is None:
        make_password(password)
        return False
    return check_password(password, user.password)


class PasswordBackend:
    """Django's authentication entry: name and password through `check_sign_in`, for accounts without a second factor."""

    def authenticate(self, request: HttpRequest | None, username: str = "", password: str = "") -> User | None:
        """The account or None; raises HeldBack."""
        user = check_sign_in(username, password, origin=getattr(request, "origin", ""))
        return None if user is None or has_second_factor(user.id) else user

    def get_user(self, user_id: int) -> User | None:
        """The active account of a session."""
        return User.objects.filter(id=user_id, is_active=True).first()
