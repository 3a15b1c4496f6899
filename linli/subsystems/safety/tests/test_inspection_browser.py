"""Inspections in a browser, played by their roles: a plan is made, a worker inspects with a phone, a “no” becomes a hazard that another closes;
and what nobody inspects goes up."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.ledger.public import Said, change
from linli.core.platform.public import SYSTEM, clock_at, local_today, now, work_off, write
from linli.core.registry.public import PREMISES
from linli.subsystems.office.tests.test_in_browser import press, send, stands
from linli.subsystems.safety.inspection_records import Inspection
from linli.subsystems.safety.models import Hazard
from linli.subsystems.safety.tests.inspected import officer, premises_at, the_inspection
from tests.browser.test_case_pages import chromium, opened, picture, town
from tests.city import TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = 360


def all_well(page: Page) -> None:
    """Answers every point of the page with yes."""
    for point in page.locator("input[value=yes]").all():
        point.check()


def go_on(page: Page) -> None:
    """To the next page of the checklist."""
    page.get_by_role("button", name="保存并继续").click()


def test_a_plan_is_inspected_with_a_phone_and_a_no_is_closed_by_another(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    officer(town)
    premises = premises_at(town, risk="major", address="滨江北路 1 号")
    change(SYSTEM, PREMISES, premises.id, {"responsible": "李建国"}, Said("worker", local_today()))
    chief = opened(chromium, live_server, town, "officer")
    chief.goto(f"{live_server.url}/safety/inspection-plans/")
    chief.get_by_role("link", name="制定计划").first.click()
    chief.get_by_label("计划名称").fill("四季度小场所检查")
    chief.get_by_label("街镇检查").check()
    chief.locator("[name=area]").select_option(label="望江街道")
    chief.get_by_label("重大风险").check()
    chief.locator("[name=form]").select_option(label="小场所消防安全检查表")
    chief.get_by_label("每季度一次").check()
    chief.get_by_label("开始日期").fill(local_today().isoformat())
    chief.get_by_label("结束日期").fill((local_today() - timedelta(days=1)).isoformat())
    chief.get_by_role("button", name="制定计划").click()
    expect(chief.locator("#id_last_day_error")).to_be_visible()
    chief.get_by_label("结束日期").fill((local_today() + timedelta(days=300)).isoformat())
    chief.get_by_role("button", name="制定计划").click()
    expect(chief).to_have_url(re.compile(r"/inspection-plans/\d+/$"))
    work_off()
    chief.reload()
    expect(chief.get_by_role("link", name="长河小吃店")).to_be_visible()

    worker = opened(chromium, live_server, town, "worker", width=PHONE)
    worker.goto(f"{live_server.url}/inbox/")
    worker.get_by_role("link", name="长河小吃店").click()
    worker.get_by_role("button", name="填写检查表").click()
    begin = worker.get_by_role("link", name="开始")
    expect(begin).to_be_visible()
    begin.click()
    expect(worker.locator("input[name=exit_clear]").first).to_be_visible()
    all_well(worker)
    worker.locator("input[name=exit_clear][value=no]").check()
    words = worker.locator("[name=exit_clear_words]")
    expect(words).to_be_visible()
    words.fill("后门堆满纸箱")
    worker.locator("input[type=file][name=exit_clear_photo]").set_input_files([picture()])  # type: ignore[arg-type]
    go_on(worker)
    for point in ("extinguishers", "wiring", "sleeping"):
        expect(worker.locator(f"input[name={point}]").first).to_be_visible()
        all_well(worker)
        go_on(worker)
    coming = worker.get_by_role("region", name="提交后将生成以下隐患")
    expect(coming).to_contain_text("疏散通道、楼梯和安全出口畅通")
    expect(coming).to_contain_text("重大")
    assert not Hazard.objects.exists()
    worker.get_by_role("button", name="提交").click()
    stands(worker, "done")
    worker.get_by_role("link", name=re.compile("疏散通道")).click()
    stands(worker, "found")
    expect(worker.get_by_text("后门堆满纸箱")).to_be_visible()
    expect(worker.locator(".photos img").first).to_be_visible()

    press(worker, "tell")
    expect(worker.locator("#do-tell")).to_contain_text("李")
    expect(worker.locator("#do-tell")).not_to_contain_text("李建国")
    worker.fill("#do-tell textarea", "已当面告知，今天清完")
    send(worker, "tell")
    stands(worker, "told")
    expect(worker.get_by_text("告知对象：台账登记的负责人")).to_be_visible()
    press(worker, "rectify")
    worker.fill("#do-rectify textarea", "纸箱已清走")
    send(worker, "rectify")
    expect(worker.locator("#rectify-photo_error")).to_be_visible()
    worker.set_input_files("#do-rectify input[type=file]", picture())  # type: ignore[arg-type]
    expect(worker.locator("#do-rectify .picker__item img")).to_be_visible()
    send(worker, "rectify")
    stands(worker, "rectified")
    expect(worker.locator("[data-dialog=do-close]")).to_have_count(0)
    hazard = Hazard.objects.get()
    chief.goto(f"{live_server.url}/safety/hazards/{hazard.id}/")
    press(chief, "close")
    send(chief, "close")
    stands(chief, "closed")
    for page in (chief, worker):
        page.context.close()


def test_what_is_closed_goes_back_and_what_is_late_goes_up(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    item = the_inspection(town)
    worker, chief = (
        opened(chromium, live_server, town, "worker", width=PHONE),
        opened(chromium, live_server, town, "supervisor"),
    )
    page = f"{live_server.url}/safety/inspections/{item.id}/"
    worker.goto(page)
    press(worker, "not_possible")
    worker.fill("#do-not_possible textarea", "卷帘门关着，电话不通")
    send(worker, "not_possible")
    expect(worker.locator("#do-not_possible select:invalid")).to_be_visible()
    worker.locator("#do-not_possible select").select_option("closed")
    send(worker, "not_possible")
    stands(worker, "missed")
    chief.goto(page)
    press(chief, "again")
    chief.locator("#do-again input[type=date], #do-again input[name=due]").first.fill(
        (local_today() + timedelta(days=2)).isoformat()
    )
    send(chief, "again")
    stands(chief, "todo")
    with clock_at(now() + timedelta(days=5)):
        with write(SYSTEM) as work:
            work.enqueue("escalate_late", {})
        work_off()
    chief.reload()
    expect(chief.get_by_text("升级").first).to_be_visible()
    assert Inspection.objects.get().escalation_level >= 1
    for one in (worker, chief):
        one.context.close()
