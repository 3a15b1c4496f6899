"""The form that writes a hazard down; the rest of the pages the engine makes of lists.py."""

from __future__ import annotations

from django import forms
from django.utils.translation import pgettext_lazy

from linli.core.desk.public import AreaField, DeskForm, LineField, PhotosField, WordsField
from linli.core.flow.public import begin_page
from linli.core.ledger.public import RecordField
from linli.subsystems.safety.flow import HAZARD
from linli.subsystems.safety.lists import PAGES
from linli.subsystems.safety.models import Severity


class HazardForm(DeskForm):
    """A hazard that was found."""

    area = AreaField(permission="hazard.find", levels=("street", "community"), label=pgettext_lazy("safety", "Area"))
    premises = RecordField("premises", required=False, label=pgettext_lazy("safety", "Premises"))
    place = LineField(
        required=False,
        label=pgettext_lazy("safety", "Where"),
        max_length=120,
        help_text=pgettext_lazy("safety", "Needed where no premises are chosen."),
    )
    title = LineField(label=pgettext_lazy("safety", "What is dangerous"), max_length=80)
    severity = forms.ChoiceField(label=pgettext_lazy("safety", "Severity"), choices=Severity.choices)
    note = WordsField(required=False, label=pgettext_lazy("safety", "Note"))
    photos = PhotosField(required=False, label=pgettext_lazy("safety", "Photos"))


new_page = begin_page(PAGES, HazardForm, title=HAZARD.titles["find"], permission="hazard.find")
