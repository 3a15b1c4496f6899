"""The house style in a real browser: nothing that axe calls serious, nothing wider than the screen, blocks that work.

Runs on style_site.py: no database, no sign-in, the real content security policy. Needs a built front end and Chromium.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from io import BytesIO
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from . import style_site

pytestmark = pytest.mark.browser

LONGEST_SIDE_PX = 2048


class ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of the running style site."""
    changed = {
        "ROOT_URLCONF": "tests.browser.style_site",
        "MIDDLEWARE": [
            "tests.browser.style_site.strict_policy",
            "whitenoise.middleware.WhiteNoiseMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
        ],
        "CSRF_COOKIE_SECURE": False,
    }
    with override_settings(**changed):
        server = make_server("127.0.0.1", 0, WSGIHandler(), server_class=ThreadedServer, handler_class=Silent)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Page]:
    yield from opened(chromium, 1440)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    yield from opened(chromium, 360)


def opened(chromium: Browser, width: int, scheme: str = "light", *, bypass_csp: bool = False) -> Iterator[Page]:
    """A page that fails its test when a script throws or the security policy refuses something."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="zh-CN",
        bypass_csp=bypass_csp,
        permissions=["geolocation"],
        geolocation={"longitude": 120.19, "latitude": 30.25, "accuracy": 12},
    )
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert wrong == []


def photo(side_px: int = 3000) -> bytes:
    made = BytesIO()
    Image.effect_noise((side_px, side_px * 3 // 4), 40).convert("RGB").save(made, "JPEG", quality=92)
    return made.getvalue()


def scroll_through(page: Page) -> None:
    """Brings every part near the screen, so that maps and lazy images have started."""
    page.wait_for_load_state("networkidle")
    for top in range(0, int(page.evaluate("document.documentElement.scrollHeight")), 600):
        page.evaluate(f"window.scrollTo(0, {top})")
        page.evaluate("new Promise(requestAnimationFrame)")
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", ["/style/", "/public/", "/error/"])
def test_axe_finds_nothing_serious(site: str, chromium: Browser, path: str, width: int, scheme: str) -> None:
    # axe injects its script, which the policy would rightly refuse.
    for page in opened(chromium, width, scheme, bypass_csp=True):
        page.goto(site + path)
        scroll_through(page)
        found = Axe().run(page).response
        assert len(found["passes"]) > 5
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [node["html"] for node in v["nodes"]]) for v in serious] == []


@pytest.mark.parametrize("type_size", ["plain", "large"])
@pytest.mark.parametrize(("width", "language"), [(360, "zh-hans"), (360, "en"), (768, "zh-hans"), (1440, "zh-hans")])
@pytest.mark.parametrize("path", ["/style/", "/public/"])
def test_nothing_is_wider_than_the_screen(
    site: str, chromium: Browser, path: str, width: int, language: str, type_size: str
) -> None:
    for page in opened(chromium, width):
        cookies = {settings.LANGUAGE_COOKIE_NAME: language, "linli_type": type_size}
        page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
        page.goto(site + path)
        scroll_through(page)
        assert page.evaluate("document.documentElement.lang") == language
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_residents_targets_are_48_pixels_high(site: str, phone: Page) -> None:
    phone.goto(site + "/public/")
    low = phone.evaluate(
        """[...document.querySelectorAll('main button, main a.door, main .input, main .option, .public-head a')]
        .map(e => [e.textContent, e.getBoundingClientRect().height]).filter(([, high]) => high > 0 && high < 48)"""
    )
    assert low == []


def test_keys_move_open_search_and_help(site: str, desk: Page) -> None:
    desk.goto(site + "/style/")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    second = desk.evaluate("document.activeElement.textContent")
    desk.keyboard.press("k")
    assert second != desk.evaluate("document.activeElement.textContent")
    desk.keyboard.press("/")
    assert desk.evaluate("document.activeElement.name") == "q"
    desk.keyboard.type("j?")
    assert desk.input_value("[name=q]") == "j?"
    assert not desk.locator("#keys").is_visible()
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("?")
    assert desk.locator("#keys").is_visible()
    desk.keyboard.press("Escape")
    assert not desk.locator("#keys").is_visible()


def test_a_row_opens_beside_the_list(site: str, desk: Page) -> None:
    desk.goto(site + "/style/")
    desk.evaluate("document.querySelector('a.row-link').href = '/case/'")
    desk.click("a.row-link >> nth=0")
    desk.wait_for_selector(".split__detail h2")
    assert desk.inner_text(".split__detail") == "案卷页"
    assert desk.url.endswith("/style/")


def test_a_dialog_starts_at_its_first_field_and_escape_closes_it(site: str, desk: Page) -> None:
    desk.goto(site + "/style/")
    desk.click("[data-dialog=return-dialog]")
    assert desk.evaluate("document.activeElement.id") == "r-to"
    desk.keyboard.press("Escape")
    assert not desk.locator("#return-dialog").is_visible()


def test_the_photo_viewer_goes_round(site: str, desk: Page) -> None:
    desk.goto(site + "/style/")
    desk.click(".photos a >> nth=0")
    desk.keyboard.press("ArrowLeft")
    assert desk.inner_text(".viewer__bar span") == "3 / 3"
    desk.keyboard.press("ArrowRight")
    assert desk.inner_text(".viewer__bar span") == "1 / 3"


def test_a_large_photo_shrinks_and_three_clicks_send_it_once(site: str, desk: Page) -> None:
    style_site.ARRIVED.clear()
    desk.goto(site + "/style/")
    given = photo()
    desk.set_input_files("[data-picker] input", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": given})
    desk.wait_for_selector(".picker__item img")
    side = desk.evaluate(
        """createImageBitmap(document.querySelector('[data-picker] input').files[0])
        .then(bitmap => Math.max(bitmap.width, bitmap.height))"""
    )
    assert side == LONGEST_SIDE_PX
    desk.fill("#f-text", "井盖没有了")
    effect = desk.input_value("#report-form [name=effect_id]")
    with desk.expect_navigation(url="**/sent/"):
        desk.evaluate("for (let i = 0; i < 3; i++) document.querySelector('#report-form .button--primary').click()")
    assert [arrived for arrived, _ in style_site.ARRIVED] == [effect]
    assert 0 < style_site.ARRIVED[0][1][0] < len(given)


def test_steps_lose_nothing_going_back_or_when_refused(site: str, phone: Page) -> None:
    phone.goto(site + "/public/")
    phone.set_input_files("[data-picker] input", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(400)})
    phone.wait_for_selector(".picker__item img")
    phone.click(".step.is-current .step__next")
    phone.click("[data-position]")
    expect(phone.locator("[data-lon]")).to_have_value("120.190000")
    phone.fill("#p-address", "江城路口")
    phone.evaluate("history.back()")
    phone.wait_for_selector(".steps li:first-child[aria-current=step]")
    assert phone.locator(".picker__item").count() == 1
    phone.click(".step.is-current .step__next")
    assert phone.input_value("#p-address") == "江城路口"
    phone.click(".step.is-current .step__next")
    phone.fill("#p-text", "拒绝")
    with phone.expect_response("**/post/") as answer:
        phone.click(".step.is-current button.button--primary")
    assert answer.value.status == 422
    expect(phone.locator("form[data-busy]")).to_have_count(0)
    assert phone.locator(".picker__item").count() == 1
    assert phone.input_value("#p-address") == "江城路口"


def test_after_a_broken_network_the_same_effect_is_sent_again(site: str, phone: Page) -> None:
    style_site.ARRIVED.clear()
    phone.goto(site + "/public/")
    effect = phone.input_value("#report-form [name=effect_id]")
    for _ in range(2):
        phone.click(".step.is-current .step__next")
    phone.route("**/post/", lambda route: route.abort())
    phone.click(".step.is-current button.button--primary")
    phone.wait_for_selector("text=网络断了")
    phone.unroute("**/post/")
    with phone.expect_navigation(url="**/sent/"):
        phone.click(".step.is-current button.button--primary")
    assert [arrived for arrived, _ in style_site.ARRIVED] == [effect]


def test_a_tap_on_the_map_and_typed_coordinates_write_the_same_fields(site: str, desk: Page) -> None:
    desk.goto(site + "/style/")
    desk.locator(".map--small").scroll_into_view_if_needed()
    desk.wait_for_selector(".map--small .maplibregl-marker")
    desk.locator(".map--small canvas").click(position={"x": 90, "y": 60})
    expect(desk.locator("[name=position_source]")).to_have_value("map")
    assert desk.input_value("#f-lon") != "120.182000"
    desk.fill("#f-lon", "120.185")
    desk.keyboard.press("Tab")
    assert desk.input_value("[name=position_source]") == "typed"
    expect(desk.locator(".map-tools output")).to_have_text("地点已标好。")


def test_the_map_says_in_words_what_it_shows(site: str, desk: Page) -> None:
    desk.goto(site + "/style/")
    desk.locator("#big-map").scroll_into_view_if_needed()
    desk.wait_for_selector("#big-map .map-list li", state="attached")
    desk.click("#big-map .map-list summary")
    assert desk.locator("#big-map .map-list .clock").count() > 0


def test_a_page_without_a_map_does_not_load_the_map(site: str, desk: Page) -> None:
    asked: list[str] = []
    desk.on("request", lambda request: asked.append(request.url))
    desk.goto(site + "/public/")
    desk.wait_for_load_state("networkidle")
    assert asked
    assert [url for url in asked if "map" in url] == []


def test_the_chosen_theme_is_kept_in_a_cookie_for_the_server(site: str, desk: Page) -> None:
    desk.goto(site + "/style/")
    desk.click(".topbar__end details.menu > summary")
    desk.click("[data-swap-theme]")
    desk.reload()
    assert desk.evaluate("document.documentElement.dataset.theme") == "dark"
    assert settings.LANGUAGE_CODE in desk.content()
