"""A city from nothing by the browser only: one command names the city and its first administrator; the example files of the project do the rest,
until a resident's report has gone round to closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.urls import reverse
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from linli.config.cli import linli
from linli.core.access.public import sync_roles
from linli.core.areas.public import area_tree
from linli.core.cases.public import Case
from linli.core.catalogue.public import set_up_catalogue
from linli.core.exchange.public import work_off_imports
from linli.core.grids.public import Grid
from tests.browser.test_case_pages import chromium, picture
from tests.browser.test_resident_pages import phone
from tests.browser.test_whole_loop import do

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "long-enough-for-a-try-7"
HERE = {"longitude": 116.1025, "latitude": 31.0025, "accuracy": 12}


@contextmanager
def signed_in(chromium: Browser, site: LiveServer, who: str) -> Iterator[Page]:
    """Somebody who has typed their name and password."""
    with phone(chromium, width=1440) as page:
        page.goto(site.url + reverse("sign-in"))
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: reverse("sign-in") not in url)
        yield page


def bring_in(page: Page, site: LiveServer, step: str, folder: Path) -> None:
    """One step of setting up: its example is fetched, sent as it is, checked, and taken in."""
    page.goto(site.url + reverse("setup"))
    card = page.locator(f"section[aria-labelledby=step-{step}]")
    with page.expect_download() as download:
        card.locator("a[download]").first.click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    card.locator("a[href*='/imports/new/']").click()
    page.set_input_files("input[name=file]", file)
    page.click("main .button--primary")
    expect(page.locator("#columns-title")).to_be_visible()
    page.click("main .button--primary")
    expect(page.locator(".import-step")).to_be_visible()
    assert work_off_imports() == 1
    expect(page.locator("#facts-title")).to_be_visible()
    page.click("main .button--primary")
    expect(page.locator(".import-step")).to_be_visible()
    assert work_off_imports() == 1
    expect(page.locator("#import .page-head")).to_contain_text("已导入")


def give_passwords(chromium: Browser, page: Page, site: LiveServer) -> None:
    """Each person of the list gets a link from their page, and sets a password by it."""
    page.goto(site.url + reverse("people"))
    people = [link.get_attribute("href") for link in page.locator("main a.row-link").all()]
    for address in people:
        page.goto(site.url + str(address))
        button = page.locator("form[action$='/link/'] button")
        if not button.count():
            continue  # oneself
        button.click()
        link = page.locator("#new-link").inner_text()
        with phone(chromium) as other:
            other.goto(site.url + link[link.index("/password/") :])
            other.fill("[name=password]", PASSWORD)
            other.fill("[name=again]", PASSWORD)
            other.click(".button--primary")
            other.wait_for_url(lambda url: "/password/new/" not in url)


@contextmanager
def at_work(chromium: Browser, site: LiveServer, who: str) -> Iterator[Page]:
    """The queue of somebody, with its one case open."""
    with signed_in(chromium, site, who) as page:
        page.goto(site.url + reverse("queue"))
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("[data-detail] h1")).to_be_visible()
        yield page


def test_a_city_is_set_up_on_its_pages_and_closes_its_first_case(
    chromium: Browser, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    settings.LINLI_HOME = tmp_path
    sync_roles()
    set_up_catalogue()
    made = CliRunner().invoke(
        linli,
        ["users", "add-administrator", "boss", "--name", "市中心", "--city", "990300000000", "--city-name", "沐河市", "--password", PASSWORD],
        catch_exceptions=False,
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    with signed_in(chromium, live_server, "boss") as page:
        assert page.url.endswith(reverse("setup"))
        for step in ("areas", "units", "people", "grids", "workers"):
            bring_in(page, live_server, step, tmp_path)
        assert (len(area_tree().nodes), Grid.objects.count()) == (5, 3)
        page.goto(live_server.url + reverse("setup"))
        expect(page.locator("main .clock--red")).to_have_count(0)
        give_passwords(chromium, page, live_server)
    with phone(chromium, geolocation=HERE) as page:
        page.goto(live_server.url)
        page.click("a.door--first")
        page.set_input_files("[name=photos]", picture())  # type: ignore[arg-type]
        expect(page.locator(".picker__item img")).to_be_visible()
        page.fill("#description", "路口有垃圾")
        page.click(".step.is-current .step__next")
        page.click("[data-position]")
        expect(page.locator("[data-lon]")).to_have_value("116.102500")
        page.click(".step.is-current .step__next")
        page.click(".step.is-current .button--tall")
        page.wait_for_url("**/track/*/?done=report")
    with at_work(chromium, live_server, "zheng.min") as page:
        do(page, "file", "", category="bllj")
    with at_work(chromium, live_server, "he.yuan") as page:
        page.click("[data-detail] [data-dialog=do-dispatch]")
        dialog = page.locator("#do-dispatch")
        choose_unit(dialog, "环境卫生所")
        dialog.locator(".dialog__foot button:not([data-close])").click()
        expect(page.locator("main .empty")).to_be_visible()
    with at_work(chromium, live_server, "gao.yuan") as page:
        do(page, "accept", "处置中")
        do(page, "hand_over", "", note="垃圾已清运", photo=True)
    with at_work(chromium, live_server, "song.jie") as page:
        do(page, "send_to_verify", "")
    with at_work(chromium, live_server, "lin.xiao") as page:
        do(page, "verify_pass", "")
    with at_work(chromium, live_server, "song.jie") as page:
        do(page, "close", "")
    assert [case.state for case in Case.objects.all()] == ["closed"]


def choose_unit(dialog: Locator, name: str) -> None:
    """Picks the unit that is to handle the case."""
    select = dialog.locator("select[name=unit_id]")
    select.select_option(value=select.locator("option", has_text=name).first.get_attribute("value"))
