"""A form by table: the workbook to fill in, and the same workbook sent back; faults by row, the good answers or nothing."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import Access, access_on, staff_page
from linli.core.desk.public import DeskForm, GridField
from linli.core.exchange.public import fault_of
from linli.core.forms.pages.file_field import SentFileField
from linli.core.forms.public import (
    About,
    Form,
    Schema,
    SheetRead,
    forms_to_fill,
    left_out_of_sheets,
    read_answer_sheet,
    schema_of,
    subject_kinds,
    take_answers,
    title_of,
    told,
    write_answer_sheet,
)
from linli.core.platform.public import Actor, NotThere, listed, local_today
from linli.lib.outside import whole_number
from linli.lib.tables import TableError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_FAULTS = 200


class TableForm(DeskForm):
    """A workbook that was filled in."""

    file = SentFileField(".xlsx,.xls,.csv,.ods", label=gettext_lazy("Workbook that was filled in"))
    subject = GridField(permission="form.fill", label=gettext_lazy("Grid"))
    take_good = forms.BooleanField(label=gettext_lazy("Take the good answers and leave the others out"), required=False)
    anew = forms.BooleanField(
        label=gettext_lazy("Also take answers that are word for word like those of an earlier file"), required=False
    )


def _form_to_fill(access: Access, form_id: int) -> tuple[Form, Schema]:
    found = forms_to_fill(access).filter(id=form_id).first()
    if found is None:
        raise NotThere(_("There is no such form, or it is closed."))
    return found, schema_of(found.version_id or 0)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("form.fill")
def table_page(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """The workbook of a form to be downloaded, and what was filled in to be sent; what cannot be taken is told by row."""
    access = access_on(request)
    found, schema = _form_to_fill(access, form_id)
    form = TableForm(request)
    if schema.subject != "grid":
        del form.fields["subject"]
    number = whole_number(request.GET.get("about", "")) if schema.subject else None
    read = _read(form, schema) if form.is_bound and form.is_valid() else None

    def effect(actor: Actor, uuid: UUID) -> str:
        given = form.cleaned_data
        chosen = given["subject"].id if "subject" in given else number or 0
        taken = take_answers(
            actor, access=access, form_id=form_id, answers=read.answers if read else {},
            about=About(schema.subject, chosen) if schema.subject else None, anew=uuid if given["anew"] else None,
        )  # fmt: skip
        return f"written={taken.written}&here={taken.here}"

    if read is not None and form.is_valid():
        answer = form.send(["form.table", form_id, number], effect)
        if answer is not None:
            return HttpResponseRedirect(f"{reverse('form-table', args=[form_id])}?{answer.body}&left={_bad(read)}")
    kind = subject_kinds().get(schema.subject)
    context = {
        "form": form, "found": found, "form_title": title_of(found), "read": read,
        "faults": read.faults[:MOST_FAULTS] if read else [], "bad": _bad(read) if read else 0,
        "without": listed(told(one.label) for one in left_out_of_sheets(schema)), "done": _done(request), "rows": len(schema.repeats),
        "lost": bool(schema.subject) and number is None and "subject" not in form.fields, "kind": kind.title if kind else schema.subject,
    }  # fmt: skip
    return render(request, "forms/table.html", context, status=form.status)


def _bad(read: SheetRead) -> int:
    return len({one.place for one in read.faults})


def _done(request: HttpRequest) -> dict[str, int] | None:
    if "written" not in request.GET:
        return None
    return {name: whole_number(request.GET.get(name, ""), 100_000) or 0 for name in ("written", "here", "left")}


def _read(form: TableForm, schema: Schema) -> SheetRead | None:
    """What the workbook holds; what keeps it from being taken is an error of the form."""
    (sent,) = form.cleaned_data["file"]
    try:
        read = read_answer_sheet(sent.content, schema, today=local_today().isoformat())
    except TableError as error:
        form.add_error("file", fault_of(error).mend)
        return None
    if read.faults and not (form.cleaned_data["take_good"] and read.answers):
        form.add_error("file", _("Nothing was taken yet: some rows are to be mended."))
    elif not read.answers:
        form.add_error("file", _("No row is filled in; write the answers below the headings."))
    return read


@require_safe
@staff_page("form.fill")
def table_file(request: HttpRequest, form_id: int) -> HttpResponse:
    """The workbook of a form, to be filled in."""
    found, schema = _form_to_fill(access_on(request), form_id)
    made = BytesIO()
    write_answer_sheet(made, schema)
    return workbook(made, f"{found.code}-table")


def workbook(made: BytesIO, name: str) -> HttpResponse:
    """A workbook as a file."""
    answer = HttpResponse(made.getvalue(), content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer
