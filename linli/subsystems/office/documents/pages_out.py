"""The pages of documents out: drafting one, the register, and what the engine makes of the flow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import (
    ChoiceFilter,
    DaysFilter,
    DeskForm,
    Empty,
    LineField,
    PhotosField,
    ValueFilter,
    WordsField,
    WordsFilter,
    column_of,
    facts_of,
    person_column,
)
from linli.core.flow.public import ItemPages, Print, begin_page, flow_list
from linli.core.search.public import words_of
from linli.subsystems.office.documents.fields import AnsweredField
from linli.subsystems.office.documents.flow_in import DOCUMENT_IN
from linli.subsystems.office.documents.flow_out import DOCUMENT_OUT
from linli.subsystems.office.documents.models import DocumentOut, DocumentOutKind
from linli.subsystems.office.documents.numbers import years

TEXT_MAX = 20_000
NUMBER = column_of(DocumentOut, "reference", gettext_lazy("Number"), css="fixed")
SUBJECT = column_of(DocumentOut, "subject", gettext_lazy("Subject"), css="card-wide")
KIND = column_of(DocumentOut, "kind", gettext_lazy("Kind"), css="fixed col-wide")
ADDRESSEE = column_of(DocumentOut, "addressee", gettext_lazy("To whom"))
COPIES = column_of(DocumentOut, "copies_to", gettext_lazy("Copies to"), only="data")
DRAFTER = person_column("drafter", gettext_lazy("Drafted by"), "begun_by_id", css="fixed col-wide")
DRAFTED = column_of(DocumentOut, "begun_at", gettext_lazy("Drafted"), sort=True, css="fixed col-wide")
basic_facts = facts_of(KIND, ADDRESSEE, COPIES, DRAFTER, DRAFTED)


def facts(item: DocumentOut, access: Access) -> list[tuple[Any, Any]]:
    """Who writes to whom, and what it answers, with the way there for who sees that."""
    answered = DOCUMENT_IN.visible(access).filter(id=item.answers_id).first() if item.answers_id else None
    link = answered and format_html('<a href="{}">{}</a>', reverse("office:document-in", args=[answered.id]), answered)
    return [*basic_facts(item, access), *([(_("In answer to"), link)] if link else [])]


PAGES = ItemPages(
    flow=DOCUMENT_OUT,
    back="office:documents-out",
    back_title=gettext_lazy("Documents out"),
    facts=facts,
    said=lambda entry: [entry.event.facts["reference"]] if entry.event.facts.get("reference") else [],
    fields={
        "text": lambda item, _access: WordsField(max_length=TEXT_MAX, rows=12, initial=item.text),
        "subject": lambda item, _access: LineField(max_length=200, initial=item.subject),
        "addressee": lambda item, _access: LineField(max_length=120, initial=item.addressee),
    },
    labels={
        "text": gettext_lazy("Text"),
        "subject": gettext_lazy("Subject"),
        "addressee": gettext_lazy("To whom"),
        "note": gettext_lazy("Note"),
        ("send", "note"): gettext_lazy("How many, and how they were sent"),
        ("send", "photo"): gettext_lazy("Sealed pages"),
        ("file", "note"): gettext_lazy("Where it is kept"),
    },
    hints={"sign": gettext_lazy("It gets its number now, and its text does not change any more.")},
    dangerous=("withdraw",),
    quiet=("revise", "send_back", "refuse"),
    printed=Print(
        title=gettext_lazy("Sheet of a draft"),
        number=lambda item: item.reference,
        above=facts_of(SUBJECT),
        boxes=(
            (gettext_lazy("Signing"), ("sign", "refuse")),
            (gettext_lazy("Checking"), ("check", "send_back")),
            (gettext_lazy("Sealed and sent"), ("send",)),
        ),
        texts=((gettext_lazy("Text"), lambda item: item.text),),
    ),
    template="office/document_out.html",
)


class DocumentOutForm(DeskForm):
    """A document of ours."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DocumentOutKind.choices)
    subject = LineField(label=gettext_lazy("Subject"), max_length=200)
    addressee = LineField(label=gettext_lazy("To whom"), max_length=120)
    copies_to = LineField(label=gettext_lazy("Copies to"), max_length=200, required=False)
    answers = AnsweredField(required=False)
    text = WordsField(label=gettext_lazy("Text"), max_length=TEXT_MAX, rows=12)
    photos = PhotosField(label=gettext_lazy("Enclosed pages"), most=9)


new_document_out = begin_page(PAGES, DocumentOutForm, title=gettext_lazy("Draft a document"))

DOCUMENTS_OUT = flow_list(
    PAGES,
    code="documents-out",
    title=gettext_lazy("Documents out"),
    title_in_print=gettext_lazy("Register of documents out"),
    columns=(SUBJECT, NUMBER, ADDRESSEE, COPIES, KIND, DRAFTER, DRAFTED),
    filters=(
        WordsFilter("q", gettext_lazy("Number or subject"), words_of("documents_out")),
        ChoiceFilter("year", gettext_lazy("Year"), years),
        ChoiceFilter("kind", gettext_lazy("Kind"), DocumentOutKind.choices),
        ValueFilter("addressee", gettext_lazy("To whom"), DOCUMENT_OUT.visible),
        DaysFilter("drafted", gettext_lazy("Drafted"), "begun_at"),
    ),
    new="office:new-document-out",
    empty=Empty(gettext_lazy("No document yet"), gettext_lazy("What you draft stands here, and what you check, sign or send."), "send"),
)  # fmt: skip
