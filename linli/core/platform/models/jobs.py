"""The durable queue: one row per job, inserted by the transaction that wants it done; `writing/jobs/` works it off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.core.platform.sealing.personal import Personal


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

    # A payload carries ids and words of the code, never a person's values: those are read when the job runs.
    impersonal: ClassVar = {"kind", "key", "payload", "run_at", "token", "lease_until", "finished_at"}
    personal: ClassVar = {
        "error": Personal(
            purpose="Finding out why a job failed; an error's text can quote what it stumbled over.",
            data_class="general", keep_days=90, erase="blank", since="finished_at",
        ),
    }  # fmt: skip

    class Meta:
        db_table = "platform_job"
        indexes = [
            models.Index(fields=["run_at"], name="job_waiting", condition=models.Q(state="waiting")),
            models.Index(fields=["lease_until"], name="job_running", condition=models.Q(state="running")),
            models.Index(fields=["finished_at"], name="job_finished", condition=models.Q(finished_at__isnull=False)),
        ]


class WorkerBeat(models.Model):
    """When a worker last said that it lives; /readyz shows the age."""

    name = models.CharField(max_length=32, primary_key=True)
    at = models.DateTimeField()

    impersonal: ClassVar = {"name", "at"}

    class Meta:
        db_table = "platform_worker_beat"
