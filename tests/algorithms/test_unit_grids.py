"""Unit grids by the 15-digit rule: numbers from west to east and north to south, whole ground, nothing small left over."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.codes import UnitGridCode
from linli.algorithms.unit_grids import Overflow, codes_of, unit_grids


def test_numbers_go_from_west_to_east_then_from_north_to_south() -> None:
    pieces = unit_grids(shapely.box(1000, 2000, 1300, 2200))
    assert [piece.bounds[:2] for piece in pieces] == [
        (1000, 2100),
        (1100, 2100),
        (1200, 2100),
        (1000, 2000),
        (1100, 2000),
        (1200, 2000),
    ]
    codes = codes_of("110101001001", len(pieces))
    assert codes[0] == "110101001001001"
    assert UnitGridCode.parse(codes[5]).running == "006"


def test_what_is_left_of_a_square_is_joined_to_the_piece_beside_it() -> None:
    pieces = unit_grids(shapely.box(1000, 2000, 1240, 2100))
    assert [piece.area for piece in pieces] == pytest.approx([10_000, 14_000])
    assert [piece.area for piece in unit_grids(shapely.box(1000, 2000, 1260, 2100))] == pytest.approx(
        [10_000, 10_000, 6_000]
    )


def test_an_island_stays_a_piece_of_its_own_however_small() -> None:
    ground = shapely.MultiPolygon([shapely.box(0, 0, 100, 100), shapely.box(500, 0, 520, 20)])
    assert sorted(piece.area for piece in unit_grids(ground)) == pytest.approx([400, 10_000])


def test_more_than_three_digits_can_number_is_told_with_a_side_that_fits() -> None:
    with pytest.raises(Overflow) as found:
        unit_grids(shapely.box(0, 0, 4000, 3000))
    assert found.value.pieces == 1200
    assert len(unit_grids(shapely.box(0, 0, 4000, 3000), found.value.side_m)) <= 999
    with pytest.raises(Overflow):
        unit_grids(shapely.box(0, 0, 4e5, 3e5))  # at once, not after a million squares


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.floats(50, 150))
def test_pieces_cover_the_ground_and_none_is_small_but_an_island(seed: int, side: float) -> None:
    chance = np.random.default_rng(seed)
    angle = np.sort(chance.uniform(0, 2 * np.pi, 24))
    radius = chance.uniform(200, 700, 24)
    ground = shapely.Polygon(np.column_stack([5e5 + radius * np.cos(angle), 4e6 + radius * np.sin(angle)]))
    if not ground.is_valid:
        return
    pieces = unit_grids(ground, side)
    assert sum(piece.area for piece in pieces) == pytest.approx(ground.area, rel=1e-5)
    assert shapely.coverage_is_valid(pieces)
    assert all(piece.is_valid and piece.geom_type == "Polygon" for piece in pieces)
    assert all(piece.area >= side**2 / 2 for piece in pieces) or len(pieces) == 1
