"""Writes forms and their versions: made, changed, published, opened and closed by an office, or brought by a department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.forms.models import Form, FormState, FormVersion
from linli.core.forms.reader import read
from linli.core.forms.reading import forms_designed
from linli.core.forms.schema import Schema
from linli.core.platform.public import Actor, BadInput, NotThere, Refusal, Work, locked, row_uuid, write

MOST_REMARKS = 500


def make_form(
    actor: Actor,
    *,
    access: Access,
    uuid: UUID,
    document: Mapping[str, Any],
    area_id: int | None = None,
    for_residents: bool = False,
    remarks: Sequence[str] = (),
) -> Form:
    """Makes a form that is being designed; its document may still have faults but for its title. Raises BadInput.

    The form belongs to `area_id`, unless told otherwise the first area where the person designs. Twice with one uuid is refused (Taken).
    `remarks` say what of the file that it came from has no place; they stand beside it until it is published.
    """
    tops = access.tops_with("form.design", for_units=True)
    if not tops or (area_id is not None and area_id not in access.areas_with("form.design", for_units=True)):
        raise BadInput(_("You cannot make a form for this area; choose one of yours."), field="area")
    area_id = area_id or tops[0]
    with write(actor) as work:
        form = Form(
            **area_tree().scope_columns(area_id), code=f"f{row_uuid(work.actor, uuid).hex[:12]}", titles=_titles(document), draft=document,
            owner_unit_id=access.unit_id, made_by_id=access.user_id, for_residents=for_residents, created_at=work.now, changed_at=work.now,
            remarks=[one[:500] for one in remarks[:MOST_REMARKS]],
        )  # fmt: skip
        form.save(force_insert=True)
        _audit(work, form, "make", {})
    return form


def change_form(actor: Actor, *, access: Access, form_id: int, document: Mapping[str, Any]) -> Form:
    """Saves the document that is being designed; what is published stays as it is. Raises NotThere, BadInput for a missing title,
    Refusal for a form that a department brings."""
    with write(actor) as work:
        form = _own(_locked(access, form_id))
        form.draft, form.changed_at = dict(document), work.now
        form.titles = _titles(document)
        form.save(update_fields=["draft", "titles", "changed_at"])
        _audit(work, form, "change", {})
    return form


def publish_form(actor: Actor, *, access: Access, form_id: int) -> FormVersion:
    """Makes what is designed the version that is filled in from now on, and opens the form. Raises SchemaRefused with every fault.

    What is published already stays the version that it is. Sheets begun before keep theirs.
    """
    with write(actor) as work:
        form = _own(_locked(access, form_id))
        return _publish(work, form, read(form.draft), access.user_id)


def set_form_state(actor: Actor, *, access: Access, form_id: int, open_: bool) -> None:
    """Opens a published form, or closes it: what is begun can still be sent, nothing new is begun. Twice does nothing more."""
    with write(actor) as work:
        form = _locked(access, form_id)
        if form.version_id is None:
            raise Refusal(_("This form is not published yet; publish it first."))
        if form.state == FormState.RETIRED:
            raise Refusal(_("The department that brought this form is not there any more; make a copy of it."))
        state = FormState.OPEN if open_ else FormState.CLOSED
        if form.state != state:
            form.state = state
            form.save(update_fields=["state"])
            _audit(work, form, "open" if open_ else "close", {})


def bring_form(
    actor: Actor,
    *,
    code: str,
    document: Mapping[str, Any],
    area_id: int,
    owner_unit_id: int | None = None,
    for_residents: bool = False,
    origin: str = "",
) -> Form:
    """A form by its code: made and published, and published anew when its document changed. `origin` is the package that brings it.

    Called again with the same it changes nothing; what an office closed stays closed. Raises SchemaRefused.
    """
    schema = read(document)
    with write(actor) as work:
        form = locked(Form.objects.filter(code=code)).first()
        if form is None:
            form = Form(
                **area_tree().scope_columns(area_id), code=code, titles=dict(schema.titles), draft=document, owner_unit_id=owner_unit_id,
                for_residents=for_residents, origin=origin, created_at=work.now, changed_at=work.now,
            )  # fmt: skip
            form.save(force_insert=True)
        newest = FormVersion.objects.filter(form=form).order_by("-number").first()
        if newest is None or newest.digest != schema.digest:
            closed = form.state == FormState.CLOSED
            form.draft, form.titles, form.changed_at = dict(document), dict(schema.titles), work.now
            _publish(work, form, schema, None)
            form.state = FormState.CLOSED if closed else form.state
        if form.state == FormState.RETIRED:
            form.state = FormState.OPEN
            _audit(work, form, "open", {})
        form.for_residents, form.origin = for_residents, origin
        form.save()
    return form


def _publish(work: Work, form: Form, schema: Schema, user_id: int | None) -> FormVersion:
    newest = FormVersion.objects.filter(form=form).order_by("-number").first()
    if newest is None or newest.digest != schema.digest:
        newest = FormVersion(
            form=form, number=(newest.number if newest else 0) + 1, document=dict(schema.document), digest=schema.digest,
            published_at=work.now, published_by_id=user_id,
        )  # fmt: skip
        newest.save(force_insert=True)
        _audit(work, form, "publish", {"number": newest.number, "digest": newest.digest})
    form.version_id, form.state, form.remarks = newest.id, FormState.OPEN, []
    form.save()
    return newest


def _locked(access: Access, form_id: int) -> Form:
    if not forms_designed(access).filter(id=form_id).exists():
        raise NotThere(_("There is no such form."))
    return locked(Form.objects.filter(id=form_id)).get()


def _own(form: Form) -> Form:
    """The form, if an office may change it. Raises Refusal for one that a department brings: the next update would undo the change."""
    if form.origin:
        raise Refusal(_("A department brings this form and changes it with its updates; make a copy and change that."))
    return form


def _titles(document: Mapping[str, Any]) -> dict[str, str]:
    titles = document.get("titles")
    titles = {"zh-hans": titles} if isinstance(titles, str) else titles
    if not isinstance(titles, dict) or not any(isinstance(one, str) and one.strip() for one in titles.values()):
        raise BadInput(_("Give the form a title."), field="title")
    return {str(language): str(words).strip()[:120] for language, words in titles.items() if str(words).strip()}


def _audit(work: Work, form: Form, what: str, facts: dict[str, Any]) -> None:
    work.audit(area_tree().audit_chain(form.area_id), f"form.{what}", "form", form.id, {"code": form.code, **facts})
