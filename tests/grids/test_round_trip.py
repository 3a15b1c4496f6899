"""Grids that go out and come in again are the same grids: every format, every column, every vertex."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner

from linli.config.commands.imports import grids
from linli.core.grids.public import GridLayer, GridRow, GridSetVersion, publish_grid_set, rows_of_last
from linli.core.platform.public import SYSTEM, BadInput, clock_at, now
from tests.city import TestCity

RING = shapely.Point(115.005, 30.005).buffer(0.004, quad_segs=600)
NAMES = ("龘靐社区·一号网格（东）", "=1+1", "0012", "x" * 120)


def rich(rows: list[GridRow]) -> list[GridRow]:
    """The test city's grids with names, counts and shapes that formats stumble over."""
    found = [
        replace(row, name=name, households=n * 7, purpose="学校")
        for n, (row, name) in enumerate(zip(rows, NAMES, strict=False))
    ]
    found[0] = replace(found[0], polygon=shapely.to_wkb(RING), names={"en": "Grid one"}, people=0)
    found[1] = replace(found[1], households=None, purpose="", kind="dedicated")
    west, east = (shapely.box(x, 30.0012345678901, x + 0.003, 30.004) for x in (115.0201, 115.0251))
    found[2] = replace(
        found[2], polygon=shapely.to_wkb(shapely.MultiPolygon([west, shapely.difference(east, east.buffer(-0.001))]))
    )
    return [*found, *rows[len(found) :]]


def said(*words: str) -> str:
    result = CliRunner().invoke(grids, [*words, "--language", "en"], catch_exceptions=False)
    return result.output


def refused(*words: str) -> str:
    with pytest.raises(BadInput) as refusal:
        said(*words)
    return str(refusal.value)


@pytest.mark.parametrize("name", ["g.gpkg", "g.zip", "g.geojson", "g.xlsx", "GBK g.zip"])
def test_what_goes_out_comes_in_again_and_changes_nothing(city: TestCity, tmp_path: Path, name: str) -> None:
    encoding, _blank, file = name.rpartition(" ")
    layer = GridLayer.objects.get()
    publish_grid_set(SYSTEM, layer=layer, rows=rich(rows_of_last(layer)), source="t")
    path = str(tmp_path / file)
    assert "5 grids written" in said("export", path, *(["--encoding", encoding] if encoding else []))
    assert "0 added, 0 changed, 5 unchanged, 0 retired; no new version" in said("import", path)


def test_an_export_is_of_the_day_that_is_asked_for(city: TestCity, tmp_path: Path) -> None:
    layer = GridLayer.objects.get()
    rows = rows_of_last(layer)
    with clock_at(now() + timedelta(days=3)):
        publish_grid_set(SYSTEM, layer=layer, rows=rows[:3], source="t")
        today, before = str(tmp_path / "a.geojson"), str(tmp_path / "b.geojson")
        assert "3 grids written" in said("export", today)
        assert "5 grids written" in said("export", before, "--on", f"{now() - timedelta(days=1):%Y-%m-%d}")
        assert "No grid of this layer" in refused("export", before, "--on", "1999-01-01")
    assert GridSetVersion.objects.count() == 2


def test_what_a_format_cannot_hold_is_refused_and_not_cut(city: TestCity, tmp_path: Path) -> None:
    layer = GridLayer.objects.get()
    rows = rows_of_last(layer)
    publish_grid_set(SYSTEM, layer=layer, rows=[replace(rows[0], name="𠮷" * 100), *rows[1:]], source="t")
    path = tmp_path / "g.zip"
    assert "longer than a Shapefile holds" in refused("export", str(path))
    assert "a character that GBK does not know" in refused("export", str(path), "--encoding", "GBK")
    assert "ends in one of" in refused("export", str(tmp_path / "g.dwg"))
    assert not path.exists()
