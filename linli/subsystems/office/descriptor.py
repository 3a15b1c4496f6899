"""What office work tells the core: its flows, who may do what in them, its menu and its tables."""

from linli.core.platform.public import Cover, MenuEntry, PublicPages, RolePlan, Subject, Subsystem, register
from linli.subsystems.office.accounts.flow import MONTH
from linli.subsystems.office.approvals.flow import APPROVAL
from linli.subsystems.office.documents.flow_in import DOCUMENT_IN
from linli.subsystems.office.documents.flow_out import DOCUMENT_OUT
from linli.subsystems.office.found import SEARCH
from linli.subsystems.office.leave.flow import LEAVE
from linli.subsystems.office.meetings.flow import MEETING

LEAVES = {"zh-hans": "请假", "en": "Leave"}
APPROVALS = {"zh-hans": "审批", "en": "Approvals"}
DOCUMENTS_IN = {"zh-hans": "收文", "en": "Documents in"}
DOCUMENTS_OUT = {"zh-hans": "发文", "en": "Documents out"}
# Who keeps the registers; who instructs and signs.
REGISTERS = (
    "document_in.circulate", "document_in.register", "document_in.view", "document_out.check", "document_out.send",
    "document_out.view",
)  # fmt: skip
SIGNS = (
    "document_in.circulate", "document_in.instruct", "document_in.view", "document_out.check", "document_out.sign",
    "document_out.view",
)  # fmt: skip
MEETINGS = {"zh-hans": "会议", "en": "Meetings"}
ACCOUNTS = {"zh-hans": "社区小账", "en": "Community accounts"}
RUNS_MEETINGS = ("meeting.call", "meeting.view")
CHECKS = ("account.check", "account.close", "account.publish", "account.view")
OVERSEES = ("account.open", *CHECKS, "meeting.approve", *RUNS_MEETINGS)
ACCOUNT_TABLES = ("office_book", "office_bookmonth", "office_booking", "office_publishedmonth")
MEETING_TABLES = ("office_meeting", "office_invitation", "office_decision")
DECIDES = ("approval.decide", "approval.view", "leave.decide", "leave.view")

COVERS = (
    Cover(function="R-A1a", pages=("office:leaves", "office:leave", "office:new-leave"), routes=("api:office-leaves",)),
    Cover(
        function="R-X8a",
        pages=("office:documents-in", "office:new-document-in", "office:documents-out", "office:new-document-out"),
        routes=("api:office-documents-in", "api:office-documents-out"),
    ),
    Cover(function="R-X8b", pages=("office:meetings", "office:new-meeting"), routes=("api:office-meetings",)),
    Cover(
        function="R-X8d",
        pages=("office:books", "office:book", "office:bookings", "office-public:accounts"),
        routes=("api:office-accounts", "api:office-account-months"),
    ),
    Cover(
        function="R-X8c",
        pages=("office:approvals", "office:approval", "office:new-approval"),
        routes=("api:office-approvals",),
    ),
)

register(
    Subsystem(
        code="office",
        titles={"zh-hans": "办公", "en": "Office work"},
        covers=COVERS,
        search=SEARCH,
        permissions=("account.open", "account.note", "account.check"),
        roles=(
            RolePlan(
                code="registrar", titles={"zh-hans": "文书", "en": "Registrar"},
                permissions=(*REGISTERS, *RUNS_MEETINGS, "staff.view", "desk.export"),
            ),
            RolePlan(code="bookkeeper", titles={"zh-hans": "报账员", "en": "Bookkeeper"}, permissions=("account.note", "account.view")),
            RolePlan(code="account_checker", titles={"zh-hans": "居务监督员", "en": "Account checker"}, permissions=CHECKS),
        ),
        adds={
            "acceptance": REGISTERS, "leader": (*DECIDES, *SIGNS, *OVERSEES), "supervisor": (*DECIDES, *OVERSEES),
            "community_officer": (*RUNS_MEETINGS, "account.view"),
        },
        flows=(LEAVE, APPROVAL, DOCUMENT_IN, DOCUMENT_OUT, MEETING, MONTH),
        menu=(
            MenuEntry(titles=LEAVES, url_name="office:leaves", permission="", icon="calendar", section="people", order=50),
            MenuEntry(titles=APPROVALS, url_name="office:approvals", permission="", icon="user-check", section="work", order=70),
            MenuEntry(titles=DOCUMENTS_IN, url_name="office:documents-in", permission="", icon="mail", section="work", order=74),
            MenuEntry(titles=DOCUMENTS_OUT, url_name="office:documents-out", permission="", icon="send", section="work", order=76),
            MenuEntry(titles=MEETINGS, url_name="office:meetings", permission="", icon="message-square", section="work", order=78),
            MenuEntry(titles=ACCOUNTS, url_name="office:books", permission="account.view", icon="book", section="work", order=80),
        ),
        urls="linli.subsystems.office.urls",
        public_pages=(
            PublicPages(
                prefix="community-accounts", urls="linli.subsystems.office.accounts.public_pages", icon="book",
                titles={"zh-hans": "居务公开", "en": "Community accounts"},
                explained={"zh-hans": "社区小账的收支，按月公开", "en": "Income and expense of communities, month by month"},
            ),
        ),
        jobs="linli.subsystems.office.tasks",
        demo="linli.subsystems.office.demo.ways",
        api="linli.subsystems.office.api",
        subjects=(
            Subject(code="leave", titles=LEAVES, tables=("office_leave",)),
            Subject(code="approval", titles=APPROVALS, tables=("office_approval",)),
            Subject(code="document_in", titles=DOCUMENTS_IN, tables=("office_documentin", "office_documentreader")),
            Subject(code="document_out", titles=DOCUMENTS_OUT, tables=("office_documentout",)),
            Subject(code="register", titles={"zh-hans": "登记簿", "en": "Register"}, tables=("office_numberseries",)),
            Subject(code="meeting", titles=MEETINGS, tables=MEETING_TABLES),
            Subject(code="small_account", titles=ACCOUNTS, tables=ACCOUNT_TABLES),
        ),
    )
)  # fmt: skip
