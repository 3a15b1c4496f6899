"""The form that prepares a campaign; the rest of its pages the engine and the desk make of lists.py."""

from __future__ import annotations

from django import forms
from django.utils.translation import pgettext_lazy

from linli.core.desk.public import DayField, DeskForm, LineField, WordsField
from linli.core.flow.public import begin_page
from linli.core.platform.public import local_today
from linli.core.registry.public import PremisesKind
from linli.subsystems.admission.admissions.fields import AreasField, GridsField
from linli.subsystems.admission.campaigns.fields import AdmissionField, FormField
from linli.subsystems.admission.campaigns.lists import PAGES
from linli.subsystems.admission.campaigns.models import TargetKind
from linli.subsystems.admission.campaigns.running import prepare_campaign


class CampaignForm(DeskForm):
    """A form that grids are to fill in within a term."""

    title = LineField(label=pgettext_lazy("admission", "Campaign"), max_length=120)
    form = FormField()
    admission = AdmissionField(
        help_text=pgettext_lazy("admission", "Needed by a department; centres and community offices collect without.")
    )
    first_day = DayField(label=pgettext_lazy("admission", "First day"), initial=local_today)
    last_day = DayField(label=pgettext_lazy("admission", "Last day"))
    areas = AreasField()
    grids = GridsField()
    per_grid = forms.IntegerField(
        label=pgettext_lazy("admission", "Sheets per grid"), required=False, min_value=1, max_value=20_000,
        help_text=pgettext_lazy("admission", "How many a grid is to bring; empty for as many as there are."),
    )  # fmt: skip
    targets = forms.ChoiceField(
        label=pgettext_lazy("admission", "Looked at one by one"), required=False,
        choices=[("", pgettext_lazy("admission", "nothing: so many sheets per grid")), *TargetKind.choices],
        help_text=pgettext_lazy("admission", "Each that stands in the grids becomes a line to be done, or missed with the reason."),
    )  # fmt: skip
    premises_kind = forms.ChoiceField(
        label=pgettext_lazy("admission", "Only premises of this kind"), required=False,
        choices=[("", pgettext_lazy("admission", "of every kind")), *PremisesKind.choices],
    )  # fmt: skip
    for_residents = forms.BooleanField(
        label=pgettext_lazy("admission", "Open to residents"), required=False,
        help_text=pgettext_lazy("admission", "Residents fill it in without account, on a public page."),
    )  # fmt: skip
    instructions = WordsField(label=pgettext_lazy("admission", "What to know about it"), required=False)


new_campaign = begin_page(
    PAGES,
    CampaignForm,
    prepare_campaign,
    title=pgettext_lazy("admission", "Prepare a campaign"),
    permission="campaign.run",
)
