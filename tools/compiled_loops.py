"""Compiles the inner loops of the division once, by using them: `python -m tools.compiled_loops` (a minute, later a second).

linli compiles what it uses when it first uses it, and keeps that beside the sources (`linli.lib.compiled`). This is for who
does not want to wait then, and for two processes of tests that would both compile.
"""

from __future__ import annotations

import dataclasses
import time

import numpy as np

from linli.algorithms.division.adjust import adjust
from linli.algorithms.division.cells import parcels_of
from linli.algorithms.division.coverage import grid_polygons
from linli.algorithms.division.divide import divide
from linli.algorithms.division.generated import generated_graph, generated_ground
from linli.algorithms.division.model import Rules

# A city on which whole blocks are not enough, so that the walk is needed too.
PARCELS, SEED = 5_000, 18


def main() -> None:
    """Divides and adjusts a made-up city, and draws a small one."""
    start = time.perf_counter()
    rules = Rules()
    graph = generated_graph(PARCELS, SEED)
    division = divide(graph, rules, SEED)
    adjust(dataclasses.replace(graph, load=graph.load * 1.2), division.grid_of, rules, SEED)
    ground = parcels_of(generated_ground(300, 1))
    grid_polygons(ground, np.asarray(divide(ground.graph, rules, 1).grid_of))
    print(f"Ready after {time.perf_counter() - start:.1f} s.")


if __name__ == "__main__":
    main()
