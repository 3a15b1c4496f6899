"""What the one search costs over a million cases and half a million other things, on the database that it is given.

`python -m bench search` (SQLite), `python -m tools.postgres -- python -m bench search` (PostgreSQL). Seeds are made by the services
and copied by SQL, each copy with a number of its own; the index of the copies is filled as the job of the search does it. `LINLI_BENCH_CASES` and
`LINLI_BENCH_THINGS` set the sizes, `LINLI_BENCH_PLAN=1` prints how the database goes about the slowest question of each person.
"""

from __future__ import annotations

import os
import tempfile
import time
from itertools import islice
from statistics import median
from typing import Any

from bench.copies import bare, copy_rows

CASES = int(os.environ.get("LINLI_BENCH_CASES", "1000000"))
THINGS = int(os.environ.get("LINLI_BENCH_THINGS", "500000"))
SEEDS_OF_CASES, SEEDS_OF_THINGS = 400, 4_000
REPEATS = 10
COPIED = ("cases_case", "registry_premises", "registry_component")
DAMAGE = ("垃圾无人清理", "井盖破损", "路灯不亮", "占道经营", "树枝折断", "小区门口积水", "油烟扰民", "乱停车辆")
NAMES = ("路灯杆", "消防栓", "污水井盖", "雨水箅子", "垃圾箱", "公交站亭", "行道树", "变压器箱")
# What is asked: very common, common with a rare one, common apart and never together, rare, of no thing, by pinyin, by the end of a
# number, a name.
WORDS = (
    "垃圾",
    "路灯",
    "小区门口",
    "路灯 桥头37",
    "路灯 占道",
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


def fill(city: Any) -> None:
    """A million cases, most of them in one street and few in another, and half a million components with premises among them."""
    from django.db import connection

    from linli.core.platform.public import SYSTEM, write
    from linli.core.registry.public import PlacedRow, add_components, add_premises
    from linli.core.search.public import index_stale
    from tests.city import COMMUNITY, FAR_COMMUNITY

    for number in range(SEEDS_OF_CASES):
        words = f"桥头{number % 100}附近{DAMAGE[number % len(DAMAGE)]}"
        quiet = number == 7
        city.report("far_acceptance" if quiet else "acceptance", words=words, grid=4 if quiet else number % 2)
    near, far = city.areas[COMMUNITY].id, city.areas[FAR_COMMUNITY].id

    def rows(digits: int) -> list[PlacedRow]:
        return [
            PlacedRow(
                code=f"{number:0{digits}d}", lon=115.005, lat=30.005, area_id=far if number % 997 == 0 else near,
                columns={"name": f"{NAMES[number % len(NAMES)]}{'' if digits > 8 else f'店{number % 900}'}"}
                | ({"standard": "CJ/T 214", "major_code": "01", "minor_code": "01"} if digits > 8 else {"kind": "shop"}),
            )
            for number in range(SEEDS_OF_THINGS)
        ]  # fmt: skip

    add_premises(SYSTEM, rows(8), source="bench")
    add_components(SYSTEM, rows(16), source="bench")
    done = 1
    while done:
        with write(SYSTEM):
            done = index_stale(5000)
    is_postgresql = connection.vendor == "postgresql"
    uuid = "gen_random_uuid()" if is_postgresql else "lower(hex(randomblob(16)))"
    code = "lpad(({n})::text, %d, '0')" if is_postgresql else "printf('%%0%dd', {n})"
    began = time.monotonic()
    with bare(*COPIED, "search_searchentry"):
        copy_rows(
            "cases_case", CASES, {"uuid": uuid, "tracking": "'B' || {n}", "number": "''", "source_reference": "''"}
        )
        copy_rows("registry_premises", THINGS // 5, {"code": code % 8})
        copy_rows("registry_component", THINGS - THINGS // 5, {"code": code % 16})
        _index_copies()
    with connection.cursor() as cursor:
        if not is_postgresql:
            for table in ("cases_search", "search_words"):
                cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")  # noqa: S608 - our own names
        cursor.execute("VACUUM ANALYZE" if is_postgresql else "ANALYZE")
    print(f"{CASES:,} cases and {THINGS:,} other things in {time.monotonic() - began:.0f} s", flush=True)


def _index_copies() -> None:
    """Writes the entries of the copies as the job of the search would, without notes of what is stale."""
    from linli.core.search.indexing import tokens_of_row
    from linli.core.search.kinds import indexed_kinds
    from linli.core.search.models import SearchEntry
    from linli.core.search.triggers import columns_of

    for kind in indexed_kinds().values():
        if kind.model._meta.db_table not in COPIED:
            continue
        columns = columns_of(kind)
        last = SearchEntry.objects.filter(kind=kind.code).latest("item_id").item_id
        rows = kind.model._base_manager.filter(id__gt=last).order_by("id").values_list("id", *columns)
        entries = (
            SearchEntry(
                kind=kind.code, item_id=item_id, tokens=tokens_of_row(kind, dict(zip(columns, values, strict=True)))
            )
            for item_id, *values in rows.iterator(chunk_size=10_000)
        )
        while part := list(islice(entries, 10_000)):
            SearchEntry.objects.bulk_create(part)


def measure(city: Any) -> None:
    """The whole answer for each question and person, in milliseconds of processor: the application's the first time, then the median and the
    least of some times, the database's mean, and what the median and that come to."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from bench.lists import cpu_of
    from linli.core.search.public import answer

    backend = 0  # SQLite works in this process
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            backend = cursor.fetchone()[0]
    print("| who | words | first, app ms | app, ms | least | database, ms | both, ms | statements | found |")
    print("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |")
    for who in ("auditor", "acceptance", "worker", "far_acceptance"):
        access, slowest = city.access[who], (0.0, "")
        for words in WORDS:
            spent, before = [], cpu_of(backend) if backend else 0.0
            for _repeat in range(REPEATS + 1):
                began = time.process_time()
                found = answer(access, words, 4)
                spent.append((time.process_time() - began) * 1000)
            theirs = ((cpu_of(backend) if backend else 0.0) - before) / len(spent) * 1000
            first, mine = spent[0], median(spent[1:])
            with CaptureQueriesContext(connection) as asked:
                answer(access, words, 4)
            slowest = max(slowest, (mine + theirs, words))
            kinds = ", ".join(f"{one.kind.code} {one.count}{'+' * one.more}" for one in found)
            print(
                f"| {who} | {words} | {first:.1f} | {mine:.1f} | {min(spent):.1f} | {theirs:.1f} | {mine + theirs:.1f} | {len(asked)} | {kinds} |",
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
