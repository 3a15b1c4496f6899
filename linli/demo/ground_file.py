"""The ground of the demo city as an office would hand it in: a GeoPackage that `linli division run` divides.

`ground.py` next door brings the same city into the database, where its grids are drawn already; here nothing tells where
they run.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from linli.demo.city.model import City, RoadClass
from linli.demo.ground import PREMISES_KINDS
from linli.subsystems.division.files.geopackage import Column, writing

SYSTEM = "EPSG:4326"
CLASSES: dict[RoadClass, str] = {"main": "main", "secondary": "minor", "minor": "minor", "lane": "minor"}
# What becomes a grid of its own; its doors are no shops.
DEDICATED = ("school", "hospital", "market", "office_tower", "industrial_park")


def write_ground(city: City, path: Path) -> None:
    """Writes communities, roads with the river, buildings with households, premises and shops. The same city, the same bytes."""
    code_name = (Column("code", "text"), Column("name", "text"))
    roads = [(CLASSES[road.road_class], road.name, road.line) for road in city.roads]
    roads.append(("river", city.river.name, city.river.centreline))
    titles = {grid.code: grid.name.removesuffix("专属网格") for grid in city.grids}
    special = [one for one in city.parcels if one.land_use in DEDICATED and one.grid_code]
    with writing(path, SYSTEM) as layers:
        layers.add(
            "communities", code_name,
            {"code": [one.code for one in city.communities], "name": [one.name for one in city.communities]},
            _shapes([one.polygon for one in city.communities]),
        )  # fmt: skip
        layers.add(
            "roads", (Column("class", "text"), Column("name", "text")),
            {"class": [word for word, _name, _line in roads], "name": [name for _word, name, _line in roads]},
            _shapes([line for _word, _name, line in roads]),
        )  # fmt: skip
        layers.add(
            "buildings",
            (*code_name, Column("households", "count"), Column("people", "count"), Column("levels", "count")),
            {
                name: [getattr(one, name) for one in city.buildings]
                for name in ("code", "name", "households", "people", "levels")
            },
            _shapes([one.footprint for one in city.buildings]),
        )
        layers.add(
            "premises", (*code_name, Column("kind", "text")),
            {
                "code": [f"{one.land_use}-{number}" for number, one in enumerate(special, 1)],
                "name": [titles[one.grid_code or ""] for one in special], "kind": [one.land_use for one in special],
            },
            _shapes([one.polygon for one in special]),
        )  # fmt: skip
        shops = [one for one in city.premises if one.kind not in PREMISES_KINDS]
        layers.add(
            "shops", code_name,
            {"code": [one.code for one in shops], "name": [one.name for one in shops]},
            _shapes([one.point for one in shops]),
        )  # fmt: skip


def _shapes(geometries: list[shapely.Geometry]) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    shapes = np.empty(len(geometries), dtype=object)
    shapes[:] = geometries
    return shapes
