"""What a generated city consists of: plain frozen records, nothing that computes.

Beside it stand `generate.py`, which makes a City from a seed, and `basemap.py`, which draws one. All geometry is in
WGS 84 longitude and latitude with seven decimals; lengths and widths are in metres on the ground. Everything in
here is invented: the province code 39 has never been assigned, so no code of the demo city can meet a real one.
"""

from dataclasses import dataclass
from typing import Literal

from shapely import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

GridKind = Literal["comprehensive", "dedicated", "undeveloped"]
DedicatedTo = Literal["school", "hospital", "market", "office_tower", "industrial_park"]
RoadClass = Literal["main", "secondary", "minor", "lane"]
GreenKind = Literal["park", "embankment"]
LandUse = Literal[
    "residential", "school", "hospital", "market", "office_tower", "industrial_park", "sports_field", "undeveloped"
]
CompoundKind = Literal["towers", "slabs", "work_unit_housing", "old_town"]
BuildingKind = Literal[
    "residential", "shops", "school", "hospital", "market", "office_tower", "industrial_park", "public"
]


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """One node of the area tree above the communities: 12-digit code, Chinese name, and the code of its parent."""

    code: str
    name: str
    level: Literal["city", "district", "street"]
    parent_code: str | None


@dataclass(frozen=True, slots=True)
class Community:
    """A community (社区); its polygon is exactly the union of its grids' polygons."""

    code: str
    name: str
    polygon: Polygon
    office: Point


@dataclass(frozen=True, slots=True)
class GridPlan:
    """A grid (网格). `code` has 15 digits, running from west to east, then from north to south, per community.

    `households` counts homes (户), whether lived in or not; `people` counts who lives there.
    """

    code: str
    name: str
    community_code: str
    kind: GridKind
    dedicated_to: DedicatedTo | None
    polygon: Polygon
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Road:
    """One unbroken stretch of a road; several stretches may carry one name."""

    name: str
    road_class: RoadClass
    width_m: float
    line: LineString


@dataclass(frozen=True, slots=True)
class Bridge:
    """The part of a main road that stands over the river."""

    name: str
    road_name: str
    width_m: float
    line: LineString


@dataclass(frozen=True, slots=True)
class River:
    """The river: its middle, which is a border of grids, and its water."""

    name: str
    centreline: LineString
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Green:
    """A park with a name, or the planted strip between a bank road and the water."""

    name: str
    kind: GreenKind
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Parcel:
    """The ground inside a block, without the streets around it. `grid_code` is None outside the street."""

    land_use: LandUse
    polygon: Polygon
    grid_code: str | None


@dataclass(frozen=True, slots=True)
class Compound:
    """A housing estate (小区). `property_manager` is None where there is none (无物管小区)."""

    code: str
    name: str
    kind: CompoundKind
    property_manager: str | None
    community_code: str
    grid_code: str
    address: str
    polygon: Polygon


@dataclass(frozen=True, slots=True)
class Building:
    """A building with its footprint. `units` counts stairwells (单元), `households` homes, `people` residents."""

    code: str
    name: str
    kind: BuildingKind
    compound_code: str | None
    grid_code: str
    address: str
    footprint: Polygon
    levels: int
    units: int
    households: int
    people: int


@dataclass(frozen=True, slots=True)
class Premises:
    """A shop, school, hospital, market, firm or public office with a door on the map."""

    code: str
    kind: str
    name: str
    building_code: str
    grid_code: str
    road_name: str
    address: str
    point: Point


@dataclass(frozen=True, slots=True)
class ComponentPlan:
    """A thing that stands in public space (部件), with its 17-digit code and its category of GB/T 47678.5."""

    code: str
    kind: Literal["component"]
    major_code: str
    minor_code: str
    category_name: str
    name: str
    point: Point
    grid_code: str
    road_name: str


@dataclass(frozen=True, slots=True)
class City:
    """The whole demo city; equal seeds give equal cities.

    `extent` is (west, south, east, north) of everything drawn, `surroundings` are blocks beyond the street that only
    the base map shows.
    """

    seed: int
    areas: tuple[AreaPlan, ...]
    street_code: str
    street_polygon: Polygon
    extent: tuple[float, float, float, float]
    river: River
    bridges: tuple[Bridge, ...]
    communities: tuple[Community, ...]
    grids: tuple[GridPlan, ...]
    roads: tuple[Road, ...]
    greens: tuple[Green, ...]
    parcels: tuple[Parcel, ...]
    surroundings: tuple[BaseGeometry, ...]
    compounds: tuple[Compound, ...]
    buildings: tuple[Building, ...]
    premises: tuple[Premises, ...]
    components: tuple[ComponentPlan, ...]

    @property
    def people(self) -> int:
        """How many people live in the street."""
        return sum(grid.people for grid in self.grids)

    @property
    def households(self) -> int:
        """How many homes the street has."""
        return sum(grid.households for grid in self.grids)
