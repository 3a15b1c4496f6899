from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_worked_off_apart")]

    operations = [
        migrations.AlterField(model_name="importedrow", name="before", field=models.TextField(blank=True)),
    ]
