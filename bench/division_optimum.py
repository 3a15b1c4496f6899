"""linli's divisions of small cases beside the proved optimum: `python -m bench.division_optimum` prints the table.

A case is one community of a made-up city, 12–34 blocks, whole blocks as parcels. `tests/algorithms/division/optimum.py` proves the optimum
with OR-Tools CP-SAT, one worker, 60 s each. `--write` keeps the proved figures as the fixture of the test beside it.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from linli.algorithms.division.divide import divide
from linli.algorithms.division.generated import generated_graph
from linli.algorithms.division.model import NOBODY, ParcelGraph, Rules
from tests.algorithms.division.optimum import by_blocks, community_of, objective_m, optimum

FIXTURE = Path(__file__).parent.parent / "tests/algorithms/division/optima.json"
CASES, BUILDINGS, LIMIT_S = 100, 5000, 60.0
BLOCKS = range(12, 35)
# The rules of a planner, and those whose prices are sums over borders and crossings alone.
RULES = {"all prices": Rules(), "borders and crossings": Rules(shape_m=0.0, target_m=0.0)}


def cases() -> list[tuple[int, int, ParcelGraph]]:
    """Return seed of the city, number of the community, and its graph, for each case."""
    found: list[tuple[int, int, ParcelGraph]] = []
    seed = 0
    while len(found) < CASES:
        seed += 1
        city = by_blocks(generated_graph(BUILDINGS, seed))
        for community in range(int(city.community.max()) + 1):
            case = community_of(city, community)
            if int((case.dedicated == NOBODY).sum()) in BLOCKS and len(found) < CASES:
                found.append((seed, community, case))
    return found


def main() -> None:
    """Prove and divide every case, print the table, and write the fixture if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FIXTURE.name}")
    options = parser.parse_args()
    chosen = cases()
    divide(chosen[0][2])  # loads the compiled code
    print("| rules | cases | proved | linli optimal | within 2 % | worst | CP-SAT, mean | linli, mean |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    kept = {}
    for name, rules in RULES.items():
        rows: list[dict[str, Any]] = []
        gaps, proving_s, dividing_s = [], 0.0, 0.0
        for seed, community, case in chosen:
            began = time.perf_counter()
            best = optimum(case, rules, LIMIT_S)
            proving_s += time.perf_counter() - began
            rows.append({"seed": seed, "community": community, "status": best.status, "cost_m": round(best.cost_m, 3)})
            began = time.perf_counter()
            division = divide(case, rules, seed=1)
            dividing_s += time.perf_counter() - began
            if best.status == "optimal":
                ordinary = division.dedicated == NOBODY
                kept_bounds = (division.load[ordinary] >= rules.low) & (division.load[ordinary] <= rules.high)
                grid_of = np.where(case.dedicated == NOBODY, division.grid_of, NOBODY).astype(np.int32)
                gap = objective_m(case, rules, grid_of) / best.cost_m - 1
                gaps.append(gap if kept_bounds.all() else math.inf)
        kept[name] = {"rules": asdict(rules), "cases": rows}
        each = np.array(gaps)
        print(
            f"| {name} | {len(chosen)} | {len(gaps)} | {100 * np.mean(each < 1e-5):.0f} % | {100 * np.mean(each < 0.02):.0f} % "
            f"| {100 * each.max():.2f} % | {proving_s / len(chosen):.2f} s | {1000 * dividing_s / len(chosen):.0f} ms |",
            flush=True,
        )
    if options.write:
        FIXTURE.write_text(json.dumps({"buildings": BUILDINGS, "rules": kept}, indent=1) + "\n")


if __name__ == "__main__":
    main()
