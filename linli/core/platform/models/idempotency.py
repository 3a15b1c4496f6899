"""The claims of the idempotency protocol; `writing/idempotency.py` reads and writes them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.core.platform.sealing.personal import Personal


class Claim(models.Model):
    """One effect that a caller asked for by UUID, with the answer it got; committed together with the effect."""

    caller = models.CharField(max_length=100)
    uuid = models.UUIDField()
    content_digest = models.BinaryField(max_length=32)
    status = models.IntegerField()
    answer = models.TextField()
    at = models.DateTimeField(db_index=True)

    impersonal: ClassVar = {"content_digest", "at"}
    personal: ClassVar = {
        name: Personal(
            purpose="Answering the same request again with the same answer (design: claims are kept 180 days).",
            data_class="general", keep_days=180, erase="row", since="at",
        )
        for name in ("caller", "answer")
    }  # fmt: skip

    class Meta:
        db_table = "platform_claim"
        constraints = [models.UniqueConstraint(fields=["caller", "uuid"], name="claim_once_per_caller")]
