"""Brings the generated city's ground into the database through the public doors: areas, grids, compounds, premises, components.

Whoever works on that ground comes with `units.py` and `staff.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import shapely

from linli.core.areas.public import Area, import_areas, parse_area_rows
from linli.core.catalogue.public import NATIONAL, catalogue
from linli.core.grids.public import create_layer, parse_grid_file, publish_grid_set
from linli.core.platform.public import SYSTEM, now
from linli.core.registry.public import (
    PlacedRow,
    PremisesKind,
    add_components,
    add_compounds,
    add_premises,
    replace_streets,
)
from linli.demo.city.model import City

SOURCE = "demo city"
SUFFIXES = {
    "city": ("市", "City"),
    "district": ("区", "District"),
    "street": ("街道", "Street"),
    "community": ("社区", "Community"),
}
PREMISES_KINDS = {
    "学校": PremisesKind.SCHOOL, "医院": PremisesKind.HOSPITAL, "农贸市场": PremisesKind.MARKET, "写字楼": PremisesKind.OFFICE,
    "园区": PremisesKind.INDUSTRY, "企业": PremisesKind.OTHER,
}  # fmt: skip


def english_name(name: str, level: str) -> str:
    """The English name of an area: pinyin and the kind of area, as on road signs (望江街道: Wangjiang Street)."""
    from pypinyin import lazy_pinyin

    suffix, english = SUFFIXES[level]
    return f"{''.join(lazy_pinyin(name.removesuffix(suffix))).capitalize()} {english}"


def keep_areas(city: City) -> tuple[dict[str, Area], dict[str, str]]:
    """Imports the area tree; gives the areas by code and their English names by code."""
    nodes: list[tuple[str, str, str, str]] = [
        (plan.code, plan.level, plan.name, plan.parent_code or "") for plan in city.areas
    ]
    nodes += [(one.code, "community", one.name, city.street_code) for one in city.communities]
    english = {code: english_name(name, level) for code, level, name, _parent in nodes}
    rows, errors = parse_area_rows(
        (line, {"code": code, "level": level, "name": name, "name_en": english[code], "parent": parent})
        for line, (code, level, name, parent) in enumerate(nodes, 2)
    )
    if errors:
        raise ValueError(f"The generated areas cannot be imported: {errors[0]}")
    import_areas(SYSTEM, rows, source=SOURCE)
    return {area.code: area for area in Area.objects.all()}, english


def keep_grids(city: City, english: dict[str, str]) -> None:
    """Publishes the grids as the main layer, through the same door that takes an office's GeoJSON."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(grid.polygon)),
            "properties": {
                "code": grid.code, "area": grid.community_code, "name": grid.name, "kind": grid.kind,
                "purpose": grid.dedicated_to or "", "households": grid.households, "people": grid.people,
                "name_en": f"{english[grid.community_code].removesuffix(' Community')} Grid {int(grid.code[-3:])}",
            },
        }
        for grid in city.grids
    ]  # fmt: skip
    rows, errors = parse_grid_file(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    if errors:
        raise ValueError(f"The generated grids cannot be published: {errors[0]}")
    layer = create_layer(SYSTEM, code="main", name="综合网格", names={"en": "Comprehensive grids"}, is_main=True)
    publish_grid_set(SYSTEM, layer=layer, rows=rows, source=SOURCE)


def keep_registry(city: City, areas: dict[str, Area]) -> None:
    """Adds compounds, premises and components; a component belongs to the unit that the rules name for its category."""
    community = {grid.code: areas[grid.community_code].id for grid in city.grids}
    households: dict[str, int] = {}
    for building in city.buildings:
        if building.compound_code:
            households[building.compound_code] = households.get(building.compound_code, 0) + building.households
    add_compounds(
        SYSTEM,
        (
            _placed(one.code, one.polygon.representative_point(), community[one.grid_code], {
                "name": one.name, "property_manager": one.property_manager or "", "outline": shapely.to_wkb(one.polygon),
                "households": households.get(one.code, 0),
            })
            for one in city.compounds
        ),
        source=SOURCE,
    )  # fmt: skip
    add_premises(
        SYSTEM,
        (
            _placed(one.code, one.point, community[one.grid_code], {
                "kind": PREMISES_KINDS.get(one.kind, PremisesKind.SHOP), "name": one.name, "address": one.address,
            })
            for one in city.premises
        ),
        source=SOURCE,
    )  # fmt: skip
    add_components(SYSTEM, _components(city, community), source=SOURCE)
    replace_streets(SYSTEM, ((one.name, [(x, y) for x, y, *_ in one.line.coords]) for one in city.roads), source=SOURCE)


def _components(city: City, community: dict[str, int]) -> Iterator[PlacedRow]:
    known, noon = catalogue(), now()
    for one in city.components:
        category = known.by_code.get((NATIONAL, one.kind, one.major_code + one.minor_code))
        area_id = community[one.grid_code]
        yield _placed(one.code, one.point, area_id, {
            "standard": NATIONAL, "major_code": one.major_code, "minor_code": one.minor_code, "name": one.name,
            "owner_unit_id": known.route(category, area_id, noon),
        })  # fmt: skip


def _placed(code: str, point: Any, area_id: int, columns: dict[str, Any]) -> PlacedRow:
    return PlacedRow(code, float(point.x), float(point.y), area_id, columns)
