"""Counts of components by cell, filled from what is there."""

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

_COLUMNS = "home_district, area_id, district_id, street_id, community_id"
_FILL = f"""
INSERT INTO registry_componentcell ({_COLUMNS}, cell, count)
SELECT {_COLUMNS}, tile_key >> 10, COUNT(*) FROM registry_component WHERE retired_at IS NULL
GROUP BY {_COLUMNS}, tile_key >> 10
"""  # noqa: S608 - our own names


class Migration(migrations.Migration):
    """A cell is a map tile at zoom 17, so a key at zoom 22 less ten bits."""

    dependencies: ClassVar = [("areas", "0001_initial"), ("registry", "0005_ledger_indexes")]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="ComponentCell",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("home_district", models.CharField(editable=False, max_length=32)),
                ("district_id", models.BigIntegerField(editable=False, null=True)),
                ("street_id", models.BigIntegerField(editable=False, null=True)),
                ("community_id", models.BigIntegerField(editable=False, null=True)),
                ("cell", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "area",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="areas.area",
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["cell"], name="component_cell")]},
        ),
        migrations.RunSQL(_FILL, migrations.RunSQL.noop),
    ]
