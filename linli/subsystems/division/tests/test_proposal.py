"""A proposal survives its file, and a file that is none is refused with its name."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely

from linli.algorithms.division.model import NOBODY, Finding, Line, Rules
from linli.core.platform.public import BadInput
from linli.subsystems.division.files.geopackage import Column, read_layer, writing
from linli.subsystems.division.proposal.model import (
    MapGround,
    Members,
    Proposal,
    ProposedGrid,
    Run,
    write_proposal,
)
from linli.subsystems.division.proposal.reading import read_proposal

NO_GEOMETRY = np.array([], dtype=object)


def grid(number: int, polygon: shapely.Geometry, **other: object) -> ProposedGrid:
    fields: dict[str, object] = {
        "code": f"390102001001{number:03d}", "name": f"柳荫社区第{number}网格", "name_en": f"Liuyin Grid {number}",
        "kind": "comprehensive", "purpose": "", "community": "390102001001", "load": 400.5, "households": 400.5, "people": None,
        "buildings": 2, "area_m2": 1.0, "perimeter_m": 4.0, "polsby_popper": 0.785, "superblocks": 1, "on_streets": 0.75,
        "in_bounds": True, "contiguous": True, "polygon": polygon,
    }  # fmt: skip
    return ProposedGrid(**(fields | other))  # type: ignore[arg-type]


def proposal() -> Proposal:
    in_two = shapely.MultiPolygon([shapely.box(1, 0, 2, 1), shapely.box(3, 0, 4, 1)])
    return Proposal(
        grids=(
            grid(1, shapely.box(0, 0, 1, 1)),
            grid(2, in_two, in_bounds=False, kind="dedicated", purpose="school", people=12.0),
        ),
        members=Members(
            codes=("b1", "b2", "b3"),
            grid_of=np.array([0, 1, NOBODY], dtype=np.int32),
            load=np.array([1.0, 2.5, 0.0]),
            households=np.array([1.0, 2.5, 0.0]),
            people=np.array([np.nan, 6.0, 0.0]),
            outlines=np.array([shapely.box(0, 0, 0.5, 0.5), shapely.Point(1.5, 0.5), shapely.box(0.5, 0.5, 1, 1)]),
        ),
        map_ground=MapGround(
            communities=np.array([shapely.union(shapely.box(0, 0, 2, 1), shapely.box(3, 0, 4, 1))]),
            community_codes=("390102001001",),
            community_names=("柳荫社区",),
            lines=np.array([shapely.LineString([(0, 0), (1, 1)]), shapely.LineString([(1, 0), (1, 1)])]),
            line_kinds=np.array([Line.RIVER, Line.MAIN], dtype=np.int8),
            shops=NO_GEOMETRY,
            shop_codes=(),
            shop_names=(),
        ),
        findings=(
            Finding("too_few", "390102001001", ("390102001001002",), {"load": np.float64(12.5), "why": "岛"}),
            Finding("empty"),
        ),
        run=Run(
            ground="ground.gpkg", ground_digest="ab" * 32, system="EPSG:4547", rules=Rules(low=250, crossing_m=0), seed=7,
            communities=("390102001001",), engine="0.1.0", totals={"on_streets": 0.97},
        ),
    )  # fmt: skip


def same(one: object, other: object) -> bool:
    """Whether two records hold the same; NaN equals NaN, and geometry is compared point by point."""
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        if one.dtype == object:
            return len(one) == len(other) and bool(shapely.equals_exact(one, other).all())
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return one == other


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    wanted = proposal()
    write_proposal(tmp_path / "one.gpkg", wanted)
    found = read_proposal(tmp_path / "one.gpkg")
    assert found.grids == wanted.grids
    assert found.findings == wanted.findings
    assert found.run == wanted.run
    for part in ("members", "map_ground"):
        ours, theirs = getattr(wanted, part), getattr(found, part)
        assert [name for name in ours.__slots__ if not same(getattr(ours, name), getattr(theirs, name))] == []


def test_a_proposal_without_anything_in_it_is_kept_too(tmp_path: Path) -> None:
    whole = proposal()
    nobody = Members((), np.array([], dtype=np.int32), *(np.array([]),) * 3, NO_GEOMETRY)
    bare = Proposal((), nobody, whole.map_ground, (), whole.run)
    write_proposal(tmp_path / "bare.gpkg", bare)
    assert read_proposal(tmp_path / "bare.gpkg").grids == ()


def test_the_same_proposal_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.gpkg", "two.gpkg"):
        write_proposal(tmp_path / name, proposal())
    assert (tmp_path / "one.gpkg").read_bytes() == (tmp_path / "two.gpkg").read_bytes()


def _break_off(path: Path) -> None:
    with writing(path, "EPSG:4547") as layers:
        layers.add("run", (Column("key", "text"),), {"key": ["half"]})
        assert len(list(path.parent.iterdir())) == 2, "nothing stands beside the file while it is written"
        raise KeyboardInterrupt


def test_a_broken_off_writing_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "one.gpkg"
    write_proposal(path, proposal())
    before = path.read_bytes()
    with pytest.raises(KeyboardInterrupt):
        _break_off(path)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["one.gpkg"]


def test_a_file_that_is_no_proposal_is_refused_by_name(tmp_path: Path) -> None:
    text, other = tmp_path / "notes.gpkg", tmp_path / "other.gpkg"
    text.write_text("no database")
    with writing(other, "EPSG:4547") as layers:
        layers.add("run", (Column("key", "text"),), {"key": ["half"]})
    for path in (text, other, tmp_path / "missing.gpkg"):
        with pytest.raises(BadInput, match=path.name):
            read_proposal(path)


def test_rings_among_lines_and_collections_are_written_as_lines(tmp_path: Path) -> None:
    # GDAL knows no layers of rings and ends the process.
    ring = shapely.LinearRing([(0, 0), (3, 0), (3, 3)])
    for others in ([], [shapely.LineString([(0, 0), (1, 1)])], [shapely.Point(1, 1)]):
        lines = np.array([ring, *others], dtype=object)
        with writing(tmp_path / "rings.gpkg", "EPSG:4547") as layers:
            layers.add("lines", (), {}, lines)
        found = read_layer(tmp_path / "rings.gpkg", "lines", ()).geometry
        assert [one.geom_type for one in found] == ["LineString", *(one.geom_type for one in others)]
        assert shapely.equals(found[0], ring)
