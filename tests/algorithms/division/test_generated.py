"""The made-up city: what it claims about itself is compared with its own polygons."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
import shapely

from linli.algorithms.division.generated import (
    LEAST_BORDER_M,
    generated_city,
    generated_graph,
    generated_ground,
    graph_of,
)
from linli.algorithms.division.model import NOBODY, Line


def test_borders_areas_and_outlines_are_those_of_the_polygons() -> None:
    city = generated_city(700, 4)
    graph = graph_of(city)
    polygons = city.parcels.polygons()
    np.testing.assert_allclose(graph.area_m2, shapely.area(polygons), rtol=1e-9)
    np.testing.assert_allclose(
        np.column_stack([graph.x_m, graph.y_m]), shapely.get_coordinates(shapely.centroid(polygons)), atol=1e-6
    )
    near, other = shapely.STRtree(polygons).query(polygons, predicate="dwithin", distance=1e-6)
    pairs = [(i, j) for i, j in zip(near, other, strict=True) if i < j and graph.community[i] == graph.community[j]]
    # A hair of width makes the line that two polygons share a strip, whose area measures it without rounding luck.
    hair_m = 1e-4
    grown = shapely.buffer(polygons, hair_m, join_style="mitre")
    width = {(i, j): shapely.intersection(grown[i], polygons[j]).area / hair_m for i, j in pairs}
    borders = dict(zip(zip(graph.a.tolist(), graph.b.tolist(), strict=True), graph.border_m, strict=True))
    assert len(borders) == len(graph.a)
    for pair, metres in width.items():
        assert borders.pop(pair, 0.0) == pytest.approx(metres, abs=max(0.01, 2 * LEAST_BORDER_M))
    assert not borders
    shared = np.bincount(graph.a, graph.border_m, graph.size) + np.bincount(graph.b, graph.border_m, graph.size)
    np.testing.assert_allclose(shared + graph.outer_m, shapely.length(polygons), atol=0.01)


def test_blocks_lie_in_superblocks_and_these_in_communities() -> None:
    graph = generated_graph(5000, 2)
    for inner, outer in ((graph.block, graph.superblock), (graph.superblock, graph.community)):
        pairs = np.unique(np.column_stack([inner, outer]), axis=0)
        assert len(pairs) == inner.max() + 1
    inside = graph.kind == Line.INSIDE
    assert (graph.block[graph.a] == graph.block[graph.b]).tolist() == inside.tolist()
    across = graph.superblock[graph.a] != graph.superblock[graph.b]
    assert across.tolist() == np.isin(graph.kind, [Line.MAIN, Line.RIVER]).tolist()
    assert (graph.community[graph.a] == graph.community[graph.b]).all()


def test_rivers_have_bridges_in_some_places_only() -> None:
    graph = generated_graph(20_000, 1)
    river = graph.kind == Line.RIVER
    assert graph.passable[~river].all()
    assert 0.02 < graph.passable[river].mean() < 0.5


@pytest.mark.parametrize("one_household", [False, True])
def test_the_city_is_of_the_announced_kind(one_household: bool) -> None:
    graph = generated_graph(400_000 if one_household else 100_000, 3, one_household=one_household)
    ordinary = graph.dedicated == NOBODY
    assert graph.size == pytest.approx(400_000 if one_household else 100_000, rel=0.01)
    assert graph.load[ordinary].mean() == pytest.approx(1.0 if one_household else 9.8, rel=0.01)
    assert (graph.load.max(), graph.load[ordinary].min()) == ((1, 1) if one_household else (200, 1))
    assert not graph.load[~ordinary].any()
    assert len(np.unique(graph.block[~ordinary])) / (graph.block.max() + 1) == pytest.approx(0.02, abs=0.006)
    community = np.bincount(graph.community, graph.load)
    assert np.percentile(community, 5) > 1800
    assert np.percentile(community, 95) < 4500
    superblock = np.bincount(graph.superblock, graph.load)
    impossible = np.ceil(superblock / 500) > np.floor(superblock / 300)
    assert impossible.mean() == pytest.approx(0.28, abs=0.025)


def test_a_seed_gives_the_same_city_again_and_another_seed_another() -> None:
    one, same, other = generated_graph(300, 1), generated_graph(300, 1), generated_graph(300, 2)
    for name in (field.name for field in fields(one)):
        np.testing.assert_array_equal(getattr(one, name), getattr(same, name))
    assert not np.array_equal(one.load, other.load)


@pytest.mark.parametrize("buildings", [1, 2, 3, 7])
def test_a_handful_of_buildings_is_a_city_too(buildings: int) -> None:
    graph = generated_graph(buildings, 0)
    assert 1 <= graph.size <= buildings
    assert graph.outer_m.sum() > 0


def test_a_city_without_buildings_is_refused() -> None:
    with pytest.raises(ValueError, match="buildings 0"):
        generated_graph(0, 1)


def test_the_ground_is_the_same_city_as_the_graph() -> None:
    city = generated_city(6000, 9)
    graph, ground = graph_of(city), generated_ground(6000, 9)
    assert shapely.is_valid(ground.communities).all()
    assert shapely.coverage_is_valid(ground.communities)
    community, building = shapely.STRtree(ground.communities).query(ground.buildings, predicate="covered_by")
    np.testing.assert_array_equal(graph.community[community], building)
    np.testing.assert_array_equal(ground.load, graph.load)
    # Noded and polygonised, the streets and the outlines give the blocks back.
    outlines = shapely.boundary(ground.communities)
    streets = ground.lines[: len(ground.lines) - len(city.bridges_m)]
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(np.concatenate([streets, outlines]))]))
    np.testing.assert_allclose(np.sort(shapely.area(faces)), np.sort(shapely.area(city.blocks.polygons())), rtol=1e-6)
    # Each bridge joins two parcels whose border over the river is passable, and no other is.
    bridges = ground.lines[len(streets) :]
    assert len(bridges) > 3
    parcels = shapely.STRtree(city.parcels.polygons())
    joined = set()
    for bridge in bridges:
        banks = [shapely.line_interpolate_point(bridge, share, normalized=True) for share in (0.499, 0.501)]
        a, b = sorted(int(parcels.query(bank, predicate="within")[0]) for bank in banks)
        if graph.community[a] == graph.community[b]:
            joined.add((a, b))
    crossed = (graph.kind == Line.RIVER) & graph.passable
    assert joined == set(zip(graph.a[crossed].tolist(), graph.b[crossed].tolist(), strict=True))
