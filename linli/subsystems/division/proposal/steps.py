"""The steps of a division, one by one: load ground, make parcels, divide, measure, propose. A command runs them in a row, an
editor will call them singly.

`load_ground` reads files, `divide_ground` calls the engine, `propose` makes of its numbers a `Proposal` with codes, names and
polygons. Nothing is written here: `model` next door writes the file, and publishing is a room of its own.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from linli import __version__
from linli.algorithms.coordinates import CoordinateSystem
from linli.algorithms.division.cells import Parcels, parcels_of
from linli.algorithms.division.coverage import grid_polygons
from linli.algorithms.division.divide import divide
from linli.algorithms.division.layers import uncovered_findings
from linli.algorithms.division.measures import Measures, crossing_bound, measure
from linli.algorithms.division.model import (
    NOBODY,
    Division,
    Finding,
    Floats,
    Geometries,
    Ints,
    Line,
    Premises,
    Progress,
    Rules,
)
from linli.algorithms.division.reasons import reasons
from linli.subsystems.division.ground.look import look_at
from linli.subsystems.division.ground.office_files import read_ground
from linli.subsystems.division.ground.osm import is_extract, read_extract
from linli.subsystems.division.ground.outlines import OutlineFile, read_outlines
from linli.subsystems.division.ground.survey import Survey, Unit, choose_communities
from linli.subsystems.division.proposal.lineage import Lineage
from linli.subsystems.division.proposal.model import MadeOf, MapGround, Members, Proposal, ProposedGrid, Run
from linli.subsystems.division.proposal.numbering import BEAT, GRID, grid_code, grid_names, running_numbers
from linli.subsystems.division.sentences import PROVED_LEAST, PROVED_WITHIN, WALKED

# Shares of the time that the three steps of a run take, for one progress from 0 to 1.
STEPS: tuple[tuple[str, float], ...] = (("parcels", 0.5), ("divide", 0.4), ("polygons", 0.1))
# A square has 0.785; a strip twenty times as long as wide, or a grid with deep bays, has less than this.
POOR_SHAPE = 0.15


@dataclass(frozen=True, slots=True)
class Divided:
    """Ground with its parcels and a division of them."""

    survey: Survey
    rules: Rules
    seed: int
    parcels: Parcels
    division: Division


def load_ground(
    path: Path, *, unit: Unit = "households", communities: Sequence[str] = (), system: str = "", file_system: str = "",
    coordinates: CoordinateSystem = "WGS84", take_good: bool = False, whole: bool = False,
    outlines: OutlineFile | None = None,
) -> Survey:  # fmt: skip
    """The ground of a GeoPackage, or of an extract of OpenStreetMap (.osm.pbf), or of some of its communities.

    `whole` takes an extract as one community, whatever boundaries it holds; `outlines` names a file of communities that takes the
    place of what either holds. Raises GroundRefused for bad rows (unless
    `take_good`) and BadInput for what concerns the whole file, as that nobody lives in any of its communities.
    """
    drawn = None if outlines is None else read_outlines(outlines, file_system=file_system, coordinates=coordinates)
    if is_extract(path):
        survey = read_extract(path, unit=unit, system=system, whole=whole, outlines=drawn, take_good=take_good)
    else:
        survey = read_ground(
            path, unit=unit, system=system, file_system=file_system, coordinates=coordinates, take_good=take_good, outlines=drawn
        )  # fmt: skip
    return look_at(choose_communities(survey, communities))


def divide_ground(
    survey: Survey, rules: Rules | None = None, seed: int = 0, progress: Progress | None = None
) -> Divided:
    """Parcels and their division. The loads count in the survey's unit. Raises what `progress` raises; nothing is kept then."""
    rules = replace(rules or Rules(), unit=survey.unit)
    parcels = parcels_of(survey.ground, part_of_run(progress, "parcels"))
    division = divide(parcels.graph, rules, seed, part_of_run(progress, "divide"))
    return Divided(survey, rules, seed, parcels, division)


def propose(
    divided: Divided, *, layer: str = "main", communities: Sequence[str] = (), made_at: str = "", based_on: str = "",
    findings: Sequence[Finding] = (), lineage: Lineage | None = None, made_of: MadeOf = "parcels",
    progress: Progress | None = None,
) -> Proposal:  # fmt: skip
    """The proposal of a division: grids with polygons, codes, names and measures, sorted by code.

    `findings` are said before those of ground and division. `lineage` tells which grids keep a code and a name. Grids made of
    whole grids are beats by name.
    """
    survey, division = divided.survey, divided.division
    measures = measure(divided.parcels.graph, division, divided.rules)
    polygons = grid_polygons(divided.parcels, division.grid_of, part_of_run(progress, "polygons"))
    grids, place = _grids(divided, measures, polygons, lineage, BEAT if made_of == "grids" else GRID)
    ground, shops = survey.ground, survey.shops
    return Proposal(
        grids=grids,
        members=_members(divided, place),
        map_ground=MapGround(
            communities=ground.communities, community_codes=ground.community_codes, community_names=ground.community_names,
            lines=ground.lines, line_kinds=ground.line_kinds,
            shops=shops.points, shop_codes=shops.codes, shop_names=shops.names,
        ),
        findings=(
            *findings, *survey.findings, *divided.parcels.findings,
            *_reasons(divided, grids, place), *_elongated(grids), *_proofs(divided, grids, place),
            *uncovered_findings(
                shops.points, shops.codes, shops.names, polygons, [grids[number].code for number in place[:-1].tolist()]
            ),
        ),
        run=Run(
            ground=survey.name, ground_digest=survey.digest, system=survey.system, rules=divided.rules, seed=divided.seed,
            layer=layer, communities=tuple(communities), engine=__version__, made_at=made_at, based_on=based_on, made_of=made_of,
            totals=_totals(divided, measures),
        ),
    )  # fmt: skip


def part_of_run(progress: Progress | None, step: str) -> Progress | None:
    """Progress of one of STEPS as progress of the whole; an engine that begins anew takes nothing back."""
    if progress is None:
        return None
    names = [name for name, _share in STEPS]
    before = sum(share for _name, share in STEPS[: names.index(step)])
    own = dict(STEPS)[step]
    furthest = 0.0

    def told(_name: str, share: float) -> None:
        # The engine begins anew where a coarser look did not suffice; what was shown stays.
        nonlocal furthest
        furthest = max(furthest, share)
        progress(step, before + own * furthest)

    return told


def _grids(
    divided: Divided, measures: Measures, polygons: Geometries, lineage: Lineage | None, noun: tuple[str, str]
) -> tuple[tuple[ProposedGrid, ...], Ints]:
    """The grids by code, and for each number of the division (and NOBODY) its place among them."""
    ground, division = divided.survey.ground, divided.division
    communities = [ground.community_codes[number] for number in division.community.tolist()]
    numbers = running_numbers(polygons, division.community)
    if lineage is not None:
        numbers = lineage.numbers(numbers, communities)
    counted = _counted(divided)
    grids = [
        _grid(divided, measures, counted, number, int(numbers[number]), polygons[number], noun)
        for number in range(division.size)
    ]  # fmt: skip
    if lineage is not None:
        grids = [lineage.carried(grid, number) for number, grid in enumerate(grids)]
    order = sorted(range(len(grids)), key=lambda number: (communities[number], numbers[number]))
    place = np.full(len(grids) + 1, NOBODY, dtype=np.int32)
    place[order] = np.arange(len(grids), dtype=np.int32)
    return tuple(grids[number] for number in order), place


def _grid(
    divided: Divided, measures: Measures, counted: Mapping[str, Floats | None], number: int, running: int,
    polygon: Any, noun: tuple[str, str],
) -> ProposedGrid:  # fmt: skip
    survey, division = divided.survey, divided.division
    ground = survey.ground
    community = int(division.community[number])
    special = int(division.dedicated[number])
    premises = ground.premises[special] if special >= 0 else None
    kind = "dedicated" if special != NOBODY else "undeveloped" if division.load[number] <= 0 else "comprehensive"
    name, name_en = grid_names(
        ground.community_names[community], running, kind, _place_name(premises), noun
    )  # fmt: skip
    return ProposedGrid(
        code=grid_code(ground.community_codes[community], running), name=name, name_en=name_en, kind=kind,
        purpose="" if premises is None else premises.kind, community=ground.community_codes[community],
        load=float(measures.load[number]),
        households=_of(counted["households"], number), people=_of(counted["people"], number),
        buildings=int(_of(counted["buildings"], number) or 0),
        area_m2=float(measures.area_m2[number]), perimeter_m=float(measures.perimeter_m[number]),
        polsby_popper=float(measures.compactness[number]), superblocks=int(measures.superblocks[number]),
        on_streets=float(measures.on_streets[number]), in_bounds=bool(measures.in_bounds[number]),
        contiguous=int(measures.pieces[number]) == 1, polygon=polygon,
    )  # fmt: skip


def _place_name(premises: Premises | None) -> str:
    """What premises are called; those that go by their code have no name that anybody could read."""
    return "" if premises is None or premises.name == premises.code else premises.name


def _of(column: Floats | None, number: int) -> float | None:
    return None if column is None else float(column[number])


def _grid_of_building(divided: Divided) -> Ints:
    """The grid (a number of the division, or NOBODY) of each building (b)."""
    return np.append(divided.division.grid_of, np.int32(NOBODY))[divided.parcels.building_parcel]


def _counted(divided: Divided) -> dict[str, Floats | None]:
    """Buildings, households and people of each grid (g); None where the ground does not tell."""
    grid_of = _grid_of_building(divided)
    placed = grid_of != NOBODY
    columns = {
        "buildings": np.ones(len(grid_of)), "households": divided.survey.households, "people": divided.survey.people
    }  # fmt: skip
    counted: dict[str, Floats | None] = {}
    for name, column in columns.items():
        sums = None if column is None else np.bincount(grid_of[placed], column[placed], minlength=divided.division.size)
        counted[name] = None if sums is None else sums.astype(np.float64)
    return counted


def _members(divided: Divided, place: Ints) -> Members:
    survey = divided.survey
    unknown = np.full(len(survey.ground.buildings), np.nan)
    return Members(
        codes=survey.ground.building_codes,
        grid_of=place[_grid_of_building(divided)],
        load=survey.ground.load,
        households=unknown if survey.households is None else survey.households,
        people=unknown if survey.people is None else survey.people,
        outlines=survey.ground.buildings,
    )


def _reasons(divided: Divided, grids: Sequence[ProposedGrid], place: Ints) -> list[Finding]:
    """Why grids are out of bounds; the engine knows grids and communities by number only, here they have codes."""
    codes = divided.survey.ground.community_codes
    return [
        Finding(
            one.kind, codes[one.community], tuple(sorted(grids[place[number]].code for number in one.grids)), dict(one.values)
        )
        for one in reasons(divided.parcels.graph, divided.division, divided.rules)
    ]  # fmt: skip


def _proofs(divided: Divided, grids: Sequence[ProposedGrid], place: Ints) -> Iterator[Finding]:
    """What was proved of each community: by the worst of its grids that keep their bounds. Others have their reasons."""
    above = divided.division.above_least
    if above is None:
        return
    found: dict[str, float] = {}
    for number, share in enumerate(above.tolist()):
        grid = grids[place[number]]
        if grid.kind == "comprehensive" and grid.in_bounds and share == share:
            found[grid.community] = max(found.get(grid.community, 0.0), share)
    for community, share in sorted(found.items()):
        if share == 0.0:
            yield Finding(PROVED_LEAST, community)
        elif math.isfinite(share):
            yield Finding(PROVED_WITHIN, community, values={"percent": math.ceil(100 * share)})
        else:
            yield Finding(WALKED, community)


def _elongated(grids: Sequence[ProposedGrid]) -> Iterator[Finding]:
    """The grids of poor shape, by community: nothing is wrong with them, but a planner should look whether it has to be."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for grid in grids:
        if grid.kind == "comprehensive" and grid.polsby_popper < POOR_SHAPE:
            found[grid.community].append(grid.code)
    for community, codes in found.items():
        yield Finding("elongated", community, tuple(codes), {"compactness": f"{POOR_SHAPE:g}"})


def _totals(divided: Divided, measures: Measures) -> dict[str, float]:
    """Measures of the whole: lengths of the borders between grids of one community, their price, crossings."""
    borders = {f"border_{line.name.lower()}_m": float(measures.border_m[line]) for line in Line}
    return {
        **borders,
        "border_cost": measures.border_cost,
        "street_share": measures.share_on_streets,
        "crossing": measures.crossing,
        "crossing_bound": crossing_bound(divided.parcels.graph, divided.rules),
    }
