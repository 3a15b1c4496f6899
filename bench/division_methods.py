"""One method on one ground, in a process of its own so that its memory is its own: `python -m bench.division_methods NAME FOLDER`.

`division` fills the folder (`save_graph`, `save_ground`), starts this, and reads the answer. Every method ends with a grid number
for each parcel; the judge is the same for all: `linli.algorithms.division.measures`.
"""

from __future__ import annotations

import itertools
import json
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import coo_array, csr_array

from linli.algorithms.division.atoms import parts
from linli.algorithms.division.cells import parcels_of
from linli.algorithms.division.coverage import coverage_faults, grid_polygons
from linli.algorithms.division.divide import divide
from linli.algorithms.division.generated import generated_graph, generated_ground
from linli.algorithms.division.measures import crossing_bound, measure
from linli.algorithms.division.model import NOBODY, Bools, Division, Ground, Ints, ParcelGraph, Rules

RULES = Rules()
WARM_BUILDINGS = 300
# Of 20 to 240 thousandths and 1, 10 and 40 cuts, this kept the bounds almost everywhere with the best borders: 200 gives fewer
# crossings and leaves 4 % of the grids out of bounds, 20 keeps all and cuts three times as many blocks.
METIS_UFACTOR, METIS_CUTS = 100, 10

Figures = dict[str, float]


def peak_memory_mb() -> float:
    """Return the most that this program has held. The kernel's ru_maxrss would count what the parent held when it started us."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


class Clock:
    """Counts from where it is made: seconds on the wall, seconds of processors (all threads), and the process's peak memory."""

    def __init__(self) -> None:
        self.began, self.worked = time.perf_counter(), time.process_time()

    def read(self) -> Figures:
        """Return what was spent so far."""
        return {
            "seconds": time.perf_counter() - self.began,
            "processor_seconds": time.process_time() - self.worked,
            "peak_mb": peak_memory_mb(),
        }


def save_graph(graph: ParcelGraph, folder: Path) -> None:
    """Write each array of the graph to a file of its own, so that a process can begin with nothing but the graph."""
    folder.mkdir(parents=True, exist_ok=True)
    for field in fields(graph):
        if (array := getattr(graph, field.name)) is not None:
            np.save(folder / f"{field.name}.npy", array)


def load_graph(folder: Path) -> ParcelGraph:
    """Read what `save_graph` wrote."""
    files = {field.name: folder / f"{field.name}.npy" for field in fields(ParcelGraph)}
    return ParcelGraph(**{name: np.load(file) for name, file in files.items() if file.exists()})


def save_ground(ground: Ground, folder: Path) -> None:
    """Write the ground; only this bench reads it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ground.pickle").write_bytes(pickle.dumps(ground))


def components(graph: ParcelGraph) -> tuple[int, Ints]:
    """Return number and component of each parcel: ordinary ground that hangs together over passable borders; NOBODY else."""
    ordinary = graph.dedicated == NOBODY
    joined = graph.passable & ordinary[graph.a] & ordinary[graph.b]
    _, part = parts(graph.size, graph.a[joined], graph.b[joined])
    component = np.full(graph.size, NOBODY, dtype=np.int32)
    ids, component[ordinary] = np.unique(part[ordinary], return_inverse=True)
    return len(ids), component


def feasible_communities(graph: ParcelGraph) -> Bools:
    """Return for each community whether every component of it can be so many grids in bounds, by its load alone."""
    number, component = components(graph)
    ordinary = component != NOBODY
    load = np.bincount(component[ordinary], graph.load[ordinary], number)
    impossible = np.ceil(load / RULES.high - 1e-9) > np.floor(load / RULES.low + 1e-9)
    feasible = np.ones(int(graph.community.max()) + 1, dtype=np.bool_)
    feasible[graph.community[ordinary][impossible[component[ordinary]]]] = False
    return feasible


def judged(graph: ParcelGraph, division: Division) -> Figures:
    """Return the figures of the table for a division, whoever made it."""
    measures = measure(graph, division, RULES)
    ordinary = division.dedicated == NOBODY
    asked = ordinary & feasible_communities(graph)[division.community]
    return {
        "grids": int(ordinary.sum()),
        "asked": int(asked.sum()),
        "in_bounds": int((asked & measures.in_bounds).sum()),
        "in_pieces": int((measures.pieces > 1).sum()),
        "compactness": measures.mean_compactness,
        "on_streets": measures.share_on_streets,
        "crossing": measures.crossing,
        "crossing_bound": crossing_bound(graph, RULES),
        "border_cost": measures.border_cost,
    }


def crossing_count(graph: ParcelGraph, grid_of: Ints) -> int:
    """Return how many grids lie in more than one superblock; parcels with NOBODY do not count."""
    chosen = grid_of != NOBODY
    pairs = np.unique(np.column_stack([grid_of[chosen], graph.superblock[chosen]]), axis=0)
    return int((np.bincount(pairs[:, 0]) > 1).sum())


def division_of(graph: ParcelGraph, label: Ints) -> Division:
    """Return a division from labels of ordinary parcels; each premises is a dedicated grid, as in linli's own."""
    special = graph.dedicated != NOBODY
    key = np.where(special, graph.dedicated + (int(label.max()) + 1), label)
    first, grid_of = np.unique(key, return_index=True, return_inverse=True)[1:]
    return Division(
        grid_of=grid_of.astype(np.int32),
        community=graph.community[first],
        load=np.bincount(grid_of, graph.load).astype(np.float64),
        dedicated=graph.dedicated[first],
    )


def by_linli(folder: Path) -> tuple[Ints, Figures]:
    """Divide with linli; the compiled code is loaded before the clock starts."""
    graph = load_graph(folder)
    divide(generated_graph(WARM_BUILDINGS, 1), RULES)
    clock = Clock()
    division = divide(graph, RULES, seed=1)
    return division.grid_of, clock.read()


def by_metis(folder: Path) -> tuple[Ints, Figures]:
    """Divide each component with METIS into as many grids as linli made of it, by the same prices of borders."""
    graph, grids = load_graph(folder), np.load(folder / "grids.npy")
    clock = Clock()
    label = metis_labels(graph, grids, METIS_UFACTOR, METIS_CUTS)
    return label, clock.read()


def metis_labels(graph: ParcelGraph, grids: Ints, ufactor: int, cuts: int) -> Ints:
    """Return a label for each ordinary parcel; `ufactor` is the imbalance allowed in thousandths, `cuts` how many it tries."""
    import pymetis

    options = pymetis.Options(ufactor=ufactor, ncuts=cuts, niter=20, seed=1, contig=1)
    number, component = components(graph)
    label = np.full(graph.size, NOBODY, dtype=np.int32)
    begun = 0
    for members, rows in component_rows(graph, number, component):
        k = min(int(grids[component[members[0]]]), len(members))
        label[members] = begun
        if k > 1:
            _, part = pymetis.part_graph(
                k,
                pymetis.CSRAdjacency(rows.indptr, rows.indices),
                eweights=np.maximum(np.rint(rows.data), 1).astype(np.int32),
                vweights=np.rint(graph.load[members]).astype(np.int32),
                recursive=False,
                options=options,
            )
            label[members] += np.asarray(part, dtype=np.int32)
        begun += k
    return label


def component_rows(graph: ParcelGraph, number: int, component: Ints) -> Iterator[tuple[Ints, csr_array]]:
    """Yield members of each component and its passable borders as compressed rows of prices."""
    price = np.asarray(RULES.border_costs)[graph.kind] * graph.border_m
    joined = graph.passable & (component[graph.a] == component[graph.b]) & (component[graph.a] != NOBODY)
    a, b = graph.a[joined], graph.b[joined]
    order: Ints = np.argsort(component, kind="stable").astype(np.int32)
    first = np.searchsorted(component[order], np.arange(number + 1))
    place = np.empty(graph.size, dtype=np.int32)
    place[order] = np.arange(graph.size, dtype=np.int32)
    whole = coo_array((np.tile(price[joined], 2), (place[np.r_[a, b]], place[np.r_[b, a]])), (graph.size,) * 2).tocsr()
    for low, high in itertools.pairwise(first.tolist()):
        yield order[low:high], whole[low:high, low:high]


def by_trees(folder: Path) -> tuple[Ints, Figures]:
    """Divide with GerryChain in an environment of its own: its newest release and linli's tests want different pandas."""
    graph = load_graph(folder)
    np.save(folder / "component.npy", components(graph)[1])
    uv = Path(sys.executable).with_name("uv")
    script = Path(__file__).with_name("division_trees.py")
    subprocess.run([uv, "run", "--quiet", "--script", script, folder, json.dumps(asdict(RULES))], check=True)
    said: Figures = json.loads((folder / "trees.json").read_text())
    return np.load(folder / "trees.npy"), said


METHODS: dict[str, Callable[[Path], tuple[Ints, Figures]]] = {
    "linli": by_linli,
    "METIS": by_metis,
    "GerryChain": by_trees,
}


def polygons_by_linli(folder: Path) -> Figures:
    """From streets, outlines and footprints to polygons of grids; what is wrong with them is looked for after the clock."""
    ground: Ground = pickle.loads((folder / "ground.pickle").read_bytes())  # noqa: S301 - written by our own parent
    warm = parcels_of(generated_ground(WARM_BUILDINGS, 1))
    grid_polygons(warm, divide(warm.graph, RULES).grid_of)
    clock = Clock()
    parcels = parcels_of(ground)
    cut = clock.read()
    division = divide(parcels.graph, RULES, seed=1)
    divided = clock.read()
    polygons = grid_polygons(parcels, division.grid_of)
    spent = clock.read()
    faults = coverage_faults(polygons, ground.communities)
    # A building belongs to the grid whose polygon holds a point inside it: nothing may be lost on the way to polygons.
    points = shapely.point_on_surface(ground.buildings)
    point, polygon = shapely.STRtree(polygons).query(points, predicate="within")
    held = np.full(len(points), NOBODY)
    held[point] = polygon
    misplaced = int((held != division.grid_of[parcels.building_parcel]).sum())
    return {
        **judged(parcels.graph, division),
        "faults": len(faults.invalid) + len(faults.in_parts) + len(faults.unmatched),
        "gaps_m2": abs(faults.gap_m2) + abs(faults.overlap_m2) + abs(faults.outside_m2),
        "misplaced": misplaced + int((parcels.building_parcel == NOBODY).sum()),
        "labels_lost": int((shapely.area(polygons) <= 0).sum()) + division.size - len(polygons),
        "cells_seconds": cut["seconds"],
        "division_seconds": divided["seconds"] - cut["seconds"],
        "polygons_seconds": spent["seconds"] - divided["seconds"],
        **spent,
    }


def main(method: str, folder: Path) -> None:
    """Run one method on what lies in the folder and leave the answer there."""
    if method == "polygons":
        figures = polygons_by_linli(folder)
    else:
        label, spent = METHODS[method](folder)
        graph = load_graph(folder)
        division = division_of(graph, label)
        figures = {**judged(graph, division), **spent}
        if method == "linli":
            number, component = components(graph)
            pairs = np.unique(component[component != NOBODY].astype(np.int64) << 32 | label[component != NOBODY])
            np.save(folder / "grids.npy", np.bincount(pairs >> 32, minlength=number).astype(np.int32))
    (folder / f"{method}.json").write_text(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
