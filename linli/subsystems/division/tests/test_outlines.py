"""Communities out of a file of their own beside an extract or a ground file, and ground as Shapefiles in a ZIP or a folder."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from click.testing import CliRunner
from django.utils import translation
from pyogrio import raw

from linli.algorithms.coordinates import wgs84_to_gcj02
from linli.config.cli import linli
from linli.core.platform.public import BadInput
from linli.lib.geo.layer import Layer
from linli.lib.geo.writing import written
from linli.subsystems.division.ground.projection import to_degrees
from linli.subsystems.division.ground.rows import GroundRefused
from linli.subsystems.division.public import OutlineFile, Survey, load_ground

from . import town
from .village import SOUTH, WEST, Village

WEST_HALF, EAST_HALF = (0, 0, 5, 10), (5, 0, 10, 10)


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Two houses in the west, one in the east, and two streets."""
    village = Village(tmp_path / "village.osm.pbf")
    for west in (1, 3, 8):
        village.box(west, 2, west + 1, 3, building="apartments")
    village.way([(5, -1), (5, 11)], (), highway="residential")
    village.way([(-1, 5), (11, 5)], (), highway="residential")
    return village.written()


def box(west: float, south: float, east: float, north: float) -> Any:
    """Ground of the village in degrees."""
    return shapely.segmentize(
        shapely.box(WEST + west / 1000, SOUTH + south / 1000, WEST + east / 1000, SOUTH + north / 1000), 0.001
    )


def outlines(*parts: tuple[str, str, Any], headings: tuple[str, str] = ("SQDM", "SQMC")) -> Layer:
    codes, names, shapes = zip(*parts, strict=True)
    return Layer(
        "社区", ("社区",), {headings[0]: list(codes), headings[1]: list(names)}, list(shapely.to_wkb(list(shapes)))
    )


def two() -> Layer:
    return outlines(("390102001001", "柳荫社区", box(*WEST_HALF)), ("390102001002", "塔山社区", box(*EAST_HALF)))


def kept(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def load(extract: Path, path: Path, **options: Any) -> Survey:
    return load_ground(extract, outlines=OutlineFile(path), **options)


@pytest.mark.parametrize("ending", [".zip", ".gpkg", ".geojson", ".xlsx", "folder"])
def test_the_citys_own_communities_divide_an_extract(extract: Path, tmp_path: Path, ending: str) -> None:
    if ending == "folder":
        path = tmp_path / "outlines"
        zipfile.ZipFile(io.BytesIO(written(two(), ".zip", encoding="GBK"))).extractall(path)
    else:
        path = kept(
            tmp_path / f"outlines{ending}", written(two(), ending, encoding="GBK" if ending == ".zip" else "UTF-8")
        )
    survey = load(extract, path)
    assert survey.ground.community_codes == ("390102001001", "390102001002")
    assert survey.ground.community_names == ("柳荫社区", "塔山社区")
    assert survey.name == f"village.osm.pbf + {path.name}"
    inside = shapely.intersects(survey.ground.communities[:, None], shapely.centroid(survey.ground.buildings)[None])
    assert inside.sum(axis=1).tolist() == [2, 1]
    assert survey.digest != load_ground(extract).digest
    assert survey.findings == ()


def test_what_the_extract_and_the_outlines_have_not_in_common_is_said(extract: Path, tmp_path: Path) -> None:
    layer = outlines(("c1", "西", box(-4, 0, 5, 10)), ("c2", "远", box(50, 0, 60, 10)))
    survey = load(extract, kept(tmp_path / "outlines.geojson", written(layer, ".geojson")))
    assert survey.ground.community_codes == ("c1",)
    told = {one.kind: (one.codes, dict(one.values)) for one in survey.findings}
    assert told["outlines_elsewhere"][0] == ("c2",)
    assert told["outlines_cut"][0] == ("c1",)
    assert (len(told["outside_outlines"][0]), told["outside_outlines"][1]["all"]) == (1, 3)
    assert set(told) == {"outlines_elsewhere", "outlines_cut", "outside_outlines"}
    far = kept(tmp_path / "far.geojson", written(outlines(("c2", "远", box(50, 0, 60, 10))), ".geojson"))
    with translation.override("en"), pytest.raises(BadInput, match=r"None of the 1 communities of far\.geojson"):
        load(extract, far)


def test_outlines_of_a_chinese_map_service_are_noticed_beside_the_streets(tmp_path: Path) -> None:
    # Here GCJ-02 lies some 500 m beside WGS 84; near Helsinki it is the same.
    village = Village(tmp_path / "village.osm.pbf", west=115.0, south=30.0)
    village.box(7, 4, 8, 6, building="apartments")
    for side in range(0, 11, 5):
        village.way([(side, -1), (side, 11)], (), highway="residential")
        village.way([(-1, side), (11, side)], (), highway="residential")
    moved = village.written()
    true = shapely.segmentize(shapely.box(115.0, 30.0, 115.01, 30.01), 0.001)
    bent = shapely.transform(true, lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1])))
    path = kept(tmp_path / "outlines.geojson", written(outlines(("c1", "西", bent)), ".geojson"))
    (told,) = [one for one in load(moved, path).findings if one.kind == "outlines_beside"]
    assert (told.values["system"], told.values["near"]) == ("GCJ02", 0)
    assert 100 < float(told.values["far"]) < 700
    straight = load(moved, path, coordinates="GCJ02")
    assert "outlines_beside" not in {one.kind for one in straight.findings}


def test_columns_are_named_where_their_headings_say_nothing(extract: Path, tmp_path: Path) -> None:
    layer = outlines(("c1", "西", box(*WEST_HALF)), headings=("A", "B"))
    path = kept(tmp_path / "outlines.geojson", written(layer, ".geojson"))
    with translation.override("en"), pytest.raises(BadInput, match=r"no column code; it has: A, B\. .*--code-column"):
        load(extract, path)
    survey = load_ground(extract, outlines=OutlineFile(path, code_column="A", name_column="B"))
    assert (survey.ground.community_codes, survey.ground.community_names) == (("c1",), ("西",))


def test_bad_outlines_are_named_and_left_out_when_asked(extract: Path, tmp_path: Path) -> None:
    layer = outlines(("c1", "西", box(*WEST_HALF)), ("c1", "东", box(*EAST_HALF)))
    path = kept(tmp_path / "outlines.geojson", written(layer, ".geojson"))
    with pytest.raises(GroundRefused) as caught:
        load(extract, path)
    assert [(one.feature, one.column, one.value) for one in caught.value.errors] == [(2, "code", "c1")]
    survey = load(extract, path, take_good=True)
    assert survey.ground.community_codes == ("c1",)
    assert "row_left_out" in {one.kind for one in survey.findings}


def test_they_take_the_place_of_those_of_a_ground_file_which_needs_none_then(tmp_path: Path) -> None:
    tables = town.layers()
    whole = to_degrees(np.array([town.box(0, 0, 4, 2)], dtype=object), town.SYSTEM)[0]
    path = kept(tmp_path / "outlines.geojson", written(outlines(("c9", "全", whole)), ".geojson"))
    assert load(town.write(tmp_path / "town.gpkg", tables), path).ground.community_codes == ("c9",)
    del tables["communities"]
    bare = town.write(tmp_path / "bare.gpkg", tables)
    survey = load(bare, path)
    assert survey.ground.community_codes == ("c9",)
    assert shapely.area(survey.ground.communities).tolist() == pytest.approx([320_000], abs=1)
    with pytest.raises(BadInput, match="communities"):
        load_ground(bare)


def test_options_that_contradict_each_other_are_refused(extract: Path, tmp_path: Path) -> None:
    path = kept(tmp_path / "outlines.geojson", written(two(), ".geojson"))
    for given in (("--communities", path, "--whole"), ("--code-column", "A")):
        done = CliRunner().invoke(linli, ["division", "run", str(extract), *map(str, given), "--language", "en"])
        assert done.exit_code == 2
        assert "--communities" in done.output


def shapefiles(folder: Path, encoding: str) -> Path:
    """The town as Shapefiles with Chinese names, as an office writes them."""
    folder.mkdir()
    for name, columns in town.layers().items():
        title = {"communities": "社区", "roads": "道路", "buildings": "楼栋", "premises": "场所", "shops": "商铺"}[name]
        values = {column: np.array(value) for column, value in columns.items() if column != "geometry"}
        values = {
            column: value.astype(object) if value.dtype.kind == "U" else value for column, value in values.items()
        }
        shapes = np.array(columns["geometry"], dtype=object)
        raw.write(
            str(folder / f"{title}.shp"), shapely.to_wkb(shapes), list(values.values()), list(values), driver="ESRI Shapefile",
            geometry_type=shapes[0].geom_type, crs=town.SYSTEM, encoding=encoding,
        )  # fmt: skip
        (folder / f"{title}.cpg").unlink()
    (folder / "说明.txt").write_text("readme", encoding="utf-8")
    return folder


@pytest.mark.parametrize("encoding", ["GBK", "UTF-8"])
def test_a_folder_of_shapefiles_is_taken_like_the_same_files_in_a_zip(tmp_path: Path, encoding: str) -> None:
    folder = shapefiles(tmp_path / "town", encoding)
    with zipfile.ZipFile(tmp_path / "town.zip", "w") as archive:
        for one in folder.iterdir():
            archive.write(one, one.name)
    surveys = [
        load_ground(path) for path in (folder, tmp_path / "town.zip", town.write(tmp_path / "town.gpkg", town.layers()))
    ]
    for survey in surveys:
        assert survey.ground.community_names == ("柳荫社区", "塔山社区")
        assert survey.ground.line_kinds.tolist() == [0, 1, 1, 3]
        assert survey.ground.load.tolist() == [100.0] * 32
        assert [one.name for one in survey.ground.premises] == ["塔山小学"]
        assert shapely.area(survey.ground.communities).tolist() == pytest.approx([160_000, 160_000])
    folder.rename(tmp_path / "again")
    assert load_ground(tmp_path / "again").digest == surveys[0].digest
    empty = tmp_path / "empty"
    empty.mkdir()
    with translation.override("en"), pytest.raises(BadInput, match="empty lacks the layer communities"):
        load_ground(empty)
