"""How few grids across main roads and rivers there can be at all: `python -m bench.division_crossings [buildings [seeds]]` prints a table.

The lower bound of the goals counts communities that hold a superblock infeasible by itself; it is reached only if one grid mends all of
them, however many superblocks it winds through. Beside it stands what is needed by loads alone when a grid may touch at most two,
three or four superblocks (next to each other): an integer program per community, proved by HiGHS, which knows nothing of
shapes, streets or blocks. Then grids of whole blocks that reach over into as few superblocks as possible (proved by `cover`), and what linli reaches.
"""

from __future__ import annotations

import argparse
import dataclasses

import numpy as np
import numpy.typing as npt
from scipy.optimize import LinearConstraint, milp

from bench.division_methods import components, crossing_count
from linli.algorithms.division.blocks import divide_by_blocks
from linli.algorithms.division.divide import divide
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.measures import crossing_bound
from linli.algorithms.division.model import NOBODY, ParcelGraph, Rules
from tests.algorithms.division.optimum import by_blocks

RULES = Rules()


def needed_by_loads(graph: ParcelGraph, touching: int) -> int:
    """Return how few crossing grids could put all feasible components into bounds if each touches at most `touching` superblocks."""
    number, component = components(graph)
    chosen = component != NOBODY
    pieces, piece = np.unique(component[chosen].astype(np.int64) << 32 | graph.superblock[chosen], return_inverse=True)
    of_parcel = np.full(graph.size, NOBODY)
    of_parcel[chosen] = piece
    load = np.bincount(piece, graph.load[chosen])
    joined = graph.passable & chosen[graph.a] & chosen[graph.b]
    near: list[set[int]] = [set() for _ in pieces]
    for a, b in np.unique(np.column_stack([of_parcel[graph.a[joined]], of_parcel[graph.b[joined]]]), axis=0).tolist():
        if a != b:
            near[a].add(b)
            near[b].add(a)
    of_component: list[list[int]] = [[] for _ in range(number)]
    for superblock, owner in enumerate((pieces >> 32).tolist()):
        of_component[owner].append(superblock)
    return sum(_needed(members, load.astype(np.float64), near, touching) for members in of_component)


def _feasible(load: float) -> bool:
    """Return whether a load can be so many grids in bounds."""
    return bool(np.ceil(load / RULES.high - 1e-9) <= np.floor(load / RULES.low + 1e-9))


def _needed(members: list[int], load: npt.NDArray[np.float64], near: list[set[int]], touching: int) -> int:
    """Return the least number of crossing grids of one component, 0 if it is infeasible as a whole or needs none."""
    if not _feasible(load[members].sum()) or all(_feasible(load[member]) for member in members):
        return 0
    reached = {frozenset([member]) for member in members}
    kinds: list[frozenset[int]] = []
    for _ in range(touching - 1):
        reached = {group | {other} for group in reached for member in group for other in near[member] - group}
        kinds += sorted(reached, key=sorted)
    # Unknowns: how many grids of each kind; what each kind takes from each superblock it touches; grids inside superblocks.
    shares = [(kind, member) for kind, group in enumerate(kinds) for member in sorted(group)]
    width = len(kinds) + len(shares) + len(members)
    rows, least, most = [], [], []

    def hold(low: float, high: float, parts: list[tuple[int, float]]) -> None:
        row = np.zeros(width)
        for column, factor in parts:
            row[column] += factor
        rows.append(row)
        least.append(low)
        most.append(high)

    for kind in range(len(kinds)):
        taken = [(len(kinds) + column, 1.0) for column, (owner, _) in enumerate(shares) if owner == kind]
        hold(-np.inf, 0.0, [*taken, (kind, -RULES.high)])
        hold(0.0, np.inf, [*taken, (kind, -RULES.low)])
    for place, member in enumerate(members):
        taken = [(len(kinds) + column, 1.0) for column, (_, owner) in enumerate(shares) if owner == member]
        own = len(kinds) + len(shares) + place
        hold(load[member], np.inf, [*taken, (own, RULES.high)])
        hold(-np.inf, load[member], [*taken, (own, RULES.low)])
    whole = np.ones(width)
    whole[len(kinds) : len(kinds) + len(shares)] = 0.0
    price = np.zeros(width)
    price[: len(kinds)] = 1.0
    found = milp(price, constraints=LinearConstraint(np.array(rows), least, most), integrality=whole)
    if not found.success:
        raise SystemExit(f"No proof for superblocks {members}: {found.message}")
    least_number: int = round(found.fun)
    return least_number


def least_by_whole_blocks(graph: ParcelGraph) -> int:
    """Return how few crossing grids whole blocks allow, proved, in what `cover` solves; prices of borders only break ties."""
    whole = by_blocks(graph)
    only_crossings = dataclasses.replace(
        RULES, border_costs=(1e-4, 1e-4, 1e-4, 1e-4), shape_m=0.0, target_m=0.0, crossing_m=1000.0
    )
    grid_of, _ = divide_by_blocks(whole, whole.dedicated == NOBODY, only_crossings)
    return crossing_count(whole, grid_of)


def main() -> None:
    """Print one line for all seeds together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("buildings", type=int, nargs="?", default=5000)
    parser.add_argument("seeds", type=int, nargs="?", default=20)
    options = parser.parse_args()
    names = ("lower bound", "≤ 4 superblocks", "≤ 3", "≤ 2", "whole blocks", "linli")
    total = np.zeros(len(names))
    for seed in range(1, options.seeds + 1):
        graph = generated_graph(options.buildings, seed)
        division = divide(graph, RULES, seed=1)
        grid_of = np.where(graph.dedicated == NOBODY, division.grid_of, NOBODY)
        total += (
            crossing_bound(graph, RULES),
            *(needed_by_loads(graph, touching) for touching in (4, 3, 2)),
            least_by_whole_blocks(graph),
            crossing_count(graph, grid_of),
        )
    print(f"{options.buildings:,} buildings, {options.seeds} seeds: grids across a main road or river\n")
    print(f"| {' | '.join(names)} |\n|{' ---: |' * len(names)}")
    print(f"| {' | '.join(f'{count:,.0f}' for count in total)} |")
    print(f"| {' | '.join(f'{count / total[0]:.2f} ×' for count in total)} |")


if __name__ == "__main__":
    main()
