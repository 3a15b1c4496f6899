"""What changing a division costs: adjusting after one household in a hundred changed, and moving one building by hand.

`python -m bench.division_changes` prints both tables of RESULTS.md. Demolition, halving and doubling fall on buildings by
chance until a hundredth of all households came or went.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from linli.algorithms.division.adjust import adjust, drift
from linli.algorithms.division.divide import divide
from linli.algorithms.division.edit import move
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.measures import measure
from linli.algorithms.division.model import NOBODY, ParcelGraph, Rules

CITY, CITY_SEEDS = 157_000, (1, 2, 3)
STREET, MOVES = 2_000, 200
SHARE = 0.01
FACTORS = (0.0, 0.5, 2.0)
MOST_HOUSEHOLDS = 200


def changed(graph: ParcelGraph, seed: int) -> ParcelGraph:
    """The graph after a hundredth of its households came or went."""
    rng = np.random.default_rng(seed)
    load = graph.load.copy()
    left = SHARE * load.sum()
    for parcel in rng.permutation(np.flatnonzero((graph.load > 0) & (graph.dedicated == NOBODY))):
        new = min(np.round(load[parcel] * rng.choice(FACTORS)), MOST_HOUSEHOLDS)
        left -= abs(new - load[parcel])
        load[parcel] = new
        if left <= 0:
            break
    return replace(graph, load=load)


def adjusting() -> None:
    """The table of adjusting."""
    print(
        "| seed | out of bounds before | after | impossible | buildings moved | grids touched | divided afresh | processor time | drift |"
    )
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    rules = Rules()
    for seed in CITY_SEEDS:
        graph = generated_graph(CITY, seed)
        before = divide(graph, rules, seed)
        today = changed(graph, seed)
        begun = time.process_time()
        found = adjust(today, before.grid_of, rules, seed)
        used_s = time.process_time() - begun
        old, new = measure(today, before, rules), measure(today, found.division, rules)
        out_before, out = ((~one.in_bounds & ~one.dedicated) for one in (old, new))
        # What a division afresh cannot keep in bounds either.
        fresh = measure(today, divide(today, rules, seed), rules)
        impossible = int((~fresh.in_bounds & ~fresh.dedicated).sum())
        moved = (found.kept[found.division.grid_of] != before.grid_of).mean()
        share = drift(today, found.division, rules, seed).share
        print(
            f"| {seed} | {out_before.sum()} | {out.sum()} | {impossible} | {moved:.2%} | {found.touched / before.size:.1%} "
            f"| {len(found.afresh)} communities | {used_s:.1f} s | {share:.1%} |",
            flush=True,
        )


def moving() -> None:
    """The line of moving one building of a street."""
    graph, rules = generated_graph(STREET, 1), Rules()
    division = divide(graph, rules, 1)
    rng = np.random.default_rng(1)
    times = []
    while len(times) < MOVES:
        border = rng.integers(len(graph.a))
        a, b = int(graph.a[border]), int(graph.b[border])
        grid = int(division.grid_of[b])
        if division.grid_of[a] == grid or (graph.dedicated[[a, b]] != NOBODY).any():
            continue
        begun = time.perf_counter()
        after = move(graph, division, np.array([a], np.int32), grid)
        measure(graph, after, rules)
        times.append(1000 * (time.perf_counter() - begun))
    print(
        f"\nMoving one building of {graph.size:,} in {division.size} grids, new measures included: median {np.median(times):.1f} ms, "
        f"99th percentile {np.percentile(times, 99):.1f} ms ({MOVES} moves)."
    )


if __name__ == "__main__":
    adjusting()
    moving()
