"""Office work in a browser, played by its roles: what is asked for is decided by another, and no page is too wide."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.flow.public import Given
from linli.core.platform.public import local_today
from linli.subsystems.office.models import Approval, Leave
from tests.browser.test_case_pages import chromium, opened, picture, town
from tests.city import TestCity

from . import test_documents_in as documents_in
from . import test_documents_out as documents_out
from . import test_leave
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


def press(page: Page, action: str) -> None:
    """Opens the dialog of an action, under 更多 if it stands there."""
    button = page.locator(f"[data-dialog=do-{action}]")
    expect(button).to_be_attached()
    if not button.is_visible():
        page.click(".sticky-actions summary")
    button.click()
    expect(page.locator(f"#do-{action}")).to_be_visible()


def send(page: Page, action: str) -> None:
    """Sends the dialog of an action."""
    page.click(f"#do-{action} .dialog__foot .button:not([data-close])")


def stands(page: Page, state: str) -> None:
    """Waits until the item of the page stands there."""
    expect(page.locator("[data-detail]")).to_have_attribute("data-state", state)


def refused(page: Page, action: str, field: str) -> None:
    """What was sent was refused in the dialog, at the field, and nothing happened."""
    expect(page.locator(f"#do-{action}")).to_be_visible()
    expect(page.locator(f"#{action}-{field}_error")).to_be_visible()


def test_a_document_is_registered_instructed_read_on_a_phone_dealt_with_and_filed(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    desk, leader, handler = (opened(chromium, live_server, town, who) for who in ("acceptance", "leader", "dispatcher"))
    reader = opened(chromium, live_server, town, "verifier", width=390)
    desk.goto(f"{live_server.url}/office/documents/in/")
    desk.click(".page-head__end a.button--primary")
    desk.select_option("#id_kind", "superior")
    desk.fill("#id_sender", "区住建局")
    desk.fill("#id_sender_number", "住建〔2026〕7号")
    desk.fill("#id_subject", "关于开展房屋安全排查的通知")
    desk.fill("#id_due_day", "2020-01-01")
    desk.set_input_files("#id_photos", [picture()])  # type: ignore[list-item]
    desk.click("form.card button.button--primary")
    expect(desk.locator("#id_due_day_error")).to_be_visible()
    expect(desk.locator("#id_subject")).to_have_value("关于开展房屋安全排查的通知")
    due = f"{local_today() + timedelta(days=9):%Y-%m-%d}"
    desk.fill("#id_due_day", due)
    desk.set_input_files("#id_photos", [picture()])  # type: ignore[list-item]
    desk.click("form.card button.button--primary")
    expect(desk.locator("#item-title")).to_contain_text(f"收〔{local_today().year}〕1号")
    expect(desk.locator(".photos img").first).to_be_visible()
    address = desk.url
    press(desk, "propose")
    send(desk, "propose")  # the browser itself asks for what is needed
    expect(desk.locator("#do-propose textarea:invalid")).to_have_count(1)
    desk.fill("#do-propose textarea", "拟请分管领导阅示")
    send(desk, "propose")
    stands(desk, "proposed")

    leader.goto(f"{live_server.url}/office/documents/in/?waiting=1")
    leader.click("a.row-link")
    press(leader, "instruct")
    leader.select_option("#do-instruct select", str(town.users["dispatcher"].id))
    leader.fill("#do-instruct input[type=date]", "2020-01-01")
    leader.fill("#do-instruct textarea", "请抓紧办理")
    send(leader, "instruct")
    refused(leader, "instruct", "due_day")
    leader.fill("#do-instruct input[type=date]", due)
    send(leader, "instruct")
    stands(leader, "assigned")
    press(leader, "circulate")
    leader.check(f"#do-circulate input[value='{town.users['verifier'].id}']")
    send(leader, "circulate")
    expect(leader.locator("#readers-title")).to_be_visible()

    reader.goto(address)
    assert reader.evaluate("document.documentElement.scrollWidth") <= 390
    press(reader, "read")
    reader.fill("#do-read textarea", "已阅，无意见")
    send(reader, "read")
    expect(reader.locator("section[aria-labelledby=readers-title] .clock--done")).to_have_count(1)

    handler.goto(address)
    press(handler, "answer")
    handler.fill("#do-answer textarea", "已排查 412 栋")
    send(handler, "answer")
    stands(handler, "answered")
    desk.goto(address)
    press(desk, "file")
    send(desk, "file")
    stands(desk, "filed")
    expect(desk.locator("[data-detail]")).to_contain_text("已阅，无意见")
    for page in (desk, leader, reader, handler):
        page.context.close()


def test_an_answer_is_drafted_checked_signed_and_numbered_in_english(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    asked = documents_in.TestDocumentIn().bring_to(town, "assigned")
    drafter, desk, leader = (opened(chromium, live_server, town, who) for who in ("dispatcher", "acceptance", "leader"))
    for page in (drafter, desk, leader):
        english = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": live_server.url}
        page.context.add_cookies([english])  # type: ignore[list-item]
    drafter.goto(f"{live_server.url}/office/documents/in/{asked.id}/")
    drafter.get_by_role("link", name="Draft an answer").click()
    expect(drafter.locator("#id_answers")).to_have_value(str(asked.id))
    drafter.select_option("#id_kind", "letter")
    drafter.fill("#id_subject", "Reply on the survey")
    drafter.fill("#id_addressee", "Housing bureau")
    drafter.click("form.card button.button--primary")
    drafter.fill("#id_text", "412 buildings were looked at.")
    drafter.click("form.card button.button--primary")
    stands(drafter, "drafted")
    expect(drafter.locator(".letter")).to_contain_text("412 buildings")
    address = drafter.url
    press(drafter, "hand_in")
    send(drafter, "hand_in")
    stands(drafter, "checking")
    expect(drafter.locator("[data-dialog=do-check]")).to_have_count(0)
    for page, action, state in ((desk, "check", "signing"), (leader, "sign", "signed")):
        page.goto(address)
        press(page, action)
        send(page, action)
        stands(page, state)
    expect(leader.locator("#item-title")).to_contain_text(f"函〔{local_today().year}〕1号 Reply on the survey")
    leader.goto(f"{live_server.url}/office/documents/in/{asked.id}/")
    expect(leader.locator("section[aria-labelledby=answers-title]")).to_contain_text("Signed")
    for page in (drafter, desk, leader):
        page.context.close()


def test_who_is_back_early_reports_back_and_the_leader_sees_who_is_away(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    today = local_today()
    leave = leave_of(town, first=today - timedelta(days=7), last=today + timedelta(days=7))
    test_leave.TestLeave().attempt(town, "leader", leave, "grant", Given())
    worker, leader = (opened(chromium, live_server, town, who) for who in ("worker", "leader"))
    leader.goto(f"{live_server.url}/office/leave/")
    expect(leader.locator("section[aria-labelledby=away-title]")).to_contain_text("Worker")
    worker.goto(f"{live_server.url}/office/leave/{leave.id}/")
    press(worker, "report_back")
    expect(worker.locator("#do-report_back input[type=date]")).to_have_value(f"{today:%Y-%m-%d}")
    worker.fill("#do-report_back input[type=date]", f"{today + timedelta(days=1):%Y-%m-%d}")
    send(worker, "report_back")
    refused(worker, "report_back", "back_day")
    worker.fill("#do-report_back input[type=date]", f"{today:%Y-%m-%d}")
    send(worker, "report_back")
    stands(worker, "back")
    leave.refresh_from_db()
    assert leave.last_day == today - timedelta(days=1)
    leader.reload()
    expect(leader.locator("#away-title")).to_have_count(0)
    for page in (worker, leader):
        page.context.close()


@pytest.mark.skipif(not Path("/usr/share/fonts/opentype/noto").is_dir(), reason="needs fonts-noto-cjk")
def test_an_approval_is_printed_from_its_page(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    approval = approval_of(town)
    worker = opened(chromium, live_server, town, "worker")
    worker.goto(f"{live_server.url}/office/approvals/{approval.id}/")
    link = worker.get_by_role("link", name="打印")
    expect(link).to_have_attribute("target", "_blank")
    paper = worker.request.get(f"{live_server.url}{link.get_attribute('href')}")
    assert (paper.status, paper.headers["content-type"], paper.body()[:5]) == (200, "application/pdf", b"%PDF-")
    worker.context.close()


@pytest.mark.parametrize("width", [360, 768, 1440, 1920])
def test_no_page_is_too_wide_or_has_anything_serious(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    leave, approval = (
        leave_of(town, stand_in_id=town.users["clerk"].id),
        approval_of(town, subject="一段很长的事项" * 10),
    )
    came_in = documents_in.TestDocumentIn().bring_to(town, "assigned")
    goes_out = documents_out.draft_of(town, "leader", text="一段很长的正文。" * 40)
    page = opened(chromium, live_server, town, "leader", width=width, csp=False)
    found = []
    for address in (
        "leave/",
        "leave/new/",
        f"leave/{leave.id}/",
        "approvals/",
        "approvals/new/",
        f"approvals/{approval.id}/",
        "documents/in/",
        f"documents/in/{came_in.id}/",
        "documents/out/",
        "documents/out/new/",
        f"documents/out/{goes_out.id}/",
    ):
        page.goto(f"{live_server.url}/office/{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        violations = Axe().run(page).response["violations"]
        found += [(address, one["id"]) for one in violations if one["impact"] in ("serious", "critical")]
    assert found == []
    page.context.close()
