"""Every block of frontend/src/blocks works where it stands, and works again after htmx or a refused form has put it in anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_style_pages import chromium, desk, phone, photo, site

__all__ = ["chromium", "desk", "phone", "site"]
pytestmark = pytest.mark.browser
BLOCKS = Path(__file__).parents[2] / "frontend/src/blocks"
REFUSED = "拒绝"


def prints(page: Page) -> None:
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1 } }")
    page.click("[data-print]")
    assert page.evaluate("window.printed") == 1


def chooses_by_keyboard(page: Page) -> None:
    page.fill("#f-unit", "环")
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


def draws_a_map(page: Page) -> None:
    page.locator(".map--small").scroll_into_view_if_needed()
    expect(page.locator(".map--small .maplibregl-canvas")).to_be_visible()


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


# The block, the page where it is tried, and what somebody does with it.
TRIALS: dict[str, tuple[str, Callable[[Page], None]]] = {
    "case-pages": ("/style/", prints), "choices": ("/style/", chooses_by_keyboard), "copy": ("/public/", copies),
    "detail": ("/style/", opens_beside_the_list), "dialog": ("/style/", opens_a_dialog), "display": ("/style/", swaps_light_and_dark),
    "htmx-forms": ("/style/", asks_the_server_while_typing), "keys": ("/style/", moves_by_key), "map-mount": ("/style/", draws_a_map),
    "photos": ("/style/", shows_photos_large), "picker": ("/style/", takes_photos), "position": ("/public/", finds_the_position),
    "steps": ("/public/", goes_step_by_step), "submit": ("/style/", frees_a_refused_form), "toast": ("/style/", says_it_at_the_foot),
    "voice": ("/style/", offers_to_record),
}  # fmt: skip


# Blocks of one page each, which the sample pages do not hold: tried where they live, and not put in anew here.
ELSEWHERE = {
    "kinds": "test_resident_steps.py", "my-reports": "test_resident_steps.py", "place": "test_resident_steps.py",
    "search-box": "test_search_box.py", "shown-when": "test_whole_loop.py",
}  # fmt: skip


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


def test_every_block_has_a_trial() -> None:
    starting = {file.stem for file in BLOCKS.glob("*.ts") if "\nexport function start" in file.read_text("utf-8")}
    assert len(starting) > 10
    assert starting == set(TRIALS) | set(ELSEWHERE)
    assert all((Path(__file__).parent / place).exists() for place in ELSEWHERE.values())


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
