"""Versions can be taken back, moved and undone: shapes say which version ended them and under which area they were filed."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

from linli.core.platform.public import now

# A shape was ended by the first version after its own that began when it ended.
_FILL = """
UPDATE grids_gridshape SET
  area_id = (SELECT grid.area_id FROM grids_grid grid WHERE grid.id = grids_gridshape.grid_id),
  ended_by_id = CASE WHEN valid_to IS NULL THEN NULL ELSE (
    SELECT later.id FROM grids_gridsetversion later, grids_gridsetversion own
    WHERE own.id = grids_gridshape.first_version_id AND later.layer_id = own.layer_id AND later.number > own.number
      AND later.valid_from = grids_gridshape.valid_to
    ORDER BY later.number LIMIT 1
  ) END
"""


def fill(apps: Any, schema_editor: Any) -> None:
    """In two statements whatever their number; constraints are looked at before the table is altered again."""
    begun = apps.get_model("grids", "GridSetVersion").objects.filter(valid_from__lte=now())
    begun.update(begun_at=models.F("valid_from"))
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(_FILL)
        if schema_editor.connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _version(**more: Any) -> Any:
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="grids.gridsetversion", **more
    )


class Migration(migrations.Migration):
    """Columns with nothing in them are added without a rewrite; the fill touches each shape once."""

    dependencies: ClassVar = [("grids", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField("gridsetversion", "reason", models.CharField(blank=True, default="", max_length=200), preserve_default=False),
        migrations.AddField("gridsetversion", "carried", models.JSONField(blank=True, default=list)),
        migrations.AddField("gridsetversion", "undoes", _version()),
        migrations.AddField("gridsetversion", "begun_at", models.DateTimeField(null=True)),
        migrations.AddField("gridsetversion", "taken_back_at", models.DateTimeField(null=True)),
        migrations.AddField("gridsetversion", "taken_back_by_id", models.BigIntegerField(null=True)),
        migrations.AddField("gridsetversion", "taken_back_reason", models.CharField(blank=True, default="", max_length=200), preserve_default=False),
        migrations.AddField("gridshape", "ended_by", _version()),
        migrations.AddField("gridshape", "area_id", models.BigIntegerField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField("gridshape", "area_id", models.BigIntegerField()),
    ]  # fmt: skip
