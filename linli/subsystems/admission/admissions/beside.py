"""What admission puts on pages of the core: a tile of what is to be decided, a panel of what is admitted into a grid."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from linli.core.access.public import Access, unit_title
from linli.core.flow.public import waiting
from linli.core.platform.public import local_today, value_of
from linli.subsystems.admission.admissions.flow import ADMISSION
from linli.subsystems.admission.admissions.load import carried
from linli.subsystems.admission.admissions.models import Admission, AdmissionGrid
from linli.subsystems.admission.settings import MOST_HOURS

MOST_SHOWN = 8


def to_decide(access: Access) -> int | None:
    """How many requests wait for this person; no tile where none does."""
    return Admission.objects.filter(waiting(ADMISSION, access)).count() or None


def admitted_here(access: Access, grid: Any) -> Mapping[str, object] | None:
    """What is admitted into a grid today, for who sees its area or works in it."""
    today = local_today()
    rows = (
        AdmissionGrid.objects.filter(carried(today, today), grid_id=grid.id)
        .select_related("item")
        .order_by("item__title", "id")
    )
    found = list(rows)
    if not found:
        return None
    seen = set(ADMISSION.visible(access).filter(id__in=[row.item_id for row in found]).values_list("id", flat=True))
    total = sum((row.item.hours_month for row in found), Decimal(0))
    shown = [(row.item, unit_title(row.item.unit_id), row.item_id in seen) for row in found[:MOST_SHOWN]]
    return {
        "admitted": shown,
        "hours": total,
        "over": total > value_of(MOST_HOURS),
        "hidden": max(0, len(found) - MOST_SHOWN),
    }
