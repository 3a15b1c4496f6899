"""The indicator of the example: how many notes came with a photo."""

from __future__ import annotations

from django.db.models import Count

from linli.core.cases.public import IndicatorScope
from linli.subsystems.example.models import BenchNote


def with_photo(scope: IndicatorScope) -> tuple[float, float]:
    """Notes with a photo of all notes of the period; one statement."""
    rows = scope.rows(BenchNote.objects.all()).filter(scope.within("noted_at"))
    counted = rows.order_by().aggregate(all=Count("id"), some=Count("photo_id"))
    return float(counted["some"]), float(counted["all"])
