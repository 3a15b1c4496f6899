"""The door for ground files: layers in (a GeoPackage, Shapefiles in a ZIP or a folder), a `Survey` or named bad rows out.

docs/division-ground.md tells planners what a file looks like. `sources` opens it, `rows` parses the rows, `osm` reads extracts of
OpenStreetMap, `outlines` communities from a file of their own. Invalid or overlapping shapes pass: the engine sorts them out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import CoordinateSystem, choose_system
from linli.algorithms.division.model import Geometries, Ground, Premises
from linli.algorithms.provinces import bounds_of_code
from linli.core.platform.public import BadInput, in_words
from linli.lib.geo.databases import NoDatabase
from linli.lib.geo.files import NoPlaces
from linli.subsystems.division.files.geopackage import shapes_of
from linli.subsystems.division.ground.outlines import Outlines, with_outlines
from linli.subsystems.division.ground.projection import parse_projected, parse_system, to_wgs84
from linli.subsystems.division.ground.rows import PARSERS, GroundRefused, GroundRowError, Rows, left_out, place_rows
from linli.subsystems.division.ground.sources import Source, opened
from linli.subsystems.division.ground.survey import Shops, Survey, Unit
from linli.subsystems.division.ground.words import LAYERS

ROADS_AND_BUILDINGS = ("roads", "buildings")
NEEDED = ("communities", *ROADS_AND_BUILDINGS)


def read_ground(
    path: Path, *, unit: Unit = "households", system: str = "", file_system: str = "", coordinates: CoordinateSystem = "WGS84",
    take_good: bool = False, outlines: Outlines | None = None,
) -> Survey:  # fmt: skip
    """The ground of a file with the layers communities, roads, buildings and optional premises, shops, parcels.

    `outlines` take the place of its communities. `system` is the projected system to work in (default: by the place), `file_system` that of
    layers which do not say theirs, `coordinates` what degrees in the file mean. Raises GroundRefused for bad rows unless `take_good` (they
    become findings then, if a community is left), BadInput for what concerns the whole file.
    """
    source, layers = _open(path, ROADS_AND_BUILDINGS if outlines else NEEDED)
    tables = {
        name: outlines.rows
        if outlines and name == "communities"
        else read_rows(source, name, given, file_system, coordinates)
        for name, given in ({"communities": "", **layers} if outlines else layers).items()
    }
    _refuse_exchanged(tables["communities"])
    system = parse_projected(system) if system else _system_of(tables["communities"])
    for rows in tables.values():
        place_rows(rows, system)
    parsed = {name: PARSERS[name](rows) for name, rows in tables.items()}
    errors = [error for rows in tables.values() for error in rows.errors]
    if errors and (not take_good or tables["communities"].bad.all()):
        raise GroundRefused(errors, sum(len(rows.ids) for rows in tables.values()))
    survey = _survey(path.name, source.digest, system, unit, tables, parsed, errors)
    return with_outlines(survey, outlines) if outlines else survey


def _survey(
    name: str, digest: str, system: str, unit: Unit, tables: Mapping[str, Rows], parsed: Mapping[str, dict[str, list[Any]]],
    errors: Sequence[GroundRowError],
) -> Survey:  # fmt: skip
    def shapes(layer: str) -> Geometries:
        return tables[layer].geometry[~tables[layer].bad] if layer in tables else np.array([], dtype=object)

    def good(layer: str, column: str) -> tuple[Any, ...]:
        if layer not in tables or column not in parsed[layer]:
            return ()
        return tuple(value for value, bad in zip(parsed[layer][column], tables[layer].bad, strict=True) if not bad)

    counts = {
        column: np.array(good("buildings", column), dtype=np.float64) if column in parsed["buildings"] else None
        for column in ("households", "people")
    }
    load = counts[unit]
    if load is None:
        other = "people" if unit == "households" else "households"
        mend = (
            _("divide by %s instead, or add the column") % other if counts[other] is not None else _("add the column")
        )
        raise BadInput(
            _("The layer buildings has no column %(unit)s; %(mend)s.") % {"unit": unit, "mend": mend}, field="unit"
        )
    premises = zip(
        good("premises", "code"), good("premises", "name"), good("premises", "kind"), shapes("premises"), strict=True
    )
    return Survey(
        name=name, digest=digest, system=system, unit=unit,
        ground=Ground(
            communities=shapes("communities"),
            community_codes=good("communities", "code"),
            community_names=good("communities", "name"),
            lines=shapes("roads"),
            line_kinds=np.array(good("roads", "class"), dtype=np.int8),
            buildings=shapes("buildings"),
            building_codes=good("buildings", "code"),
            load=load,
            premises=tuple(Premises(*one) for one in premises),
            parcels=shapes("parcels") if "parcels" in tables else None,
        ),
        households=counts["households"], people=counts["people"],
        shops=Shops(shapes("shops"), good("shops", "code"), good("shops", "name")),
        findings=tuple(left_out(error) for error in errors),
    )  # fmt: skip


def open_layers(path: Path, field: str = "ground") -> Source:
    """The file opened. Raises BadInput."""
    try:
        return opened(path)
    except NoDatabase as error:
        reason = str(error)
    except NoPlaces as refused:
        reason = in_words(refused.sentence)
    raise BadInput(
        _("%(file)s cannot be read as a GeoPackage: %(reason)s") % {"file": path, "reason": reason}, field=field
    )


def _open(path: Path, needed: Sequence[str]) -> tuple[Source, dict[str, str]]:
    """The file opened; our names of the layers that are there, with the file's."""
    source = open_layers(path)
    given = source.names
    by_lower = {name.strip().lower(): name for name in given}
    found = {
        layer: next(by_lower[word] for word in words if word in by_lower)
        for layer, words in LAYERS.items()
        if any(word in by_lower for word in words)
    }
    missing = [layer for layer in needed if layer not in found]
    if missing:
        raise BadInput(
            _("%(file)s lacks the layer %(missing)s; it has %(given)s.")
            % {"file": path.name, "missing": ", ".join(missing), "given": ", ".join(given) or "-"},
            field="ground",
        )
    return source, found


def read_rows(source: Source, layer: str, given: str, file_system: str, coordinates: CoordinateSystem) -> Rows:
    """One layer in WGS 84; a shape that cannot be read is None."""
    try:
        read = source.read(given)
    except NoDatabase as error:
        raise BadInput(
            _("The layer %(layer)s cannot be read: %(reason)s") % {"layer": given, "reason": error}, field="ground"
        ) from None
    if not len(read.ids) and layer in NEEDED:
        raise BadInput(_("The layer %s is empty.") % given, field="ground")
    shapes = shapes_of(np.full(len(read.ids), None, dtype=object) if read.shapes is None else read.shapes)
    known = _system_of_layer(given, read.system, file_system)
    there = ~shapely.is_missing(shapes)
    shapes[there] = to_wgs84(shapes[there], known, coordinates)
    return Rows(given, read.ids, shapes, read.columns, np.zeros(len(read.ids), dtype=bool))


def _system_of_layer(layer: str, given: str, file_system: str) -> pyproj.CRS:
    """The system of a layer: its own, or that of the option where its own is missing or none of the earth's surface."""
    if given:
        own = parse_system(given)
        if own.is_geographic or own.is_projected:
            return own
    if not file_system:
        raise BadInput(
            _("The layer %(layer)s lies in “%(system)s”, which says no place on the earth; name the right system with --file-system.")
            % {"layer": layer, "system": own.name}
            if given
            else _("The layer %s does not say its coordinate system; save it with one, or name it with --file-system.")
            % layer,
            field="file_system",
        )  # fmt: skip
    named = parse_system(file_system)
    if not (named.is_geographic or named.is_projected):
        raise BadInput(
            _("“%s” says no place on the earth; give degrees or a projected system such as EPSG:4547.") % file_system[:60],
            field="file_system",
        )  # fmt: skip
    return named


def _refuse_exchanged(communities: Rows) -> None:
    """Raises BadInput where the province that the codes name holds the ground only with longitude and latitude exchanged."""
    west, south, east, north = shapely.total_bounds(communities.geometry)
    lon, lat = (west + east) / 2, (south + north) / 2
    codes = communities.values.get("code", ())
    expected = next((found for code in codes if (found := bounds_of_code(str(code)))), None)
    if expected and not expected.holds(lon, lat) and expected.holds(lat, lon):
        raise BadInput(
            _(
                "Longitude and latitude seem to be exchanged: as they stand the communities lie at %(lon)s east, %(lat)s "
                "north, by their codes at %(lat)s east, %(lon)s north. Write longitude first."
            )
            % {"lon": f"{lon:.4g}", "lat": f"{lat:.4g}"},
            field="ground",
        )


def _system_of(communities: Rows) -> str:
    west, south, east, north = shapely.total_bounds(communities.geometry)
    if (
        not all(map(math.isfinite, (west, south, east, north)))
        or max(abs(west), abs(east)) > 180
        or max(abs(south), abs(north)) > 90
    ):
        raise BadInput(
            _("The layer %s does not lie on the earth; look at its coordinate system.") % communities.layer,
            field="ground",
        )
    return choose_system((west + east) / 2, (south + north) / 2)
