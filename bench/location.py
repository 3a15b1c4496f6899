"""A million points to 32,600 grids: linli's `GridLocator` beside geopandas.sjoin and DuckDB spatial, in one process.

`python -m bench.location` prints the tables of RESULTS.md. Everybody runs on one core and starts from what suits it
best: linli from Shapely polygons (its index is built inside the measured time), geopandas from two GeoDataFrames that
hold Shapely objects, DuckDB from two tables of its own that hold GEOMETRY. Rounds are interleaved, so that a busy
moment of the machine hits all alike. Every answer of every contestant is compared point by point.
"""

from __future__ import annotations

import gc
import os
import pickle
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import duckdb_extension_spatial  # type: ignore[import-untyped]  # a path to a binary, nothing more
import geopandas
import numpy as np
import numpy.typing as npt
import pandas
import psutil
import shapely

from bench.city_partition import city_partition
from linli.algorithms.location import GridLocator

GRID_ROWS, GRID_COLUMNS, POINTS_PER_SIDE = 163, 200, 9
POINT_COUNT = 1_000_000
ROUNDS = 5
TARGET_SECONDS = 4.0

Polygons = npt.NDArray[np.object_]
Points = tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]
# Pairs (point number, grid number); a point on a border may come more than once.
Matches = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]


def main() -> None:
    """Run all comparisons on one core and print them; the exit status says whether the target is met."""
    if sys.argv[1:2] == ["--memory"]:
        print_memory(Path(sys.argv[2]))
        return
    one_core = {min(os.sched_getaffinity(0))}
    os.sched_setaffinity(0, one_core)
    polygons = city_partition(GRID_ROWS, GRID_COLUMNS, POINTS_PER_SIDE, dense_core=True, seed=1)
    if not (shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons)):
        raise SystemExit("The generated city overlaps itself; the comparison would mean nothing.")
    codes = [f"{number:06}" for number in np.random.default_rng(3).permutation(len(polygons))]
    print_machine()
    vertices = shapely.get_num_coordinates(polygons)
    print(f"\n{len(polygons):,} grids, {vertices.mean() - 1:.1f} distinct vertices each, {vertices.sum():,} stored.\n")
    met = [
        compare("uniform over the city's extent", polygons, codes, uniform_points(polygons)),
        compare("spread over the grids, so mostly in the dense core", polygons, codes, points_in_grids(polygons)),
    ]
    print_single_point_times(polygons, codes)
    measure_memory(polygons, codes)
    if not all(met):
        raise SystemExit(f"Target missed: at most {TARGET_SECONDS} s and ahead of every other.")


def uniform_points(polygons: Polygons) -> Points:
    """Return points anywhere in the bounding rectangle."""
    west, south, east, north = shapely.total_bounds(polygons)
    random = np.random.default_rng(2)
    return random.uniform(west, east, POINT_COUNT), random.uniform(south, north, POINT_COUNT)


def points_in_grids(polygons: Polygons) -> Points:
    """Return about as many points per grid, as people are spread: anywhere in its bounding rectangle."""
    random = np.random.default_rng(4)
    sides = shapely.bounds(polygons)[random.integers(0, len(polygons), POINT_COUNT)]
    return random.uniform(sides[:, 0], sides[:, 2]), random.uniform(sides[:, 1], sides[:, 3])


def compare(title: str, polygons: Polygons, codes: list[str], points: Points) -> bool:
    """Time all contestants on these points, print a table, and say whether linli meets the target."""
    contestants: dict[str, Callable[[], tuple[float, Matches]]] = {
        "linli, index included": lambda: run_linli(polygons, codes, points),
        "geopandas.sjoin within": lambda: run_geopandas(polygons, points, "within"),
        "geopandas.sjoin intersects": lambda: run_geopandas(polygons, points, "intersects"),
        "DuckDB ST_Contains": lambda: run_duckdb(polygons, points, "ST_Contains"),
        "DuckDB ST_Intersects": lambda: run_duckdb(polygons, points, "ST_Intersects"),
    }
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    answer: npt.NDArray[np.int64] | None = None
    for _ in range(ROUNDS):
        for name, run in contestants.items():
            gc.collect()
            elapsed, matches = run()
            seconds[name].append(elapsed)
            if answer is None:
                answer = np.full(POINT_COUNT, -1)
                answer[matches[0]] = matches[1]
            check_agreement(name, answer, matches, polygons, points)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    ours, *others = medians.values()
    print(f"{POINT_COUNT:,} points, {title}; {(np.asarray(answer) >= 0).sum():,} of them in a grid:\n")
    print(f"| | median of {ROUNDS}, s | fastest, s | slowest, s | times linli's median |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for name, times in seconds.items():
        print(f"| {name} | {medians[name]:.2f} | {min(times):.2f} | {max(times):.2f} | {medians[name] / ours:.1f} |")
    print()
    return ours <= TARGET_SECONDS and ours < min(others)


def check_agreement(
    name: str, answer: npt.NDArray[np.int64], matches: Matches, polygons: Polygons, points: Points
) -> None:
    """Stop unless the matches give linli's grid, and no other, to every point that is not on a border."""
    point, grid = matches
    theirs = np.full(POINT_COUNT, -1)
    theirs[point] = grid
    repeated = point[np.flatnonzero(np.bincount(point, minlength=POINT_COUNT)[point] > 1)]
    suspects = np.union1d(np.flatnonzero(theirs != answer), repeated)
    if not len(suspects):
        return
    borders = shapely.STRtree(shapely.boundary(polygons))
    places = shapely.points(points[0][suspects], points[1][suspects])
    on_border = np.unique(borders.query(places, predicate="intersects")[0])
    if len(on_border) < len(suspects):
        raise SystemExit(f"{name} and linli disagree on {len(suspects) - len(on_border)} points off any border.")


def run_linli(polygons: Polygons, codes: list[str], points: Points) -> tuple[float, Matches]:
    """Build the locator and locate all points."""
    ids = np.arange(len(polygons))
    start = time.perf_counter()
    found = GridLocator(polygons, ids, codes).locate_many(*points)
    elapsed = time.perf_counter() - start
    hit = np.flatnonzero(found >= 0)
    return elapsed, (hit, found[hit])


def run_geopandas(polygons: Polygons, points: Points, predicate: str) -> tuple[float, Matches]:
    """Join two fresh frames, so that no spatial index is left over from an earlier round."""
    grids = geopandas.GeoDataFrame({"grid": np.arange(len(polygons))}, geometry=polygons.copy())
    places = geopandas.GeoDataFrame(geometry=shapely.points(*points))
    start = time.perf_counter()
    joined = geopandas.sjoin(places, grids, predicate=predicate)
    elapsed = time.perf_counter() - start
    return elapsed, (joined.index.to_numpy(), joined["grid"].to_numpy())


def run_duckdb(polygons: Polygons, points: Points, predicate: str) -> tuple[float, Matches]:
    """Join two fresh in-memory tables with the spatial join of DuckDB's extension, on one thread."""
    extension = next(Path(duckdb_extension_spatial.__file__).parent.rglob("spatial.duckdb_extension"))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.load_extension(str(extension))
        connection.register("grid_rows", pandas.DataFrame({"wkb": shapely.to_wkb(polygons)}).reset_index())
        connection.register("point_rows", pandas.DataFrame({"x": points[0], "y": points[1]}).reset_index())
        connection.execute("create table grids as select index as grid, ST_GeomFromWKB(wkb) as shape from grid_rows")
        connection.execute("create table places as select index as point, ST_Point(x, y) as place from point_rows")
        query = f"select point, grid from places join grids on {predicate}(shape, place)"  # noqa: S608  # our own words
        start = time.perf_counter()
        joined = connection.execute(query).fetchnumpy()
        elapsed = time.perf_counter() - start
    return elapsed, (joined["point"], joined["grid"])


def print_single_point_times(polygons: Polygons, codes: list[str]) -> None:
    """Print how long one `locate` takes, over uniform points and over points in the dense core."""
    locator = GridLocator(polygons, np.arange(len(polygons)), codes)
    for title, points in (("uniform", uniform_points(polygons)), ("in grids", points_in_grids(polygons))):
        sample = list(zip(points[0][:50_000].tolist(), points[1][:50_000].tolist(), strict=True))
        micros = []
        for lon, lat in sample:
            start = time.perf_counter_ns()
            locator.locate(lon, lat)
            micros.append((time.perf_counter_ns() - start) / 1000)
        p50, p99 = np.percentile(micros, [50, 99])
        print(
            f"One point ({title}): mean {statistics.fmean(micros):.1f} µs, median {p50:.1f}, 99th percentile {p99:.1f}."
        )


def measure_memory(polygons: Polygons, codes: list[str]) -> None:
    """Build the locator from WKB in a process of its own, as a web worker does, and print that process's memory."""
    with tempfile.NamedTemporaryFile(suffix=".pickle") as file:
        pickle.dump((shapely.to_wkb(polygons).tolist(), codes), file)
        file.flush()
        subprocess.run([sys.executable, "-m", "bench.location", "--memory", file.name], check=True)


def print_memory(path: Path) -> None:
    """Print resident memory before and after, and the peak."""
    with path.open("rb") as file:
        wkb, codes = pickle.load(file)  # noqa: S301  # written a moment ago by `measure_memory`
    process = psutil.Process()
    before = process.memory_info().rss
    locator = GridLocator(wkb, range(len(wkb)), codes)
    gc.collect()
    after = process.memory_info().rss
    # Not ru_maxrss: a child begins with its parent's.
    status = Path("/proc/self/status").read_text()
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) * 1024
    print(
        f"\nIndex: {locator.nbytes / 1e6:.1f} MB, {locator.nbytes / locator.vertex_count:.1f} bytes a vertex"
        f" ({locator.vertex_count:,} vertices, closing ones included). Resident memory of a process that builds it from"
        f" WKB grows by {(after - before) / 1e6:.0f} MB; at its peak by {(peak - before) / 1e6:.0f} MB."
    )


def print_machine() -> None:
    """Print processor, cores and versions."""
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    print(f"{model}, {os.cpu_count()} cores (one used), Python {platform.python_version()}, NumPy {np.__version__},")
    print(
        f"Shapely {shapely.__version__} (GEOS {shapely.geos_version_string}), geopandas {geopandas.__version__},",
        end=" ",
    )
    print(f"DuckDB {duckdb.__version__}.")


if __name__ == "__main__":
    main()
