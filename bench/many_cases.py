"""A million cases in the reference city, by SQL: for measuring lists, pages and reports at the size that linli is meant for.

The rows look like real ones (places, categories, states, clocks, words) but did not go through the services, so their audit
trail is empty; nothing here measures the trail. `web.py` next door measures.
"""

from __future__ import annotations

import csv
import random
from pathlib import Path

from django.db import connection

WORDS = (
    "路口有垃圾 无人清理",
    "井盖破损 有安全隐患",
    "路灯不亮 夜间昏暗",
    "占道经营 影响通行",
    "树枝折断 压住电线",
    "小区门口积水 难以通行",
)
OPEN_SHARE = 0.03

_CASES = """
INSERT INTO cases_case (home_district, area_id, district_id, street_id, community_id, uuid, number, tracking, source,
  source_reference, state, seq, urgency, standard, kind, category_code, category_name, condition_text, closing_text,
  limit_amount, limit_unit, description, address, lon, lat, tile_key, position_system, position_given, grid_id,
  reporter_user_id, unit_id, handling_unit_id, clock_stage, clock_state, due_at, amber_at, due_provisional, reported_at,
  closed_at, in_time, rework_count, return_count, reopen_count, urge_count, supervise_count, instruct_count, escalation_level, search_tokens)
SELECT p.home, p.area_id, p.district_id, p.street_id, p.community_id, gen_random_uuid(), '', 'B' || lpad(n::text, 11, '0'),
  'grid_worker', '', CASE WHEN o.open THEN (ARRAY['reported','filed','dispatched','handling','handled'])[1 + n %% 5]
  ELSE 'archived' END, 1, 'normal', c.standard, c.kind, c.code, c.name, '', '', 1, 'work_day', w.words, '',
  p.lon + random() * 0.0004, p.lat + random() * 0.0004, p.tile_key + (n %% 1024), 'WGS84', '', p.grid_id, NULL,
  CASE WHEN n %% 5 IN (2, 3) THEN p.department_id ELSE p.centre_id END, p.department_id,
  CASE WHEN o.open THEN 'handle' ELSE '' END, CASE WHEN o.open THEN 'running' ELSE 'done' END,
  CASE WHEN o.open THEN now() + (random() * 96 - 24) * interval '1 hour' END,
  CASE WHEN o.open THEN now() + (random() * 96 - 30) * interval '1 hour' END, false,
  now() - ((%(count)s - n) * 0.5) * interval '1 minute',
  CASE WHEN NOT o.open THEN now() - ((%(count)s - n) * 0.5) * interval '1 minute' END, true, 0, 0, 0, 0, 0, 0, 0, w.tokens
FROM generate_series(%(first)s::bigint, %(last)s::bigint) n
JOIN bench_place p ON p.place = (n * 7919 + n / 31) %% %(places)s
JOIN bench_word w ON w.word = n %% %(words)s
JOIN bench_category c ON c.category = (n / 7) %% %(categories)s
CROSS JOIN LATERAL (SELECT n > %(count)s * (1 - %(open_share)s) AS open) o
"""
_EVENTS = """
INSERT INTO cases_caseevent (home_district, case_id, seq, uuid, action, state_from, state_to, actor_kind, at, facts)
SELECT home_district, id, 1, gen_random_uuid(), 'report', '', state, 'system', reported_at, '{}' FROM cases_case
"""
_CLOCKS = """
INSERT INTO cases_caseclock (home_district, case_id, stage, amount, unit, amber_share, intervals, started_at, due_at, amber_at, provisional)
SELECT home_district, id, 'handle', 1, 'work_day', 0.8, '[]', reported_at, due_at, amber_at, false FROM cases_case
WHERE clock_state = 'running'
"""


def add_places(grids_csv: Path, units: dict[int, tuple[int, int]]) -> int:
    """Keeps where cases may lie: a point in each grid, its areas, the centre and the department of its street."""
    from linli.algorithms.tile_keys import tile_key
    from linli.core.areas.public import area_tree
    from linli.core.grids.public import Grid

    tree = area_tree()
    grids = dict(Grid.objects.values_list("code", "id"))
    rows = []
    with grids_csv.open(encoding="utf-8") as source:
        for place, row in enumerate(csv.DictReader(source)):
            node = tree.by_code[row["area"]]
            centre, department = units[node.street_id or 0]
            lon, lat = float(row["lon"]), float(row["lat"])
            rows.append(
                (place, node.home_district, node.id, node.district_id, node.street_id, node.community_id, lon, lat,
                 int(tile_key(lon, lat)), grids[row["code"]], centre, department)
            )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_place (place int PRIMARY KEY, home text, area_id bigint, district_id bigint, street_id bigint, "
            "community_id bigint, lon float, lat float, tile_key bigint, grid_id bigint, centre_id bigint, department_id bigint)"
        )
        cursor.executemany("INSERT INTO bench_place VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", rows)
    return len(rows)


def add_cases(count: int, places: int) -> None:
    """Inserts `count` cases with a timeline entry each and the clocks of the open ones; analyses the tables."""
    from linli.core.catalogue.public import catalogue
    from linli.lib.bigrams import index_text

    nodes = list(catalogue().categories.values())
    random.Random(1).shuffle(nodes)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_word (word int PRIMARY KEY, words text, tokens text)")
        cursor.executemany(
            "INSERT INTO bench_word VALUES (%s, %s, %s)",
            [(number, words, index_text(f"{words} 第{number}栋")) for number, words in enumerate(WORDS)],
        )
        cursor.execute(
            "CREATE TABLE bench_category (category int PRIMARY KEY, standard text, kind text, code text, name text)"
        )
        cursor.executemany(
            "INSERT INTO bench_category VALUES (%s, %s, %s, %s, %s)",
            [(number, one.standard, one.kind, one.code, one.name) for number, one in enumerate(nodes)],
        )
        step = 100_000
        for first in range(1, count + 1, step):
            cursor.execute(
                _CASES,
                {
                    "first": first, "last": min(first + step - 1, count), "count": count, "places": places, "words": len(WORDS),
                    "categories": len(nodes), "open_share": OPEN_SHARE,
                },
            )  # fmt: skip
        cursor.execute(_EVENTS)
        cursor.execute(_CLOCKS)
        cursor.execute(
            "VACUUM ANALYZE"
        )  # as autovacuum leaves a database that did not grow by all its rows a minute ago
