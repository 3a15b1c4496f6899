"""Power supply from file to file: layers read with bad rows named, plans of the small town, and `linli division supply`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from click.testing import CliRunner, Result

from linli.algorithms.supply.model import SupplyRules
from linli.algorithms.supply.plan import plan_supply
from linli.core.platform.public import BadInput
from linli.subsystems.division.commands.supply import supply
from linli.subsystems.division.files.geopackage import Column, read_layer
from linli.subsystems.division.ground.rows import GroundRefused
from linli.subsystems.division.proposal.steps import load_ground
from linli.subsystems.division.supply.files import load_supply

from . import town

Tables = dict[str, dict[str, list[Any]]]


def sources(**changes: Any) -> Tables:
    """A substation at each end of the town, the western with two feeders."""
    points = [shapely.Point(town.at(0.5, 1)), shapely.Point(town.at(3.5, 1))]
    return {
        "变电站": {
            "geometry": points, "编码": ["W", "E"], "容量_kW": [9000, 9000], "增长系数": [1.1, 1.0], **changes
        },
        "feeders": {
            "geometry": [town.line((0.5, 1), (1, 2)), town.line((0.5, 1), (1, 0))],
            "code": ["W-1", "W-2"], "substation": ["W", "W"], "capacity_kw": [5000, 5000],
        },
    }  # fmt: skip


def customers() -> Tables:
    places = [(x + 0.5, y + 0.5) for x in range(4) for y in range(2)]
    return {
        "customers": {
            "geometry": [shapely.Point(town.at(*place)) for place in places],
            "code": [f"u{number}" for number in range(8)], "demand_kw": [100.0] * 8,
        }
    }  # fmt: skip


def test_layers_are_read_in_metres_with_their_words_in_either_language(tmp_path: Path) -> None:
    loaded = load_supply(town.write(tmp_path / "s.gpkg", {**sources(), **customers()}), side_m=0)
    assert loaded.sources.codes == ("W", "E")
    assert loaded.sources.capacity_kw.tolist() == [9000, 9000]
    assert loaded.sources.growth.tolist() == [1.1, 1.0]
    assert loaded.sources.feeder_codes == ("W-1", "W-2", "E")
    assert loaded.sources.substation.tolist() == [0, 0, 1]
    assert loaded.sources.feeder_capacity_kw.tolist() == [5000, 5000, np.inf]
    assert loaded.system == town.SYSTEM
    np.testing.assert_allclose([loaded.sources.x_m[0], loaded.sources.y_m[0]], town.at(0.5, 1), atol=1e-3)
    assert loaded.customers.codes == tuple(f"u{number}" for number in range(8))
    assert loaded.cells.size == 8


def test_buildings_of_a_ground_are_the_customers_where_the_file_has_none(tmp_path: Path) -> None:
    survey = load_ground(town.write(tmp_path / "ground.gpkg", town.layers()))
    loaded = load_supply(town.write(tmp_path / "s.gpkg", sources()), survey=survey, kw_per_unit=2.5)
    assert len(loaded.customers.codes) == 32
    assert loaded.customers.demand_kw.tolist() == [250.0] * 32
    ground = shapely.union_all(survey.ground.communities)
    assert shapely.area(loaded.cells.polygons).sum() == pytest.approx(ground.area)
    assert loaded.cells.size >= 8  # blocks; the river and the school make more
    parcels = load_supply(tmp_path / "s.gpkg", survey=survey, unit="parcel")
    assert parcels.cells.size >= 32


def test_nothing_crosses_the_river_but_by_its_bridge(tmp_path: Path) -> None:
    """Areas are joined over borders that can be passed; the road over the river is one."""
    survey = load_ground(town.write(tmp_path / "ground.gpkg", town.layers()))
    loaded = load_supply(town.write(tmp_path / "s.gpkg", sources()), survey=survey, kw_per_unit=2.5)
    plan = plan_supply(loaded.customers, loaded.cells, loaded.sources, SupplyRules(radius_m=3000))
    assert plan.findings == ()
    assert set(plan.feeder_of.tolist()) == {0, 1, 2}


@pytest.mark.parametrize(
    ("column", "values", "mend"),
    [
        ("容量_kW", [-1, 9000], "10,000,000"), ("编码", ["W", "W"], "1"), ("增长系数", [0, 1], "0.01"),
        ("编码", ["V", "E"], "W"), ("geometry", [shapely.Point(), shapely.Point(town.at(3, 1))], ""),
    ],
)  # fmt: skip
def test_a_bad_row_is_named(tmp_path: Path, column: str, values: list[Any], mend: str) -> None:
    path = town.write(tmp_path / "s.gpkg", {**sources(**{column: values}), **customers()})
    with pytest.raises(GroundRefused) as caught:
        load_supply(path)
    assert len(caught.value.errors) in (1, 2)
    assert mend in str(caught.value.errors[0])


def test_what_a_whole_file_lacks_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="substations"):
        load_supply(town.write(tmp_path / "a.gpkg", customers()))
    with pytest.raises(BadInput, match="customers"):
        load_supply(town.write(tmp_path / "b.gpkg", sources()))
    tables = {**sources(), **customers()}
    del tables["变电站"]["容量_kW"]
    with pytest.raises(BadInput, match="capacity_kw"):
        load_supply(town.write(tmp_path / "c.gpkg", tables))
    del tables["feeders"]["substation"]
    (tmp_path / "d.gpkg").write_text("no database")
    with pytest.raises(BadInput, match=r"d\.gpkg"):
        load_supply(tmp_path / "d.gpkg")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(supply, [str(one) for one in arguments])


def test_the_command_writes_the_plan_and_says_what_a_planner_must_know(tmp_path: Path) -> None:
    ground = town.write(tmp_path / "ground.gpkg", town.layers())
    file = town.write(tmp_path / "s.gpkg", sources())
    lon, lat = 114.0, 29.8
    done = run(
        file, "--ground", ground, "-o", tmp_path / "out", "--household-kw", 2.5, "--emergency-radius-m", 600,
        "--fault", f"{lon},{lat}", "--language", "en",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "32 customers with 8,000 kW; 0 of them find no capacity." in done.output
    assert "stay dark" in done.output
    assert "114, 29.8" in done.output
    path = tmp_path / "out" / "supply.gpkg"
    columns = [Column("code", "text"), Column("customers", "count"), Column("utilisation", "number")]
    areas = read_layer(path, "areas", columns)
    assert areas.columns["code"].tolist() == ["W-1", "W-2", "E"]
    assert areas.columns["customers"].sum() == 32
    whole = read_layer(ground, "communities", [Column("code", "text")])
    assert shapely.area(areas.geometry).sum() == pytest.approx(shapely.area(whole.geometry).sum())
    names = [Column(name, "text") for name in ("code", "feeder", "substation", "second_feeder", "second_substation")]
    people = read_layer(path, "customers", names)
    assert set(people.columns["substation"]) == {"W", "E"}
    dark = read_layer(path, "findings", [Column("kind", "text"), Column("count", "count"), Column("codes", "text")])
    without = sorted(people.columns["code"][people.columns["second_feeder"] == ""])
    named = [
        codes
        for kind, codes in zip(dark.columns["kind"], dark.columns["codes"], strict=True)
        if kind == "dark_when_out"
    ]
    assert sorted(" ".join(named).split()) == without != []


def test_the_report_says_the_plan_in_both_languages_and_needs_no_network(tmp_path: Path) -> None:
    ground = town.write(tmp_path / "ground.gpkg", town.layers())
    file = town.write(tmp_path / "s.gpkg", sources())
    done = run(file, "--ground", ground, "-o", tmp_path, "--household-kw", 2.5, "--emergency-radius-m", 600)
    assert done.exit_code == 0, done.output
    page = (tmp_path / "supply.html").read_text(encoding="utf-8")
    assert "供电网格" in page
    assert "Power-supply grids" in page
    assert not re.search(r'(src|href)="(https?:)?//', page)
    for shape, code in enumerate(("W-1", "W-2", "E")):
        assert re.search(rf'<path id="m{shape}" class="a\d" d="M[^"]+z"/>', page)
        assert f'<a href="#m{shape}">{code}</a>' in page
        assert f">{code}</text>" in page
    row = next(line for line in page.splitlines() if '<th scope="row">E</th>' in line and "W" in line)
    assert re.findall(r'class="n">([^<]+)<', row)[:3] == [str(_customers_of(tmp_path, "E")), "4,000", "9,000"]
    # One who stays dark when the substation is out is named, and the area has the line that says so.
    assert "stay dark" in page
    assert "无备用电源" in page
    assert re.search(r'class="k a\d out"', page)


def test_areas_are_told_apart_by_their_substations_whose_names_stand_on_the_map(tmp_path: Path) -> None:
    tables = town.layers()
    tables["buildings"]["households"][0] = 0
    ground = town.write(tmp_path / "ground.gpkg", tables)
    file = town.write(tmp_path / "s.gpkg", sources(名称=["城西变电站", "城东变电站"]))
    done = run(file, "--ground", ground, "-o", tmp_path, "--household-kw", 2.5, "--language", "zh-hans")
    assert done.exit_code == 0, done.output
    assert "用户 31 个" in done.output, "a building that nobody lives in draws nothing"
    page = (tmp_path / "supply.html").read_text(encoding="utf-8")
    colours = dict(re.findall(r'<path id="m(\d)" class="(a\d)"', page))
    assert colours["0"] == colours["1"] != colours["2"], "two feeders of the western one, one of the eastern"
    legend = page.split('class="legend"')[1]
    for colour, code, name in ((colours["0"], "W", "城西变电站"), (colours["2"], "E", "城东变电站")):
        assert f'class="k {colour}"></i>{code} {name} <b>' in legend
        assert f">{name}</text>" in page
        assert f"{code} <small>{name}</small></th>" in page


def _customers_of(folder: Path, substation: str) -> int:
    people = read_layer(folder / "supply.gpkg", "customers", [Column("substation", "text")])
    return int((people.columns["substation"] == substation).sum())


def test_a_fault_is_answered_with_grid_feeder_and_second_source(tmp_path: Path) -> None:
    file = town.write(tmp_path / "s.gpkg", {**sources(), **customers()})
    outside = run(file, "-o", tmp_path, "--fault", "10,10", "--language", "zh-hans")
    assert outside.exit_code == 0, outside.output
    assert "10, 10 不在方案范围内。" in outside.output
    from linli.subsystems.division.ground.projection import to_degrees

    place = to_degrees(np.array([shapely.Point(town.at(0.5, 1.5))], dtype=object), town.SYSTEM)[0]
    inside = run(file, "-o", tmp_path, "--fault", f"{place.x},{place.y}", "--language", "zh-hans")
    assert "W 供电网格" in inside.output
    assert "馈线 W-1；备用电源 E，馈线 E" in inside.output


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("--radius-m", 0), "radius_m"), (("--fault", "1;2"), "1;2"), (("--fault", "91,200"), "91,200")],
)
def test_a_senseless_option_is_named(tmp_path: Path, arguments: tuple[Any, ...], named: str) -> None:
    done = run(town.write(tmp_path / "s.gpkg", {**sources(), **customers()}), "-o", tmp_path / "out", *arguments)
    assert done.exit_code == 2
    assert named in done.output
    assert not (tmp_path / "out").exists()


def test_bad_rows_end_the_command_and_are_named(tmp_path: Path) -> None:
    bad = {**sources(容量_kW=[9000, -3]), **customers()}
    done = run(town.write(tmp_path / "s.gpkg", bad), "-o", tmp_path / "out", "--language", "en")
    assert done.exit_code == 1
    assert "Feature 2, 变电站.capacity_kw" in done.output
    assert not (tmp_path / "out").exists()
