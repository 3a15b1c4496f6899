"""How long a tile of the map takes at the size that linli is meant for, by zoom, with the features and bytes that it holds.

`python -m bench.tiles` (SQLite; for PostgreSQL beside `python -m tools.postgres --`). `LINLI_BENCH_CASES` cases (1,000,000) of which 3 % are
open and `LINLI_BENCH_COMPONENTS` components (600,000) lie in a city of 30 × 30 km, four fifths of them in its middle tenth; rows by SQL, as in
many_cases.py. Tiles are asked for through the views, each once, by somebody of the whole city, of a district and of a street; then reports
are sent with and without the index that the map needs. Then what stands beside the map is asked for.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

CASES = int(os.environ.get("LINLI_BENCH_CASES", "1000000"))
COMPONENTS = int(os.environ.get("LINLI_BENCH_COMPONENTS", "600000"))
OPEN_SHARE = 0.03
WEST, SOUTH, SIDE = 115.0, 30.0, 0.3
TILES_EACH = 40
REPORTS = 400


def places(count: int, seed: int) -> np.ndarray[Any, Any]:
    """Longitudes and latitudes: four fifths in the middle tenth of the area, the rest anywhere."""
    draw = np.random.default_rng(seed)
    found = draw.random((count, 2)) * SIDE
    middle = draw.random(count) < 0.8
    found[middle] = SIDE / 2 + (draw.random((int(middle.sum()), 2)) - 0.5) * SIDE * 0.316
    moved: np.ndarray[Any, Any] = np.add(found, (WEST, SOUTH))
    return moved


def make() -> Any:
    """The test city with its rows; gives it."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.city import build_city

    city = build_city()
    begun = time.perf_counter()
    add_components(city)
    print(f"{COMPONENTS:,} components added through the service in {time.perf_counter() - begun:.0f} s", flush=True)
    begun = time.perf_counter()
    add_cases(city)
    print(f"{CASES:,} cases added by SQL in {time.perf_counter() - begun:.0f} s", flush=True)
    return city


def communities(city: Any) -> list[Any]:
    """The four communities: which share of the places each has is decided by chance."""
    from tests.city import COMMUNITY, FAR_COMMUNITY, OTHER_COMMUNITY, SECOND_COMMUNITY

    return [city.areas[code] for code in (COMMUNITY, SECOND_COMMUNITY, OTHER_COMMUNITY, FAR_COMMUNITY)]


def add_components(city: Any) -> None:
    """Through the service, whose counting is part of what an import costs."""
    from linli.core.platform.public import SYSTEM
    from linli.core.registry.public import PlacedRow
    from linli.core.registry.public import add_components as add

    areas = communities(city)
    rows = (
        PlacedRow(
            f"990101{number:010d}", lon, lat, areas[number % 4].id,
            {"standard": "GB/T 47678.5-2026", "major_code": f"{1 + number % 5:02d}", "minor_code": "001", "name": "路灯", "owner_unit_id": None},
        )
        for number, (lon, lat) in enumerate(places(COMPONENTS, 7).tolist())
    )  # fmt: skip
    add(SYSTEM, rows, source="bench")


def add_cases(city: Any) -> None:
    """Copies of one reported case at other places, times, areas and states, in one transaction; the tables are analysed."""
    from datetime import timedelta
    from uuid import UUID

    from django.db import connection, transaction

    from linli.algorithms.tile_keys import tile_key
    from linli.core.areas.public import area_tree
    from linli.core.cases.public import Case
    from linli.core.platform.public import insert_rows, now

    city.report()
    model: dict[str, Any] = dict(Case.objects.values().get())
    del model["id"]
    tree, areas, instant = area_tree(), communities(city), now()
    at = places(CASES, 11)
    keys = np.asarray(tile_key(at[:, 0].copy(), at[:, 1].copy())).tolist()
    draw = np.random.default_rng(5)
    due = (draw.random(CASES) * 96 - 24).tolist()
    states = ("reported", "filed", "dispatched", "handling", "handled")
    waiting: list[dict[str, Any]] = []
    with transaction.atomic():
        for number, (lon, lat) in enumerate(at.tolist()):
            is_open = number >= CASES * (1 - OPEN_SHARE)
            reported = instant - timedelta(minutes=(CASES - number) * 0.5)
            waiting.append(
                {
                    **model, **tree.scope_columns(areas[number % 4].id), "uuid": UUID(int=number + 1), "tracking": f"B{number:011d}", "lon": lon, "lat": lat,
                    "tile_key": keys[number], "state": states[number % 5] if is_open else "archived", "reported_at": reported,
                    "clock_state": "running" if is_open else "done", "due_at": instant + timedelta(hours=due[number]) if is_open else None,
                    "amber_at": instant + timedelta(hours=due[number] - 6) if is_open else None, "closed_at": None if is_open else reported,
                    "reporter_user_id": None,
                }
            )  # fmt: skip
            if len(waiting) == 1000:
                insert_rows(Case, waiting)
                waiting = []
        insert_rows(Case, waiting)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def measure(city: Any) -> None:
    """Asks for tiles of each zoom where the rows are, and prints the times."""
    from django.conf import settings
    from django.test import Client

    from linli.core.access.public import Role, grant_scope
    from linli.core.platform.public import SYSTEM
    from tests.city import CITY
    from tests.web.staff import signed_in

    settings.ALLOWED_HOSTS = ["*"]
    grant_scope(SYSTEM, user=city.users["leader"], role=Role.objects.get(code="supervisor"), area=city.areas[CITY])
    people: dict[str, Client] = {
        "city": signed_in(city, "leader"), "district": signed_in(city, "supervisor"), "street": signed_in(city, "dispatcher"),
    }  # fmt: skip
    for words, path, query in (
        ("open cases", "cases", {}),
        ("cases that ended", "cases", {"state": "archived"}),
        ("components", "components", {}),
    ):
        for who, client in people.items():
            for zoom in range(8, 19):
                print(f"{words:17} {who:9} z{zoom:<3}" + row(client, f"/map/{path}", zoom, query), flush=True)


def beside(city: Any) -> None:
    """What stands beside the map: the list of all the city and of a square kilometre, figures by area and by day, with and without a drawn part."""
    from tests.web.staff import signed_in

    client = signed_in(city, "leader")
    west, south = WEST + SIDE / 2, SOUTH + SIDE / 2
    part = "~".join(f"{west + x:.5f}_{south + y:.5f}" for x, y in ((0, 0), (0.03, 0.005), (0.02, 0.03), (0.005, 0.02)))
    whole, near = (f"{west - by},{south - by},{west + by},{south + by}" for by in (SIDE, 0.005))
    for words, path, query in (
        ("list, all the city", "list", {"box": whole}),
        ("list, a square kilometre", "list", {"box": near}),
        ("list, a drawn part of all", "list", {"box": whole, "within": part}),
        ("list of what ended", "list", {"box": whole, "state": "archived"}),
        ("figures by community", "shades", {}),
        ("figures of what ended", "shades", {"state": "archived"}),
        ("figures of 90 days", "days", {}),
    ):
        times = []
        for _time in range(20):
            begun = time.perf_counter()
            assert client.get(f"/map/{path}/", query).status_code == 200
            times.append((time.perf_counter() - begun) * 1000)
        print(
            f"{words:26} first {times[0]:7.1f}  p50 {statistics.median(times):6.1f}  p95 {sorted(times)[18]:6.1f} ms",
            flush=True,
        )


def row(client: Any, path: str, zoom: int, query: dict[str, str]) -> str:
    """p50 and p95 of the tiles of a zoom in milliseconds, the most features and bytes, and how many tiles were asked for."""
    import mapbox_vector_tile

    from linli.algorithms.tile_keys import tile_key, tile_of_key

    draw = np.random.default_rng(zoom)
    spots = places(400, zoom)[draw.permutation(400)]
    tiles = list(dict.fromkeys(tile_of_key(tile_key(lon, lat, zoom)) for lon, lat in spots.tolist()))[:TILES_EACH]
    times, most, largest = [], 0, 0
    for x, y in tiles:
        begun = time.perf_counter()
        answer = client.get(f"{path}/{zoom}/{x}/{y}.mvt", query)
        times.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, answer.status_code
        layers = mapbox_vector_tile.decode(answer.content) if answer.content else {}
        most = max(most, *(len(layer["features"]) for layer in layers.values()), 0)
        largest = max(largest, len(answer.content))
    p95 = sorted(times)[max(0, int(len(times) * 0.95) - 1)] if len(times) >= 20 else max(times)
    return f"p50 {statistics.median(times):6.1f}  p95 {p95:6.1f} ms  {most:5} features  {largest / 1000:6.1f} kB  ({len(tiles)} tiles)"


def reports(city: Any) -> None:
    """What a report costs with the index of the map and without it, turn and turn about."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'case_open_by_tile'")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'case_open_by_tile'")
        create = cursor.fetchone()[0]
        found: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(4):
            has_index = turn % 2 == 0
            if turn:
                cursor.execute(create if has_index else "DROP INDEX case_open_by_tile")
            for _number in range(REPORTS // 2):
                begun = time.perf_counter()
                city.report()
                found[has_index].append((time.perf_counter() - begun) * 1000)
        cursor.execute(create)
    with_, without = (statistics.median(found[has_index]) for has_index in (True, False))
    print(
        f"a report: {with_:.2f} ms with the map's index, {without:.2f} without (medians of {REPORTS}): {with_ / without - 1:+.1%}"
    )


def main() -> None:
    """Makes the city, measures, says how busy the machine is."""
    folder = Path(tempfile.mkdtemp(prefix="linli-bench-tiles-"))
    os.environ |= {"LINLI_MODE": "test", "LINLI_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    try:
        city = make()
        print(f"load before measuring: {os.getloadavg()[0]:.1f}")
        measure(city)
        beside(city)
        reports(city)
        print(f"load after measuring: {os.getloadavg()[0]:.1f}")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
