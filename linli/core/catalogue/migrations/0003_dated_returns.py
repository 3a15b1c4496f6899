"""Returns are dated like everything else; what stood there has stood from the beginning."""

import datetime

from django.db import migrations, models

BEGINNING = datetime.datetime(1900, 1, 1, tzinfo=datetime.UTC)


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_limits_of_every_flow")]

    operations = [
        migrations.AddField("returnrule", "valid_from", models.DateTimeField(default=BEGINNING)),
        migrations.AddField("returnrule", "valid_to", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveConstraint("returnrule", "return_rule"),
        migrations.AddConstraint(
            "returnrule",
            models.UniqueConstraint(
                fields=["from_kind", "to_kind"], condition=models.Q(valid_to__isnull=True), name="return_rule_once"
            ),
        ),
    ]
