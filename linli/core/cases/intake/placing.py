"""Where a report belongs: its position parsed, its grid, area and worker; and where none has it, a desk at which somebody sits.

report.py asks here for every report. A case that lies in no grid and names no community is `unplaced`: it carries that
mark until somebody decides, and never goes to a desk without an account that may file it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.coordinates import CoordinateSystem, PositionError, convert, parse_position
from linli.core.access.public import staffing
from linli.core.areas.public import AreaNode, area_tree
from linli.core.grids.public import GridNode, city_bounds, locate_main, main_layer, nearest_grid
from linli.core.platform.public import BadInput
from linli.core.staff.public import worker_of

SYSTEMS = get_args(CoordinateSystem)
POSITION_MENDS = {
    "not_a_number": gettext_lazy("Give the position in degrees, as numbers."),
    "not_finite": gettext_lazy("Give the position in degrees, as numbers."),
    "out_of_range": gettext_lazy("Give a longitude from -180 to 180 and a latitude from -90 to 90 degrees."),
    "swapped": gettext_lazy("Longitude and latitude seem to be exchanged; longitude comes first."),
    "outside_bounds": gettext_lazy("This position lies outside the city; put the pin inside."),
}
# How far beyond the outermost grid a place is still taken for one of ours: a bank, a bridge, a receiver that is off.
BEYOND_M = 1000
# Devices that do not know where they are say 0, 0.
NOWHERE_DEGREES = 0.001
FILES = "case.file"


class OutsideCity(BadInput):
    """A position that belongs to no grid far and wide: asked about once, since somebody may mean it.

    `said` tells where it lies; the sentence adds how a program confirms it, a form asks in words of its own.
    """

    code = "outside_city"

    def __init__(self, said: str) -> None:
        super().__init__(f"{said} {_('Move it, or confirm that it is meant (`outside`).')}", field="lon")
        self.said = said


def parse_place(lon: float, lat: float, system: str = "WGS84") -> tuple[float, float, str]:
    """A position from outside in WGS 84, and as it was given.

    Raises BadInput, also for one that lies in the city only when swapped.
    """
    if system not in SYSTEMS:
        raise BadInput(_("The coordinate system must be one of: %s.") % ", ".join(SYSTEMS), field="position_system")
    try:
        position = parse_position(lon, lat, expected=city_bounds(), allow_outside=True)
    except PositionError as error:
        raise BadInput(str(POSITION_MENDS[error.reason]), field=error.field) from None
    x, y = convert(position.lon, position.lat, cast(CoordinateSystem, system), "WGS84")
    return float(x), float(y), f"{position.lon:.7f},{position.lat:.7f}"


def check_inside(lon: float, lat: float) -> None:
    """Raises OutsideCity for a WGS 84 position more than 1 km from every grid, and for 0, 0; silent before grids are imported."""
    if abs(lon) < NOWHERE_DEGREES and abs(lat) < NOWHERE_DEGREES:
        raise OutsideCity(
            _("The position 0, 0 lies in the sea off Africa; devices give it when they do not know where they are.")
        )
    beyond_m = metres_outside(lon, lat)
    if beyond_m > BEYOND_M:
        raise OutsideCity(
            _("This place does not lie in %(area)s but about %(km)s km away.")
            % {"area": served_title(), "km": max(1, round(beyond_m / 1000))}
        )


def metres_outside(lon: float, lat: float) -> float:
    """How far a WGS 84 position lies from the nearest grid, roughly; 0 inside one, near one, and before grids are imported."""
    grid, index = locate_main(lon, lat)
    near = nearest_grid(lon, lat) if grid is None and index is not None else None
    return near[1] if near else 0.0


def served_title() -> str:
    """The name of the smallest area that contains every grid: the street of a street office, the city of a city."""
    tree, index = area_tree(), main_layer()
    chains = (
        [[node.id for node in tree.ancestors(one)] for one in {node.area_id for node in index.nodes.values()}]
        if index
        else []
    )
    shared = set.intersection(*map(set, chains)) if chains else set()
    smallest = next((one for one in chains[0] if one in shared), None) if chains else None
    node = tree.nodes.get(smallest or 0) or tree.root()
    return node.title if node else ""


@dataclass(frozen=True, slots=True)
class Located:
    """Where a report belongs."""

    area_id: int
    grid_id: int | None
    grid_set_id: int | None
    worker_id: int | None


def locate_report(lon: float | None, lat: float | None, area_id: int | None) -> Located:
    """Grid, area and worker of a position, from memory; without a grid the area of a desk that is staffed, in one statement.

    Raises BadInput before the first area is imported.
    """
    root = area_tree().root()
    if root is None:
        raise BadInput(_("No areas are set up yet; import the area list first."), field="area_code", code="no_areas")
    if lon is None or lat is None:
        return Located(desk_area(area_id or root.id), None, None, None)
    grid, index = locate_main(lon, lat)
    if grid is not None:
        return Located(grid.area_id, grid.id, index.version_id if index else None, worker_of(grid.id))
    near = nearest_grid(lon, lat)
    return Located(
        desk_area(area_id or root.id, near[0] if near else None), None, index.version_id if index else None, None
    )


def desk_area(area_id: int, near: GridNode | None = None) -> int:
    """The area under which a report with no more exact place is filed, so that somebody sees it.

    The area itself when somebody may file there. Else an area in it whose desk is staffed: the largest around the grid
    that is nearest, or the largest of all. Where nobody may file at all it stays, and reading/unattended.py raises the alarm.
    """
    staff, tree = staffing(), area_tree()
    if staff.in_area(FILES, area_id):
        return area_id
    below = staff.areas(FILES) & set(tree.subtree(area_id))
    around: list[AreaNode] = list(reversed(tree.ancestors(near.area_id))) if near else []
    nearest = next((node.id for node in around if node.id in below), None)
    if nearest is not None:
        return nearest
    return min(below, key=lambda one: (len(tree.ancestors(one)), tree.nodes[one].code), default=area_id)
