"""The map's own page as somebody uses it: list and map side by side, a part that is drawn, shades, days, measuring, a place, paper."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import shapely
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.cases.public import Case
from linli.core.grids.public import create_layer, parse_grid_file, publish_grid_set
from linli.core.platform.public import SYSTEM
from linli.core.registry.public import replace_streets
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import COMMUNITY, TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTED = "[data-map-list] [data-case]"


def on_the_map(
    chromium: Browser, site: LiveServer, city: TestCity, query: str = "", *, width: int = 1440, who: str = "dispatcher"
) -> Page:
    """The page of the map, drawn, with its list."""
    page = opened(chromium, site, city, who, width=width)
    page.goto(f"{site.url}{reverse('map')}{query}")
    page.wait_for_selector(".map__canvas canvas")
    page.wait_for_selector("[data-map-list] h2", state="attached")
    return page


def press(page: Page, across: float, down: float, **how: Any) -> None:
    """A press at a share of the map's width and height."""
    box = page.locator(".map__canvas canvas").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down, **how)


def cases_apart(city: TestCity) -> list[Case]:
    return [city.report(grid=grid) for grid in (0, 1, 2)]


def test_list_and_map_select_in_each_other(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    west, *_others = cases_apart(town)
    # The middle of the map is 48 m east of the case, at half a metre for a pixel.
    page = on_the_map(chromium, live_server, town, "?at=115.0055,30.005,17")
    expect(page.locator(LISTED)).to_have_count(1)
    page.locator(f"{LISTED} a").focus()
    expect(page.locator(".map-here")).to_be_visible()
    expect(page.locator(LISTED)).to_have_attribute("aria-current", "true")
    box = page.locator(".map__canvas canvas").bounding_box()
    mark = page.locator(".map-here").bounding_box()
    assert box is not None
    assert mark is not None
    assert abs(mark["x"] + mark["width"] / 2 - (box["x"] + box["width"] / 2 - 93)) < 6, "the mark stands on the case"
    page.locator("main").focus()
    page.reload()
    page.wait_for_selector(LISTED)
    page.wait_for_timeout(500)
    press(page, 0.5 - 93 / box["width"], 0.5)
    expect(page.locator(".maplibregl-popup a")).to_have_attribute("href", reverse("case", args=[west.id]))
    expect(page.locator(LISTED)).to_have_attribute("aria-current", "true")
    page.locator(".maplibregl-popup a").click()
    expect(page).to_have_url(re.compile(rf"/cases/{west.id}/$"))
    page.context.close()


def test_the_list_follows_the_map_and_the_keys(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    cases = cases_apart(town)
    page = on_the_map(chromium, live_server, town)
    expect(page.locator(LISTED)).to_have_count(3)
    expect(page.locator("[data-map-list] h2")).to_have_text("3 件案卷在视野内")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(LISTED).nth(1)).to_have_attribute("aria-current", "true")
    for _step in range(4):
        page.locator(".maplibregl-ctrl-zoom-in").click()
        page.wait_for_timeout(400)
    expect(page.locator(LISTED)).to_have_count(1)
    page.locator(f"{LISTED} a").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/cases/{cases[1].id}/$"))
    page.context.close()


def test_on_a_phone_the_list_is_a_sheet_below_the_map(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    cases_apart(town)
    page = on_the_map(chromium, live_server, town, width=360)
    expect(page.locator("[data-map-list]")).to_be_hidden()
    expect(page.locator("[data-map-count]")).to_have_text("3 件案卷在视野内")
    page.locator(".map-beside__summary").click()
    expect(page.locator(LISTED)).to_have_count(3)
    expect(page.locator(LISTED).first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.get_by_role("button", name="打印").is_visible(), "without words, but with a name"
    page.context.close()


def test_a_border_that_is_drawn_narrows_the_list_and_the_map(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    cases_apart(town)
    page = on_the_map(chromium, live_server, town)
    expect(page.locator(LISTED)).to_have_count(3)
    page.get_by_text("选范围").click()
    page.get_by_role("button", name="画边界").click()
    for across, down in ((0.03, 0.3), (0.33, 0.3), (0.33, 0.75), (0.03, 0.75)):
        press(page, across, down)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"within=115\.\d+_"))
    expect(page.locator(LISTED)).to_have_count(1)
    expect(page.locator(".chip--on")).to_contain_text("地图上的范围")
    # Escape gives up and leaves everything as it was; then a circle.
    address = page.url
    page.get_by_text("选范围").click()
    page.get_by_role("button", name="画圆").click()
    press(page, 0.5, 0.5)
    page.keyboard.press("Escape")
    expect(page.locator(".map-pen")).to_have_count(0)
    assert page.url == address
    page.get_by_text("选范围").click()
    page.get_by_role("button", name="画圆").click()
    press(page, 0.5, 0.5)
    press(page, 0.5, 0.6)
    expect(page).to_have_url(re.compile(r"within=115\.\d+_30\.\d+_\d+m"))
    page.locator(".chip--on").click()
    expect(page.locator(LISTED)).to_have_count(3)
    page.context.close()


def test_what_is_in_view_can_be_chosen_by_keys_alone(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    cases_apart(town)
    page = on_the_map(chromium, live_server, town, "?at=115.005,30.005,16")
    expect(page.locator(LISTED)).to_have_count(1)
    page.locator("summary", has_text="选范围").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="当前视野").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("within="))
    page.goto(page.url.replace("/map/", "/cases/"))
    expect(page.locator("[data-rows] tbody tr")).to_have_count(1)
    page.context.close()


def test_shades_and_heat_have_a_legend_and_numbers(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    cases_apart(town)
    page = on_the_map(chromium, live_server, town)
    page.select_option("[data-map-show]", "community")
    expect(page.locator(".map-shades h2")).to_have_text("案卷数，按社区")
    expect(page.locator(".map-shades tbody tr")).to_have_count(2)
    assert page.locator(".map-shades .shade-key li").count() == 2
    page.select_option("[data-map-show]", "street-per")
    expect(page.locator(".map-shades tbody tr")).to_have_count(1)
    expect(page.locator(".map-shades tbody td").last).to_have_text("2.5")
    page.select_option("[data-map-show]", "heat")
    expect(page.locator(".heat-key")).to_be_visible()
    page.select_option("[data-map-show]", "")
    expect(page.locator(".map-shades")).to_have_count(0)
    page.context.close()


def test_days_are_shown_a_window_at_a_time_and_stand_in_the_address(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    cases_apart(town)
    page = on_the_map(chromium, live_server, town)
    page.get_by_role("button", name="按日").click()
    expect(page.locator(".map-days__bars i")).to_have_count(90)
    expect(page.locator(".map-days__bars i.is-in")).to_have_count(7)
    expect(page.locator("[data-days-said]")).to_contain_text("3 件")
    expect(page).to_have_url(re.compile(r"since=\d{4}-\d\d-\d\d&until=\d{4}-\d\d-\d\d"))
    expect(page.locator(LISTED)).to_have_count(3)
    page.select_option("[data-days-span]", "1")
    page.get_by_role("button", name="后退一步").click()
    expect(page.locator("[data-days-said]")).to_contain_text("0 件")
    expect(page.locator(LISTED)).to_have_count(0)
    page.get_by_role("button", name="播放").click()
    expect(page.locator(LISTED)).to_have_count(3)
    expect(page.get_by_role("button", name="播放")).to_be_visible()  # it came to the end
    page.get_by_role("button", name="按日").click()
    expect(page).not_to_have_url(re.compile("since="))
    page.context.close()


def test_a_line_is_measured_and_a_place_answers_in_words(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    replace_streets(
        SYSTEM,
        [("滨江北路", [(115.0, 30.005), (115.03, 30.005)]), ("长安巷", [(115.015, 30.001), (115.015, 30.009)])],
        source="test",
    )
    page = on_the_map(chromium, live_server, town, "?at=115.0153,30.005,17")
    page.get_by_role("button", name="测量").click()
    press(page, 0.3, 0.3)
    press(page, 0.6, 0.3)
    page.keyboard.press("Enter")
    width = (page.locator(".map__canvas canvas").bounding_box() or {"width": 0})["width"]
    said = int(re.findall(r"\d+", page.locator("output.map-pen").inner_text())[0])
    assert abs(said - 0.3 * width * 0.517) < 8, "half a metre for a pixel"
    page.get_by_role("button", name="测量").click()
    expect(page.locator("output.map-pen")).to_have_count(0)
    page.get_by_role("button", name="查地点").click()
    press(page, 0.5, 0.5)
    expect(page.locator(".map-place__words")).to_contain_text("路口东")
    expect(page.locator(".map-place .map-programs a")).to_have_count(3)
    page.context.close()


def test_the_sheet_of_paper_has_map_filters_scale_and_signs(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    cases_apart(town)
    page = on_the_map(chromium, live_server, town, "?state=reported")
    page.evaluate("window.print = () => { window.printed = true }")
    page.get_by_role("button", name="打印").click()
    page.wait_for_function("window.printed")
    sheet = page.locator(".map-sheet")
    for words in ("网格与案卷", "已上报", "1 : ", "北", "已超时"):
        assert words in sheet.inner_text() or words in (sheet.text_content() or ""), words
    assert page.evaluate("document.querySelector('.map-sheet img').naturalWidth") >= 1040
    page.emulate_media(media="print")
    expect(sheet).to_be_visible()
    expect(page.locator(".page-head")).to_be_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)
    page.context.close()


def test_another_layer_of_grids_is_switched_on(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    square = {
        "type": "Feature", "geometry": json.loads(shapely.to_geojson(shapely.box(115.002, 30.002, 115.006, 30.006))),
        "properties": {"code": "M1", "area": COMMUNITY, "name": "一单元"},
    }  # fmt: skip
    rows, errors = parse_grid_file(json.dumps({"type": "FeatureCollection", "features": [square]}).encode())
    assert not errors
    publish_grid_set(SYSTEM, layer=create_layer(SYSTEM, code="micro", name="微网格"), rows=rows, source="test")
    page = on_the_map(chromium, live_server, town)
    page.locator(".map-layers__button").click()
    with page.expect_response(re.compile(r"/map/grids/\d+/\d+/\d+\.mvt\?layer=micro")) as answered:
        page.get_by_label("微网格").check()
    assert answered.value.status == 200
    page.context.close()
