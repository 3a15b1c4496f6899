from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("resources", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("asked_on__isnull", False)), fields=["asked_on"], name="resource_asked"
            ),
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["community_id", "-id"], name="resource_disputed_here"
            ),
        ),
        migrations.AddIndex(
            model_name="resource",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["street_id", "-id"], name="resource_disputed_near"
            ),
        ),
    ]
