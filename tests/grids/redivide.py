"""New sets of grids for the city of tests/city.py, whose grids are squares of 0.01 degrees in a row."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import shapely

from linli.core.grids.public import GridLayer, GridRow, Publication, publish_grid_set, rows_of_last
from linli.core.platform.public import SYSTEM


def main() -> GridLayer:
    """The main layer."""
    return GridLayer.objects.get(is_main=True)


def strip(row: GridRow, west: float, east: float, code: str = "") -> GridRow:
    """The part of the row of squares between two places, 0 to 5, filed and named as `row`."""
    box = shapely.box(115 + west * 0.01, 30.0, 115 + east * 0.01, 30.01)
    inside = box.representative_point()
    code = code or row.code
    return replace(row, code=code, name=f"新{code}", polygon=shapely.to_wkb(box), lon=inside.x, lat=inside.y)


def redivided() -> list[GridRow]:
    """A new division: G1 gives its eastern half to the new N1, G2 is given to N1 and N2; G3 to G5 stay."""
    there = {row.code: row for row in rows_of_last(main())}
    first = there["G1"]
    made = [strip(first, 0, 0.4), strip(first, 0.4, 1.3, "N1"), strip(first, 1.3, 2, "N2")]
    return [*made, there["G3"], there["G4"], there["G5"]]


def publish(
    rows: list[GridRow],
    valid_from: datetime | None = None,
    *,
    based_on: int | None = None,
    layer: GridLayer | None = None,
) -> Publication:
    """Publishes them as the next version."""
    return publish_grid_set(
        SYSTEM, layer=layer or main(), rows=rows, source="test", valid_from=valid_from, based_on=based_on
    )
