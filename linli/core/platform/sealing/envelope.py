"""One data key for each person: values are sealed under it, it is wrapped under LINLI_FIELD_KEYS and a secret kept elsewhere.

`crypto.py` next door has the suites and the configured keys; `keeping/key_store.py` keeps the secrets, one a slot, outside
the database and its backups. A wrapped key opens with the configured key *and* the secret of its slot, so where the secret
is gone nobody opens it again, whatever backup it comes out of.

Tokens are text. A wrapped key: `w.<cipher>.<key id>.<base64url>`; a value: `p.<cipher>.<base64url>`.
"""

from __future__ import annotations

import os

from linli.core.platform.sealing.crypto import SealError, current_prefix, decrypted, encrypted, key_of

KEY_BYTES = {"a": 32, "s": 16}


def new_data_key() -> bytes:
    """A fresh key for one person, 32 bytes; SM4 takes the first 16 of it."""
    return os.urandom(32)


def wrap(data_key: bytes, secret: bytes, use: str) -> str:
    """The data key under the first configured key, `secret` and `use` (a class of data and a district)."""
    letter, key_id, _ = current_prefix().split(".")
    key = key_of(letter, key_id, f"person wrap {use}", secret)
    return f"w.{letter}.{key_id}." + encrypted(letter, key, data_key, f"w.{letter}.{key_id}.{use}")


def unwrap(token: str, secret: bytes, use: str) -> bytes:
    """The data key out of a token of `wrap`. Raises SealError for another secret or use, and for a missing key."""
    parts = token.split(".")
    if len(parts) != 4 or parts[0] != "w":
        raise SealError(f"The key for {use!r} is no wrapped key.")
    _, letter, key_id, encoded = parts
    key = key_of(letter, key_id, f"person wrap {use}", secret)
    return decrypted(letter, key, encoded, f"w.{letter}.{key_id}.{use}", use)


def is_wrapped_now(token: str) -> bool:
    """Whether a wrapped key stands under the present first key and cipher already."""
    return token.startswith("w." + current_prefix())


def seal_with(data_key: bytes, text: str, bound: str) -> str:
    """`text` under a data key; opens with the same key and `bound` (whose, and for what) only. Each call gives another token."""
    letter = current_prefix().partition(".")[0]
    return f"p.{letter}." + encrypted(
        letter, data_key[: KEY_BYTES[letter]], text.encode("utf-8", "surrogatepass"), bound
    )


def unseal_with(data_key: bytes, token: str, bound: str) -> str:
    """Opens a token of `seal_with`. Raises SealError."""
    mark, _, rest = token.partition(".")
    letter, _, encoded = rest.partition(".")
    if mark != "p" or letter not in KEY_BYTES:
        raise SealError(f"The value for {bound!r} is not sealed under the key of a person.")
    return decrypted(letter, data_key[: KEY_BYTES[letter]], encoded, bound, bound).decode("utf-8", "surrogatepass")
