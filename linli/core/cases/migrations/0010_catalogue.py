"""The catalogue is an area of its own: its tables belong to core/catalogue from here on, which has renamed them."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations

MOVED = (
    "FilingCondition", "Category", "StageLimit", "OfficeHours", "CalendarDay", "RoutingRule", "ReturnRule", "FiledHistory",
)  # fmt: skip


class Migration(migrations.Migration):
    """Nothing is done in the database."""

    dependencies: ClassVar = [("cases", "0009_checker_and_instructions"), ("catalogue", "0001_out_of_cases")]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name) for name in MOVED])
    ]
