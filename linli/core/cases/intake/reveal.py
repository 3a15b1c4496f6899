"""Shows who reported a case, to whom it is allowed and for a purpose that is written down. No other read holds a name.

The values stand sealed in CaseReporter and are erased a year after the case ended; the record of the reveal stays.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.cases.models import Case, CaseReporter
from linli.core.cases.reading.seeing import may_view
from linli.core.platform.public import Actor, BadInput, NotAllowed, NotThere, Refusal, cleaned, write

PERMISSION = "case.reveal"
PURPOSE_MAX = 200


@dataclass(frozen=True, slots=True)
class Reporter:
    """What a reporter left of themselves."""

    name: str
    phone: str


def reveal_reporter(actor: Actor, access: Access, case_id: int, purpose: str) -> Reporter:
    """The reporter's name and phone, and an audit record of who saw them and why. Twice: two records.

    Asks for the permission `case.reveal` over the area of the case. Raises NotThere, NotAllowed, BadInput for a purpose
    that is missing or too long, Refusal (`no_reporter`) when nobody left a name or it was erased.
    """
    why = cleaned("purpose", purpose, max_chars=PURPOSE_MAX, lines=False)
    if not why:
        raise BadInput(_("Say for what you need the name and phone."), field="purpose")
    with write(actor) as work:
        case = Case.objects.filter(id=case_id).first()
        if case is None or not may_view(case, access):
            raise NotThere(_("There is no such case."))
        if not access.may_in_area(PERMISSION, case.area_id):
            raise NotAllowed(_("Your role does not include seeing who reported a case."))
        row = CaseReporter.objects.filter(case_id=case.id).order_by("id").first()
        if row is None:
            raise Refusal(_("Nobody left a name with this report, or it was erased on time."), code="no_reporter")
        work.audit(
            area_tree().audit_chain(case.area_id), PERMISSION, "case", case.id, {"case": case.id, "purpose": why}
        )
        return Reporter(row.name or "", row.phone or "")
