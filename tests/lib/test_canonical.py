"""Canonical JSON: equal values, equal bytes; different values, different bytes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.lib.canonical import NotCanonicalError, canonical_bytes


class State(StrEnum):
    FILED = "filed"


TEXT = st.text(st.characters(codec="utf-8"))
JSON_VALUES = st.recursive(
    # Beyond 1e15 a float is written as a whole number and comes back as an int; a test of its own says so.
    st.none() | st.booleans() | st.integers() | st.floats(-1e15, 1e15) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


def test_the_bytes_are_those_written_down_here() -> None:
    value = {
        "b": [1, True, None, '引号" \n 😀 𠀀'],
        "a": Decimal("3.50"),
        "at": datetime(2026, 7, 6, 18, 0, 0, 5, tzinfo=timezone(timedelta(hours=8))),
        "on": date(2026, 7, 6),
        "id": UUID("12345678-1234-5678-1234-567812345678"),
        "state": State.FILED,
        "Ä": (),
        "lon": 120.5,
    }
    assert canonical_bytes(value).decode() == (
        '{"a":"3.5","at":"2026-07-06T10:00:00.000005Z","b":[1,true,null,"引号\\" \\n 😀 𠀀"],'
        '"id":"12345678-1234-5678-1234-567812345678","lon":120.5,"on":"2026-07-06","state":"filed","Ä":[]}'
    )


@given(JSON_VALUES)
def test_the_bytes_are_json_of_the_same_value(value: object) -> None:
    assert json.loads(canonical_bytes(value)) == value


@given(JSON_VALUES | st.floats(allow_nan=False, allow_infinity=False))
def test_a_value_that_came_back_from_a_database_has_the_same_bytes(value: object) -> None:
    written = canonical_bytes(value)
    assert canonical_bytes(json.loads(written)) == written
    # PostgreSQL's jsonb keeps numbers as decimals and gives them back in plain digits.
    from_jsonb = json.loads(written, parse_float=lambda digits: float(Decimal(digits)))
    assert canonical_bytes(from_jsonb) == written


@given(st.dictionaries(TEXT, st.integers(), max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(value: dict[str, int], rng: object) -> None:
    shuffled = list(value.items())
    rng.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random; Hypothesis types it as object
    assert canonical_bytes(dict(shuffled)) == canonical_bytes(value)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Decimal("1.0"), Decimal("1")),
        (Decimal("1E+3"), Decimal("1000")),
        (Decimal("-0.00"), Decimal("0")),
        (-0.0, 0.0),
        (datetime(2026, 7, 6, 10, tzinfo=UTC), datetime(2026, 7, 6, 18, tzinfo=timezone(timedelta(hours=8)))),
        ((1, 2), [1, 2]),
    ],
)
def test_equal_values_have_equal_bytes(one: object, other: object) -> None:
    assert canonical_bytes(one) == canonical_bytes(other)


@pytest.mark.parametrize(
    ("one", "other"), [(1, "1"), (True, 1), (None, "null"), (Decimal(10), Decimal(1)), ("é", "e\u0301"), ([], {})]
)
def test_different_values_have_different_bytes(one: object, other: object) -> None:
    assert canonical_bytes(one) != canonical_bytes(other)


@pytest.mark.parametrize(
    ("number", "digits"), [(1e22, b"10000000000000000000000"), (1e-7, b"0.0000001"), (0.1, b"0.1")]
)
def test_floats_are_written_in_plain_digits(number: float, digits: bytes) -> None:
    assert canonical_bytes(number) == digits


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ({"x": [float("nan")]}, r"\$\.x\[0\] is nan"),
        (float("inf"), "is inf"),
        (Decimal("NaN"), "is NaN"),
        (Decimal("-Infinity"), "is -Infinity"),
        (datetime(2026, 7, 6), "without time zone"),
        ({1: 2}, "key 1"),
        (b"x", "bytes"),
        ({1, 2}, "set"),
        ("\ud83d", "lone surrogate"),
    ],
)
def test_what_has_no_canonical_form_is_refused_with_its_place(value: object, complaint: str) -> None:
    with pytest.raises(NotCanonicalError, match=complaint):
        canonical_bytes(value)
