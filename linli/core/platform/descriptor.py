"""What `platform` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.plug.parts import Subject
from linli.core.platform.plug.register import AreaTables, ModuleTables, register_area

AUDIT = ("platform_audit_head", "platform_audit_record", "platform_audit_detail", "platform_audit_root")
OUTBOX = ("platform_outbox_event", "platform_message", "platform_job", "platform_worker_beat")
FILES = ("platform_stored_file", "platform_derivative")
REQUESTS = ("platform_claim", "platform_rate_count", "platform_stamp", "platform_chosen_setting")

register_area(
    AreaTables(
        code="platform",
        titles={"zh-hans": "平台", "en": "Platform"},
        subjects=(
            Subject(code="audit", titles={"zh-hans": "审计", "en": "Audit trail"}, tables=AUDIT),
            Subject(code="outbox", titles={"zh-hans": "消息与任务", "en": "Messages and jobs"}, tables=OUTBOX),
            Subject(code="file", titles={"zh-hans": "照片与录音", "en": "Photos and voice notes"}, tables=FILES),
            Subject(code="request", titles={"zh-hans": "请求", "en": "Requests"}, tables=REQUESTS),
        ),
        modules=(
            ModuleTables(module="platform.audit", creates=AUDIT),
            ModuleTables(module="platform.work", creates=("platform_outbox_event", "platform_message", "platform_job")),
            ModuleTables(module="platform.jobs", creates=("platform_job", "platform_worker_beat")),
            ModuleTables(module="platform.messages", uses=("platform_message",)),
            ModuleTables(module="platform.files", creates=FILES),
            ModuleTables(module="platform.idempotency", creates=("platform_claim",)),
            ModuleTables(module="platform.ratelimit", creates=("platform_rate_count",)),
            ModuleTables(module="platform.choosing", creates=("platform_chosen_setting",)),
            ModuleTables(module="platform.versions", creates=("platform_stamp",)),
        ),
    )
)
