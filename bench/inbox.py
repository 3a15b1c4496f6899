"""What the inbox costs whoever has much in it: its page of the most urgent and its counts, CPU of application and database.

`python -m tools.postgres -- python -m bench inbox`, or without the first part on SQLite. The rows are tasks of one person in the test
city, among ten times as many of others, each with a clock of its own.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

ROUNDS, REPEATS = 9, 20
COUNTS = (50, 1_000, 10_000)


def main() -> None:
    """Makes the city, then measures with 50, 1,000 and 10,000 things that wait."""
    home = tempfile.mkdtemp()
    os.environ |= {"LINLI_MODE": "test", "LINLI_HOME": home, "DJANGO_SETTINGS_MODULE": "linli.config.settings"}
    import django

    django.setup()
    import logging

    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from bench.lists import cpu_of
    from linli.core.access.public import User, sync_roles
    from linli.core.inbox.public import Task, kinds_of, waiting_for
    from linli.core.platform.public import local_today, now
    from tests.access_table import signed_in
    from tests.city import build_city
    from tests.inbox.test_task import task_of

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    sync_roles()
    city = build_city()
    model = task_of(city)
    access = city.access["verifier"]
    client = signed_in(Client(), User.objects.get(id=access.user_id))
    backend = os.getpid()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]

    def grow(first: int, last: int) -> None:
        rows = []
        for number in range(first, last):
            for person in ("verifier", *(["worker"] * 10)):
                row = Task(**{field.attname: getattr(model, field.attname) for field in Task._meta.concrete_fields})
                row.pk, row.uuid, row.assignee_id = None, uuid4(), city.users[person].id
                row.due_at, row.due_on = now() + timedelta(minutes=(number * 7919) % 100_000), local_today()
                row.clock_state, row.clock_stage = "running", "do"
                rows.append(row)
        Task.objects.bulk_create(rows, batch_size=500)

    def cost(ask: Callable[[], object]) -> float:
        ask()
        mine, theirs = [], cpu_of(backend)
        for _round in range(ROUNDS):
            start = time.process_time()
            for _repeat in range(REPEATS):
                ask()
            mine.append((time.process_time() - start) / REPEATS)
        database = (cpu_of(backend) - theirs) / (ROUNDS * REPEATS) if backend != os.getpid() else 0.0
        return (min(mine) + database) * 1000

    print(f"{connection.vendor}; CPU ms of application and database")
    print("| waiting | the most urgent | counts | page of the inbox | empty handler |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    there = 1
    for count in COUNTS:
        grow(there, count)
        there = count
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        asked = [
            cost(lambda: waiting_for(access, now())), cost(lambda: kinds_of(access)), cost(lambda: client.get("/inbox/")),
            cost(lambda: client.get("/api/v1/ping")),
        ]  # fmt: skip
        print(f"| {count:,} | {' | '.join(f'{one:.2f}' for one in asked)} |", flush=True)


if __name__ == "__main__":
    main()
