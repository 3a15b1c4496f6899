"""The search box above every page by keyboard: `/` goes there, typing answers by kind, arrows and Enter open, Escape closes."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.platform.public import SYSTEM
from linli.core.registry.public import replace_streets
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [360, 1440])
def test_the_keyboard_is_enough_to_find_a_case(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    case = town.report(words="桥下有一张旧沙发和一个床垫")
    page = opened(chromium, live_server, town, "acceptance", width=width)
    page.goto(live_server.url + reverse("home"))
    page.keyboard.press("/")
    page.keyboard.type("沙发床垫")
    found = page.locator("#search-found [role=option]")
    expect(found.first).to_contain_text("桥下有一张旧沙发")
    page.keyboard.press("ArrowDown")
    expect(found.first).to_have_attribute("aria-selected", "true")
    # Nothing lies outside of the window.
    box = page.locator("#search-found").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    expect(page.locator("#search-found")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/cases/{case.id}/$"))
    page.context.close()


def test_enter_alone_leads_to_the_page_of_everything_found(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    page = opened(chromium, live_server, town, "acceptance")
    page.goto(live_server.url + reverse("home"))
    page.keyboard.press("/")
    page.keyboard.type("第1网格")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search/"))
    expect(page.locator("h1")).to_contain_text("第1网格")
    page.context.close()


@pytest.mark.parametrize("width", [360, 1440])
def test_on_the_map_the_search_moves_the_map_and_says_so_in_the_address(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    replace_streets(SYSTEM, [("长安巷", [(115.004, 30.001), (115.004, 30.009)])], source="test")
    page = opened(chromium, live_server, town, "acceptance", width=width)
    page.goto(live_server.url + reverse("map"))
    page.wait_for_selector(".map__canvas canvas")
    page.evaluate("window.stillHere = true")
    page.keyboard.press("/")
    page.keyboard.type("changan")
    found = page.locator("#search-found [role=option]")
    expect(found.first).to_contain_text("长安巷")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/map/\?at=115\.004"))
    expect(page.locator(".maplibregl-marker")).to_be_visible()
    expect(page.locator("#search-found")).to_be_hidden()
    expect(page.get_by_role("combobox", name="搜索")).to_have_value("长安巷")
    assert page.evaluate("window.stillHere") is True  # the page was not loaded anew
    page.reload()
    expect(page.locator(".maplibregl-marker")).to_be_visible()
    # Nothing of that name: the list says what can be looked for.
    page.keyboard.press("/")
    page.keyboard.type("鑫鑫鑫")
    expect(page.locator(".search-found__nothing")).to_contain_text("路名、小区、社区或网格")
    page.context.close()
