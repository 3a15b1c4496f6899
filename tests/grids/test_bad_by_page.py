"""Whatever a surveyor's file may be, sent by page in each format: one sentence with a place where there is one, and nothing is changed."""

from __future__ import annotations

import io
import math
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.test import Client
from pytest_django import Settings
from xlsxwriter import Workbook

from linli.core.exchange.public import ImportRun, work_off_imports
from linli.core.grids.bringing.grids_file import main_layer_row
from linli.core.grids.public import GridSetVersion, rows_of_last
from tests.city import COMMUNITY, TestCity
from tests.grids.test_bringing import columns_of, page, press, root, sent
from tests.lib.geo_made import geojson, kml, shapefile, written, zipped

__all__ = ["root"]
BOX = shapely.box(115.0, 30.0, 115.01, 30.01)
KNOT = shapely.Polygon([(115.0, 30.0), (115.01, 30.01), (115.01, 30.0), (115.0, 30.01)])
POINT = shapely.Point(115.005, 30.005)
HIGH = shapely.force_3d(BOX, 12.0)
METRES = shapely.box(500_000, 3_320_000, 500_900, 3_320_900)


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.LINLI_HOME = tmp_path


def table(shape: Any, *, book: bool) -> bytes:
    """A row with its shape in words."""
    wkt = "" if shape is None else shapely.to_wkt(shape, output_dimension=3 if shape.has_z else 2)
    rows = [["code", "area", "WKT"], ["X1", COMMUNITY, wkt]]
    if not book:
        return "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows).encode("gbk")
    made = io.BytesIO()
    with Workbook(made, {"in_memory": True}) as file:
        sheet = file.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return made.getvalue()


def placemark(shape: Any) -> bytes:
    """A placemark with a polygon; one of none has no coordinates."""
    corners = [] if shape is None else shape.exterior.coords
    said = " ".join(",".join(str(number) for number in corner) for corner in corners)
    return kml(said, values=f"<Data name='area'><value>{COMMUNITY}</value></Data>").encode()


COLUMNS: Any = {"code": ["X1"], "area": [COMMUNITY]}


FORMATS: dict[str, Callable[[Any], bytes]] = {
    "geojson": lambda shape: geojson(shape, area=COMMUNITY),
    "geopackage": lambda shape: written("GPKG", [shape], **COLUMNS)["layer.gpkg"],
    "shapefile": lambda shape: shapefile([shape], **COLUMNS),
    "kml": placemark,
    "workbook": lambda shape: table(shape, book=True),
    "csv": lambda shape: table(shape, book=False),
}
# What of a file that can be read keeps it from being taken, in which formats it can be said, and the sentence.
FAULTS: dict[str, tuple[Any, tuple[str, ...], str]] = {
    "crosses itself": (KNOT, tuple(FORMATS), "crosses itself"),
    "no polygon": (POINT, ("geojson", "geopackage", "shapefile", "workbook", "csv"), "Give a Polygon"),
    "no shape": (None, ("geojson", "geopackage", "kml", "workbook", "csv"), "is empty"),
    "exchanged": (shapely.transform(BOX, lambda at: at[:, ::-1]), tuple(FORMATS), "swapped"),
}


def looked_at(client: Client, content: bytes, name: str) -> ImportRun:
    """Sends a file and has it looked at."""
    answer = sent(client, "grids", content, name)
    assert answer.status_code == 302, (name, answer.content.decode()[-3000:])
    run_id = int(answer.url.rstrip("/").split("/")[-1])
    press(client, run_id, "columns", **columns_of(page(client, run_id)))
    assert work_off_imports() == 1
    return ImportRun.objects.get(id=run_id)


def standing() -> Any:
    layer = main_layer_row()
    assert layer is not None
    return [(row.code, row.facts()) for row in rows_of_last(layer)], GridSetVersion.objects.count()


@pytest.mark.parametrize("fault", FAULTS)
def test_what_keeps_a_file_from_being_taken_is_named_in_every_format(city: TestCity, root: Client, fault: str) -> None:
    shape, formats, said = FAULTS[fault]
    before = standing()
    for name in formats:
        run = looked_at(root, FORMATS[name](shape), name)
        told = str((run.told or {}).get("ground", {}).get("faults", "")) + run.said
        assert (run.bad > 0, said in told) == (True, True), (name, run.state, run.told, run.said)
        assert press(root, run.id, "keep", take="all").status_code == 409, name
    assert standing() == before


def test_heights_are_left_out_and_told_in_every_format(city: TestCity, root: Client) -> None:
    before = standing()
    for name, made in FORMATS.items():
        run = looked_at(root, made(HIGH), name)
        assert run.bad == 0, (name, run.told)
        assert "height" in str(run.told["notes"]).lower(), (name, run.told)
    assert standing() == before


AT_THE_DOOR: dict[str, tuple[Callable[[], bytes], str]] = {
    "another encoding": (lambda: b"\xff\xff" + '{"features": "网格"}'.encode("big5"), "neither UTF-8"),
    "a bomb": (lambda: zipped({"a.shp": bytes(300_000_000), "a.dbf": b""}), "286 MB"),
    "a path": (lambda: zipped({"../../x.shp": b"x"}), "outside of its folder"),
    "too large": (lambda: bytes(51 * 2**20), "50 MB"),
    "no layer": (lambda: b'{"type": "FeatureCollection", "features": []}', "no features"),
}


@pytest.mark.parametrize("code", ["grids", "areas"])
def test_what_is_no_file_of_ground_is_refused_at_the_door(city: TestCity, root: Client, code: str) -> None:
    before = standing()
    for name, (made, said) in AT_THE_DOOR.items():
        answer = sent(root, code, made())
        assert (answer.status_code, said in answer.content.decode()) == (422, True), (
            name,
            re.findall(r"field__error.*?</div>", answer.content.decode(), re.DOTALL),
        )
    assert (ImportRun.objects.count(), standing()) == (0, before)


def test_metres_without_a_prj_are_not_taken_for_degrees(city: TestCity, root: Client) -> None:
    before = standing()
    run = looked_at(root, shapefile([METRES], without=(".prj",), **COLUMNS), "metres.zip")
    assert (run.bad > 0 or run.state == "received", run.said or run.told["ground"]["faults"]) != (False, [])
    assert press(root, run.id, "keep", take="all").status_code == 409
    assert standing() == before


@pytest.mark.slow
def test_a_grid_of_a_million_vertices_is_looked_at_within_its_bounds(city: TestCity, root: Client) -> None:
    before = standing()
    turns = np.linspace(0, 2 * math.pi, 1_000_001)
    ring = shapely.Polygon(np.column_stack([115.005 + np.cos(turns) / 500, 30.005 + np.sin(turns) / 500]).round(9))
    begun = time.monotonic()
    run = looked_at(root, geojson(ring, area=COMMUNITY), "ring.geojson")
    assert time.monotonic() - begun < 120
    assert (run.state, bool(run.bad or run.said or run.told["ground"]["changes"])) in {
        ("checked", True),
        ("received", True),
    }
    assert standing() == before
