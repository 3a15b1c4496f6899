"""Meetings and accounts in a browser, played by their roles: a decision becomes somebody's task, a resident reads the month."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.access.public import Role, create_user, grant_scope
from linli.core.inbox.public import Task
from linli.core.platform.public import SYSTEM, clock_at, local_today
from linli.subsystems.office.models import Booking, Decision, Meeting, PublishedMonth
from tests.browser.test_case_pages import chromium, opened, picture, town
from tests.city import COMMUNITY, PASSWORD, TestCity

from .account_people import at, book_of, check, entry_of, published_january, with_people
from .test_in_browser import press, refused, send, stands
from .test_meetings import TestMeeting, meeting_of, written

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def in_english(page: Page, site: LiveServer) -> None:
    """The pages of this browser in English."""
    english = {"name": settings.LANGUAGE_COOKIE_NAME, "value": "en", "url": site.url}
    page.context.add_cookies([english])  # type: ignore[list-item]


def with_secretary(city: TestCity) -> TestCity:
    """The city with the secretary of its street."""
    user = create_user(
        SYSTEM, username="secretary", display_name="Han Xue", unit=city.units["street_centre"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="registrar"), area=city.areas["990101001000"])
    city.users["secretary"] = user
    return city


def test_the_secretary_calls_and_writes_the_leader_approves_and_the_worker_does_it_on_a_phone(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with_secretary(town)
    today = local_today()
    secretary, leader = (opened(chromium, live_server, town, who) for who in ("secretary", "leader"))
    worker = opened(chromium, live_server, town, "worker", width=360)
    secretary.goto(f"{live_server.url}/office/meetings/")
    secretary.click(".page-head__end a.button--primary")
    secretary.fill("#id_title", "网格周例会")
    secretary.fill("#id_begins_at", f"{today:%Y-%m-%d}T09:00")
    secretary.fill("#id_place", "三楼会议室")
    secretary.fill("#id_agenda", "一、楼道灯\n二、河边垃圾")
    secretary.click("form.card button.button--primary")  # nobody is invited
    expect(secretary.locator("#id_invited_error")).to_be_visible()
    expect(secretary.locator("#id_agenda")).to_have_value("一、楼道灯\n二、河边垃圾")
    for who in ("leader", "worker", "verifier"):
        secretary.check(f"[name=invited][value='{town.users[who].id}']")
    secretary.click("form.card button.button--primary")
    stands(secretary, "called")
    address = secretary.url
    expect(secretary.locator("[data-detail]")).to_contain_text("Leader")
    press(secretary, "hold")
    send(secretary, "hold")
    stands(secretary, "held")
    press(secretary, "write")
    box = secretary.locator("#do-write")
    box.locator("textarea").fill("楼道灯本周修好，河边垃圾由网格员跟进。")
    box.locator("[name=decisions-0-what]").fill("清理河边垃圾")
    box.locator("[name=decisions-0-by_day]").fill(f"{today + timedelta(days=5):%Y-%m-%d}")
    box.locator(".rows__more > summary").first.click()
    expect(box.locator("[name=decisions-1-what]")).to_be_focused()
    send(secretary, "write")  # the first row says nobody who does it
    refused(secretary, "write", "decisions")
    expect(box.locator("textarea")).to_have_value("楼道灯本周修好，河边垃圾由网格员跟进。")
    box.locator("[name=decisions-0-doer]").select_option(str(town.users["worker"].id))
    send(secretary, "write")
    expect(secretary.locator("#decisions-title")).to_be_visible()
    press(secretary, "submit")
    send(secretary, "submit")
    stands(secretary, "minuted")
    expect(secretary.locator("[data-dialog=do-approve]")).to_have_count(0)
    leader.goto(f"{live_server.url}/office/meetings/?waiting=1")
    leader.click("a.row-link")
    press(leader, "approve")
    send(leader, "approve")
    stands(leader, "approved")
    worker.goto(f"{live_server.url}/inbox/")
    worker.get_by_role("link", name="清理河边垃圾").first.click()
    press(worker, "done")
    worker.fill("#do-done textarea", "清了三袋")
    send(worker, "done")
    stands(worker, "done")
    worker.goto(address)
    expect(worker.locator("section[aria-labelledby=decisions-title]")).to_contain_text("已办结")
    assert worker.evaluate("document.documentElement.scrollWidth") <= 360
    assert (Task.objects.get().state, Decision.objects.get().task_id) == ("done", Task.objects.get().id)
    for page in (secretary, leader, worker):
        page.context.close()


def test_a_meeting_is_moved_and_cancelled_in_english(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    meeting = meeting_of(town)
    leader = opened(chromium, live_server, town, "leader")
    in_english(leader, live_server)
    leader.goto(f"{live_server.url}/office/meetings/{meeting.id}/")
    press(leader, "move")
    leader.fill("#do-move [name=begins_at]", "2026-03-03T10:30")
    leader.fill("#do-move [name=place]", "")
    leader.evaluate("document.querySelector('#do-move form').noValidate = true")
    send(leader, "move")
    refused(leader, "move", "place")
    leader.fill("#do-move [name=place]", "Room 2")
    send(leader, "move")
    expect(leader.locator("[data-detail]")).to_contain_text("Room 2")
    press(leader, "cancel")
    leader.fill("#do-cancel textarea", "Nobody has time")
    send(leader, "cancel")
    stands(leader, "cancelled")
    assert Meeting.objects.get().place == "Room 2"
    leader.context.close()


def test_the_bookkeeper_enters_the_checker_closes_and_a_resident_reads_the_month(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with_people(town)
    last_month = (local_today().replace(day=1) - timedelta(days=1)).replace(day=1)
    book = book_of(town, first_day=last_month)
    keeper, checker = (opened(chromium, live_server, town, who) for who in ("bookkeeper", "checker"))
    keeper.goto(f"{live_server.url}/office/accounts/{book.id}/")
    keeper.click(".page-head__end a.button--primary")
    keeper.select_option("#id_purpose", "repair")
    keeper.fill("#id_amount", "128.505")
    keeper.fill("#id_day", f"{last_month + timedelta(days=4):%Y-%m-%d}")
    keeper.fill("#id_what", "楼道灯，李师傅垫付")
    keeper.fill("#id_public_words", "更换楼道灯 13800138000")
    keeper.click("form.card button.button--primary")
    expect(keeper.locator("#id_amount_error")).to_be_visible()
    keeper.fill("#id_amount", "1,128.50")
    keeper.click("form.card button.button--primary")
    expect(keeper.locator("#id_public_words_error")).to_be_visible()
    keeper.fill("#id_public_words", "更换楼道灯")
    keeper.set_input_files("#id_receipt", [picture()])  # type: ignore[list-item]
    keeper.click("form.card button.button--primary")
    expect(keeper.locator("#booking-title")).to_have_text("楼道灯，李师傅垫付")
    expect(keeper.locator(".photos img")).to_be_visible()
    expect(keeper.get_by_role("button", name="核对无误")).to_have_count(0)
    keeper.click("[data-dialog=reverse]")
    keeper.fill("#reverse [name=reason]", "多写了一位")
    keeper.click("#reverse .button--danger-primary")
    expect(keeper.locator(".mark--red")).to_have_text("红冲")
    entry_of(town, book, last_month + timedelta(days=5), "112.85", public_words="楼道灯")

    checker.goto(f"{live_server.url}/office/accounts/entries/?unchecked=1")
    checker.locator("thead .row-tick input, .row-tick input").first.check()
    for box in checker.locator("tbody .row-tick input").all():
        box.check()
    checker.click("#bulk button")
    expect(checker.locator(".clock--done")).to_have_count(2)
    checker.goto(f"{live_server.url}/office/accounts/months/?waiting=1")
    checker.click("a.row-link")
    press(checker, "close")
    send(checker, "close")
    stands(checker, "closed")
    expect(checker.locator("section[aria-labelledby=public-title]")).to_contain_text("887.15")
    press(checker, "publish")
    send(checker, "publish")
    stands(checker, "published")

    resident = chromium.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN").new_page()
    resident.set_default_timeout(15_000)
    resident.goto(live_server.url)
    resident.click("a.door[href='/community-accounts/']")
    resident.get_by_role("link", name="柳荫社区").click()
    resident.locator(".link-list a").first.click()
    expect(resident.locator(".sums__total td").first).to_have_text("887.15")
    expect(resident.locator("main")).not_to_contain_text("李师傅")
    assert resident.evaluate("document.documentElement.scrollWidth") <= 360
    with resident.expect_download() as taken:
        resident.get_by_role("link", name="表格").click()
    assert "1128.50" in Path(taken.value.path()).read_text("utf-8-sig")
    assert (Booking.objects.count(), PublishedMonth.objects.count()) == (3, 1)
    for page in (keeper, checker, resident):
        page.context.close()


@pytest.mark.parametrize("width", [360, 768, 1440, 1920])
def test_no_page_of_meetings_and_accounts_is_too_wide_or_has_anything_serious(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    with_people(town)
    minuted = TestMeeting().bring_to(town, "held")
    long_words = ({"what": "一段很长的议定事项" * 12, "doer": town.users["worker"].id, "by_day": date(2026, 3, 9)},)
    TestMeeting().attempt(
        town, "leader", minuted, "write", written(town, decisions=long_words, minutes="一段很长的纪要。" * 60)
    )
    TestMeeting().bring_to(town, "approved")
    book = published_january(town)
    with clock_at(at(2, 20)):
        booking = entry_of(
            town, book, date(2026, 2, 5), "9999999999.99", "grant", what="很长的事由" * 24, public_words="长摘要" * 20
        )
        check(town, booking)
        entry_of(town, book, date(2026, 2, 6))
    month = book.months.get(first_day=date(2026, 2, 1))
    page = opened(chromium, live_server, town, "leader", width=width, csp=False)
    in_english(page, live_server) if width in (360, 1440) else None
    found = []
    for address in (
        "office/meetings/", "office/meetings/new/", f"office/meetings/{minuted.id}/", "office/meetings/decisions/",
        f"office/meetings/{minuted.id}/do/write/", "office/accounts/", "office/accounts/new/", f"office/accounts/{book.id}/",
        "office/accounts/months/", f"office/accounts/months/{month.id}/", "office/accounts/entries/", f"office/accounts/entries/{booking.id}/",
        "community-accounts/", f"community-accounts/{COMMUNITY}/", f"community-accounts/{COMMUNITY}/2026-01/",
    ):  # fmt: skip
        page.goto(f"{live_server.url}/{address}")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        violations = Axe().run(page).response["violations"]
        found += [
            (address, one["id"], one["nodes"][0]["html"][:200])
            for one in violations
            if one["impact"] in ("serious", "critical")
        ]
    assert found == []
    page.context.close()


def test_what_is_refused_when_an_entry_is_reversed_stands_in_its_dialog(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with_people(town)
    with clock_at(at(1, 20)):
        booking = entry_of(town, book_of(town), date(2026, 1, 5))
    keeper = opened(chromium, live_server, town, "bookkeeper")
    keeper.goto(f"{live_server.url}/office/accounts/entries/{booking.id}/")
    keeper.click("[data-dialog=reverse]")
    keeper.evaluate("document.querySelector('#reverse form').noValidate = true")
    keeper.click("#reverse .button--danger-primary")
    expect(keeper.locator("#reverse-reason_error")).to_be_visible()
    keeper.context.close()
