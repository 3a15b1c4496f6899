"""What office work tells the core: its flows, who may do what in them, its menu and its tables."""

from linli.core.platform.public import MenuEntry, Subject, Subsystem, register
from linli.subsystems.office.approval import APPROVAL
from linli.subsystems.office.leave import LEAVE

LEAVES = {"zh-hans": "请假", "en": "Leave"}
APPROVALS = {"zh-hans": "审批", "en": "Approvals"}
DECIDES = ("approval.decide", "approval.view", "leave.decide", "leave.view")

register(
    Subsystem(
        code="office",
        titles={"zh-hans": "办公", "en": "Office work"},
        adds={"leader": DECIDES, "supervisor": DECIDES},
        flows=(LEAVE, APPROVAL),
        menu=(
            MenuEntry(titles=LEAVES, url_name="office:leaves", permission="", icon="calendar", section="people", order=50),
            MenuEntry(titles=APPROVALS, url_name="office:approvals", permission="", icon="check", section="work", order=70),
        ),
        urls="linli.subsystems.office.urls",
        api="linli.subsystems.office.api",
        creates=("office_leave", "office_approval"),
        subjects=(
            Subject(code="leave", titles=LEAVES, tables=("office_leave",)),
            Subject(code="approval", titles=APPROVALS, tables=("office_approval",)),
        ),
    )
)  # fmt: skip
