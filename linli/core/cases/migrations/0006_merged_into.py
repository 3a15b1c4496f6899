"""Which cases were merged into one: each merged case names the one that goes on, and an index finds them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

# A merged case that names a merged case takes over what that one names. A ring has no end and stays.
_ONE_STEP = """
UPDATE cases_case SET merged_into_id = (
  SELECT next.merged_into_id FROM cases_case next WHERE next.id = cases_case.merged_into_id
) WHERE state = 'merged' AND merged_into_id IS NOT NULL AND EXISTS (
  SELECT 1 FROM cases_case next WHERE next.id = cases_case.merged_into_id AND next.state = 'merged'
    AND next.merged_into_id IS NOT NULL AND next.merged_into_id NOT IN (cases_case.id, next.id)
)
"""
_MOST_STEPS = 20


def shorten_chains(apps: Any, schema_editor: Any) -> None:
    """Chains of merges become one step each; each round halves what is left of the longest."""
    with schema_editor.connection.cursor() as cursor:
        for _step in range(_MOST_STEPS):
            cursor.execute(_ONE_STEP)
            if not cursor.rowcount:
                return


class Migration(migrations.Migration):
    """The partial index holds merged cases only, so it is made fast and stays small."""

    dependencies: ClassVar = [("cases", "0005_suggesting")]

    operations: ClassVar = [
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["merged_into_id"],
                condition=models.Q(merged_into_id__isnull=False),
                name="case_merged_into",
            ),
        ),
        migrations.RunPython(shorten_chains, migrations.RunPython.noop),
    ]
