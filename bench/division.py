"""Made-up cities divided by linli, METIS and GerryChain, each in a process of its own on the same graph: prints the tables of RESULTS.md.

`python -m bench.division` runs all cities (about a quarter of an hour); `python -m bench.division 5k` one line of `CITIES`.
METIS and GerryChain are asked for as many grids in each connected piece of a community as linli made there. GerryChain runs
where it ends within some minutes: 5,000 buildings. `division_methods` next door runs one method, `division_optimum` compares small
cases with their proved optimum.
"""

from __future__ import annotations

import argparse
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from bench.division_methods import Figures, save_graph, save_ground
from linli.algorithms.division.generated import generated_graph, generated_ground


@dataclass(frozen=True, slots=True)
class City:
    """A size to run: how many parcels and seeds, and with how many of the seeds each method is tried."""

    name: str
    parcels: int
    one_household: bool
    seeds: dict[str, int]
    seconds: float
    seconds_with_polygons: float


CITIES = (
    City("5k", 5_000, False, {"linli": 20, "METIS": 20, "GerryChain": 3, "polygons": 5}, 15, 40),
    City("50k", 50_000, False, {"linli": 3, "METIS": 3, "polygons": 1}, 15, 40),
    City("157k", 157_000, False, {"linli": 3, "METIS": 3, "polygons": 3}, 15, 40),
    City("houses", 1_570_000, True, {"linli": 1, "METIS": 1}, 10, 40),
)
MEMORY_MB = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: how the figures of several runs become one text, and whether linli's meet the goal."""

    name: str
    goal: Callable[[City], str]
    text: Callable[[list[Figures]], str]
    met: Callable[[list[Figures], City], bool]


def total(runs: list[Figures], name: str) -> float:
    """Return a sum over runs."""
    return sum(run[name] for run in runs)


def mean(runs: list[Figures], name: str) -> float:
    """Return a mean over runs."""
    return total(runs, name) / len(runs)


def crossing_ratio(runs: list[Figures]) -> float:
    """Return grids across a main road or river over the lower bound, over all runs together."""
    return total(runs, "crossing") / max(total(runs, "crossing_bound"), 1)


def bounds_text(runs: list[Figures]) -> str:
    """Return the share in bounds, never rounded up to all, and how many are not."""
    missing = int(total(runs, "asked") - total(runs, "in_bounds"))
    return "100 %" if not missing else f"{100 * (1 - missing / total(runs, 'asked')):.2f} % ({missing:,} not)"


def least_compactness(city: City) -> float:
    """Return the goal of mean Polsby–Popper."""
    return 0.63 if city.one_household else 0.66


ROWS = (
    Row(
        "grids in bounds, feasible communities",
        lambda _: "100 %",
        bounds_text,
        lambda runs, _: total(runs, "in_bounds") == total(runs, "asked") > 0,
    ),
    Row(
        "not contiguous",
        lambda _: "0",
        lambda runs: f"{total(runs, 'in_pieces'):,.0f}",
        lambda runs, _: total(runs, "in_pieces") == 0,
    ),
    Row(
        "mean Polsby–Popper",
        lambda city: f"≥ {least_compactness(city)}",
        lambda runs: f"{mean(runs, 'compactness'):.3f}",
        lambda runs, city: mean(runs, "compactness") >= least_compactness(city),
    ),
    Row(
        "internal border on streets",
        lambda _: "≥ 97 %",
        lambda runs: f"{100 * mean(runs, 'on_streets'):.1f} %",
        lambda runs, _: mean(runs, "on_streets") >= 0.97,
    ),
    Row(
        "grids across a main road, over the lower bound",
        lambda _: "< 1.84 ×",
        lambda runs: (
            f"{crossing_ratio(runs):.2f} × ({total(runs, 'crossing'):,.0f} / {total(runs, 'crossing_bound'):,.0f})"
        ),
        lambda runs, _: crossing_ratio(runs) < 1.84,
    ),
    Row(
        "border cost per grid",
        lambda _: "",
        lambda runs: f"{total(runs, 'border_cost') / total(runs, 'grids'):.0f} m",
        lambda _runs, _city: True,
    ),
    Row(
        "division, slowest run",
        lambda city: f"≤ {city.seconds:g} s",
        lambda runs: f"{max(run['seconds'] for run in runs):.1f} s",
        lambda runs, city: max(run["seconds"] for run in runs) <= city.seconds,
    ),
    Row(
        "processor time of that, all cores",
        lambda _: "",
        lambda runs: f"{max(run['processor_seconds'] for run in runs):.1f} s",
        lambda _runs, _city: True,
    ),
    Row(
        "peak memory",
        lambda _: "≤ 1 GB",
        lambda runs: f"{max(run['peak_mb'] for run in runs):,.0f} MB",
        lambda runs, _: max(run["peak_mb"] for run in runs) <= MEMORY_MB,
    ),
)
POLYGON_ROWS = (
    *ROWS[:5],
    Row(
        "polygons invalid, in parts or not matching",
        lambda _: "0",
        lambda runs: f"{total(runs, 'faults'):,.0f}",
        lambda runs, _: total(runs, "faults") == 0,
    ),
    Row(
        "gaps, overlaps, ground outside",
        lambda _: "0 m²",
        lambda runs: f"{total(runs, 'gaps_m2'):.3g} m²",
        lambda runs, _: total(runs, "gaps_m2") == 0,
    ),
    Row(
        "buildings outside their grid's polygon, labels lost",
        lambda _: "0",
        lambda runs: f"{total(runs, 'misplaced') + total(runs, 'labels_lost'):,.0f}",
        lambda runs, _: total(runs, "misplaced") + total(runs, "labels_lost") == 0,
    ),
    Row(
        "parcels + division + polygons, slowest run",
        lambda city: f"≤ {city.seconds_with_polygons:g} s",
        lambda runs: (
            f"{max(run['seconds'] for run in runs):.1f} s = {mean(runs, 'cells_seconds'):.1f} + "
            f"{mean(runs, 'division_seconds'):.1f} + {mean(runs, 'polygons_seconds'):.1f}"
        ),
        lambda runs, city: max(run["seconds"] for run in runs) <= city.seconds_with_polygons,
    ),
    *ROWS[7:],
)


def run_method(method: str, folder: Path) -> Figures:
    """Run one method in a process of its own on what lies in the folder."""
    command = [sys.executable, "-m", "bench.division_methods", method, str(folder)]
    subprocess.run(command, check=True)
    figures: Figures = json.loads((folder / f"{method}.json").read_text())
    return figures


def run_city(city: City, folder: Path) -> dict[str, list[Figures]]:
    """Run every method on every seed that is meant for it."""
    found: dict[str, list[Figures]] = {method: [] for method in city.seeds}
    for seed in range(1, max(city.seeds.values()) + 1):
        save_graph(generated_graph(city.parcels, seed, one_household=city.one_household), folder)
        for method, seeds in city.seeds.items():
            if seed > seeds:
                continue
            if method == "polygons":
                save_ground(generated_ground(city.parcels, seed), folder)
            found[method].append(run_method(method, folder))
            print(f"{city.name}, seed {seed}, {method}: {found[method][-1]}", file=sys.stderr, flush=True)
    return found


def print_table(city: City, rows: tuple[Row, ...], columns: dict[str, list[Figures]], ours: str) -> bool:
    """Print one table and return whether every goal is met by linli's column."""
    print(f"| | goal | {' | '.join(columns)} | met |")
    print(f"| --- | --- | {' | '.join('---:' for _ in columns)} | --- |")
    every = True
    for row in rows:
        met = row.met(columns[ours], city)
        every &= met
        goal = row.goal(city)
        texts = " | ".join(row.text(runs) for runs in columns.values())
        print(f"| {row.name} | {goal} | {texts} | {('yes' if met else '**no**') if goal else ''} |")
    return every


def main() -> None:
    """Run the chosen cities and print their tables; the exit status says whether every goal is met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "city", nargs="*", choices=[[], *(city.name for city in CITIES)], help="which cities; all when none"
    )
    parser.add_argument("--only", help="methods, by comma", default="linli,METIS,GerryChain,polygons")
    parser.add_argument("--seeds", type=int, help="at most so many seeds", default=100)
    options = parser.parse_args()
    methods = options.only.split(",")
    print_machine()
    met = True
    for city in CITIES:
        if options.city and city.name not in options.city:
            continue
        seeds = {method: min(count, options.seeds) for method, count in city.seeds.items() if method in methods}
        folder = Path(tempfile.mkdtemp(prefix="linli-division-"))
        try:
            found = run_city(
                City(city.name, city.parcels, city.one_household, seeds, city.seconds, city.seconds_with_polygons),
                folder,
            )
        finally:
            shutil.rmtree(folder)
        kind = "parcels with one household each" if city.one_household else "buildings"
        print(f"\n### {city.parcels:,} {kind}\n")
        counts = ", ".join(f"{method} {count}" for method, count in seeds.items())
        grids = np.mean([run["grids"] for run in next(iter(found.values()))])
        print(f"Seeds: {counts}; about {grids:,.0f} ordinary grids.\n")
        polygons = found.pop("polygons", [])
        if found:
            met &= print_table(city, ROWS, found, next(iter(found)))
        if polygons:
            print("\nFrom streets, outlines and footprints to polygons:\n")
            met &= print_table(city, POLYGON_ROWS, {"linli": polygons}, "linli")
    if not met:
        raise SystemExit("\nA goal is missed.")


def print_machine() -> None:
    """Print processor, cores and versions."""
    names = ("numpy", "scipy", "numba", "shapely", "pymetis")
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    print(f"{model}, Python {platform.python_version()}, {', '.join(f'{name} {version(name)}' for name in names)}.")


if __name__ == "__main__":
    main()
