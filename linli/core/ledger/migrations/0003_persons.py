import linli.core.platform.public
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0002_imports_taken_back"),
    ]

    operations = [
        migrations.AlterField(
            model_name="ledgervalue",
            name="act",
            field=models.CharField(
                choices=[
                    ("add", "Added"),
                    ("change", "Changed"),
                    ("verify", "Verified"),
                    ("decide", "Decided"),
                    ("retire", "Retired"),
                    ("restore", "Taken up again"),
                    ("merge", "Joined with another one"),
                    ("unmerge", "Taken apart again"),
                    ("undo", "Import taken back"),
                    ("join", "Goes on as another one"),
                    ("part", "Stands by itself again"),
                    ("move", "Moved to another area"),
                    ("forget", "Somebody was forgotten, as they had asked"),
                ],
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="RecordPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("home_district", models.CharField(max_length=32)),
                ("ledger", models.CharField(max_length=16)),
                ("record_id", models.BigIntegerField()),
                ("phone", linli.core.platform.public.SealedField(blank=True, default="", purpose="ledger.person")),
                (
                    "phone_index",
                    linli.core.platform.public.BlindIndexField(
                        blank=True, db_index=True, default="", editable=False, max_length=60, of="phone"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["ledger", "record_id"], name="record_person_record")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until__isnull", True)),
                        fields=("ledger", "record_id", "home_district"),
                        name="record_person_present",
                    )
                ],
            },
        ),
    ]
