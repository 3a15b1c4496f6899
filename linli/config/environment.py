"""Reads linli's settings from the environment, once, at start; settings.py stands next to it and only uses what is parsed here.

Every name begins with LINLI_. docs/operations.md lists them. A wrong value stops the start with a sentence instead of
surfacing later in a request.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from linli.lib.refusal import Refusal


class SettingError(Refusal):
    """A LINLI_ variable that cannot be used; the text names it, its value and the mend."""


DEMO_SECRET = "linli-demo-secret-known-to-everybody-never-use-in-production"  # noqa: S105 - public on purpose, refused in production
LEAST_BITS, LEAST_TOKEN_BITS = 128, 32
DEMO_FIELD_KEYS = "demo:bGlubGktZGVtby1maWVsZC1rZXktMzItYnl0ZXMtISE="


@dataclass(frozen=True)
class Environment:
    """What the outside decides about this deployment."""

    mode: str  # "production", "demo" or "test"
    home: Path  # folder of the embedded database, files and demo
    secret_key: str
    field_keys: str  # "id:base64,id:base64", the first one encrypts, all decrypt
    field_cipher: str  # "aes-gcm" or "sm4-gcm"
    database_url: str
    hosts: list[str]
    public_url: str
    time_zone: str
    mail_url: str  # "log:" or smtp://user:password@host:port or smtps://
    tile_url: str  # external vector tiles for the base map, empty: the city's own
    trusted_proxies: int  # how many proxies in front set X-Forwarded-For
    clock_shift_s: int  # how far the demo's clock runs beside the machine's, in seconds; 0 outside the demo
    backups: Path | None  # the folder of the nightly backups, of which the newest is rehearsed each week
    key_mirror: Path | None  # a folder on another disk, where the keys of persons are written a second time
    strangers_mb: int  # what people without account may leave on the disk in a day, in megabytes
    metrics_token: str  # opens /metrics to other machines, empty: to this machine only


def read_environment(env: dict[str, str] | None = None) -> Environment:
    """Parses the environment. Raises SettingError for a value that cannot be used."""
    source = dict(os.environ) if env is None else env

    def get(name: str, default: str = "") -> str:
        return source.get(f"LINLI_{name}", default).strip()

    mode = get("MODE", "production")
    if mode not in ("production", "demo", "test"):
        raise SettingError("LINLI_MODE is %(value)r; it must be production, demo or test.", value=mode)
    playing = mode != "production"
    secret = get("SECRET_KEY", DEMO_SECRET if playing else "")
    keys = get("FIELD_KEYS", DEMO_FIELD_KEYS if playing else "")
    token = get("METRICS_TOKEN")
    if token and len(token) < 16:
        raise SettingError("LINLI_METRICS_TOKEN is shorter than 16 characters; make one with `linli keys new-secret`.")
    if not playing:
        _refuse_weak(secret, keys, token)
    cipher = get("FIELD_CIPHER", "aes-gcm")
    if cipher not in ("aes-gcm", "sm4-gcm"):
        raise SettingError("LINLI_FIELD_CIPHER is %(value)r; it must be aes-gcm or sm4-gcm.", value=cipher)
    zone = get("TIME_ZONE", "Asia/Shanghai")
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise SettingError("LINLI_TIME_ZONE is %(value)r; give a name such as Asia/Shanghai.", value=zone) from None
    hosts = [host.strip() for host in get("HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host.strip()]
    if not playing and "*" in hosts:
        raise SettingError(
            "LINLI_HOSTS is '*': anybody could put a name of theirs into links; name the hosts, such as linli.city.example,localhost."
        )
    home = Path(get("HOME", "var")).absolute()
    proxies = get("TRUSTED_PROXIES", "0")
    if not (proxies.isascii() and proxies.isdigit()):
        raise SettingError(
            "LINLI_TRUSTED_PROXIES is %(value)r; give the number of proxies in front, such as 1.", value=proxies
        )
    return Environment(
        mode=mode,
        home=home,
        secret_key=secret,
        field_keys=keys,
        field_cipher=cipher,
        database_url=get("DATABASE_URL", f"sqlite:///{home}/linli.sqlite3"),
        hosts=hosts,
        public_url=_web_address("PUBLIC_URL", get("PUBLIC_URL", "http://localhost:8000")).rstrip("/"),
        time_zone=zone,
        mail_url=_mail_address(get("MAIL_URL", "log:")),
        tile_url=_web_address("TILE_URL", get("TILE_URL")) if get("TILE_URL") else "",
        trusted_proxies=int(proxies),
        clock_shift_s=_clock_shift(mode, get("CLOCK_SHIFT", "0")),
        backups=Path(get("BACKUPS")).absolute() if get("BACKUPS") else None,
        key_mirror=Path(get("KEY_MIRROR")).absolute() if get("KEY_MIRROR") else None,
        strangers_mb=_strangers_mb(get("STRANGERS_MB", "5000")),
        metrics_token=token,
    )


def _clock_shift(mode: str, seconds: str) -> int:
    """Seconds by which the demo's clock is moved. Where real cases are kept, nobody moves the clock."""
    try:
        shift = int(seconds)
    except ValueError:
        raise SettingError("LINLI_CLOCK_SHIFT is %(value)r; give whole seconds such as -3600.", value=seconds) from None
    if shift and mode != "demo":
        raise SettingError("LINLI_CLOCK_SHIFT is for the demo city alone; take it out.")
    return shift


def _strangers_mb(given: str) -> int:
    """Below 200 MB a single photo of a telephone would not fit into the hour of a network; above 2 TB no counter holds it."""
    found = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0
    if not 200 <= found <= 2_000_000:
        raise SettingError(
            "LINLI_STRANGERS_MB is %(value)r; give the megabytes that people without account may leave in a day, 200 to 2000000.",
            value=given,
        )
    return found


def _refuse_weak(secret: str, field_keys: str, metrics_token: str) -> None:
    """Raises SettingError for keys that somebody could guess or has read."""
    if len(secret) < 50 or secret == DEMO_SECRET:
        raise SettingError(
            "LINLI_SECRET_KEY is missing, shorter than 50 characters or the demo's; make one with `linli keys new-secret`."
        )
    if guess_bits(secret) < LEAST_BITS:
        raise SettingError(
            "LINLI_SECRET_KEY repeats itself and could be guessed; make one with `linli keys new-secret`."
        )
    if not field_keys or "bGlubGktZGVtby" in field_keys:
        raise SettingError(
            "LINLI_FIELD_KEYS is missing or the demo's; make a key with `linli keys new-field-key` and keep a copy of it "
            "apart from the database."
        )
    if metrics_token and guess_bits(metrics_token) < LEAST_TOKEN_BITS:
        raise SettingError(
            "LINLI_METRICS_TOKEN repeats itself and could be guessed; make one with `linli keys new-secret`."
        )


def guess_bits(secret: str) -> float:
    """How much there is to guess in a text at most: the entropy of its characters, of what is left when repeats are folded.

    `linli keys new-secret` has over 300; `aaaa…` none, a word written ten times that of the word.
    """
    unit = (secret + secret).find(secret, 1)  # the length after which the text repeats
    rest = secret[:unit]
    counts = [rest.count(one) for one in set(rest)]
    return -sum(count * log2(count / len(rest)) for count in counts)


def _web_address(name: str, url: str) -> str:
    """`url`, when a browser could open it."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingError(
            "LINLI_%(name)s is %(value)r; it must be an address such as https://linli.city.example.",
            name=name,
            value=url,
        )
    return url


def _mail_address(url: str) -> str:
    """`url`, when core.platform's mail port can use it. It may hold a password, so the sentence shows its scheme only."""
    parts = urlsplit(url)
    if parts.scheme == "log" or (parts.scheme in ("smtp", "smtps") and parts.hostname):
        return url
    raise SettingError(
        "LINLI_MAIL_URL starts with %(scheme)r or names no host; it must be log:, smtp://user:password@host:port or smtps://….",
        scheme=parts.scheme,
    )


def database_settings(url: str, *, pool: bool, busy_s: int = 8) -> dict[str, Any]:
    """Django's DATABASES entry for `sqlite:///path` or `postgresql://user:password@host:port/name`.

    No state of a session is relied on in PostgreSQL (no server-side cursors; statements are kept prepared only where no pooler
    stands in between), so a transaction-pooling pgbouncer may be put there.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": url.removeprefix("sqlite:///"),
            "ATOMIC_REQUESTS": False,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                # How long a request holds its thread while another program writes; then 503 with Retry-After.
                "timeout": busy_s,
                # FULL: what was acknowledged also survives a power cut, not only a killed process.
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=268435456;PRAGMA cache_size=-64000;",
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        options: dict[str, Any] = {"application_name": "linli"}
        if pool:
            options["pool"] = {"min_size": 1, "max_size": 16, "timeout": 10}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0,
            "DISABLE_SERVER_SIDE_CURSORS": True,
            "OPTIONS": options,
        }
    raise SettingError(
        "LINLI_DATABASE_URL starts with %(scheme)r; it must be sqlite:///path or postgresql://user:password@host:port/name.",
        scheme=parts.scheme,
    )
