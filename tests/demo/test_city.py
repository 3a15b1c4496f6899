"""The generated city: figures, borders, codes, and that a seed says everything."""

from collections import Counter

import pytest
import shapely

from linli.demo.city import City, generate_city
from linli.demo.city.components import SORTS
from linli.demo.city.frame import STREET_CODE

SEEDS = (1, 7)


@pytest.fixture(scope="module", params=SEEDS)
def city(request: pytest.FixtureRequest) -> City:
    return generate_city(request.param)


def test_the_city_has_the_figures_it_promises(city: City) -> None:
    assert len(city.communities) == 12
    assert 145 <= len(city.grids) <= 155
    assert 57_000 <= city.people <= 64_000
    assert len(city.components) == 4000
    assert len(city.bridges) == 4
    assert len(city.buildings) > 1500
    assert 800 < len(city.premises) < 2500


def test_grids_are_a_coverage_and_nest_in_communities_and_street(city: City) -> None:
    grids = [grid.polygon for grid in city.grids]
    communities = [community.polygon for community in city.communities]
    assert shapely.coverage_is_valid(grids)
    assert shapely.coverage_is_valid(communities)
    for community in city.communities:
        own = [grid.polygon for grid in city.grids if grid.community_code == community.code]
        assert len(own) >= 6
        assert shapely.equals(shapely.coverage_union_all(own), community.polygon)
    assert shapely.equals(shapely.coverage_union_all(communities), city.street_polygon)
    # One polygon without holes: nothing inside the street belongs to nobody.
    assert city.street_polygon.geom_type == "Polygon"
    assert len(city.street_polygon.interiors) == 0
    assert all(grid.geom_type == "Polygon" and grid.is_valid for grid in grids)


def test_no_grid_reaches_over_the_river(city: City) -> None:
    for grid in city.grids:
        dry = grid.polygon.difference(city.river.polygon)
        pieces = [part for part in shapely.get_parts(dry) if part.area > 1e-9]
        assert len(pieces) == 1, grid.name


def test_bridges_stand_over_water_and_carry_main_roads(city: City) -> None:
    mains = {road.name for road in city.roads if road.road_class == "main"}
    for bridge in city.bridges:
        assert bridge.road_name in mains
        assert bridge.line.crosses(city.river.polygon)


def test_smaller_streets_end_at_the_bank(city: City) -> None:
    small = [road for road in city.roads if road.road_class in {"minor", "lane"}]
    assert not [road.name for road in small if road.line.intersects(city.river.polygon)]


def test_comprehensive_grids_hold_300_to_500_homes_and_others_none(city: City) -> None:
    kinds = Counter(grid.dedicated_to for grid in city.grids if grid.kind == "dedicated")
    assert set(kinds) == {"school", "hospital", "market", "office_tower", "industrial_park"}
    assert sum(grid.kind == "undeveloped" for grid in city.grids) == 1
    for grid in city.grids:
        if grid.kind == "comprehensive":
            assert 300 <= grid.households <= 500
            assert 0.9 * grid.households < grid.people < 2.6 * grid.households
        else:
            assert grid.households == grid.people == 0


def test_homes_and_people_of_buildings_add_up_to_their_grids(city: City) -> None:
    homes: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for building in city.buildings:
        homes[building.grid_code] += building.households
        people[building.grid_code] += building.people
    for grid in city.grids:
        assert homes[grid.code] == grid.households
        assert people[grid.code] == grid.people


def test_buildings_stand_in_their_grid_dry_apart_and_off_the_main_roads(city: City) -> None:
    polygons = {grid.code: grid.polygon for grid in city.grids}
    footprints = [building.footprint for building in city.buildings]
    assert all(polygons[b.grid_code].contains(b.footprint) for b in city.buildings)
    assert not any(shape.intersects(city.river.polygon) for shape in footprints)
    one, other = shapely.STRtree(footprints).query(footprints, predicate="intersects")
    assert [int(i) for i, j in zip(one, other, strict=True) if i != j] == []
    mains = shapely.union_all([road.line for road in city.roads if road.road_class == "main"])
    # Twelve metres in degrees: the carriageway of a main road is wider than that on each side.
    assert min(shape.distance(mains) for shape in footprints) > 12 / 111_000
    assert all(1 <= building.levels <= 40 for building in city.buildings)


def test_codes_are_unique_nested_and_of_the_right_length(city: City) -> None:
    assert STREET_CODE.startswith("39"), "39 is no province"
    for records, digits in ((city.communities, 12), (city.grids, 15), (city.buildings, 18), (city.components, 17)):
        codes = [record.code for record in records]
        assert len(set(codes)) == len(codes)
        assert all(code.isdigit() and len(code) == digits for code in codes)
    assert all(c.code.startswith(STREET_CODE[:9]) for c in city.communities)
    assert all(g.code.startswith(g.community_code) for g in city.grids)
    assert all(c.code == STREET_CODE[:6] + c.major_code + c.minor_code + c.code[11:] for c in city.components)


def test_names_and_addresses_are_not_given_twice(city: City) -> None:
    for names in (
        [c.name for c in city.communities],
        [g.name for g in city.grids],
        [c.name for c in city.compounds],
        [p.address for p in city.premises if p.kind != "企业"],
    ):
        assert [name for name, times in Counter(names).items() if times > 1] == []


def test_components_stand_in_the_grid_they_name_and_not_in_a_building(city: City) -> None:
    polygons = {grid.code: grid.polygon for grid in city.grids}
    assert all(polygons[c.grid_code].contains(c.point) for c in city.components)
    assert Counter((c.major_code, c.minor_code) for c in city.components) == {
        (sort.major_code, sort.minor_code): sort.count for sort in SORTS
    }
    along = [c.point for c in city.components if c.minor_code in {"037", "002"} and c.major_code in {"01", "04"}]
    buildings = shapely.STRtree([building.footprint for building in city.buildings])
    assert len(buildings.query(along, predicate="within")[0]) == 0


def test_lamps_and_trees_stand_beside_the_road_they_name(city: City) -> None:
    for component in city.components:
        if component.category_name in {"路灯", "行道树"}:
            near = [road for road in city.roads if road.name == component.road_name]
            assert min(road.line.distance(component.point) for road in near) < 24 / 94_000


def test_the_same_seed_gives_the_same_city_and_another_seed_another() -> None:
    one, again, other = generate_city(1), generate_city(1), generate_city(2)
    assert one == again
    assert one.street_polygon != other.street_polygon


@pytest.mark.parametrize("seed", range(20, 23))
def test_any_seed_makes_a_city(seed: int) -> None:
    city = generate_city(seed)
    assert shapely.coverage_is_valid([grid.polygon for grid in city.grids])
    assert len(city.components) == 4000
