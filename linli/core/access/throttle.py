"""How often a sign-in name may be tried: what holds guessing back without letting a stranger shut anybody out.

Three counts, each before the password is looked at, all by the name as it was typed, so that known and unknown names
behave alike: per device that signed in before under this name; for other devices per address; and over all other
devices together a delay that grows with the tries of a day. Known devices feel neither of the last two, so whoever
spoils a name for others does not spoil it for its owner.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, TimestampSigner
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from linli.core.platform.public import TooMany, allow, count_of, forget_counts, keyed_digest, network_of, put_back

QUARTER, DAY = timedelta(minutes=15), timedelta(days=1)
PER_DEVICE, PER_DEVICE_A_DAY = 10, 50
PER_ADDRESS, PER_ADDRESS_A_DAY = 5, 15
FREE_A_DAY, DOUBLES_AFTER, LONGEST_S = 20, 5, 900
DEVICE_DAYS, MOST_NAMES = 180, 8
_ADDRESS, _DEVICE, _ALL, _GAP = "sign-in address", "sign-in device", "sign-in name", "sign-in gap"


class HeldBack(TooMany):
    """Too many tries of a password; whoever tries has to wait (HTTP 429)."""

    said: Promise = _(
        "Too many wrong passwords. Wait up to 15 minutes, or use a device on which you signed in before, or have a link "
        "sent for a new password."
    )

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(str(self.said), retry_after_s=retry_after_s)


class CodesHeldBack(HeldBack):
    """Too many tries of a code."""

    said = _("Too many wrong codes. Wait up to 15 minutes, or use a device on which you signed in before.")


@dataclass(frozen=True)
class _Count:
    bucket: str
    key: str
    limit: int
    per: timedelta

    def within(self) -> bool:
        return allow(self.bucket, self.key, self.limit, self.per)


Try = tuple[_Count, ...]  # what one try of a name counted


def count_try(name: str, *, origin: str = "", device: str = "", code: bool = False) -> Try:
    """Counts a try of a name and gives what it counted, for `give_back`. Raises HeldBack when it is one too many.

    `device` is what `known_device` gave. With `code` it is the second step, which has counts of its own: whoever knows the password uses
    up none of the password's. Each count is one statement that counts and compares, so of a hundred tries at
    one moment no more pass than one after another.
    """
    held_back = CodesHeldBack if code else HeldBack
    name = _code_of(name) if code else name
    known = _pair(_DEVICE, f"{device}\0{name}", PER_DEVICE, PER_DEVICE_A_DAY) if device else ()
    if known and all(one.within() for one in known):
        return known
    counted = _pair(_ADDRESS, f"{network_of(origin)}\0{name}", PER_ADDRESS, PER_ADDRESS_A_DAY)
    if not all(one.within() for one in counted):
        raise held_back(LONGEST_S)
    together = _Count(_ALL, name, FREE_A_DAY, DAY)
    together.within()
    counted += (together,)
    gap_s = gap_after(count_of(_ALL, name, DAY))
    if gap_s:
        gap = _Count(f"{_GAP} {gap_s}", name, 1, timedelta(seconds=gap_s))
        if not gap.within():
            raise held_back(gap_s)
        counted += (gap,)
    return counted


def give_back(counted: Try) -> None:
    """Takes back what `count_try` counted, because the password was right or was not looked at: only wrong ones hold
    anybody back.

    Else a few people who sign in behind one address, on machines that do not know them yet, would stop each other, and
    an hour in which passwords wait for their turn would lock people out.
    """
    for one in counted:
        put_back(one.bucket, one.key, one.per)


def _pair(bucket: str, key: str, a_quarter: int, a_day: int) -> Try:
    return _Count(bucket, key, a_quarter, QUARTER), _Count(f"{bucket} day", key, a_day, DAY)


def gap_after(tries: int) -> int:
    """The seconds in which one try of a name passes, after so many of this day from devices that are not known."""
    over = tries - FREE_A_DAY
    return 0 if over <= 0 else min(LONGEST_S, 2 ** min(over // DOUBLES_AFTER + 1, 20))


def _code_of(name: str) -> str:
    """Under which name tries of codes are counted; no sign-in name has this character."""
    return f"{name}\0code"


def is_held_back(name: str) -> bool:
    """Whether devices that are not known have to wait with this name now, at the password or at the code."""
    return any(gap_after(count_of(_ALL, one, DAY)) > 0 for one in (name, _code_of(name)))


def forget_tries(name: str) -> None:
    """Lets devices that are not known try a name again at once; addresses that tried too often keep waiting."""
    for one in (name, _code_of(name)):
        forget_counts(_ALL, one, DAY)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="linli device that signed in")


def _mark(name: str) -> str:
    return keyed_digest(name, "name on a device").hex()[:16]


def device_cookie(old: str, name: str, fresh: str) -> str:
    """The value of the cookie of a device on which `name` has just signed in; `fresh` becomes its name if it has none."""
    device, *marks = _read(old) or [fresh]
    marks = [one for one in marks if one != _mark(name)][-(MOST_NAMES - 1) :]
    return _signer().sign(".".join([device, *marks, _mark(name)]))


def known_device(cookie: str, name: str) -> str:
    """The name of the device whose cookie this is, if `name` signed in there before, else ""."""
    device, *marks = _read(cookie) or [""]
    return device if _mark(name) in marks else ""


def _read(cookie: str) -> list[str]:
    try:
        return _signer().unsign(cookie, max_age=timedelta(days=DEVICE_DAYS)).split(".")
    except BadSignature:
        return []
