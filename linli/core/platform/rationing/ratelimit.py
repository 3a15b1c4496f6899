"""Rate limits: how often one address, account or tracking number may ask in a fixed window, counted in the database.

One statement per question, so every web process counts together. Used before sign-in, residents' reports, tracking
look-ups and password resets; the caller answers a refusal with 429 and a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_interface, ip_network
from math import ceil

from django.db import connection
from django.db.models import F, QuerySet

from linli.core.platform.models import RateCount
from linli.core.platform.saying.refusals import TooBusy
from linli.core.platform.saying.structured_log import note_wait
from linli.core.platform.sealing.crypto import keyed_digest
from linli.core.platform.writing import clock

_UPSERT = (
    "INSERT INTO platform_rate_count (bucket, key_digest, window_start, count, expires_at) VALUES (%s, %s, %s, %s, %s) "
    "ON CONFLICT (bucket, key_digest, window_start) DO UPDATE SET count = platform_rate_count.count + excluded.count RETURNING count"
)


def allow(bucket: str, key: str, limit: int, per: timedelta, *, amount: int = 1) -> bool:
    """Counts one attempt of `key` and says whether it is within `limit` attempts in the present window of length `per`.

    `amount` counts more than one at once: what an attempt costs, where they differ (pixels, say).

    Windows are fixed (aligned to 1970), so at the seam of two up to twice the limit may pass. `key` (an address, a user
    name) is stored as a keyed digest only. A refusal is noted for the header Retry-After of the answer. Every call counts,
    refused ones too. Call it outside a `write`: inside one that fails, the count would be taken back with it.
    """
    if limit < 1 or per <= timedelta(0):
        raise ValueError(f"A limit of {limit} per {per} allows nothing; give at least 1 and a positive span.")
    window = _window_start(clock.now(), per)
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        digest = _digest_of(bucket, key)
        cursor.execute(_UPSERT, [bucket, digest, adapt(window), amount, adapt(window + 2 * per)])
        count: int = cursor.fetchone()[0]
    if count > limit:
        note_wait(seconds_left(per))
    return count <= limit


def put_back(bucket: str, key: str, per: timedelta, *, amount: int = 1) -> None:
    """Takes back what `allow` counted in the present window. Of a window that is over nothing is put into the next one."""
    _present(bucket, key, per).filter(count__gte=amount).update(count=F("count") - amount)


def seconds_left(per: timedelta) -> int:
    """How long the present window of length `per` still goes on."""
    instant = clock.now()
    return ceil((_window_start(instant, per) + per - instant).total_seconds())


@contextmanager
def only_if_done(bucket: str, key: str, per: timedelta) -> Iterator[None]:
    """Puts back the one attempt that `allow` counted when the block found the server too busy to do anything.

    Who is told to come back in some seconds must not use up what they may ask by doing so.
    """
    try:
        yield
    except TooBusy:
        put_back(bucket, key, per)
        raise


def count_of(bucket: str, key: str, per: timedelta) -> int:
    """How many attempts of `key` the present window of length `per` has counted; counts none."""
    return _present(bucket, key, per).values_list("count", flat=True).first() or 0


def counted_above(bucket: str, keys: Iterable[str], limit: int, per: timedelta) -> set[str]:
    """Which of these keys the present window of length `per` has counted more often than `limit`; counts none. One statement; the keys
    are looked at only where it found something."""
    window = _window_start(clock.now(), per)
    rows = RateCount.objects.filter(bucket=bucket, window_start=window, count__gt=limit)
    found = {bytes(digest) for digest in rows.values_list("key_digest", flat=True)}
    return {key for key in keys if _digest_of(bucket, key) in found} if found else set()


def forget_counts(bucket: str, key: str, per: timedelta) -> None:
    """Begins the present window of `key` anew. Twice does nothing more."""
    _present(bucket, key, per).delete()


def _present(bucket: str, key: str, per: timedelta) -> QuerySet[RateCount]:
    window, digest = _window_start(clock.now(), per), _digest_of(bucket, key)
    return RateCount.objects.filter(bucket=bucket, key_digest=digest, window_start=window)


def _digest_of(bucket: str, key: str) -> bytes:
    return keyed_digest(f"{bucket}\0{key}", "rate limit")


def network_of(address: str) -> str:
    """The key under which an address is counted: an IPv6 address by its /64, all of which one line may use; else itself."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped or ip_network((parsed.packed, 64), strict=False))


def wide_network_of(address: str) -> str:
    """The key for what costs much: the /24 around an IPv4 address, the /48 around an IPv6 one, which one sender can hold.

    Takes what `network_of` gives as well.
    """
    try:
        parsed = ip_interface(address).ip
    except ValueError:
        return "unknown"
    found = (parsed.ipv4_mapped or parsed) if parsed.version == 6 else parsed
    return str(ip_network((found.packed, 24 if found.version == 4 else 48), strict=False))


def remove_expired_counts() -> int:
    """Deletes counters whose window is over; returns how many. Calling it twice deletes nothing the second time."""
    return RateCount.objects.filter(expires_at__lt=clock.now()).delete()[0]


def _window_start(instant: datetime, per: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + ((instant - epoch) // per) * per
