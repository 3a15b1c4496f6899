"""How an entry of a safety file is shown, and the list of them; pages, API and export are made of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.html import format_html
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import (
    AreaFilter,
    ChoiceFilter,
    Column,
    DayField,
    DaysFilter,
    Empty,
    PersonField,
    SwitchFilter,
    WordsFilter,
    column_of,
    facts_of,
    marks,
    person_column,
)
from linli.core.flow.public import ItemPages, OfMeFilter, flow_list
from linli.core.platform.public import local_today
from linli.core.search.public import words_of
from linli.subsystems.safety.files.flow import FILE_ENTRY, IN_FILE
from linli.subsystems.safety.records import EntryKind, FileEntry, Level
from linli.subsystems.safety.subjects import SUBJECT, file_address


def _until(entry: FileEntry) -> str:
    """The day until which it holds; one that is over says so in words."""
    if entry.valid_until is None:
        return "—"
    words = marks.day_words(entry.valid_until)
    return marks.clock("red", words) if entry.state in IN_FILE and entry.valid_until < local_today() else words


KIND = column_of(FileEntry, "kind", pgettext_lazy("safety", "What"), css="card-title", note=lambda entry: entry.title)
UNTIL = column_of(FileEntry, "valid_until", pgettext_lazy("safety", "Holds until"), sort=True, css="fixed", html=_until)
KEEPER = person_column("keeper", pgettext_lazy("safety", "Kept by"), "keeper_id", css="fixed col-wide")
FILE: Column[Any] = Column(
    "subject", pgettext_lazy("safety", "Of whom"), lambda entry: str(entry.subject_words),
    html=lambda entry: format_html('<a href="{}">{}</a>', file_address(entry), entry.subject_words),
)  # fmt: skip


def _ended(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(state__in=IN_FILE, valid_until__lt=local_today())


def _day(entry: FileEntry, _access: Access) -> DayField:
    day = entry.valid_until
    later = day + timedelta(days=365) if day else None
    return DayField(label=pgettext_lazy("safety", "Holds until"), initial=later)


ENTRY_PAGES = ItemPages(
    flow=FILE_ENTRY,
    back="safety:file-entries",
    back_title=pgettext_lazy("safety", "Safety files"),
    facts=facts_of(FILE, KIND, UNTIL, KEEPER),
    fields={
        "valid_until": _day,
        "keeper": lambda _entry, _access: PersonField(label=pgettext_lazy("safety", "Kept by")),
    },
    labels={
        "photo": pgettext_lazy("safety", "Photos of the paper"), ("take_out", "reason"): pgettext_lazy("safety", "Why it goes"),
    },
    dangerous=("take_out",),
    quiet=("hand_over", "update"),
)  # fmt: skip
ENTRIES = flow_list(
    ENTRY_PAGES,
    code="file-entries",
    title=pgettext_lazy("safety", "Papers and equipment"),
    permission="file_entry.view",
    columns=(KIND, SUBJECT, UNTIL, KEEPER),
    filters=(
        WordsFilter("q", pgettext_lazy("safety", "Paper or whose it is"), words_of("safety_files")),
        OfMeFilter("kept", pgettext_lazy("safety", "Kept by me"), lambda access: Q(keeper_id=access.user_id)),
        SwitchFilter("over", pgettext_lazy("safety", "Over"), _ended),
        ChoiceFilter("kind", pgettext_lazy("safety", "What"), EntryKind.choices),
        ChoiceFilter("level", pgettext_lazy("safety", "Level"), Level.choices),
        AreaFilter("area", "file_entry.view"),
        DaysFilter("until", pgettext_lazy("safety", "Holds until"), "valid_until", of_days=True),
    ),
    new="safety:new-file-entry",
    may_begin="file_entry.put",
    beside=(("safety:files", pgettext_lazy("safety", "Safety files")), ("safety:plans", pgettext_lazy("safety", "Emergency plans"))),
    empty=Empty(
        pgettext_lazy("safety", "Nothing in a safety file yet"),
        pgettext_lazy("safety", "Commitments, permits, equipment and trainings stand here with the day until which they hold."), "shield"
    ),
)  # fmt: skip
