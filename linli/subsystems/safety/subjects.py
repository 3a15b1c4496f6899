"""Of whom something of safety is: a street, a community or premises; and how a form says which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.areas.public import area_tree
from linli.core.desk.public import AreaField, Column
from linli.core.ledger.public import RecordField
from linli.core.platform.public import BadInput

LEVELS = ("street", "community")


def area_field(permission: str) -> AreaField:
    """The street or community that something is of; left empty where premises are chosen."""
    return AreaField(
        permission=permission, levels=LEVELS, required=False, label=pgettext_lazy("safety", "Street or community"),
        help_text=pgettext_lazy("safety", "May stay empty where premises are chosen: they lie in one."),
    )  # fmt: skip


def premises_field() -> RecordField:
    """The premises that something is of."""
    return RecordField("premises", required=False, label=pgettext_lazy("safety", "Premises"))


def subject_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a form with area and level set by what was chosen. Raises BadInput for neither, and for both where they do not fit."""
    premises, area = values.get("premises"), values.get("area")
    if premises is None and area is None:
        raise BadInput(
            pgettext("safety", "Choose the premises, or the street or community that it is of."), field="area"
        )
    if premises is None:
        return {**values, "level": area_tree().nodes[values["area"].id].level}
    if area is not None and not area_tree().contains(area.id, premises.area_id):
        raise BadInput(pgettext("safety", "These premises lie in another area."), field="premises")
    return {**values, "area": area_tree().nodes[premises.area_id], "level": "premises", "premises_name": premises.name}


def file_address(row: Any) -> str:
    """The safety file of whom a row is."""
    if row.premises_id:
        return reverse("safety:file-premises", args=[row.premises_id])
    return reverse("safety:file-area", args=[row.area_id])


SUBJECT: Column[Any] = Column("subject", pgettext_lazy("safety", "Of whom"), lambda row: str(row.subject_words))
