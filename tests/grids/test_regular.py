"""Unit grids of communities with outlines: written, brought in as a layer, and who gets none is named."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner, Result

from linli.config.cli import linli
from linli.core.areas.public import Area
from linli.core.grids.public import Grid, GridShape
from linli.core.platform.public import bump
from tests.city import COMMUNITY, TestCity


def run(*words: object) -> Result:
    return CliRunner().invoke(linli, [*map(str, words), "--language", "en"])


@pytest.fixture
def outlined(city: TestCity) -> Area:
    """The first community with an outline of some 330 m by 330 m."""
    area = city.areas[COMMUNITY]
    Area.objects.filter(id=area.id).update(outline=shapely.to_wkb(shapely.box(115.001, 30.001, 115.0044, 30.004)))
    bump("areas")
    return area


def test_unit_grids_are_written_and_come_in_as_a_layer_of_their_own(outlined: Area, tmp_path: Path) -> None:
    file = tmp_path / "unit.geojson"
    said = run("grids", "regular", file)
    assert said.exit_code == 0, said.output
    features = json.loads(file.read_text())["features"]
    codes = [one["properties"]["code"] for one in features]
    assert codes == [f"{outlined.code}{number:03d}" for number in range(1, len(codes) + 1)]
    assert 9 <= len(codes) <= 14
    assert f"{len(codes)} unit grids written" in said.output
    assert "have no outline" in said.output
    first, last = (shapely.from_geojson(json.dumps(one["geometry"])).centroid for one in (features[0], features[-1]))
    assert first.y > last.y
    assert first.x < last.x
    before = Grid.objects.filter(layer__is_main=True).count()
    came = run("grids", "import", file, "--layer", "unit", "--layer-name", "单元网格")
    assert came.exit_code == 0, came.output
    assert GridShape.objects.filter(grid__layer__code="unit").count() == len(codes)
    assert Grid.objects.filter(layer__is_main=True).count() == before


def test_too_many_for_three_digits_is_said_with_a_side_that_fits_and_nothing_is_written(
    outlined: Area, tmp_path: Path
) -> None:
    Area.objects.filter(id=outlined.id).update(outline=shapely.to_wkb(shapely.box(115.0, 30.0, 115.04, 30.04)))
    bump("areas")
    file = tmp_path / "unit.gpkg"
    said = run("grids", "regular", file)
    assert said.exit_code != 0
    assert "three digits number 999: give it a side of" in said.output
    assert not file.exists()
    assert run("grids", "regular", file, "--side-m", "150").exit_code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("unit.txt",), "ends in one of"),
        (("unit.gpkg", "--area", "999"), "no area with the code"),
        (("unit.gpkg", "--side-m", "0"), "0.0 is not in the range"),
    ],
)
def test_what_cannot_be_is_told(outlined: Area, tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = run("grids", "regular", tmp_path / words[0], *words[1:])
    assert done.exit_code != 0
    assert said in done.output + str(done.exception)
    assert list(tmp_path.iterdir()) == []


def test_a_city_without_outlines_is_told_where_they_come_in(city: TestCity, tmp_path: Path) -> None:
    done = run("grids", "regular", tmp_path / "unit.gpkg")
    assert done.exit_code != 0
    assert "No community has an outline" in done.output + str(done.exception)
