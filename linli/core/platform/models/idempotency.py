"""The claims of the idempotency protocol; `idempotency.py` next door reads and writes them."""

from __future__ import annotations

from django.db import models


class Claim(models.Model):
    """One effect that a caller asked for by UUID, with the answer it got; committed together with the effect."""

    caller = models.CharField(max_length=100)
    uuid = models.UUIDField()
    content_digest = models.BinaryField(max_length=32)
    status = models.IntegerField()
    answer = models.TextField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "platform_claim"
        constraints = [models.UniqueConstraint(fields=["caller", "uuid"], name="claim_once_per_caller")]
