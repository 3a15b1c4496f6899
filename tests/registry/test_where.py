"""A pin in words: crossing with direction and metres, street, shop, compound; and where the names come from."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import assume, given
from hypothesis import strategies as st

from linli.core.platform.public import SYSTEM, BadInput
from linli.core.registry.models import StreetPiece
from linli.core.registry.public import (
    PlacedRow,
    PremisesKind,
    add_compounds,
    add_premises,
    lines_of_file,
    replace_streets,
    where_is,
)
from linli.core.registry.where import Segment, meeting
from linli.lib.vector_tiles import named_lines
from tests.city import TestCity

# At 30° N a thousandth of a degree is 96.5 m east and 110.9 m north.
EAST, NORTH = 0.001 / 96.5, 0.001 / 110.9
LON, LAT = 115.005, 30.005


def at(east_m: float, north_m: float) -> tuple[float, float]:
    return LON + east_m * EAST, LAT + north_m * NORTH


@pytest.fixture
def streets(city: TestCity) -> TestCity:
    """River road from west to east and Long lane from south to north, which cross; a lane that ends 8 m before the road."""
    replace_streets(
        SYSTEM,
        [
            ("滨江北路", [at(-900, 0), at(900, 0)]),
            ("长安巷", [at(0, -300), at(0, 300)]),
            ("梨园街", [at(400, 8), at(400, 300)]),
            ("", [at(50, -300), at(50, 300)]),
        ],
        source="test",
    )
    return city


@pytest.mark.parametrize(
    ("east_m", "north_m", "words"),
    [
        (0, 0, "滨江北路与长安巷路口"),
        (8, 6, "滨江北路与长安巷路口"),
        (31, 2, "滨江北路与长安巷路口东 30 米"),
        (-62, -3, "滨江北路与长安巷路口西 60 米"),
        (2, 103, "长安巷与滨江北路路口北 100 米"),
        (20, -21, "长安巷与滨江北路路口东南 30 米"),
        (397, 30, "梨园街与滨江北路路口北 20 米"),
        (-600, 20, "滨江北路"),
        (-600, 200, ""),
        (50, 200, "长安巷"),
    ],
)
def test_a_pin_answers_with_its_crossing_or_street(
    streets: TestCity, east_m: float, north_m: float, words: str
) -> None:
    with translation.override("zh-hans"):
        assert where_is(*at(east_m, north_m)) == words


def test_the_words_come_in_the_language_of_the_request(streets: TestCity) -> None:
    with translation.override("en"):
        assert where_is(*at(31, 2)) == "crossing 滨江北路 / 长安巷, 30 m east"


def test_a_shop_or_a_compound_says_it_where_no_crossing_is_near(streets: TestCity) -> None:
    area = streets.areas["990101001001"].id
    ring = shapely.to_wkb(shapely.box(*at(-30, -280), *at(-10, -200)))
    add_compounds(
        SYSTEM, [PlacedRow("C1", *at(-20, -240), area, {"name": "搪瓷厂家属院", "outline": ring})], source="test"
    )
    for code, place, name in (("P1", at(-590, 20), "渡口水果店"), ("P2", at(700, 500), "江边小学")):
        columns = {"kind": PremisesKind.SHOP, "name": name, "address": ""}
        add_premises(SYSTEM, [PlacedRow(code, *place, area, columns)], source="test")
    with translation.override("zh-hans"):
        assert where_is(*at(-20, -205)) == "搪瓷厂家属院内"
        assert where_is(*at(-600, 20)) == "滨江北路渡口水果店旁"
        assert where_is(*at(710, 510)) == "江边小学旁"
        assert where_is(*at(710, 560)) == ""


def test_nothing_is_known_before_streets_are_loaded_and_anywhere_else(city: TestCity) -> None:
    assert where_is(LON, LAT) == ""
    for lon, lat in ((0.0, 0.0), (180.0, 90.0), (-180.0, -90.0), (1e-320, 0.0)):
        assert where_is(lon, lat) == ""


def test_an_answer_takes_three_statements_however_many_streets_there_are(streets: TestCity) -> None:
    many = [(f"第{number}巷", [at(number * 7, -300), at(number * 7, 300)]) for number in range(-60, 60)]
    for lines in ([("滨江北路", [at(-900, 0), at(900, 0)])], many):
        replace_streets(SYSTEM, lines, source="test")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            where_is(*at(3, 5))
        assert len(asked) == 3


def test_loading_again_replaces_what_was_there_and_leaves_out_what_is_no_street(city: TestCity) -> None:
    line = [at(0, 0), at(250, 0)]
    assert replace_streets(SYSTEM, [("梨园街", line)], source="a") == 3
    assert replace_streets(SYSTEM, [("梨园街", line)], source="a") == 3
    wrong = [
        ("无", []),
        ("点", [at(0, 0)]),
        ("长" * 121, line),
        ("远", [(math.nan, 30.0), (115.0, 30.0)]),
        ("外", [(500.0, 30.0), (115.0, 30.0)]),
    ]
    assert replace_streets(SYSTEM, wrong, source="b") == 0
    assert not StreetPiece.objects.exists()


def test_streets_come_from_a_file_and_a_file_without_the_column_says_so(city: TestCity, tmp_path: Path) -> None:
    from linli.config.commands.streets import streets

    file = tmp_path / "streets.geojson"
    feature = {
        "type": "Feature", "properties": {"road": "梨园街"}, "geometry": {"type": "LineString", "coordinates": [at(0, 0), at(90, 0)]},
    }  # fmt: skip
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), encoding="utf-8")
    with (
        translation.override("en"),
        pytest.raises(BadInput, match=r"no column “name”; name one of these with --name-column: road\."),
    ):
        list(lines_of_file(file, "name"))
    (tmp_path / "notes.txt").write_text("road\n", encoding="utf-8")
    with translation.override("en"), pytest.raises(BadInput, match=r"notes\.txt cannot be read"):
        list(lines_of_file(tmp_path / "notes.txt", "name"))
    done = CliRunner().invoke(streets, ["import", str(file), "--name-column", "road"])
    assert done.exit_code == 0, done.output
    assert StreetPiece.objects.get().name == "梨园街"
    missing = CliRunner().invoke(streets, ["import"])
    assert missing.exit_code == 1
    assert "basemap.pmtiles" in missing.output


def test_named_lines_come_out_of_a_tile_where_they_were() -> None:
    import mapbox_vector_tile

    # Tile 14/13425/6756 holds 115.005° E 30.005° N; the line runs from its north-west corner to its middle.
    features = [
        {"geometry": "LINESTRING (0 0, 2048 2048)", "properties": {"name": "滨江北路"}},
        {"geometry": "LINESTRING (0 0, 10 10)", "properties": {}},
    ]
    content = mapbox_vector_tile.encode(
        [{"name": "road", "features": features}], default_options={"y_coord_down": True, "extents": 4096}
    )
    lines = list(named_lines(content, "road", 14, 13425, 6756))
    assert [name for name, _vertices in lines] == ["滨江北路"]
    (west, north), (middle_x, middle_y) = lines[0][1]
    assert west == pytest.approx(13425 / 2**14 * 360 - 180)
    assert middle_x - west == pytest.approx(360 / 2**15)
    assert middle_y < north


metres = st.floats(-200, 200)
segments = st.tuples(st.tuples(metres, metres), st.tuples(metres, metres))


@given(segments, segments)
def test_where_two_pieces_meet_is_as_far_as_shapely_says(one: Segment, other: Segment) -> None:
    assume(min(shapely.LineString(one).length, shapely.LineString(other).length) > 1)
    apart_m, place = meeting(one, other)
    assert apart_m == pytest.approx(shapely.LineString(one).distance(shapely.LineString(other)), abs=1e-6)
    assert shapely.LineString(one).distance(shapely.Point(place)) == pytest.approx(0, abs=1e-6)
