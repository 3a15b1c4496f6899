"""A city from nothing by the browser: commands name the city and its two administrators; pages and the example files of the project do the rest,
until a resident's report has gone round, is rated, and nothing lacks any more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from linli.config.cli import linli
from linli.core.access.public import sync_roles
from linli.core.areas.public import area_tree
from linli.core.cases.public import Case
from linli.core.catalogue.public import catalogue, set_up_catalogue
from linli.core.exchange.public import work_off_imports
from linli.core.grids.public import Grid
from linli.core.platform.public import local_today, verify
from tests.browser.test_case_pages import chromium, picture
from tests.browser.test_resident_pages import phone
from tests.browser.test_whole_loop import do, follow

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "long-enough-for-a-try-7"
HERE = {"longitude": 116.1025, "latitude": 31.0025, "accuracy": 12}
MACHINE = {"work", "mail", "safety", "address"}  # what `linli doctor` says of the server and not of the city


def typed(*arguments: str) -> Result:
    """A command at the server."""
    return CliRunner().invoke(linli, [*arguments], catch_exceptions=False)


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


class Setting:
    """Whoever sets the city up, at the page that says what it needs. Each step begins there, at a link of its own card."""

    def __init__(self, page: Page, site: LiveServer, folder: Path) -> None:
        self.page, self.site, self.folder = page, site, folder

    def card(self, step: str) -> SimpleNamespace:
        """The card of a step: `click` leads on from it."""
        self.page.goto(self.site.url + reverse("setup"))
        found = self.page.locator(f"section[aria-labelledby=step-{step}]")
        return SimpleNamespace(found=found, click=lambda part: found.locator(f"a.button[href*='{part}']").click())

    def example(self, step: str) -> Path:
        """The example file of a step, as it is fetched from its card."""
        card = self.card(step)
        with self.page.expect_download() as download:
            card.found.locator("a[download]").first.click()
        file = self.folder / download.value.suggested_filename
        download.value.save_as(file)
        return file

    def bring_in(self, step: str, file: Path | None = None) -> None:
        """A step by file: its example (or a file made of it) is sent, its columns taken as they were guessed, checked, taken in."""
        file, page = file or self.example(step), self.page
        self.card(step).click("/imports/new/")
        page.set_input_files("input[name=file]", file)
        page.click("main .button--primary")
        expect(page.locator("#columns-title")).to_be_visible()
        page.click("main .button--primary")
        self.worked_off()
        expect(page.locator("#facts-title")).to_be_visible()
        expect(page.locator("#faults-title")).to_have_count(0)
        page.click("main .button--primary")
        self.worked_off()
        expect(page.locator("#import .page-head")).to_contain_text("已导入")

    def worked_off(self) -> None:
        """The process beside the server does what is asked for, and the page is looked at again."""
        expect(self.page.locator(".import-step")).to_be_visible()
        assert work_off_imports() == 1
        self.page.reload()

    def settle(self, reason: str, *, answer: str = "") -> None:
        """The draft that the page shows, or leads to, is put in force."""
        page = self.page
        if answer:
            page.get_by_label(answer).check()
            page.click("form[action$='/answers/'] button")
        page.fill("form[action$='/put/'] [name=reason]", reason)
        page.click("form[action$='/put/'] .button--primary")
        expect(page.locator("form[action$='/undo/']")).to_be_visible()

    def settle_by_file(self, step: str, file: Path | None = None) -> None:
        """A table of configuration by file."""
        self.bring_in(step, file)
        self.page.click("#import .button--primary")
        self.settle("建城")

    def write_into(self, step: str, table: str, **values: str) -> None:
        """A row of a table of configuration by hand: the first that is there, or a new one."""
        page = self.page
        self.card(step).click(f"/configuration/{table}/")
        rows = page.locator("main .link-list a[href*='/row/']")
        if rows.count():
            rows.first.click()
        page.locator("main a[href*='/edit/']").first.click()
        for name, value in values.items():
            field = page.locator(f"main form [name={name}]")
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        page.click("main form .button--primary")
        self.settle("手工录入")


def ground_and_people(city: Setting) -> None:
    """Areas, units, people with their roles, grids, and who works on them."""
    for step in ("areas", "units", "people", "grids", "workers"):
        city.bring_in(step)
    assert (len(area_tree().nodes), Grid.objects.count()) == (5, 3)


def second_person(chromium: Browser, city: Setting) -> None:
    """Rights to see cases that the first administrator gave without holding them wait for the second."""
    expect(city.card("people").found).to_contain_text("9 项权限待第二人同意")
    with signed_in(chromium, city.site, "deputy") as page:
        agree = page.locator("button[name=agree][value=yes]")
        for left in range(9, 0, -1):
            page.goto(city.site.url + reverse("people"))
            expect(agree).to_have_count(left)
            agree.first.click()  # leads to the person
            expect(page.locator("main .page-head")).to_be_visible()


def rules(city: Setting) -> None:
    """What is filed, who handles it, how long each stage may take, when the office is open and which days are off."""
    for step in ("categories", "routes", "limits"):
        city.settle_by_file(step)
    example, today = city.example("calendar"), local_today()
    for year in {today.year, (today + timedelta(days=31)).year}:
        if not catalogue().calendar.is_known(today.replace(year=year, month=12, day=31)):
            example.write_text(example.read_text("utf-8-sig").replace("2027-", f"{year}-"))
            city.settle_by_file("calendar", example)
    city.write_into("calendar", "hours", saturday="09:00-12:00")
    assert catalogue().search("共享单车乱停放")


def sign_in(chromium: Browser, city: Setting) -> None:
    """Who needs a second factor; and each person gets a link from their page, and sets a password by it."""
    page, site = city.page, city.site
    city.write_into("sign_in", "second_factors", role="auditor", grace_days="14")
    city.card("sign_in").click("/people/")
    people = [
        link.get_attribute("href") for link in page.locator("main a.row-link").filter(has_not_text="市中心").all()
    ]
    assert len(people) == 8
    for address in people:
        page.goto(site.url + str(address))
        page.click("form[action$='/link/'] button")
        link = page.locator("#new-link").inner_text()
        with phone(chromium) as other:
            other.goto(site.url + link[link.index("/password/") :])
            other.fill("[name=password]", PASSWORD)
            other.fill("[name=again]", PASSWORD)
            other.click(".button--primary")
            other.wait_for_url(lambda url: "/password/new/" not in url)


def residents_pages(chromium: Browser, city: Setting) -> None:
    """Who runs the pages of residents, and whom they call."""
    city.card("public").click(reverse("settings"))
    city.page.fill("[name='setup.hotline']", "12345")
    city.page.fill("[name='setup.office']", "沐河市城市管理局")
    city.page.click("#setup .button--primary")
    city.page.wait_for_url("**/settings/?saved=setup*")
    with phone(chromium) as page:
        page.goto(city.site.url)
        expect(page.locator(".public-head__mark")).to_contain_text("沐河市")
        expect(page.locator("a[href='tel:12345']")).to_be_visible()


def report(chromium: Browser, site: LiveServer) -> str:
    """A resident's report; gives its tracking number."""
    with phone(chromium, geolocation=HERE) as page:
        page.goto(site.url)
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
        return page.locator("#number").inner_text()


@contextmanager
def at_work(chromium: Browser, site: LiveServer, who: str) -> Iterator[Page]:
    """The queue of somebody, with its one case open."""
    with signed_in(chromium, site, who) as page:
        page.goto(site.url + reverse("queue"))
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page.locator("[data-detail] h1")).to_be_visible()
        yield page


def handle(chromium: Browser, site: LiveServer) -> None:
    """Filed, dispatched to whom the rules name, handled, verified, closed."""
    with at_work(chromium, site, "zheng.min") as page:
        do(page, "file", "", category="bllj")
    with at_work(chromium, site, "he.yuan") as page:
        do(page, "dispatch", "")
    with at_work(chromium, site, "gao.yuan") as page:
        do(page, "accept", "处置中")
        do(page, "hand_over", "", note="垃圾已清运", photo=True)
    with at_work(chromium, site, "song.jie") as page:
        do(page, "send_to_verify", "")
    with at_work(chromium, site, "lin.xiao") as page:
        do(page, "verify_pass", "")
    with at_work(chromium, site, "song.jie") as page:
        do(page, "close", "")


def rate(chromium: Browser, site: LiveServer, number: str) -> None:
    """The resident comes back with the number and rates."""
    with phone(chromium) as page:
        follow(page, site, number)
        expect(page.locator("h1")).to_have_text("已办好")
        page.check("#rate [name=score][value='5']")
        page.click("#rate .button--primary")
        page.wait_for_url("**/track/*/?done=rate")


def test_a_city_is_set_up_on_its_pages_and_closes_its_first_case(
    chromium: Browser, live_server: LiveServer, settings: Settings, tmp_path: Path
) -> None:
    settings.LINLI_HOME = tmp_path
    sync_roles()
    set_up_catalogue()
    for username, city_named in (("boss", ("--city", "990300000000", "--city-name", "沐河市")), ("deputy", ())):
        made = typed("users", "add-administrator", username, "--name", "市中心", "--password", PASSWORD, *city_named)
        assert made.exit_code == 0, made.output
    with signed_in(chromium, live_server, "boss") as page:
        assert page.url.endswith(reverse("setup"))
        city = Setting(page, live_server, tmp_path)
        ground_and_people(city)
        second_person(chromium, city)
        rules(city)
        sign_in(chromium, city)
        residents_pages(chromium, city)
        page.goto(live_server.url + reverse("setup"))
        assert page.locator("main .notice").all_inner_texts() == []
        steps = page.locator("main section.card").count()
        expect(page.locator(".page-head")).to_contain_text(f"{steps} 步中已完成 {steps} 步")
    number = report(chromium, live_server)
    handle(chromium, live_server)
    rate(chromium, live_server, number)
    case = Case.objects.get()
    assert (case.state, case.rating) == ("closed", 5)
    assert list(verify()) == []
    assert typed("setup").exit_code == 0
    found = json.loads(typed("doctor", "--json", "--seconds", "600").output)["findings"]
    assert [one for one in found if one["check"] not in MACHINE] == []
