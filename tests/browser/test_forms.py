"""A form is filled in by a worker in a real browser, on a phone and on a desk; nothing is too wide or has anything serious for axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from linli.core.forms.public import AnswerSheet, answers_of
from tests.browser.test_case_pages import opened, picture
from tests.city import TestCity, build_city
from tests.forms.documents import form, question, var
from tests.forms.test_filling import published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
INN = form(
    question("text", "shop_name", label="招牌上写的店名", required=True, hint="照招牌写。"),
    question("one", "kind", label="做什么生意", required=True),
    question("several", "fuel", label="使用哪些燃料", choices=[{"code": f"f{one}", "label": f"燃料 {one}"} for one in range(9)]),
    question("place", "at", label="位置"),
    question("photo", "front", label="门脸照片"),
    {
        "type": "repeat", "name": "staff", "label": "员工", "row": "员工",
        "items": [question("person", "worker", label="姓名和电话"), question("date", "born", label="出生日期")],
    },
    question("calculated", "workers", label="员工人数", calculate={"count": var("staff")}, unit="人"),
    titles={"zh-hans": "沿街商铺摸底"}, intro="每户一份，约三分钟。",
)  # fmt: skip


@pytest.fixture
def town(transactional_db: None) -> TestCity:
    """The test city, committed, so that the server's threads see it."""
    return build_city()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser of this module."""
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def fits(page: Page, name: str) -> list[str]:
    """What is wrong with a page: wider than the screen, or serious for axe. Kept as a picture where SHOTS says."""
    page.wait_for_function("document.readyState === 'complete'")  # goes on through a change of pages
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=Path(shots) / f"{name}.png", full_page=True)
    found = (
        [f"{name}: wider than the screen"] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []
    )
    told = Axe().run(page).response["violations"]
    return found + [
        f"{name}: {one['id']} {one['nodes'][0]['html'][:200]}"
        for one in told
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("width", [360, 1440])
def test_a_worker_fills_in_a_form_and_an_office_looks_at_it(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    made = published(town, INN)
    page = opened(chromium, live_server, town, "worker", width=width, csp=False)
    wrong: list[str] = []
    page.goto(live_server.url + reverse("forms"))
    wrong += fits(page, f"forms-{width}")
    page.get_by_role("main").get_by_role("link", name="沿街商铺摸底").click()
    expect(page.get_by_role("button", name="开始填写")).to_be_visible()
    wrong += fits(page, f"begin-{width}")
    page.get_by_role("button", name="开始填写").click()
    page.get_by_role("link", name="开始填写").click()
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_text("请填写这一项")).to_be_visible()
    wrong += fits(page, f"step-wrong-{width}")
    page.get_by_label("招牌上写的店名").fill("老张客栈")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("旅馆").check()
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("燃料 3").check()
    wrong += fits(page, f"several-{width}")
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_label("经度").fill("115.005")
    page.get_by_label("纬度").fill("30.005")
    wrong += fits(page, f"place-{width}")
    page.get_by_role("button", name="保存并继续").click()
    page.locator("input[type=file]").set_input_files([picture()])  # type: ignore[arg-type]
    page.get_by_role("button", name="保存并继续").click()
    page.get_by_role("textbox", name="姓名").fill("张三")
    page.get_by_role("button", name="再加一项：员工").click()
    expect(page.get_by_text("员工 2", exact=True)).to_be_visible()
    wrong += fits(page, f"rows-{width}")
    page.get_by_role("button", name="保存并继续").click()
    expect(page.get_by_text("1 人")).to_be_visible()
    wrong += fits(page, f"check-{width}")
    page.get_by_role("link", name="一页填完").click()
    expect(page.get_by_role("textbox", name="姓名").first).to_be_visible()
    wrong += fits(page, f"whole-{width}")
    page.go_back()
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_text("已提交，谢谢。")).to_be_visible()
    sheet = AnswerSheet.objects.get()
    assert answers_of(sheet, with_sealed=True)["staff"] == [{"worker": {"name": "张三", "phone": ""}}]
    office = opened(chromium, live_server, town, "leader", width=width, csp=False)
    for name, args in (
        ("form-design", [made.id]),
        ("form-question", [made.id, 0]),
        ("form-designs", []),
        ("form-table", [made.id]),
        ("form-from-xlsform", []),
        ("form-burden", []),
        ("sheet", [sheet.id]),
    ):
        office.goto(live_server.url + reverse(name, args=args))
        wrong += fits(office, f"{name}-{width}")
    assert wrong == []
