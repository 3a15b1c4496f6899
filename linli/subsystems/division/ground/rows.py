"""The rows of a ground file's layers while they are parsed: what passes has a place, a code and a number; what does not is named.

`office_files` next door opens the file and makes a Survey of what these parsers leave; `words` knows the words of files.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.model import Finding, Geometries
from linli.core.platform.public import BadInput
from linli.lib.faults import Fault
from linli.lib.text import TextError, clean_text
from linli.subsystems.division.ground.projection import to_plane
from linli.subsystems.division.ground.words import COLUMNS, LINE_OF, PREMISES_OF

# A grid is named after its community or premises, and its name has 120 characters where grids are kept.
CODE_MAX, NAME_MAX, MOST = 36, 100, 1_000_000
LEAST_COMMUNITY_M2 = 1.0
POLYGONS, LINES, POINTS = (3, 6), (1, 2, 5), (0, 4)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class GroundRowError:
    """What is wrong with one feature: its layer, its number there (the feature id), the column, the value, the mend."""

    layer: str
    feature: int
    column: str
    value: str
    mend: str

    def __str__(self) -> str:
        return _("Layer %(layer)s, feature %(feature)d, %(column)s: “%(value)s”. %(mend)s") % {
            "layer": self.layer, "feature": self.feature, "column": self.column, "value": self.value[:60], "mend": self.mend,
        }  # fmt: skip

    @property
    def fault(self) -> Fault:
        """The same in four parts, the layer before the column."""
        return Fault(self.feature, f"{self.layer}.{self.column}", self.value, self.mend)


class GroundRefused(BadInput):
    """A ground file with bad rows; `errors` names them, `total` is how many rows were read."""

    def __init__(self, errors: Sequence[GroundRowError], total: int) -> None:
        super().__init__(
            _("%(bad)d of %(total)d rows of the ground cannot be taken. The first: %(first)s")
            % {"bad": len(errors), "total": total, "first": errors[0]},
            field="ground",
        )
        self.errors = tuple(errors)
        self.total = total


def left_out(error: GroundRowError) -> Finding:
    """What is told of a row without which ground was divided."""
    return Finding(
        "row_left_out", values={"layer": error.layer, "feature": error.feature, "column": error.column, "value": error.value}
    )  # fmt: skip


@dataclass(slots=True)
class Rows:
    """One layer while it is parsed: `bad` marks the rows with an error. Every parser skips rows that are bad already."""

    layer: str
    ids: npt.NDArray[np.int64]
    geometry: Geometries
    values: Mapping[str, npt.NDArray[Any]]
    bad: npt.NDArray[np.bool_]
    errors: list[GroundRowError] = field(default_factory=list)

    def refuse(self, row: int, column: str, value: object, mend: str) -> None:
        """Notes an error of one row; one is enough for each."""
        self.bad[row] = True
        self.errors.append(GroundRowError(self.layer, int(self.ids[row]), column, str(value), mend))

    def parse(self, column: str, parse: Callable[[Any], T], values: Sequence[Any]) -> list[T | None]:
        """Each value parsed; None where `parse` raises `_Bad`, with a note."""
        found: list[T | None] = []
        for row, value in enumerate(values):
            parsed = None
            if not self.bad[row]:
                try:
                    parsed = parse(value)
                except BadValue as bad:
                    self.refuse(row, column, "" if value is None else value, bad.mend)
            found.append(parsed)
        return found

    def column(self, name: str) -> list[Any] | None:
        """The values of a column by any of its names, or None."""
        column = self._find(name)
        return None if column is None else list(self.values[column])

    def _find(self, name: str) -> str | None:
        by_lower = {given.strip().lower(): given for given in self.values}
        return next((by_lower[word] for word in COLUMNS[name] if word in by_lower), None)


class BadValue(Exception):
    """What a parser of one value raises; `mend` is what the file's owner can do."""

    def __init__(self, mend: str) -> None:
        self.mend = mend


def expect_shapes(rows: Rows) -> None:
    """Notes the rows without a shape, and those with a vertex that lies nowhere."""
    for row in np.flatnonzero(~rows.bad & (shapely.is_missing(rows.geometry) | shapely.is_empty(rows.geometry))):
        rows.refuse(int(row), "geometry", "", _("Draw it again; there is no shape that can be read."))
    places, row_of = shapely.get_coordinates(rows.geometry, return_index=True)
    for row in np.unique(row_of[~np.isfinite(places).all(axis=1)]).tolist():
        if not rows.bad[row]:
            rows.refuse(row, "geometry", "", _("Draw it again; its coordinates lie outside the world."))


def place_rows(rows: Rows, system: str) -> None:
    """Turns degrees into metres; notes rows without a shape or with a vertex that lies nowhere, before or after."""
    expect_shapes(rows)
    good = np.flatnonzero(~rows.bad)
    rows.geometry[good] = to_plane(rows.geometry[good], system)
    expect_shapes(rows)


def expect_types(rows: Rows, types: Sequence[int], mend: str) -> None:
    """Notes the rows whose shape is of another type."""
    wrong = ~rows.bad & ~np.isin(shapely.get_type_id(rows.geometry), types)
    for row in np.flatnonzero(wrong):
        rows.refuse(int(row), "geometry", rows.geometry[row].geom_type, mend)


def parse_codes(rows: Rows, *, needed: bool = False, most: int = CODE_MAX) -> list[Any]:
    """The codes, no two alike. A layer without the column takes feature numbers unless the code is `needed`."""
    given = rows.column("code")
    if given is None:
        if needed:
            raise BadInput(_("The layer %s lacks the column code.") % rows.layer, field="ground")
        return [f"{rows.layer}-{number}" for number in rows.ids]
    codes = rows.parse("code", lambda value: parse_code(value, most), given)
    seen: dict[str, int] = {}
    for row, code in enumerate(codes):
        if code is not None and code in seen:
            rows.refuse(row, "code", code, _("The code stands already in feature %d.") % rows.ids[seen[code]])
        elif code is not None:
            seen[code] = row
    return codes


def parse_code(value: Any, most: int = CODE_MAX) -> str:
    """A code, which may not be empty. Raises BadValue."""
    text = parse_text(value, most)
    if not text:
        raise BadValue(_("Give a code of at most %d characters.") % most)
    return text


def parse_names(rows: Rows, codes: Sequence[Any]) -> list[Any]:
    """The names; what has none goes by its code."""
    given = rows.column("name")
    if given is None:
        return list(codes)
    names = rows.parse("name", lambda value: parse_text(value, NAME_MAX), given)
    return [name or code for name, code in zip(names, codes, strict=True)]


def parse_text(value: Any, most: int) -> str:
    """A text of one line without characters that cannot be seen; an empty cell is "". Raises BadValue."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    try:
        return clean_text(str(value), max_chars=most, lines=False)
    except TextError as error:
        raise BadValue(error.in_language(_)) from None


def _count(value: Any) -> float:
    """A number of households or people; an empty cell is 0."""
    if value is None or value != value or (isinstance(value, str) and not value.strip()):
        return 0.0
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number <= MOST:
        raise BadValue(_("Give a number from 0 to %d, or leave it empty.") % MOST)
    return number


def _word_of(known: Mapping[str, T]) -> Callable[[Any], T]:
    def parse(value: Any) -> T:
        word = parse_text(value, NAME_MAX).lower()
        if word not in known:
            raise BadValue(_("Give one of %s.") % ", ".join(known))
        return known[word]

    return parse


def _words(rows: Rows, column: str, known: Mapping[str, T]) -> list[T | None]:
    given = rows.column(column)
    if given is None:
        raise BadInput(
            _("The layer %(layer)s lacks the column %(column)s.") % {"layer": rows.layer, "column": column},
            field="ground",
        )
    return rows.parse(column, _word_of(known), given)


def _parse_communities(rows: Rows) -> dict[str, list[Any]]:
    expect_types(rows, POLYGONS, _("Give a polygon."))
    # A border that crosses itself may enclose as much to the left as to the right; mended, it has an area.
    good = np.flatnonzero(~rows.bad)
    small = good[shapely.area(rows.geometry[good]) < LEAST_COMMUNITY_M2]
    for row in small[shapely.area(shapely.make_valid(rows.geometry[small])) < LEAST_COMMUNITY_M2].tolist():
        rows.refuse(row, "geometry", "", _("Draw it again; it has no area."))
    codes = parse_codes(rows, needed=True)
    return {"code": codes, "name": parse_names(rows, codes)}


def _parse_roads(rows: Rows) -> dict[str, list[Any]]:
    expect_types(rows, LINES, _("Give a line; a road is its middle, a river too."))
    return {"class": list(_words(rows, "class", LINE_OF))}


def _parse_buildings(rows: Rows) -> dict[str, list[Any]]:
    expect_types(rows, (*POLYGONS, *POINTS), _("Give a polygon or a point."))
    parsed: dict[str, list[Any]] = {"code": parse_codes(rows)}
    for column in ("households", "people"):
        given = rows.column(column)
        if given is not None:
            parsed[column] = list(rows.parse(column, _count, given))
    return parsed


def _parse_premises(rows: Rows) -> dict[str, list[Any]]:
    expect_types(rows, (*POLYGONS, *POINTS), _("Give a polygon or a point."))
    codes = parse_codes(rows)
    return {"code": codes, "name": parse_names(rows, codes), "kind": list(_words(rows, "kind", PREMISES_OF))}


def _parse_shops(rows: Rows) -> dict[str, list[Any]]:
    expect_types(rows, POINTS, _("Give a point."))
    codes = parse_codes(rows)
    return {"code": codes, "name": parse_names(rows, codes)}


def _parse_parcels(rows: Rows) -> dict[str, list[Any]]:
    expect_types(rows, POLYGONS, _("Give a polygon."))
    return {}


PARSERS: dict[str, Callable[[Rows], dict[str, list[Any]]]] = {
    "communities": _parse_communities, "roads": _parse_roads, "buildings": _parse_buildings, "premises": _parse_premises,
    "shops": _parse_shops, "parcels": _parse_parcels,
}  # fmt: skip
