"""XLSForm in the designer: a workbook of KoboToolbox or ODK becomes a form, with a remark for each row that has no place; and one is given out."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from linli.core.access.public import access_on, staff_page
from linli.core.desk.public import AreaField, DeskForm, LineField
from linli.core.exchange.public import fault_of
from linli.core.forms.pages.design_form import CLASSES
from linli.core.forms.pages.design_pages import design_of, designed
from linli.core.forms.pages.file_field import SentFileField
from linli.core.forms.pages.table_pages import workbook
from linli.core.forms.public import Brought, SchemaRefused, make_form, read, read_xlsform, write_xlsform
from linli.core.platform.public import Actor
from linli.lib.faults import Fault
from linli.lib.tables import TableError

MOST_FAULTS = 200
KEEPING = ("purpose", "class", "keep_days")


class XlsformForm(DeskForm):
    """A workbook, where its form belongs, and what its questions are for where the file does not say it."""

    file = SentFileField(".xlsx,.xls", label=gettext_lazy("XLSForm"))
    area = AreaField(permission="form.design", label=gettext_lazy("Area that it is for"))
    residents = forms.BooleanField(label=gettext_lazy("Residents fill it in, without account"), required=False)
    purpose = LineField(label=gettext_lazy("What the answers are for"), max_length=200, required=False)
    data_class = forms.ChoiceField(label=gettext_lazy("Class of data"), choices=CLASSES, required=False)
    keep_days = forms.IntegerField(
        label=gettext_lazy("Days they are kept"), required=False, min_value=1, max_value=36_500
    )

    faults: tuple[Fault, ...] = ()

    def brought(self) -> Brought | None:
        """The form of the file; what keeps it from being one is an error, with its faults by row of the file."""
        given = self.cleaned_data
        (sent,) = given["file"]
        said: dict[str, Any] = {
            "purpose": given["purpose"],
            "class": given["data_class"],
            "keep_days": given["keep_days"],
        }
        try:
            return read_xlsform(
                sent.content, defaults={part: value for part, value in said.items() if value}, title=sent.name
            )
        except TableError as error:
            self.add_error("file", fault_of(error).mend)
        except SchemaRefused as refused:
            self.faults = refused.faults
            lacks = {one.value for one in refused.faults if one.column in KEEPING}
            if lacks:
                words = _(
                    "%s questions may hold something about a person, and the file does not say what for. "
                    "Give purpose, class and days here; they hold for all of these."
                )
                self.add_error("purpose", words % len(lacks))
            if any(one.column not in KEEPING for one in refused.faults):
                self.add_error("file", _("This file is no form yet: mend the rows below and send it again."))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("form.design")
def from_xlsform(request: HttpRequest) -> HttpResponseBase:
    """Makes a form of a workbook; nothing is published, and what was not taken stands on its page."""
    form, access = XlsformForm(request), access_on(request)
    brought = form.brought() if form.is_bound and form.is_valid() else None

    def effect(actor: Actor, uuid: UUID) -> int:
        given = form.cleaned_data
        remarks = [str(one) for one in brought.remarks] if brought else []
        return make_form(
            actor, access=access, uuid=uuid, document=brought.document if brought else {}, area_id=given["area"].id,
            for_residents=given["residents"], remarks=remarks,
        ).id  # fmt: skip

    if brought is not None:
        answer = form.send(["form.xlsform"], effect)
        if answer is not None:
            return HttpResponseRedirect(reverse("form-design", args=[int(answer.body)]))
    context = {"form": form, "faults": form.faults[:MOST_FAULTS], "count": len(form.faults)}
    return render(request, "forms/xlsform.html", context, status=form.status)


@require_safe
@staff_page("form.design")
def as_xlsform(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """The form as it is designed, for KoboToolbox and ODK; one with faults has to be mended first."""
    found, made = designed(request, form_id), BytesIO()
    try:
        write_xlsform(made, read(found.draft))
    except SchemaRefused as refused:
        return design_of(request, found, refused=refused)
    return workbook(made, found.code)
