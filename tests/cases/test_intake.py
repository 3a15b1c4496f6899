"""What happens when a report comes in: place, grid, worker, unit, deadline, similar cases, and bad input."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.core.cases.public import (
    Case,
    CaseEvent,
    CaseFilter,
    list_cases,
    parse_report,
    similar_cases,
    solve_on_spot,
)
from linli.core.catalogue.public import add_rule, catalogue
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, clock_at, write
from tests.city import COMMUNITY, TestCity

# A Monday at ten in China, inside office hours.
MONDAY_TEN = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)
NIGHT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)


def test_a_report_finds_its_grid_worker_unit_and_deadline(city: TestCity) -> None:
    with clock_at(MONDAY_TEN):
        case = city.report()
    assert case.grid_id is not None
    assert case.worker_id == city.users["worker"].id
    assert case.unit_id == city.units["street_centre"].id
    assert case.handling_unit_id == city.units["environment"].id
    assert case.area_id == city.areas[COMMUNITY].id
    assert (case.clock_stage, case.due_at) == ("file", MONDAY_TEN + timedelta(hours=2))


def test_a_grid_without_worker_still_gets_a_desk(city: TestCity) -> None:
    case = city.report(grid=4)
    assert case.worker_id is None
    assert case.unit_id == city.units["far_centre"].id


def test_what_no_rule_matches_stays_on_the_desk_until_somebody_chooses(city: TestCity) -> None:
    case = city.report(category=None, words="说不清是什么")
    assert case.handling_unit_id is None
    assert case.unit_id == city.units["street_centre"].id


@pytest.mark.parametrize(("instant", "unit"), [(MONDAY_TEN, "environment"), (NIGHT, "community_office")])
def test_routing_follows_category_place_and_time(city: TestCity, instant: datetime, unit: str) -> None:
    with clock_at(min(MONDAY_TEN, NIGHT)):
        add_rule(
            SYSTEM,
            unit=city.units["community_office"],
            kind="matter",
            major_code="06",
            area=city.areas[COMMUNITY],
            hours="off",
        )
    with clock_at(instant):
        assert city.report().handling_unit_id == city.units[unit].id


def test_the_more_specific_rule_wins(city: TestCity) -> None:
    category = city.category()
    add_rule(SYSTEM, unit=city.units["roads"], kind="matter", code=category.code)
    assert city.report().handling_unit_id == city.units["roads"].id


def test_similar_cases_are_near_in_place_time_and_kind(city: TestCity) -> None:
    with clock_at(MONDAY_TEN):
        first = city.report(lon=115.005, lat=30.005)
        city.report(lon=115.0056, lat=30.005)  # 58 m away
        city.report(lon=115.005, lat=30.0052, category="道路破损")
    found = similar_cases(115.00510, 30.005, city.category(), MONDAY_TEN + timedelta(hours=23))
    assert [one.id for one in found] == [first.id, first.id + 1][: len(found)]
    assert found[0].id == first.id
    assert all(one.distance_m <= 50 for one in found)
    assert similar_cases(115.0051, 30.005, city.category(), MONDAY_TEN + timedelta(hours=25)) == []


def test_the_source_position_is_kept_beside_the_converted_one(city: TestCity) -> None:
    case = city.report(lon=115.0105, lat=30.0028, position_system="GCJ02")
    assert case.position_system == "GCJ02"
    assert case.position_given == "115.0105000,30.0028000"
    assert case.lon != 115.0105


BAD: list[tuple[dict[str, Any], str]] = [
    ({"lon": 30.005, "lat": 115.005}, "lat"),
    ({"lon": 181.0, "lat": 30.0}, "lon"),
    ({"lon": math.nan}, "lon"),
    ({"lat": math.inf}, "lat"),
    ({"lon": None}, "lon"),
    ({"lon": None, "lat": None}, "lon"),
    ({"lon": None, "lat": None, "area_code": "000000000000"}, "area_code"),
    ({"source": "gossip"}, "source"),
    ({"urgency": "very"}, "urgency"),
    ({"category_id": 10**9}, "category_id"),
    ({"condition_id": 10**9}, "condition_id"),
    ({"description": "长" * 2001}, "description"),
    ({"description": "half \ud83d of a character"}, "description"),
    ({"description": "", "category_id": None}, "description"),
    ({"position_system": "WGS72"}, "position_system"),
    ({"reporter_phone": "1" * 21}, "reporter_phone"),
    ({"reporter_phone": "13800abc"}, "reporter_phone"),
    ({"reporter_phone": "()"}, "reporter_phone"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD)
def test_bad_input_names_its_field_and_keeps_nothing(city: TestCity, wrong: dict[str, Any], field: str) -> None:
    columns: dict[str, Any] = {
        "uuid": uuid4(), "source": "grid_worker", "description": "路口有垃圾", "lon": 115.005, "lat": 30.005,
        "category_id": city.category().id,
    }  # fmt: skip
    with pytest.raises(BadInput) as refused:
        parse_report(**{**columns, **wrong})
    assert refused.value.field == field
    assert refused.value.sentence
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "𠮷野家门口 𪚥",
        "🧹🗑️ 👩‍👩‍👧",
        "Ä ñ é",
        "العربية",
        "行\r\n行\tx",
        "ｆｕｌｌ",
        "\u202e反转",
        "null \x00 byte",
        "'; DROP TABLE cases_case; --",
    ],
)
def test_text_of_every_plane_is_kept_and_found_again(city: TestCity, words: str) -> None:
    case = city.report(words=words)
    kept = Case.objects.get(id=case.id).description
    assert "\x00" not in kept
    assert "\u202e" not in kept
    page = list_cases(city.access["acceptance"], CaseFilter(words=kept))
    assert [one.id for one in page.rows] == [case.id]


def test_solving_on_the_spot_needs_both_photos_and_somebody_else_to_verify(city: TestCity) -> None:
    access = city.access["worker"]
    columns: dict[str, Any] = {
        "uuid": uuid4(), "source": "grid_worker", "description": "小广告", "lon": 115.005, "lat": 30.005, "category_id": city.category().id,
    }  # fmt: skip
    with pytest.raises(BadInput):
        solve_on_spot(access.actor(), parse_report(**columns, files=(city.photo("after"),)), note="已清除")
    report = parse_report(**columns, files=(city.photo("before"), city.photo("after")))
    case = solve_on_spot(access.actor(), report, note="已清除")
    assert (case.state, case.handled_by_id) == ("handled", city.users["worker"].id)
    case = city.do("verifier", case, "send_to_verify")
    with pytest.raises(NotAllowed) as refused:
        city.do("worker", case, "verify_pass")
    assert refused.value.code == "handler_verifies"
    assert city.do("verifier", case, "verify_pass").state == "verified"


def test_category_search_knows_words_pinyin_and_initials(city: TestCity) -> None:
    for words in ("暴露垃圾", "baolu", "bllj"):
        assert "暴露垃圾" in [node.name for node in catalogue().search(words)]


def test_a_report_can_be_acted_on_in_the_write_that_brings_it(city: TestCity) -> None:
    with write(SYSTEM):
        case = city.report()
        city.do("acceptance", case, "comment", note="随报随看")
    assert CaseEvent.objects.filter(case_id=case.id).count() == 2
