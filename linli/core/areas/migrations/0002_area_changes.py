from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("areas", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="AreaChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_id", models.BigIntegerField(db_index=True)),
                ("import_id", models.BigIntegerField(db_index=True)),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=8)),
                ("name", models.CharField(blank=True, max_length=120)),
                ("names", models.JSONField(blank=True, default=dict)),
                ("parent_id", models.BigIntegerField(null=True)),
                ("outline", models.BinaryField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "areas_area_change"},
        ),
    ]
