"""The report of a division opened as a file in a real browser, as a planner opens a mail: looked at, moved, clicked, printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from linli.subsystems.division.report import comparison_page, report_page
from linli.subsystems.division.tests.drawn import demo_in_force, demo_proposal

pytestmark = pytest.mark.browser
WIDE, PHONE = (1440, 900), (360, 740)


@lru_cache(maxsize=1)
def report() -> str:
    proposal = demo_proposal()
    return report_page(proposal, demo_in_force(proposal))


@lru_cache(maxsize=1)
def comparison() -> str:
    from dataclasses import replace

    proposal = demo_proposal()
    grid_of = proposal.members.grid_of.copy()
    grid_of[:40] = grid_of[60]
    return comparison_page(proposal, replace(proposal, members=replace(proposal.members, grid_of=grid_of)))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(chromium: Browser, folder: Path, html: str, size: tuple[int, int] = WIDE, **more: Any) -> Iterator[Page]:
    """The page from a file; fails when a script throws, the console complains or anything but the file is asked for."""
    path = folder / "report.html"
    path.write_text(html)
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, **more)
    page = context.new_page()
    page.set_default_timeout(15_000)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    yield page
    context.close()
    assert wrong == []


def looks(place: Locator) -> Image.Image:
    """What stands on the screen there."""
    return Image.open(BytesIO(place.screenshot())).convert("RGB")


def colours(picture: Image.Image, least: int) -> set[tuple[int, ...]]:
    """The colours that at least so many pixels have."""
    found = picture.getcolors(picture.width * picture.height) or []
    return {colour for count, colour in found if count >= least}  # type: ignore[misc]


def middle(page: Page, shape: str) -> tuple[float, float]:
    """A place inside a grid on the screen: the middle of its box lies in it, for the demo city's grids are nearly boxes."""
    box = page.locator(f"#{shape}").bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def shown(page: Page) -> list[float]:
    """The part of the sheet that the map shows, once what was done has been drawn: west, north, width, height."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return [float(number) for number in (page.get_attribute("svg.map", "viewBox") or "").split()]


def test_the_map_shows_grids_in_different_colours(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report()) as page:
        grids = len(demo_proposal().grids)
        assert page.locator(".grids path").count() == grids == page.locator("#grid-table tbody tr").count()
        fills = page.eval_on_selector_all(".grids path", "all => all.map(one => getComputedStyle(one).fill)")
        assert {fill.split("(")[0] for fill in fills} == {"rgb", "url"}, "loads and hatched dedicated grids"
        assert len(set(fills)) >= 4
        page.click("#show-moved")
        seen = colours(looks(page.locator("svg.map")), 400)
        assert len(seen) >= 5, "streets, land around and several loads can be told apart on the screen"
        one = looks(page.locator("svg.map"))
        page.add_style_tag(content=".grids { display: none }")
        assert looks(page.locator("svg.map")).tobytes() != one.tobytes()
        labels = page.locator(".labels text >> visible=true")
        assert labels.count() > grids / 2


def test_a_click_on_a_grid_marks_its_row_and_the_reverse(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report()) as page:
        before, scrolled = looks(page.locator("svg.map")), page.evaluate("scrollY")
        page.mouse.click(*middle(page, "m100"))
        expect(page.locator("#r100")).to_have_class("is-chosen")
        expect(page.locator("#r100")).to_be_in_viewport()
        assert page.evaluate("scrollY") == scrolled, "the table scrolls in its own box and the map stays"
        name = page.locator("#r100 a").inner_text()
        expect(page.locator(".map-card h3")).to_have_text(name)
        assert page.locator(".chosen").first.get_attribute("d") == page.locator("#m100").get_attribute("d")
        assert looks(page.locator("svg.map")).tobytes() != before.tobytes()
        page.locator("#r0 td").first.evaluate("cell => cell.click()")
        assert page.locator(".chosen").first.get_attribute("d") == page.locator("#m0").get_attribute("d")
        expect(page.locator("tr.is-chosen")).to_have_count(1)
        page.get_by_role("button", name="关闭").click()
        expect(page.locator("tr.is-chosen")).to_have_count(0)
        page.focus("#r1 a")
        page.keyboard.press("Enter")
        expect(page.locator("#r1")).to_have_class("is-chosen")
        page.keyboard.press("Escape")
        expect(page.locator("tr.is-chosen")).to_have_count(0)
        expect(page.locator(".map-card")).to_be_hidden()


def test_the_map_moves_by_wheel_drag_buttons_and_keys(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report()) as page:
        whole = shown(page)
        x, y = middle(page, "m60")
        page.mouse.move(x, y)
        page.mouse.wheel(0, -400)
        zoomed = shown(page)
        assert zoomed[2] < whole[2] * 0.9
        assert middle(page, "m60") == pytest.approx((x, y), abs=20), "what is under the pointer stays under it"
        page.mouse.down()
        page.mouse.move(x - 80, y - 30, steps=4)
        page.mouse.up()
        dragged = shown(page)
        assert dragged[0] > zoomed[0]
        assert dragged[1] > zoomed[1]
        assert dragged[2] == zoomed[2]
        assert page.locator("tr.is-chosen").count() == 0, "a drag is no click"
        page.click("[data-zoom=whole]")
        assert shown(page) == pytest.approx(whole)
        page.focus("svg.map")
        page.keyboard.press("+")
        assert shown(page)[2] < whole[2] * 0.8
        page.keyboard.press("ArrowRight")
        page.keyboard.press("0")
        assert shown(page) == pytest.approx(whole)


def test_two_fingers_zoom_on_a_phone(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report(), PHONE, has_touch=True) as page:
        page.locator("svg.map").scroll_into_view_if_needed()
        whole = shown(page)
        box = page.locator("svg.map").bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        session = page.context.new_cdp_session(page)

        def touch(kind: str, apart: float) -> None:
            points = (
                [] if kind == "touchEnd" else [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
            )
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", 30)
        for apart in (40, 60, 80, 100):
            touch("touchMove", apart)
        touch("touchEnd", 0)
        assert shown(page)[2] < whole[2] * 0.6


def test_the_language_changes_at_a_click_and_without_script(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report()) as page:
        expect(page.locator("h1")).to_have_text("网格划分方案", use_inner_text=True)
        page.click("label[for=say-en]")
        expect(page.locator("h1")).to_have_text("Proposed grids", use_inner_text=True)
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.title().startswith("Proposed grids")
        expect(page.locator("#community option").first).to_have_text("All")
        assert "紧凑度" not in page.locator("body").inner_text()
    with opened(chromium, tmp_path, report(), java_script_enabled=False) as page:
        page.click("label[for=say-en]")
        expect(page.locator("h1")).to_have_text("Proposed grids", use_inner_text=True)
        assert page.locator(".tools").is_hidden(), "what needs the script is not there without it"
        assert page.locator(".map-buttons").is_hidden()
        assert len(colours(looks(page.locator("svg.map")), 400)) >= 5


def test_the_table_sorts_and_filters(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report()) as page:
        loads = [grid.load for grid in demo_proposal().grids]
        heads = page.locator("#grid-table thead th")
        heads.nth(2).locator("button").click()
        assert page.locator("#grid-table tbody tr").first.get_attribute("id") == f"r{loads.index(max(loads))}"
        expect(heads.nth(2)).to_have_attribute("aria-sort", "descending")
        heads.nth(2).locator("button").click()
        column = page.locator("#grid-table tbody td:nth-child(3)").all_inner_texts()
        assert [float(text) for text in column] == sorted(loads)
        heads.nth(0).locator("button").click()
        names = page.locator("#grid-table tbody th a").all_inner_texts()
        assert names.index("北苑社区第2网格") < names.index("北苑社区第10网格")

        community = demo_proposal().map_ground.community_codes[3]
        inside = sum(grid.community == community for grid in demo_proposal().grids)
        page.select_option("#community", "3")
        expect(page.locator("#shown")).to_have_text(str(inside))
        assert page.locator("#grid-table tbody tr >> visible=true").count() == inside
        expect(page.locator(".grids > g.is-kept")).to_have_count(1)
        page.fill("#search", f"{community}002")
        assert page.locator("#grid-table tbody tr >> visible=true").count() == 1


@pytest.mark.parametrize("size", [PHONE, WIDE])
@pytest.mark.parametrize("html", [report, comparison])
def test_no_page_is_too_wide_or_has_anything_serious(
    chromium: Browser, tmp_path: Path, size: tuple[int, int], html: Callable[[], str]
) -> None:
    with opened(chromium, tmp_path, html(), size) as page:
        for language in ("zh", "en"):
            page.locator(f"label[for=say-{language}]").click()
            assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
            result = Axe().run(page).response
            assert len(result["passes"]) > 5
            serious = [one for one in result["violations"] if one["impact"] in ("serious", "critical")]
            assert [(one["id"], [node["html"][:120] for node in one["nodes"]][:3]) for one in serious] == []


def test_paper_has_the_whole_map_and_the_table_without_its_box(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report()) as page:
        whole = shown(page)
        page.click("[data-zoom=in]")
        page.click("[data-zoom=in]")
        zoomed = shown(page)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate("document.querySelector('svg.map').viewBox.baseVal.height") >= min(
            whole[3], whole[2] * 0.8
        )
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert shown(page) == pytest.approx(zoomed)
        page.emulate_media(media="print")
        box = page.locator(".table-box--tall")
        assert box.evaluate("one => one.scrollHeight <= one.clientHeight + 1"), "no row is cut off"
        assert (
            page.locator("#grid-table thead").evaluate("one => getComputedStyle(one).display") == "table-header-group"
        )
        assert page.locator(".languages").is_hidden()
        heading = page.locator(".pair__table h2")
        assert heading.is_visible(), "the table begins a page of its own there"
        page.emulate_media(media="screen")
        assert heading.is_hidden()
        page.emulate_media(media="print")
        assert len(page.pdf(format="A4", print_background=True)) > 50_000


@pytest.mark.parametrize("size", [PHONE, WIDE])
def test_the_digest_of_the_ground_is_shown_whole_beside_another(
    chromium: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    with opened(chromium, tmp_path, comparison(), size) as page:
        box = page.locator("#made .table-box")
        assert box.evaluate("one => one.scrollWidth <= one.clientWidth + 1")
        assert box.inner_text().count("0" * 64) == 2


def test_a_name_on_a_phone_breaks_between_words_and_not_inside_one(chromium: Browser, tmp_path: Path) -> None:
    html = report().replace("北苑社区第1网格", "Helsinki Kallio")
    with opened(chromium, tmp_path, html, PHONE) as page:
        name = page.locator("#grid-table tbody th a").first
        assert name.inner_text() == "Helsinki Kallio"
        lines = name.evaluate("""one => {
            const range = document.createRange(), text = one.querySelector("span")?.firstChild ?? one.firstChild;
            range.setStart(text, 0); range.setEnd(text, "Helsinki".length);
            return range.getClientRects().length;
        }""")
        assert lines == 1


def test_a_list_that_goes_on_below_its_box_says_so(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, report()) as page:
        box = page.locator("#dedicated .table-box")
        assert box.evaluate("one => one.scrollHeight > one.clientHeight"), "there is more than the box shows"
        strip = {"x": 60, "height": 6, "width": 8}

        def darkest() -> int:
            place = box.bounding_box()
            assert place is not None
            at = {**strip, "x": place["x"] + 60, "y": place["y"] + place["height"] - 8}
            return Image.open(BytesIO(page.screenshot(clip=at))).convert("L").getextrema()[0]

        box.scroll_into_view_if_needed()
        page.evaluate("document.querySelector('#dedicated .table-box').scrollTop = 3")
        before = darkest()
        page.evaluate("document.querySelector('#dedicated .table-box').scrollTop = 1e6")
        assert before < 245 < darkest()


def test_two_maps_of_a_comparison_show_the_same_place(chromium: Browser, tmp_path: Path) -> None:
    with opened(chromium, tmp_path, comparison()) as page:
        whole = shown(page)
        page.locator("#b-map").hover()
        page.mouse.wheel(0, -300)
        assert shown(page)[2] < whole[2] * 0.9
        assert page.get_attribute("#a-map", "viewBox") == page.get_attribute("#b-map", "viewBox")
        page.locator("#grid-table tbody tr").first.locator("td").first.click()
        drawn = page.locator(".chosen:not(.chosen--halo)").evaluate_all("all => all.map(one => one.getAttribute('d'))")
        assert len(drawn) == 2
        assert all(drawn)
        page.check("#only-out")
        assert int(page.locator("#shown").inner_text()) < len(demo_proposal().grids)
