from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("registry", "0004_premises_risk"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="premises",
            index=models.Index(
                condition=models.Q(("asked_on__isnull", False)), fields=["asked_on"], name="premises_asked"
            ),
        ),
        migrations.AddIndex(
            model_name="premises",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["community_id", "-id"], name="premises_disputed_here"
            ),
        ),
        migrations.AddIndex(
            model_name="premises",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["street_id", "-id"], name="premises_disputed_near"
            ),
        ),
    ]
