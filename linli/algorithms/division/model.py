"""What the division of ground into grids (网格划分) works on and gives back: plain records and arrays, nothing that computes.

`Ground` is what a planner has (outlines, roads, buildings). `cells` beside this module turns it into a `ParcelGraph`,
`divide` puts a grid number on every parcel, `coverage` draws the polygons, `measures` says how good they are. Coordinates
are metres in one projected system, east and north; the caller projects. Texts for people are made above: a `Finding`
carries a kind and values.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int32]
Bytes: TypeAlias = npt.NDArray[np.int8]
Bools: TypeAlias = npt.NDArray[np.bool_]
Geometries: TypeAlias = npt.NDArray[np.object_]
Progress: TypeAlias = Callable[[str, float], None]
"""Called with the name of the step and its share done, 0 to 1; may raise `Cancelled` (or anything) to stop the work."""

NOBODY = -1
TOO_LARGE = -2  # of `dedicated`: a building too large for any grid, which is one by itself


class Cancelled(Exception):
    """Raised by a progress callback to stop; nothing has been changed then."""


class Line(enum.IntEnum):
    """What lies between two parcels, and what a line of the ground is. The order is that of `Rules.border_costs`."""

    MAIN = 0  # a main road
    MINOR = 1  # a street that residents cross without thinking
    INSIDE = 2  # no street: inside a block, or along the fence of special premises
    RIVER = 3  # a river, railway cutting or other thing that only bridges cross


@dataclass(frozen=True, slots=True)
class Premises:
    """A special place that becomes a dedicated grid (专属网格): school, hospital, market, office tower, park.

    `geometry` is its ground (polygon), or a point: then the parcel under it is its ground.
    """

    code: str
    name: str
    kind: str
    geometry: Any


@dataclass(frozen=True, slots=True)
class Ground:
    """All that is known of a place. Any geometry may be invalid, doubled or overlapping: `cells` sorts it out and says so.

    `communities` (c polygons or multi-polygons) with `community_codes` and `community_names`; `lines` (r lines) with
    `line_kinds` (values of `Line`; MAIN, MINOR, RIVER); a MAIN or MINOR line that crosses a RIVER line is a bridge.
    `buildings` (b polygons or points) with `building_codes` and `load`, the households or people of each (≥ 0).
    `parcels` (optional, p polygons) is surveyed ground; where it is given, buildings stand on it and none is invented.
    """

    communities: Geometries
    community_codes: tuple[str, ...]
    community_names: tuple[str, ...]
    lines: Geometries
    line_kinds: Bytes
    buildings: Geometries
    building_codes: tuple[str, ...]
    load: Floats
    premises: tuple[Premises, ...] = ()
    parcels: Geometries | None = None


@dataclass(frozen=True, slots=True)
class ParcelGraph:
    """Parcels (地块: the ground of one building, or a block without any) and what lies between them.

    Per parcel (n): `load` (households or people), `area_m2`, `x_m`, `y_m`, `outer_m` (length of its outline that no other
    parcel of its community shares), `community`, `superblock` (ground between main roads and rivers, unique over the whole
    ground), `block` (ground between any lines, unique over the whole ground), `dedicated` (index of the premises it
    belongs to, else NOBODY). Per border (m): `a` < `b`, parcels of one community; `border_m` > 0; `kind` (Line); `passable`
    is False for a river without a bridge. A pair of parcels may share several borders of different kinds. `border_price` (m),
    where given, is what a border costs when it divides grids, in place of its length times the price of its kind.
    """

    load: Floats
    area_m2: Floats
    x_m: Floats
    y_m: Floats
    outer_m: Floats
    community: Ints
    superblock: Ints
    block: Ints
    dedicated: Ints
    a: Ints
    b: Ints
    border_m: Floats
    kind: Bytes
    passable: Bools
    border_price: Floats | None = None

    @property
    def size(self) -> int:
        """How many parcels there are."""
        return len(self.load)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a good grid is. Loads are in `unit` (households by default); the rest is metres of border.

    `border_costs` is the price of a metre of border by `Line`; `crossing_m` that of a grid reaching over into one more
    superblock; `shape_m` is multiplied with the sum of 1/Polsby–Popper − 1 of each grid; `target_m` with the squared relative
    distance of a grid's load from the target. Raises ValueError naming the parameter when a value makes no sense.
    """

    low: float = 300.0
    target: float = 400.0
    high: float = 500.0
    unit: str = "households"
    border_costs: tuple[float, float, float, float] = (0.3, 1.0, 4.0, 0.3)
    crossing_m: float = 1000.0
    shape_m: float = 60.0
    target_m: float = 100.0

    def __post_init__(self) -> None:
        for name in ("low", "target", "high", "crossing_m", "shape_m", "target_m"):
            object.__setattr__(
                self, name, float(getattr(self, name))
            )  # loops are compiled once for each type of number
        if not 0 < self.low <= self.target <= self.high:
            raise ValueError(f"low {self.low:g}, target {self.target:g}, high {self.high:g}: must grow, from above 0")
        for name in ("crossing_m", "shape_m", "target_m"):
            if not 0 <= getattr(self, name) < float("inf"):
                raise ValueError(f"{name} {getattr(self, name):g}: must be 0 or more")
        if len(self.border_costs) != len(Line) or not all(0 <= cost < float("inf") for cost in self.border_costs):
            raise ValueError(f"border_costs {self.border_costs}: four numbers of 0 or more, main, minor, inside, river")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a planner must know: `kind` names a sentence, `values` fill it, `codes` are the things it speaks of."""

    kind: str
    community: str = ""
    codes: tuple[str, ...] = ()
    values: dict[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Division:
    """A proposal: `grid_of` (n) numbers the grids 0 … g−1, grouped by community; every parcel has one.

    Per grid (g): `community`, `load`, `dedicated` (index of the premises, NOBODY for an ordinary grid, TOO_LARGE for a building
    that no grid can hold). `above_least` (g, None where nothing was searched), by which share at most the ground that the grid was divided
    with costs more than the least division of whole blocks and single cut ones: 0 is proved least, inf was walked, NaN is dedicated.
    """

    grid_of: Ints
    community: Ints
    load: Floats
    dedicated: Ints
    above_least: Floats | None = None

    @property
    def size(self) -> int:
        """How many grids there are."""
        return len(self.load)
