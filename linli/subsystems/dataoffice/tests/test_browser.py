"""A resident reads who saw their data, asks why, corrects, takes everything away and takes consent back; and how those pages are laid out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.people.public import Item, Person, Reveal, begin_service
from linli.core.platform.public import SYSTEM, now
from linli.subsystems.dataoffice.models import DataRequest
from tests.access_table import NOBODY
from tests.browser.test_case_pages import chromium, opened, town
from tests.browser.test_layout import LANGUAGES, Walk
from tests.city import COMMUNITY, TestCity

from .asking import PHONE, asked, counter_code, looked, reporter, with_officer
from .test_requests import step

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def own_page(chromium: Browser, site: LiveServer, city: TestCity, width: int = 360) -> Page:
    """A telephone on which a code of the counter was typed."""
    page = chromium.new_context(viewport={"width": width, "height": 800}, locale="zh-CN").new_page()
    page.goto(site.url + reverse("my-data:counter"))
    page.get_by_label("查询码").fill(counter_code(city))
    page.get_by_role("button", name="打开").click()
    return page


def test_a_resident_reads_who_looked_asks_why_and_reads_the_answer(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with_officer(town)
    row = reporter(town)
    staff = opened(chromium, live_server, town, "acceptance")
    staff.goto(live_server.url + reverse("case", args=[row.case_id]))
    staff.get_by_role("button", name="查看报告人").click()
    staff.get_by_label("核实情况或地点").check()
    staff.get_by_role("button", name="显示", exact=True).click()
    expect(staff.get_by_text(PHONE)).to_be_visible()

    mine = own_page(chromium, live_server, town)
    expect(mine.get_by_text("核实情况或地点")).to_be_visible()
    mine.get_by_role("button", name="为何查看").click()
    expect(mine.get_by_text("15 天内在下方答复")).to_be_visible()

    officer = opened(chromium, live_server, town, "data_officer")
    officer.goto(live_server.url + reverse("dataoffice:requests"))
    officer.locator(".row-link").first.click()
    officer.get_by_role("button", name="答复申请").click()
    officer.get_by_label("给本人的答复").fill("致电核实井盖的位置。")
    officer.get_by_role("dialog").get_by_role("button", name="答复申请").click()
    expect(officer.get_by_text("致电核实井盖的位置。")).to_be_visible()

    mine.goto(live_server.url + reverse("my-data:page"))
    expect(mine.get_by_text("致电核实井盖的位置。")).to_be_visible()
    for page in (staff, mine, officer):
        page.context.close()


def sponsor(city: TestCity) -> None:
    """The same person inside a service that asked for consent."""
    begin_service(
        SYSTEM, service="sponsor", item=Item("bench", 1, city.areas[COMMUNITY].id),
        given={"name": "王小雨", "phone": PHONE}, consent=("zh-hans", "counter"),
    )  # fmt: skip


def test_a_resident_takes_everything_away_corrects_a_number_and_takes_consent_back(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with_officer(town)
    reporter(town)
    sponsor(town)
    mine = own_page(chromium, live_server, town)
    with mine.expect_download() as got:
        mine.get_by_role("link", name="JSON").click()
    file = json.loads(Path(got.value.path()).read_text("utf-8"))
    assert [one["services"][0]["values"][1][2] for one in file["kept"]] == [PHONE, PHONE]
    mine.get_by_role("link", name="可阅读打印的副本").click()
    expect(mine.get_by_role("heading", name="我的数据副本")).to_be_visible()
    expect(mine.get_by_text(PHONE).first).to_be_visible()
    mine.go_back()

    mine.get_by_label("更正内容").check()
    mine.get_by_label("哪一项有误").select_option("phone")
    mine.get_by_label("正确内容").fill("打给我")
    mine.get_by_role("button", name="提交申请").click()
    expect(mine.get_by_role("alert")).to_be_visible()
    mine.get_by_label("正确内容").fill("13900000000")
    mine.get_by_role("button", name="提交申请").click()
    expect(mine.get_by_text("15 天内在下方答复")).to_be_visible()
    item = DataRequest.objects.get()

    officer = opened(chromium, live_server, town, "data_officer")
    officer.goto(live_server.url + reverse("dataoffice:request", args=[item.id]))
    expect(officer.get_by_text("139****0000")).to_be_visible()
    expect(officer.get_by_text("13900000000")).to_have_count(0)
    officer.get_by_role("button", name="按申请办理").click()
    officer.get_by_role("dialog").get_by_role("button", name="按申请办理").click()
    expect(officer.get_by_role("dialog")).to_have_count(0)
    mine.goto(live_server.url + reverse("my-data:page"))
    expect(mine.get_by_text("13900000000").first).to_be_visible()

    mine.get_by_role("button", name="撤回同意").click()
    expect(mine.get_by_text("同意已撤回")).to_be_visible()
    assert not Person.objects.exists()
    for page in (mine, officer):
        page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_ones_own_can_be_read_at_every_width(
    chromium: Browser, live_server: LiveServer, town: TestCity, language: str
) -> None:
    with_officer(town)
    row = reporter(town)
    sponsor(town)
    for purpose in ("ask_back", "inquiry"):
        looked(town, row, purpose=purpose)
    Reveal.objects.filter(purpose="inquiry").update(shown_at=now())  # as if its thirty days were over
    answered = asked(
        town, "question", row, reveal_id=Reveal.objects.order_by("id")[0].id, words="请说明为何查看，当时我并不在家"
    )
    step(town, answered, "answer", note="致电核实井盖的位置，因为图片里看不清楚路口的名称。" * 4)
    asked(town, "correction", row)
    walk = Walk(chromium, live_server, town, language)
    walk.sign_in(NOBODY)
    walk.open(reverse("my-data:counter"))
    walk.page.locator("#code").fill("AAAA-BBBB-CCCC")
    walk.page.locator("main button").click()
    expect(walk.page.get_by_role("alert")).to_be_visible()
    walk.look("a wrong code")
    walk.page.locator("#code").fill(counter_code(town))
    walk.page.locator("main button").click()
    walk.page.wait_for_url("**/my-data/page/")
    expect(walk.page.get_by_text("依法" if language == "zh-hans" else "an inquiry as the law provides")).to_be_visible()
    walk.look("my-data:page")
    walk.page.get_by_role("radio").first.check()
    walk.look("my-data:page with a correction")
    walk.open(reverse("my-data:copy"))
    walk.look("my-data:copy")
    walk.context.close()
    walk.report()
