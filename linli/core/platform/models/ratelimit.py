"""The counters of rate limits; `rationing/ratelimit.py` counts and expires them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class RateCount(models.Model):
    """How often one key asked in one window. The key is a keyed digest: no address or name can be read back from it."""

    bucket = models.CharField(max_length=64)
    key_digest = models.BinaryField(max_length=32)
    window_start = models.DateTimeField()
    count = models.IntegerField()
    expires_at = models.DateTimeField(db_index=True)

    impersonal: ClassVar[set[str]] = {"bucket", "key_digest", "window_start", "expires_at"}

    class Meta:
        db_table = "platform_rate_count"
        constraints = [
            models.UniqueConstraint(fields=["bucket", "key_digest", "window_start"], name="rate_count_once_per_window")
        ]
