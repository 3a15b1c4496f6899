"""The whole loop in a real browser, from a resident's report to the rating, each step by the person whose work it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from linli.algorithms.tracking import parse_tracking_number
from linli.core.cases.public import Case
from linli.core.platform.public import verify
from tests.browser.test_case_pages import picture
from tests.browser.test_resident_pages import phone
from tests.city import PASSWORD, TestCity, build_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WORDS = "柳荫桥下堆了垃圾"


@pytest.fixture
def town(transactional_db: None) -> TestCity:
    """The test city, committed, so that the server's threads see it."""
    return build_city()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's own event loop runs in this thread; Django would take it for an async view.
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def portrait() -> dict[str, object]:
    """A photo that is higher than wide: nobody takes it for the reported one."""
    made = BytesIO()
    Image.effect_noise((200, 300), 40).convert("RGB").save(made, "JPEG")
    return {"name": "清理后.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


@contextmanager
def at_work(chromium: Browser, site: LiveServer, who: str) -> Iterator[Page]:
    """The queue of somebody who has just signed in, with the one case open beside it."""
    with phone(chromium, width=1440) as page:
        page.goto(site.url + reverse("queue"))
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(f"**{reverse('queue')}")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("[data-detail] h1")).to_be_visible()
        yield page


def do(page: Page, action: str, state: str, *, note: str = "", photo: bool = False, category: str = "") -> None:
    """Opens an action's dialog, fills it in, sends it, and sees the case in its new state, or an empty queue."""
    page.click(f"[data-detail] [data-dialog=do-{action}]")
    dialog = page.locator(f"#do-{action}")
    expect(dialog).to_be_visible()
    if category:
        dialog.locator("[name=category_words]").fill(category)
        found = dialog.locator("label.choice", has_text="暴露垃圾").first
        expect(found).to_be_visible()
        found.locator("input").check()
    if note:
        dialog.locator("[name=note]").fill(note)
    if photo:
        dialog.locator("input[type=file]").set_input_files(portrait())  # type: ignore[arg-type]
        expect(dialog.locator(".picker__item img")).to_be_visible()
    dialog.locator(".dialog__foot button:not([data-close])").click()
    if state:
        expect(page.locator("[data-detail] .card__head").first).to_contain_text(state)
    else:  # the one case has left this queue
        expect(page.locator("main .empty")).to_be_visible()
    expect(page.locator(".toast").last).to_contain_text("已完成")


def report(page: Page, site: LiveServer) -> str:
    """A resident's report with a photo and a position; gives the tracking number that the page shows."""
    page.goto(site.url)
    page.click("a.door--first")
    page.set_input_files("[name=photos]", picture())  # type: ignore[arg-type]
    expect(page.locator(".picker__item img")).to_be_visible()
    page.fill("#description", WORDS)
    page.click(".step.is-current .step__next")
    page.click("[data-position]")
    expect(page.locator("[data-lon]")).to_have_value("115.005000")
    page.click(".step.is-current .step__next")
    page.click(".step.is-current .button--tall")
    page.wait_for_url("**/track/*/?done=report")
    expect(page.locator("h1")).to_have_text("已收到")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    return page.locator("#number").inner_text()


def follow(page: Page, site: LiveServer, number: str) -> None:
    """Types the tracking number, as somebody who comes back another day does."""
    page.goto(site.url + reverse("track"))
    page.fill("#number", number)
    page.press("#number", "Enter")
    page.wait_for_url("**/track/*/")


def handle(chromium: Browser, site: LiveServer) -> None:
    """Everything the staff does with the one case: filed, dispatched, handled, verified, closed."""
    with at_work(chromium, site, "acceptance") as page:
        expect(page.locator("[data-detail] h1")).to_contain_text(WORDS)
        shown = page.locator("[data-detail] .photos img")
        expect(shown).to_have_count(2)  # with the case's facts and in its timeline
        expect(shown.first).not_to_have_js_property("naturalWidth", 0)
        do(page, "file", "", category="bllj")
    with at_work(chromium, site, "dispatcher") as page:
        expect(page.locator("[data-detail] .facts")).to_contain_text("暴露垃圾")
        do(page, "dispatch", "")
    with at_work(chromium, site, "handler") as page:
        expect(page.locator("[data-detail] .facts")).to_contain_text("环卫所")
        do(page, "accept", "处置中")
        do(page, "hand_over", "", note="垃圾已清运", photo=True)
    with at_work(chromium, site, "verifier") as page:
        do(page, "send_to_verify", "")  # the grid's worker is proposed, and it waits for them now
    with at_work(chromium, site, "worker") as page:
        do(page, "verify_pass", "")
    with at_work(chromium, site, "verifier") as page:
        do(page, "close", "")


def test_the_loop_from_a_report_to_its_rating(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    with phone(chromium) as page:
        number = report(page, live_server)
    handle(chromium, live_server)
    with phone(chromium) as page:
        follow(page, live_server, number)
        expect(page.locator("h1")).to_have_text("已办好")
        result = page.locator("section[aria-labelledby=photos-title] img")
        expect(result).to_have_count(1)
        result.scroll_into_view_if_needed()
        expect(result).not_to_have_js_property("naturalWidth", 0)
        assert result.evaluate("one => one.naturalHeight > one.naturalWidth")  # the result, not what was reported
        expect(page.locator("section[aria-labelledby=answer-title]")).to_contain_text("垃圾已清运")
        # Every step but one: that somebody was asked to verify is the office's own business.
        expect(page.locator(".timeline__entry")).to_have_count(7)
        page.check("#rate [name=score][value='4']")
        page.click("#rate .button--primary")
        page.wait_for_url("**/track/*/?done=rate")
        expect(page.locator("#rate .stars use[href$='#star-full']")).to_have_count(4)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    case = Case.objects.get(tracking=parse_tracking_number(number))
    assert (case.state, case.rating, case.category_name) == ("closed", 4, "暴露垃圾")
    assert list(verify()) == []


def test_who_is_not_satisfied_has_it_taken_up_again_and_the_desk_sees_why(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with phone(chromium) as page:
        number = report(page, live_server)
    handle(chromium, live_server)
    with phone(chromium) as page:
        follow(page, live_server, number)
        expect(page.locator("#reopen")).to_have_count(0)
        page.check("#rate [name=score][value='1']")
        page.click("#rate .button--primary")
        page.fill("#reason", "第二天又堆满了")
        page.click("#reopen .button--primary")
        expect(page.locator("h1")).to_have_text("已受理")
        expect(page.locator("#rate")).to_have_count(0)
    with at_work(chromium, live_server, "dispatcher") as page:
        expect(page.locator("[data-detail] .timeline")).to_contain_text("第二天又堆满了")
        do(page, "dispatch", "")
    assert Case.objects.get().state == "dispatched"
