"""The form that puts something into a safety file; the rest of its pages the engine makes of lists.py."""

from __future__ import annotations

from django import forms
from django.utils.translation import pgettext_lazy

from linli.core.desk.public import DayField, DeskForm, LineField, PersonField, PhotosField, WordsField
from linli.core.flow.public import begin_page
from linli.subsystems.safety.files.flow import FILE_ENTRY, put_in_file
from linli.subsystems.safety.files.lists import ENTRY_PAGES
from linli.subsystems.safety.records import EntryKind
from linli.subsystems.safety.subjects import area_field, premises_field


class EntryForm(DeskForm):
    """Something for a safety file."""

    premises = premises_field()
    area = area_field("file_entry.put")
    kind = forms.ChoiceField(label=pgettext_lazy("safety", "What"), choices=EntryKind.choices)
    title = LineField(
        label=pgettext_lazy("safety", "Name"), max_length=80, required=False,
        help_text=pgettext_lazy("safety", "Number of the paper, or how many there are and where."),
    )  # fmt: skip
    valid_until = DayField(
        label=pgettext_lazy("safety", "Holds until"), required=False,
        help_text=pgettext_lazy("safety", "Some days before, whoever keeps it finds it in the inbox."),
    )  # fmt: skip
    keeper = PersonField(
        label=pgettext_lazy("safety", "Kept by"), required=False, help_text=pgettext_lazy("safety", "Left empty, you keep it."),
    )  # fmt: skip
    photos = PhotosField(label=pgettext_lazy("safety", "Photos of the paper"), required=False)
    note = WordsField(label=pgettext_lazy("safety", "Note"), required=False)


new_entry = begin_page(ENTRY_PAGES, EntryForm, put_in_file, title=FILE_ENTRY.titles["put"], permission="file_entry.put")
