"""The tables of `platform`, one module per room; this package only re-exports them for Django."""

from linli.core.platform.models.audit import AuditDetail, AuditHead, AuditRecord, AuditRoot
from linli.core.platform.models.idempotency import Claim
from linli.core.platform.models.jobs import Job, WorkerBeat
from linli.core.platform.models.outbox import Message, OutboxEvent
from linli.core.platform.models.ratelimit import RateCount
from linli.core.platform.models.setting import ChosenSetting
from linli.core.platform.models.stamp import Stamp
from linli.core.platform.models.storage import Derivative, StoredFile, StoredFileId

__all__ = [
    "AuditDetail",
    "AuditHead",
    "AuditRecord",
    "AuditRoot",
    "ChosenSetting",
    "Claim",
    "Derivative",
    "Job",
    "Message",
    "OutboxEvent",
    "RateCount",
    "Stamp",
    "StoredFile",
    "StoredFileId",
    "WorkerBeat",
]
