"""The durable queue: one row per job, inserted by the transaction that wants it done. `jobs/` next door works it off."""

from __future__ import annotations

from django.db import models


class Job(models.Model):
    """Something to do later, once. `key` names the effect: a second job with a key that exists is not inserted.

    `token` is the lease: who finishes a job must hold the token that it was leased with, so a worker that was thought
    dead and comes back changes nothing.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200, null=True, unique=True)
    payload = models.JSONField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    run_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    token = models.CharField(max_length=32, default="")
    lease_until = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=2000, default="")

    class Meta:
        db_table = "platform_job"
        indexes = [
            models.Index(fields=["run_at"], name="job_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["lease_until"], name="job_running", condition=models.Q(state="running")),
            models.Index(fields=["finished_at"], name="job_finished", condition=models.Q(finished_at__isnull=False)),
        ]
