"""What the one search costs over a million cases and half a million other things, on the database that it is given.

`python -m bench search` (SQLite), `python -m tools.postgres -- python -m bench search` (PostgreSQL). Seeds are made by the services
and copied by SQL, each copy with a number of its own; the index of the other things is filled by the job of the search. `LINLI_BENCH_CASES` and
`LINLI_BENCH_THINGS` set the sizes, `LINLI_BENCH_PLAN=1` prints how the database goes about the slowest question of each person.
"""

from __future__ import annotations

import os
import tempfile
import time
from typing import Any

CASES = int(os.environ.get("LINLI_BENCH_CASES", "1000000"))
THINGS = int(os.environ.get("LINLI_BENCH_THINGS", "500000"))
REPEATS = 20
DAMAGE = ("垃圾无人清理", "井盖破损", "路灯不亮", "占道经营", "树枝折断", "小区门口积水", "油烟扰民", "乱停车辆")
NAMES = ("路灯杆", "消防栓", "污水井盖", "雨水箅子", "垃圾箱", "公交站亭", "行道树", "变压器箱")
# What is asked: very common, common with a rare one, rare, of no thing, by pinyin, by the end of a number, a name.
WORDS = (
    "垃圾",
    "路灯",
    "小区门口",
    "路灯 桥头37",
    "桥头37",
    "鑫鑫鑫",
    "ld",
    "ludeng",
    "xfs",
    "00049",
    "4049",
    "柳荫",
    "worker",
    "13800000000",
)


def _copy(table: str, count: int, changed: dict[str, str]) -> None:
    """Copies the rows of a table until it has `count`, with some columns in the words of SQL, where `{n}` is a running number."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 1")  # noqa: S608 - our own names
        columns = [one[0] for one in cursor.description if one[0] not in ("id", "lexemes")]
        size = f"SELECT count(*), max(id) FROM {table}"  # noqa: S608 - our own names
        cursor.execute(size)
        there, last = cursor.fetchone()
        while there < count:
            step = min(there, count - there)
            values = ", ".join(changed.get(one, f"{table}.{one}").format(n=f"({table}.id + {last})") for one in columns)
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} ORDER BY {table}.id LIMIT {step}"  # noqa: S608 - our own names
            )
            cursor.execute(size)
            there, last = cursor.fetchone()


def fill(city: Any) -> None:
    """A million cases, most of them in one street and few in another, and half a million components with premises among them."""
    from django.db import connection

    from linli.core.access.public import User
    from linli.core.cases.public import Case
    from linli.core.platform.public import SYSTEM, write
    from linli.core.registry.public import PlacedRow, add_components, add_premises
    from linli.core.search.public import index_stale
    from tests.city import COMMUNITY, FAR_COMMUNITY

    for number in range(400):
        words = f"桥头{number % 100}附近{DAMAGE[number % len(DAMAGE)]}"
        quiet = number == 7
        city.report("far_acceptance" if quiet else "acceptance", words=words, grid=4 if quiet else number % 2)
    uuid = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    began = time.monotonic()
    _copy("cases_case", CASES, {"uuid": uuid, "tracking": "'B' || {n}", "number": "''", "source_reference": "''"})
    print(f"{Case.objects.count():,} cases in {time.monotonic() - began:.0f} s", flush=True)
    near, far = city.areas[COMMUNITY].id, city.areas[FAR_COMMUNITY].id

    def rows(first: int, count: int, digits: int) -> list[PlacedRow]:
        return [
            PlacedRow(
                code=f"{number:0{digits}d}", lon=115.005, lat=30.005, area_id=far if number % 997 == 0 else near,
                columns={"name": f"{NAMES[number % len(NAMES)]}{'' if digits > 8 else f'店{number % 900}'}"}
                | ({"standard": "CJ/T 214", "major_code": "01", "minor_code": "01"} if digits > 8 else {"kind": "shop"}),
            )
            for number in range(first, first + count)
        ]  # fmt: skip

    began = time.monotonic()
    shops = THINGS // 5
    for first in range(0, shops, 20_000):
        add_premises(SYSTEM, rows(first, min(20_000, shops - first), 8), source="bench")
    for first in range(shops, THINGS, 20_000):
        add_components(SYSTEM, rows(first, min(20_000, THINGS - first), 16), source="bench")
    print(f"{THINGS:,} other things in {time.monotonic() - began:.0f} s", flush=True)
    began = time.monotonic()
    done = THINGS
    while done:
        with write(SYSTEM):
            done = index_stale(5000)
    print(f"indexed in {time.monotonic() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    assert User.objects.exists()


def measure(city: Any) -> None:
    """The whole answer for each question and person, the first time and then on average, in milliseconds of processor (application and database)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.lists import cpu_of
    from linli.core.search.public import answer

    backend = 0  # SQLite works in this process
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
    print("| who | words | first, app ms | app, ms | database, ms | both, ms | statements | found |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for who in ("auditor", "acceptance", "far_acceptance"):
        access, slowest = city.access[who], (0.0, "")
        for words in WORDS:
            began = time.process_time()
            answer(access, words, 4)
            first = (time.process_time() - began) * 1000
            began, theirs = time.process_time(), cpu_of(backend) if backend else 0.0
            for _repeat in range(REPEATS):
                found = answer(access, words, 4)
            mine, theirs = time.process_time() - began, (cpu_of(backend) if backend else 0.0) - theirs
            mine, theirs = mine / REPEATS * 1000, theirs / REPEATS * 1000
            with CaptureQueriesContext(connection) as asked:
                answer(access, words, 4)
            slowest = max(slowest, (mine + theirs, words))
            kinds = ", ".join(f"{one.kind.code} {one.count}{'+' * one.more}" for one in found)
            print(
                f"| {who} | {words} | {first:.1f} | {mine:.1f} | {theirs:.1f} | {mine + theirs:.1f} | {len(asked)} | {kinds} |",
                flush=True,
            )
        if os.environ.get("LINLI_BENCH_PLAN"):
            explain(access, slowest[1])


def explain(access: Any, words: str) -> None:
    """Prints how the database goes about each statement of a question."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from linli.core.search.public import answer

    with CaptureQueriesContext(connection) as asked:
        answer(access, words, 4)
    for one in sorted(asked, key=lambda one: -float(one["time"]))[:3]:
        print(f"\n{words}: {one['time']} s\n{one['sql'][:1500]}")
        with connection.cursor() as cursor:
            cursor.execute(
                ("EXPLAIN (ANALYZE, BUFFERS) " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ")
                + one["sql"].replace("%", "%%")
            )
            print("\n".join(str(row[-1]) for row in cursor.fetchall()), flush=True)


def main() -> None:
    """Makes the city, fills it, measures."""
    os.environ |= {
        "LINLI_MODE": "test",
        "LINLI_HOME": tempfile.mkdtemp(),
        "DJANGO_SETTINGS_MODULE": "linli.config.settings",
    }
    import django

    django.setup()
    import logging

    from django.core.management import call_command

    logging.disable(logging.CRITICAL)
    call_command("migrate", verbosity=0)
    from linli.core.access.public import sync_roles
    from tests.city import build_city

    sync_roles()
    city = build_city()
    fill(city)
    measure(city)


if __name__ == "__main__":
    main()
