"""How long a step of the grid editor takes on a made street of 150 grids: the engine alone, by kind of command.

`python -m bench.editor` prints the table of RESULTS.md; some two minutes. What a request adds (parsing, the row of the step, the audit
trail) is told by the log of any server.
"""

from __future__ import annotations

import os
import random
import time
from collections import defaultdict

import numpy as np

from linli.algorithms.topology.model import Topology, TopologyRefused
from linli.algorithms.topology.planning import planned
from tests.algorithms.topology.streets import Planner, made_street

STEPS = 3000


def main() -> None:
    """Builds the street, plays random commands, prints milliseconds by kind."""
    begun = time.perf_counter()
    street = made_street()
    points = sum(len(arc.points) for arc in street.arcs.values())
    print(
        f"built in {time.perf_counter() - begun:.2f} s: {len(street.faces)} grids, {len(street.arcs)} borders, {points:,} points"
    )
    planner, times = Planner(street, random.Random(3)), defaultdict(list)
    for _ in range(STEPS):
        command = planner.command()
        kind = type(command).__name__
        before = planner.topology
        begun, worked = time.perf_counter(), time.process_time()
        try:
            _edit, planner.topology = planned(before, command)
            kind_told = kind
        except TopologyRefused:
            kind_told = f"{kind}, refused"
        times[kind_told].append(((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000))
    cold = Topology(planner.topology.arcs, planner.topology.faces)
    begun = time.perf_counter()
    planned(cold, planner.describe())
    print(f"first step of a process that drew nothing yet: {(time.perf_counter() - begun) * 1000:.1f} ms")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(
        "| command | steps | median ms | p99 ms | work median ms | work p99 ms |\n| --- | --- | --- | --- | --- | --- |"
    )
    for kind, taken in sorted(times.items()):
        clock, work = np.percentile(taken, [50, 99], axis=0).T
        print(f"| {kind} | {len(taken)} | {clock[0]:.1f} | {clock[1]:.1f} | {work[0]:.1f} | {work[1]:.1f} |")


if __name__ == "__main__":
    main()
