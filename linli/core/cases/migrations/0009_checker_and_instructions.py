"""Who is asked to look on the spot, how often a leader gave an instruction, and whether verifying may close."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


# The stars of a resident end when the case is opened again; those given since then stay.
_STARS_OF_BEFORE = """
UPDATE cases_case SET rating = NULL WHERE rating IS NOT NULL AND reopen_count > 0 AND NOT EXISTS (
  SELECT 1 FROM cases_caseevent rated WHERE rated.case_id = cases_case.id AND rated.action = 'rate' AND rated.seq > (
    SELECT MAX(opened.seq) FROM cases_caseevent opened WHERE opened.case_id = cases_case.id AND opened.action = 'reopen'
  )
)
"""


class Migration(migrations.Migration):
    """Columns that are empty or have a constant default; only rows of cases that were opened again are rewritten."""

    dependencies: ClassVar = [("cases", "0008_files_expire")]

    operations: ClassVar = [
        migrations.AddField(model_name="case", name="checker_id", field=models.BigIntegerField(null=True)),
        migrations.AddField(
            model_name="case", name="instruct_count", field=models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(model_name="stagelimit", name="with_verification", field=models.BooleanField(default=True)),
        migrations.RunSQL(_STARS_OF_BEFORE, migrations.RunSQL.noop),
    ]
