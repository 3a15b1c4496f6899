from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("example", "0006_bench_ledger"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="bench",
            index=models.Index(
                condition=models.Q(("asked_on__isnull", False)), fields=["asked_on"], name="bench_asked"
            ),
        ),
        migrations.AddIndex(
            model_name="bench",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["community_id", "-id"], name="bench_disputed_here"
            ),
        ),
        migrations.AddIndex(
            model_name="bench",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["street_id", "-id"], name="bench_disputed_near"
            ),
        ),
    ]
