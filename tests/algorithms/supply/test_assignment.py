"""Cells to feeders: the price against brute force, capacities, balance, and how far a large answer is from its bound."""

from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.algorithms.division.model import NOBODY
from linli.algorithms.supply.assignment import Market, assign, largest_utilisation, price_of


def market(
    demand_kw: list[float], price_m: list[list[float]], room_kw: list[float], substation: list[int] | None = None,
    substation_room_kw: list[float] | None = None, balance_m: float = 0.0, utilisation: float = 1.0,
) -> Market:  # fmt: skip
    stations = list(range(len(room_kw))) if substation is None else substation
    station_room = [math.inf] * (max(stations) + 1) if substation_room_kw is None else substation_room_kw
    return Market(
        demand_kw=np.array(demand_kw, dtype=float), price_m=np.array(price_m, dtype=float),
        feeder_room_kw=np.array(room_kw, dtype=float), substation=np.array(stations, dtype=np.int32),
        substation_room_kw=np.array(station_room, dtype=float), utilisation=utilisation, balance_m=balance_m,
        unserved_m=1e5, gap=1e-9,
    )  # fmt: skip


def test_everybody_goes_to_the_nearest_feeder_with_room() -> None:
    found = assign(market([10, 10, 10], [[1, 9], [2, 9], [3, 4]], [20, 20]))
    assert found.feeder_of.tolist() == [0, 0, 1]
    assert found.price_m == pytest.approx((1 + 2 + 4) / 3)
    assert found.bound_m == pytest.approx(found.price_m)


def test_who_finds_no_room_is_left_out_and_priced() -> None:
    found = assign(market([10, 10, 10], [[1], [2], [3]], [20]))
    assert found.feeder_of.tolist() == [0, 0, NOBODY]
    assert found.price_m == pytest.approx((1 + 2 + 1e5) / 3)


def test_the_room_of_a_substation_holds_for_its_feeders_together() -> None:
    found = assign(market([10, 10], [[1, 2, 50], [2, 1, 50]], [20, 20, 20], [0, 0, 1], [10, 20]))
    assert sorted(found.feeder_of.tolist()) in ([0, 2], [1, 2])


def test_a_closed_source_serves_nobody_but_those_who_need_nothing() -> None:
    found = assign(market([10, 0], [[1, 9], [1, 9]], [0, 20]))
    assert found.feeder_of.tolist() == [1, 0]
    assert largest_utilisation(market([10], [[1]], [0]), np.zeros(1, dtype=np.int32)) == math.inf


def test_a_price_for_the_largest_utilisation_evens_it_out() -> None:
    prices = [[1.0, 2.0]] * 4
    assert assign(market([10] * 4, prices, [40, 40])).feeder_of.tolist() == [0] * 4
    even = assign(market([10] * 4, prices, [40, 40], balance_m=100))
    assert sorted(even.feeder_of.tolist()) == [0, 0, 1, 1]


def test_feeders_that_are_nobodys_nearest_are_used_when_the_near_ones_are_full() -> None:
    found = assign(market([10] * 9, [[float(100 + feeder) for feeder in range(9)]] * 9, [10] * 9))
    assert sorted(found.feeder_of.tolist()) == list(range(9))
    assert found.bound_m == pytest.approx(found.price_m)


def test_ruled_out_arcs_are_not_used() -> None:
    found = assign(market([10, 10, 0], [[math.inf, 9], [math.inf, math.inf], [math.inf, math.inf]], [20, 20]))
    assert found.feeder_of.tolist() == [1, NOBODY, NOBODY]


def test_no_demand_at_all_costs_nothing() -> None:
    found = assign(market([0, 0], [[1, 2], [2, 1]], [5, 5]))
    assert found.feeder_of.tolist() == [0, 1]
    assert found.price_m == 0


@st.composite
def small_markets(draw: st.DrawFn) -> Market:
    cells, feeders = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    number = st.integers(0, 20)
    stations = [draw(st.integers(0, feeders - 1)) for _ in range(feeders)]
    price = st.one_of(st.integers(1, 3000).map(float), st.just(math.inf))
    room = st.one_of(number.map(float), st.just(math.inf))
    return market(
        [float(draw(number)) for _ in range(cells)], [[draw(price) for _ in range(feeders)] for _ in range(cells)],
        [draw(room) for _ in range(feeders)], stations, [draw(room) for _ in range(max(stations) + 1)],
        balance_m=draw(st.sampled_from([0.0, 10.0, 2000.0])), utilisation=draw(st.sampled_from([0.5, 0.8, 1.0])),
    )  # fmt: skip


def cheapest_by_brute_force(given_market: Market) -> float:
    cells, feeders = given_market.price_m.shape
    choices = itertools.product(range(-1, feeders), repeat=cells)
    return min(price_of(given_market, np.array(choice, dtype=np.int32)) for choice in choices)


@settings(max_examples=150, deadline=None)
@given(small_markets())
def test_the_price_is_the_lowest_there_is(drawn: Market) -> None:
    found = assign(drawn)
    assert price_of(drawn, found.feeder_of) == pytest.approx(found.price_m)
    assert found.price_m == pytest.approx(cheapest_by_brute_force(drawn), rel=1e-6, abs=1e-6)
    assert found.bound_m <= found.price_m * (1 + 1e-6) + 1e-6


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_a_large_tight_market_comes_within_the_gap_of_its_bound(scale: float) -> None:
    random = np.random.default_rng(5)
    places, stands = random.uniform(0, 5000, (600, 2)), random.uniform(0, 5000, (12, 2))
    demand = random.lognormal(1, 0.6, 600) * scale
    tight = market(
        demand.tolist(), np.hypot(*(places[:, None] - stands).transpose(2, 0, 1)).tolist(),
        [demand.sum() / 11] * 12, [number // 3 for number in range(12)], [demand.sum() / 3.8] * 4, balance_m=300,
    )  # fmt: skip
    tight = replace(tight, gap=1e-3)
    found = assign(tight)
    assert (found.feeder_of != NOBODY).all()
    assert found.bound_m <= found.price_m <= found.bound_m * 1.001
    assert largest_utilisation(tight, found.feeder_of) <= 1 + 1e-6
    assert assign(tight).feeder_of.tolist() == found.feeder_of.tolist()
