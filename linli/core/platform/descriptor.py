"""What `platform` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.plug.parts import Cover, Subject
from linli.core.platform.plug.register import Package, register_area
from linli.core.platform.serving.running import CHECKS

AUDIT = ("platform_audit_head", "platform_audit_record", "platform_audit_detail", "platform_audit_root")
OUTBOX = ("platform_outbox_event", "platform_message", "platform_job", "platform_worker_beat")
FILES = ("platform_stored_file", "platform_derivative")
REQUESTS = ("platform_claim", "platform_rate_count", "platform_stamp", "platform_chosen_setting")

COVERS = (
    Cover(function="R-C7", commands=("audit verify", "audit root")),
    Cover(function="R-R3a", commands=("personal-data", "keys rotate")),
    Cover(function="R-X1", commands=("new-department", "data-matrix", "coverage", "glossary")),
)

register_area(
    Package(
        code="platform",
        titles={"zh-hans": "平台", "en": "Platform"},
        covers=COVERS,
        checks=CHECKS,
        subjects=(
            Subject(code="audit", titles={"zh-hans": "审计", "en": "Audit trail"}, tables=AUDIT),
            Subject(code="outbox", titles={"zh-hans": "消息与任务", "en": "Messages and jobs"}, tables=OUTBOX),
            Subject(code="file", titles={"zh-hans": "照片与录音", "en": "Photos and voice notes"}, tables=FILES),
            Subject(code="request", titles={"zh-hans": "请求", "en": "Requests"}, tables=REQUESTS),
        ),
    )
)
