"""Files of ground from the pages: what was understood, what would change with its map, taken in from a day, taken back whole."""

from __future__ import annotations

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from linli.algorithms.coordinates import CoordinateSystem, convert
from linli.core.access.public import Role, User, create_user, end_scope, grant_scope
from linli.core.areas.public import Area, area_tree
from linli.core.exchange.public import ImportRun, work_off_imports
from linli.core.grids.bringing.grids_file import main_layer_row
from linli.core.grids.public import GridRow, GridSetVersion, publish_grid_set, rows_of_last
from linli.core.platform.public import SYSTEM, now
from tests.city import CITY, PASSWORD, TestCity
from tests.grids.redivide import redivided
from tests.web.staff import signed_in

Pairs = list[tuple[float, float]]


@pytest.fixture(autouse=True)
def _own_folder(settings: Settings, tmp_path: Path) -> None:
    settings.LINLI_HOME = tmp_path


@pytest.fixture
def root(city: TestCity) -> Client:
    """Whoever administers the whole city."""
    user = create_user(SYSTEM, username="root", display_name="R", unit=city.units["city_centre"], password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[CITY])
    User.objects.filter(id=user.id).update(language="en")
    city.users["root"] = user
    return signed_in(city, "root", "en")


def geojson(features: list[tuple[dict[str, Any], Any]]) -> bytes:
    """Properties and shapes as a file."""
    made = [
        {"type": "Feature", "properties": properties, "geometry": None if shape is None else json.loads(shapely.to_geojson(shape))}
        for properties, shape in features
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": made}, ensure_ascii=False).encode()


def grids(rows: list[GridRow], system: CoordinateSystem = "WGS84") -> bytes:
    """Rows of grids as a file, in WGS 84 or what else a phone says."""

    def moved(wkb: bytes) -> Any:
        shape = shapely.from_wkb(wkb)
        return shapely.transform(shape, lambda at: np.column_stack(convert(at[:, 0], at[:, 1], "WGS84", system)))

    def facts(row: GridRow) -> dict[str, Any]:
        community = area_tree().nodes[row.area_id].code
        return {"网格编码": row.code, "社区代码": community, "网格名称": row.name, "户数": row.households}

    return geojson([(facts(row), moved(row.polygon)) for row in rows])


def sent(client: Client, code: str, content: bytes, name: str = "g.geojson") -> Any:
    form = {"effect_id": str(uuid4()), "file": SimpleUploadedFile(name, content)}
    return client.post(reverse("import-new", args=[code]), form)


def press(client: Client, run_id: int, step: str, **form: str) -> Any:
    return client.post(reverse(f"import-{step}", args=[run_id]), {"effect_id": str(uuid4()), **form})


def page(client: Client, run_id: int) -> str:
    return client.get(reverse("import", args=[run_id])).content.decode()


def columns_of(text: str) -> dict[str, str]:
    found = re.findall(r'<select[^>]*name="(column_\d+)"(.*?)</select>', text, re.DOTALL)
    return {name: (re.findall(r'value="([^"]*)" selected', options) or [""])[0] for name, options in found}


def checked(client: Client, code: str, content: bytes, name: str = "g.geojson", **choices: str) -> int:
    """Sends a file and has it looked at."""
    answer = sent(client, code, content, name)
    assert answer.status_code == 302, re.findall(r"notice[^<]*<.*?</div>", answer.content.decode(), re.DOTALL)
    run_id = int(answer.url.rstrip("/").split("/")[-1])
    assert press(client, run_id, "columns", **columns_of(page(client, run_id)), **choices).status_code == 302
    assert work_off_imports() == 1
    return run_id


def counts(run_id: int) -> dict[str, int]:
    return {what: count for what, count, _first in ImportRun.objects.get(id=run_id).told["ground"]["changes"]}


def shape_of(code: str) -> str:
    return str(Area.objects.get(code=code, valid_to__isnull=True).outline)


def test_grids_go_their_whole_way_with_a_map_and_are_taken_back_whole(city: TestCity, root: Client) -> None:
    layer = main_layer_row()
    assert layer is not None
    before = rows_of_last(layer)
    run_id = checked(root, "grids", grids(redivided()))
    assert counts(run_id) == {"added": 2, "changed": 1, "ended": 1, "here": 3}
    assert [row.facts() for row in rows_of_last(layer)] == [row.facts() for row in before]
    drawn = json.loads(b"".join(root.get(reverse("import-map", args=[run_id])).streaming_content))  # type: ignore[attr-defined]
    found = [one["properties"]["what"] for one in drawn["features"]]
    assert {what: found.count(what) for what in set(found)} == counts(run_id)
    text = page(root, run_id)
    assert "data-map" in text
    assert "N1" in text
    assert press(root, run_id, "keep", take="all").status_code == 302
    assert work_off_imports() == 1
    run = ImportRun.objects.get(id=run_id)
    assert (run.state, run.said) == ("brought_in", "")
    assert {row.code for row in rows_of_last(layer)} == {row.code for row in redivided()}
    assert press(root, run_id, "undo").status_code == 302
    assert work_off_imports() == 1
    assert ImportRun.objects.get(id=run_id).state == "taken_back"
    assert [row.facts() for row in rows_of_last(layer)] == [row.facts() for row in before]


def test_what_a_file_has_no_column_for_stays_as_it_is(city: TestCity, root: Client) -> None:
    layer = main_layer_row()
    assert layer is not None
    full = [
        replace(row, name="一号", households=7, people=9, purpose="学校", names={"en": "One"})
        for row in rows_of_last(layer)
    ]
    publish_grid_set(SYSTEM, layer=layer, rows=full, source="")
    moved = [(row, shapely.transform(shapely.from_wkb(row.polygon), lambda at: at + 1e-4)) for row in full]
    facts = [({"网格编码": row.code, "社区代码": area_tree().nodes[row.area_id].code}, shape) for row, shape in moved]
    run_id = checked(root, "grids", geojson(facts))
    press(root, run_id, "keep", take="all")
    work_off_imports()
    silent = rows_of_last(layer)
    assert [row.facts()[1:] for row in silent] == [row.facts()[1:] for row in full]
    assert [row.polygon for row in silent] != [row.polygon for row in full]
    run_id = checked(root, "grids", geojson([({**said, "户数": None}, shape) for said, shape in facts]))
    press(root, run_id, "keep", take="all")
    work_off_imports()
    assert {(row.households, row.people) for row in rows_of_last(layer)} == {(None, 9)}  # an empty cell says: unknown


def test_grids_are_announced_for_a_day_and_taken_back_before_it(city: TestCity, root: Client) -> None:
    day = (now() + timedelta(days=9)).date().isoformat()
    run_id = checked(root, "grids", grids(redivided()), begins=day)
    press(root, run_id, "keep", take="all")
    work_off_imports()
    version = GridSetVersion.objects.order_by("-number")[0]
    assert (version.valid_from > now(), version.begun_at) == (True, None)
    press(root, run_id, "undo")
    work_off_imports()
    version.refresh_from_db()
    assert version.taken_back_at is not None


def test_a_day_that_is_over_is_a_sentence_and_nothing_changes(city: TestCity, root: Client) -> None:
    run_id = checked(root, "grids", grids(redivided()), begins="2020-01-01")
    run = ImportRun.objects.get(id=run_id)
    assert (run.state, "is over" in run.said, GridSetVersion.objects.count()) == ("received", True, 1)


def test_two_who_publish_at_once_are_told_apart(city: TestCity, root: Client) -> None:
    first = checked(root, "grids", grids(redivided()))
    second = checked(root, "grids", grids(redivided()[:-1]))
    press(root, first, "keep", take="all")
    work_off_imports()
    press(root, second, "keep", take="all")
    work_off_imports()
    run = ImportRun.objects.get(id=second)
    assert (run.state, "in between" in run.said, GridSetVersion.objects.count()) == ("checked", True, 2), run.said


def test_coordinates_of_a_phone_are_proposed_with_the_evidence_and_taken_by_one_press(
    city: TestCity, root: Client
) -> None:
    layer = main_layer_row()
    assert layer is not None
    rows = rows_of_last(layer)
    answer = sent(root, "grids", grids(rows, "GCJ02"))
    run_id = int(answer.url.rstrip("/").split("/")[-1])
    text = page(root, run_id)
    assert "GCJ02" in text
    press(root, run_id, "columns", other="1", **columns_of(text))
    work_off_imports()
    run = ImportRun.objects.get(id=run_id)
    assert (run.bad, run.state) == (0, "checked")
    box = shapely.total_bounds(shapely.from_wkb([row.polygon for row in rows]))
    assert run.told["ground"]["bounds"] == pytest.approx(list(box), abs=2e-6)


def test_an_overlap_is_named_with_its_place_and_the_file_is_not_taken(city: TestCity, root: Client) -> None:
    rows = redivided()
    twice = grids([*rows[:-1], rows[-1]]).replace(rows[-1].code.encode(), b"X9")
    doubled = json.loads(twice)
    doubled["features"].append(json.loads(json.dumps(doubled["features"][0])))
    doubled["features"][-1]["properties"]["网格编码"] = "TWIN"
    run_id = checked(root, "grids", json.dumps(doubled).encode())
    run = ImportRun.objects.get(id=run_id)
    assert run.bad == 1
    text = page(root, run_id)
    assert "shares" in text
    assert 'data-plan-at="' in text
    assert press(root, run_id, "keep", take="all").status_code == 409
    assert GridSetVersion.objects.count() == 1


def area_rows(*features: tuple[str, str, str, Any]) -> bytes:
    return geojson(
        [({"区划代码": code, "区划名称": name, "级别": level}, shape) for code, name, level, shape in features]
    )  # fmt: skip


def test_outlines_of_areas_come_in_are_kept_and_go_back_to_what_they_were(city: TestCity, root: Client) -> None:
    one = next(node for node in area_tree().nodes.values() if node.level == "community")
    box = shapely.box(115.0, 30.0, 115.02, 30.02)
    run_id = checked(root, "areas", area_rows((one.code, "新名社区", "社区", box)))
    assert (ImportRun.objects.get(id=run_id).bad, counts(run_id)["changed"]) == (0, 1), ImportRun.objects.get(
        id=run_id
    ).told
    press(root, run_id, "keep", take="all")
    work_off_imports()
    area = Area.objects.get(id=one.id)
    assert (area.name, shapely.from_wkb(bytes(area.outline or b"")).equals(box)) == ("新名社区", True)
    again = checked(root, "areas", area_rows((one.code, "新名社区", "社区", shapely.reverse(box))))
    assert counts(again)["changed"] == 0
    press(root, run_id, "undo")
    work_off_imports()
    area.refresh_from_db()
    assert (area.name, area.outline, area_tree().nodes[one.id].name) == (one.name, None, one.name)


def test_a_list_without_shapes_adds_areas_and_what_hangs_on_them_keeps_them(city: TestCity, root: Client) -> None:
    street = next(node for node in area_tree().nodes.values() if node.level == "street")
    content = f"代码,名称,级别,上级\nNEW-1,新社区,社区,{street.code}\n".encode("gbk")
    refused = checked(root, "areas", content, "新.csv")
    assert "12 digits" in str(ImportRun.objects.get(id=refused).told["ground"]["faults"])
    code = street.code[:9] + "987"
    run_id = checked(root, "areas", content.replace(b"NEW-1", code.encode()), "新.csv")
    assert counts(run_id) == {"added": 1, "changed": 0, "ended": 0, "here": len(area_tree().nodes)}
    press(root, run_id, "keep", take="all")
    work_off_imports()
    added = Area.objects.get(code=code)
    user = create_user(SYSTEM, username="held", display_name="H", unit=city.units["city_centre"], password=PASSWORD)
    right = grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=added)
    press(root, run_id, "undo")
    work_off_imports()
    added.refresh_from_db()
    run = ImportRun.objects.get(id=run_id)
    assert (added.valid_to, run.state, "hangs" in run.said) == (None, "brought_in", True)
    # What has ended hangs on nothing any more.
    end_scope(SYSTEM, scope=right, by=None)
    press(root, run_id, "undo")
    work_off_imports()
    added.refresh_from_db()
    assert (added.valid_to is None, ImportRun.objects.get(id=run_id).state) == (False, "taken_back")


def test_who_administers_a_part_of_the_city_changes_no_areas(city: TestCity) -> None:
    client = signed_in(city, "administrator", "en")
    one = next(node for node in area_tree().nodes.values() if node.level == "community")
    run_id = checked(client, "areas", area_rows((one.code, "别名", "社区", None)))
    run = ImportRun.objects.get(id=run_id)
    assert (run.state, "全市" in run.said) == ("received", True), run.said


BOX = shapely.box(115.0, 30.0, 115.02, 30.02)
KNOT = shapely.Polygon([(115.0, 30.0), (115.02, 30.02), (115.02, 30.0), (115.0, 30.02)])


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (KNOT, "crosses itself"),
        (shapely.Point(115.01, 30.01), "Give a Polygon"),
        (shapely.transform(BOX, lambda at: at[:, ::-1]), "Are they swapped"),
        (shapely.box(10, 50, 10.1, 50.1), "This lies at"),
        (shapely.Polygon([(179.9, 30), (179.9, 31), (-179.9, 31), (-179.9, 30)]), "180th meridian"),
    ],
)
def test_an_outline_that_cannot_be_is_named_and_nothing_is_kept(
    city: TestCity, root: Client, shape: Any, said: str
) -> None:
    one = next(node for node in area_tree().nodes.values() if node.level == "community")
    run_id = checked(root, "areas", area_rows((one.code, one.name, "社区", shape)))
    run = ImportRun.objects.get(id=run_id)
    assert (run.bad > 0, said in str(run.told["ground"]["faults"])) == (True, True), run.told
    assert press(root, run_id, "keep", take="all").status_code == 409
    assert Area.objects.get(id=one.id).outline is None


def zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"nothing of this is a table", "cannot be read"),
        (zipped({"../../etc/cron.d/x.geojson": b"{}"}), "outside of its folder"),
        (zipped({"big.geojson": b"0" * (257 * 2**20)}), "would unpack to"),
        (zipped({"a.shp": b"1"}), "lacks"),
        ('{"type":"FeatureCollection","features":[]}'.encode("utf-16"), "no features"),
        (b'{"type":"FeatureCollection","features":[{"x": "\xff\xfe"}]}', "neither UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence_at_the_door(
    city: TestCity, root: Client, content: bytes, said: str
) -> None:
    answer = sent(root, "grids", content)
    assert (answer.status_code, said in answer.content.decode()) == (422, True), re.findall(
        r'class="notice.*?</div>', answer.content.decode(), re.DOTALL
    )
    assert ImportRun.objects.count() == 0
