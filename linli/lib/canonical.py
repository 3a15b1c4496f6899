"""Canonical JSON: one value, one sequence of bytes. What digests and idempotency keys are computed over.

The bytes stay the same when a value has been through a database column of type JSON (SQLite text or PostgreSQL jsonb)
and come back, and equal numbers, instants and identifiers give equal bytes however they were written.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring
from math import isfinite
from typing import Final
from uuid import UUID

_CONSTANTS: Final = {None: "null", True: "true", False: "false"}


class NotCanonicalError(TypeError):
    """A value that has no canonical form; the message names its place and what to give instead."""


def canonical_bytes(value: object) -> bytes:
    """The canonical JSON of a value, in UTF-8.

    Keys are sorted by code point, nothing stands between tokens. Aware datetimes become UTC with six decimals and Z;
    dates ISO; Decimals strings without trailing zeros or exponent; UUIDs strings; enum members their value; tuples
    lists. Floats are written in plain digits, as PostgreSQL gives them back; negative zero is zero.

    Raises NotCanonicalError for a naive datetime, a number that is not finite, a key that is not text, a lone
    surrogate, bytes, sets and everything else.
    """
    try:
        return _written(value, "$").encode()
    except UnicodeEncodeError as error:
        raise NotCanonicalError(
            f"the text holds a lone surrogate ({error.object[error.start]!r}); clean it at the door"
        ) from error


def _written(value: object, place: str) -> str:
    if type(value) is str:  # most are, and asking for all the other kinds first takes longer than writing it
        return encode_basestring(value)
    if type(value) is dict:
        return _written_mapping(value, place)
    match value:
        case None | bool():
            return _CONSTANTS[value]
        case Enum():
            return _written(value.value, place)
        case str():
            return encode_basestring(value)
        case int():
            return int.__repr__(value)
        case float() | Decimal():
            return _written_number(value, place)
        case Mapping():
            return _written_mapping(value, place)
        case list() | tuple():
            return f"[{','.join(_written(item, f'{place}[{index}]') for index, item in enumerate(value))}]"
        case date() | UUID():
            return f'"{_written_scalar(value, place)}"'
    raise NotCanonicalError(
        f"{place} is a {type(value).__name__}, which has no canonical form; make it text or a number"
    )


def _written_scalar(value: date | UUID, place: str) -> str:
    if not isinstance(value, datetime):
        return str(value)
    if value.utcoffset() is None:
        raise NotCanonicalError(f"{place} is a datetime without time zone ({value}); give it one")
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _written_mapping(value: Mapping[object, object], place: str) -> str:
    for key in value:
        if not isinstance(key, str):
            raise NotCanonicalError(f"{place} has the key {key!r}; keys are text")
    keys: list[str] = sorted(map(str, value))
    members = [f"{encode_basestring(key)}:{_written(value[key], f'{place}.{key}')}" for key in keys]
    return "{" + ",".join(members) + "}"


def _written_number(value: float | Decimal, place: str) -> str:
    if not isfinite(value):
        raise NotCanonicalError(f"{place} is {value}; give a finite number, or null for none")
    if isinstance(value, Decimal):
        plain = format(value, "f")
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return '"0"' if plain == "-0" else f'"{plain}"'
    # jsonb keeps numbers as decimals, so 1e22 comes back as an integer and -0.0 as 0.0.
    return format(Decimal(repr(value + 0.0)), "f")
