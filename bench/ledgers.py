"""What a ledger costs as it grows: its list with three filters, the page of a record, what was known on a day, panels, an
export, what is to be verified.

`python -m bench ledgers`, or `python -m tools.postgres -- python -m bench ledgers`. The records are premises of the test city with who
answers for them sealed and with their histories: a hundredth is added by the ledger's own door, the rest copied by SQL; the largest
table has `LINLI_BENCH_RECORDS` of them (a million). Milliseconds are processor time of this process and of the database's, medians of
some rounds of whole requests by a signed-in browser; beside each stands how many times an empty handler of the same run that is.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import Any

from bench.copies import bare

MOST = int(os.environ.get("LINLI_BENCH_RECORDS", "1000000"))
EXPORTED = min(MOST, int(os.environ.get("LINLI_BENCH_EXPORTED", "100000")))
ROUNDS, REPEATS = 11, 5
CHUNK = 500


def cpu_of(process: int) -> float:
    """Seconds of processor that a process has used; none for the database that runs in this one."""
    if not process:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(ask: Callable[[], object], backend: int, rounds: int = ROUNDS, repeats: int = REPEATS) -> tuple[float, float]:
    """Milliseconds of processor of one call: of this process (the median of some rounds), of the database (their mean)."""
    ask()
    mine, theirs = [], cpu_of(backend)
    for _round in range(rounds):
        start = time.process_time()
        for _repeat in range(repeats):
            ask()
        mine.append((time.process_time() - start) / repeats)
    return median(mine) * 1000, (cpu_of(backend) - theirs) / (rounds * repeats) * 1000


def copied(there: int, times: int) -> None:
    """Copies the first `there` records with their histories and whom they name, so that there are `times` as many."""
    from django.db import connection

    from linli.core.ledger.models import LedgerValue, RecordPerson
    from linli.core.registry.public import Premises

    models = (Premises, LedgerValue, RecordPerson)
    with (
        bare(*(one._meta.db_table for one in models)),
        connection.cursor() as cursor,
    ):  # `bench search` measures the index
        for copy in range(1, times):
            more = copy * there
            for model, own, most in (
                (Premises, {"id": f"id + {more}", "code": f"code || '-{more}'", "name": f"name || '号{more}'"}, "id"),
                (LedgerValue, {"record_id": f"record_id + {more}"}, "record_id"),
                (RecordPerson, {"record_id": f"record_id + {more}"}, "record_id"),
            ):
                names = [one.column for one in model._meta.concrete_fields if one.column != "id" or model is Premises]
                table, values = model._meta.db_table, ", ".join(own.get(one, one) for one in names)
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM {table} WHERE {most} <= {there}"  # noqa: S608 - our own names
                )
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchstale")  # of the records that the ledger's door added
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def added(count: int, city: Any) -> None:
    """Adds so many premises by the ledger's own door; a tenth has grown old, spread over a hundred days, 2 in 1,000 are disputed."""
    from linli.core.ledger.public import New, Said, add_many, change
    from linli.core.platform.public import SYSTEM, local_today
    from linli.core.registry.public import PREMISES
    from tests.city import COMMUNITY, SECOND_COMMUNITY

    areas, kinds = [city.areas[COMMUNITY].id, city.areas[SECOND_COMMUNITY].id], ("school", "shop", "market", "office")
    today = local_today()
    for part, first in enumerate(range(0, count, CHUNK)):
        news = [
            New(
                areas[n % 2],
                {"name": f"店铺{n}", "kind": kinds[n % 4], "address": f"滨江北路 {n} 号", "responsible": "王芳", "phone": f"139{n:08d}"},
                f"B{n:07d}", 115.0 + n % 997 * 0.00002, 30.0 + n % 991 * 0.00001,
            )
            for n in range(first, min(first + CHUNK, count))
        ]  # fmt: skip
        days = 365 + part * 7 % 100 if part % 10 == 0 else part * 7 % 300
        made = add_many(SYSTEM, PREMISES, news, Said("import", today - timedelta(days=days)))
        change(SYSTEM, PREMISES, made[0].id, {"name": "另一个名字"}, Said("resident", today, beside=True))


def measure(city: Any) -> None:
    """What is asked of the ledger as it is now, one line each."""
    from django.db import connection
    from django.http import QueryDict
    from django.test import Client

    from linli.core.desk.export import FORMATS
    from linli.core.grids.public import Grid
    from linli.core.ledger.beside import in_area, near_case, near_grid
    from linli.core.ledger.public import list_of, ripe
    from linli.core.ledger.register import ledgers
    from linli.core.platform.public import local_today
    from linli.core.registry.public import PREMISES, Premises
    from tests.access_table import signed_in
    from tests.city import COMMUNITY

    access, client = city.access["supervisor"], signed_in(Client(), city.users["supervisor"])
    backend, today, shown = 0, local_today(), list_of("premises")
    premises, grid, base = ledgers()["premises"], Grid.objects.get(code="G1"), "/ledgers/premises/"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
    middle = Premises.objects.order_by("id").values_list("id", flat=True)[Premises.objects.count() // 2]
    asked: dict[str, Callable[[], object]] = {
        "an empty handler": lambda: client.get("/api/v1/ping"),
        "list": lambda: client.get(base),
        "list, kind, area, to verify": lambda: client.get(f"{base}?kind=school&area={COMMUNITY}&old=1"),
        "list, kind, area, disputed": lambda: client.get(f"{base}?kind=school&area={COMMUNITY}&disputed=1"),
        "page of a record": lambda: client.get(f"{base}{middle}/"),
        "page, as known on a day": lambda: client.get(f"{base}{middle}/?on={today - timedelta(days=9)}"),
        "panel of a grid": lambda: near_grid(premises, access, grid),
        "panel of an area": lambda: in_area(premises, access, city.areas[COMMUNITY]),
        "panel of a case": lambda: near_case(premises, access, SimpleNamespace(lon=115.005, lat=30.005)),
        "which 200 to ask tonight": lambda: list(islice(ripe(PREMISES, today), 200)),
    }
    print("| | CPU ms (app + database) | × empty |\n| --- | ---: | ---: |")
    empty = 0.0
    for name, ask in asked.items():
        mine, theirs = cost(ask, backend)
        empty = empty or mine + theirs
        print(f"| {name} | {mine:.1f} + {theirs:.1f} | {(mine + theirs) / empty:.1f} |", flush=True)
    for form in ("csv", "xlsx"):
        whole = shown.asked(QueryDict(""), access)
        begun = time.process_time()
        rows = islice(shown.every_row(access, whole), EXPORTED)
        count = FORMATS[form][2](io.BytesIO(), shown, whole, rows)
        print(f"| export of {count:,} rows, {form} | {time.process_time() - begun:.1f} s | |", flush=True)


def main() -> None:
    """Makes the city, then measures at a hundredth, a tenth and the whole of the records."""
    os.environ |= {
        "LINLI_MODE": "test",
        "LINLI_HOME": tempfile.mkdtemp(),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    import django

    django.setup()
    import logging

    logging.disable(logging.INFO)
    from django.core.management import call_command
    from django.db import connection
    from django.test.utils import setup_test_environment

    from tests.city import build_city

    call_command("migrate", verbosity=0)
    setup_test_environment()
    city = build_city()
    print(f"{connection.vendor}; premises with five values and their history", flush=True)
    there = 0
    for rows in (MOST // 100, MOST // 10, MOST):
        begun = time.perf_counter()
        if there:
            copied(there, rows // there)
        else:
            added(rows, city)
        there = rows
        print(f"\n{there:,} records, there in {time.perf_counter() - begun:.0f} s\n")
        measure(city)


if __name__ == "__main__":
    main()
