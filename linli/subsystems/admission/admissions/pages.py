"""The form by which a department asks for admission; the rest of the pages the engine and the desk make of lists.py."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access, access_on
from linli.core.areas.public import area_tree
from linli.core.desk.public import AmountField, DayField, DeskForm, LineField, PhotosField, WordsField, YuanField
from linli.core.flow.public import begin_page
from linli.core.grids.public import main_layer
from linli.core.platform.public import local_today
from linli.lib.outside import whole_number
from linli.subsystems.admission.admissions.fields import AreasField, GridsField
from linli.subsystems.admission.admissions.flow import ADMISSION
from linli.subsystems.admission.admissions.giving import ask_admission, grids_in
from linli.subsystems.admission.admissions.lists import PAGES
from linli.subsystems.admission.admissions.models import AdmissionGrid
from linli.subsystems.admission.periods import Every


def _lacks(sentence: object) -> dict[str, object]:
    return {"required": sentence}


class AdmissionForm(DeskForm):
    """A task that grids are to do: without right, duty, hours and money it cannot be sent."""

    title = LineField(
        label=pgettext_lazy("admission", "What grids are to do"), max_length=120,
        error_messages=_lacks(pgettext_lazy("admission", "Say in a few words what grids are to do.")),
    )  # fmt: skip
    legal_basis = WordsField(
        label=pgettext_lazy("admission", "Right: legal basis"),
        help_text=pgettext_lazy("admission", "Law, regulation or document, with its number and clause."),
        error_messages=_lacks(pgettext_lazy("admission", "Say on what legal basis it is asked.")),
    )  # fmt: skip
    duty_department = WordsField(
        label=pgettext_lazy("admission", "Duty: what the department answers for"),
        help_text=pgettext_lazy("admission", "Training, checking, enforcement and what happens with what is found."),
        error_messages=_lacks(pgettext_lazy("admission", "Say what the department answers for.")),
    )  # fmt: skip
    duty_grid = WordsField(
        label=pgettext_lazy("admission", "Duty: what the grid worker does"),
        help_text=pgettext_lazy("admission", "Stands in each task. What needs a licence or enforcement is not for grid workers."),
        error_messages=_lacks(pgettext_lazy("admission", "Say what the grid worker does.")),
    )  # fmt: skip
    every = forms.ChoiceField(label=pgettext_lazy("admission", "How often"), choices=Every.choices)
    hours = AmountField(
        label=pgettext_lazy("admission", "Hours: per grid, each time"), unit=pgettext_lazy("admission", "hours"),
        error_messages=_lacks(pgettext_lazy("admission", "Say how many hours it takes a grid each time, at most 200.")),
    )  # fmt: skip
    amount = YuanField(
        label=pgettext_lazy("admission", "Money in yuan, for all of the term"),
        error_messages=_lacks(pgettext_lazy("admission", "Say how much money comes with it.")),
    )
    payer = LineField(
        label=pgettext_lazy("admission", "Who pays"), max_length=120, help_text=pgettext_lazy("admission", "Unit and budget line."),
        error_messages=_lacks(pgettext_lazy("admission", "Say who pays.")),
    )  # fmt: skip
    first_day = DayField(label=pgettext_lazy("admission", "First day"), initial=local_today)
    last_day = DayField(label=pgettext_lazy("admission", "Last day"))
    areas = AreasField()
    grids = GridsField()
    photos = PhotosField(label=pgettext_lazy("admission", "Document that it rests on"))

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        copied = copied_from(access_on(request), request.GET["copy"]) if request.GET.get("copy") else {}
        super().__init__(request, **{**kwargs, "initial": {**copied, **(kwargs.get("initial") or {})}})


COPIED = ("title", "legal_basis", "duty_department", "duty_grid", "every", "hours", "amount", "payer")


def copied_from(access: Access, words: str) -> dict[str, Any]:
    """What a request of the person's own unit says, to be asked again; nothing for any other. The term is chosen anew."""
    found = ADMISSION.visible(access).filter(id=whole_number(words) or 0, unit_id=access.unit_id).first()
    if found is None or access.unit_id is None:
        return {}
    areas, layer = area_tree().nodes, main_layer()
    inside = {node.id for node in grids_in(found.area_ids)}
    grids = AdmissionGrid.objects.filter(item_id=found.id).exclude(grid_id__in=inside).values_list("grid_id", flat=True)
    return {
        **{name: getattr(found, name) for name in COPIED},
        "areas": [areas[one].code for one in found.area_ids if one in areas],
        "grids": [layer.nodes[one].code for one in grids if layer and one in layer.nodes],
    }


new_admission = begin_page(
    PAGES,
    AdmissionForm,
    ask_admission,
    title=pgettext_lazy("admission", "Ask for admission"),
    permission="admission.ask",
)
