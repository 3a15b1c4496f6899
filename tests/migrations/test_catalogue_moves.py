"""A database of before: the catalogue's rows stand in tables of cases, and come along when these are renamed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from .test_migrations import django, empty_database

pytestmark = [pytest.mark.soak, pytest.mark.own_database]

# What a city had: a row in each table, and one that points at another.
BEFORE = """
import django
django.setup()
from datetime import UTC, date, datetime
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
at = datetime(2026, 1, 5, tzinfo=UTC)
apps = MigrationExecutor(connection).loader.project_state([("cases", "0009_checker_and_instructions")]).apps
def make(app, name, /, **columns):
    return apps.get_model(app, name).objects.create(**columns)
area = make("areas", "Area", code="110101", level="district", name="东城", valid_from=at)
unit = make("access", "Unit", code="U1", name="市政", kind="department", area=area, valid_from=at)
lamp = make("cases", "Category", standard="S", kind="matter", code="0101", name="路灯", valid_from=at)
make("cases", "FilingCondition", category=lamp, number=1, text="坏了", limit_amount="2", limit_unit="work_day", limit_origin="city")
make("cases", "StageLimit", stage="file", amount="2", unit="work_hour")
make("cases", "OfficeHours", valid_from=date(2026, 1, 1), hours=[[["08:00", "12:00"]]] * 5 + [[], []])
make("cases", "CalendarDay", day=date(2026, 12, 24), is_workday=False, name="停电")
make("cases", "RoutingRule", kind="matter", area=area, unit=unit, valid_from=at)
make("cases", "ReturnRule", from_kind="department", to_kind="centre")
make("cases", "FiledHistory", version=3, cases=4, packed=b"counts", made_at=at)
"""
AFTER = """
import django
django.setup()
import json
from django.db import IntegrityError, connection, transaction
from linli.core.catalogue.models import *
from linli.core.catalogue import models
names = ["Category", "FilingCondition", "StageLimit", "OfficeHours", "CalendarDay", "RoutingRule", "ReturnRule", "FiledHistory"]
rows = {name: list(getattr(models, name).objects.values_list("id", flat=True)) for name in names}
condition = models.FilingCondition.objects.select_related("category").get()
rule = models.RoutingRule.objects.select_related("area", "unit").get()
second = models.CalendarDay.objects.create(day="2026-12-25", is_workday=False)
refused = False
try:
    with transaction.atomic():
        models.CalendarDay.objects.create(day="2026-12-25", is_workday=True)
except IntegrityError:
    refused = True
print(json.dumps({
    "rows": rows, "category": condition.category.name, "rule": [rule.area.code, rule.unit.code], "next": second.id, "refused": refused,
    "left": [name for name in connection.introspection.table_names() if name in {f"cases_{model.lower()}" for model in names}],
}))
"""


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of this module's own."""
    with empty_database(tmp_path_factory.mktemp("catalogue")) as url:
        yield url


def test_every_row_comes_along_and_keeps_what_it_points_at(database_url: str) -> None:
    for step in (("migrate", "cases", "0009", "--no-input"), ("-c", BEFORE), ("migrate", "--no-input")):
        done = django(database_url, *step)
        assert done.returncode == 0, done.stderr
    looked = django(database_url, "-c", AFTER)
    assert looked.returncode == 0, looked.stderr
    assert json.loads(looked.stdout) == {
        "rows": {
            "Category": [1], "FilingCondition": [1], "StageLimit": [1], "OfficeHours": [1], "CalendarDay": [1], "RoutingRule": [1],
            "ReturnRule": [1], "FiledHistory": [1],
        },
        "category": "路灯", "rule": ["110101", "U1"], "next": 2, "refused": True, "left": [],
    }  # fmt: skip
