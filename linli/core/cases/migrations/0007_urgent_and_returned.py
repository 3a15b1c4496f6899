"""Limits of urgent cases, and to which unit a clock of handling belongs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

URGENT_HOURS = {"file": "0.5", "confirm": "1", "dispatch": "0.5", "handle": "4", "verify": "2", "close": "2"}
_OF_OPEN_CASES = """
UPDATE cases_caseclock SET handling_unit_id = (
  SELECT cases_case.handling_unit_id FROM cases_case WHERE cases_case.id = cases_caseclock.case_id
) WHERE stage = 'handle' AND case_id IN (
  SELECT id FROM cases_case WHERE state IN ('filed', 'dispatched', 'handling', 'shelved', 'handled', 'verifying', 'verified')
)
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """Every city begins with plausible urgent limits; clocks of closed cases are not asked for their unit any more."""
    for row in apps.get_model("cases", "StageLimit").objects.filter(stage__in=URGENT_HOURS):
        row.urgent_hours = URGENT_HOURS[row.stage]
        row.save(update_fields=["urgent_hours"])
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_OF_OPEN_CASES)


class Migration(migrations.Migration):
    """Adds two columns that may be empty, and fills them for what is open."""

    dependencies: ClassVar = [("cases", "0006_merged_into")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="stagelimit",
            name="urgent_hours",
            field=models.DecimalField(decimal_places=3, max_digits=6, null=True),
        ),
        migrations.AddField(
            model_name="caseclock",
            name="handling_unit_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
