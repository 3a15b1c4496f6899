"""Ground comes out of files as offices have them, and every bad row is named with its layer, number, column, value and mend."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.utils import translation

from linli.algorithms.coordinates import choose_system, wgs84_to_bd09, wgs84_to_gcj02
from linli.algorithms.division.model import Line
from linli.core.platform.public import BadInput
from linli.subsystems.division.ground.office_files import read_ground
from linli.subsystems.division.ground.projection import to_degrees
from linli.subsystems.division.ground.rows import GroundRefused
from linli.subsystems.division.ground.survey import choose_communities

from . import town


def refused(path: Path, **options: Any) -> tuple[str, int, str, str]:
    """The one row that a file is refused for: layer, feature, column, value."""
    with pytest.raises(GroundRefused) as caught:
        read_ground(path, **options)
    (error,) = caught.value.errors
    assert error.mend
    return error.layer, error.feature, error.column, error.value


def test_a_file_gives_lines_loads_premises_and_shops(tmp_path: Path) -> None:
    survey = read_ground(town.write(tmp_path / "town.gpkg", town.layers()), unit="people")
    ground = survey.ground
    assert (survey.name, survey.system, len(survey.digest)) == ("town.gpkg", town.SYSTEM, 64)
    assert ground.community_codes == town.COMMUNITIES
    assert ground.line_kinds.tolist() == [Line.MAIN, Line.MINOR, Line.MINOR, Line.RIVER]
    assert ground.load.tolist() == [250.0] * 32
    assert survey.households is not None
    assert survey.households.tolist() == [100.0] * 32
    assert [(one.code, one.name, one.kind) for one in ground.premises] == [("s1", "塔山小学", "school")]
    assert (survey.shops.codes, survey.shops.names) == (("shop-1",), ("面馆",))
    assert shapely.area(ground.communities).tolist() == pytest.approx([160_000, 160_000])


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:4490", "EPSG:3857", "EPSG:32650"])
def test_any_coordinate_system_comes_to_the_same_ground(tmp_path: Path, system: str) -> None:
    import pyproj

    tables = town.layers()
    mover = pyproj.Transformer.from_crs(town.SYSTEM, system, always_xy=True)
    for columns in tables.values():
        columns["geometry"] = [
            shapely.transform(shape, lambda xy: np.column_stack(mover.transform(xy[:, 0], xy[:, 1])))
            for shape in columns["geometry"]
        ]
    survey = read_ground(town.write(tmp_path / "town.gpkg", tables, system))
    assert survey.system == town.SYSTEM
    assert shapely.area(survey.ground.communities).tolist() == pytest.approx([160_000, 160_000], abs=0.1)


@pytest.mark.parametrize(("coordinates", "bend"), [("GCJ02", wgs84_to_gcj02), ("BD09", wgs84_to_bd09)])
def test_degrees_of_chinese_map_services_are_straightened(tmp_path: Path, coordinates: Any, bend: Any) -> None:
    tables = town.layers()
    for columns in tables.values():
        shapes = np.array(columns["geometry"], dtype=object)
        columns["geometry"] = list(
            shapely.transform(to_degrees(shapes, town.SYSTEM), lambda xy: np.column_stack(bend(xy[:, 0], xy[:, 1])))
        )
    path = town.write(tmp_path / "town.gpkg", tables, "EPSG:4326")
    corner = shapely.bounds(read_ground(path, coordinates=coordinates).ground.communities)[0][:2]
    assert corner.tolist() == pytest.approx(town.at(0, 0), abs=0.01)
    bent = shapely.bounds(read_ground(path).ground.communities)[0][:2]
    assert np.abs(bent - corner).max() > 100, "the control was not moved, so nothing was shown"


@pytest.mark.parametrize("system", ["EPSG:4610", "EPSG:4214", "EPSG:2437"])
def test_a_system_without_a_public_way_to_wgs84_is_refused(tmp_path: Path, system: str) -> None:
    path = town.write(tmp_path / "town.gpkg", town.layers(), system)
    with pytest.raises(BadInput, match="EPSG:4490"):
        read_ground(path)


def test_ground_that_lies_in_its_province_only_exchanged_is_refused(tmp_path: Path) -> None:
    tables = town.layers()
    for columns in tables.values():
        shapes = to_degrees(np.array(columns["geometry"], dtype=object), town.SYSTEM)
        # Moved to Xinjiang, where both numbers could be a latitude.
        columns["geometry"] = list(shapely.transform(shapes, lambda xy: xy + np.array([-28.0, 13.0])))
        if "code" in columns and "community" not in columns:
            columns["code"] = [str(code).replace("39", "65", 1) for code in columns["code"]]
    straight = town.write(tmp_path / "straight.gpkg", tables, "EPSG:4326")
    assert len(read_ground(straight).ground.communities) == 2
    for columns in tables.values():
        columns["geometry"] = list(
            shapely.transform(np.array(columns["geometry"], dtype=object), lambda xy: xy[:, ::-1])
        )
    with pytest.raises(BadInput, match=r"north|北纬"):
        read_ground(town.write(tmp_path / "exchanged.gpkg", tables, "EPSG:4326"))


def test_the_zone_follows_the_place() -> None:
    assert [choose_system(lon, lat) for lon, lat in ((115.4, 32.9), (116.4, 39.9), (75.9, 39.5), (135.0, 48.0), (24.9, 60.2), (-70.6, -33.4))] == [
        "EPSG:4547", "EPSG:4548", "EPSG:4534", "EPSG:4554", "EPSG:32635", "EPSG:32719",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("layer", "column", "value", "shown"),
    [
        ("buildings", "households", -1, "-1"),
        ("buildings", "households", float("inf"), "inf"),
        ("buildings", "households", "many", "many"),
        ("buildings", "code", "", ""),
        ("buildings", "code", "b0", "b0"),
        ("buildings", "code", "x" * 40, "x" * 40),
        ("buildings", "geometry", None, ""),
        ("buildings", "geometry", shapely.Polygon(), ""),
        ("buildings", "geometry", town.line((0, 0), (1, 1)), "LineString"),
        ("roads", "class", "Autobahn", "Autobahn"),
        ("roads", "geometry", town.box(0, 0, 1, 1), "Polygon"),
        ("communities", "geometry", shapely.Point(town.at(0, 0)), "Point"),
        ("communities", "code", town.COMMUNITIES[0], town.COMMUNITIES[0]),
        ("premises", "kind", "temple", "temple"),
        ("shops", "geometry", town.box(0, 0, 1, 1), "Polygon"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, layer: str, column: str, value: Any, shown: str) -> None:
    tables = town.layers()
    cells = tables[layer][column]
    cells[-1] = value
    if isinstance(value, str) and column == "households":
        tables[layer][column] = [str(cell) for cell in cells]  # a column of text, as spreadsheets give it
    path = town.write(tmp_path / "town.gpkg", tables)
    assert refused(path) == (layer, len(cells), column, shown)


def test_bad_rows_are_left_out_when_told_so_and_become_findings(tmp_path: Path) -> None:
    tables = town.layers()
    tables["buildings"]["households"][3] = -5
    tables["roads"]["class"][0] = "?"
    survey = read_ground(town.write(tmp_path / "town.gpkg", tables), take_good=True)
    assert len(survey.ground.buildings) == 31
    assert "b3" not in survey.ground.building_codes
    assert [(one.kind, one.values["layer"], one.values["feature"]) for one in survey.findings] == [
        ("row_left_out", "roads", 1), ("row_left_out", "buildings", 4),
    ]  # fmt: skip


def test_all_bad_rows_are_named_at_once_in_the_readers_language(tmp_path: Path) -> None:
    tables = town.layers()
    tables["buildings"]["households"][3:5] = [-5, -6]
    path = town.write(tmp_path / "town.gpkg", tables)
    with translation.override("en"), pytest.raises(GroundRefused) as caught:
        read_ground(path)
    with translation.override("en"):
        assert [str(error) for error in caught.value.errors] == [
            f"Layer buildings, feature {number}, households: “{value}”. Give a number from 0 to 1000000, or leave it empty."
            for number, value in ((4, -5), (5, -6))
        ]


def test_empty_cells_text_numbers_and_chinese_names_pass(tmp_path: Path) -> None:
    tables = town.layers()
    buildings = tables.pop("buildings")
    tables["楼栋"] = {"geometry": buildings["geometry"], "户数": ["12", " ", None, "7.5"] * 8}
    survey = read_ground(town.write(tmp_path / "town.gpkg", tables))
    assert survey.ground.load[:4].tolist() == [12.0, 0.0, 0.0, 7.5]
    assert survey.ground.building_codes[:2] == ("楼栋-1", "楼栋-2")
    assert survey.people is None


@pytest.mark.parametrize(
    ("spoil", "named"),
    [
        (lambda tables: tables.pop("roads"), "roads"),
        (lambda tables: tables["communities"].pop("code"), "code"),
        (lambda tables: tables["roads"].pop("class"), "class"),
        (lambda tables: tables["buildings"].pop("households"), "people"),
        (lambda tables: tables["buildings"].update({column: [] for column in tables["buildings"]}), "buildings"),
    ],
)
def test_what_is_wrong_with_the_whole_file_is_one_sentence(tmp_path: Path, spoil: Any, named: str) -> None:
    tables = town.layers()
    spoil(tables)
    with pytest.raises(BadInput, match=named):
        read_ground(town.write(tmp_path / "town.gpkg", tables))


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_without_a_system_is_refused_until_it_is_named(tmp_path: Path) -> None:
    path = town.write(tmp_path / "town.gpkg", town.layers(), None)
    with pytest.raises(BadInput, match="file-system"):
        read_ground(path)
    assert read_ground(path, file_system=town.SYSTEM).system == town.SYSTEM


def test_a_file_that_is_none_and_a_system_that_is_none_are_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no ground")
    with pytest.raises(BadInput, match="notes"):
        read_ground(tmp_path / "notes.txt")
    path = town.write(tmp_path / "town.gpkg", town.layers())
    for system in ("EPSG:99999", "EPSG:4326"):
        with pytest.raises(BadInput, match=system):
            read_ground(path, system=system)


def test_one_community_or_all_of_a_street_can_be_chosen(tmp_path: Path) -> None:
    tables = town.layers()
    # One building stands astride the border of both communities, its middle in the western one.
    tables["buildings"]["geometry"][0] = town.box(1.5, 0.1, 2.1, 0.4)
    survey = read_ground(town.write(tmp_path / "town.gpkg", tables))
    west = choose_communities(survey, [town.COMMUNITIES[0]])
    east = choose_communities(survey, [town.COMMUNITIES[1]])
    assert (west.ground.community_names, east.ground.community_names) == (("柳荫社区",), ("塔山社区",))
    assert "b0" in west.ground.building_codes
    assert set(west.ground.building_codes) | set(east.ground.building_codes) == set(survey.ground.building_codes)
    assert not set(west.ground.building_codes) & set(east.ground.building_codes)
    assert (len(west.ground.premises), len(east.ground.premises)) == (0, 1)
    assert (west.shops.names, east.shops.names) == (("面馆",), ())
    assert Line.RIVER in west.ground.line_kinds
    assert Line.RIVER not in east.ground.line_kinds
    for code in ("390102001000", "390102000000", "390000000000", "390102001", "390102", "3901", "39"):
        assert len(choose_communities(survey, [code]).ground.communities) == 2
    assert choose_communities(survey, []) is survey
    for code in ("390102002000", "390102001003", "柳荫", "390102002", "39010200100", "3"):
        with pytest.raises(BadInput, match=code):
            choose_communities(survey, [code])


def test_a_code_that_names_nothing_is_answered_with_what_there_is(tmp_path: Path) -> None:
    tables = town.layers()
    tables["communities"] = {
        "geometry": [town.box(number / 6, 0, (number + 1) / 6, 2) for number in range(12)],
        "code": [f"3901020010{number:02d}" for number in range(12)],
    }
    survey = read_ground(town.write(tmp_path / "town.gpkg", tables))
    with translation.override("zh-hans"), pytest.raises(BadInput, match=r"390102001009 等，另有 2 个。$"):
        choose_communities(survey, ["390102009"])


@pytest.mark.parametrize(("cell", "counted"), [("12", 12), ("", 0), (12.5, 12.5), (None, 0)])
def test_what_sqlite_let_into_a_column_of_whole_numbers_counts_as_it_stands(
    tmp_path: Path, cell: object, counted: float
) -> None:
    survey = read_ground(stored(tmp_path, "households", cell))
    assert survey.ground.load[4] == counted
    assert survey.ground.load[3] == 100


@pytest.mark.parametrize(("column", "cell"), [("households", "abc"), ("households", "12abc"), ("people", "abc")])
def test_a_word_in_a_column_of_numbers_is_a_bad_row(tmp_path: Path, column: str, cell: str) -> None:
    assert refused(stored(tmp_path, column, cell)) == ("buildings", 5, column, cell)


def stored(folder: Path, column: str, cell: object) -> Path:
    """The town with one cell of the fifth building as SQLite takes it, whatever the column was made for."""
    path = town.write(folder / "town.gpkg", town.layers())
    with closing(sqlite3.connect(path)) as base, base:
        for (name,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            base.execute(f'DROP TRIGGER "{name}"')  # they call functions that only GDAL brings
        base.execute(f"UPDATE buildings SET {column} = ? WHERE fid = 5", [cell])
    return path


def nowhere(shape: Any, value: float) -> Any:
    """A shape whose second vertex lies nowhere."""
    places = shapely.get_coordinates(shape)
    places[1] = value
    with np.errstate(invalid="ignore"):
        return shapely.set_coordinates(shape, places)


ROAD, BLOCK = town.line((0, 0), (0.5, 0.5), (1, 1)), town.box(2, 0, 4, 2)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        ("roads", nowhere(ROAD, np.inf)), ("roads", nowhere(ROAD, np.nan)), ("buildings", nowhere(BLOCK, np.nan)),
        ("communities", nowhere(BLOCK, np.nan)),
        ("communities", shapely.Polygon([town.at(2, 0), town.at(3, 0), town.at(4, 0)])),
    ],
)  # fmt: skip
def test_a_shape_with_a_vertex_nowhere_or_without_an_area_is_named(tmp_path: Path, layer: str, shape: Any) -> None:
    tables = town.layers()
    tables[layer]["geometry"][-1] = shape
    path = town.write(tmp_path / "town.gpkg", tables)
    assert refused(path)[:3] == (layer, len(tables[layer]["geometry"]), "geometry")


def test_without_a_community_there_is_no_ground_even_if_bad_rows_are_left_out(tmp_path: Path) -> None:
    tables = town.layers()
    for place in range(2):
        tables["communities"]["geometry"][place] = shapely.Polygon([town.at(0, 0), town.at(1, 0), town.at(2, 0)])
    with pytest.raises(GroundRefused, match="communities"):
        read_ground(town.write(tmp_path / "town.gpkg", tables), take_good=True)


def test_a_bowtie_of_a_community_still_counts(tmp_path: Path) -> None:
    tables = town.layers()
    tables["communities"]["geometry"][1] = shapely.Polygon([town.at(2, 0), town.at(4, 2), town.at(4, 0), town.at(2, 2)])
    assert len(read_ground(town.write(tmp_path / "town.gpkg", tables)).ground.communities) == 2


LOCAL = 'LOCAL_CS["my town grid",UNIT["metre",1]]'


@pytest.mark.parametrize("system", [LOCAL, "EPSG:4978"])
def test_a_system_that_is_none_of_the_earths_surface_asks_for_the_right_one(tmp_path: Path, system: str) -> None:
    path = town.write(tmp_path / "town.gpkg", town.layers(), system)
    with pytest.raises(BadInput, match="file-system"):
        read_ground(path)
    assert read_ground(path, file_system=town.SYSTEM).system == town.SYSTEM
    with pytest.raises(BadInput, match="EPSG:4978"):
        read_ground(path, file_system="EPSG:4978")


def test_characters_that_cannot_be_seen_fall_out_of_codes_and_names(tmp_path: Path) -> None:
    tables = town.layers()
    tables["communities"]["code"][0], tables["communities"]["name"][0] = "a\u202eb", "柳\u2066荫\x08"
    ground = read_ground(town.write(tmp_path / "town.gpkg", tables)).ground
    assert (ground.community_codes[0], ground.community_names[0]) == ("ab", "柳荫")
