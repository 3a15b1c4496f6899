"""An inspection is done by its checklist: begun as an answer sheet of core/forms about the premises, and when it is handed in, in the same
write, the inspection is done and each answer that is a hazard becomes one, once for a sheet and a question.

What is open already for the same premises and question is not doubled: it is found again, with the new words and photos.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.translation import pgettext

from linli.core.access.public import Access
from linli.core.flow.public import Given, Who, act, begin, lock, possible
from linli.core.forms.public import (
    About,
    AnswerSheet,
    Around,
    Form,
    Judged,
    Occasion,
    OccasionKind,
    SheetState,
    answers_of,
    begin_sheet,
    judged,
    schema_of,
)
from linli.core.ledger.public import joined_ids
from linli.core.platform.public import SYSTEM, Actor, NotAllowed, NotThere, Refusal, Work, local_today, locked, write
from linli.core.registry.public import PREMISES, Premises
from linli.subsystems.safety.flow import HAZARD, OPEN
from linli.subsystems.safety.inspection_records import Inspection
from linli.subsystems.safety.inspections.checklists import SUBJECT, Finding, findings
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.models import Hazard, Severity
from linli.subsystems.safety.premises import premises_now

OCCASION = "inspection"


@dataclass(frozen=True, slots=True)
class Coming:
    """A hazard that handing in would make, or the open one that it would add to."""

    finding: Finding
    known: Hazard | None


def may_inspect(item: Inspection, access: Access) -> bool:
    """Whether this person goes there: who may say that it is not possible may say what they found."""
    return any(row.action == "not_possible" for row in possible(INSPECTION, item, Who(access)))


def begin_checklist(actor: Actor, *, access: Access, uuid: UUID, inspection_id: int) -> AnswerSheet:
    """Begins the checklist of an inspection, or gives the one that this person began. Raises NotThere, NotAllowed, and Refusal for an
    inspection that is over."""
    with write(actor):
        item = lock(INSPECTION, [inspection_id]).get(inspection_id)
        if item is None or not INSPECTION.may_view(item, access):
            raise NotThere(str(INSPECTION.not_there))
        if item.state != "todo":
            raise _over()
        if not may_inspect(item, access):
            raise NotAllowed(pgettext("safety", "Somebody else goes there."))
        begun = own_draft(item, access)
        if begun is not None:
            return begun
        sheet = begin_sheet(
            actor, access=access, uuid=uuid, form_id=item.form_id, about=About(SUBJECT, _premises(item).id), occasion=Occasion(OCCASION, item.id)
        )  # fmt: skip
        Inspection.objects.filter(id=item.id).update(sheet_id=sheet.id)
    return sheet


def _over() -> Refusal:
    return Refusal(
        pgettext("safety", "This inspection is over; its answers stand on its page."), code="inspection_over"
    )


def own_draft(item: Inspection, access: Access) -> AnswerSheet | None:
    """The checklist of an inspection that this person has begun and not handed in."""
    rows = AnswerSheet.objects.filter(occasion_kind=OCCASION, occasion_id=item.id, filled_by_id=access.user_id)
    return rows.filter(state=SheetState.DRAFT).order_by("-id").first()


def sheet_of(item: Inspection) -> AnswerSheet | None:
    """The sheet with which an inspection was done, or the last that was begun, if it is still there."""
    return AnswerSheet.objects.filter(id=item.sheet_id).first() if item.sheet_id else None


def _premises(item: Inspection) -> Premises:
    """The premises of an inspection. Raises NotThere where they are gone."""
    found = premises_now(item)
    if found is None:
        raise NotThere(pgettext("safety", "The premises are not there any more."))
    return found


def coming(item: Inspection, sheet: AnswerSheet) -> list[Coming]:
    """What handing in this sheet would bring, by what is answered so far; four statements."""
    form, schema = Form.objects.get(id=sheet.form_id), schema_of(sheet.version_id)
    found = findings(form, schema, _judged(sheet).answers)
    known = _open_ones(_premises(item), form, found)
    return [Coming(one, known.get(key_of(form, one.question))) for one in found]


def _judged(sheet: AnswerSheet) -> Judged:
    """A sheet without answers to questions that are not asked any more."""
    return judged(schema_of(sheet.version_id), answers_of(sheet), local_today().isoformat())


def key_of(form: Form, question: str) -> str:
    """What a hazard is known by, within its premises."""
    return f"{form.code}.{question}"


def _open_ones(premises: Premises, form: Form, found: list[Finding]) -> dict[str, Hazard]:
    keys = [key_of(form, one.question) for one in found]
    rows = Hazard.objects.filter(premises_id__in=joined_ids(PREMISES, premises), question__in=keys, state__in=OPEN)
    return {one.question: one for one in rows.order_by("-id")}


def handed_in(_work: Work, sheet: AnswerSheet) -> None:
    """Called inside the write that sends a sheet: does its inspection, and makes what was found.

    Raises Refusal for an inspection that was withdrawn or done meanwhile: then the sheet is not sent.
    """
    item = lock(INSPECTION, [sheet.occasion_id or 0]).get(sheet.occasion_id or 0)
    if item is None or item.state != "todo":
        raise _over()
    count = _keep_found(item, sheet)
    Inspection.objects.filter(id=item.id).update(sheet_id=sheet.id, found_count=count)
    act(INSPECTION, SYSTEM, item.id, "done", Given(), uuid=uuid5(sheet.uuid, "inspected"))


def _keep_found(item: Inspection, sheet: AnswerSheet) -> int:
    """The hazards of a sheet, made or added to; how many."""
    # Two inspections of the same premises wait for each other here, so that neither misses what the other finds.
    premises = locked(Premises.objects.filter(id=_premises(item).id)).get()
    form, schema = Form.objects.get(id=sheet.form_id), schema_of(sheet.version_id)
    found = findings(form, schema, _judged(sheet).answers)
    known = _open_ones(premises, form, found)
    for one in found:
        key, open_one = uuid5(sheet.uuid, one.question), known.get(key_of(form, one.question))
        files = tuple({"role": "report", "stored_file_id": file_id} for file_id in one.photos)
        given = Given(note=one.words, files=files)
        if open_one is not None:
            action = "still_there" if open_one.state == "rectified" else "found_again"
            act(HAZARD, SYSTEM, open_one.id, action, given, uuid=key)
            continue
        begin(
            HAZARD, SYSTEM, "find", given, area_id=premises.area_id, uuid=key, title=one.title, severity=one.severity,
            premises_id=premises.id, place=premises.address[:120], question=key_of(form, one.question), sheet_id=sheet.id,
        )  # fmt: skip
    return len(found)


def around(access: Access | None, sheet: AnswerSheet) -> Around | None:
    """The premises of a checklist, the way back to its inspection, and which hazards handing in would bring."""
    item = Inspection.objects.filter(id=sheet.occasion_id or 0).first()
    if item is None or access is None or not INSPECTION.may_view(item, access):
        return None
    back = reverse("safety:inspection", args=[item.id])
    brings: tuple[tuple[str, str], ...] = ()
    if sheet.state == SheetState.DRAFT:
        brings = tuple((one.finding.title, _note(one)) for one in coming(item, sheet))
    title = pgettext("safety", "Handing in makes these hazards")
    return Around(item.title, pgettext("safety", "Inspection"), back, back, brings_title=title, brings=brings)


def _note(one: Coming) -> str:
    severity = str(Severity(one.finding.severity).label)
    return pgettext("safety", "%s · open already") % severity if one.known else severity


def another(_actor: Actor, _access: Access | None, _sheet: AnswerSheet) -> AnswerSheet:
    """Premises are inspected once in a period."""
    raise _over()


OF_INSPECTION = OccasionKind(code=OCCASION, around=around, sent=handed_in, another=another)
