"""The pages of documents in: registering one, the register, and what the engine makes of the flow."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from linli.core.access.public import Access, names_of
from linli.core.desk.public import (
    ChoiceFilter,
    Column,
    DayField,
    DaysFilter,
    DeskForm,
    Empty,
    LineField,
    PeopleField,
    PersonField,
    PhotosField,
    ValueFilter,
    WordsField,
    WordsFilter,
    column_of,
    facts_of,
    marks,
    person_column,
)
from linli.core.flow.public import Entry, ItemPages, Print, Table, begin_page, flow_list
from linli.core.platform.public import moment_words
from linli.core.search.public import words_of
from linli.subsystems.office.documents.fields import UnreadField
from linli.subsystems.office.documents.flow_in import DOCUMENT_IN
from linli.subsystems.office.documents.flow_out import DOCUMENT_OUT
from linli.subsystems.office.documents.models import DocumentIn, DocumentInKind, Urgency
from linli.subsystems.office.documents.numbers import years
from linli.subsystems.office.documents.readers import readers_of, with_readers

NUMBER = column_of(DocumentIn, "reference", gettext_lazy("Number"), css="fixed")
SUBJECT = column_of(DocumentIn, "subject", gettext_lazy("Subject"), css="card-wide")
SENDER = column_of(DocumentIn, "sender", gettext_lazy("From whom"))
THEIRS = column_of(DocumentIn, "sender_number", gettext_lazy("Their number"), css="fixed", only="data")
KIND = column_of(DocumentIn, "kind", gettext_lazy("Kind"), css="fixed col-wide", only="data")
URGENCY = column_of(DocumentIn, "urgency", gettext_lazy("Urgency"), css="fixed")
DATED = column_of(DocumentIn, "sender_date", gettext_lazy("Dated"), css="fixed", only="data")
RECEIVED = column_of(DocumentIn, "begun_at", gettext_lazy("Received on"), sort=True, css="fixed col-wide")
HANDLER = person_column("handler", gettext_lazy("Dealt with by"), "handler_id", css="fixed col-wide")
ANSWER_BY = column_of(DocumentIn, "due_day", gettext_lazy("Answer by"), css="fixed", only="data")
READ_BY: Column[DocumentIn] = Column("read_by", gettext_lazy("Read by"), lambda item: item.__dict__["read_by"], css="fixed col-wide")  # fmt: skip


def said(entry: Entry) -> list[str]:
    """Of an instruction who deals with it and by when; of a circulation who is to read it."""
    facts = entry.event.facts
    people = facts.get("readers") or ([facts["handler"]] if facts.get("handler") else [])
    names = pgettext("between entries", ", ").join(sorted(names_of(people).values()))
    due = _("by %s") % marks.day_words(date.fromisoformat(facts["due_day"])) if facts.get("due_day") else ""
    return [one for one in (names, due, facts.get("reference", "")) if one]


def beside(item: DocumentIn, access: Access) -> dict[str, Any]:
    """Who has read it, what answers it, and where an answer is drafted."""
    answers = DOCUMENT_OUT.visible(access).filter(answers_id=item.id).exclude(state="withdrawn").order_by("id")
    return {
        "readers": readers_of(item), "answers": list(answers),
        "answer_url": f"{reverse('office:new-document-out')}?answers={item.id}" if item.state == "assigned" else "",
    }  # fmt: skip


def circulation(item: DocumentIn, _access: Access) -> list[Table]:
    """To whom it was circulated and when they read it, for its sheet."""
    rows = [(one.name, moment_words(one.read_at, with_year=True) if one.read_at else "") for one in readers_of(item)]
    return [Table(gettext_lazy("Circulation"), (gettext_lazy("Name"), gettext_lazy("Read on")), rows)] if rows else []


PAGES = ItemPages(
    flow=DOCUMENT_IN,
    back="office:documents-in",
    back_title=gettext_lazy("Documents in"),
    facts=facts_of(SENDER, THEIRS, DATED, KIND, URGENCY, RECEIVED, ANSWER_BY, HANDLER),
    said=said,
    fields={
        "handler": lambda _item, _access: PersonField(label=gettext_lazy("Who deals with it")),
        "due_day": lambda item, _access: DayField(initial=item.due_day),
        "readers": lambda _item, _access: PeopleField(label=gettext_lazy("Who is to read it")),
        "unread": lambda item, _access: UnreadField(item, label=gettext_lazy("Who need not read it")),
    },
    labels={
        "due_day": gettext_lazy("Answer by"),
        "note": gettext_lazy("Note"),
        ("propose", "note"): gettext_lazy("Proposal"),
        ("instruct", "note"): gettext_lazy("Instruction"),
        ("answer", "note"): gettext_lazy("What came of it"),
        ("answer", "photo"): gettext_lazy("Scanned pages"),
        ("file", "note"): gettext_lazy("Where it is kept"),
        ("read", "note"): gettext_lazy("Remark"),
    },
    hints={
        "void": gettext_lazy("Its number stays in the register, marked as void."),
        "put_by": gettext_lazy("For what is only to be known: it goes to the files as it is."),
    },
    dangerous=("void",),
    quiet=("circulate", "reassign", "hand_back", "take_off", "put_by", "void"),
    printed=Print(
        title=gettext_lazy("Handling sheet"),
        number=lambda item: item.reference,
        above=facts_of(SUBJECT),
        boxes=(
            (gettext_lazy("Proposal"), ("propose",)),
            (gettext_lazy("Instruction"), ("instruct", "reassign")),
            (gettext_lazy("What came of it"), ("answer", "hand_back")),
        ),
        tables=circulation,
    ),
    more=beside,
    template="office/document_in.html",
)


class DocumentInForm(DeskForm):
    """A document that came in."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=DocumentInKind.choices)
    sender = LineField(label=gettext_lazy("From whom"), max_length=80)
    sender_number = LineField(label=gettext_lazy("Their number"), max_length=40, required=False)
    sender_date = DayField(label=gettext_lazy("Dated"), required=False)
    subject = LineField(label=gettext_lazy("Subject"), max_length=200)
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), choices=Urgency.choices)
    due_day = DayField(label=gettext_lazy("Answer by"), required=False)
    note = WordsField(label=gettext_lazy("What it is about"), max_length=1000, required=False)
    photos = PhotosField(label=gettext_lazy("Scanned pages"), most=9)


new_document_in = begin_page(
    PAGES,
    DocumentInForm,
    title=gettext_lazy("Register a document"),
    permission="document_in.register",
    template="office/document_in_new.html",
)


DOCUMENTS_IN = flow_list(
    PAGES,
    code="documents-in",
    title=gettext_lazy("Documents in"),
    title_in_print=gettext_lazy("Register of documents in"),
    columns=(NUMBER, SUBJECT, SENDER, THEIRS, DATED, KIND, URGENCY, RECEIVED, HANDLER, ANSWER_BY, READ_BY),
    complete=with_readers,
    filters=(
        WordsFilter("q", gettext_lazy("Number or subject"), words_of("documents_in")),
        ChoiceFilter("year", gettext_lazy("Year"), years),
        ChoiceFilter("kind", gettext_lazy("Kind"), DocumentInKind.choices),
        ChoiceFilter("urgency", gettext_lazy("Urgency"), Urgency.choices),
        ValueFilter("sender", gettext_lazy("From whom"), DOCUMENT_IN.visible),
        DaysFilter("received", gettext_lazy("Received on"), "begun_at"),
    ),
    new="office:new-document-in",
    may_begin="document_in.register",
    empty=Empty(gettext_lazy("No document yet"), gettext_lazy("Documents that are registered stand here, with their number and who deals with them."), "inbox"),
)  # fmt: skip
