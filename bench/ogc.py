"""How fast a GIS reads every component over OGC API – Features: pages of 10,000 by their links `next`, over the loopback.

`python -m bench.ogc` (SQLite; for PostgreSQL beside `python -m tools.postgres --`). `LINLI_BENCH_COMPONENTS` of them (600,000) come in
through the service of imports; one web process answers, one client reads, parses and compares every feature with the table. Where GDAL's
programs are installed, `ogrinfo` and `ogr2ogr` read the same address, and what they wrote is counted and compared.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.web import cpu_seconds, tree_of

MOST = int(os.environ.get("LINLI_BENCH_COMPONENTS", "600000"))
PORT = int(os.environ.get("LINLI_BENCH_PORT", "8198"))
ROUNDS = 3
PASSWORD = "a-bench-needs-no-secret"  # noqa: S105 - of an account that lives for minutes
WEST, SOUTH, WIDTH, HEIGHT = 115.0, 30.0, 0.05, 0.01  # the five grids of the test city
NAMES = ("雨水井盖", "路灯", "行道树", "消火栓", "公交站亭", "果皮箱")


def make() -> str:
    """The test city with its components; a token of somebody with rights over all of it."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    import numpy as np

    from linli.core.access.public import Role, create_user, grant_scope, make_token, sync_roles
    from linli.core.platform.public import SYSTEM
    from linli.core.registry.public import PlacedRow, add_components
    from tests.city import CITY, COMMUNITY, build_city

    sync_roles()
    city = build_city()
    draw = np.random.default_rng(7)
    places = draw.random((MOST, 2)) * (WIDTH, HEIGHT) + (WEST, SOUTH)
    area, unit = city.areas[COMMUNITY].id, city.units["roads"].id
    begun = time.perf_counter()
    rows = (
        PlacedRow(
            f"990101{number:010d}", round(lon, 7), round(lat, 7), area,
            {
                "standard": "GB/T 30428.2", "major_code": "01", "minor_code": f"{number % 40:02d}", "name": NAMES[number % len(NAMES)],
                "owner_unit_id": unit,
            },
        )
        for number, (lon, lat) in enumerate(places.tolist())
    )  # fmt: skip
    add_components(SYSTEM, rows, source="bench")
    print(f"{MOST:,} components added in {time.perf_counter() - begun:.0f} s", flush=True)
    user = create_user(SYSTEM, username="gis", display_name="测绘", unit=city.units["roads"], password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="supervisor"), area=city.areas[CITY])
    return make_token(SYSTEM, user=user, name="bench")[1]


def digest(rows: Iterable[tuple[int, str, float, float]]) -> str:
    """One hash of all features in the order of their ids: id, code, longitude, latitude."""
    told = hashlib.sha256()
    for row in sorted(rows):
        told.update(repr(row).encode())
    return told.hexdigest()


def kept() -> str:
    """The hash of the table."""
    from linli.core.registry.public import Component

    return digest(Component.objects.values_list("id", "code", "lon", "lat").iterator(10_000))


def pages(token: str, query: str) -> Iterator[bytes]:
    """The bodies of all pages, by one connection that stays open."""
    line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    address = f"/ogc/collections/components/items?{query}"
    while address:
        line.request("GET", address, headers={"Authorization": f"Bearer {token}"})
        answer = line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{address}: {answer.status} {body[:300]!r}")
        yield body
        following = [part for part in (answer.headers["Link"] or "").split(", ") if 'rel="next"' in part]
        address = _path(following[0]) if following else ""


def _path(link: str) -> str:
    parts = urlsplit(link[1 : link.index(">")])
    return f"{parts.path}?{parts.query}"


def features(bodies: Iterable[bytes]) -> list[tuple[int, str, float, float]]:
    """Id, code and place of every feature."""
    return [
        (one["id"], one["properties"]["code"], *one["geometry"]["coordinates"])
        for body in bodies
        for one in json.loads(body)["features"]
    ]


def by_client(token: str, expected: str, server: int) -> None:
    """Reads everything in some rounds and says how fast, by the clock and by the server's processor.

    Stops when one feature is missing, there twice or another one.
    """
    seconds, parsed = [], []
    slowest = 0.0
    bodies: list[bytes] = []
    web = tree_of(server)
    used = cpu_seconds(web)
    for _round in range(ROUNDS):
        begun = last = time.perf_counter()
        bodies = []
        for body in pages(token, "limit=10000"):
            bodies.append(body)
            slowest, last = max(slowest, time.perf_counter() - last), time.perf_counter()
        seconds.append(time.perf_counter() - begun)
        found = features(bodies)
        parsed.append(time.perf_counter() - begun)
        if digest(found) != expected:
            raise SystemExit(f"{len(found):,} features came, and they are not those of the table")
    size, used = sum(map(len, bodies)) / 1e6, cpu_seconds(web) - used
    print(
        f"client, pages of 10,000: {MOST / min(seconds):,.0f} features a second (rounds: {_told(seconds)} s; {size:.0f} MB)"
    )
    print(
        f"  with json.loads of every page in the client: {MOST / min(parsed):,.0f}; slowest page {slowest * 1000:.0f} ms"
    )
    print(f"  of the server's processor: {MOST * ROUNDS / used:,.0f} features a second; load {os.getloadavg()[0]:.1f}")
    print("  every feature is there once and is that of the table (SHA-256 over id, code, place)", flush=True)


def _told(seconds: list[float]) -> str:
    return ", ".join(f"{one:.1f}" for one in seconds)


def by_gdal(token: str, folder: Path, expected: str) -> None:
    """`ogrinfo -so` and `ogr2ogr` into a GeoPackage, which is read again."""
    import pyogrio

    env = {**os.environ, "GDAL_HTTP_HEADERS": f"Authorization: Bearer {token}"}
    source, target = f"OAPIF:http://127.0.0.1:{PORT}/ogc", folder / "components.gpkg"
    begun = time.perf_counter()
    told = subprocess.run(
        ["ogrinfo", "-so", source, "components"], env=env, capture_output=True, text=True, check=True
    ).stdout
    print(f"ogrinfo -so: {time.perf_counter() - begun:.1f} s; " + "; ".join(
        line for line in told.splitlines() if line.startswith(("Feature Count", "Extent"))
    ))  # fmt: skip
    begun = time.perf_counter()
    subprocess.run(
        ["ogr2ogr", "-oo", "PAGE_SIZE=10000", "-preserve_fid", str(target), source, "components"], env=env, check=True
    )
    took = time.perf_counter() - begun
    read = pyogrio.raw.read(target, columns=["code"], return_fids=True)
    import shapely

    points = shapely.from_wkb(read[2])
    ids = read[1]
    codes = read[3][0]
    rows: list[Any] = [
        (int(one), str(code), lon, lat)
        for one, code, lon, lat in zip(
            ids, codes, shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True
        )
    ]
    same = digest(rows) == expected
    print(
        f"ogr2ogr into a GeoPackage: {len(rows):,} features, {len(rows) / took:,.0f} a second ({took:.1f} s); all those of the table: {same}"
    )
    if not same:
        raise SystemExit(1)


def main() -> None:
    """Makes the city, serves it, reads it."""
    folder = Path(tempfile.mkdtemp(prefix="linli-bench-ogc-"))
    os.environ |= {"LINLI_MODE": "test", "LINLI_HOME": str(folder), "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    token = make()
    expected = kept()
    serve = [sys.executable, "-m", "linli.config.cli", "serve", "--port", str(PORT), "--workers", "1", "--no-worker"]
    server = subprocess.Popen(serve, stderr=subprocess.DEVNULL)
    try:
        _wait()
        by_client(token, expected, server.pid)
        if shutil.which("ogr2ogr"):
            by_gdal(token, folder, expected)
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait() -> None:
    for _try in range(120):
        try:
            line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The server did not come up.")


if __name__ == "__main__":
    main()
