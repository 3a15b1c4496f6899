"""Every block that the two bundles start works where it stands, and works again after its markup was put in anew: by htmx or a refused
form on the sample pages, by the server's own answer on the real pages of what the sample pages do not hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.algorithms.tracking import grouped
from tests.browser.test_case_pages import chromium, town
from tests.browser.test_forms_live import begun
from tests.browser.test_style_pages import desk, opened, phone, photo, site
from tests.city import TestCity
from tests.forms.documents import form, question
from tests.forms.test_filling import published
from tests.web.staff import signed_in

__all__ = ["chromium", "desk", "phone", "site", "town"]
pytestmark = pytest.mark.browser
SOURCES = Path(__file__).parents[2] / "frontend/src"
REFUSED = "拒绝"


def prints(page: Page) -> None:
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")
    page.click("[data-print]")
    assert page.evaluate("window.printed") == 1


def chooses_by_keyboard(page: Page) -> None:
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.fill("#f-unit", "环")
    page.wait_for_timeout(100)  # until it stands there
    expect(page.locator("#f-unit-found .choice")).to_have_count(7)
    for _ in range(20):  # an answer that comes now takes the place of the entries, and of the one that has the focus
        page.press("#f-unit", "ArrowDown")
        page.wait_for_timeout(150)
        if page.evaluate("document.activeElement.name") == "unit":
            break
    assert page.evaluate("document.activeElement.name") == "unit"
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.id") == "f-unit"


def asks_the_server_while_typing(page: Page) -> None:
    page.evaluate("document.querySelector('#f-unit-found').replaceChildren()")
    page.fill("#f-unit", "所")
    expect(page.locator("#f-unit-found .choice")).to_have_count(7)


def copies(page: Page) -> None:
    page.click("[data-copy]")
    expect(page.locator("[data-copy]")).to_contain_text("已复制")


def opens_beside_the_list(page: Page) -> None:
    page.evaluate("document.querySelector('a.row-link').href = '/case/'")
    page.click("a.row-link >> nth=0")
    expect(page.locator(".split__detail h2")).to_have_text("案卷页")
    page.evaluate("document.querySelector('.split__detail').replaceChildren()")


def opens_a_dialog(page: Page) -> None:
    page.click("[data-dialog=return-dialog]")
    expect(page.locator("#return-dialog")).to_be_visible()
    page.click("#return-dialog .dialog__foot [data-close]")
    expect(page.locator("#return-dialog")).to_be_hidden()


def swaps_light_and_dark(page: Page) -> None:
    before = page.evaluate("document.documentElement.dataset.theme")
    page.evaluate("document.querySelector('[data-swap-theme]').click()")
    assert page.evaluate("document.documentElement.dataset.theme") != before


def moves_by_key(page: Page) -> None:
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.classList.contains('row-link')")


def draws_a_map_once_it_is_near(page: Page) -> None:
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    map_ = page.locator("#big-map")
    expect(map_.locator(".map__loading")).to_have_count(1)
    expect(map_.locator("canvas")).to_have_count(0)
    map_.scroll_into_view_if_needed()
    # The list beside it is written from what stands in the drawing, when nothing more comes.
    expect(map_.locator(".map-list li")).not_to_have_count(0)
    picture = Image.open(BytesIO(map_.locator("canvas").screenshot(caret="initial"))).convert("RGB")
    middle = picture.crop((picture.width // 4, picture.height // 4, picture.width * 3 // 4, picture.height * 3 // 4))
    assert len(middle.getcolors(middle.width * middle.height) or ()) > 100, "the map is an empty sheet"
    page.evaluate("window.scrollTo(0, 0)")


def shows_photos_large(page: Page) -> None:
    page.click(".photos a >> nth=0")
    expect(page.locator(".viewer")).to_be_visible()
    page.keyboard.press("Escape")


def takes_photos(page: Page) -> None:
    page.set_input_files("[data-picker] input", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(300)})
    expect(page.locator(".picker__item img")).to_have_count(1)
    page.click(".picker__remove")
    expect(page.locator(".picker__item")).to_have_count(0)


def finds_the_position(page: Page) -> None:
    page.click(".step.is-current .step__next")
    page.click("[data-position]")
    expect(page.locator("[data-lon]")).to_have_value("120.190000")
    page.click(".step.is-current .step__back")


def goes_step_by_step(page: Page) -> None:
    page.click(".step.is-current .step__next")
    expect(page.locator(".steps li").nth(1)).to_have_attribute("aria-current", "step")
    page.click(".step.is-current .step__back")
    expect(page.locator(".steps li").first).to_have_attribute("aria-current", "step")


def frees_a_refused_form(page: Page) -> None:
    refuse(page)
    assert page.locator("form[data-busy]").count() == 0


def says_it_at_the_foot(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new CustomEvent('linli:toast', {detail: {text: '已派遣'}, bubbles: true}))")
    toast = page.locator(".toast", has_text="已派遣").last
    toast.locator("button").click()
    expect(toast).to_have_count(0)


def offers_to_record(page: Page) -> None:
    expect(page.locator("[data-voice] button:visible").first).to_be_visible()


def closes_its_menus(page: Page) -> None:
    menu = page.locator(".chips details.menu")
    menu.locator("summary").click()
    expect(menu.locator("a").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu.locator("a").first).to_be_hidden()
    menu.locator("summary").click()
    expect(menu.locator("a").first).to_be_visible()
    page.click("main h1")
    expect(menu.locator("a").first).to_be_hidden()


def opens_a_refused_dialog_again(page: Page) -> None:
    page.click("[data-detail] [data-dialog=do-hand_over]")
    expect(page.locator("#do-hand_over")).to_be_visible()
    page.evaluate("document.querySelector('#do-hand_over form').noValidate = true")
    page.click("#do-hand_over .dialog__foot button:not([data-close])")
    page.wait_for_selector("#hand_over-note_error, #hand_over-photo_error")
    assert page.evaluate("document.querySelector('#do-hand_over').matches(':modal')")


def offers_kinds(page: Page) -> None:
    kinds = page.locator("[data-kinds]")
    page.evaluate("document.querySelector('[data-kinds]').replaceChildren()")
    # Other words than before: what was asked already, perhaps when the block began, is not asked again.
    page.fill("#description", "路口有一堆垃圾" + "！" * (page.input_value("#description").count("！") + 1))
    expect(kinds).to_contain_text("暴露垃圾")


def lists_what_this_phone_sent(page: Page) -> None:
    """Forgets it, and remembers it again for the next time."""
    before = page.evaluate("localStorage.getItem('linli:reports')")
    expect(page.locator("[data-my-reports] li")).to_contain_text("桥下有垃圾")
    page.click("[data-my-reports] li button")
    expect(page.locator("[data-my-reports]")).to_be_hidden()
    page.evaluate("kept => localStorage.setItem('linli:reports', kept)", before)


def says_what_lies_at_the_pin(page: Page) -> None:
    said = page.locator("[data-place-at]")
    for lon, lat, words in (("114.8", "30.2", "这里不在云溪市"), ("", "", "")):
        page.evaluate(
            """([lon, lat]) => { for (const [name, value] of [['lon', lon], ['lat', lat]]) {
            const field = document.querySelector(`[data-${name}]`); field.value = value; field.dispatchEvent(new Event('change')) } }""",
            [lon, lat],
        )
        expect(said).to_contain_text(words) if words else expect(said).to_be_empty()


def finds_while_one_types(page: Page) -> None:
    page.fill("[data-search-box] input", "")
    page.fill("[data-search-box] input", "第1网格")
    found = page.locator("#search-found [role=option]")
    expect(found.first).to_be_visible()
    page.press("[data-search-box] input", "ArrowDown")
    expect(found.first).to_have_attribute("aria-selected", "true")
    page.press("[data-search-box] input", "Escape")
    expect(page.locator("#search-found")).to_be_hidden()


def asks_for_more_only_where_it_fits(page: Page) -> None:
    again = page.locator("[name=again]")
    for stars, shown in ((5, False), (1, True), (3, False), (2, True), (5, False)):
        page.check(f"[name=score][value='{stars}']")
        expect(again).to_be_visible(visible=shown)
        expect(again).to_be_enabled(enabled=shown)


def finds_a_name_to_tick(page: Page) -> None:
    block = page.locator("[data-people]")
    block.locator("input[type=search]").fill("社区")
    expect(block.locator(".choice:visible")).to_have_count(2)  # the words are looked for in the unit too
    block.locator("input[type=search]").fill("沈")
    expect(block.locator(".choice:visible")).to_have_count(1)
    expect(block.locator(".choices__group:visible")).to_have_count(1)
    before = block.locator(".choice input:checked").count()
    block.locator("input[type=search]").press("Enter")
    assert abs(block.locator(".choice input:checked").count() - before) == 1
    expect(block.locator(".choice:visible")).to_have_count(4)


def opens_one_row_after_the_other(page: Page) -> None:
    page.evaluate("document.querySelector('.rows__more').open = false")
    page.click(".rows__more > summary")
    expect(page.locator("#f-rows-1")).to_be_focused()
    expect(page.locator(".rows__more > summary")).to_be_hidden()


# The block, the sample page where it is tried, and what somebody does with it.
TRIALS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "CasePages": ("/style/", prints), "Choices": ("/style/", chooses_by_keyboard), "Copy": ("/public/", copies),
    "Detail": ("/style/", opens_beside_the_list), "Dialogs": ("/style/", opens_a_dialog), "Display": ("/style/", swaps_light_and_dark),
    "Htmx": ("/style/", asks_the_server_while_typing), "Keys": ("/style/", moves_by_key), "Maps": ("/style/", draws_a_map_once_it_is_near),
    "Menus": ("/style/", closes_its_menus), "Photos": ("/style/", shows_photos_large), "Pickers": ("/style/", takes_photos),
    "Position": ("/public/", finds_the_position), "Steps": ("/public/", goes_step_by_step), "Forms": ("/style/", frees_a_refused_form),
    "People": ("/style/", finds_a_name_to_tick), "Rows": ("/style/", opens_one_row_after_the_other),
    "Toasts": ("/style/", says_it_at_the_foot), "Voice": ("/style/", offers_to_record),
}  # fmt: skip


# Blocks that only a page of the deployment holds: who opens it, its route, the markup that is put in anew, and what is done there.
def signs(page: Page) -> None:
    """One stroke, and it is taken back."""
    canvas = page.locator("canvas.signature__canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 60, steps=4)
    page.mouse.up()
    expect(page.get_by_role("button", name="撤销上一笔")).to_be_enabled()
    page.get_by_role("button", name="撤销上一笔").click()
    expect(page.get_by_role("button", name="撤销上一笔")).to_be_disabled()


ON_REAL_PAGES: dict[str, tuple[str, str, str, Callable[[Page], None]]] = {
    "Kinds": ("", "public-report", "main", offers_kinds),
    "MyReports": ("", "start", "main", lists_what_this_phone_sent),
    "OpenDialogs": ("handler", "case", "main", opens_a_refused_dialog_again),
    "Place": ("", "public-report", "main", says_what_lies_at_the_pin),
    "SearchBox": ("dispatcher", "home", "[data-search-box]", finds_while_one_types),
    "Sheets": ("worker", "sheet-whole", "main", signs),
    "ShownWhen": ("", "track-case", "main", asks_for_more_only_where_it_fits),
}


def refuse(page: Page) -> None:
    """Sends the page's form so that it is refused: the answer takes the place of what `<main>` held."""
    page.evaluate("document.querySelector('main').dataset.old = 'yes'")
    page.evaluate(
        """words => { const form = document.querySelector('#report-form'); form.noValidate = true;
        form.querySelector('[name=text]').value = words; form.requestSubmit() }""",
        REFUSED,
    )
    page.wait_for_selector("main[data-old]", state="detached")
    page.wait_for_load_state("networkidle")


def swap(page: Page) -> None:
    """Has htmx fetch the page and put its `<main>` in the place of the one there is."""
    page.evaluate(
        """() => { document.querySelector('main').dataset.old = 'yes'; document.body.insertAdjacentHTML('beforeend',
        `<a id="anew" hx-get="${location.pathname}" hx-target="main" hx-select="main" hx-swap="outerHTML">x</a>`) }"""
    )
    page.wait_for_selector("#anew[data-htmx-powered]", state="attached")
    page.evaluate("document.querySelector('#anew').click()")
    page.wait_for_selector("main[data-old]", state="detached")
    page.evaluate("document.querySelector('#anew').remove()")


def put_in_anew(page: Page, part: str) -> None:
    """Puts the server's answer in the place of a part of the page."""
    page.evaluate(
        """async part => { const answer = await (await fetch(location.href)).text();
        const fresh = new DOMParser().parseFromString(answer, 'text/html').querySelector(part);
        document.querySelector(part).replaceWith(fresh) }""",
        part,
    )


def test_every_block_has_a_trial() -> None:
    bundles = [(SOURCES / f"{name}.ts").read_text("utf-8") for name in ("workbench", "public")]
    started = {name for bundle in bundles for name in re.findall(r"^start(\w+)\(\);$", bundle, re.M)}
    offered = {
        name
        for block in (SOURCES / "blocks").glob("*.ts")
        for name in re.findall(r"^export function start(\w+)\(\)", block.read_text("utf-8"), re.M)
    }
    assert started == offered
    assert started == {*TRIALS, *ON_REAL_PAGES}
    assert not set(TRIALS) & set(ON_REAL_PAGES)


@pytest.mark.parametrize("name", sorted(TRIALS))
def test_a_block_works_and_works_again_when_it_is_put_in_anew(site: str, desk: Page, phone: Page, name: str) -> None:
    path, works = TRIALS[name]
    page = phone if path == "/public/" else desk
    page.goto(site + path)
    works(page)
    # The residents' bundle has no htmx: there only a refused form brings new markup.
    for anew in (refuse,) if path == "/public/" else (swap, refuse, swap):
        anew(page)
        works(page)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", sorted(ON_REAL_PAGES))
def test_a_block_of_a_real_page_works_again_when_it_is_put_in_anew(
    chromium: Browser, live_server: LiveServer, town: TestCity, name: str
) -> None:
    who, route, part, works = ON_REAL_PAGES[name]
    case = town.bring_to({"case": "handling", "track-case": "closed"}.get(route, "reported"))
    number = grouped(case.tracking)
    given = {"case": [case.id], "track-case": [number]}.get(route, [])
    if route == "sheet-whole":
        given = [begun(town, published(town, form(question("signature", "signed"))).id).id]
    for page in opened(chromium, 1440 if who else 360):
        if who:
            key = signed_in(town, who).cookies[settings.SESSION_COOKIE_NAME].value
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
        kept = f"[{{number: '{number}', words: '桥下有垃圾', at: '2026-11-20T02:00:00Z'}}]"
        page.add_init_script(f"localStorage.setItem('linli:reports', JSON.stringify({kept}))")
        page.goto(live_server.url + reverse(route, args=given))
        works(page)
        for _ in range(2):
            put_in_anew(page, part)
            works(page)
