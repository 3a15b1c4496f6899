"""What safety puts on pages of the core: a tile, panels, a layer of the map, what the search finds, figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from linli.core.access.public import Access
from linli.core.areas.public import area_condition
from linli.core.cases.public import IndicatorScope
from linli.core.grids.public import locate_main
from linli.core.platform.public import Box, Found, MapPoint
from linli.subsystems.safety.files.standing import of_joined
from linli.subsystems.safety.flow import HAZARD, OPEN
from linli.subsystems.safety.models import Hazard

MOST_POINTS, MOST_IN_PANEL, MOST_LOOKED_AT = 500, 6, 200


def _open(access: Access) -> QuerySet[Hazard]:
    return HAZARD.visible(access).filter(state__in=OPEN).order_by("-id")


def _address(hazard: Hazard) -> str:
    return reverse("safety:hazard", args=[hazard.id])


def open_hazards(access: Access) -> int | None:
    """How many hazards are open in the person's areas; no tile where there is none."""
    return _open(access).count() or None


def grave_hazards(access: Access) -> int | None:
    """How many grave ones are open there; no tile where there is none."""
    return _open(access).filter(severity="grave").count() or None


def hazards_in(access: Access, box: Box) -> list[MapPoint]:
    """The open hazards in a box."""
    west, south, east, north = box
    inside = _open(access).filter(lon__range=(west, east), lat__range=(south, north))[:MOST_POINTS]
    return [MapPoint(one.lon or 0.0, one.lat or 0.0, HAZARD.heading(one), _address(one)) for one in inside]


def _shown(hazards: list[Hazard]) -> Mapping[str, object] | None:
    lines = [{"title": one.title, "note": one.get_severity_display(), "url": _address(one)} for one in hazards]
    return {"lines": lines[:MOST_IN_PANEL]} if lines else None


def hazards_of_grid(access: Access, grid: Any) -> Mapping[str, object] | None:
    """The open hazards that lie in a grid."""
    near = _open(access).filter(area_condition(grid.area_id), lon__isnull=False)[:MOST_LOOKED_AT]
    inside = [one for one in near if (at := locate_main(one.lon or 0.0, one.lat or 0.0)[0]) and at.id == grid.id]
    return _shown(inside)


def hazards_of_place(access: Access, area: Any) -> Mapping[str, object] | None:
    """The open hazards in an area."""
    return _shown(list(_open(access).filter(area_condition(area.id))[:MOST_IN_PANEL]))


def hazards_of_premises(access: Access, premises: Any) -> Mapping[str, object] | None:
    """The hazards of premises, open and closed, the newest first."""
    hazards = HAZARD.visible(access).filter(of_joined(premises))
    return _shown(list(hazards.order_by("-id")[:MOST_IN_PANEL]))


def hazard_found(hazard: Hazard) -> Found:
    """What the search says of a hazard."""
    point = (hazard.lon, hazard.lat) if hazard.lon is not None and hazard.lat is not None else None
    return Found(
        hazard.title, f"{hazard.get_severity_display()} · {hazard.get_state_display()}", _address(hazard), point
    )


def rectified_in_time(scope: IndicatorScope) -> tuple[float, float]:
    """Of the deadlines for rectifying that ended in the period, those that were kept; two statements."""
    hazards = scope.rows(Hazard.objects.exclude(state="dropped")).values("id")
    clocks = HAZARD.tables.clock._default_manager.filter(
        scope.within("due_at"), flow=HAZARD.code, stage="rectify", item_id__in=hazards
    )
    counted = clocks.aggregate(all=Count("id"), kept=Count("id", filter=Q(stopped_at__lte=F("due_at"))))
    return float(counted["kept"]), float(counted["all"])
