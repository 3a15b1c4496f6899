"""A database of before rounds had a flow: three nullable times become a state, and nothing that was recorded is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.migrations.test_migrations import django, empty_database

pytestmark = [pytest.mark.soak, pytest.mark.own_database]

BEFORE = """
import django
django.setup()
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
at = datetime(2026, 1, 5, 8, tzinfo=UTC)
apps = MigrationExecutor(connection).loader.project_state([("patrol", "0002_means_without_a_distance")]).apps
def make(app, name, /, **columns):
    return apps.get_model(app, name).objects.create(**columns)
area = make("areas", "Area", code="110101", level="district", name="东城", valid_from=at)
filed = {"area": area, "home_district": "110101"}
plan = make("patrol", "PatrolPlan", uuid=UUID(int=1), name="早巡", days="every_day", times=[], valid_from=date(2026, 1, 1), **filed)
for number, (worker, started, ended, closed) in enumerate([(7, 1, 0, 0), (7, 1, 2, 0), (7, 1, 2, 3), (7, 1, 0, 3), (None, 0, 0, 3)]):
    times = {name: at + timedelta(days=number, hours=hours) if hours else None for name, hours in
        (("started_at", started), ("ended_at", ended), ("closed_at", closed))}
    opens = at + timedelta(days=number)
    make("patrol", "Round", uuid=UUID(int=number), plan=plan, **filed, window_date=opens.date(), opens_at=opens,
        closes_at=opens + timedelta(hours=2), worker_id=worker, due_points=6, checked_points=number, **times)
"""
AFTER = """
import django
django.setup()
import json
from linli.core.flow.public import findings
from linli.subsystems.patrol.public import ROUND, Round
hours = lambda one, instant: instant and (instant - one.opens_at).total_seconds() / 3600
print(json.dumps({
    "rounds": [
        [one.state, one.seq, one.begun_by_id, hours(one, one.begun_at), hours(one, one.ended_at), one.checked_points]
        for one in Round.objects.order_by("opens_at")
    ],
    "findings": list(findings(ROUND)),
}))
"""


def test_rounds_of_before_keep_what_they_say(tmp_path: Path) -> None:
    with empty_database(tmp_path) as url:
        for step in (("migrate", "patrol", "0002", "--no-input"), ("-c", BEFORE), ("migrate", "--no-input")):
            done = django(url, *step)
            assert done.returncode == 0, done.stderr
        looked = django(url, "-c", AFTER)
    assert looked.returncode == 0, looked.stderr
    assert json.loads(looked.stdout) == {
        "rounds": [
            ["walking", 0, 7, 1, None, 0], ["walked", 0, 7, 1, None, 1], ["closed", 0, 7, 1, 3, 2], ["closed", 0, 7, 1, 3, 3],
            ["closed", 0, None, 3, 3, 4],
        ],
        "findings": [],
    }  # fmt: skip
