"""What the everyday requests cost here and in another checkout of linli, side by side: whether something new made what was there dearer.

`python -m bench.against /path/to/other/checkout` (SQLite), or behind `python -m tools.postgres --` with a database for each. The other
checkout has been set up (`make setup`). Each runs in one process with its own small city of `LINLI_BENCH_CASES` cases (20,000), asked in turns,
so whatever else the machine does meets both. Milliseconds are processor time of the process and of its database, medians of the rounds.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

CASES = int(os.environ.get("LINLI_BENCH_CASES", "20000"))
ROUNDS, REPEATS = 15, 10
NAMES = ("empty", "create", "list", "list page", "case page", "home counts", "home page")


@contextmanager
def side(folder: Path, database: str) -> Iterator[Callable[[str], dict[str, float]]]:
    """A process of a checkout; calling it runs one round of a request and gives `ms` and `statements`."""
    with tempfile.TemporaryDirectory(prefix="linli-bench-") as home:
        env = os.environ | {"LINLI_MODE": "test", "LINLI_HOME": home, "PYTHONPATH": str(folder)}
        env |= {"DJANGO_SETTINGS_MODULE": "linli.config.settings"} | (
            {"LINLI_DATABASE_URL": database} if database else {}
        )
        child = subprocess.Popen(
            [folder / ".venv/bin/python", "-P", __file__, "--asked"], cwd=folder, env=env, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert child.stdin
        assert child.stdout
        sent, told = child.stdin, child.stdout

        def ask(name: str) -> dict[str, float]:
            print(name, file=sent, flush=True)
            answer: dict[str, float] = json.loads(told.readline())
            return answer

        try:
            yield ask
        finally:
            sent.close()
            child.wait(60)


def asks() -> dict[str, Callable[[], Any]]:
    """Makes the city with the code of this process's checkout; how to ask for each thing."""
    import django

    django.setup()
    import logging

    logging.disable(logging.WARNING)
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import setup_test_environment

    from linli.core.access.public import make_token
    from linli.core.platform.public import SYSTEM
    from tests.access_table import signed_in
    from tests.city import build_city

    call_command("migrate", verbosity=0)
    setup_test_environment()
    city = build_city()
    for number in range(200):
        city.report("acceptance", words=f"桥头{number}附近有垃圾", grid=number % 2)
    case = city.bring_to("handling")
    copies: Any = _beside("copies")
    uuid = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    own = {"uuid": uuid, "tracking": "'B' || {n}", "number": "''", "source_reference": "''"}
    with copies.bare("cases_case"):
        copies.copy_rows("cases_case", CASES, own)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("INSERT INTO cases_search (cases_search) VALUES ('rebuild')")
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    token = make_token(SYSTEM, user=city.users["all_roles"], name="bench")[1]
    api, pages = Client(headers={"authorization": f"Bearer {token}"}), signed_in(Client(), city.users["all_roles"])
    body = {
        "source": "grid_worker", "description": "路口有垃圾 无人清理", "category_id": city.category().id, "lon": 115.005, "lat": 30.005,
    }  # fmt: skip

    def create() -> Any:
        key = {"Idempotency-Key": str(uuid4())}
        return api.post("/api/v1/cases", json.dumps(body), content_type="application/json", headers=key)

    return {
        "empty": lambda: api.get("/api/v1/ping"),
        "create": create,
        "list": lambda: api.get("/api/v1/cases?limit=50"),
        "list page": lambda: pages.get("/cases/"),
        "case page": lambda: pages.get(f"/cases/{case.id}/"),
        "home counts": lambda: api.get("/api/v1/home"),
        "home page": lambda: pages.get("/home/"),
    }


def _beside(name: str) -> Any:
    """A module of this folder, whichever checkout the rest comes from."""
    found = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


def answer_rounds() -> None:
    """Answers one line with the name of a request by one line with what a round of it cost, until there are no more."""
    asked = asks()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    backend = 0  # SQLite works in this process
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]

    def spent() -> float:
        theirs = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split() if backend else ()
        return time.process_time() + sum(map(int, theirs[11:13])) / os.sysconf("SC_CLK_TCK")

    for line in sys.stdin:
        ask = asked[line.strip()]
        with CaptureQueriesContext(connection) as captured:
            given = ask()
            assert given.status_code in (200, 201), (line, given.status_code, given.content[:300])
        statements = sum(query["sql"] not in ("BEGIN", "COMMIT") for query in captured)
        begun = spent()
        for _repeat in range(REPEATS):
            ask()
        print(json.dumps({"ms": (spent() - begun) / REPEATS * 1000, "statements": statements}), flush=True)


def databases() -> tuple[str, str]:
    """A database for each side, of the server that LINLI_DATABASE_URL names; empty for SQLite."""
    url = os.environ.get("LINLI_DATABASE_URL", "")
    if not url:
        return "", ""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE before")
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/before")), url


def main(other: Path) -> None:
    """Asks both in turns and prints what each costs."""
    here = Path(__file__).parents[1]
    theirs, ours = databases()
    found: dict[str, tuple[list[dict[str, float]], list[dict[str, float]]]] = {name: ([], []) for name in NAMES}
    with side(other.resolve(), theirs) as before, side(here, ours) as after:
        for turn in range(-1, ROUNDS):
            for name in NAMES:
                for which, ask in sorted(enumerate((before, after)), key=lambda one: (one[0] + turn) % 2):
                    round_ = ask(name)
                    if turn >= 0:  # the one before warms up
                        found[name][which].append(round_)
            print(f"round {turn + 1} of {ROUNDS}, load {os.getloadavg()[0]:.0f}", file=sys.stderr, flush=True)
    print(
        "| request | before, CPU ms | × empty | statements | after, CPU ms | × empty | statements | after ÷ before, of each pair |"
    )
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    middle = {name: [median(one["ms"] for one in runs) for runs in both] for name, both in found.items()}
    for name, both in found.items():
        cells = [
            f"{middle[name][which]:.2f} | {middle[name][which] / middle['empty'][which]:.1f} | {runs[-1]['statements']:.0f}"
            for which, runs in enumerate(both)
        ]
        ratio = median(new["ms"] / old["ms"] for old, new in zip(*both, strict=True))
        print(f"| {name} | {cells[0]} | {cells[1]} | {ratio:.2f} |")


if __name__ == "__main__":
    answer_rounds() if sys.argv[1:] == ["--asked"] else main(Path(sys.argv[1]))
