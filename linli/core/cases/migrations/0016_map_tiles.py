"""Indexes for the map: one that answers counts of open cases, and that of the time of reports widened to answer counts by day.

The two indexes of times were made by SQL beside the model, so SQLite lost them whenever a later migration made the table anew;
now the model knows them.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

_OPEN = ("reported", "confirming", "filed", "dispatched", "handling", "shelved", "handled", "verifying", "verified")


class Migration(migrations.Migration):
    """The number of indexes that a report adds to grows by one."""

    dependencies: ClassVar = [("cases", "0015_imports_in_exchange")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("state__in", list(_OPEN))),
                fields=[
                    "tile_key",
                    "state",
                    "clock_state",
                    "due_at",
                    "amber_at",
                    "district_id",
                    "street_id",
                    "community_id",
                    "unit_id",
                    "handling_unit_id",
                    "reporter_user_id",
                    "id",
                ],
                name="case_open_by_tile",
            ),
        ),
        migrations.RunSQL("DROP INDEX IF EXISTS case_reported_at", migrations.RunSQL.noop),
        migrations.RunSQL("DROP INDEX IF EXISTS case_closed_at", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["reported_at", "tile_key", "district_id", "street_id", "community_id"], name="case_reported_at"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)), fields=["closed_at"], name="case_closed_at"
            ),
        ),
    ]
