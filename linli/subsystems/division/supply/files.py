"""The door for power supply: a file with substations, feeders and customers in, a plan as a GeoPackage out.

`ground.rows` parses what all layers have in common, `linli.algorithms.supply` plans, `lines` says it in words. Where the
file has no customers, the buildings of a ground file are the customers, and its blocks or parcels the cells.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import CoordinateSystem, choose_system
from linli.algorithms.division.cells import parcels_of
from linli.algorithms.division.coverage import grid_polygons
from linli.algorithms.division.model import NOBODY, Finding, Floats, Progress
from linli.algorithms.supply.cells import cells_of_customers, cells_of_parcels, customers_of_ground
from linli.algorithms.supply.model import Cells, Customers, Sources, SupplyPlan
from linli.algorithms.supply.plan import area_polygons
from linli.algorithms.supply.report import SupplyReport
from linli.core.platform.public import BadInput
from linli.subsystems.division.files.geopackage import Column, writing
from linli.subsystems.division.ground.office_files import open_layers, read_rows
from linli.subsystems.division.ground.rows import (
    LINES,
    POINTS,
    BadValue,
    GroundRefused,
    Rows,
    expect_types,
    parse_code,
    parse_codes,
    parse_names,
    place_rows,
)
from linli.subsystems.division.ground.sources import Source
from linli.subsystems.division.ground.survey import Survey
from linli.subsystems.division.ground.words import SUPPLY_LAYERS
from linli.subsystems.division.sentences import sentence

MOST_KW, MOST_GROWTH = 10_000_000.0, 100.0


@dataclass(frozen=True, slots=True)
class SupplyGround:
    """What a plan is made of, in metres of `system`; `findings` name what could not be placed.

    `names` gives the substations' names by code, where the file has them.
    """

    customers: Customers
    cells: Cells
    sources: Sources
    system: str
    findings: tuple[Finding, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


def load_supply(
    path: Path, *, survey: Survey | None = None, kw_per_unit: float = 2.0, side_m: float = 100.0,
    unit: Literal["block", "parcel"] = "block", file_system: str = "", coordinates: CoordinateSystem = "WGS84",
    progress: Progress | None = None,
) -> SupplyGround:  # fmt: skip
    """Reads the layers substations, feeders (optional) and customers of `path`.

    Customers are gathered in squares of `side_m`. Without that layer they are the buildings of `survey` where somebody lives, with
    `kw_per_unit` for each household (or person), gathered by `unit`. A substation without feeders is a feeder by itself. Raises GroundRefused
    naming bad rows, BadInput for what concerns the whole file.
    """
    source = open_layers(path, "file")
    tables = {name: read_rows(source, name, given, file_system, coordinates) for name, given in _layers(source).items()}
    system = survey.system if survey is not None else _system_of(tables["substations"])
    for rows in tables.values():
        place_rows(rows, system)
    sources = _sources(tables)
    stations = tables["substations"]
    names = parse_names(stations, [""] * len(stations.ids))
    customers = _customers(tables["customers"]) if "customers" in tables else None
    errors = [error for rows in tables.values() for error in rows.errors]
    if errors:
        raise GroundRefused(errors, sum(len(rows.ids) for rows in tables.values()))
    if customers is not None:
        found = SupplyGround(customers(), cells_of_customers(customers(), side_m), sources(), system)
        return replace(found, names=dict(zip(found.sources.codes, names, strict=True)))
    if survey is None:
        raise BadInput(
            _("%s has no layer customers; add one, or name a ground file whose buildings are the customers.")
            % path.name,
            field="ground",
        )
    found = _of_buildings(survey, sources(), kw_per_unit, unit, progress)
    return replace(found, names=dict(zip(found.sources.codes, names, strict=True)))


def _of_buildings(
    survey: Survey, sources: Sources, kw_per_unit: float, unit: Literal["block", "parcel"], progress: Progress | None
) -> SupplyGround:
    parcels = parcels_of(survey.ground, progress)
    everybody, building = customers_of_ground(survey.ground, kw_per_unit)
    parcel_of = parcels.building_parcel[building]
    # A shop or a school without households draws nothing here, and would only swell the number of customers.
    placed = np.flatnonzero((parcel_of != NOBODY) & (everybody.demand_kw > 0))
    if not len(placed):
        raise BadInput(_("No building of %s where somebody lives stands in a community.") % survey.name, field="ground")
    customers = Customers(
        tuple(everybody.codes[place] for place in placed),
        everybody.x_m[placed], everybody.y_m[placed], everybody.demand_kw[placed],
    )  # fmt: skip
    polygons = grid_polygons(parcels, np.arange(parcels.graph.size, dtype=np.int32))
    cells = cells_of_parcels(customers, parcel_of[placed], parcels.graph, polygons, unit)
    return SupplyGround(customers, cells, sources, survey.system, (*survey.findings, *parcels.findings))


def _layers(source: Source) -> dict[str, str]:
    """Our names of the layers that are there, with the file's."""
    given = {name.strip().lower(): name for name in source.names}
    found = {
        layer: next(given[word] for word in words if word in given)
        for layer, words in SUPPLY_LAYERS.items()
        if any(word in given for word in words)
    }
    if "substations" not in found:
        raise BadInput(
            _("%(file)s lacks the layer %(missing)s; it has %(given)s.")
            % {"file": source.path.name, "missing": "substations", "given": ", ".join(given.values()) or "-"},
            field="file",
        )
    return found


def _system_of(rows: Rows) -> str:
    west, south, east, north = shapely.total_bounds(rows.geometry)
    if not np.isfinite([west, south, east, north]).all():
        raise BadInput(_("The layer %s is empty.") % rows.layer, field="file")
    return choose_system((west + east) / 2, (south + north) / 2)


def _number(least: float, most: float, default: float | None) -> Callable[[Any], float]:
    """A parser of numbers above `least`, or from it where it is 0; an empty cell is `default`, refused if that is None."""

    def parse(value: Any) -> float:
        empty = value is None or value != value or (isinstance(value, str) and not value.strip())
        if empty and default is not None:
            return default
        try:
            number = np.nan if empty else float(value)
        except (TypeError, ValueError):
            number = np.nan
        if not least <= number <= most:
            raise BadValue(
                _("Give a number from %(least)s to %(most)s.") % {"least": f"{least:,g}", "most": f"{most:,.0f}"}
            )
        return number

    return parse


def _numbers(rows: Rows, column: str, parse: Callable[[Any], float], default: float | None) -> list[float | None]:
    """The numbers of a column; without it `default` for all."""
    given = rows.column(column)
    if given is None:
        if default is None:
            raise BadInput(
                _("The layer %(layer)s lacks the column %(column)s.") % {"layer": rows.layer, "column": column},
                field="file",
            )
        return [default] * len(rows.ids)
    return rows.parse(column, parse, given)


def _customers(rows: Rows) -> Callable[[], Customers]:
    """Parses the customers; what it gives makes them once it is known that no row is bad."""
    if not len(rows.ids):
        raise BadInput(_("The layer %s is empty.") % rows.layer, field="file")
    expect_types(rows, POINTS, _("Give a point."))
    codes = parse_codes(rows)
    demand = _numbers(rows, "demand_kw", _number(0.0, MOST_KW, 0.0), None)
    return lambda: Customers(tuple(codes), *_xy(rows), np.array(demand, dtype=np.float64))


def _sources(tables: dict[str, Rows]) -> Callable[[], Sources]:
    """Parses substations and feeders; what it gives makes them once it is known that no row is bad."""
    rows = tables["substations"]
    expect_types(rows, POINTS, _("Give a point."))
    codes = parse_codes(rows, needed=True)
    capacity = _numbers(rows, "capacity_kw", _number(0.0, MOST_KW, None), None)
    growth = _numbers(rows, "growth", _number(0.01, MOST_GROWTH, 1.0), 1.0)
    feeder_codes: list[Any] = []
    stations: list[Any] = []
    feeder_capacity: list[Any] = []
    routes: list[Any] = []
    if "feeders" in tables:
        feeders = tables["feeders"]
        expect_types(feeders, (*POINTS, *LINES), _("Give a line, or a point in the middle of what it supplies."))
        feeder_codes = parse_codes(feeders, needed=True)
        feeder_capacity = list(
            _numbers(feeders, "capacity_kw", _number(0.0, MOST_KW, float("inf")), float("inf"))
        )  # fmt: skip
        stations = _stations(feeders, rows.column("code") or [])
        routes = list(feeders.geometry)

    def made() -> Sources:
        alone = [place for place in range(len(codes)) if place not in set(stations)]
        lonely = np.array([*routes, *rows.geometry[alone]], dtype=object)
        return Sources(
            codes=tuple(codes), x_m=_xy(rows)[0], y_m=_xy(rows)[1],
            capacity_kw=np.array(capacity, dtype=np.float64), growth=np.array(growth, dtype=np.float64),
            feeder_codes=(*feeder_codes, *_free_names([codes[place] for place in alone], feeder_codes)),
            substation=np.array([*stations, *alone], dtype=np.int32), feeder_routes=lonely,
            feeder_capacity_kw=np.array([*feeder_capacity, *(float("inf") for _place in alone)], dtype=np.float64),
        )  # fmt: skip

    return made


def _stations(feeders: Rows, given_codes: list[Any]) -> list[Any]:
    """The number of each feeder's substation; one that is refused for something else is still there to be named."""
    given = feeders.column("substation")
    if given is None:
        raise BadInput(
            _("The layer %(layer)s lacks the column %(column)s.") % {"layer": feeders.layer, "column": "substation"},
            field="file",
        )
    number: dict[str, int] = {}
    for place, code in enumerate(given_codes):
        with suppress(BadValue):
            number[parse_code(code)] = place

    def parse(value: Any) -> int:
        code = parse_code(value)
        if code not in number:
            raise BadValue(_("Give the code of a substation in the layer substations."))
        return number[code]

    return list(feeders.parse("substation", parse, given))


def _free_names(wanted: list[str], taken: list[str]) -> list[str]:
    """The codes of substations as codes of feeders; one that a feeder has already gets a dash at its end."""
    return [code if code not in taken else f"{code}-" for code in wanted]


def _xy(rows: Rows) -> tuple[Floats, Floats]:
    """East and north of points; a multi-point lies in its middle."""
    places = shapely.get_coordinates(shapely.centroid(rows.geometry))
    return places[:, 0], places[:, 1]


def write_supply(
    path: Path, plan: SupplyPlan, report: SupplyReport, system: str, findings: tuple[Finding, ...]
) -> None:
    """Writes the layers areas, substations, customers, and the tables groups and findings, whole or not at all."""
    with writing(path, system) as layers:
        areas = area_polygons(plan)
        drawn = np.flatnonzero(~shapely.is_empty(areas))
        _add_rows(layers, "areas", [report.feeders[place] for place in drawn.tolist()], areas[drawn])
        stations = shapely.points(plan.sources.x_m, plan.sources.y_m)
        _add_rows(layers, "substations", list(report.substations), stations)
        _add_customers(layers, plan)
        _add_rows(layers, "groups", list(report.groups), None)
        columns = (Column("kind", "text"), Column("count", "count"), Column("text", "text"), Column("codes", "text"))
        layers.add(
            "findings", columns,
            {
                "kind": [one.kind for one in findings], "count": [len(one.codes) for one in findings],
                "text": [sentence(one) for one in findings], "codes": [" ".join(one.codes) for one in findings],
            },
        )  # fmt: skip


def _add_rows(layers: Any, name: str, rows: list[Any], geometry: Any) -> None:
    """Adds a layer with the fields of the rows as columns; infinite numbers are missing ones."""
    if not rows:
        return
    kinds: dict[type, Literal["text", "count", "number"]] = {str: "text", int: "count", float: "number", tuple: "text"}
    fields = list(rows[0].__dataclass_fields__)
    columns = tuple(Column(field, kinds[type(getattr(rows[0], field))]) for field in fields)
    layers.add(name, columns, {field: [_cell(getattr(row, field)) for row in rows] for field in fields}, geometry)


def _cell(value: Any) -> Any:
    if isinstance(value, tuple):
        return " ".join(value)
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _add_customers(layers: Any, plan: SupplyPlan) -> None:
    customers, sources = plan.customers, plan.sources
    feeder, second = plan.feeder_of[plan.cells.cell_of], plan.second_feeder_of[plan.cells.cell_of]
    feeder_names = np.array([*sources.feeder_codes, ""], dtype=object)
    station_names = np.array([*(sources.codes[number] for number in sources.substation), ""], dtype=object)
    names = ("feeder", "substation", "second_feeder", "second_substation")
    layers.add(
        "customers",
        (Column("code", "text"), Column("demand_kw", "number"), *(Column(name, "text") for name in names)),
        {
            "code": customers.codes, "demand_kw": customers.demand_kw,
            "feeder": feeder_names[feeder], "substation": station_names[feeder],
            "second_feeder": feeder_names[second], "second_substation": station_names[second],
        },
        shapely.points(customers.x_m, customers.y_m),
    )  # fmt: skip
