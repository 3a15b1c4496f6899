"""The pages at the counter: a code for a person who is there, and a colleague's code confirmed. The rest the engine makes of lists.py."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from linli.core.access.public import actor_on, staff_page
from linli.core.desk.public import DeskForm, LineField
from linli.core.platform.public import Refusal
from linli.subsystems.dataoffice.counter import COUNTER_GOOD, confirm, hand_out, parse_number
from linli.subsystems.dataoffice.models import Document


class NumberForm(DeskForm):
    """By what the person is kept."""

    by = forms.ChoiceField(
        label=pgettext_lazy("dataoffice", "Kept under"),
        choices=(
            ("contact", pgettext_lazy("dataoffice", "telephone number or mail address")),
            ("citizen_number", pgettext_lazy("dataoffice", "citizen number")),
        ),
    )
    value = LineField(label=pgettext_lazy("dataoffice", "Number or address, whole"), max_length=254)


class CounterForm(NumberForm):
    """And which document they showed."""

    document = forms.ChoiceField(label=pgettext_lazy("dataoffice", "Document shown"), choices=Document.choices)
    called = LineField(
        label=pgettext_lazy("dataoffice", "Name on the document"),
        max_length=60,
        required=False,
        help_text=pgettext_lazy("dataoffice", "Needed with a telephone number or mail address: the code opens what was left under this name."),
    )  # fmt: skip
    field_order = ("document", "by", "value", "called")


class ConfirmForm(NumberForm):
    """The code that a colleague made."""

    code = LineField(label=pgettext_lazy("dataoffice", "Code that a colleague made"), max_length=40)
    field_order = ("code", "by", "value")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("data_request.hand_out")
def counter_page(request: HttpRequest) -> HttpResponse:
    """Takes what the person tells and shows a code once, to be printed or written down."""
    form = CounterForm(request)
    code = ""
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            name, text = parse_number(given["by"], given["value"])
            code = hand_out(actor_on(request), name, text, document=given["document"], called=given["called"])
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else "value", refusal.sentence)
    status = 422 if request.method == "POST" and not code else 200
    context = {"form": form, "code": code, "hours": int(COUNTER_GOOD.total_seconds()) // 3600}
    response = render(request, "dataoffice/counter.html", context, status=status)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("data_request.hand_out")
def confirm_page(request: HttpRequest) -> HttpResponse:
    """Takes the code and, from the document, the number; the code opens from then on."""
    form = ConfirmForm(request)
    done = False
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            confirm(actor_on(request), given["code"], *parse_number(given["by"], given["value"]))
            done = True
        except Refusal as refusal:
            form.add_error("code" if refusal.field != "contact" else "value", refusal.sentence)
    status = 422 if request.method == "POST" and not done else 200
    context = {"form": ConfirmForm(request, fresh=True) if done else form, "done": done}
    return render(request, "dataoffice/confirm.html", context, status=status)
