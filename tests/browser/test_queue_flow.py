"""Working through a queue: the open case is in the address, an action leads to the next case, the keyboard is enough, on a phone too."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.cases.public import Case
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def queue(chromium: Browser, site: LiveServer, town: TestCity, who: str = "acceptance", width: int = 1440) -> Page:
    page = opened(chromium, site, town, who, width=width)
    page.goto(site.url + reverse("home"))
    page.goto(site.url + reverse("queue"))
    return page


def shows(page: Page, case: Case) -> None:
    """The case is open beside the list: its words, its mark in the list, its number in the address."""
    expect(page.locator(".split__detail [data-detail]")).to_have_attribute("data-case", str(case.id))
    expect(page.locator("tr[aria-selected=true] a.row-link")).to_have_attribute("data-case", str(case.id))
    expect(page).to_have_url(re.compile(rf"/queue/\?case={case.id}$"))


def test_the_open_case_survives_reload_and_back_closes_it_first(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    first, second = town.report(words="第一处"), town.report(words="第二处")
    page = queue(chromium, live_server, town)
    page.click(f"a.row-link[data-case='{first.id}']")
    shows(page, first)
    page.keyboard.press("j")
    shows(page, second)
    page.reload()
    shows(page, second)
    page.go_back()
    expect(page.locator(".split__detail")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/queue/$"))
    page.go_forward()
    shows(page, second)
    page.keyboard.press("Escape")
    expect(page.locator(".split__detail")).to_be_hidden()
    page.go_back()
    expect(page).to_have_url(re.compile(r"/home/$"))
    page.context.close()


def test_an_action_beside_the_list_stays_there_and_opens_the_next_case(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    cases = [town.report(words=f"第 {number} 处") for number in range(3)]
    page = queue(chromium, live_server, town)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    shows(page, cases[1])
    page.keyboard.press("e")
    expect(page.locator("#do-file")).to_be_visible()
    # Refused once: the list stays, the dialog says why.
    page.evaluate("for (const one of document.querySelectorAll('#do-file [name=condition_id]')) one.remove()")
    page.click("#do-file .dialog__foot .button--primary")
    expect(page.locator("#file-category_error")).to_be_visible()
    expect(page.locator("tr a.row-link")).to_have_count(3)
    with page.expect_response("**/cases/categories/*"):
        page.fill("#file-category", "bllj")
    page.press("#file-category", "ArrowDown")
    expect(page.locator("#file-category-found input").first).to_be_checked()
    page.keyboard.press("Enter")
    shows(page, cases[2])
    expect(page.locator("tr a.row-link")).to_have_count(2)
    expect(page.locator(".rail__count")).to_have_text("2")
    expect(page.locator(".toast")).to_contain_text("立案：已完成")
    # Words alone change no state: the case stays open.
    page.evaluate("document.querySelector('[data-dialog=do-comment]').click()")
    page.fill("#do-comment [name=note]", "已电话问过")
    page.click("#do-comment .dialog__foot .button--primary")
    expect(page.locator(".split__detail .timeline")).to_contain_text("已电话问过")
    shows(page, cases[2])
    page.keyboard.press("n")
    shows(page, cases[0])
    for case in (cases[0], cases[2]):
        shows(page, case)
        page.evaluate("document.querySelector('[data-dialog=do-reject]').click()")
        page.fill("#do-reject [name=reason]", "不属实")
        page.click("#do-reject .dialog__foot button:not([data-close])")
    expect(page.locator("main .empty")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/queue/$"))
    assert [Case.objects.get(id=case.id).state for case in cases] == ["rejected", "filed", "rejected"]
    page.context.close()


def test_what_the_table_can_lead_back_is_offered_by_its_own_name(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    case = town.bring_to("handling")
    town.do("handler", case, "ask_shelving", reason="等待备件")
    page = queue(chromium, live_server, town, "dispatcher")
    page.click(f"a.row-link[data-case='{case.id}']")
    shows(page, case)
    page.evaluate("document.querySelector('[data-dialog=do-grant_shelving]').click()")
    page.click("#do-grant_shelving .dialog__foot .button--primary")
    expect(page.locator("main .empty")).to_be_visible()
    page.locator(".toast form button", has_text="恢复").click()
    page.wait_for_url(f"**/cases/{case.id}/?done=resume")
    case.refresh_from_db()
    assert (case.state, case.clock_state) == ("handling", "running")
    page.context.close()


def test_on_a_phone_a_case_is_a_page_with_the_next_one(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    first, second = town.report(words="第一处"), town.report(words="第二处")
    page = queue(chromium, live_server, town, width=360)
    page.click(f"a.row-link[data-case='{first.id}']")
    page.wait_for_url(f"**/cases/{first.id}/")
    page.click("[data-next-case]")
    page.wait_for_url(f"**/cases/{second.id}/")
    # An address that was sent from a desk leads to the page.
    page.goto(f"{live_server.url}{reverse('queue')}?case={first.id}")
    page.wait_for_url(f"**/cases/{first.id}/")
    page.context.close()


def test_a_long_menu_of_filters_shows_all_it_has(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    town.report()
    page = opened(chromium, live_server, town, "dispatcher")
    page.goto(live_server.url + reverse("cases"))
    menu = page.locator(".chips details.menu").first
    menu.locator("summary").click()
    sheet = menu.locator(".menu__sheet--long")
    assert sheet.locator(".menu__item").count() == 14  # the states
    assert sheet.evaluate("one => one.scrollHeight - one.clientHeight") <= 1
    assert sheet.locator(".menu__item").last.is_visible()
    page.context.close()
