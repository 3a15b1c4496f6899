"""English names of major classes, what people call a category, and what filed cases have taught about both."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

CHOSE = models.Q(actor_id__isnull=False, action__in=["file", "split", "solve_on_spot"])


class Migration(migrations.Migration):
    """The index holds only the entries in which somebody of the staff chose a category."""

    dependencies: ClassVar = [("cases", "0004_today")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="FiledHistory",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("cases", models.PositiveIntegerField()),
                ("packed", models.BinaryField()),
                ("made_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField("category", "everyday_words", models.TextField(blank=True)),
        migrations.AddField("category", "major_names", models.JSONField(blank=True, default=dict)),
        migrations.AddIndex(
            "caseevent", models.Index(fields=["actor_id", "-id"], condition=CHOSE, name="case_event_chose")
        ),
    ]
