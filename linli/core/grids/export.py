"""Grids as a layer that goes out: those of a layer on a day, with every column that files.py next door reads back."""

from __future__ import annotations

from datetime import datetime

from linli.core.areas.public import Area
from linli.core.grids.models import GridLayer
from linli.core.grids.selectors import shapes_at
from linli.lib.geo.layer import Layer


def grids_as_layer(layer: GridLayer, instant: datetime) -> Layer:
    """The grids of a layer in force at an instant, by code. Two statements."""
    columns = ("grid__code", "name", "grid__area_id", "kind", "purpose", "names", "households", "people", "polygon")
    rows = list(shapes_at(layer.id, instant).order_by("grid__code").values_list(*columns))
    codes = dict(Area.objects.filter(id__in={row[2] for row in rows}).values_list("id", "code"))
    return Layer(
        f"grids-{layer.code}", (), {
            "code": [row[0] for row in rows], "name": [row[1] for row in rows], "area": [codes[row[2]] for row in rows],
            "kind": [row[3] for row in rows], "purpose": [row[4] or None for row in rows],
            "name_en": [row[5].get("en") for row in rows], "households": [row[6] for row in rows], "people": [row[7] for row in rows],
        },
        [bytes(row[8]) for row in rows], "EPSG:4326",
    )  # fmt: skip
