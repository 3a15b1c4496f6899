"""The catalogue leaves core/cases: the tables that stand there become those of this area, with all their rows."""

from __future__ import annotations

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

MOVED = (
    "CalendarDay",
    "FiledHistory",
    "OfficeHours",
    "StageLimit",
    "Category",
    "ReturnRule",
    "RoutingRule",
    "FilingCondition",
)


class Migration(migrations.Migration):
    """Eight tables are renamed, which touches no row. Names of constraints and sequences stay as they were."""

    dependencies: ClassVar = [
        ("access", "0003_oversight_notices"),
        ("areas", "0001_initial"),
        ("cases", "0009_checker_and_instructions"),
    ]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="CalendarDay",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("day", models.DateField(unique=True)),
                        ("is_workday", models.BooleanField()),
                        ("name", models.CharField(blank=True, max_length=60)),
                        ("origin", models.CharField(default="city", max_length=12)),
                    ],
                    options={"db_table": "cases_calendarday"},
                ),
                migrations.CreateModel(
                    name="FiledHistory",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField()),
                        ("cases", models.PositiveIntegerField()),
                        ("packed", models.BinaryField()),
                        ("made_at", models.DateTimeField()),
                    ],
                    options={"db_table": "cases_filedhistory"},
                ),
                migrations.CreateModel(
                    name="OfficeHours",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("valid_from", models.DateField(unique=True)),
                        ("hours", models.JSONField()),
                    ],
                    options={"db_table": "cases_officehours"},
                ),
                migrations.CreateModel(
                    name="StageLimit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("stage", models.CharField(max_length=12, unique=True)),
                        ("amount", models.DecimalField(decimal_places=3, max_digits=8, null=True)),
                        (
                            "unit",
                            models.CharField(
                                choices=[
                                    ("urgent_hour", "urgent hours"),
                                    ("work_hour", "work hours"),
                                    ("work_day", "work days"),
                                    ("calendar_day", "calendar days"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("urgent_hours", models.DecimalField(decimal_places=3, max_digits=6, null=True)),
                        ("with_verification", models.BooleanField(default=True)),
                        ("amber_share", models.DecimalField(decimal_places=2, default="0.80", max_digits=3)),
                    ],
                    options={"db_table": "cases_stagelimit"},
                ),
                migrations.CreateModel(
                    name="Category",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("standard", models.CharField(max_length=40)),
                        (
                            "kind",
                            models.CharField(choices=[("component", "Component"), ("matter", "Matter")], max_length=12),
                        ),
                        ("code", models.CharField(max_length=20)),
                        ("revision", models.PositiveIntegerField(default=1)),
                        ("major_code", models.CharField(blank=True, max_length=8)),
                        ("major_name", models.CharField(blank=True, max_length=80)),
                        ("major_names", models.JSONField(blank=True, default=dict)),
                        ("name", models.CharField(max_length=120)),
                        ("names", models.JSONField(blank=True, default=dict)),
                        ("search_keys", models.TextField(blank=True)),
                        ("everyday_words", models.TextField(blank=True)),
                        ("similar_radius_m", models.PositiveIntegerField(default=50)),
                        ("similar_hours", models.PositiveIntegerField(default=24)),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        "db_table": "cases_category",
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("standard", "kind", "code", "revision"), name="category_revision"
                            ),
                            models.UniqueConstraint(
                                condition=models.Q(("valid_to__isnull", True)),
                                fields=("standard", "kind", "code"),
                                name="category_once_in_force",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ReturnRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "from_kind",
                            models.CharField(
                                choices=[
                                    ("centre", "Centre"),
                                    ("department", "Department"),
                                    ("community_office", "Community office"),
                                    ("grid_team", "Grid team"),
                                    ("group", "Residents' group"),
                                ],
                                max_length=20,
                            ),
                        ),
                        (
                            "to_kind",
                            models.CharField(
                                choices=[
                                    ("centre", "Centre"),
                                    ("department", "Department"),
                                    ("community_office", "Community office"),
                                    ("grid_team", "Grid team"),
                                    ("group", "Residents' group"),
                                ],
                                max_length=20,
                            ),
                        ),
                    ],
                    options={
                        "db_table": "cases_returnrule",
                        "constraints": [models.UniqueConstraint(fields=("from_kind", "to_kind"), name="return_rule")],
                    },
                ),
                migrations.CreateModel(
                    name="RoutingRule",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("standard", models.CharField(blank=True, max_length=40)),
                        (
                            "kind",
                            models.CharField(
                                blank=True, choices=[("component", "Component"), ("matter", "Matter")], max_length=12
                            ),
                        ),
                        ("major_code", models.CharField(blank=True, max_length=8)),
                        ("code", models.CharField(blank=True, max_length=20)),
                        (
                            "hours",
                            models.CharField(
                                blank=True,
                                choices=[("office", "office hours"), ("off", "outside office hours")],
                                max_length=8,
                            ),
                        ),
                        ("valid_from", models.DateTimeField()),
                        ("valid_to", models.DateTimeField(blank=True, null=True)),
                        (
                            "area",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="areas.area",
                            ),
                        ),
                        (
                            "unit",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.unit"
                            ),
                        ),
                    ],
                    options={"db_table": "cases_routingrule"},
                ),
                migrations.CreateModel(
                    name="FilingCondition",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.PositiveSmallIntegerField()),
                        ("text", models.CharField(max_length=300)),
                        ("texts", models.JSONField(blank=True, default=dict)),
                        ("closing_text", models.CharField(blank=True, max_length=300)),
                        ("closing_texts", models.JSONField(blank=True, default=dict)),
                        ("limit_amount", models.DecimalField(decimal_places=3, max_digits=8)),
                        (
                            "limit_unit",
                            models.CharField(
                                choices=[
                                    ("urgent_hour", "urgent hours"),
                                    ("work_hour", "work hours"),
                                    ("work_day", "work days"),
                                    ("calendar_day", "calendar days"),
                                ],
                                max_length=16,
                            ),
                        ),
                        (
                            "limit_origin",
                            models.CharField(
                                choices=[
                                    ("default", "plausible default"),
                                    ("city", "set by the city"),
                                    ("standard", "from the standard"),
                                ],
                                max_length=12,
                            ),
                        ),
                        (
                            "category",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="conditions",
                                to="catalogue.category",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "cases_filingcondition",
                        "constraints": [
                            models.UniqueConstraint(fields=("category", "number"), name="condition_number")
                        ],
                    },
                ),
            ]
        ),
        *(migrations.AlterModelTable(name, None) for name in MOVED),
    ]
