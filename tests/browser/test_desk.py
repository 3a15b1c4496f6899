"""Lists and forms of the desk in a browser: keys, ticks, views that come when asked for, the focus on what is to be mended."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.access.public import User
from linli.core.desk import list_pages
from linli.core.desk.public import SavedView, work_off_exports
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_list_is_walked_by_keys_ticked_and_its_view_kept(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    page = opened(chromium, live_server, town, "administrator")
    page.goto(f"{live_server.url}/people/?role=grid_worker")
    expect(page.locator(".bulk")).to_be_hidden()
    page.keyboard.press("j")
    expect(page.locator("tr[aria-selected=true], tr:focus-within")).to_have_count(1)
    page.locator(".row-tick input").first.check()
    expect(page.locator(".bulk")).to_be_visible()
    page.locator(".list-views summary").click()
    page.fill(".list-views [name=name]", "网格员")
    page.locator(".list-views button").click()
    page.wait_for_url("**/people/?role=grid_worker")
    assert SavedView.objects.get().query == "role=grid_worker"


def test_what_is_to_be_mended_takes_the_focus(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    before = User.objects.count()
    page = opened(chromium, live_server, town, "administrator")
    page.goto(f"{live_server.url}/people/new/")
    page.fill("[name=display_name]", "陈芳")
    page.fill("[name=username]", "陈 芳")
    page.select_option("[name=unit]", "street_centre")
    page.locator("main form button").click()
    expect(page.locator("[name=username]")).to_be_focused()
    expect(page.locator(".form-errors a")).to_have_attribute("href", "#id_username")
    expect(page.locator("[name=display_name]")).to_have_value("陈芳")
    assert User.objects.count() == before


def test_a_long_list_is_exported_with_a_reason_and_waited_for(
    chromium: Browser, live_server: LiveServer, town: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_pages, "MOST_AT_ONCE", 3)
    page = opened(chromium, live_server, town, "administrator")
    page.goto(f"{live_server.url}/people/")
    page.locator("summary", has_text="导出").click()
    page.get_by_role("button", name="Excel").click()  # without a reason the browser stays
    expect(page.locator("#export-reason")).to_be_focused()
    page.fill("#export-reason", "核对人员名单")
    page.get_by_role("button", name="Excel").click()
    page.wait_for_url("**/exports/")
    expect(page.get_by_text("排队中")).to_be_visible()
    work_off_exports()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载").click()  # the page has asked again by itself
    assert download.value.suggested_filename.endswith(".xlsx")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("已删除")).to_be_visible()
