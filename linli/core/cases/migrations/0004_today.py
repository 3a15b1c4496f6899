"""Indexes for the figures of a day: without them each look at the home page read all cases that an area ever had."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    """Reports come in order of time, so the first index grows at its end; the second knows closed cases only."""

    dependencies: ClassVar = [("cases", "0003_history")]

    operations: ClassVar = [
        migrations.RunSQL("CREATE INDEX case_reported_at ON cases_case (reported_at)", "DROP INDEX case_reported_at"),
        migrations.RunSQL(
            "CREATE INDEX case_closed_at ON cases_case (closed_at) WHERE closed_at IS NOT NULL",
            "DROP INDEX case_closed_at",
        ),
    ]
