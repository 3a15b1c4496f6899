"""Instants come back from the database as they went in, whoever reads them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import connection

from linli.core.platform.writing.instants import UtcLoader


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 22, 8, 30, 0, 123456, tzinfo=UTC),
        datetime(2026, 11, 22, 8, 30, 0, 120000, tzinfo=UTC),
        datetime(1949, 10, 1, tzinfo=UTC),
    ],
)
@pytest.mark.django_db
@pytest.mark.postgres
def test_an_instant_comes_back_as_it_went_in(instant: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz, NULL::timestamptz", [instant])
        found, nothing = cursor.fetchone()
        read_by = cursor.adapters.get_loader(connection.ops.connection.Database.adapters.types["timestamptz"].oid, 0)
    assert (found, found.tzinfo, nothing) == (instant, UTC, None)
    assert read_by is UtcLoader
