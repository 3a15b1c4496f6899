"""The resident's form step by step on a small phone: empty steps are stopped, the pin answers, and the phone remembers."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from linli.algorithms.tracking import grouped
from linli.core.cases.public import Case
from linli.core.platform.public import SYSTEM
from linli.core.registry.public import replace_streets
from tests.browser.test_resident_pages import chromium as chromium
from tests.browser.test_resident_pages import phone
from tests.browser.test_resident_pages import town as town
from tests.city import TestCity

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEXT = ".step.is-current .step__next"


def test_an_empty_step_is_stopped_where_it_lacks_and_the_phone_remembers_what_was_sent(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    replace_streets(
        SYSTEM,
        [("滨江北路", [(115.0, 30.005), (115.01, 30.005)]), ("长安巷", [(115.0047, 30.0), (115.0047, 30.01)])],
        source="t",
    )
    with phone(chromium) as page:
        page.set_viewport_size({"width": 360, "height": 640})
        page.goto(live_server.url + reverse("public-report"))
        assert page.locator(NEXT).bounding_box()["y"] < 640 - 40  # type: ignore[index]
        page.click(NEXT)
        expect(page.locator(".step.is-current .step__lacks")).to_be_visible()
        expect(page.locator(".steps li").first).to_have_attribute("aria-current", "step")
        page.fill("#description", "桥下有垃圾")
        expect(page.locator(".step.is-current .step__lacks")).to_be_hidden()
        page.click(NEXT)
        page.click(NEXT)
        expect(page.locator(".step.is-current .step__lacks")).to_be_visible()
        assert page.locator(NEXT).bounding_box()["y"] < 640 - 40  # type: ignore[index]
        page.click("[data-position]")
        # The phone lies at 115.005, 29 m east of the crossing.
        expect(page.locator("#address")).to_have_value("滨江北路与长安巷路口东 30 米")
        expect(page.locator("[data-place-at]")).to_be_hidden()
        page.click(NEXT)
        page.click(".step.is-current .button--tall")
        page.wait_for_url("**/track/*/?done=report")
        for words in ("桥下有垃圾", "滨江北路与长安巷路口东 30 米", "你上报的内容"):
            expect(page.locator("main")).to_contain_text(words)
        number = grouped(Case.objects.get().tracking)
        page.goto(live_server.url)
        expect(page.locator("[data-my-reports] li")).to_have_count(1)
        page.click(f"[data-my-reports] a[href*='{number}']")
        expect(page.locator("main")).to_contain_text("桥下有垃圾")
        page.goto(live_server.url)
        page.click("[data-forget-all]")
        expect(page.locator("[data-my-reports]")).to_be_hidden()
        page.goto(live_server.url + reverse("track-case", args=[number]))
        expect(page.locator("h1")).to_have_text("已收到")
        expect(page.locator("main")).not_to_contain_text("桥下有垃圾")


def test_what_somebody_wrote_as_the_place_is_not_written_over(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    replace_streets(SYSTEM, [("滨江北路", [(115.0, 30.005), (115.01, 30.005)])], source="t")
    with phone(chromium) as page:
        page.goto(live_server.url + reverse("public-report"))
        page.fill("#description", "桥下有垃圾")
        page.click(NEXT)
        page.fill("#address", "柳荫桥")
        with page.expect_response("**/place/?*"):
            page.click("[data-position]")
        page.wait_for_timeout(200)
        expect(page.locator("#address")).to_have_value("柳荫桥")


def test_a_pin_outside_is_told_at_once_and_asked_about_once(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    far = {"longitude": 114.8, "latitude": 30.2, "accuracy": 12}
    with phone(chromium, geolocation=far) as page:
        page.goto(live_server.url + reverse("public-report"))
        page.fill("#description", "桥下有垃圾")
        page.click(NEXT)
        page.click("[data-position]")
        expect(page.locator("[data-place-at]")).to_contain_text("这里不在云溪市")
        page.click(NEXT)
        page.click(".step.is-current .button--tall")
        expect(page.locator("#where-error")).to_contain_text("这里不在云溪市")
        assert not Case.objects.exists()
        page.check("[name=outside]")
        page.click(NEXT)
        page.click(".step.is-current .button--tall")
        page.wait_for_url("**/track/*/?done=report")
    case = Case.objects.get()
    assert case.grid_id is None
    assert case.unit_id != town.units["city_centre"].id


def test_few_stars_offer_to_take_it_up_again_in_the_same_step(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    case = town.bring_to("closed")
    with phone(chromium) as page:
        page.goto(live_server.url + reverse("track-case", args=[grouped(case.tracking)]))
        expect(page.locator("[name=again]")).to_be_hidden()
        page.check("[name=score][value='5']")
        expect(page.locator("[name=again]")).to_be_hidden()
        label = page.locator("label[for=note]")
        page.check("[name=score][value='1']")
        expect(label).to_have_text("哪里可以更好 （可不填）", use_inner_text=True)
        page.check("[name=again]")
        expect(label).to_have_text("哪里没办好 （重新办理时必填）", use_inner_text=True)
        page.check("[name=score][value='4']")
        expect(label).to_have_text("哪里可以更好 （可不填）", use_inner_text=True)
        page.check("[name=score][value='1']")
        expect(label).to_have_text("哪里没办好 （重新办理时必填）", use_inner_text=True)
        page.locator("#rate .button--primary").click()
        expect(page.locator("#note")).to_be_focused()  # where something is missing, not at the head of a long page
        expect(page.locator("#note-error")).to_be_in_viewport()
        page.fill("#note", "还有一半没清")
        page.locator("#rate .button--primary").click()
        expect(page.locator("h1")).to_have_text("已受理")
        expect(page.locator(".earlier")).to_contain_text("已清理")
        expect(page.locator(".earlier")).to_contain_text("还有一半没清")
    case.refresh_from_db()
    assert case.state == "filed"
