"""What follows from an answer follows at once, in a real browser; signatures and recordings are made there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from linli.core.forms.public import AnswerSheet, answers_of
from linli.core.platform.public import StoredFile
from tests.browser.test_case_pages import opened
from tests.browser.test_forms import fits
from tests.city import TestCity, build_city
from tests.forms.documents import form, question, var
from tests.forms.test_filling import begun, published

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
STREETS = [{"code": f"s{one}", "label": f"第{one}路"} for one in range(80)] + [{"code": "liu", "label": "柳荫路"}]
WITH_GUARDIAN = {"count": {"filter": [var("staff"), {"!=": [var("guardian"), None]}]}}
AGE = {"years_between": [var("born"), var("today")]}
SHOP = form(
    question("one", "kind", label="做什么生意", required=True),
    question("number", "rooms", label="客房", whole=True, unit="间", required=True, relevant={"==": [var("kind"), "inn"]}),
    {
        "type": "group", "name": "fire", "label": "消防", "relevant": {">": [var("rooms"), 3]},
        "items": [question("number", "doors", label="安全出口", constraint={">=": [var("doors"), 2]}, message="至少要有两个出口。")],
    },
    {
        "type": "repeat", "name": "staff", "label": "员工", "row": "员工",
        "items": [
            question("date", "born", label="出生日期"),
            question("text", "guardian", label="监护人", relevant={"<": [AGE, 16]}),
        ],
    },
    question("calculated", "young", label="未成年人", unit="人", impersonal=True, calculate=WITH_GUARDIAN),
    question("one", "street", label="所在道路", choices=STREETS),
    titles={"zh-hans": "沿街商铺摸底"},
)  # fmt: skip
HEARD = form(
    question("signature", "signed", label="签名"), question("voice", "said", label="口述"), titles={"zh-hans": "签收"}
)


@pytest.fixture
def town(transactional_db: None) -> TestCity:
    """The test city, committed, so that the server's threads see it."""
    return build_city()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser of this module whose microphone hums."""
    devices = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", *devices])
        yield browser
        browser.close()


def whole_page(page: Page, live_server: LiveServer, sheet: AnswerSheet) -> None:
    page.goto(live_server.url + reverse("sheet-whole", args=[sheet.id]))
    expect(page.get_by_role("button", name="提交", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_questions_come_and_go_as_answers_change_and_what_does_not_fit_is_told_beside_them(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    sheet = begun(town, published(town, SHOP).id)
    page = opened(chromium, live_server, town, "worker", width=width, csp=False)
    whole_page(page, live_server, sheet)
    rooms, doors = page.get_by_label("客房"), page.get_by_label("安全出口")
    expect(rooms).to_be_hidden()
    expect(page.get_by_label("监护人")).to_be_hidden()
    page.get_by_label("旅馆").check()
    expect(rooms).to_be_visible()
    expect(page.locator("[data-followed]")).to_have_text("本页新增 1 项要填")
    expect(doors).to_be_hidden()
    rooms.fill("5")
    expect(doors).to_be_visible()
    doors.fill("1")
    doors.blur()
    expect(page.get_by_role("alert").filter(has_text="至少要有两个出口。")).to_be_visible()
    expect(doors).to_have_attribute("aria-invalid", "true")
    assert fits(page, f"live-{width}") == []
    doors.fill("2")
    doors.blur()
    expect(page.get_by_text("至少要有两个出口。")).to_be_hidden()
    page.get_by_label("出生日期").fill("2020-01-02")
    page.get_by_label("监护人").fill("王大明")
    expect(page.locator("[data-calculated=young] output")).to_have_text("1 人")
    page.get_by_label("查找选项").fill("liuyin")
    page.get_by_label("查找选项").press("Enter")
    page.get_by_role("button", name="保存，稍后再填").click()
    expect(page.get_by_role("link", name="一页填完")).to_be_visible()
    given: dict[str, Any] = answers_of(sheet, with_sealed=True)
    assert given == {
        "kind": "inn", "rooms": 5, "doors": 2, "street": "liu", "staff": [{"born": "2020-01-02", "guardian": "王大明"}],
    }  # fmt: skip
    whole_page(page, live_server, sheet)
    page.get_by_label("商店").check()
    expect(page.get_by_label("客房")).to_be_hidden()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已提交，谢谢。")).to_be_visible()
    assert {"rooms", "doors"}.isdisjoint(answers_of(sheet, with_sealed=True))


def test_without_scripts_what_follows_is_asked_when_the_page_was_saved(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    sheet = begun(town, published(town, SHOP).id)
    scripted = opened(chromium, live_server, town, "worker", width=1440, csp=False)
    context = chromium.new_context(
        java_script_enabled=False, locale="zh-CN", storage_state=scripted.context.storage_state()
    )
    page = context.new_page()
    whole_page(page, live_server, sheet)
    expect(page.get_by_label("客房")).to_be_hidden()
    page.get_by_label("旅馆").check()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("根据您的填写，还有几道题。")).to_be_visible()
    page.get_by_label("客房").fill("2")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已提交，谢谢。")).to_be_visible()
    assert answers_of(sheet) == {"kind": "inn", "rooms": 2, "young": 0}


@pytest.mark.parametrize("width", [360, 1440])
def test_a_signature_is_drawn_and_a_recording_made_in_the_browser(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    sheet = begun(town, published(town, HEARD).id)
    page = opened(chromium, live_server, town, "worker", width=width, csp=width > 360)  # axe needs to be let in
    page.context.grant_permissions(["microphone"])
    whole_page(page, live_server, sheet)
    canvas = page.locator("canvas.signature__canvas")
    canvas.scroll_into_view_if_needed()
    undo, clear = page.get_by_role("button", name="撤销上一笔"), page.get_by_role("button", name="清除")
    expect(clear).to_be_disabled()
    box = canvas.bounding_box()
    assert box is not None
    for start in (0.2, 0.5, 0.7):
        page.mouse.move(box["x"] + box["width"] * start, box["y"] + 20)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * (start + 0.1), box["y"] + box["height"] - 20, steps=6)
        page.mouse.up()
    signed = page.locator("input[name=signed]")
    first = signed.evaluate("one => one.files[0].size")
    undo.click()
    assert 0 < signed.evaluate("one => one.files[0].size") < first < 100_000
    clear.click()
    assert signed.evaluate("one => one.files.length") == 0
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 60, steps=6)
    page.mouse.up()
    if width == 360:
        assert fits(page, f"signed-{width}") == []
    page.get_by_role("button", name="录音", exact=True).click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"[12] / 180 s"))
    page.get_by_role("button", name="停止").click()
    expect(page.get_by_role("button", name="重录")).to_be_visible()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_text("已提交，谢谢。")).to_be_visible()
    given = answers_of(sheet, with_sealed=True)
    picture, voice = (StoredFile.objects.get(id=given[name][0]) for name in ("signed", "said"))
    assert (picture.media_type, picture.width_px, picture.height_px) == ("image/png", 900, 300)
    assert voice.kind == "voice"
    assert 0 < (voice.duration_s or 0) < 10
