"""Posts say which version of the grids began or ended them, and somebody says that staff follow to new grids."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """The partial index holds only posts that a version ended."""

    dependencies: ClassVar = [("grids", "0002_versions_taken_back"), ("staff", "0003_ledger_indexes")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Following",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version_id", models.BigIntegerField(unique=True)),
                ("accepted_by_id", models.BigIntegerField(null=True)),
                ("accepted_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField("gridassignment", "begun_by_version", models.BigIntegerField(null=True)),
        migrations.AddField("gridassignment", "ended_by_version", models.BigIntegerField(null=True)),
        migrations.AddIndex(
            "gridassignment",
            models.Index(
                condition=models.Q(("ended_by_version__isnull", False)),
                fields=["ended_by_version"],
                name="assignment_ended_by",
            ),
        ),
    ]
