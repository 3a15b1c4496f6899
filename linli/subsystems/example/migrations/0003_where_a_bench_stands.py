from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("example", "0002_thanks")]

    operations = [
        migrations.AddField("benchnote", "lon", models.FloatField(default=0), preserve_default=False),
        migrations.AddField("benchnote", "lat", models.FloatField(default=0), preserve_default=False),
    ]
