"""Seals single values before they reach the database, and makes blind indexes by which a sealed value can be found.

A token is text: `<cipher>.<key id>.<base64url of nonce, ciphertext and tag>`. The purpose ("case.reporter_phone") is
bound as associated data, so a token moved into another column does not open. Keys come from LINLI_FIELD_KEYS
("id:base64[,id:base64]"): the first one seals, all open. `keeping/sealed_rotation.py` re-seals rows
after a change of key or cipher. Two suites, both from `cryptography`: AES-256-GCM with HMAC-SHA-256, and SM4-GCM with
HMAC-SM3.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, CipherAlgorithm, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.encoding import force_bytes

_NONCE_BYTES = 12
_TAG_BYTES = 16
_INDEX_BYTES = 24
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")


class SealError(ValueError):
    """A token that cannot be opened: wrong key, wrong purpose, changed bytes, or a key id that is not configured."""


@dataclass(frozen=True)
class _Suite:
    """One family of algorithms; `letter` marks its tokens and indexes for as long as they exist."""

    letter: str
    key_bytes: int

    def hash(self) -> hashes.HashAlgorithm:
        return hashes.SHA256() if self.letter == "a" else hashes.SM3()

    def algorithm(self, key: bytes) -> CipherAlgorithm:
        return algorithms.AES(key) if self.letter == "a" else algorithms.SM4(key)


_SUITES = {"aes-gcm": _Suite("a", 32), "sm4-gcm": _Suite("s", 16)}
_SUITE_BY_LETTER = {suite.letter: suite for suite in _SUITES.values()}


@dataclass(frozen=True)
class _Keyring:
    keys: dict[str, bytes]
    suite: _Suite

    @property
    def first(self) -> str:
        return next(iter(self.keys))


@lru_cache(maxsize=8)
def _parse_keyring(text: str, cipher: str) -> _Keyring:
    if cipher not in _SUITES:
        raise ImproperlyConfigured(f"LINLI_FIELD_CIPHER is {cipher!r}; it must be aes-gcm or sm4-gcm.")
    keys: dict[str, bytes] = {}
    for position, part in enumerate(filter(None, (part.strip() for part in text.split(","))), start=1):
        key_id, _, encoded = part.partition(":")
        if not _KEY_ID.fullmatch(key_id):
            raise ImproperlyConfigured(f"LINLI_FIELD_KEYS: the id of key {position} must be 1 to 16 letters or digits.")
        try:
            key = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32:
            raise ImproperlyConfigured(
                f"LINLI_FIELD_KEYS: key {key_id!r} is not 32 bytes in base64; make one with `linli keys new-field-key`."
            )
        if key_id in keys:
            raise ImproperlyConfigured(f"LINLI_FIELD_KEYS: the id {key_id!r} occurs twice; each key needs its own id.")
        keys[key_id] = key
    if not keys:
        raise ImproperlyConfigured("LINLI_FIELD_KEYS is empty; make a key with `linli keys new-field-key`.")
    return _Keyring(keys, _SUITES[cipher])


def _keyring() -> _Keyring:
    return _parse_keyring(settings.LINLI_FIELD_KEYS, settings.LINLI_FIELD_CIPHER)


@lru_cache(maxsize=64)
def _derived(key: bytes, letter: str, use: str) -> bytes:
    """The key of one use; sealing and indexing never share key bytes."""
    suite = _SUITE_BY_LETTER[letter]
    length = suite.key_bytes if use == "seal" else 32
    return HKDF(suite.hash(), length, salt=None, info=f"linli field {use} {letter}".encode()).derive(key)


def check_cipher() -> None:
    """Seals and opens one value with the configured suite; called at start.

    Raises ImproperlyConfigured when the OpenSSL under `cryptography` lacks it (SM4 is compiled out of some builds).
    """
    try:
        if unseal(seal("邻里", "self-test"), "self-test") != "邻里":
            raise ImproperlyConfigured("The field cipher does not open what it sealed; do not go on with this OpenSSL.")
        blind_index("邻里", "self-test")
    except UnsupportedAlgorithm:
        raise ImproperlyConfigured(
            f"This OpenSSL has no {settings.LINLI_FIELD_CIPHER}; set LINLI_FIELD_CIPHER to aes-gcm or change OpenSSL."
        ) from None


def seal(text: str, purpose: str) -> str:
    """Encrypts `text` with the first key; the token opens for the same `purpose` only. Each call gives another one."""
    ring = _keyring()
    prefix = f"{ring.suite.letter}.{ring.first}."
    key = _derived(ring.keys[ring.first], ring.suite.letter, "seal")
    return prefix + encrypted(ring.suite.letter, key, text.encode("utf-8", "surrogatepass"), prefix + purpose)


def encrypted(letter: str, key: bytes, content: bytes, bound: str) -> str:
    """Nonce, ciphertext and tag as base64url, under the suite of `letter`; opens with the same key and the same `bound` only."""
    nonce = os.urandom(_NONCE_BYTES)
    encryptor = Cipher(_SUITE_BY_LETTER[letter].algorithm(key), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound.encode())
    body = encryptor.update(content) + encryptor.finalize()
    return base64.urlsafe_b64encode(nonce + body + encryptor.tag).decode()


def unseal(token: str, purpose: str) -> str:
    """Opens a token of `seal`. Raises SealError, whose text names the key id but never the value."""
    letter, _, rest = token.partition(".")
    key_id, _, encoded = rest.partition(".")
    suite = _SUITE_BY_LETTER.get(letter)
    if suite is None or not encoded:
        raise SealError(f"The value for {purpose!r} is not a sealed token.")
    master = _keyring().keys.get(key_id)
    if master is None:
        raise SealError(f"The key {key_id!r} for {purpose!r} is missing; put it back into LINLI_FIELD_KEYS.")
    key = _derived(master, letter, "seal")
    return decrypted(letter, key, encoded, f"{letter}.{key_id}.{purpose}", purpose).decode("utf-8", "surrogatepass")


def decrypted(letter: str, key: bytes, encoded: str, bound: str, purpose: str) -> bytes:
    """What `encrypted` was given. Raises SealError, which names `purpose` and never the value."""
    try:
        raw = base64.b64decode(encoded, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SealError(f"The sealed value for {purpose!r} is damaged.") from None
    if base64.urlsafe_b64encode(raw).decode() != encoded:  # Spare bits of the last character: one value, one token.
        raise SealError(f"The sealed value for {purpose!r} is damaged.")
    if len(raw) < _NONCE_BYTES + _TAG_BYTES:
        raise SealError(f"The sealed value for {purpose!r} is cut short.")
    nonce, body, tag = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:-_TAG_BYTES], raw[-_TAG_BYTES:]
    decryptor = Cipher(_SUITE_BY_LETTER[letter].algorithm(key), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(bound.encode())
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag:
        raise SealError(f"The sealed value for {purpose!r} was changed, moved, or sealed with another key.") from None


def key_of(letter: str, key_id: str, use: str, salt: bytes) -> bytes:
    """A key of one use derived from a configured key and `salt`. Raises SealError when the key id is not configured."""
    suite, master = _SUITE_BY_LETTER.get(letter), _keyring().keys.get(key_id)
    if suite is None or master is None:
        raise SealError(f"The key {key_id!r} for {use!r} is missing; put it back into LINLI_FIELD_KEYS.")
    return HKDF(suite.hash(), suite.key_bytes, salt=salt, info=f"linli {use} {letter}".encode()).derive(master)


def field_key_ids() -> list[str]:
    """The ids of the configured keys, the sealing one first; a backup names them, never the keys."""
    return list(_keyring().keys)


def current_prefix() -> str:
    """What every token and index made now begins with; anything else awaits rotation."""
    ring = _keyring()
    return f"{ring.suite.letter}.{ring.first}."


def blind_index(text: str, purpose: str) -> str:
    """A keyed digest of `text` for look-up by equality, made with the first key. Same text and purpose: same index.

    Letter case, width (ＡＢＣ = ABC) and white space do not matter; a caller that knows more about the value (a phone's
    country code) writes it in one way before sealing. At most 60 characters.
    """
    ring = _keyring()
    return _index(text, purpose, ring.suite.letter, ring.first, ring.keys[ring.first])


def blind_indexes(text: str, purpose: str) -> list[str]:
    """The index under every key and suite, the present one first; look up with `phone_index__in=blind_indexes(…)`."""
    ring = _keyring()
    letters = [ring.suite.letter, *(letter for letter in _SUITE_BY_LETTER if letter != ring.suite.letter)]
    return [_index(text, purpose, letter, key_id, key) for letter in letters for key_id, key in ring.keys.items()]


def keyed_digest(text: str, purpose: str) -> bytes:
    """32 bytes of HMAC-SHA-256 under SECRET_KEY, for short-lived counters; not for what must outlive that key."""
    key = hmac.HMAC(force_bytes(settings.SECRET_KEY), hashes.SHA256())
    key.update(f"linli {purpose}\0{text}".encode("utf-8", "surrogatepass"))
    return key.finalize()


def new_secret_key() -> str:
    """A fresh value for LINLI_SECRET_KEY, 64 characters."""
    return secrets.token_urlsafe(48)


def new_field_key(key_id: str) -> str:
    """A fresh "id:base64" for LINLI_FIELD_KEYS. Raises ValueError for an id not of 1 to 16 letters, digits, - or _."""
    if not _KEY_ID.fullmatch(key_id):
        raise ValueError(f"The key id is {key_id!r}; give 1 to 16 letters, digits, - or _, such as 2026a.")
    return f"{key_id}:{base64.b64encode(os.urandom(32)).decode()}"


def _index(text: str, purpose: str, letter: str, key_id: str, key: bytes) -> str:
    normal = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    digest = hmac.HMAC(_derived(key, letter, "index"), _SUITE_BY_LETTER[letter].hash())
    digest.update(f"{purpose}\0{normal}".encode("utf-8", "surrogatepass"))
    return f"{letter}.{key_id}.{base64.urlsafe_b64encode(digest.finalize()[:_INDEX_BYTES]).decode()}"


class SealedField(models.TextField):  # type: ignore[type-arg]
    """Text that stands sealed in the database and plain in Python. NULL and "" stay as they are.

    It cannot be searched or sorted; put a BlindIndexField beside it for look-up. A digest over a row (the audit's
    `subject_digest`) takes the plain value: tokens change when keys are rotated.
    """

    def __init__(self, *args: Any, purpose: str, **kwargs: Any) -> None:
        self.purpose = purpose
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, args, kwargs = super().deconstruct()
        return name, "linli.core.platform.public.SealedField", args, {**kwargs, "purpose": self.purpose}

    def get_prep_value(self, value: Any) -> Any:
        return seal(str(value), self.purpose) if value not in (None, "") else value

    def from_db_value(
        self,
        value: str | None,
        expression: object,  # noqa: ARG002 - Django's signature
        connection: BaseDatabaseWrapper,  # noqa: ARG002
    ) -> str | None:
        return unseal(value, self.purpose) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is sealed and cannot be compared in the database; look up its blind index.")
        return super().get_lookup(lookup_name)


class BlindIndexField(models.CharField):  # type: ignore[type-arg]
    """The blind index of the SealedField named `of`, filled by save() and bulk_create().

    Hand-written inserts and queryset.update() give `blind_index(text, purpose)` themselves. Expiry of the sealed value
    empties its index with it, so the index needs no entry of its own in `personal`.
    """

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("db_index", True)
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _, args, kwargs = super().deconstruct()
        return name, "linli.core.platform.public.BlindIndexField", args, {"db_index": False, **kwargs, "of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:  # noqa: ARG002 - Django's signature
        sealed = model_instance._meta.get_field(self.of)
        if not isinstance(sealed, SealedField):
            raise ImproperlyConfigured(f"{self}: {self.of!r} is not a SealedField.")
        text = getattr(model_instance, self.of)
        index = blind_index(text, sealed.purpose) if text else ""
        setattr(model_instance, self.attname, index)
        return index
