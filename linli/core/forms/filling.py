"""Writes answer sheets: begun, saved half way, sent. Everything a sheet holds commits together; what is refused changes nothing.

`fill_in` does all of it in one call, for a form on one page, a row of an Excel sheet, a program.
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.access.public import Access, own_area
from linli.core.areas.public import area_tree
from linli.core.forms.judging import AnswerFault, Judged, judged, spots, taken_in
from linli.core.forms.models import Answer, AnswerSheet, Form, FormState, Origin, SheetState
from linli.core.forms.occasions import Occasion, occasion_of
from linli.core.forms.persons import acquaint
from linli.core.forms.reading import answers_of, forms_to_fill, known_facts, schema_of, still_known
from linli.core.forms.schema import FILES, Question, Schema
from linli.core.forms.subjects import About, found_subject
from linli.core.forms.values import Value
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotThere,
    Work,
    insert_rows,
    keyed_digest,
    local_day,
    locked,
    now,
    row_uuid,
    write,
)
from linli.lib.canonical import canonical_bytes

DRAFT_DAYS = 30
RESIDENT_DRAFT_DAYS = 7
FACT_DAYS = 365
"""How long an answer counts as known, unless it is erased before."""


class AnswersRefused(BadInput):
    """Answers that cannot be taken; `faults` has each with its place and sentence. Nothing was written."""

    def __init__(self, faults: list[AnswerFault]) -> None:
        self.faults = faults
        super().__init__(faults[0].sentence, field=faults[0].spot.name)


def today() -> date:
    """The day of filling in, by the city's clock."""
    return local_day(now())


def begin_sheet(
    actor: Actor,
    *,
    access: Access | None,
    uuid: UUID,
    form_id: int,
    about: About | None = None,
    area_id: int | None = None,
    occasion: Occasion | None = None,
) -> AnswerSheet:
    """Begins a sheet of the newest version, with what is known of the subject already in it. `access` is None for a resident. Whether the
    occasion is this person's, whoever keeps it has asked.

    Raises NotThere for a form that is not open to this person or a subject that is not theirs, BadInput for a subject of another kind
    than the form is about, Taken for a uuid that came before.
    """
    with write(actor) as work:
        form, schema = _open_form(access, form_id)
        sheet = _sheet(work, form, schema, access, uuid, about, area_id, occasion)
        known = known_facts(schema, about, local_day(work.now)) if access is not None else {}
        sheet.offered = {name: {"source": one.source, "on": one.on.isoformat()} for name, one in known.items()}
        sheet.save(force_insert=True)
        _insert(work, sheet, schema, {name: one.value for name, one in known.items()}, list(known))
    return sheet


def save_answers(actor: Actor, *, sheet_id: int, given: Mapping[str, object], complete: bool = False) -> Judged:
    """Saves some answers of a sheet that is being filled in; the others stay. What is asked, lacks or does not fit is told back.

    Raises AnswersRefused for answers that cannot be read or do not fit, naming each; an answer that lacks is one
    only where what is given must be `complete`. The caller has found the sheet as this person's own. The same again changes nothing but the time.
    """
    with write(actor) as work:
        sheet = _draft(sheet_id)
        schema = schema_of(sheet.version_id)
        answers, faults = taken_in(schema, given)
        merged = {**answers_of(sheet, with_sealed=True), **answers}
        told = judged(schema, merged, local_day(work.now).isoformat())
        faults += [
            one
            for one in told.faults
            if _belongs(schema, one, answers) and (complete or not _lacks(schema, one, merged))
        ]
        if faults:
            raise AnswersRefused(faults)
        _delete(sheet, schema, answers)
        _insert(work, sheet, schema, answers, list(answers))
        sheet.saved_at, sheet.valid_until = work.now, _valid_until(sheet, work.now)
        sheet.save(update_fields=["saved_at", "valid_until"])
    return told


def send_sheet(actor: Actor, *, sheet_id: int) -> AnswerSheet:
    """Sends a sheet: from now on it stays as it is. Raises AnswersRefused with everything that lacks or does not fit, and what its occasion
    raises where it can not count any more."""
    with write(actor) as work:
        sheet = _draft(sheet_id)
        schema = schema_of(sheet.version_id)
        _send(work, sheet, schema, answers_of(sheet, with_sealed=True))
    return sheet


def fill_in(
    actor: Actor,
    *,
    access: Access | None,
    uuid: UUID,
    form_id: int,
    given: Mapping[str, object],
    about: About | None = None,
    area_id: int | None = None,
    occasion: Occasion | None = None,
    offered: Collection[str] = (),
    files_may_lack: bool = False,
) -> AnswerSheet:
    """Begins, fills in and sends a sheet in one write. `offered` names the questions whose known answer was shown beforehand.
    With `files_may_lack` photos, voices and signatures are not missed, where they could not be given.

    Raises what `begin_sheet` raises, and AnswersRefused with every fault of all answers.
    """
    with write(actor) as work:
        form, schema = _open_form(access, form_id)
        answers, faults = taken_in(schema, given)
        if not faults:
            faults = _faults(schema, answers, local_day(work.now), files_may_lack=files_may_lack)
        if faults:
            raise AnswersRefused(faults)
        sheet = _sheet(work, form, schema, access, uuid, about, area_id, occasion)
        known = known_facts(schema, about, local_day(work.now)) if offered else {}
        sheet.offered = {
            name: {"source": one.source, "on": one.on.isoformat(), "same": answers.get(name) == one.value}
            for name, one in known.items()
            if name in offered
        }
        sheet.save(force_insert=True)
        _send(work, sheet, schema, answers, files_may_lack=files_may_lack)
    return sheet


def resume_code(uuid: UUID) -> str:
    """The code by which a resident comes back to the sheet that was begun with this uuid: twelve letters and digits."""
    words = base64.b32encode(keyed_digest(uuid.hex, "code of an answer sheet")).decode()[:12]
    return f"{words[:4]}-{words[4:8]}-{words[8:]}"


def digest_of_code(code: str) -> str:
    """What is kept of a code; however it was typed."""
    return keyed_digest("".join(one for one in code.upper() if one.isalnum()), "answer sheet by code").hex()


def forget_drafts(work: Work) -> int:
    """Erases the drafts that are over, with their answers; how many. Again it erases nothing more."""
    over = list(
        AnswerSheet.objects.filter(state=SheetState.DRAFT, valid_until__lt=work.now).values_list("id", flat=True)[:5000]
    )
    Answer.objects.filter(sheet_id__in=over).delete()
    AnswerSheet.objects.filter(id__in=over).delete()
    if over:
        work.audit("city", "form.forget", "answer_sheet", "drafts", {"count": len(over)})
    return len(over)


def _open_form(access: Access | None, form_id: int) -> tuple[Form, Schema]:
    rows = Form.objects.filter(state=FormState.OPEN, for_residents=True) if access is None else forms_to_fill(access)
    form = rows.filter(id=form_id).first()
    if form is None or form.version_id is None:
        raise NotThere(_("There is no such form, or it is closed."))
    return form, schema_of(form.version_id)


def _sheet(
    work: Work, form: Form, schema: Schema, access: Access | None, uuid: UUID, about: About | None, area_id: int | None,
    occasion: Occasion | None,
) -> AnswerSheet:  # fmt: skip
    found = found_subject(access, about) if about else None
    if about is not None and found is None:
        raise NotThere(_("There is no such subject, or it is not yours to fill in a form about."))
    if schema.subject and (about is None or about.kind != schema.subject):
        raise BadInput(_("Say what the form is filled in about."), field="about")
    if found is not None:
        area_id = found.area_id
    elif access is not None:
        area_id = area_id if area_id in access.areas() else own_area(access)
    made = AnswerSheet(
        **area_tree().scope_columns(area_id or form.area_id), uuid=row_uuid(work.actor, uuid), form_id=form.id, version_id=form.version_id or 0,
        subject_kind=about.kind if about else "", subject_id=about.id if about else None,
        occasion_kind=occasion.kind if occasion else "", occasion_id=occasion.id if occasion else None, filled_by_id=access.user_id if access else None,
        resume_digest="" if access else digest_of_code(resume_code(uuid)), started_at=work.now, saved_at=work.now,
    )  # fmt: skip
    made.valid_until = _valid_until(made, work.now)
    return made


def _valid_until(sheet: AnswerSheet, instant: datetime) -> datetime:
    return instant + timedelta(days=RESIDENT_DRAFT_DAYS if sheet.filled_by_id is None else DRAFT_DAYS)


def _draft(sheet_id: int) -> AnswerSheet:
    sheet = locked(AnswerSheet.objects.filter(id=sheet_id, state=SheetState.DRAFT)).first()
    if sheet is None:
        raise NotThere(_("This sheet was sent or erased; it cannot be changed any more."))
    return sheet


def _belongs(schema: Schema, fault: AnswerFault, answers: Mapping[str, Value]) -> bool:
    return fault.spot.name in answers or schema.rows_of.get(fault.spot.name, "") in answers


def _lacks(schema: Schema, fault: AnswerFault, answers: Mapping[str, Any]) -> bool:
    """Whether a fault is that nothing was answered yet."""
    repeat = schema.rows_of.get(fault.spot.name, "")
    if not repeat:
        item = schema.by_name[fault.spot.name]
        return answers.get(fault.spot.name) is None or (
            not isinstance(item, Question) and len(answers[item.name]) < getattr(item, "least", 0)
        )
    return answers[repeat][fault.spot.row].get(fault.spot.name) is None


def _faults(schema: Schema, answers: Mapping[str, Value], day: date, *, files_may_lack: bool) -> list[AnswerFault]:
    files = {one.name for one in schema.questions if one.kind in FILES} if files_may_lack else set()
    return [one for one in judged(schema, answers, day.isoformat()).faults if one.spot.name not in files]


def _send(
    work: Work, sheet: AnswerSheet, schema: Schema, answers: Mapping[str, Value], *, files_may_lack: bool = False
) -> None:
    day = local_day(work.now)
    told = judged(schema, answers, day.isoformat())
    if faults := _faults(schema, answers, day, files_may_lack=files_may_lack):
        raise AnswersRefused(faults)
    about = About(sheet.subject_kind, sheet.subject_id) if sheet.subject_id is not None else None
    again = still_known(schema, about, day) - set(sheet.offered)
    before = {row.name: row.origin for row in Answer.objects.filter(sheet_id=sheet.id, row=-1).only("name", "origin")}
    Answer.objects.filter(sheet_id=sheet.id).delete()
    sheet.state, sheet.sent_at, sheet.saved_at, sheet.valid_until = SheetState.SENT, work.now, work.now, None
    asked = [(one, row) for one, row, _value in spots(schema, told.answers) if one.answered]
    origins = {one.name: _origin(one.name, sheet, before, again) for one, row in asked if row < 0}
    sheet.asked_count = len(asked)
    sheet.kept_count = sum(one == Origin.KEPT for one in origins.values())
    sheet.again_facts = sorted(one.fact for one, row in asked if row < 0 and origins[one.name] == Origin.AGAIN)
    sheet.save()
    made = _insert(work, sheet, schema, told.answers, list(told.answers), origins)
    acquaint(sheet, spots(schema, told.answers), made)
    occasion = occasion_of(sheet)
    if occasion is not None:
        occasion.sent(work, sheet)
    work.audit(
        area_tree().audit_chain(sheet.area_id), "form.send", "answer_sheet", sheet.id,
        {"form": sheet.form_id, "version": sheet.version_id, "answered": sorted({one.name for one, _row in asked})},
    )  # fmt: skip
    facts = {"form_id": sheet.form_id, "kind": sheet.subject_kind, "subject_id": sheet.subject_id}
    work.emit("form.sent", "answer_sheet", sheet.id, facts)


def _origin(name: str, sheet: AnswerSheet, before: Mapping[str, str], again: Collection[str]) -> str:
    shown = sheet.offered.get(name)
    if shown is None:
        return Origin.AGAIN if name in again else Origin.TYPED
    if "same" in shown:
        return Origin.KEPT if shown["same"] else Origin.CHANGED
    return Origin.KEPT if before.get(name) == Origin.KEPT else Origin.CHANGED


def _delete(sheet: AnswerSheet, schema: Schema, names: Collection[str]) -> None:
    inside = [name for name, repeat in schema.rows_of.items() if repeat in names]
    Answer.objects.filter(sheet_id=sheet.id, name__in=[*names, *inside]).delete()


def _insert(
    work: Work,
    sheet: AnswerSheet,
    schema: Schema,
    answers: Mapping[str, Value],
    names: Collection[str],
    origins: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Inserts the rows of these answers, and gives them; drafts are kept as long as their sheet, sent ones as long as their question says."""
    chosen = {name: answers[name] for name in names}
    known = known_facts(schema, _about(sheet), local_day(work.now)) if origins is None and sheet.offered else {}
    made: list[dict[str, Any]] = []
    for question, row, value in spots(schema, chosen):
        same = question.name in known and known[question.name].value == value and question.name in sheet.offered
        origin = (origins or {}).get(question.name) or (Origin.KEPT if same else Origin.TYPED)
        made += _rows_of(work, sheet, question, row, value, origin)
    made += [
        _row(work, sheet, repeat.name, value=str(len(chosen[repeat.name])))
        for repeat in schema.repeats
        if chosen.get(repeat.name)
    ]
    if made:
        insert_rows(Answer, made)
    return made


def _about(sheet: AnswerSheet) -> About | None:
    return About(sheet.subject_kind, sheet.subject_id) if sheet.subject_id is not None else None


def _rows_of(
    work: Work, sheet: AnswerSheet, question: Question, row: int, value: Value, origin: str
) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {
        "row": row,
        "origin": origin,
        "keep_until": local_day(sheet.valid_until) if sheet.valid_until else None,
    }
    if sheet.state == SheetState.SENT:
        day = local_day(work.now)
        days = question.keeping.days if question.keeping else None
        kept["keep_until"] = day + timedelta(days=days) if days else None
        if question.fact and sheet.subject_id is not None and row < 0:
            kept |= {
                "fact": question.fact, "subject_kind": sheet.subject_kind, "subject_id": sheet.subject_id,
                "fact_until": day + timedelta(days=min(days or FACT_DAYS, FACT_DAYS)),
            }  # fmt: skip
    if question.kind in FILES:
        return [
            _row(work, sheet, question.name, stored_file_id=one, place=place, **kept) for place, one in enumerate(value)
        ]
    words = canonical_bytes(value).decode()
    return [_row(work, sheet, question.name, **{"sealed_value" if question.sealed else "value": words}, **kept)]


def _row(work: Work, sheet: AnswerSheet, name: str, **more: Any) -> dict[str, Any]:
    return {
        "home_district": sheet.home_district, "sheet_id": sheet.id, "name": name, "row": -1, "place": 0, "value": "", "sealed_value": "",
        "stored_file_id": None, "fact": "", "subject_kind": "", "subject_id": None, "origin": Origin.TYPED, "answered_at": work.now,
        "fact_until": None, "keep_until": None, **more,
    }  # fmt: skip
