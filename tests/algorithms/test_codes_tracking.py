"""Tracking numbers: slips of every kind are caught, harmless differences forgiven."""

from __future__ import annotations

import random
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.tracking import (
    ALPHABET,
    LENGTH,
    NUMBERS,
    TrackingNumberError,
    grouped,
    new_tracking_number,
    parse_tracking_number,
)

DRAWS = st.integers(0, NUMBERS - 1)


def number_of(draw: int) -> str:
    return new_tracking_number(lambda _: draw)


def is_taken(number: str) -> bool:
    try:
        parse_tracking_number(number)
    except TrackingNumberError:
        return False
    return True


def test_a_number_has_at_least_50_random_bits_and_no_look_alikes() -> None:
    assert NUMBERS >= 2**50
    assert len(set(ALPHABET)) == len(ALPHABET) == 29
    assert not set("ILOBSZU") & set(ALPHABET)


def test_every_draw_gives_another_number() -> None:
    asked: list[int] = []

    def draw(below: int) -> int:
        asked.append(below)
        return below - 1

    assert new_tracking_number(draw)[:-1] == ALPHABET[-1] * (LENGTH - 1)
    assert asked == [NUMBERS]
    edges = [0, 1, 28, 29, NUMBERS // 2, NUMBERS - 2, NUMBERS - 1]
    assert len({number_of(value) for value in edges}) == len(edges)


@given(DRAWS)
def test_a_number_survives_being_grouped_and_typed(value: int) -> None:
    number = number_of(value)
    assert parse_tracking_number(number) == number
    shown = grouped(number)
    assert [len(group) for group in shown.split("-")] == [4, 4, 4]
    assert parse_tracking_number(shown) == number


def test_every_single_wrong_character_is_caught_whatever_stands_elsewhere() -> None:
    # The check is linear: whether a slip at a place is caught depends only on the two characters there. All pairs at
    # all places, over bodies that put every character at every place, is therefore all there is.
    rng = random.Random(29)
    for _ in range(20):
        number = number_of(rng.randrange(NUMBERS))
        for place, character in product(range(LENGTH), ALPHABET):
            slip = number[:place] + character + number[place + 1 :]
            assert is_taken(slip) == (slip == number)
    for place, (right, wrong) in product(range(LENGTH - 1), combinations(ALPHABET, 2)):
        body = [ALPHABET[0]] * (LENGTH - 1)
        body[place] = right
        number = number_of(sum(ALPHABET.index(character) * 29**at for at, character in enumerate(body)))
        assert number[place] == right
        assert not is_taken(number[:place] + wrong + number[place + 1 :])


def test_every_swap_of_neighbours_is_caught_for_all_pairs_at_all_places() -> None:
    for place, (one, other) in product(range(LENGTH - 2), combinations(ALPHABET, 2)):
        number = number_of(ALPHABET.index(one) * 29**place + ALPHABET.index(other) * 29 ** (place + 1))
        assert number[place : place + 2] == one + other
        assert not is_taken(number[:place] + other + one + number[place + 2 :])
    # The last pair is a body character and the check character that follows from the body.
    for last, before in product(ALPHABET, repeat=2):
        number = number_of(ALPHABET.index(last) * 29**10 + ALPHABET.index(before) * 29**9)
        swapped = number[:-2] + number[-1] + number[-2]
        assert is_taken(swapped) == (swapped == number)


@given(DRAWS, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_a_swap_of_any_two_characters_is_caught(value: int, one: int, other: int) -> None:
    number = number_of(value)
    characters = list(number)
    characters[one], characters[other] = characters[other], characters[one]
    swapped = "".join(characters)
    assert is_taken(swapped) == (swapped == number)


@given(DRAWS, st.data())
def test_harmless_differences_are_forgiven(value: int, data: st.DataObject) -> None:
    number = number_of(value)
    alike = {"0": "0OoＯ０", "1": "1IilL１ｌ", "8": "8Bb", "5": "5Ss", "2": "2Zz", "V": "VvUu"}
    typed = data.draw(st.sampled_from(["", " ", "\u3000", "\ufeff"]))
    for character in number:
        typed += data.draw(st.sampled_from(alike.get(character, character + character.lower() + fullwidth(character))))
        typed += data.draw(st.sampled_from(["", "", " ", "-", "－", "—", "\u2011", "\u200b", "\u00ad", "\t", "_"]))
    assert parse_tracking_number(typed) == number


def fullwidth(character: str) -> str:
    return chr(ord(character) + 0xFEE0)


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "there is no tracking number"),
        (" - ", "there is no tracking number"),
        ("7K3M-9QXA-2F", "has 12 characters, this one has 10"),
        ("7K3M-9QXA-2F0D-7", "this one has 13"),
        ("7K3M-案QXA-2F0D", "character 5, 案, does not occur"),
        ("7K3M-9QXA-2F\ud800D", "does not occur"),
    ],
)
def test_the_refusal_says_what_is_wrong(typed: str, complaint: str) -> None:
    with pytest.raises(TrackingNumberError) as refusal:
        parse_tracking_number(typed)
    assert complaint in str(refusal.value)


def test_the_example_in_the_refusal_is_itself_a_number_and_a_slip_in_it_is_named() -> None:
    with pytest.raises(TrackingNumberError) as refusal:
        parse_tracking_number("")
    example = str(refusal.value).rsplit(" ", 1)[-1]
    number = parse_tracking_number(example)
    with pytest.raises(TrackingNumberError, match="one character is wrong or two are exchanged"):
        parse_tracking_number(number[1] + number[0] + number[2:])
