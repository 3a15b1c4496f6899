"""Who is asked to look on the spot, how often a leader gave an instruction, and whether verifying may close."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Columns that are empty or have a constant default: no row is rewritten."""

    dependencies: ClassVar = [("cases", "0007_urgent_and_returned")]

    operations: ClassVar = [
        migrations.AddField(model_name="case", name="checker_id", field=models.BigIntegerField(null=True)),
        migrations.AddField(
            model_name="case", name="instruct_count", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(model_name="stagelimit", name="with_verification", field=models.BooleanField(default=True)),
    ]
