"""The staff's pages in a real browser: nothing that axe calls serious, nothing wider than the screen, and a person's way."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from linli.core.cases.public import Case
from tests.city import TestCity, build_city
from tests.web.staff import signed_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ("home", "queue", "cases", "case", "report", "report-solved", "map", "grid-board", "case-print")


@pytest.fixture
def town(transactional_db: None) -> TestCity:
    """The test city, committed, so that the server's threads see it."""
    return build_city()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's own event loop runs in this thread; Django would take it for an async view. Of the module, so that it
    # still holds when a test's database is emptied.
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(
    chromium: Browser,
    site: LiveServer,
    city: TestCity,
    who: str,
    *,
    width: int = 1440,
    scheme: str = "light",
    csp: bool = True,
) -> Page:
    """A page of somebody signed in."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="zh-CN",
        bypass_csp=not csp,
        permissions=["geolocation"],
        geolocation={"longitude": 115.005, "latitude": 30.005, "accuracy": 12},
    )
    key = signed_in(city, who).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def picture() -> dict[str, object]:
    made = BytesIO()
    Image.effect_noise((300, 200), 40).convert("RGB").save(made, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


def address(name: str, case: Case) -> str:
    return reverse(name, args=[case.id]) if name.startswith("case") and name != "cases" else reverse(name)


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (768, "light"), (1440, "dark")])
def test_no_page_is_too_wide_or_has_anything_serious(
    chromium: Browser, live_server: LiveServer, town: TestCity, width: int, scheme: str
) -> None:
    case = town.bring_to("handling")
    town.report(words="一段很长很长的描述" * 12)
    # axe injects its script, which the security policy would rightly refuse.
    page = opened(chromium, live_server, town, "dispatcher", width=width, scheme=scheme, csp=False)
    worker = opened(chromium, live_server, town, "worker", width=width, scheme=scheme, csp=False)
    found = []
    for name in PAGES:
        shown = worker if name == "report-solved" else page
        shown.goto(live_server.url + address(name, case))
        shown.wait_for_load_state("networkidle")
        assert shown.evaluate("document.documentElement.scrollWidth") <= width, name
        result = Axe().run(shown).response
        assert len(result["passes"]) > 5
        found += [
            (name, one["id"], [node["html"] for node in one["nodes"]])
            for one in result["violations"]
            if one["impact"] in ("serious", "critical") or one["id"] == "landmark-unique"
        ]
    page.context.close()
    worker.context.close()
    assert found == []


def test_no_dialog_has_anything_serious(chromium: Browser, live_server: LiveServer, town: TestCity) -> None:
    case = town.report()
    page = opened(chromium, live_server, town, "acceptance", csp=False)
    page.goto(live_server.url + reverse("case", args=[case.id]))
    found = []
    names = page.eval_on_selector_all("[data-dialog^=do-]", "all => all.map(one => one.dataset.dialog)")
    assert len(names) > 3
    for name in names:
        page.evaluate(f"document.querySelector('[data-dialog={name}]').click()")
        page.wait_for_selector(f"#{name}")
        page.wait_for_load_state("networkidle")
        violations = Axe().run(page).response["violations"]
        found += [(name, one["id"]) for one in violations if one["impact"] in ("serious", "critical")]
        page.evaluate(f"document.getElementById('{name}').close()")
    page.context.close()
    assert found == []


def test_a_dialog_opens_by_keyboard_with_its_first_field_and_is_a_page_without_scripts(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    case = town.report()
    page = opened(chromium, live_server, town, "acceptance")
    page.goto(live_server.url + reverse("case", args=[case.id]))
    page.focus("[data-detail] .actions > [data-dialog=do-file]")
    for key in ("Enter", "Space"):
        page.keyboard.press(key)
        page.wait_for_selector("#do-file[open]")
        assert page.evaluate("document.activeElement.closest('dialog')?.id") == "do-file"
        page.keyboard.press("Escape")
        page.wait_for_selector("#do-file", state="hidden")
    assert page.locator("#do-file").count() == 1
    cookies = page.context.cookies()
    page.context.close()

    plain = chromium.new_context(java_script_enabled=False, locale="zh-CN")
    plain.add_cookies(cookies)
    bare = plain.new_page()
    bare.goto(live_server.url + reverse("case", args=[case.id]))
    bare.click(".actions > [data-dialog=do-file]")
    assert bare.locator("#do-file").is_visible()
    bare.click("#do-file .button--primary")
    bare.wait_for_url(f"**/cases/{case.id}/?done=file")
    plain.close()
    assert Case.objects.get(id=case.id).state == "filed"


def test_a_person_reports_files_and_hands_over_in_the_browser(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    wrong: list[str] = []
    worker = opened(chromium, live_server, town, "worker", width=360)
    worker.on("pageerror", lambda error: wrong.append(str(error)))
    worker.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    worker.goto(live_server.url + reverse("report"))
    worker.set_input_files("[name=photos]", picture())  # type: ignore[arg-type]
    worker.wait_for_selector(".picker__item img")
    worker.fill("#description", "桥下有垃圾")
    worker.fill("#category", "bllj")
    worker.check("#category-found input[name=condition_id] >> nth=0")
    worker.click("[data-position]")
    expect(worker.locator("[data-lon]")).to_have_value("115.005000")
    worker.click("#report-form button.button--primary")
    worker.wait_for_url("**/cases/*/?done=report")
    assert worker.locator(".toast").inner_text().startswith("上报：已完成")
    worker.click(".photos a >> nth=0")
    expect(worker.locator(".viewer img")).to_have_js_property("naturalWidth", 300)
    case = Case.objects.get()
    worker.context.close()

    desk = opened(chromium, live_server, town, "acceptance")
    desk.on("pageerror", lambda error: wrong.append(str(error)))
    desk.goto(live_server.url + reverse("queue"))
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".split__detail h1")
    desk.click(".split__detail [data-dialog=do-file]")
    desk.click("#do-file button.button--primary")
    expect(desk.locator("main .empty")).to_be_visible()
    desk.context.close()
    case.refresh_from_db()
    assert (case.state, case.category_name) == ("filed", "暴露垃圾")
    assert wrong == []


def test_a_refused_dialog_opens_again_with_words_and_photos(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    case = town.bring_to("handling")
    page = opened(chromium, live_server, town, "handler")
    page.goto(live_server.url + reverse("case", args=[case.id]))
    page.click("[data-dialog=do-hand_over]")
    page.fill("#hand_over-note", "已经清运")
    page.evaluate("document.querySelector('#do-hand_over form').noValidate = true")
    page.click("#do-hand_over button.button--primary")
    page.wait_for_selector("#hand_over-photo_error")
    assert page.locator("#do-hand_over").is_visible()
    assert page.input_value("#hand_over-note") == "已经清运"
    page.set_input_files("#do-hand_over input[type=file]", picture())  # type: ignore[arg-type]
    page.wait_for_selector("#do-hand_over .picker__item img")
    page.click("#do-hand_over button.button--primary")
    page.wait_for_url(f"**/cases/{case.id}/?done=hand_over")
    page.context.close()
    case.refresh_from_db()
    assert case.state == "handled"


def test_a_grid_chosen_on_the_map_says_who_works_there(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    town.report()
    page = opened(chromium, live_server, town, "dispatcher")
    page.goto(live_server.url + reverse("map"))
    page.wait_for_selector("[data-map-list] [data-case]")
    box = page.locator(".map__canvas canvas").bounding_box()
    assert box is not None
    # The three grids of the street stand in a row; the western one has the worker.
    page.locator(".map__canvas canvas").click(position={"x": box["width"] * 0.1, "y": box["height"] * 0.55})
    page.wait_for_selector("[data-grid-facts] h2")
    assert "Worker" in page.inner_text("[data-grid-facts]")
    page.context.close()


def test_what_was_done_is_said_once_and_not_above_a_refusal(
    chromium: Browser, live_server: LiveServer, town: TestCity
) -> None:
    case = town.bring_to("filed")
    page = opened(chromium, live_server, town, "acceptance")
    address = live_server.url + reverse("case", args=[case.id])
    page.goto(f"{address}?done=file")
    expect(page.locator(".toast")).to_contain_text("立案：已完成")
    expect(page).to_have_url(address)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    page.goto(f"{address}?done=file")
    expect(page.locator(".toast")).to_have_count(1)
    page.evaluate("document.querySelector('[data-dialog=do-comment]').click()")
    page.locator("#do-comment form").evaluate("form => { form.noValidate = true; }")
    page.click("#do-comment .dialog__foot .button--primary")
    expect(page.locator("#do-comment .field--error")).to_be_visible()
    expect(page.locator(".toast")).to_have_count(0)
    page.context.close()
