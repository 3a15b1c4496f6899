"""A resident's way in a real browser at 360 px, with and without script; sign-in, account and people beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from linli.algorithms.tracking import grouped
from linli.core.cases.public import Case, CaseFile
from tests.browser.test_case_pages import opened, picture
from tests.city import COMMUNITY, PASSWORD, TestCity, build_city

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


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


@contextmanager
def phone(chromium: Browser, *, width: int = 360, **more: Any) -> Iterator[Page]:
    """A page of nobody on a phone; fails when a script throws or the security policy refuses something."""
    place = {"longitude": 115.005, "latitude": 30.005, "accuracy": 12}
    options = {"locale": "zh-CN", "permissions": ["geolocation"], "geolocation": place, **more}
    context = chromium.new_context(viewport={"width": width, "height": 740}, **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert wrong == []


def test_a_resident_reports_goes_back_and_loses_nothing(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with phone(chromium) as page:
        page.goto(live_server.url)
        page.click("a.door--first")
        page.set_input_files("[name=photos]", picture())  # type: ignore[arg-type]
        page.wait_for_selector(".picker__item img")
        page.fill("#description", "桥下有垃圾")
        page.click(".step.is-current .step__next")
        page.click("[data-position]")
        expect(page.locator("[data-lon]")).to_have_value("115.005000")
        page.fill("#address", "柳荫桥")
        page.click(".step.is-current .step__next")
        page.fill("#reporter_name", "陈阿姨")
        # The phone's own back button, twice, and forward again through the steps.
        page.go_back()
        page.go_back()
        expect(page.locator(".steps li").first).to_have_attribute("aria-current", "step")
        expect(page.locator("#description")).to_have_value("桥下有垃圾")
        assert page.locator(".picker__item").count() == 1
        page.click(".step.is-current .step__next")
        expect(page.locator("#address")).to_have_value("柳荫桥")
        page.click(".step.is-current .step__next")
        expect(page.locator("#reporter_name")).to_have_value("陈阿姨")
        # A refusal leads to its question and loses nothing either.
        page.fill("#reporter_phone", "电话")
        page.click(".step.is-current .button--tall")
        expect(page.locator("#reporter_phone-error")).to_be_visible()
        assert page.locator(".picker__item").count() == 1
        page.fill("#reporter_phone", "")
        page.click(".step.is-current .button--tall")
        page.wait_for_url("**/track/*/?done=report")
        case = Case.objects.get()
        expect(page.locator("#number")).to_have_text(grouped(case.tracking))
        assert CaseFile.objects.filter(case_id=case.id, role="report").count() == 1
        assert case.worker_id == town.users["worker"].id
        page.click("[data-copy]")
        expect(page.locator("[data-copy]")).to_contain_text("已复制")


def test_a_resident_reports_without_script(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    with phone(chromium, java_script_enabled=False) as page:
        page.goto(live_server.url + reverse("public-report"))
        page.fill("#description", "路灯不亮")
        page.select_option("#area_code", COMMUNITY)
        assert page.locator("[data-position]").is_hidden()
        page.locator("form[data-steps] button:not([type])").click()
        expect(page.locator("h1")).to_have_text("已收到")
        assert page.locator("[data-copy]").is_hidden()
        assert Case.objects.get().community_id == town.areas[COMMUNITY].id


def test_a_resident_rates_and_has_it_taken_up_again(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    case = town.bring_to("closed")
    with phone(chromium) as page:
        page.goto(live_server.url + reverse("track"))
        page.fill("#number", f" {grouped(case.tracking).lower()} ")
        page.press("#number", "Enter")
        page.check("[name=score][value='1']")
        page.locator("#rate .button--primary").click()
        page.fill("#reason", "第二天又堆满了")
        page.locator("#reopen .button--primary").click()
        expect(page.locator("h1")).to_have_text("已受理")
    case.refresh_from_db()
    assert case.state == "filed"


def serious(page: Page, name: str) -> list[tuple[str, str, list[str]]]:
    """What axe calls serious on the page as it is."""
    result = Axe().run(page).response
    assert len(result["passes"]) > 5
    return [
        (name, one["id"], [node["html"] for node in one["nodes"]])
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("width", "scheme", "language"), [(360, "light", "zh-CN"), (1440, "dark", "en-GB")])
def test_no_page_of_residents_is_too_wide_or_has_anything_serious(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int, scheme: str, language: str
) -> None:
    numbers = {state: grouped(town.bring_to(state).tracking) for state in ("handling", "closed", "merged", "rejected")}
    addresses = ["/", "/track/", "/track/?number=123", "/sign-in/", "/password/forgotten/", "/password/new/MQ/x/"]
    addresses += [f"/track/{number}/" for number in numbers.values()]
    found = []
    # axe injects its script, which the security policy would rightly refuse.
    with phone(chromium, width=width, color_scheme=scheme, locale=language, bypass_csp=True) as page:
        for address in addresses:
            page.goto(live_server.url + address)
            page.wait_for_load_state("networkidle")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
            found += serious(page, address)
        page.goto(live_server.url + reverse("public-report"))
        for step in range(3):
            page.wait_for_load_state("networkidle")
            found += serious(page, f"step {step}")
            low = page.evaluate(
                """[...document.querySelectorAll('main button, main a.door, main .input')]
                .map(e => [e.textContent, e.getBoundingClientRect().height]).filter(([, high]) => high > 0 && high < 48)"""
            )
            assert low == []
            if step < 2:
                page.click(".step.is-current .step__next")
    assert found == []


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_no_page_of_accounts_is_too_wide_or_has_anything_serious(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int, scheme: str
) -> None:
    worker = town.users["worker"].id
    page = opened(chromium, live_server, town, "administrator", width=width, scheme=scheme, csp=False)
    found = []
    for name, args in (("account", []), ("people", []), ("person", [worker]), ("person-new", [])):
        page.goto(live_server.url + reverse(name, args=args))
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        found += serious(page, name)
    page.context.close()
    assert found == []


def test_somebody_signs_in_by_keyboard_and_out_again(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with phone(chromium, width=1440) as page:
        page.goto(live_server.url + "/cases/")
        page.fill("[name=username]", "dispatcher")
        page.press("[name=username]", "Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/")
        page.click(".topbar__end details.menu > summary")
        page.click("form[action='/sign-out/'] button")
        page.wait_for_url("**/sign-in/?done=out")
        expect(page.locator("[role=status]").first).to_contain_text("已退出登录")
