"""A proposal (划分方案): the file in which a division into grids is kept, shown, compared, adjusted and published.

One GeoPackage that any GIS opens: `grids` with measures, `members` (which building lies in which grid), `communities`,
`roads` and `shops` for the map, `findings`, and `run` (parameters, seed, totals). `steps` next door makes a `Proposal`,
this module writes it, `reading` reads it back.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np
from django.utils.translation import gettext as _

from linli.algorithms.division.model import Bytes, Finding, Floats, Geometries, Ints, Rules
from linli.core.platform.public import BadInput
from linli.lib.text import TextError, clean_text
from linli.subsystems.division.files.geopackage import Column, writing

VERSION = 1
MadeOf: TypeAlias = Literal["parcels", "grids"]


@dataclass(frozen=True, slots=True)
class ProposedGrid:
    """One grid. `kind` is comprehensive, dedicated or undeveloped, `purpose` the kind of a dedicated grid's premises.

    `load` counts in the unit of the rules; `households` and `people` are None where the ground does not tell. `superblocks`
    counts the areas between main roads and rivers that it lies in, `on_streets` is the share (of 1) of its border with other
    grids of its community that runs along a street or river. `polygon` is in metres of the run's system.
    """

    code: str
    name: str
    name_en: str
    kind: str
    purpose: str
    community: str
    load: float
    households: float | None
    people: float | None
    buildings: int
    area_m2: float
    perimeter_m: float
    polsby_popper: float
    superblocks: int
    on_streets: float
    in_bounds: bool
    contiguous: bool
    polygon: Any


@dataclass(frozen=True, slots=True)
class Members:
    """The b buildings: `grid_of` is the position of each one's grid in `Proposal.grids`, NOBODY for a building that stands in no
    community; NaN where a number is not known."""

    codes: tuple[str, ...]
    grid_of: Ints
    load: Floats
    households: Floats
    people: Floats
    outlines: Geometries


@dataclass(frozen=True, slots=True)
class MapGround:
    """What the map under the grids shows: communities, lines (`line_kinds` are values of `Line`), shops."""

    communities: Geometries
    community_codes: tuple[str, ...]
    community_names: tuple[str, ...]
    lines: Geometries
    line_kinds: Bytes
    shops: Geometries
    shop_codes: tuple[str, ...]
    shop_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """How a proposal came about. `system` is the projected system of all coordinates, `ground_digest` the SHA-256 of the file.

    `communities` are the codes asked for; empty means all. `made_at` is an ISO instant. `totals` are measures of the whole.
    `based_on` is the content digest of the proposal that this one adjusts, else empty. `made_of` says what the grids are unions
    of: parcels, or whole grids; then they are beats and called so.
    """

    ground: str
    ground_digest: str
    system: str
    rules: Rules
    seed: int
    layer: str = "main"
    communities: tuple[str, ...] = ()
    engine: str = ""
    made_at: str = ""
    based_on: str = ""
    made_of: MadeOf = "parcels"
    totals: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A division as a planner holds it."""

    grids: tuple[ProposedGrid, ...]
    members: Members
    map_ground: MapGround
    findings: tuple[Finding, ...]
    run: Run


GRID_COLUMNS = (
    Column("code", "text"), Column("name", "text"), Column("name_en", "text"), Column("kind", "text"), Column("purpose", "text"),
    Column("community", "text"), Column("load", "number"), Column("households", "number"), Column("people", "number"),
    Column("buildings", "count"), Column("area_m2", "number"), Column("perimeter_m", "number"),
    Column("polsby_popper", "number"), Column("superblocks", "count"), Column("on_streets", "number"),
    Column("in_bounds", "truth"), Column("contiguous", "truth"),
)  # fmt: skip
MEMBER_COLUMNS = (
    Column("code", "text"), Column("grid", "text"), Column("load", "number"), Column("households", "number"),
    Column("people", "number"),
)  # fmt: skip
COMMUNITY_COLUMNS = SHOP_COLUMNS = (Column("code", "text"), Column("name", "text"))
ROAD_COLUMNS = (Column("line", "count"),)
FINDING_COLUMNS = (
    Column("kind", "text"),
    Column("community", "text"),
    Column("codes", "text"),
    Column("values", "text"),
)
RUN_COLUMNS = (Column("key", "text"), Column("value", "text"))


LAYER_CODE_MAX = 40


def parse_layer_code(text: str) -> str:
    """The code of the layer that grids are for. Raises BadInput for none and for one that is too long."""
    try:
        code = clean_text(text, max_chars=LAYER_CODE_MAX, lines=False)
    except TextError:
        code = ""
    if not code or code != text:
        raise BadInput(
            _("“%(code)s” is no code of a layer; give one of at most %(most)d characters.")
            % {"code": text[:60], "most": LAYER_CODE_MAX},
            field="layer",
        )
    return code


def write_proposal(path: Path, proposal: Proposal) -> None:
    """Writes the file whole or not at all; one that is there is replaced. Raises OSError.

    The same proposal gives the same bytes.
    """
    grids, members, ground = proposal.grids, proposal.members, proposal.map_ground
    names = np.array([*(grid.code for grid in grids), ""], dtype=object)  # the last for NOBODY, which is -1
    with writing(path, proposal.run.system) as layers:
        layers.add(
            "grids",
            GRID_COLUMNS,
            {column.name: [getattr(grid, column.name) for grid in grids] for column in GRID_COLUMNS},
            _array([grid.polygon for grid in grids]),
        )
        layers.add(
            "members",
            MEMBER_COLUMNS,
            {
                "code": members.codes, "grid": names[members.grid_of], "load": members.load,
                "households": members.households, "people": members.people,
            },
            members.outlines,
        )  # fmt: skip
        layers.add("communities", COMMUNITY_COLUMNS, {"code": ground.community_codes, "name": ground.community_names}, ground.communities)  # fmt: skip
        layers.add("roads", ROAD_COLUMNS, {"line": ground.line_kinds}, ground.lines)
        layers.add("shops", SHOP_COLUMNS, {"code": ground.shop_codes, "name": ground.shop_names}, ground.shops)
        layers.add("findings", FINDING_COLUMNS, _finding_rows(proposal.findings))
        facts = {"version": VERSION, **asdict(proposal.run)}
        layers.add("run", RUN_COLUMNS, {"key": list(facts), "value": [_json(value) for value in facts.values()]})


def _finding_rows(findings: Sequence[Finding]) -> dict[str, list[str]]:
    return {
        "kind": [one.kind for one in findings],
        "community": [one.community for one in findings],
        "codes": [_json(one.codes) for one in findings],
        "values": [_json(one.values) for one in findings],
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_plain)


def _plain(value: object) -> object:
    """NumPy's numbers as Python's; findings of the engine may hold them."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be kept")


def _array(geometries: Sequence[Any]) -> Geometries:
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return array
