from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("example", "0007_ledger_indexes")]

    operations = [
        migrations.CreateModel(
            name="BenchCare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("material", models.CharField(max_length=12)),
                ("per_year", models.PositiveSmallIntegerField()),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField(null=True)),
            ],
            options={"db_table": "example_bench_care"},
        ),
    ]
