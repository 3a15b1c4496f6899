# /// script
# requires-python = ">=3.11"
# dependencies = ["gerrychain==1.0.0"]
# ///
"""GerryChain's region-aware spanning trees on a graph that `division_methods` saved; runs in an environment of its own.

`uv run --script division_trees.py FOLDER RULES` (rules as JSON). Each component is cut by `recursive_tree_part` with surcharges that keep
blocks and superblocks together, then improved by ReCom steps of which every one that lowers the price of borders is kept.
Where no tree is found in bounds, the bounds are widened until one is. Labels go to trees.npy, time and memory to trees.json.
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import networkx
import numpy as np
from gerrychain import Graph, Partition
from gerrychain.partition import recursive_tree_part
from gerrychain.proposals import recom
from gerrychain.tree import bipartition_tree

SURCHARGE = {"superblock": 1.0, "block": 1.0}
MAX_ATTEMPTS = 200
STEPS_PER_GRID = 20


def main(folder: Path, rules: dict[str, Any]) -> None:
    """Divide every component and leave the labels beside the graph."""
    warnings.simplefilter("ignore")
    arrays = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    began, worked = time.perf_counter(), time.process_time()
    component, grids = arrays["component"], arrays["grids"]
    label = np.full(len(component), -1, dtype=np.int32)
    whole = graph_of(arrays, rules)
    rng = random.Random(1)
    begun = 0
    for number, k in enumerate(grids.tolist()):
        members = np.flatnonzero(component == number)
        # GerryChain numbers nodes 0, 1, 2 …; so does this, and both mean the same.
        places = dict(zip(members.tolist(), range(len(members)), strict=True))
        part = networkx.Graph()
        part.add_nodes_from((place, whole.nodes[parcel]) for parcel, place in places.items())
        part.add_edges_from((places[a], places[b], values) for a, b, values in whole.subgraph(places).edges(data=True))
        for place, grid in divided(part, min(k, len(members)), rules, rng).items():
            label[members[place]] = begun + grid
        begun += k
    spent = {
        "seconds": time.perf_counter() - began,
        "processor_seconds": time.process_time() - worked,
        "peak_mb": int(re.findall(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[0]) * 1024 / 1e6,
    }
    np.save(folder / "trees.npy", label)
    (folder / "trees.json").write_text(json.dumps(spent))


def graph_of(arrays: dict[str, np.ndarray], rules: dict[str, Any]) -> networkx.Graph:
    """Return the passable borders between ordinary parcels, with loads, blocks and prices."""
    graph = networkx.Graph()
    for parcel in np.flatnonzero(arrays["component"] >= 0).tolist():
        graph.add_node(
            parcel,
            load=float(arrays["load"][parcel]),
            block=int(arrays["block"][parcel]),
            superblock=int(arrays["superblock"][parcel]),
        )
    rows = (arrays[name].tolist() for name in ("a", "b", "kind", "border_m", "passable"))
    for a, b, kind, border_m, passable in zip(*rows, strict=True):
        if passable and a in graph and b in graph:
            graph.add_edge(a, b, price=border_m * rules["border_costs"][kind])
    return graph


def divided(part: networkx.Graph, k: int, rules: dict[str, Any], rng: random.Random) -> dict[int, int]:
    """Return a grid from 0 to k - 1 for each parcel of one component."""
    if k <= 1:
        return dict.fromkeys(part.nodes, 0)
    target = sum(load for _, load in part.nodes(data="load")) / k
    epsilon = max(min(rules["high"] / target - 1, 1 - rules["low"] / target), 0.001)
    graph = Graph.from_networkx(part)
    cut = partial(bipartition_tree, max_attempts=MAX_ATTEMPTS, region_surcharge=SURCHARGE)
    for widening in (1.0, 1.0, 1.0, 1.5, 2.0, 4.0, 8.0, 16.0):
        try:
            plan: dict[int, int] = recursive_tree_part(
                graph, range(k), target, "load", min(epsilon * widening, 0.95), bipartition_tree_fn=cut, rng=rng
            )
            break
        except Exception:  # noqa: S112 - no balanced tree found: the package raises several kinds
            continue
    else:
        return dict.fromkeys(part.nodes, 0)
    return plan if widening > 1.0 else improved(part, graph, plan, target, epsilon, rules["crossing_m"], rng)


def improved(
    part: networkx.Graph,
    graph: Graph,
    plan: dict[int, int],
    target: float,
    epsilon: float,
    crossing_m: float,
    rng: random.Random,
) -> dict[int, int]:
    """Return the plan after ReCom steps, each kept when it does not raise the price."""
    partition = Partition(graph, plan)
    best, price_m = plan, price(part, plan, crossing_m)
    step = partial(recom, pop_col="load", pop_target=target, epsilon=epsilon, region_surcharge=SURCHARGE)
    cut = partial(bipartition_tree, max_attempts=20)
    for _ in range(STEPS_PER_GRID * len(set(plan.values()))):
        try:
            proposed = step(partition, bipartition_tree_fn=cut, rng=rng)
        except Exception:  # noqa: S112 - no balanced tree for this pair
            continue
        plan = {node: proposed.assignment[node] for node in part.nodes}
        if (new := price(part, plan, crossing_m)) <= price_m:
            partition, best, price_m = proposed, plan, new
    return best


def price(part: networkx.Graph, plan: dict[int, int], crossing_m: float) -> float:
    """Return the price of borders and crossings of a plan."""
    total = sum(metres for a, b, metres in part.edges(data="price") if plan[a] != plan[b])
    touched = {(plan[parcel], superblock) for parcel, superblock in part.nodes(data="superblock")}
    return total + crossing_m * (len(touched) - len(set(plan.values())))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
