"""Safety beside premises, an area and a grid, and premises on the map: for who may see them, with signs that a legend explains."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from linli.core.grids.public import locate_main
from linli.core.platform.public import MapLayer, parts
from linli.subsystems.safety.ratings import Rating
from linli.subsystems.safety.summary import hazardous_in, of_grid, of_place, of_premises, stars_in
from linli.subsystems.safety.tests.test_files import entry_of
from linli.subsystems.safety.tests.test_hazard import hazard_of
from linli.subsystems.safety.tests.test_plans import TestPlan as PlanSteps
from linli.subsystems.safety.tests.test_stars import dwelling_of, propose
from linli.web.frame import menu_at
from linli.web.workbench.menu import menu
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity

MOST_STATEMENTS = 14  # of which the two cards of safety are six
BOX = (115.0, 30.0, 115.01, 30.01)


def said(content: Any) -> dict[str, str]:
    """The lines of a card: title → what is said of it, without marks."""
    return {line.title: line.value.split("</svg>")[-1].replace("</span>", "") for line in content["lines"]}


@pytest.fixture
def dwelling(city: TestCity) -> Any:
    """A dwelling with a lacking file, a grave and a slight hazard, stars, and the plan of its community."""
    found = dwelling_of(city, with_file=False)
    entry_of(city, "supervisor", premises=found, kind="alarm", title="")
    hazard_of(city, premises=found, severity="grave", place="")
    hazard_of(city, premises=found, severity="slight", place="")
    PlanSteps().approved(city)
    propose()
    return found


def test_premises_say_file_plan_stars_and_hazards(city: TestCity, dwelling: Any) -> None:
    with translation.override("zh-hans"):
        lines, term = said(of_premises(city.access["worker"], dwelling)), Rating.objects.get().term_words
    assert lines["安全档案"] == "有缺项"
    assert "缺：安全承诺书、灭火器、本年度安全培训、电气检测" in lines
    assert lines["火灾应急预案"] == "社区"
    assert lines["隐患"] == "2条未销号"
    assert "★☆☆☆☆" in lines[f"星级 · {term}"]


def test_the_page_of_premises_asks_nothing_twice(city: TestCity, dwelling: Any) -> None:
    page, client = f"/ledgers/premises/{dwelling.id}/", signed_in(Client(), city.users["supervisor"])
    client.get(page)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(page).status_code == 200
    statements = [one["sql"] for one in asked.captured_queries]
    assert len(set(statements)) == len(statements)
    assert len(statements) <= MOST_STATEMENTS


def test_an_area_and_a_grid_say_it_of_all_their_premises(city: TestCity, dwelling: Any) -> None:
    access, grid = city.access["worker"], locate_main(dwelling.lon, dwelling.lat)[0]
    with translation.override("zh-hans"):
        here, there = said(of_grid(access, grid)), said(of_place(access, city.areas[COMMUNITY]))
    expected = {"隐患": "2条未销号", "场所安全档案": "1家中1家有缺项", "星级": "1星1套"}
    assert here == expected
    assert there == expected | {"安全档案": "有缺项", "火灾应急预案": "社区"}
    assert of_grid(city.access["other_worker"], grid) is None


def test_points_bear_signs_that_the_legend_explains_for_who_may_see_them(city: TestCity, dwelling: Any) -> None:
    access, far = city.access["worker"], city.access["other_worker"]
    assert [(one.mark, one.tone) for one in hazardous_in(access, BOX)] == [("!2", "red")]
    assert [(one.mark, one.tone) for one in stars_in(access, BOX)] == [("1", "red")]
    assert (hazardous_in(far, BOX), stars_in(far, BOX)) == ([], [])
    assert stars_in(access, (116.0, 30.0, 117.0, 31.0)) == []
    answer = (
        signed_in(Client(), city.users["worker"]).get("/map/layers/stars/", {"box": ",".join(map(str, BOX))}).json()
    )
    assert answer["features"][0]["properties"]["mark"] == "1"
    layers = {one.code: one for one in parts(MapLayer)}
    assert {tone for _mark, tone, _titles in layers["stars"].legend} >= {"red", "amber", "on_time"}
    assert all(
        mark and titles["zh-hans"] for code in ("stars", "hazardous") for mark, _tone, titles in layers[code].legend
    )


@pytest.mark.parametrize(
    ("page", "entry"),
    [
        ("hazards", "hazards"), ("new", "hazards"), ("inspections", "inspections"), ("inspection-plans", "inspections"), ("checklists", "inspections"),
        ("files", "files"), ("file-entries", "files"), ("plans", "files"), ("drills", "files"), ("ratings", "ratings"),
    ],
)  # fmt: skip
def test_each_page_marks_the_entry_of_the_menu_that_it_belongs_to(city: TestCity, page: str, entry: str) -> None:
    made = menu_at(reverse(f"safety:{page}"), menu(city.access["supervisor"]))
    assert made.current_url == reverse(f"safety:{entry}")
