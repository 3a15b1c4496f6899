from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_sources_of_departments")]

    operations = [
        migrations.AddField("casereporter", "key_slot", models.BigIntegerField(default=-1), preserve_default=True),
        migrations.AddField(
            "casereporter", "key_wrapped", models.CharField(max_length=160, default=""), preserve_default=True
        ),
        migrations.AddField(
            "casereporter", "key_class", models.CharField(max_length=12, default="important"), preserve_default=True
        ),
    ]
