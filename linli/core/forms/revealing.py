"""What is sealed in a sheet that was handed in, shown for a purpose for which it was asked; every look is counted and written down."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.forms.models import Answer, AnsweredPerson, AnswerSheet, SheetState
from linli.core.forms.persons import PURPOSE, REVEAL, SERVICE, values_of
from linli.core.forms.reading import gathered, schema_of, sheets_seen
from linli.core.forms.schema import Question
from linli.core.forms.values import Value
from linli.core.people.public import Item, looked_at
from linli.core.platform.public import Actor, BadInput, NotAllowed, NotThere, write


def reveal_purposes(access: Access, sheet: AnswerSheet) -> list[str]:
    """The purposes for which this person may see sealed answers of a sheet: those for which its answers were asked. None: not at all."""
    if sheet.state != SheetState.SENT or not access.may_in_area(REVEAL, sheet.area_id):
        return []
    sealed = _sealed(sheet)
    names = [one.name for one in sealed]
    there = set(Answer.objects.filter(sheet_id=sheet.id, name__in=names).values_list("name", flat=True))
    return list(dict.fromkeys(one.keeping.purpose for one in sealed if one.name in there and one.keeping))


def reveal_answers(actor: Actor, *, access: Access, sheet_id: int, purpose: str) -> dict[str, Value]:
    """The answers of a sheet with those sealed ones that were asked for a purpose, after it is written down who sees them and for what.

    Twice: two records, and two looks in the limit that all looks at people's data have; who is named by a number reads theirs. Raises
    NotThere for a sheet that this person does not see, NotAllowed without the right over its area, BadInput for a purpose for which none
    of them was asked, TooMany above the limit. Where the write fails nothing leaves.
    """
    sheet = sheets_seen(access).filter(id=sheet_id, state=SheetState.SENT).first()
    if sheet is None:
        raise NotThere(_("There is no such answer sheet."))
    if not access.may_in_area(REVEAL, sheet.area_id):
        raise NotAllowed(_("Your role does not include seeing sealed answers."))
    if purpose not in reveal_purposes(access, sheet):
        raise BadInput(_("Say for what you need it: choose one of the purposes."), field="purpose")
    sealed = _sealed(sheet)
    names = sorted(one.name for one in sealed if one.keeping and one.keeping.purpose == purpose)
    others = [one.name for one in sealed if one.name not in names]
    shown = {one.name: one for one in sealed if one.name in names}
    with write(actor) as work:
        people = AnsweredPerson.objects.filter(sheet_id=sheet.id, name__in=names).order_by("id")
        item = Item("answer_sheet", sheet.id, sheet.area_id)
        whom: list[tuple[Model, tuple[str, ...]]] = [(one, values_of(shown[one.name])) for one in people]
        whom = whom or [(sheet, ("name", "phone"))]
        looked_at(work, access, whom, service=SERVICE, purpose=PURPOSE, item=item)
        facts = {"form": sheet.form_id, "purpose": purpose, "fields": names}
        work.audit(area_tree().audit_chain(sheet.area_id), REVEAL, "answer_sheet", sheet.id, facts)
        rows = Answer.objects.filter(sheet_id=sheet.id).exclude(name__in=others)
        return gathered(schema_of(sheet.version_id), rows.order_by("row", "name", "place"), with_sealed=True)


def _sealed(sheet: AnswerSheet) -> list[Question]:
    return [one for one in schema_of(sheet.version_id).questions if one.guarded]
