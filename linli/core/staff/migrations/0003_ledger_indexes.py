from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("areas", "0001_initial"),
        ("staff", "0002_staff_files"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="stafffile",
            index=models.Index(
                condition=models.Q(("asked_on__isnull", False)), fields=["asked_on"], name="stafffile_asked"
            ),
        ),
        migrations.AddIndex(
            model_name="stafffile",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["community_id", "-id"], name="stafffile_disputed_here"
            ),
        ),
        migrations.AddIndex(
            model_name="stafffile",
            index=models.Index(
                condition=models.Q(("disputes__gt", 0)), fields=["street_id", "-id"], name="stafffile_disputed_near"
            ),
        ),
    ]
