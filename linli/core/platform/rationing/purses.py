"""How many bytes people without account may leave on the disk; turns.py next door bounds the work that they cost.

What all of them may leave in a day is LINLI_STRANGERS_MB. A network gets a fifth of it, and an hour gives a quarter of a
day's, so that neither one sender nor one hour uses up what others need.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from linli.core.platform.rationing.ratelimit import allow, put_back, seconds_left, wide_network_of
from linli.core.platform.saying.refusals import TooMany

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class _Purse:
    """Kilobytes, since the counter holds 31 bits."""

    bucket: str
    key: str
    most_kb: int
    per: timedelta
    empty: str  # msgid

    def take(self, kb: int) -> bool:
        """Whether it held that much."""
        return allow(self.bucket, self.key, max(1, self.most_kb), self.per, amount=kb)


def spend_bytes(network: str, size: int, *, field: str = "") -> None:
    """Takes room for `size` bytes from the purses of a sender without account. Raises TooMany; then nothing is taken."""
    kb, purses = -(-size // 1000), _purses(wide_network_of(network), settings.LINLI_STRANGERS_MB * 1000)
    for number, purse in enumerate(purses, start=1):
        if not purse.take(kb):
            for one in purses[:number]:
                put_back(one.bucket, one.key, one.per, amount=kb)
            raise TooMany(_(purse.empty), retry_after_s=seconds_left(purse.per), field=field)


def _purses(network: str, day_kb: int) -> tuple[_Purse, ...]:
    return (
        _Purse(
            "network kB hour", network, day_kb // 20, HOUR,
            gettext_noop("Many photos and recordings came from your network in this hour. Send the report without them, or try again in an hour."),
        ),
        _Purse(
            "network kB day", network, day_kb // 5, DAY,
            gettext_noop("Many photos and recordings came from your network today. Send the report without them, or try again tomorrow."),
        ),
        _Purse(
            "strangers kB hour", "", day_kb // 4, HOUR,
            gettext_noop("More photos and recordings were sent in this hour than there is room for. Send the report without them, or try again in an hour."),
        ),
        _Purse(
            "strangers kB day", "", day_kb, DAY,
            gettext_noop("More photos and recordings were sent today than there is room for. Send the report without them, or try again tomorrow."),
        ),
    )  # fmt: skip
