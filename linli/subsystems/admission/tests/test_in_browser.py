"""Admission and campaigns in a browser, played by their roles: department, grid office, grid worker, resident."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.forms.public import Form
from linli.core.platform.public import local_today, work_off
from linli.subsystems.admission.models import Campaign
from linli.subsystems.admission.public import Admission
from linli.subsystems.office.tests.test_in_browser import press, send, stands
from tests.browser.test_case_pages import chromium, opened, picture, town
from tests.browser.test_forms import fits
from tests.city import COMMUNITY, STREET, TestCity

from .test_admission import MONTH
from .test_campaigns import form_of
from .test_targets import CHECK, premises_at

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_department_asks_without_money_is_refused_asks_with_all_and_the_worker_does_it(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    handler, leader = (opened(chromium, live_server, town, who) for who in ("handler", "leader"))
    worker = opened(chromium, live_server, town, "worker", width=360)
    handler.goto(f"{live_server.url}/admission/")
    handler.click(".page-head__end a.button--primary")
    for name in ("title", "legal_basis", "duty_department", "duty_grid", "hours", "payer"):
        handler.fill(f"#id_{name}", str(MONTH[name]))
    handler.select_option("#id_every", "month")
    handler.fill("#id_last_day", f"{local_today() + timedelta(days=300):%Y-%m-%d}")
    handler.check(f"[name=areas][value='{COMMUNITY}']")
    handler.evaluate("document.querySelector('form.card').noValidate = true")
    handler.click("form.card button.button--primary")
    expect(handler.locator("#id_amount_error")).to_contain_text("经费")
    assert not Admission.objects.exists()
    handler.fill("#id_amount", "12,000")
    handler.click("form.card button.button--primary")
    stands(handler, "asked")
    address = handler.url
    expect(handler.locator("[data-dialog=do-examine]")).to_have_count(0)
    leader.goto(f"{live_server.url}/home/")
    leader.get_by_role("link", name="待审准入事项").click()
    leader.click("a.row-link")
    press(leader, "examine")
    expect(leader.locator("#do-examine table")).to_contain_text("6.00")
    leader.fill("#do-examine textarea", "工时可承接")
    send(leader, "examine")
    stands(leader, "examined")
    press(leader, "admit")
    send(leader, "admit")
    stands(leader, "admitted")
    work_off()
    worker.goto(f"{live_server.url}/inbox/")
    worker.get_by_role("link", name=MONTH["title"]).first.click()
    press(worker, "done")
    worker.fill("#do-done textarea", "已入户，软管老化两处已登记")
    worker.fill("#do-done [name=amount]", "5.5")
    send(worker, "done")
    stands(worker, "done")
    worker.locator("dl.facts").get_by_role("link", name=MONTH["title"]).click()
    expect(worker.locator("section[aria-labelledby=grids-title]")).to_contain_text("1/1")
    assert worker.evaluate("document.documentElement.scrollWidth") <= 360
    handler.goto(address)
    expect(handler.locator("section[aria-labelledby=grids-title]")).to_contain_text("1/2")
    leader.goto(f"{live_server.url}/admission/loads/")
    expect(leader.locator("main")).to_contain_text("6.00")
    leader.goto(f"{live_server.url}/admission/departments/")
    expect(leader.locator("main")).to_contain_text("5.5")
    for page in (handler, leader, worker):
        page.context.close()


def test_a_campaign_is_prepared_filled_in_by_a_worker_and_a_resident_and_its_progress_is_seen(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    form_of(town)
    leader, worker = (
        opened(chromium, live_server, town, "leader"),
        opened(chromium, live_server, town, "worker", width=360),
    )
    resident = chromium.new_context(viewport={"width": 360, "height": 800}, locale="zh-CN").new_page()
    leader.goto(f"{live_server.url}/admission/campaigns/")
    leader.click(".page-head__end a.button--primary")
    leader.fill("#id_title", "加装电梯意愿征集")
    leader.select_option("#id_form", "lifts")
    leader.fill("#id_last_day", f"{local_today() + timedelta(days=9):%Y-%m-%d}")
    leader.fill("#id_per_grid", "2")
    leader.check("#id_for_residents")
    leader.click("form.card button.button--primary")  # no grid is chosen
    expect(leader.locator("#id_areas_error")).to_be_visible()
    leader.check(f"[name=areas][value='{COMMUNITY}']")
    leader.click("form.card button.button--primary")
    stands(leader, "prepared")
    press(leader, "open")
    send(leader, "open")
    stands(leader, "running")
    address = leader.url
    work_off()
    worker.goto(f"{live_server.url}/inbox/")
    worker.get_by_role("link", name="加装电梯意愿征集").first.click()
    worker.locator("dl.facts").get_by_role("link", name="加装电梯意愿征集").click()
    worker.locator("section[aria-labelledby=own-title] button").click()
    worker.fill("#id_gate", "3栋")
    worker.check("[name=wish][value=no]")
    worker.click("form.card button.button--primary")  # why not, is asked then
    expect(worker.locator("#id_why")).to_be_visible()
    expect(worker.locator("#id_gate")).to_have_value("3栋")
    worker.fill("#id_why", "住一楼")
    worker.click("form.card button.button--primary")
    expect(worker.locator("section[aria-labelledby=own-title]")).to_contain_text("1/2")
    resident.goto(f"{live_server.url}/collect/")
    resident.get_by_role("link", name="加装电梯意愿征集").click()
    resident.get_by_role("link", name="第1网格").click()
    resident.get_by_role("button", name="开始填写").click()
    resident.fill("#id_gate", "5栋")
    resident.check("[name=wish][value=yes]")
    resident.click("form.card button.button--primary")
    expect(resident.get_by_text("已提交，谢谢。")).to_be_visible()
    for page in (worker, resident):
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    leader.goto(address)
    expect(leader.locator("section[aria-labelledby=grids-title]")).to_contain_text("2/2")
    leader.get_by_role("link", name="采集结果").click()
    expect(leader.locator("table")).to_contain_text("住一楼")
    leader.goto(f"{live_server.url}/forms/burden/")
    expect(leader.locator("table")).to_contain_text("登记")
    for page in (leader, worker, resident):
        page.context.close()


def test_an_office_designs_a_form_with_rows_and_a_photo_and_grids_bring_it_and_the_premises_of_the_ledger(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    shops = form_of(town, "shops", CHECK)
    premises_at(town, "S1", "渡口水果店")
    leader = opened(chromium, live_server, town, "leader", csp=False)
    worker = opened(chromium, live_server, town, "worker", width=360, csp=False)
    wrong: list[str] = []
    leader.goto(f"{live_server.url}/forms/design/new/")
    leader.fill("#id_titles", "住户登记 | Households")
    leader.select_option("#id_area", town.areas[STREET].code)
    for name, words in (("purpose", "掌握住户情况"), ("keep_days", "30")):
        leader.fill(f"#id_{name}", words)
    leader.select_option("#id_data_class", "general")
    leader.click("main form button.button--primary")
    expect(leader.locator("#questions-title")).to_be_visible()
    made = Form.objects.latest("id")
    for into, more in (
        ("", {"type": "text", "label": "楼栋"}), ("", {"type": "repeat", "label": "住户"}),
        ("?into=1", {"type": "number", "label": "年龄"}), ("", {"type": "photo", "label": "门牌照片"}),
    ):  # fmt: skip
        leader.goto(f"{live_server.url}{reverse('form-question', args=[made.id, 0])}{into}")
        for name, words in more.items():
            (leader.select_option if name == "type" else leader.fill)(f"#id_{name}", words)
        leader.click("main form button.button--primary")
        expect(leader.locator("#questions-title")).to_be_visible()
    leader.get_by_role("button", name="发布").click()
    expect(leader.get_by_text("第 1 版").first).to_be_visible()
    prepare(leader, live_server, "住户摸底", made.code)
    work_off()
    open_mine(worker, live_server, "住户摸底")
    wrong += fits(worker, "campaign-worker-360")
    worker.locator("section[aria-labelledby=own-title] form button").click()
    worker.get_by_label("楼栋").fill("3栋")
    worker.get_by_label("年龄").fill("71")
    worker.locator("button[name$=-more]").click()
    expect(worker.get_by_label("年龄")).to_have_count(2)
    worker.get_by_label("年龄").nth(1).fill("9")
    worker.locator("input[type=file]").set_input_files([picture()])  # type: ignore[arg-type]
    wrong += fits(worker, "campaign-fill-360")
    worker.get_by_role("button", name="提交并再填一份").click()
    expect(worker.get_by_text("上一份已提交")).to_be_visible()
    worker.goto(f"{live_server.url}/admission/campaigns/")
    item = Campaign.objects.latest("id")
    leader.goto(f"{live_server.url}/admission/campaigns/{item.id}/")
    expect(leader.locator("section[aria-labelledby=map-title] canvas")).to_be_visible()
    wrong += fits(leader, "campaign-1440")
    with leader.expect_download() as file:
        leader.get_by_role("button", name="导出进度").click()
    assert "住户摸底进度" in file.value.suggested_filename
    prepare(leader, live_server, "沿街商铺", shops.code, targets="premises")
    work_off()
    open_mine(worker, live_server, "沿街商铺")
    wrong += fits(worker, "campaign-targets-360")
    worker.locator("section[aria-labelledby=targets-title]").locator("button.button--primary").click()
    expect(worker.locator("#id_name")).to_have_value("渡口水果店")
    worker.fill("#id_doors", "2")
    worker.get_by_role("button", name="提交", exact=True).click()
    expect(worker.locator("section[aria-labelledby=targets-title]")).to_contain_text("已采集")
    leader.goto(f"{live_server.url}/forms/burden/")
    expect(leader.locator(".notice--accent")).to_contain_text("0 项系统已掌握")
    wrong += fits(leader, "burden-1440")
    for page in (leader, worker):
        page.context.close()
    assert wrong == []


def prepare(leader: Page, site: LiveServer, title: str, form: str, **chosen: str) -> None:
    """A campaign of the first community, prepared and opened in the browser."""
    leader.goto(f"{site.url}/admission/campaigns/new/")
    leader.fill("#id_title", title)
    leader.select_option("#id_form", form)
    leader.fill("#id_last_day", f"{local_today() + timedelta(days=9):%Y-%m-%d}")
    for name, value in chosen.items():
        leader.select_option(f"#id_{name}", value)
    leader.check(f"[name=areas][value='{COMMUNITY}']")
    leader.click("form.card button.button--primary")
    stands(leader, "prepared")
    press(leader, "open")
    send(leader, "open")
    stands(leader, "running")


def open_mine(worker: Page, site: LiveServer, title: str) -> None:
    """From the task in the inbox to the page of the campaign."""
    worker.goto(f"{site.url}/inbox/")
    worker.get_by_role("link", name=title).first.click()
    worker.locator("dl.facts").get_by_role("link", name=title).click()
    expect(worker.locator("#grids-title")).to_be_visible()
