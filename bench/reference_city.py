"""The reference city (one city, 12 districts, 146 townships, 4,451 communities and villages, 32,600 grids): loading it.

`python -m bench.reference_city` writes its files, imports them twice with the `linli` command into an empty database (that
of LINLI_DATABASE_URL, else SQLite), and measures what a web worker keeps of it. `--make FOLDER` only writes the files:
areas.csv, grids.geojson and grids.csv (code, area, a point inside). `city_partition` next door draws the grids.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DISTRICTS, TOWNSHIPS, COMMUNITIES, VILLAGES = 12, 146, 169, 4282
GRID_ROWS, GRID_COLUMNS, POINTS_PER_SIDE = 163, 200, 9
DECIMALS = 7  # of a degree: a centimetre
TARGET_SECONDS, TARGET_WORKER_MB = 60.0, 200.0
CITY = "990100000000"


def main(arguments: list[str]) -> None:
    """Run what the command line asks for; the exit status says whether the targets are met."""
    if arguments[:1] == ["--make"]:
        make(Path(arguments[1]))
    elif arguments[:1] == ["--worker"]:
        print_worker_memory()
    else:
        with tempfile.TemporaryDirectory(prefix="linli-reference-city-") as folder:
            measure(Path(folder))


def area_rows() -> list[tuple[str, str, str]]:
    """Code, name and level of every area; the tree follows from the codes."""
    rows = [(CITY, "参考市", "city")]
    townships = []
    for number in range(DISTRICTS):
        code = f"9901{number + 1:02d}"
        rows.append((f"{code}000000", f"第{number + 1}区", "district"))
        below = TOWNSHIPS // DISTRICTS + (number < TOWNSHIPS % DISTRICTS)
        # 0xx are street offices, 1xx towns; the first of every district are streets.
        townships += [f"{code}{one + 1 if one < 4 else one + 97:03d}" for one in range(below)]
    rows += [(f"{code}000", f"{code[-3:]}号街镇", "street") for code in townships]
    places = COMMUNITIES + VILLAGES
    streets = [code for code in townships if code[6] == "0"]
    town = {code: COMMUNITIES // len(streets) + (k < COMMUNITIES % len(streets)) for k, code in enumerate(streets)}
    for k, code in enumerate(townships):
        total = places // TOWNSHIPS + (k < places % TOWNSHIPS)
        in_town = town.get(code, 0)
        rows += [(f"{code}{one + 1:03d}", f"{code[-3:]}号街镇第{one + 1}社区", "community") for one in range(in_town)]
        rows += [
            (f"{code}{one + 201:03d}", f"{code[-3:]}号街镇第{one + 1}村", "community") for one in range(total - in_town)
        ]
    return rows


def make(folder: Path) -> None:
    """Write areas.csv, grids.geojson and grids.csv."""
    import numpy as np
    import shapely

    from bench.city_partition import city_partition
    from linli.algorithms.tile_keys import tile_key

    folder.mkdir(parents=True, exist_ok=True)
    rows = area_rows()
    with (folder / "areas.csv").open("w", encoding="utf-8", newline="") as sink:
        csv.writer(sink).writerows([("code", "name", "level"), *rows])
    polygons = city_partition(GRID_ROWS, GRID_COLUMNS, POINTS_PER_SIDE, dense_core=True, seed=1)
    polygons = shapely.transform(polygons, lambda points: np.round(points, DECIMALS))
    if not (shapely.is_valid(polygons).all() and shapely.coverage_is_valid(polygons)):
        raise SystemExit("The generated city overlaps itself.")
    inside = shapely.get_coordinates(shapely.point_on_surface(polygons))
    # In the order of their tile keys neighbours stand together, so each community gets a handful of adjoining grids.
    order = np.argsort(tile_key(inside[:, 0], inside[:, 1]), kind="stable")
    places = [row[0] for row in rows if row[2] == "community"]
    bounds = np.linspace(0, len(order), len(places) + 1).astype(int)
    area_of = np.repeat(np.arange(len(places)), np.diff(bounds))
    with (
        (folder / "grids.geojson").open("w", encoding="utf-8") as sink,
        (folder / "grids.csv").open("w", encoding="utf-8", newline="") as points,
    ):
        writer = csv.writer(points)
        writer.writerow(("code", "area", "lon", "lat"))
        sink.write('{"type": "FeatureCollection", "features": [\n')
        running: dict[str, int] = {}
        for k, number in enumerate(order.tolist()):
            area = places[area_of[k]]
            running[area] = running.get(area, 0) + 1
            code = f"{area}{running[area]:03d}"
            coordinates = np.round(shapely.get_coordinates(polygons[number]), DECIMALS).tolist()
            feature = {
                "type": "Feature",
                "properties": {
                    "code": code,
                    "area": area,
                    "name": f"第{running[area]}网格",
                    "households": 300 + k % 200,
                },
                "geometry": {"type": "Polygon", "coordinates": [coordinates]},
            }
            sink.write(
                json.dumps(feature, ensure_ascii=False, separators=(",", ":")) + (",\n" if k + 1 < len(order) else "\n")
            )
            writer.writerow((code, area, *np.round(inside[number], DECIMALS)))
        sink.write("]}\n")


def measure(folder: Path) -> None:
    """Import twice, print times, peaks and the memory of a worker."""
    subprocess.run([sys.executable, "-m", "bench.reference_city", "--make", str(folder)], check=True)
    size_mb = (folder / "grids.geojson").stat().st_size / 1e6
    env = {**os.environ, "LINLI_MODE": "demo", "LINLI_HOME": str(folder / "home")}
    database = "PostgreSQL" if "postgres" in env.get("LINLI_DATABASE_URL", "") else "SQLite"
    linli = str(Path(sys.executable).with_name("linli"))
    print(f"{database}; {len(area_rows()):,} areas, {GRID_ROWS * GRID_COLUMNS:,} grids, GeoJSON of {size_mb:.0f} MB.\n")
    print("| | s | peak memory, MB | it said |\n| --- | ---: | ---: | --- |")
    run([linli, "migrate"], env, "tables, roles, catalogue")
    total = 0.0
    for turn in ("first", "second"):
        seconds = [
            run([linli, "areas", "import", str(folder / "areas.csv")], env, f"areas, {turn} time"),
            run([linli, "grids", "import", str(folder / "grids.geojson")], env, f"grids, {turn} time"),
        ]
        total = total or sum(seconds)
    print(f"\nBoth files: {total:.1f} s (at most {TARGET_SECONDS:.0f}).\n", flush=True)
    worker = subprocess.run(
        [sys.executable, "-m", "bench.reference_city", "--worker"], env=env, check=True, stdout=subprocess.PIPE
    )
    figures = json.loads(worker.stdout.splitlines()[-1])
    print("| memory of a web worker, MB | |\n| --- | ---: |")
    for name, value in figures.items():
        print(f"| {name} | {value:.1f} |")
    if total > TARGET_SECONDS or figures["resident after the grids"] > TARGET_WORKER_MB:
        raise SystemExit("Target missed.")


def run(command: list[str], env: dict[str, str], title: str) -> float:
    """Run a command, print its time, its peak resident memory and its last line."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = process.stdout.read().strip().splitlines()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    print(f"| {title} | {seconds:.1f} | {usage.ru_maxrss / 1024:.0f} | {said[-1] if said else ''} |", flush=True)
    if status:
        raise SystemExit(f"{' '.join(command)} failed.")
    return seconds


def print_worker_memory() -> None:
    """Start the application as a web server does, load the grids, and print resident memory as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    import linli.config.wsgi  # noqa: F401 - loads the application
    from linli.core.grids.public import layers

    figures = {"resident before the grids": resident_mb()}
    begun = time.perf_counter()
    index = layers()["main"]
    figures["seconds to load them"] = time.perf_counter() - begun
    figures["resident after the grids"] = resident_mb()
    figures["of it the index"] = index.locator.nbytes / 1e6
    figures["peak while loading"] = resident_mb("VmHWM")
    figures["million vertices"] = index.locator.vertex_count / 1e6
    figures["bytes a vertex, index"] = index.locator.nbytes / index.locator.vertex_count
    print(json.dumps(figures))


def resident_mb(line: str = "VmRSS") -> float:
    """Resident memory of this process, MB (VmHWM: its peak)."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(one.split()[1]) for one in status if one.startswith(line)) * 1024 / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])
