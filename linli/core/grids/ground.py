"""Where the polygons of a grid file lie: what its numbers mean, and whether that is in this city.

files.py reads features; here their coordinates become WGS 84, and what would be published in the wrong place is refused in words.
Nothing is guessed: a file that looks exchanged is refused, with the guess named; meaning.py proposes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast, get_args

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.coordinates import Bounds, CoordinateSystem, convert
from linli.algorithms.distances import distance_m
from linli.algorithms.ground_meaning import Meaning
from linli.algorithms.provinces import bounds_of_code
from linli.core.areas.public import area_tree, expected_bounds
from linli.core.grids.rows import GridRow
from linli.core.grids.selectors import main_layer
from linli.core.platform.public import BadInput, in_words
from linli.lib.systems import SystemRefused, is_wgs84_degrees, name_of, parse_system, to_wgs84

if TYPE_CHECKING:
    import pyproj

COORDINATE_NAMES = {name.lower(): name for name in get_args(CoordinateSystem)}
Told = Callable[[str], None]


class WrongPlace(Exception):
    """A polygon that lies where no grid of this city can: the numbers, and the mend in the reader's language."""

    def __init__(self, value: str, mend: str) -> None:
        self.value, self.mend = value, mend


@dataclass(frozen=True)
class Frame:
    """What the numbers of a file mean: a named system, or degrees of `coordinates` when `system` is None."""

    system: pyproj.CRS | None
    coordinates: CoordinateSystem
    swapped: bool = False

    @property
    def meaning(self) -> Meaning:
        """The same as one of the meanings that are tried."""
        code = self.system.to_epsg() if self.system is not None else None
        return Meaning(f"EPSG:{code}" if self.system is not None else self.coordinates, self.swapped)

    def to_degrees(self, shape: Any) -> Any:
        """A shape of the file in WGS 84 degrees. Raises WrongPlace where its numbers cannot be coordinates of the system."""
        if self.swapped:
            shape = shapely.transform(shape, lambda points: points[:, ::-1])
        if self.system is None:
            return self._from_degrees(shape)
        way = to_wgs84(self.system)
        moved = shapely.transform(shape, lambda points: np.column_stack(way.transform(points[:, 0], points[:, 1])))
        use = self.system.area_of_use
        west, south, east, north = shapely.bounds(moved)
        inside = use is None or use.east < use.west or (
            west >= use.west - 1 and east <= use.east + 1 and south >= use.south - 1 and north <= use.north + 1
        )  # fmt: skip
        if not np.isfinite([west, south, east, north]).all() or not inside:
            raise WrongPlace(
                sides(Bounds(*shapely.bounds(shape))),
                _("These are no coordinates of %(system)s, which is for %(ground)s; look at the system of the file.")
                % {"system": name_of(self.system), "ground": degrees(_bounds_of(use)) if use else "?"},
            )
        return moved

    def _from_degrees(self, shape: Any) -> Any:
        west, south, east, north = shapely.bounds(shape)
        if not np.isfinite([west, south, east, north]).all() or not (
            west >= -180 and east <= 180 and south >= -90 and north <= 90
        ):
            raise WrongPlace(
                f"{west}, {south}, {east}, {north}",
                _("Give WGS 84 degrees, longitude first; these lie outside the world. Are they swapped or in metres?"),
            )
        if self.coordinates in ("WGS84", "CGCS2000"):
            return shape
        return shapely.transform(
            shape, lambda points: np.column_stack(convert(points[:, 0], points[:, 1], self.coordinates, "WGS84"))
        )


def parse_frame(said: str, coordinates: str = "", *, swapped: bool = False) -> Frame:
    """What a file says of its system (WKT or a code, "" for nothing), and its reader beside it: gcj02, wgs84, … or a code such as
    EPSG:4538, "" for nothing. Raises BadInput.

    A file that says degrees and a reader who says GCJ-02 mean the same thing: no code says GCJ-02.
    """
    told = COORDINATE_NAMES.get(coordinates.lower().replace("-", ""))
    if coordinates and told is None:
        if not coordinates.lower().startswith("epsg:"):
            raise BadInput(
                _("The coordinate system must be one of: %s.") % ", ".join((*COORDINATE_NAMES, "EPSG:4547 …")),
                field="coordinates",
            )
        named = _system(coordinates, "coordinates")
        if named is None:
            told = "WGS84"
        else:
            return Frame(named, "WGS84", swapped)
    meaning = cast(CoordinateSystem, told or "WGS84")
    if not said:
        return Frame(None, meaning, swapped)
    if said == "?":
        raise BadInput(
            _("The file's `crs` names no coordinate system; take it out, or give an EPSG code there."), field="crs"
        )
    system = _system(said, "crs")
    if system is None:
        return Frame(None, meaning, swapped)
    if told:
        raise BadInput(
            _("The file says %(system)s and --coordinates says %(told)s; only one of them can be right.")
            % {"system": name_of(system), "told": told},
            field="coordinates",
        )
    return Frame(system, "WGS84", swapped)


def _system(name: str, field: str) -> pyproj.CRS | None:
    """A system by its name; None for degrees of WGS 84. Raises BadInput for one without a way to WGS 84."""
    try:
        system = parse_system(name)
        if is_wgs84_degrees(system):
            return None
        to_wgs84(system)
    except SystemRefused as refused:
        raise BadInput(in_words(refused.sentence), field=field) from None
    return system


def check_place(shape: Any, code: str = "") -> None:
    """Raises WrongPlace for a polygon (WGS 84) that cannot be ground of this city, or before there is one, of the area with this code."""
    found = Bounds(*shapely.bounds(shape))
    if found.east - found.west > 180:
        raise WrongPlace(sides(found), _("A grid over the 180th meridian cannot be kept; cut it there into two grids."))
    main, root = main_layer(), area_tree().root()
    of_code = bounds_of_code(code) if root is None else None
    expected = expected_bounds() or (main.bounds if main else None) or of_code
    if expected is None or _within(found, expected):
        return
    city = {"city": root.title if root else code, "ground": degrees(expected), "given": degrees(found)}
    if _within(Bounds(found.south, found.west, found.north, found.east), expected):
        raise WrongPlace(
            sides(found),
            _(
                "Longitude and latitude seem to be exchanged: as they stand they mean %(given)s, and %(city)s lies within "
                "%(ground)s. Write longitude first."
            )
            % city,
        )
    if expected_bounds() is not None or of_code is not None:
        raise WrongPlace(
            sides(found),
            _(
                "This lies at %(given)s, and %(city)s within %(ground)s; look at the coordinate system of the file and at "
                "the area codes."
            )
            % city,
        )


def tell_place(rows: Sequence[GridRow], frame: Frame, told: Told) -> None:
    """Says what was done with the numbers, and where the grids lie now."""
    box = Bounds(*shapely.total_bounds(shapely.from_wkb([row.polygon for row in rows])))
    if frame.system is not None:
        told(_("Converted from %s to WGS 84.") % name_of(frame.system))
    elif frame.coordinates in ("GCJ02", "BD09"):
        there = convert(rows[0].lon, rows[0].lat, "WGS84", frame.coordinates)
        told(
            _("Converted from %(system)s to WGS 84, by %(metres)s m.")
            % {"system": frame.coordinates, "metres": f"{distance_m(rows[0].lon, rows[0].lat, *there):.0f}"}
        )
    told(_("The grids lie within %s.") % degrees(box))
    main = main_layer()
    if main is not None and main.bounds is not None and main.locator.extent is not None:
        held = Bounds(*main.locator.extent)
        if box.west > held.east or box.east < held.west or box.south > held.north or box.north < held.south:
            told(_("None of them touches the grids in force, which lie within %s.") % degrees(held))


def degrees(box: Bounds) -> str:
    """A rectangle in words: "87.6 to 87.61 east, 43.8 to 43.81 north"."""
    return _("%(west)s to %(east)s east, %(south)s to %(north)s north") % {
        side: f"{round(value, 4):g}" if abs(value) < 1000 else f"{value:.0f}" for side, value in box._asdict().items()
    }


def sides(box: Bounds) -> str:
    """A rectangle as it stands in the file: "87.6…87.61, 43.8…43.81"."""
    return f"{box.west:.8g}…{box.east:.8g}, {box.south:.8g}…{box.north:.8g}"


def _bounds_of(use: Any) -> Bounds:
    return Bounds(use.west, use.south, use.east, use.north)


def _within(inner: Bounds, outer: Bounds) -> bool:
    return outer.holds(inner.west, inner.south) and outer.holds(inner.east, inner.north)
