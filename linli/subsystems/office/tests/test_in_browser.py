"""Office work in a browser, played by its roles: what is asked for is decided by another, and no page is too wide."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.subsystems.office.models import Approval, Leave
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import TestCity

from .test_approval import approval_of
from .test_leave import leave_of

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_leave_is_asked_for_and_granted_by_another(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    worker, leader = (opened(chromium, live_server, town, who) for who in ("worker", "leader"))
    worker.goto(f"{live_server.url}/office/leave/")
    worker.click(".page-head__end a.button--primary")
    worker.fill("#id_first_day", "2026-12-07")
    worker.fill("#id_last_day", "2026-12-06")
    worker.fill("#id_note", "回老家")
    worker.select_option("#id_stand_in", label="Clerk")
    worker.click("form.card button.button--primary")
    expect(worker.locator("#id_last_day_error")).to_be_visible()
    expect(worker.locator("#id_note")).to_have_value("回老家")
    worker.fill("#id_last_day", "2026-12-09")
    worker.click("form.card button.button--primary")
    expect(worker).to_have_url(re.compile(r"/office/leave/\d+/$"))
    leave = Leave.objects.get()
    assert leave.work_days == 3
    expect(worker.locator("[data-dialog=do-grant]")).to_have_count(0)
    leader.goto(f"{live_server.url}/office/leave/?waiting=1")
    leader.click("a.row-link")
    leader.click("[data-dialog=do-grant]")
    leader.fill("#do-grant textarea", "注意安全")
    leader.click("#do-grant button.button--primary")
    expect(leader.locator("[data-detail]")).to_have_attribute("data-state", "granted")
    worker.reload()
    expect(worker.locator("[data-detail]")).to_contain_text("注意安全")
    for page in (worker, leader):
        page.context.close()


def test_a_purchase_is_refused_with_a_reason_and_an_approved_one_is_carried_out(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    approval_of(town)
    worker, leader = (opened(chromium, live_server, town, who) for who in ("worker", "leader"))
    for action in ("refuse", "approve"):
        approval_of(town, subject=f"桌椅 {action}")
        item = Approval.objects.latest("id")
        leader.goto(f"{live_server.url}/office/approvals/{item.id}/")
        if action == "refuse":
            leader.click(".sticky-actions summary")
        leader.click(f"[data-dialog=do-{action}]")
        if action == "refuse":
            leader.fill("#do-refuse textarea", "没有预算")
        leader.click(f"#do-{action} .dialog__foot .button:not([data-close])")
        expect(leader.locator("[data-detail]")).to_have_attribute("data-state", re.compile("refused|approved"))
    worker.goto(f"{live_server.url}/office/approvals/{item.id}/")
    worker.click("[data-dialog=do-carry_out]")
    worker.click("#do-carry_out button.button--primary")
    expect(worker.locator("[data-detail]")).to_have_attribute("data-state", "done")
    assert sorted(Approval.objects.values_list("state", flat=True)) == ["asked", "done", "refused"]
    for page in (worker, leader):
        page.context.close()


@pytest.mark.parametrize("width", [360, 768, 1440, 1920])
def test_no_page_is_too_wide_or_has_anything_serious(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    leave, approval = (
        leave_of(town, stand_in_id=town.users["clerk"].id),
        approval_of(town, subject="一段很长的事项" * 10),
    )
    page = opened(chromium, live_server, town, "leader", width=width, csp=False)
    found = []
    for address in (
        "leave/",
        "leave/new/",
        f"leave/{leave.id}/",
        "approvals/",
        "approvals/new/",
        f"approvals/{approval.id}/",
    ):
        page.goto(f"{live_server.url}/office/{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        violations = Axe().run(page).response["violations"]
        found += [(address, one["id"]) for one in violations if one["impact"] in ("serious", "critical")]
    assert found == []
    page.context.close()
