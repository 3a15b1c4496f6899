"""Catalogues in memory: a change is seen at once by who made it, whatever the machine's monotonic clock says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from linli.core.platform.public import Versioned, bump, clock_at, now
from linli.core.platform.writing import versions

# A process that has just begun on a machine that has just begun: the clock is set before anything of linli is imported.
YOUNG = """
import json, sys, time

time.monotonic = lambda: float(sys.argv[1])
import django

django.setup()
from django.db import connection
from linli.core.platform.models import Stamp
from linli.core.platform.public import Versioned
from linli.core.platform.writing import versions

with connection.schema_editor() as editor:
    editor.create_model(Stamp)
Stamp.objects.create(name="test-catalogue", stamp="by another process")
catalogue = Versioned(lambda: "loaded", "test-catalogue")
print(json.dumps([catalogue.get(), catalogue._loaded[0], versions._read_at]))
"""


@pytest.mark.parametrize("uptime_s", [0.0, 0.4])
def test_a_young_process_reads_what_others_changed_before_it(uptime_s: float) -> None:
    told = subprocess.run(
        [sys.executable, "-c", YOUNG, str(uptime_s)], env=os.environ | {"LINLI_DATABASE_URL": "sqlite:///:memory:"},
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    assert json.loads(told) == ["loaded", ["by another process"], uptime_s]


@pytest.mark.django_db
@pytest.mark.parametrize("uptime_s", [0.0, 0.4, 59.0, 10_000_000.0])
def test_a_change_is_seen_at_once_however_young_the_machine_is(
    monkeypatch: pytest.MonkeyPatch, uptime_s: float
) -> None:
    loaded: list[int] = []

    def load() -> int:
        loaded.append(len(loaded))
        return len(loaded)

    monkeypatch.setattr(versions.time, "monotonic", lambda: uptime_s)
    monkeypatch.setattr(versions, "_read_at", None)
    catalogue = Versioned(load, "test-catalogue")
    assert (catalogue.get(), catalogue.get()) == (1, 1)
    bump("test-catalogue")
    assert catalogue.get() == 2


@pytest.mark.django_db
def test_stamps_rest_until_they_are_stale(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: object) -> None:
    at = [5.0]
    monkeypatch.setattr(versions.time, "monotonic", lambda: at[0])
    monkeypatch.setattr(versions, "STALE_SECONDS", 1.0)
    monkeypatch.setattr(versions, "_read_at", None)
    catalogue = Versioned(lambda: 1, "test-catalogue")
    catalogue.get()
    for later_s, statements in ((0.9, 0), (1.1, 1)):
        at[0] = 5.0 + later_s
        with django_assert_num_queries(statements):  # type: ignore[operator]
            catalogue.get()


@pytest.mark.django_db
def test_what_was_announced_begins_by_itself() -> None:
    begins = [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 8, tzinfo=UTC)]
    loaded: list[datetime] = []

    def load() -> int:
        loaded.append(now())
        return len(loaded)

    catalogue = Versioned(load, "test-catalogue", until=lambda: next((one for one in begins if one > now()), None))
    for at, expected in (
        (begins[0] - timedelta(days=1), 1), (begins[0] - timedelta(microseconds=1), 1), (begins[0], 2),
        (begins[1] - timedelta(microseconds=1), 2), (begins[1] + timedelta(days=1), 3), (begins[1] + timedelta(days=9), 3),
    ):  # fmt: skip
        with clock_at(at):
            assert catalogue.get() == expected
