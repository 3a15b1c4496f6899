"""Seals name and phone of who reported under a key of their own. Batches of 500; a run that was cut off goes on."""

from typing import Any

from django.db import migrations, transaction

from linli.core.people.public import sealed_row

BATCH = 500


def seal_anew(apps: Any, schema_editor: Any) -> None:
    reporters = apps.get_model("cases", "CaseReporter")
    columns = ("key_slot", "key_wrapped", "key_class", "name", "phone", "phone_index")
    update = f"UPDATE cases_casereporter SET {', '.join(f'{one} = %s' for one in columns)} WHERE id = %s"  # noqa: S608
    last = 0
    while rows := list(reporters.objects.filter(key_wrapped="", id__gt=last).order_by("id")[:BATCH]):
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            for row in rows:
                values = {"name": row.name, "phone": row.phone}
                sealed = sealed_row("cases.casereporter", "important", row.home_district, values)
                # By SQL: what the fields of that time would seal once more is sealed already.
                cursor.execute(update, [*(sealed[one] for one in columns), row.id])
        last = rows[-1].id


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("cases", "0012_reporters_key")]

    operations = [migrations.RunPython(seal_anew, migrations.RunPython.noop)]
