"""What stands beside the map: the list in view, a part that was drawn, figures by area and day, a point in words; each of what somebody may see."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

import numpy as np
import pytest
from django.urls import reverse

from linli.algorithms.drawn import Disc, Ring, holds
from linli.core.cases.pages.filters import parse_filter
from linli.core.cases.public import Case, CaseFilter, filtered
from linli.core.grids.models import GridShape
from linli.core.platform.public import SYSTEM, forget_all, local_today, now
from linli.core.registry.public import replace_streets
from tests.city import COMMUNITY, SECOND_COMMUNITY, TestCity
from tests.web.staff import signed_in
from tests.web.test_map_tiles import tile, total

ALL = "114.9,29.9,115.2,30.1"


def listed(city: TestCity, who: str, **query: str) -> tuple[list[int], str]:
    """The ids of the list beside the map in their order, and its heading."""
    answer = signed_in(city, who).get(reverse("map-list"), {"box": ALL, **query})
    assert answer.status_code == 200
    words = answer.content.decode()
    return [int(one) for one in re.findall(r'data-case="(\d+)"', words)], re.sub(
        r"<[^>]+>", "", words.split("</h2>")[0]
    ).strip()


def spread(city: TestCity, count: int, seed: int = 1) -> list[Case]:
    """Cases anywhere on the ground of the street."""
    draw = np.random.default_rng(seed)
    places = draw.uniform((115.0, 30.0), (115.029, 30.01), (count, 2)).tolist()
    return [city.report("acceptance", uuid=uuid4(), lon=lon, lat=lat) for lon, lat in places]


def test_the_list_has_what_is_in_view_and_counts_all_of_it(city: TestCity) -> None:
    west, east = city.report(grid=0), city.report(grid=2)
    city.report(grid=3)
    assert set(listed(city, "dispatcher")[0]) == {west.id, east.id}, "of the own street"
    assert listed(city, "dispatcher", box="115.00,30.0,115.01,30.01") == ([west.id], "1 件案卷在视野内")
    assert listed(city, "dispatcher", box="115.011,30.0,115.012,30.01")[0] == []
    assert listed(city, "dispatcher", state="closed")[0] == []
    city.bring_to("closed", case=west)
    assert listed(city, "dispatcher")[0] == [east.id], "open ones, as on the map"
    assert listed(city, "dispatcher", state="closed")[0] == [west.id]


def test_the_most_urgent_stand_first_and_at_most_fifty(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [city.report(uuid=uuid4()) for _number in range(4)]
    for place, case in enumerate(cases):
        Case.objects.filter(id=case.id).update(clock_state="running", due_at=now() + timedelta(hours=10 - place))
    Case.objects.filter(id=cases[0].id).update(clock_state="paused")
    assert listed(city, "dispatcher")[0] == [cases[3].id, cases[2].id, cases[1].id, cases[0].id]
    monkeypatch.setattr("linli.core.cases.pages.map_parts.MOST_LISTED", 2)
    ids, heading = listed(city, "dispatcher")
    assert ids == [cases[3].id, cases[2].id]
    assert heading.startswith("4 件")


@pytest.mark.parametrize(
    "box", ["", "1,2,3", "1,2,3,4,5", "9,9,1,1", "a,b,c,d", "nan,0,1,1", "0,0,1e9,1", "-181,0,1,1"]
)
def test_a_box_that_is_none_is_refused(city: TestCity, box: str) -> None:
    assert signed_in(city, "dispatcher").get(reverse("map-list"), {"box": box}).status_code == 422


SHAPES = (
    (
        Ring(((115.002, 30.001), (115.02, 30.002), (115.015, 30.009), (115.008, 30.004))),
        "115.002_30.001~115.02_30.002~115.015_30.009~115.008_30.004",
    ),
    (Disc(115.014, 30.005, 700), "115.014_30.005_700m"),
)


@pytest.mark.parametrize(("shape", "words"), SHAPES, ids=["ring", "disc"])
def test_a_drawn_part_holds_for_list_counts_and_tiles_alike(city: TestCity, shape: Ring | Disc, words: str) -> None:
    cases = spread(city, 40)
    inside = holds(shape, np.array([case.lon for case in cases]), np.array([case.lat for case in cases]))
    expected = {case.id for case, is_in in zip(cases, inside, strict=True) if is_in}
    assert 5 < len(expected) < 35
    access = city.access["dispatcher"]
    assert set(filtered(access, CaseFilter(within=shape)).values_list("id", flat=True)) == expected
    assert set(listed(city, "dispatcher", within=words)[0]) == expected
    for zoom in (9, 12):
        assert total(tile(city, "dispatcher", "map-cases", zoom, within=words), "case_counts") == len(expected)
    page = signed_in(city, "dispatcher").get(reverse("cases"), {"within": words}).content.decode()
    assert {int(one) for one in re.findall(r'data-case="(\d+)"', page)} == expected
    assert f"within={words}" in unescape(page).replace("%7E", "~"), "the other filters keep it"
    opening = signed_in(city, "dispatcher").get(reverse("map"), {"within": words}).context["bounds"]
    assert opening[0] >= 114.99
    assert opening[2] <= 115.03


@pytest.mark.parametrize(
    "words",
    [
        "1", "115_30", "115_30~115.1_30", "115_30~115.1_30~", "115_30~115.1_30~200_30", "115_30~115.1_30~115_86", "115_30_0m", "115_30_50001m",
        "115_30_5", "١١٥_30_5m", "115.123456_30_5m", "~".join(["115.00001_30.00001"] * 41), "~".join(["115.00001_30.00001"] * 400),
    ],
)  # fmt: skip
def test_a_part_that_is_none_is_said_and_left_out(words: str) -> None:
    asked = parse_filter({"within": words})
    assert asked.filter.within is None
    assert len(asked.wrong) == 1
    assert "within" not in asked.with_()


def test_as_many_corners_as_may_be_are_understood_and_survive_the_address() -> None:
    words = "~".join(f"{115 + number / 1e5:.5f}_{30 + number % 7 / 1e5:.5f}" for number in range(40))
    asked = parse_filter({"within": words})
    assert len(asked.filter.within.corners) == 40  # type: ignore[union-attr]
    assert dict(parse_qsl(asked.with_()[1:])) == {"within": words}
    assert len(asked.with_()) < 1000, "an export keeps what the address asked for"


def shades(city: TestCity, who: str, **query: str) -> tuple[dict[str, int], list[tuple[str, list[str], str]]]:
    """Shade by code of the area, and the rows of the table: title, figures, where it leads."""
    words = signed_in(city, who).get(reverse("map-shades"), query).content.decode()
    drawn = json.loads(unescape(words.split('data-shades="')[1].split('"')[0]))
    rows = []
    for row in words.split("<tbody>")[1].split("</tr>")[:-1]:
        url, title = re.search(r'href="([^"]+)">([^<]+)<', row).groups()  # type: ignore[union-attr]
        rows.append((title, re.findall(r">([^<>]+)</td>", row), unescape(url)))
    return drawn, rows


def test_every_figure_of_the_shades_is_that_of_the_list_it_leads_to(city: TestCity) -> None:
    for grid, count in ((0, 3), (1, 2), (2, 1), (3, 4)):
        for _number in range(count):
            city.report(grid=grid, uuid=uuid4())
    city.bring_to("closed", case=Case.objects.order_by("id")[0])
    drawn, rows = shades(city, "dispatcher")
    assert drawn == {COMMUNITY: 4, SECOND_COMMUNITY: 3}
    assert [figures for _title, figures, _url in rows] == [["4"], ["1"]], "of the own street, open ones"
    client = signed_in(city, "dispatcher")
    for _title, (said, *_more), url in rows:
        page = client.get(url).content.decode()
        assert len(set(re.findall(r'data-case="(\d+)"', page))) == int(said)
    _drawn, rows = shades(city, "supervisor", by="street")
    assert sorted(int(figures[0]) for _title, figures, _url in rows) == [4, 5]
    _drawn, rows = shades(city, "dispatcher", state="closed")
    assert [figures for _title, figures, _url in rows] == [["1"], ["0"]]
    assert "since" in dict(parse_qsl(urlsplit(rows[0][2]).query)), "what ended is bounded, and the list with it"


def test_cases_for_a_thousand_households_need_every_grids_figure(city: TestCity) -> None:
    for _number in range(3):
        city.report(grid=0, uuid=uuid4())
    _drawn, rows = shades(city, "dispatcher", per="households")
    assert rows[0][1] == ["3", "800", "3.8"]
    GridShape.objects.filter(grid__code="G2").update(households=None)
    forget_all()
    drawn, rows = shades(city, "dispatcher", per="households")
    assert COMMUNITY not in drawn
    assert [figures for _title, figures, _url in rows if "3" in figures] == [["3", "—", "—"]]


def test_nobody_counts_by_area_what_they_may_not_see(city: TestCity) -> None:
    city.report(grid=0)
    assert all(figures == ["0"] for _title, figures, _url in shades(city, "far_acceptance")[1])
    assert signed_in(city, "administrator").get(reverse("map-shades")).status_code == 403


def test_days_count_what_a_list_of_that_day_has(city: TestCity) -> None:
    cases = [city.report(uuid=uuid4()) for _number in range(5)]
    city.report(grid=3)
    for case, before in zip(cases, (0, 0, 1, 89, 90), strict=True):
        Case.objects.filter(id=case.id).update(reported_at=now() - timedelta(days=before))
    client = signed_in(city, "dispatcher")
    days = dict(client.get(reverse("map-days")).json()["days"])
    assert len(days) == 90
    assert list(days)[-1] == local_today().isoformat()
    assert [count for count in days.values() if count] == [1, 1, 2]
    for day, count in [(day, count) for day, count in days.items() if count]:
        assert total(tile(city, "dispatcher", "map-cases", 10, since=day, until=day), "case_counts") == count
    city.bring_to("closed", case=cases[0])
    assert sum(dict(client.get(reverse("map-days"), {"state": "closed"}).json()["days"]).values()) == 1
    assert sum(dict(client.get(reverse("map-days"), {"q": "没有的词"}).json()["days"]).values()) == 0


def test_a_point_answers_in_words_with_the_ways_there(city: TestCity) -> None:
    replace_streets(
        SYSTEM,
        [("滨江北路", [(115.0, 30.005), (115.01, 30.005)]), ("长安巷", [(115.004, 30.001), (115.004, 30.009)])],
        source="test",
    )
    ask: dict[str, Any] = {"at": "115.004400,30.005000"}
    said = signed_in(city, "dispatcher").get(reverse("map-place"), ask).content.decode()
    assert "与长安巷路口东" in said or "与滨江北路路口东" in said
    assert "第1网格" in said
    assert "uri.amap.com" in said
    assert "115.004400, 30.005000" in said
    assert (
        "第4网格"
        not in signed_in(city, "dispatcher").get(reverse("map-place"), {"at": "115.035,30.005"}).content.decode()
    )
    assert signed_in(city, "dispatcher").get(reverse("map-place"), {"at": "x"}).status_code == 422


def test_a_tile_of_grids_draws_the_areas_that_somebody_may_see(city: TestCity) -> None:
    drawn = {one["uuid"] for one in tile(city, "dispatcher", "map-grids", 11, (115.02, 30.005))["areas"]}
    assert drawn == {COMMUNITY, SECOND_COMMUNITY}
