"""A round becomes an item of a flow: its state, guessed from three times until now, is written down.

The times that go on are renamed; when a worker had ended a round stands in its timeline from now on. Rounds that are there have no
timeline: their `seq` is 0.
"""

from django.db import migrations, models
from django.db.models import Case, F, Value, When
from django.db.models.functions import Coalesce

STATES = [("walking", "under way"), ("walked", "ended"), ("closed", "closed")]


def fill(apps, _editor):
    """State and begin of the rounds that are there, in one statement. A round that nobody walked began when it was closed."""
    apps.get_model("patrol", "Round").objects.update(
        state=Case(
            When(closed_at__isnull=False, then=Value("closed")),
            When(ended_at__isnull=False, then=Value("walked")),
            default=Value("walking"),
        ),
        seq=0,
        begun_at=Coalesce(F("started_at"), F("closed_at"), F("opens_at")),
    )


class Migration(migrations.Migration):
    dependencies = [("patrol", "0002_means_without_a_distance")]

    operations = [
        migrations.RenameField("round", "worker_id", "begun_by_id"),
        migrations.AddField(
            "round", "state", models.CharField(choices=STATES, default="walking", max_length=12), preserve_default=False
        ),
        migrations.AddField("round", "seq", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "round", "clock_stage", models.CharField(blank=True, default="", max_length=12), preserve_default=False
        ),
        migrations.AddField(
            "round",
            "clock_state",
            models.CharField(
                choices=[("running", "running"), ("paused", "paused"), ("done", "done")], default="done", max_length=8
            ),
        ),
        migrations.AddField("round", "due_at", models.DateTimeField(null=True)),
        migrations.AddField("round", "amber_at", models.DateTimeField(null=True)),
        migrations.AddField("round", "due_provisional", models.BooleanField(default=False)),
        migrations.AddField("round", "escalation_level", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("round", "table_version", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField("round", "unit_id", models.BigIntegerField(null=True)),
        migrations.AddField("round", "begun_at", models.DateTimeField(null=True)),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveField("round", "started_at"),
        migrations.RemoveField("round", "ended_at"),
        migrations.RenameField("round", "closed_at", "ended_at"),
        migrations.AlterField("round", "begun_at", models.DateTimeField()),
        migrations.AddIndex("round", models.Index(fields=["begun_by_id", "-id"], name="patrol_round_begun_by")),
        migrations.RemoveConstraint("round", "patrol_round_uuid"),
        migrations.AddConstraint(
            "round", models.UniqueConstraint(fields=["uuid", "home_district"], name="patrol_round_uuid")
        ),
    ]
