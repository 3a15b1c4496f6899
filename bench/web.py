"""What a request costs: CPU of application and database, beside an authenticated empty handler, with a million cases.

`make bench` runs it beside a PostgreSQL of its own: the reference city (32,600 grids), a million cases, granian with two
processes, wrk at 2 and 8 connections. CPU is read from /proc for the web processes and for all processes of PostgreSQL
before and after each run, so it does not depend on what else the machine does, other than through its caches.
`LINLI_BENCH_CASES=50000` makes it small.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

CASES = int(os.environ.get("LINLI_BENCH_CASES", "1000000"))
SECONDS = int(os.environ.get("LINLI_BENCH_SECONDS", "6"))
ROUNDS = 3
PORT = 8199
PASSWORD = "a-bench-needs-no-secret"  # noqa: S105 - of an account that lives for minutes

REPORT_LUA = """
local counter = 0
math.randomseed(os.time() + tonumber(tostring({}):sub(8), 16) % 100000)
local function hex(n) local s = "" for _ = 1, n do s = s .. string.format("%x", math.random(0, 15)) end return s end
request = function()
  local uuid = hex(8) .. "-" .. hex(4) .. "-4" .. hex(3) .. "-a" .. hex(3) .. "-" .. hex(12)
  local lon = WEST + math.random() * WIDTH
  local lat = SOUTH + math.random() * HEIGHT
  local body = string.format('{"source":"grid_worker","description":"路口有垃圾 无人清理","lon":%.7f,"lat":%.7f,"category_id":CATEGORY}', lon, lat)
  return wrk.format("POST", "/api/v1/cases",
    {["Authorization"] = "Bearer TOKEN", ["Content-Type"] = "application/json", ["Idempotency-Key"] = uuid}, body)
end
response = function(status) if status ~= 201 then counter = counter + 1 if counter < 3 then print("STATUS " .. status) end end end
"""


@dataclass
class Scene:
    """What was set up: addresses to ask and how to ask them."""

    token: str
    cookie: str
    case_id: int
    category_id: int
    bounds: tuple[float, float, float, float]


def set_up(folder: Path) -> Scene:
    """Reference city, units for every street, staff of one street, a million cases."""
    run = [sys.executable, "-m", "linli.config.cli"]
    subprocess.run([sys.executable, "-m", "bench.reference_city", "--make", str(folder)], check=True)
    subprocess.run([*run, "migrate"], check=True)
    subprocess.run([*run, "areas", "import", str(folder / "areas.csv")], check=True)
    subprocess.run([*run, "grids", "import", str(folder / "grids.geojson")], check=True)
    import django

    django.setup()
    from bench.many_cases import add_cases, add_places
    from linli.core.access.public import Role, create_unit, create_user, grant_scope, make_token
    from linli.core.areas.public import Area, area_tree
    from linli.core.cases.public import Case
    from linli.core.catalogue.public import add_rule, catalogue
    from linli.core.platform.public import SYSTEM

    units: dict[int, tuple[int, int]] = {}
    streets = list(Area.objects.filter(level="street"))
    for area in streets:
        centre = create_unit(SYSTEM, code=f"centre-{area.code}", kind="centre", area=area, name=f"{area.name}中心")
        department = create_unit(
            SYSTEM, code=f"sanitation-{area.code}", kind="department", area=area, name=f"{area.name}环卫所"
        )
        add_rule(SYSTEM, unit=department, kind="matter", area=area)
        units[area.id] = (centre.id, department.id)
    places = add_places(folder / "grids.csv", units)
    begun = time.perf_counter()
    add_cases(CASES, places)
    print(f"{CASES:,} cases in {places:,} grids ({time.perf_counter() - begun:.0f} s)", flush=True)
    street = streets[0]
    desk = next(unit for unit in _units() if unit.id == units[street.id][0])
    user = create_user(SYSTEM, username="bench", display_name="测试", unit=desk, password=PASSWORD)
    for role in ("acceptance", "dispatcher", "grid_worker"):
        grant_scope(SYSTEM, user=user, role=Role.objects.get(code=role), area=street)
    token = make_token(SYSTEM, user=user, name="bench")[1]
    case = Case.objects.filter(street_id=street.id, state="handling").order_by("-id").first() or Case.objects.filter(
        street_id=street.id
    ).latest("id")
    box = Case.objects.filter(street_id=street.id).order_by("-id")[:3000].values_list("lon", "lat")
    lons, lats = [row[0] for row in box], [row[1] for row in box]
    assert area_tree().root() is not None
    return Scene(token, "", case.id, catalogue().search("暴露垃圾")[0].id, (min(lons), min(lats), max(lons), max(lats)))


def _units() -> Any:
    from linli.core.access.public import Unit

    return Unit.objects.all()


def count_statements(scene: Scene) -> dict[str, int]:
    """Statements of each request, in process, with warm catalogues."""
    from django.contrib.auth import SESSION_KEY
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from linli.core.access.session_store import SessionStore

    session = SessionStore()
    user_id = _user_id()
    session[SESSION_KEY], session["epoch"] = str(user_id), 0
    session.create()
    scene.cookie = str(session.session_key)
    client = Client(HTTP_HOST="localhost")
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {scene.token}"}
    body = {
        "source": "grid_worker", "description": "路口有垃圾 无人清理", "category_id": scene.category_id,
        "lon": (scene.bounds[0] + scene.bounds[2]) / 2, "lat": (scene.bounds[1] + scene.bounds[3]) / 2,
    }  # fmt: skip

    def post() -> Any:
        return client.post(
            "/api/v1/cases", json.dumps(body), content_type="application/json", headers={"Idempotency-Key": str(uuid4())}, **bearer
        )  # fmt: skip

    def page(path: str) -> Any:
        client.cookies["linli_session"] = scene.cookie
        return client.get(path)

    asks = {
        "empty": lambda: client.get("/api/v1/ping", **bearer),
        "create": post,
        "list": lambda: client.get("/api/v1/cases?limit=50", **bearer),
        "case page": lambda: page(f"/cases/{scene.case_id}/"),
        "home counts": lambda: client.get("/api/v1/home", **bearer),
        "list page": lambda: page("/cases/"),
    }
    counts = {}
    for name, ask in asks.items():
        for _warm in range(3):
            answer = ask()
            assert answer.status_code in (200, 201), (name, answer.status_code, answer.content[:300])
        with CaptureQueriesContext(connection) as captured:
            ask()
        counts[name] = sum(1 for query in captured if query["sql"] not in ("BEGIN", "COMMIT"))
    return counts


def _user_id() -> int:
    from linli.core.access.public import User

    return int(User.objects.get(username="bench").id)


def cpu_seconds(pids: list[int]) -> float:
    """User and system time that these processes have used."""
    ticks = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def tree_of(pid: int) -> list[int]:
    """A process and all below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except (OSError, IndexError, ValueError):
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found, waiting = [], [pid]
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting += children.get(one, [])
    return found


def postmaster() -> int:
    """The process of the PostgreSQL that LINLI_DATABASE_URL names."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        folder = cursor.fetchone()[0]
    return int((Path(folder) / "postmaster.pid").read_text().split("\n")[0])


@dataclass
class Measured:
    """One scenario at one number of connections; CPU in ms per request."""

    app_ms: float
    database_ms: float
    per_second: float
    p50_ms: float
    p99_ms: float

    @property
    def cpu_ms(self) -> float:
        """Application and database together."""
        return self.app_ms + self.database_ms


def ask_with_wrk(
    path: str, connections: int, web: list[int], database: int, *, headers: list[str], script: Path | None = None
) -> Measured:
    """Runs wrk against one address and reads what it cost."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{SECONDS}s", "--latency"]
    for header in headers:
        command += ["-H", header]
    if script:
        command += ["-s", str(script)]
    before = cpu_seconds(web), cpu_seconds(tree_of(database))
    told = subprocess.run(
        [*command, f"http://127.0.0.1:{PORT}{path}"], capture_output=True, text=True, check=True
    ).stdout
    after = cpu_seconds(web), cpu_seconds(tree_of(database))
    if "Non-2xx" in told or "STATUS" in told:
        raise SystemExit(f"{path}: not every answer was right:\n{told}")
    requests = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
    return Measured(
        (after[0] - before[0]) / requests * 1000, (after[1] - before[1]) / requests * 1000,
        float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]),  # type: ignore[index]
        _latency(told, "50%"), _latency(told, "99%"),
    )  # fmt: skip


def _latency(told: str, share: str) -> float:
    number, unit = re.search(rf"{share}\s+([\d.]+)(us|ms|s)", told).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def measure(scene: Scene, folder: Path) -> dict[tuple[str, int], Measured]:
    """All scenarios, round by round beside the empty handler; the median of the rounds by CPU."""
    west, south, east, north = scene.bounds
    script = folder / "report.lua"
    text = REPORT_LUA
    for word, value in (
        ("WEST", west),
        ("SOUTH", south),
        ("WIDTH", east - west),
        ("HEIGHT", north - south),
        ("CATEGORY", scene.category_id),
        ("TOKEN", scene.token),
    ):
        text = text.replace(word, str(value))
    script.write_text(text)
    bearer, cookie = f"Authorization: Bearer {scene.token}", f"Cookie: linli_session={scene.cookie}"
    scenarios: dict[str, tuple[str, list[str], Path | None]] = {
        "empty": ("/api/v1/ping", [bearer], None),
        "create": ("/api/v1/cases", [], script),
        "list": ("/api/v1/cases?limit=50", [bearer], None),
        "case page": (f"/cases/{scene.case_id}/", [cookie], None),
        "home counts": ("/api/v1/home", [bearer], None),
        "list page": ("/cases/", [cookie], None),
    }
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "linli.config.cli",
            "serve",
            "--port",
            str(PORT),
            "--workers",
            "2",
            "--threads",
            "4",
            "--no-worker",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for_server()
        database = postmaster()
        rounds: dict[tuple[str, int], list[Measured]] = {}
        for _warm in range(30):  # each process loads catalogue and grids with its first request
            with urllib.request.urlopen(
                urllib.request.Request(
                    f"http://127.0.0.1:{PORT}/api/v1/cases", headers={"Authorization": f"Bearer {scene.token}"}
                ),
                timeout=60,
            ):
                pass
        web = tree_of(server.pid)
        # Creating comes last: reading should not be measured on a day with thousands of reports to one street.
        for names in ([name for name in scenarios if name != "create"], ["empty", "create"]):
            for turn, connections, name in product(range(-1, ROUNDS), (2, 8), names):
                path, headers, lua = scenarios[name]
                found = ask_with_wrk(path, connections, web, database, headers=headers, script=lua)
                if turn >= 0:  # the one before warms up
                    rounds.setdefault((name, connections), []).append(found)
        worst = max(_resident_mb(pid) for pid in web)
        print(f"Largest web process: {worst:.0f} MB resident")
        return {key: sorted(runs, key=lambda run: run.cpu_ms)[len(runs) // 2] for key, runs in rounds.items()}
    finally:
        server.terminate()
        server.wait(timeout=30)


def _resident_mb(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) * 1024 / 1e6 if found else 0.0


def _wait_for_server() -> None:
    for _try in range(120):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=2):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The server did not start.")


def main() -> None:
    """Sets up, measures, prints a table in Markdown."""
    if shutil.which("wrk") is None:
        raise SystemExit("wrk is not installed; `apt-get install wrk`.")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linli.config.settings")
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as name:
        folder = Path(name)
        os.environ.update(LINLI_MODE="demo", LINLI_HOME=str(folder / "home"))
        (folder / "home").mkdir()
        scene = set_up(folder)
        statements = count_statements(scene)
        results = measure(scene, folder)
    print("\n| request | connections | CPU ms (app + database) | × empty | requests/s | p50 ms | p99 ms | statements |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for (name, connections), run in sorted(
        results.items(), key=lambda entry: (entry[0][1], list(statements).index(entry[0][0]))
    ):
        ratio = run.cpu_ms / results[("empty", connections)].cpu_ms
        print(
            f"| {name} | {connections} | {run.cpu_ms:.2f} ({run.app_ms:.2f} + {run.database_ms:.2f}) | {ratio:.1f} | {run.per_second:.0f} | "
            f"{run.p50_ms:.1f} | {run.p99_ms:.1f} | {statements[name]} |"
        )
    ratios = [results[("create", n)].cpu_ms / results[("empty", n)].cpu_ms for n in (2, 8)]
    print(f"\ncreate ÷ empty: {statistics.mean(ratios):.1f}")


if __name__ == "__main__":
    main()
