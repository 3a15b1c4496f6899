"""Safety in a browser, played by its roles: a file is filled, a plan approved by a second person, stars proposed, confirmed and changed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.access.public import Role, create_user, grant_scope
from linli.core.platform.public import SYSTEM, local_today
from linli.subsystems.office.tests.test_in_browser import press, refused, send, stands
from linli.subsystems.safety.models import EmergencyPlan, FileEntry, Rating
from linli.subsystems.safety.tests.test_hazard import hazard_of
from linli.subsystems.safety.tests.test_stars import dwelling_of, propose
from tests.browser.test_case_pages import chromium, opened, town
from tests.city import COMMUNITY, PASSWORD, TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def with_officer(city: TestCity) -> TestCity:
    """The city with an officer of its first community."""
    user = create_user(
        SYSTEM, username="officer", display_name="Officer", unit=city.units["street_centre"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="community_officer"), area=city.areas[COMMUNITY])
    city.users["officer"] = user
    return city


def test_an_officer_fills_a_file_and_two_people_approve_a_plan(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with_officer(town)
    dwelling = dwelling_of(town, with_file=False)
    officer, supervisor, leader = (
        opened(chromium, live_server, town, who) for who in ("officer", "supervisor", "leader")
    )
    officer.goto(f"{live_server.url}/safety/files/")
    officer.click("a.row-link")
    expect(officer.locator("#file-title")).to_be_visible()
    expect(officer.locator(".notice--amber")).to_contain_text("灭火器")
    officer.click(".card__foot a.button--primary")
    expect(officer.locator("#id_premises")).to_have_value(dwelling.code)
    officer.select_option("#id_kind", "extinguishers")
    officer.fill("#id_title", "4公斤干粉8具")
    officer.fill("#id_valid_until", "2031-05-01")
    officer.click("form.card button.button--primary")
    stands(officer, "held")
    assert (FileEntry.objects.get().premises_id, FileEntry.objects.get().keeper_id) == (
        dwelling.id,
        town.users["officer"].id,
    )
    officer.goto(f"{live_server.url}/safety/files/premises/{dwelling.id}/")
    expect(officer.locator(".notice--amber")).not_to_contain_text("灭火器")
    assert Axe().run(officer).violations_count == 0
    officer.goto(f"{live_server.url}/safety/plans/new/?area={COMMUNITY}")
    officer.fill("#id_title", "火灾应急预案")
    officer.fill("#id_valid_until", f"{local_today() - timedelta(days=1):%Y-%m-%d}")  # a day that is over
    officer.click("form.card button.button--primary")
    expect(officer.locator("#id_valid_until_error")).to_be_visible()
    expect(officer.locator("#id_title")).to_have_value("火灾应急预案")
    officer.fill("#id_valid_until", f"{local_today() + timedelta(days=300):%Y-%m-%d}")
    officer.fill("#id_text", "先呼救，再报警。")
    officer.click("form.card button.button--primary")
    stands(officer, "draft")
    press(officer, "submit")
    send(officer, "submit")
    stands(officer, "submitted")
    expect(officer.locator("[data-dialog=do-review]")).to_have_count(0)
    address = officer.url.split("?")[0]
    supervisor.goto(address)
    press(supervisor, "review")
    send(supervisor, "review")
    stands(supervisor, "reviewed")
    expect(supervisor.locator("[data-dialog=do-approve]")).to_have_count(0)
    leader.goto(address)
    press(leader, "approve")
    send(leader, "approve")
    stands(leader, "in_force")
    assert Axe().run(leader).violations_count == 0
    plan = EmergencyPlan.objects.get()
    assert (plan.reviewed_by_id, plan.approved_by_id) == (town.users["supervisor"].id, town.users["leader"].id)


def test_stars_are_proposed_and_an_officer_confirms_one_and_changes_one(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    with_officer(town)
    first, second = dwelling_of(town), dwelling_of(town, "R-2", with_file=False)
    hazard_of(town, premises=second, title="电动车在楼道充电", severity="grave", place="")
    assert propose() == 2
    one, other = (Rating.objects.get(premises_id=home.id) for home in (first, second))
    assert (one.stars, other.stars) == (5, 2)
    officer, worker = (
        opened(chromium, live_server, town, "officer"),
        opened(chromium, live_server, town, "worker", width=360),
    )
    officer.goto(f"{live_server.url}/safety/stars/{one.id}/")
    press(officer, "confirm")
    send(officer, "confirm")
    stands(officer, "set")
    officer.goto(f"{live_server.url}/safety/stars/{other.id}/")
    expect(officer.locator(".link-list").first).to_contain_text("电动车在楼道充电")
    press(officer, "change")
    officer.locator("#do-change input[value='3']").check()
    officer.locator("#do-change textarea").fill("  ")
    send(officer, "change")  # without a reason
    refused(officer, "change", "reason")
    expect(officer.locator("#do-change input[value='3']")).to_be_checked()
    officer.locator("#do-change textarea").fill("电动车已搬出，现场看过。")
    send(officer, "change")
    stands(officer, "set")
    expect(officer.locator(".timeline")).to_contain_text("2星改为3星")
    assert Axe().run(officer).violations_count == 0
    worker.goto(f"{live_server.url}/safety/stars/{other.id}/")
    stands(worker, "set")
    expect(worker.locator("[data-dialog=do-confirm]")).to_have_count(0)
    assert worker.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
