"""Bringing a file in, in a browser: from the list to the columns, the dry run with its progress, the good rows, and back again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from linli.core.exchange.public import work_off_imports
from linli.subsystems.example.models import BenchNote
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import TestCity
from tests.exchange.files import bench

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# A heading that nobody knows, one of what linli keeps nothing of, a bad number and a place of another district.
ROWS = [bench(1), bench(2), bench(3).replace("115.0", "east"), bench(4, grid=4)]
FILE = "\n".join(["编号,哪里,经度,纬度,民族", *(f"{row},汉" for row in ROWS)]) + "\n"


@pytest.mark.parametrize("width", [1440, 360])
def test_a_file_is_brought_in_and_taken_back(
    chromium: Browser, live_server: LiveServer, town: TestCity, tmp_path: Path, settings: Settings, width: int
) -> None:
    settings.LINLI_HOME = tmp_path
    (tmp_path / "长椅.csv").write_text(FILE, encoding="gbk")
    page = opened(chromium, live_server, town, "supervisor", width=width)
    page.goto(live_server.url + reverse("imports"))
    page.click(".import-kinds__link >> text=长椅")
    page.set_input_files("input[name=file]", tmp_path / "长椅.csv")
    page.click(".button--primary")
    expect(page.locator(".notice--amber")).to_contain_text("位置")
    expect(page.locator(".import-column--out")).to_contain_text("民族")
    page.select_option("#column_1", label="位置 *")
    page.click(".button--primary")
    expect(page.locator(".import-step")).to_contain_text("排队中")
    assert work_off_imports() == 1
    # The page finds out by itself.
    expect(page.locator("#faults-title")).to_be_visible()
    expect(page.locator("#import")).to_contain_text("请用数字填写")
    with page.expect_download() as download:
        page.click("text=下载有误的行")
    assert len(download.value.path().read_text("utf-8-sig").splitlines()) == 3
    page.click("text=只导入正确的 2 行")
    expect(page.locator(".import-step")).to_be_visible()
    page.goto(live_server.url + reverse("imports"))
    page.click("a.row-link >> text=长椅.csv")
    assert work_off_imports() == 1
    expect(page.locator("#import [data-dialog=undo]")).to_be_visible()
    assert BenchNote.objects.count() == 2
    page.click("#import [data-dialog=undo]")
    page.click("#undo .button--danger-primary")
    expect(page.locator(".import-step")).to_be_visible()
    assert work_off_imports() == 1
    expect(page.locator("#import .page-head")).to_contain_text("已撤回")
    assert BenchNote.objects.count() == 0
    page.context.close()


def test_without_scripts_the_same_way_is_open(
    chromium: Browser, live_server: LiveServer, town: TestCity, tmp_path: Path, settings: Settings
) -> None:
    settings.LINLI_HOME = tmp_path
    (tmp_path / "b.csv").write_text("编号,位置,经度,纬度\n" + bench(1) + "\n", encoding="utf-8")
    scripted = opened(chromium, live_server, town, "supervisor")
    context = chromium.new_context(
        java_script_enabled=False, locale="zh-CN", storage_state=scripted.context.storage_state()
    )
    page = context.new_page()
    page.goto(live_server.url + reverse("import-new", args=["benches"]))
    page.set_input_files("input[name=file]", tmp_path / "b.csv")
    page.click(".button--primary")
    page.click(".button--primary")
    assert work_off_imports() == 1
    page.click("text=查看进度")
    page.click("text=导入全部 1 行")
    assert work_off_imports() == 1
    page.click("text=查看进度")
    page.locator("noscript .button--danger").click()
    assert work_off_imports() == 1
    page.click("text=查看进度")
    expect(page.locator("#import .page-head")).to_contain_text("已撤回")
    context.close()
    scripted.context.close()
