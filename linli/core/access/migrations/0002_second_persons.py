"""Rights that wait for a second person; API tokens that all end; locks of accounts make way for counts by name."""

from datetime import timedelta
from typing import Any, ClassVar

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from linli.core.platform.public import now


LONGEST, NOTICE = timedelta(days=366), timedelta(days=30)


def end_tokens_in_time(apps: Any, _schema_editor: Any) -> None:
    """Tokens without an end, or with one beyond a year, end a year after they were made, and not within a month."""
    soonest = now() + NOTICE
    for token in apps.get_model("access", "ApiToken").objects.filter(revoked_at__isnull=True):
        latest = max(token.created_at + LONGEST, soonest)
        if token.expires_at is None or token.expires_at > latest:
            token.expires_at = latest
            token.save(update_fields=["expires_at"])
    apps.get_model("access", "ApiToken").objects.filter(expires_at__isnull=True).update(expires_at=soonest)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("access", "0001_initial"),
        ("areas", "0001_initial"),
    ]

    operations: ClassVar = [
        migrations.RunPython(end_tokens_in_time, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="user",
            name="failed_sign_ins",
        ),
        migrations.RemoveField(
            model_name="user",
            name="locked_until",
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="expires_at",
            field=models.DateTimeField(),
        ),
        migrations.CreateModel(
            name="PendingRight",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("agreed", models.BooleanField(default=False)),
                (
                    "area",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="areas.area"),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.role"),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.unit",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "db_table": "access_pending_right",
                "indexes": [
                    models.Index(
                        condition=models.Q(("decided_at__isnull", True)), fields=["user"], name="pending_right_open"
                    )
                ],
            },
        ),
    ]
