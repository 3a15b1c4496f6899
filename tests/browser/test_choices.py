"""Choosing from a list in a dialog: each entry can be read, the keyboard is enough, and a refused form goes on working."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.cases.public import Case
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CUT = """all => all.filter(one => one.scrollHeight > one.clientHeight + 1
    || one.getBoundingClientRect().height < one.querySelector('span').getBoundingClientRect().height)
    .map(one => one.textContent)"""


def dialog_of(page: Page, site: LiveServer, case: Case, action: str) -> None:
    page.goto(site.url + reverse("case", args=[case.id]))
    page.evaluate(f"document.querySelector('[data-dialog=do-{action}]').click()")
    page.wait_for_selector(f"#do-{action}[open]")


@pytest.mark.parametrize("width", [360, 768, 1440, 1920])
def test_every_entry_to_choose_from_has_the_height_of_its_words(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int
) -> None:
    case = town.report(words="桥下的沙发和床垫")
    for number in range(12):
        town.report(words=f"第 {number} 处：路口东北角的人行道上堆了旧沙发和床垫，已经好几天没有人来收，老人过不去")
    page = opened(chromium, live_server, town, "acceptance", width=width)
    dialog_of(page, live_server, case, "file")
    page.fill("#file-category", "垃圾")
    expect(page.locator("#file-category-found .choice").nth(5)).to_be_attached()
    assert page.eval_on_selector_all("#file-category-found .choice", CUT) == []
    dialog_of(page, live_server, case, "merge")
    expect(page.locator("#merge-case-found .choice").nth(6)).to_be_attached()
    assert page.eval_on_selector_all("#merge-case-found .choice", CUT) == []
    page.context.close()


def test_the_search_goes_on_after_the_form_was_refused_and_enter_never_sends_it(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    case = town.report(category=None)
    page = opened(chromium, live_server, town, "acceptance")
    dialog_of(page, live_server, case, "file")
    page.click("#do-file .button--primary")
    expect(page.locator("#file-category_error")).to_be_visible()
    page.fill("#file-category", "暴露垃圾")
    page.press("#file-category", "Enter")  # before the answer is there: it takes the first entry when it comes
    expect(page.locator("#file-category-found input").first).to_be_checked()
    assert page.evaluate("document.activeElement.name") == "condition_id"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "file-category"
    # Another search keeps what is chosen, at the top of what it finds.
    # The answer is held back until somebody has gone on into the old list, which it replaces under their fingers.
    held: list[Route] = []
    page.route("**/cases/categories/**", lambda route: held.append(route))
    with page.expect_request("**/cases/categories/**"):
        page.fill("#file-category", "井盖")
    page.press("#file-category", "ArrowDown")
    assert page.evaluate("document.activeElement.name") == "condition_id"
    held[0].continue_()
    page.unroute("**/cases/categories/**")
    expect(page.locator("#file-category-found .choice").nth(1)).to_contain_text("井盖")
    expect(page.locator("#file-category-found .choice").first).to_contain_text("暴露垃圾")
    assert page.evaluate("document.activeElement.name") == "condition_id", "the new list took the focus away"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#file-category-found input").first).to_be_checked()
    page.press("#file-category", "ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#file-category-found input").nth(1)).to_be_checked()
    page.keyboard.press("Home")
    expect(page.locator("#file-category-found input").first).to_be_checked()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator("#file-category")).to_have_value("")
    expect(page.locator("#do-file")).to_be_visible()
    case.refresh_from_db()
    assert case.state == "reported"
    page.press("#file-category", "ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case.id}/?done=file")
    case.refresh_from_db()
    assert (case.state, case.category_name) == ("filed", "暴露垃圾")
    page.context.close()
