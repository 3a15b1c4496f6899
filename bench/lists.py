"""What a list of the desk costs as its table grows: one page with three filters, CPU of application and database.

`python -m tools.postgres -- python -m bench lists`. The rows are past rounds of patrols in the test city, inserted by SQL; the
largest table has `LINLI_BENCH_ROUNDS` of them (a million). Beside it stand the empty handler and the HTML of the page, asked
for in the same process, in turns.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

MOST = int(os.environ.get("LINLI_BENCH_ROUNDS", "1000000"))
ROUNDS, REPEATS = 9, 20
ROWS = """
INSERT INTO patrol_round (home_district, area_id, district_id, street_id, community_id, uuid, plan_id, window_date, opens_at,
  closes_at, worker_id, started_at, ended_at, closed_at, due_points, checked_points)
SELECT p.home_district, p.area_id, p.district_id, p.street_id, p.community_id, gen_random_uuid(), p.id,
  (timestamptz '2026-03-04 00:00+08' - n * interval '1 minute')::date, timestamptz '2026-03-04 00:00+08' - n * interval '1 minute',
  timestamptz '2026-03-04 00:00+08' - n * interval '1 minute' + interval '59 seconds', NULL, NULL, NULL,
  timestamptz '2026-03-04 00:00+08' - n * interval '1 minute' + interval '1 hour', 6, 6 - (n %% 3 = 0)::int
FROM generate_series(%s::bigint, %s::bigint) n CROSS JOIN patrol_patrolplan p
"""


def cpu_of(process: int) -> float:
    """Seconds of processor that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(ask: Callable[[], object], backend: int) -> tuple[float, float]:
    """Milliseconds of processor of one call: of this process (the least of some rounds), of the database (their mean)."""
    ask()
    mine, theirs = [], cpu_of(backend)
    for _round in range(ROUNDS):
        start = time.process_time()
        for _repeat in range(REPEATS):
            ask()
        mine.append((time.process_time() - start) / REPEATS)
    return min(mine) * 1000, (cpu_of(backend) - theirs) / (ROUNDS * REPEATS) * 1000


def main() -> None:
    """Makes the city, then measures at a hundredth, a tenth and the whole of the rows."""
    os.environ |= {
        "LINLI_MODE": "test",
        "LINLI_HOME": tempfile.mkdtemp(),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    import django

    django.setup()
    import logging

    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    from linli.core.access.public import User, sync_roles
    from linli.subsystems.patrol.lists import ROUNDS as LIST
    from linli.subsystems.patrol.tests.walks import patrol_lead, plan_of
    from tests.access_table import signed_in
    from tests.city import COMMUNITY, build_city

    sync_roles()
    city = build_city()
    lead = patrol_lead(city)
    plan_of(lead)
    client = signed_in(Client(), User.objects.get(id=lead.user_id))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    given = {"area": COMMUNITY, "day": "2026-02-20..2026-02-25", "short": "1"}
    print("| rows | page with three filters, CPU ms (app + database) | HTML of it | empty handler | × empty |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    there = 0
    for rows in (MOST // 100, MOST // 10, MOST):
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [there + 1, rows])
            cursor.execute("ANALYZE patrol_round")
        there = rows
        page = cost(lambda: LIST.page(lead, LIST.asked(given, lead)), backend)
        html = cost(lambda: client.get("/patrol/rounds/", given), backend)
        empty = cost(lambda: client.get("/api/v1/ping"), backend)
        whole = [sum(one) for one in (page, html, empty)]
        print(
            f"| {rows:,} | {whole[0]:.2f} ({page[0]:.2f} + {page[1]:.2f}) | {whole[1]:.2f} | {whole[2]:.2f} "
            f"| {whole[1] / whole[2]:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
