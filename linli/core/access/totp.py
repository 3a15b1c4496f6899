"""Codes of an authenticator app (RFC 6238: SHA-1, six digits, 30 seconds, what every app knows) and recovery codes. No table, no clock.

second_factor.py next to it keeps them and lets people in by them.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
import unicodedata
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from linli.core.platform.public import SealError, seal, unseal

STEP_S, DIGITS, SECRET_BYTES, DRIFT_STEPS = 30, 6, 20, 1
RECOVERY_CODES, RECOVERY_CHARS = 10, 16
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0 and 1, which people mistake
_OFFER = "totp_offer"


def new_secret() -> str:
    """A fresh secret of 160 bits, in base32 as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


def step_of(instant: datetime) -> int:
    """The number of the 30-second step that an instant lies in."""
    return int(instant.timestamp()) // STEP_S


def code_of(secret: str, step: int) -> str:
    """The six digits that an app shows during a step."""
    key = base64.b32decode(secret)
    return HOTP(key, DIGITS, SHA1()).generate(step).decode()  # noqa: S303 - HMAC, and the one that apps know


def fitting_step(secret: str, code: str, instant: datetime) -> int | None:
    """The step, of this one and its neighbours, whose code this is; None when it is of none. All are compared, whichever fits."""
    near = range(step_of(instant) - DRIFT_STEPS, step_of(instant) + DRIFT_STEPS + 1)
    fits = [step for step in near if bytes_eq(code_of(secret, step).encode(), code.encode())]
    return fits[0] if fits else None


def app_address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code for an app says (otpauth://)."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def sealed_offer(secret: str, user_id: int) -> str:
    """A secret that is offered to somebody and kept nowhere, for the form to bring back; it opens for this person alone."""
    return seal(secret, f"{_OFFER}:{user_id}")


def read_offer(text: str, user_id: int) -> str | None:
    """The secret of an offer of this person, None for anything else."""
    try:
        secret = unseal(text, f"{_OFFER}:{user_id}")
        return secret if len(base64.b32decode(secret)) == SECRET_BYTES else None
    except (SealError, binascii.Error, ValueError):
        return None


def new_recovery_codes() -> list[str]:
    """Ten codes of 79 bits as they are shown: four groups of four."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)
    ]


def plain_code(typed: str) -> str:
    """A code as it was typed or read aloud, without blanks, dashes and width: digits, or the letters of a recovery code."""
    return re.sub(r"[\s‐-―-]", "", unicodedata.normalize("NFKC", typed[:100])).casefold()


def is_app_code(code: str) -> bool:
    """Whether a plain code is what an app shows."""
    return re.fullmatch(r"[0-9]{6}", code) is not None
