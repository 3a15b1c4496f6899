"""Shows who reported a case, to whom it is allowed and for one of the purposes of the service. No other read opens a name.

The values stand sealed in CaseReporter and are erased a year after the case ended; the record of the reveal stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.cases.models import Case, CaseReporter
from linli.core.cases.reading.seeing import may_view
from linli.core.people.public import Item, keep, reveal, service_of, ticket_of
from linli.core.platform.public import Actor, NotThere, PersonService, Refusal, Work, title_in, write

PERMISSION = "case.reveal"
SERVICE = "report"


@dataclass(frozen=True, slots=True)
class Reporter:
    """What a reporter left of themselves."""

    name: str
    phone: str


def keep_reporter(work: Work, case: Case, name: str, phone: str) -> None:
    """Keeps what a reporter left of themselves with their case, under a key of their own. One statement."""
    row = CaseReporter(home_district=case.home_district, key_class="important", case_id=case.id, created_at=work.now)
    keep(row, {"name": name, "phone": phone}).save(force_insert=True)


def reveal_reporter(actor: Actor, access: Access, case_id: int, purpose: str) -> Reporter:
    """The reporter's name and phone, and a record of who saw them and why, which the reporter can read. Twice: two records.

    `purpose` is one of `reveal_purposes`. Asks for the permission `case.reveal` over the area of the case. Raises NotThere,
    Refusal (`no_reporter`) when nobody left a name or it was erased, and what `reveal` raises: NotAllowed, BadInput, TooMany.
    """
    with write(actor):
        case = Case.objects.filter(id=case_id).first()
        if case is None or not may_view(case, access):
            raise NotThere(_("There is no such case."))
        row = CaseReporter.objects.filter(case_id=case.id).order_by("id").first()
        known = purpose in service_of(SERVICE).purposes
        if row is None and known and access.may_in_area(PERMISSION, case.area_id):
            raise Refusal(_("Nobody left a name with this report, or it was erased on time."), code="no_reporter")
        shown = reveal(
            actor, access, row=row or CaseReporter(), service=SERVICE, fields=("name", "phone"), purpose=purpose,
            item=Item("case", case.id, case.area_id),
        )  # fmt: skip
        return Reporter(**shown)


def reveal_purposes() -> list[tuple[str, str]]:
    """What somebody may look at a reporter for: code and title in the language of the request."""
    return [(code, title_in(titles)) for code, titles in service_of(SERVICE).purposes.items()]


def about_report(row: CaseReporter) -> str:
    """Which report it was, in words for who made it."""
    case = _case_of(row)
    return case.tracking if case else ""


def area_of_report(row: CaseReporter) -> int | None:
    """In which area it lies."""
    case = _case_of(row)
    return case.area_id if case else None


def _case_of(row: CaseReporter) -> Case | None:
    try:
        case: Case = row.case
        return case
    except Case.DoesNotExist:
        return None


def reporter_ticket(case_id: int) -> str:
    """What leads whoever sent a report to the page of their own data, for ten minutes; empty when they left nothing of themselves."""
    row = CaseReporter.objects.filter(case_id=case_id).order_by("id").first()
    return ticket_of(row) if row else ""


REPORT_SERVICE = PersonService(
    code=SERVICE,
    titles={"zh-hans": "问题上报", "en": "Report of a problem"},
    why={
        "zh-hans": "您上报问题时自愿留下，用于回访和答复。",
        "en": "You left them with a report of your own will, to be asked back and answered.",
    },
    fields=(("name", "important"), ("phone", "important")),
    purposes={
        "ask_back": {"zh-hans": "核实情况或地点", "en": "Ask what is meant or where it is"},
        "answer": {"zh-hans": "答复办理结果", "en": "Tell the result"},
        "appointment": {"zh-hans": "预约上门处置", "en": "Arrange when to come"},
        "danger": {"zh-hans": "紧急险情联系", "en": "Warn of a danger"},
        "request": {"zh-hans": "办理本人数据申请", "en": "See to a request of the person about their data"},
        "inquiry": {"zh-hans": "依法核查", "en": "Inquiry as the law provides"},
    },
    general=("inquiry",),
    permission=PERMISSION,
    keep_days=365,
    holder="cases.CaseReporter",
    about=about_report,
    area=area_of_report,
)
