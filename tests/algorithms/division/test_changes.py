"""What changes between two divisions: labels stay where most households stay, and every move is counted once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.algorithms.division.changes import SAME_GRID_SHARE, Changes, Handover, Move, changes, handovers
from linli.algorithms.division.model import NOBODY


def found(before: list[int], after: list[int], load: list[float] | None = None) -> Changes:
    return changes(np.array(before, np.int32), np.array(after, np.int32), np.array(load or [1.0] * len(before)))


def test_renumbering_alone_moves_nobody() -> None:
    same = found([0, 0, 1, 2, 2], [2, 2, 0, 1, 1])
    assert same.successor.tolist() == [2, 0, 1]
    assert same.predecessor.tolist() == [1, 2, 0]
    assert (same.moves, same.buildings_moved, same.load_moved) == ((), 0, 0.0)


def test_a_label_stays_where_most_households_stay_and_not_most_buildings() -> None:
    split = found([0, 0, 0], [0, 1, 1], [50, 10, 10])
    assert split.successor.tolist() == [0]
    assert split.predecessor.tolist() == [0, NOBODY]
    assert split.moves == (Move(0, 1, 2, 20.0),)
    assert split.moved.tolist() == [False, True, True]


def test_a_school_without_residents_keeps_its_label_by_its_buildings() -> None:
    school = found([0, 0, 0, 1], [1, 1, 0, 0], [0, 0, 0, 300])
    assert school.successor.tolist() == [1, 0]
    assert school.moves == (Move(0, 0, 1, 0.0),)


def test_a_label_goes_to_a_smaller_part_when_that_keeps_more_in_place_in_all() -> None:
    # Greedy would give the old grid 0 to the new grid 0 (60) and leave the old grid 1 with 10; together 50 + 55 is more.
    both = found([0, 0, 1, 1], [0, 1, 0, 1], [60, 50, 55, 10])
    assert both.successor.tolist() == [1, 0]
    assert both.load_moved == 70.0


def test_what_was_in_no_grid_or_is_in_none_is_a_move_and_not_in_the_totals() -> None:
    new = found([0, NOBODY, 0, 1, NOBODY], [0, 0, NOBODY, NOBODY, NOBODY], [9, 5, 3, 7, 2])
    assert new.moves == (Move(1, NOBODY, 1, 7.0), Move(NOBODY, 0, 1, 5.0), Move(0, NOBODY, 1, 3.0))
    assert (new.buildings_moved, new.load_moved) == (0, 0.0)
    assert new.successor.tolist() == [0, NOBODY]


def test_nothing_at_all_is_no_change() -> None:
    assert found([], []).moves == ()
    assert found([NOBODY], [NOBODY], [4]).moved.tolist() == [False]


def test_a_unit_may_stand_for_several_buildings() -> None:
    one, count = np.array([1.0, 1, 8]), np.array([3, 4, 0], np.int32)
    parcels = changes(np.array([0, 0, 0], np.int32), np.array([1, 0, 1], np.int32), one, count)
    assert parcels.moves == (Move(0, 0, 4, 1.0),)


def test_lengths_that_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="before 2, after 1"):
        found([0, 0], [0])


def test_workers_stay_with_their_grid_and_a_new_grid_has_nobody() -> None:
    cut = found([0, 0, 0, 1], [0, 1, 2, 2], [50, 10, 20, 30])
    assert handovers(cut, ["Li", "Wang"]) == [Handover("Li", "Wang", 1, 20.0), Handover("Li", "", 1, 10.0)]


def test_what_stays_with_one_worker_does_not_change_hands() -> None:
    cut = found([0, 0, 0, 1, NOBODY], [0, 1, 2, 2, 2], [50, 10, 20, 30, 5])
    assert handovers(cut, ["Li", "Li"]) == [Handover("Li", "", 1, 10.0)]
    assert handovers(cut, ["Li", "Wang"], ["Wang", "Li", "Li"]) == []


def test_a_grid_that_shares_too_little_with_the_one_before_is_another_grid() -> None:
    # Of 100 households 10 are left, in a grid with 200 others.
    before, after = np.array([0, 0, NOBODY], np.int32), np.array([0, NOBODY, 0], np.int32)
    load = np.array([10.0, 90, 200])
    assert changes(before, after, load).successor.tolist() == [0]
    other = changes(before, after, load, least_share=SAME_GRID_SHARE)
    assert (other.successor.tolist(), other.predecessor.tolist()) == ([NOBODY], [NOBODY])
    assert other.buildings_moved == 1


def test_half_of_a_grid_and_two_made_one_carry_on_an_old_one() -> None:
    load = np.array([400.0, 399, 200, 250])
    halved = changes(
        np.array([0, 0, 1, 2], np.int32), np.array([0, 1, 2, 2], np.int32), load, least_share=SAME_GRID_SHARE
    )
    assert halved.successor.tolist() == [0, NOBODY, 2]
    assert halved.predecessor.tolist() == [0, NOBODY, 2]


def test_a_school_without_residents_is_the_same_when_half_of_its_buildings_are() -> None:
    before, half = np.array([0, 0, 0, 0], np.int32), np.array([0, 0, NOBODY, NOBODY], np.int32)
    assert changes(before, half, np.zeros(4), least_share=SAME_GRID_SHARE).successor.tolist() == [0]
    grown, quarter = np.append(before, [NOBODY] * 3), np.array([0, NOBODY, NOBODY, NOBODY, 0, 0, 0], np.int32)
    assert changes(grown, quarter, np.zeros(7), least_share=SAME_GRID_SHARE).successor.tolist() == [NOBODY]


def best_load_in_place(before: list[int], after: list[int], load: list[int]) -> int:
    """The largest load that stays under any one-to-one matching, by trying all."""
    olds, news = sorted({old for old in before if old >= 0}), sorted({new for new in after if new >= 0})
    best = 0
    for targets in itertools.permutations(news + [NOBODY] * len(olds), len(olds)):
        match = dict(zip(olds, targets, strict=True))
        kept = [size for old, new, size in zip(before, after, load, strict=True) if new >= 0 and match.get(old) == new]
        best = max(best, sum(kept))
    return best


grids = st.integers(NOBODY, 3)


@given(st.lists(st.tuples(grids, grids, st.integers(0, 40)), max_size=14))
def test_no_other_matching_keeps_more_in_place_and_nothing_is_lost(units: list[tuple[int, int, int]]) -> None:
    before, after, load = [one[0] for one in units], [one[1] for one in units], [one[2] for one in units]
    result = found(before, after, [float(size) for size in load])
    kept = sum(
        size for size, is_moved, old in zip(load, result.moved, before, strict=True) if not is_moved and old >= 0
    )
    assert kept == best_load_in_place(before, after, load)
    pairs = list(zip(before, after, strict=True))
    for old, new in enumerate(result.successor.tolist()):
        assert new == NOBODY or (result.predecessor[new] == old and (old, new) in pairs)
    assert sum(move.buildings for move in result.moves) == result.moved.sum()
    assert sum(move.load for move in result.moves) == sum(np.array(load, float)[result.moved])
    for move in result.moves:
        assert move.before < 0 or result.successor[move.before] != move.after or move.after < 0


def test_a_city_of_four_thousand_grids_is_compared_as_well() -> None:
    draw = np.random.default_rng(4)
    before = np.repeat(np.arange(4000, dtype=np.int32), 40)
    after = np.where(draw.random(len(before)) < 0.02, (before + draw.integers(1, 4, len(before))) % 4000, before)
    city = changes(before, after.astype(np.int32), np.full(len(before), 10.0))
    assert (city.successor == np.arange(4000)).mean() > 0.999
    assert city.load_moved == pytest.approx(10.0 * (before != after).sum(), rel=0.01)
