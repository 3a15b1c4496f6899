"""A small town in a ground file, and ways to spoil it: two communities of 2 × 2 blocks, a main road between them, a river with a bridge."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely
from pyogrio import raw

SYSTEM = "EPSG:4547"  # CGCS2000, 3-degree zone around 114° E: x around 500 000 m
WEST, SOUTH, BLOCK = 500_000.0, 3_300_000.0, 200.0
COMMUNITIES = ("390102001001", "390102001002")


def at(x: float, y: float) -> tuple[float, float]:
    """A place by blocks east and north of the corner."""
    return WEST + x * BLOCK, SOUTH + y * BLOCK


def box(west: float, south: float, east: float, north: float) -> Any:
    return shapely.box(*at(west, south), *at(east, north))


def line(*places: tuple[float, float]) -> Any:
    return shapely.LineString([at(*place) for place in places])


def layers(households: int = 100) -> dict[str, dict[str, list[Any]]]:
    """The layers of the town; four buildings of equal households in each of its 4 × 2 blocks."""
    corners = [(x + dx, y + dy) for x in range(4) for y in range(2) for dx in (0.1, 0.6) for dy in (0.1, 0.6)]
    roads = [
        (line((2, -1), (2, 3)), "main"), (line((-1, 1), (5, 1)), "支路"), (line((3, -1), (3, 3)), "residential"),
        (line((1, -1), (1, 3)), "river"),
    ]  # fmt: skip
    return {
        "communities": {
            "geometry": [box(0, 0, 2, 2), box(2, 0, 4, 2)],
            "code": list(COMMUNITIES), "name": ["柳荫社区", "塔山社区"],
        },
        "roads": {"geometry": [shape for shape, _word in roads], "class": [word for _shape, word in roads]},
        "buildings": {
            "geometry": [box(x, y, x + 0.3, y + 0.3) for x, y in corners],
            "code": [f"b{number}" for number in range(len(corners))],
            "households": [households] * len(corners), "people": [2.5 * households] * len(corners),
        },
        "premises": {"geometry": [shapely.Point(at(3.9, 1.95))], "code": ["s1"], "name": ["塔山小学"], "kind": ["学校"]},
        "shops": {"geometry": [shapely.Point(at(0.5, 1.01))], "code": ["shop-1"], "name": ["面馆"]},
    }  # fmt: skip


def write(path: Path, tables: Mapping[str, Mapping[str, list[Any]]], system: str | None = SYSTEM) -> Path:
    """Writes layers as some other program would: every column as it comes."""
    # Without this every layer waits for the disk.
    pyogrio.set_gdal_config_options({"OGR_SQLITE_SYNCHRONOUS": "OFF"})
    for number, (name, columns) in enumerate(tables.items()):
        values = {column: value for column, value in columns.items() if column != "geometry"}
        geometry = np.empty(len(columns["geometry"]), dtype=object)
        geometry[:] = columns["geometry"]
        raw.write(
            str(path), shapely.to_wkb(geometry), [_column(value) for value in values.values()], list(values), layer=name,
            driver="GPKG", geometry_type="Unknown", crs=system, append=number > 0,
        )  # fmt: skip
    return path


def _column(values: list[Any]) -> np.ndarray[Any, Any]:
    if all(isinstance(value, int | float) for value in values):
        return np.array(values)
    return np.array(values, dtype=object)
