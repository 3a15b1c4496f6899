"""The audit chain: what was done, by whom, and the hashes that make a change show.

A record carries ids, words and digests only; the values that may be personal stand in its detail, which is erased when
its time is over without breaking the chain. `writing/chain.py` writes, `keeping/audit/` verifies; nothing else touches these tables.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from linli.core.platform.sealing.personal import Personal


class AuditHead(models.Model):
    """The end of one chain: a street's area code, `city` or `platform`. Locked last in every write, updated with it."""

    chain = models.CharField(max_length=64, primary_key=True)
    seq = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    impersonal: ClassVar = {"chain", "hash"}

    class Meta:
        db_table = "platform_audit_head"


class AuditRecord(models.Model):
    """One thing done. `hash` covers every other column, `previous` is the hash of the record before it in the chain.

    `digest` binds the detail; `subject_digest` binds the append-only row that the same write made (empty: none).
    """

    pk = models.CompositePrimaryKey("chain", "seq")
    chain = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=16)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    digest = models.BinaryField(max_length=32)
    subject_digest = models.BinaryField(max_length=32)
    keep_until = models.DateField()
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    impersonal: ClassVar = {
        "chain", "at", "actor_kind", "action", "subject_kind", "subject_id", "digest", "subject_digest", "keep_until",
        "previous", "hash",
    }  # fmt: skip

    class Meta:
        db_table = "platform_audit_record"
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="audit_record_subject")]


class AuditDetail(models.Model):
    """What may be personal about a record: its content, the actor's name and address. Gone after `keep_until`.

    `content` is canonical JSON as text, not a JSON column: PostgreSQL's jsonb would reorder what the digest covers.
    """

    pk = models.CompositePrimaryKey("chain", "seq")
    chain = models.CharField(max_length=64)
    seq = models.BigIntegerField()
    salt = models.BinaryField(max_length=16)
    content = models.TextField()
    origin = models.CharField(max_length=64)
    actor_name = models.CharField(max_length=150)
    unit_id = models.BigIntegerField(null=True)
    request_id = models.CharField(max_length=64)
    keep_until = models.DateField()

    impersonal: ClassVar = {"chain", "salt", "request_id", "keep_until"}
    # The time is each record's own: the job `erase_audit_details` deletes the row once `keep_until` is past.
    personal: ClassVar = {
        name: Personal(
            purpose="Showing who did what from where; the row goes when its keep_until is past.",
            data_class="important", keep_days=None, erase="row", since="keep_until",
        )
        for name in ("content", "origin", "actor_name")
    }  # fmt: skip

    class Meta:
        db_table = "platform_audit_detail"
        indexes = [models.Index(fields=["keep_until"], name="audit_detail_keep_until")]


class AuditRoot(models.Model):
    """One day's hash over the heads of all chains and over the root before it; printed and kept elsewhere."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, unique=True)  # two that continue the same one would be two truths
    heads = models.TextField()
    root = models.CharField(max_length=64)

    impersonal: ClassVar = {"day", "at", "previous", "heads", "root"}

    class Meta:
        db_table = "platform_audit_root"
