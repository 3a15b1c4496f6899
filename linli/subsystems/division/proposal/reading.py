"""The door for a proposal's file, which a planner may have changed in a GIS: a `Proposal` or its bad rows, named one by one.

`model` next door says what is in a file and writes it. Measures that are missing, as a grid drawn by hand has none, are
worked out from its polygon or left at nothing.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _
from pyogrio import raw
from pyogrio.errors import DataLayerError, DataSourceError

from linli.algorithms.division.model import NOBODY, Finding, Floats, Line, Rules
from linli.core.grids.public import GridKind
from linli.core.platform.public import BadInput
from linli.subsystems.division.files.geopackage import Column, shapes_of, single_parts
from linli.subsystems.division.ground.projection import parse_projected
from linli.subsystems.division.ground.rows import (
    LINES,
    POINTS,
    POLYGONS,
    BadValue,
    GroundRowError,
    Rows,
    expect_shapes,
    expect_types,
    parse_code,
    parse_codes,
    parse_text,
)
from linli.subsystems.division.proposal.model import (
    COMMUNITY_COLUMNS,
    FINDING_COLUMNS,
    GRID_COLUMNS,
    MEMBER_COLUMNS,
    ROAD_COLUMNS,
    RUN_COLUMNS,
    SHOP_COLUMNS,
    VERSION,
    MadeOf,
    MapGround,
    Members,
    Proposal,
    ProposedGrid,
    Run,
    parse_layer_code,
)

# What a grid, its name and a number of households may be where grids are kept (linli.core.grids).
CODE_MAX, NAME_MAX, ENGLISH_MAX, PURPOSE_MAX, MOST = 40, 120, 1000, 40, 2_147_483_647
SHOWN_ERRORS = 20


class ProposalRefused(BadInput):
    """A proposal with bad rows; `errors` names them all, the sentence the first of them."""

    def __init__(self, path: Path, errors: Sequence[GroundRowError], total: int) -> None:
        said = [
            _("%(file)s: %(bad)d of %(total)d rows of the proposal cannot be taken; mend them in a GIS.")
            % {"file": path.name, "bad": len(errors), "total": total},
            *map(str, errors[:SHOWN_ERRORS]),
        ]
        if len(errors) > SHOWN_ERRORS:
            said.append(_("… and %d more") % (len(errors) - SHOWN_ERRORS))
        super().__init__("\n".join(said), field="file")
        self.errors = tuple(errors)


def read_proposal(path: Path) -> Proposal:
    """Reads a file of `write_proposal`. Raises ProposalRefused naming bad rows, BadInput for what concerns the whole file."""
    try:
        run = _read_run(path)
        tables = {name: _rows(path, name, columns, run.system) for name, columns in LAYERS.items()}
    except (DataSourceError, DataLayerError) as error:
        raise _no_proposal(path, str(error).split("\n")[0]) from None
    map_ground = _map_ground(tables)
    grids = _grids(tables["grids"], tables["communities"])
    members = _members(tables["members"], list(tables["grids"].values["code"]))
    findings = _findings(tables["findings"])
    ordered = [tables[name] for name in LAYERS]
    errors = [error for rows in ordered for error in rows.errors]
    if errors:
        raise ProposalRefused(path, errors, sum(len(rows.ids) for rows in ordered))
    return Proposal(grids(), members(), map_ground(), findings(), run)


LAYERS: dict[str, Sequence[Column]] = {
    "communities": COMMUNITY_COLUMNS, "grids": GRID_COLUMNS, "members": MEMBER_COLUMNS, "roads": ROAD_COLUMNS,
    "shops": SHOP_COLUMNS, "findings": FINDING_COLUMNS,
}  # fmt: skip


def _no_proposal(path: Path, reason: str) -> BadInput:
    return BadInput(
        _("%(file)s is no proposal of `linli division run`: %(reason)s.") % {"file": path, "reason": reason},
        field="file",
    )


def _read_run(path: Path) -> Run:
    rows = _rows(path, "run", RUN_COLUMNS, "")
    try:
        facts = {
            key: json.loads(value) for key, value in zip(rows.values["key"], rows.values["value"], strict=True)
        }  # fmt: skip
        version = facts.pop("version", None)
        if version == VERSION:
            rules = facts.pop("rules")
            rules["border_costs"] = tuple(rules["border_costs"])
            run = Run(**{**facts, "rules": Rules(**rules), "communities": tuple(facts["communities"])})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _no_proposal(path, f"run: {type(error).__name__}: {error}") from None
    if version == VERSION and run.made_of not in get_args(MadeOf):
        raise _no_proposal(path, f"made_of: {run.made_of}")
    if version != VERSION:
        raise _no_proposal(path, _("it was written by another version of linli; run the division again"))
    parse_projected(str(run.system))
    parse_layer_code(str(run.layer))
    return run


def _rows(path: Path, layer: str, columns: Sequence[Column], system: str) -> Rows:
    meta, ids, geometry, values = raw.read(str(path), layer=layer, force_2d=True, return_fids=True)
    found = dict(zip(meta["fields"], values, strict=True))
    missing = [column.name for column in columns if column.name not in found]
    if missing:
        lacking = _("The layer %(layer)s lacks the column %(column)s.") % {"layer": layer, "column": missing[0]}
        raise _no_proposal(path, lacking.rstrip(".。"))
    shapes = np.full(len(ids), None, dtype=object)
    if geometry is not None:
        shapes = single_parts(shapes_of(geometry))
        _refuse_other_system(layer, meta["crs"], system)
    return Rows(layer, ids, shapes, found, np.zeros(len(ids), dtype=bool))


def _refuse_other_system(layer: str, given: str | None, system: str) -> None:
    """A layer saved in another system than the run's would land elsewhere. Systems without a number cannot be held together."""
    if not given:
        return
    lies_in, told = (pyproj.CRS.from_user_input(one).to_authority() for one in (given, system))
    if lies_in and told and lies_in != told:
        raise BadInput(
            _("The layer %(layer)s lies in %(given)s, the proposal in %(system)s; save the layer in %(system)s again.")
            % {"layer": layer, "given": ":".join(lies_in), "system": ":".join(told)},
            field="system",
        )


def _text_column(rows: Rows, column: str, most: int) -> list[Any]:
    return rows.parse(column, lambda value: parse_text(value, most), list(rows.values[column]))


def _number_column(rows: Rows, column: str, *, needed: bool = False) -> list[Any]:
    """Numbers from 0; None for a missing one unless it is `needed`."""

    def parse(value: Any) -> float | None:
        if not needed and (value is None or value != value):
            return None
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not 0 <= number <= MOST:
            raise BadValue(_("Give a number from %(least)s to %(most)s.") % {"least": 0, "most": f"{MOST:,d}"})
        return number

    return rows.parse(column, parse, list(rows.values[column]))


def _word_column(rows: Rows, column: str, words: Sequence[str]) -> list[Any]:
    def parse(value: Any) -> str:
        if value not in words:
            raise BadValue(_("Give one of %s.") % ", ".join(word for word in words if word))
        return str(value)

    return rows.parse(column, parse, list(rows.values[column]))


def _grids(rows: Rows, communities: Rows) -> Callable[[], tuple[ProposedGrid, ...]]:
    """Parses the grids; what it gives makes them once it is known that no row is bad."""
    expect_shapes(rows)
    expect_types(rows, POLYGONS, _("Give a polygon."))
    good = np.flatnonzero(~rows.bad)
    broken = ~shapely.is_valid(rows.geometry[good]) | (shapely.area(rows.geometry[good]) <= 0)
    for row in good[broken].tolist():
        reason = shapely.is_valid_reason(rows.geometry[row])
        rows.refuse(row, "geometry", reason, _("Draw this polygon again; its border crosses itself."))
    of = list(communities.values["code"])
    found: dict[str, list[Any]] = {
        "code": parse_codes(rows, needed=True, most=CODE_MAX),
        "name": _text_column(rows, "name", NAME_MAX),
        "name_en": _text_column(rows, "name_en", ENGLISH_MAX),
        "kind": _word_column(rows, "kind", GridKind.values),
        "purpose": _text_column(rows, "purpose", PURPOSE_MAX),
        "community": _reference_column(rows, "community", of, _("No community of the proposal has this code.")),
        "load": _number_column(rows, "load", needed=True),
        **{
            column.name: _number_column(rows, column.name)
            for column in GRID_COLUMNS
            if column.kind != "text" and column.name != "load"
        },
    }
    return lambda: tuple(
        _grid(dict(zip(found, values, strict=True)), polygon, of)
        for *values, polygon in zip(*found.values(), rows.geometry, strict=True)
    )


def _reference_column(rows: Rows, column: str, codes: Sequence[Any], mend: str, *, or_none: bool = False) -> list[Any]:
    """The place of each code among those of another layer, bad rows of it too: they are named there; NOBODY for "" if that may be."""
    known = {"": NOBODY, **_places(codes)} if or_none else _places(codes)

    def parse(value: Any) -> int:
        code = parse_text(value, CODE_MAX)
        if code not in known:
            raise BadValue(mend)
        return known[code]

    return rows.parse(column, parse, list(rows.values[column]))


def _places(codes: Sequence[Any]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, code in enumerate(codes):
        with suppress(BadValue):
            places.setdefault(parse_code(code, CODE_MAX), place)
    return places


def _grid(row: Mapping[str, Any], polygon: Any, communities: Sequence[Any]) -> ProposedGrid:
    area, perimeter = (
        measured if row[name] is None else row[name]
        for name, measured in (("area_m2", polygon.area), ("perimeter_m", polygon.length))
    )
    compact = row["polsby_popper"]
    in_parts = polygon.geom_type == "MultiPolygon"
    return ProposedGrid(
        code=row["code"], name=row["name"] or row["code"], name_en=row["name_en"], kind=row["kind"], purpose=row["purpose"],
        community=parse_text(communities[row["community"]], CODE_MAX), load=row["load"], households=row["households"], people=row["people"],
        buildings=int(row["buildings"] or 0), area_m2=area, perimeter_m=perimeter,
        polsby_popper=4 * math.pi * area / perimeter**2 if compact is None else compact,
        superblocks=int(row["superblocks"] or 0), on_streets=row["on_streets"] or 0.0, in_bounds=bool(row["in_bounds"]),
        contiguous=not in_parts if row["contiguous"] is None else bool(row["contiguous"]), polygon=polygon,
    )  # fmt: skip


def _members(rows: Rows, grids: Sequence[Any]) -> Callable[[], Members]:
    expect_shapes(rows)
    expect_types(rows, (*POLYGONS, *POINTS), _("Give a polygon or a point."))
    codes = parse_codes(rows, needed=True, most=CODE_MAX)
    mend = _("No grid has this code; put the grid back, or give its buildings to another one.")
    grid = _reference_column(rows, "grid", grids, mend, or_none=True)
    numbers = {name: _number_column(rows, name, needed=name == "load") for name in ("load", "households", "people")}

    def made() -> Members:
        columns = {name: _floats(values) for name, values in numbers.items()}
        grid_of = np.array(grid, dtype=np.int32)
        return Members(codes=tuple(codes), grid_of=grid_of, **columns, outlines=rows.geometry)

    return made


def _floats(values: Sequence[Any]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def _map_ground(tables: Mapping[str, Rows]) -> Callable[[], MapGround]:
    communities, roads, shops = tables["communities"], tables["roads"], tables["shops"]
    for rows, types, mend in (
        (communities, POLYGONS, _("Give a polygon.")), (roads, LINES, _("Give a line; a road is its middle, a river too.")),
        (shops, POINTS, _("Give a point.")),
    ):  # fmt: skip
        expect_shapes(rows)
        expect_types(rows, types, mend)
    codes = [parse_codes(rows, needed=True, most=CODE_MAX) for rows in (communities, shops)]
    names = [_text_column(rows, "name", NAME_MAX) for rows in (communities, shops)]
    kinds = roads.parse("line", _line, list(roads.values["line"]))
    return lambda: MapGround(
        communities=communities.geometry, community_codes=tuple(codes[0]), community_names=tuple(names[0]),
        lines=roads.geometry, line_kinds=np.array(kinds, dtype=np.int8),
        shops=shops.geometry, shop_codes=tuple(codes[1]), shop_names=tuple(names[1]),
    )  # fmt: skip


def _line(value: Any) -> int:
    try:
        return int(Line(int(value)))
    except (TypeError, ValueError):
        raise BadValue(_("Give one of %s.") % ", ".join(str(int(line)) for line in Line)) from None


def _findings(rows: Rows) -> Callable[[], tuple[Finding, ...]]:
    def parsed(kind: type) -> Callable[[Any], Any]:
        def parse(value: Any) -> Any:
            try:
                found = json.loads(value)
            except (TypeError, ValueError):
                found = None
            if not isinstance(found, kind):
                raise BadValue(_("Leave this column as it was written, or delete the row."))
            return found

        return parse

    codes = rows.parse("codes", parsed(list), list(rows.values["codes"]))
    values = rows.parse("values", parsed(dict), list(rows.values["values"]))
    kinds, communities = (_text_column(rows, name, NAME_MAX) for name in ("kind", "community"))
    return lambda: tuple(
        Finding(kind, community, tuple(of), dict(told))
        for kind, community, of, told in zip(kinds, communities, codes, values, strict=True)
        if of is not None and told is not None
    )
