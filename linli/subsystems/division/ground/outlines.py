"""The door for outlines of communities in a file of their own, beside an extract of OpenStreetMap or an office's ground file.

Any file of places that `linli.lib.geo` reads, with the city's own codes. `rows` parses the rows, as those of a layer `communities`;
`office_files` and `osm` next door put them in the place of what their own file holds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import CoordinateSystem
from linli.algorithms.division.model import Finding, Geometries, Line
from linli.algorithms.ground_meaning import Meaning, better_than, evidence_of
from linli.core.platform.public import BadInput, in_words
from linli.lib.geo.files import NoPlaces, packed, read_places
from linli.lib.geo.layer import Layer
from linli.subsystems.division.files.geopackage import shapes_of
from linli.subsystems.division.ground.projection import WGS84, parse_system, to_degrees, to_wgs84
from linli.subsystems.division.ground.rows import LEAST_COMMUNITY_M2, PARSERS, GroundRefused, Rows, left_out, place_rows
from linli.subsystems.division.ground.survey import Survey
from linli.subsystems.division.ground.words import OUTLINE_COLUMNS

# An outline of which more lies outside is cut off by the extract; less is how it was drawn.
CUT_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class OutlineFile:
    """Which file, and what in it: the layer or sheet ("" = the first with shapes), the columns of code and name ("" = as guessed)."""

    path: Path
    layer: str = ""
    code_column: str = ""
    name_column: str = ""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines that were read: rows of a layer `communities` in degrees of WGS 84, not parsed yet; name and digest of the file.

    `points` are the vertices (v, 2) as the file has them, where they are degrees; `coordinates` is what they were taken for.
    """

    name: str
    digest: str
    rows: Rows
    points: np.ndarray[Any, np.dtype[np.float64]]
    coordinates: CoordinateSystem

    def beside(self, streets: Geometries, system: str) -> tuple[Finding, ...]:
        """A finding where the outlines lie beside the streets (lines in metres of `system`) and by another meaning of their degrees would not."""
        if not len(self.points) or not len(streets):
            return ()
        found = evidence_of(self.points, to_degrees(streets, system), None)
        taken = next((one for one in found if one.meaning == Meaning(self.coordinates)), None)
        better = better_than(Meaning(self.coordinates), found)
        if better is None or better.meaning.swapped or taken is None:
            return ()
        values: dict[str, float | int | str] = {
            "file": self.name, "far": round(taken.median_m or 0), "near": round(better.median_m or 0), "system": better.meaning.system,
        }  # fmt: skip
        return (Finding("outlines_beside", values=values),)


def read_outlines(asked: OutlineFile, *, file_system: str = "", coordinates: CoordinateSystem = "WGS84") -> Outlines:
    """The outlines of a file. `file_system` is the system of a file that does not say its own, `coordinates` what its degrees mean.

    Raises BadInput for a file that cannot be read or has no column of codes. Rows are parsed by who takes them.
    """
    try:
        with packed(asked.path) as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
            layer = read_places(source, asked.layer)
    except NoPlaces as refused:
        raise BadInput(
            _("%(file)s: %(reason)s") % {"file": asked.path.name, "reason": in_words(refused.sentence)},
            field="communities",
        ) from None
    shapes = shapes_of(np.array(layer.shapes, dtype=object))
    there = np.flatnonzero(~shapely.is_missing(shapes))
    known = _system_of(asked, layer, shapes[there], file_system)
    points = shapely.get_coordinates(shapes[there]) if known.is_geographic else np.zeros((0, 2))
    shapes[there] = to_wgs84(shapes[there], known, coordinates)
    named = {"code": _column(asked, layer, "code", asked.code_column)}
    if (name := _column(asked, layer, "name", asked.name_column, needed=False)) is not None:
        named["name"] = name
    values = {column: np.array(layer.columns[given], dtype=object) for column, given in named.items() if given}
    rows = Rows(
        layer.name or "communities",
        np.array(layer.places, dtype=np.int64),
        shapes,
        values,
        np.zeros(len(layer), dtype=bool),
    )
    return Outlines(asked.path.name, digest, rows, points, coordinates)


def _system_of(asked: OutlineFile, layer: Layer, shapes: Geometries, file_system: str) -> pyproj.CRS:
    """The system of the file: its own, else the one that was named, else degrees where the numbers can be such."""
    said = file_system if layer.system in ("", "?") else layer.system
    if said:
        return parse_system(said)
    west, south, east, north = shapely.total_bounds(shapes)
    if max(abs(west), abs(east)) <= 180 and max(abs(south), abs(north)) <= 90:
        return pyproj.CRS(WGS84)
    raise BadInput(
        _("%s does not say its coordinate system, and its numbers are no degrees; name the system with --file-system.")
        % asked.path.name,
        field="file_system",
    )


def _column(asked: OutlineFile, layer: Layer, column: str, named: str, *, needed: bool = True) -> str | None:
    """The heading of a column: the one that was named, else the first that such files use. Raises BadInput."""
    by_lower = {given.strip().lower(): given for given in layer.columns}
    words = (named.strip().lower(),) if named else OUTLINE_COLUMNS[column]
    found = next((by_lower[word] for word in words if word in by_lower), None)
    if found is None and (needed or named):
        raise BadInput(
            _("%(file)s has no column %(column)s; it has: %(given)s. Name the right one with --%(option)s.")
            % {
                "file": asked.path.name, "column": named or column, "given": ", ".join(list(layer.columns)[:12]) or "–",
                "option": f"{column}-column",
            },
            field="communities",
        )  # fmt: skip
    return found


def with_outlines(survey: Survey, outlines: Outlines) -> Survey:
    """The survey under the names of both files, with a finding where the outlines lie beside its streets."""
    streets = survey.ground.lines[np.isin(survey.ground.line_kinds, (Line.MAIN, Line.MINOR))]
    return replace(
        survey, name=f"{survey.name} + {outlines.name}",
        digest=hashlib.sha256(f"{survey.digest} {outlines.digest}".encode()).hexdigest(),
        findings=(*outlines.beside(streets, survey.system), *survey.findings),
    )  # fmt: skip


def within_extract(
    outlines: Outlines, land: Any, edge: Any, system: str, *, take_good: bool
) -> tuple[Geometries, tuple[str, ...], tuple[str, ...], tuple[Finding, ...]]:
    """The ground (in metres) of the outlines that an extract holds, with codes and names; findings name what it does not hold, and what
    it cuts off.

    Raises GroundRefused for bad rows unless `take_good`, BadInput where the extract holds none.
    """
    rows = outlines.rows
    place_rows(rows, system)
    parsed = PARSERS["communities"](rows)
    if rows.errors and (not take_good or rows.bad.all()):
        raise GroundRefused(rows.errors, len(rows.ids))
    good = np.flatnonzero(~rows.bad)
    codes, names = ([parsed[column][one] for one in good] for column in ("code", "name"))
    whole = shapely.make_valid(rows.geometry[good])
    grounds = shapely.intersection(whole, land)
    inside = shapely.area(grounds) >= LEAST_COMMUNITY_M2
    if not inside.any():
        raise BadInput(
            _(
                "None of the %(count)d communities of %(file)s lies in the extract; look at the coordinate system of the file."
            )
            % {"count": len(whole), "file": outlines.name},
            field="communities",
        )
    beyond = shapely.area(shapely.difference(whole, edge)) > CUT_SHARE * shapely.area(whole)
    told = [
        Finding(
            kind,
            codes=tuple(codes[one] for one in np.flatnonzero(which)),
            values={"all": len(codes), "file": outlines.name},
        )
        for kind, which in (("outlines_elsewhere", ~inside), ("outlines_cut", inside & beyond))
        if which.any()
    ]
    kept = np.flatnonzero(inside)
    return (
        grounds[inside], tuple(codes[one] for one in kept), tuple(names[one] for one in kept),
        (*(left_out(error) for error in rows.errors), *told),
    )  # fmt: skip
