"""The editor of grids in a browser, with a real mouse and real keys: borders drawn, grids split and joined, undone, refused, and two people."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from linli.algorithms.topology.model import Topology
from linli.core.access.public import Role, grant_scope
from linli.core.grids.public import GridLayer
from linli.core.platform.public import SYSTEM
from linli.subsystems.division.drafts.services import begin_draft
from linli.subsystems.division.drafts.standing import standing_of
from linli.subsystems.division.models import DraftStep, GridDraft
from tests.browser.test_case_pages import chromium, opened, town
from tests.browser.test_layout import MEASURE
from tests.city import CITY, COMMUNITY, STREET, TestCity

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# The grids of the street: G1 and G2 side by side in one community, G3 in the next.
WEST, MIDDLE, EAST, SOUTH, NORTH = 115.0, 115.01, 115.02, 30.0, 30.01


class Desk:
    """The page of a draft as somebody has it open, and where on the screen a place lies."""

    def __init__(self, page: Page, site: LiveServer, draft: GridDraft) -> None:
        self.page, self.draft = page, draft
        page.goto(site.url + reverse("division:draft", args=[draft.id]))
        expect(page.locator(".editor canvas")).to_be_visible()
        expect(page.locator("[data-canvas][data-view]")).to_have_count(1)
        expect(page.locator("[data-grids] tr")).not_to_have_count(0)

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        """The pixel of a place, by what the map says is in view."""
        west, south, east, north = map(float, (self.page.get_attribute("[data-canvas]", "data-view") or "").split(","))
        box = self.page.locator(".editor canvas").bounding_box()
        assert box is not None

        def high(latitude: float) -> float:
            return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))

        return (
            box["x"] + (lon - west) / (east - west) * box["width"],
            box["y"] + (high(north) - high(lat)) / (high(north) - high(south)) * box["height"],
        )

    def tool(self, code: str) -> None:
        """Takes a tool."""
        self.page.click(f"[data-tool={code}]")
        expect(self.page.locator(f"[data-tool={code}]")).to_have_attribute("aria-pressed", "true")

    def press(self, *places: tuple[float, float]) -> None:
        """Presses places one after the other."""
        for place in places:
            self.page.mouse.click(*self.at(*place))

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drags from one place to another."""
        self.page.mouse.move(*self.at(*start))
        self.page.mouse.down()
        self.page.mouse.move(*self.at((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), steps=3)
        self.page.mouse.move(*self.at(*end), steps=3)
        self.page.mouse.up()

    def done(self, revision: int) -> Topology:
        """What stands in the draft once it is at a revision, on the page and on the server."""
        expect(self.page.locator(".editor")).to_have_attribute("data-revision", str(revision))
        draft = GridDraft.objects.get(id=self.draft.id)
        assert draft.revision == revision
        return standing_of(draft).topology

    def help(self) -> str:
        """What the page says is expected now."""
        return self.page.inner_text("[data-help]")


@pytest.fixture
def draft(town: TestCity) -> GridDraft:
    """A draft of the street, which the administrator of the whole city and an editor may draw in."""
    for who in ("administrator", "auditor"):
        role = Role.objects.get(code="administrator")
        grant_scope(SYSTEM, user=town.users[who], role=role, area=town.areas[CITY], unit=None)
    layer = GridLayer.objects.get(is_main=True)
    return begin_draft(town.access["administrator"].actor(), access=None, layer=layer, area_code=STREET)


@pytest.fixture
def desk(chromium: Browser, live_server: LiveServer, town: TestCity, draft: GridDraft) -> Iterator[Desk]:
    page = opened(chromium, live_server, town, "administrator")
    yield Desk(page, live_server, draft)
    page.context.close()


def between(topology: Topology, left: str, right: str) -> list[tuple[float, float]]:
    """The points of the border between two grids."""
    (arc,) = [one for one in topology.arcs.values() if {one.left, one.right} == {left, right}]
    return list(arc.points)


def test_a_draft_is_begun_of_what_is_in_force_and_put_away(
    chromium: Browser, live_server: LiveServer, town: TestCity, draft: GridDraft
) -> None:
    page = opened(chromium, live_server, town, "administrator")
    page.goto(live_server.url + reverse("division:drafts"))
    page.select_option("[name=area]", COMMUNITY)
    page.fill("[name=name]", "柳荫社区 2027")
    page.locator("main form button.button--primary").click()
    page.wait_for_url("**/division/drafts/*/")
    expect(page.locator("[data-grids] tr")).to_have_count(2)
    page.click("[data-dialog=put-away]")
    page.locator("#put-away .button--danger-primary").click()
    page.wait_for_url("**/division/drafts/")
    row = page.locator("tr", has_text="柳荫社区 2027")
    expect(row).to_contain_text("收起")
    row.locator("a").click()
    expect(page.locator("[data-help]")).to_contain_text("只能查看")
    expect(page.locator("[data-tool]")).to_have_count(0)
    page.context.close()


def test_a_grid_is_split_with_two_presses_and_taken_back_by_keys(desk: Desk) -> None:
    desk.tool("split")
    assert "起点" in desk.help()
    desk.press((115.004, SOUTH), (115.004, NORTH))
    after = desk.done(1)
    assert len(after.faces) == 4
    expect(desk.page.locator("[data-grids] tr")).to_have_count(4)
    (new,) = set(after.faces) - {"G1", "G2", "G3"}
    assert [point[0] for point in between(after, "G1", new)] == pytest.approx([115.004, 115.004], abs=1e-4)
    # The greater part keeps code and worker; households are told by the share of ground at once.
    expect(desk.page.locator("tr[data-code=G1]")).to_contain_text("约 2")
    expect(desk.page.locator(f"tr[data-code='{new}']")).to_contain_text("缺网格员")
    desk.page.keyboard.press("Control+z")
    assert set(desk.done(2).faces) == {"G1", "G2", "G3"}
    desk.page.keyboard.press("Control+Shift+z")
    assert desk.done(3) == after
    desk.page.click("[data-undo]")
    desk.done(4)
    expect(desk.page.locator("[data-undo]")).to_be_disabled()
    assert list(DraftStep.objects.values_list("kind", flat=True)) == ["do", "undo", "redo", "undo"]


def test_a_border_is_moved_by_its_points_and_drawn_anew(desk: Desk) -> None:
    desk.tool("borders")
    desk.press((MIDDLE, 30.003))
    expect(desk.page.locator("[data-back]")).to_be_visible()
    desk.drag((MIDDLE, 30.005), (115.0112, 30.0062))  # the small point in the middle becomes one of its own
    points = between(desk.done(1), "G1", "G2")
    assert len(points) == 3
    assert points[1] == pytest.approx((115.0112, 30.0062), abs=1e-4)
    desk.press((115.0112, 30.0062))
    desk.page.click("[data-remove]")
    assert len(between(desk.done(2), "G1", "G2")) == 2
    desk.tool("line")
    desk.press((MIDDLE, 30.003), (MIDDLE, SOUTH), (115.0125, 30.003), (115.0125, 30.007), (MIDDLE, NORTH))
    points = between(desk.done(3), "G1", "G2")
    assert len(points) == 4
    assert {point[0] for point in points[1:3]} != {MIDDLE}
    wider, narrower = (desk.page.locator(f"tr[data-code={code}] .editor__area").inner_text() for code in ("G1", "G2"))
    assert float(wider) > float(narrower)


def test_what_the_server_refuses_is_said_and_nothing_has_changed(desk: Desk) -> None:
    before = standing_of(desk.draft).topology
    desk.tool("line")
    # A border that leaves its community: over the outline in the south.
    desk.press((MIDDLE, 30.003), (MIDDLE, NORTH), (115.014, 29.9985), (115.006, 29.9985), (MIDDLE, SOUTH))
    refused = desk.page.locator("[data-refused]")
    expect(refused).to_be_visible()
    assert len(refused.inner_text()) > 8
    draft = GridDraft.objects.get(id=desk.draft.id)
    assert (draft.revision, standing_of(draft).topology) == (0, before)
    desk.tool("borders")
    expect(refused).to_be_hidden()
    desk.press((WEST, 30.005))  # the outline of the community does not move, and no request is sent for that
    expect(refused).to_contain_text("社区的边界")


def test_grids_are_joined_a_block_moved_and_a_dedicated_grid_cut_out(desk: Desk) -> None:
    desk.tool("cut_out")
    desk.press((115.002, 30.002), (115.005, 30.002), (115.005, 30.005), (115.002, 30.005), (115.002, 30.002))
    desk.page.fill("#cut-name", "柳荫小学")
    desk.page.select_option("#cut-purpose", "school")
    desk.page.click("[data-cut] button")
    made = desk.done(1)
    (school,) = set(made.faces) - {"G1", "G2", "G3"}
    assert (made.faces[school].name, made.faces[school].kind, made.faces[school].purpose) == (
        "柳荫小学",
        "dedicated",
        "school",
    )
    desk.tool("piece")
    desk.press((115.0082, 30.007), (115.0095, 30.007), (115.0095, 30.009))
    desk.page.keyboard.press("Enter")
    desk.press((115.015, 30.005))
    desk.done(2)
    expect(desk.page.locator("tr[data-code=G2]")).to_have_attribute("aria-selected", "true")
    desk.tool("merge")
    assert "第2网格" in desk.help()
    desk.press((115.001, 30.008))
    assert set(desk.done(3).faces) == {"G2", "G3", school}
    desk.press((115.025, 30.005))  # of another community
    expect(desk.page.locator("[data-refused]")).to_be_visible()
    assert GridDraft.objects.get(id=desk.draft.id).revision == 3


def test_the_table_and_the_map_choose_the_same_grid_and_it_is_described(desk: Desk) -> None:
    desk.press((115.015, 30.005))
    expect(desk.page.locator("tr[aria-selected=true]")).to_have_attribute("data-code", "G2")
    desk.page.click("tr[data-code=G3] button")
    expect(desk.page.locator("[data-chosen-name]")).to_have_text("第3网格")
    desk.page.fill("#grid-name", "桥东一网格")
    desk.page.locator("[data-describe] button").click()
    assert desk.done(1).faces["G3"].name == "桥东一网格"
    expect(desk.page.locator("tr[data-code=G3]")).to_contain_text("桥东一网格")
    desk.page.locator("[data-only=gap]").click()
    expect(desk.page.locator("[data-grids] tr")).to_have_count(2)


def test_the_draft_is_drawn_by_keyboard_alone(desk: Desk) -> None:
    desk.page.locator(".editor canvas").focus()
    desk.page.keyboard.press("v")
    desk.page.keyboard.press(" ")  # the middle of the street lies in the second grid
    expect(desk.page.locator("tr[aria-selected=true]")).to_have_attribute("data-code", "G2")
    desk.page.keyboard.press("s")
    expect(desk.page.locator("[data-tool=split]")).to_have_attribute("aria-pressed", "true")
    desk.page.keyboard.press(" ")
    expect(desk.page.locator("[data-back]")).to_be_visible()
    desk.page.keyboard.press("Backspace")
    expect(desk.page.locator("[data-back]")).to_be_hidden()


def test_two_who_edit_are_told_of_each_other(
    desk: Desk, chromium: Browser, live_server: LiveServer, town: TestCity, draft: GridDraft
) -> None:
    other = Desk(opened(chromium, live_server, town, "auditor"), live_server, draft)
    # Who does not look for a while sends a step made at an older revision: it is refused, and what changed is there.
    other.page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    desk.tool("split")
    desk.press((115.004, SOUTH), (115.004, NORTH))
    desk.done(1)
    other.tool("merge")
    other.press((115.002, 30.005), (115.015, 30.005))
    expect(other.page.locator("[data-refused]")).to_contain_text("Administrator")
    expect(other.page.locator("[data-grids] tr")).to_have_count(4)
    expect(other.page.locator("[data-others]")).to_contain_text("Administrator")
    assert len(other.done(1).faces) == 4
    # Who looks is told by itself.
    other.press((115.015, 30.005))
    other.done(2)
    expect(desk.page.locator(".editor")).to_have_attribute("data-revision", "2", timeout=15_000)
    expect(desk.page.locator("[data-others]")).to_contain_text("Auditor")
    expect(desk.page.locator("[data-grids] tr")).to_have_count(3)
    other.page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1920, "light"), (1440, "dark"), (768, "light"), (360, "light")])
def test_the_page_can_be_read_at_every_width(
    chromium: Browser, live_server: LiveServer, town: TestCity, draft: GridDraft, width: int, scheme: str
) -> None:
    page = opened(chromium, live_server, town, "administrator", width=width, scheme=scheme, csp=False)
    desk = Desk(page, live_server, draft)
    page.locator("tr[data-code=G2] button").click()
    desk.tool("borders")
    wrong = page.evaluate(MEASURE)
    found = Axe().run(page).response["violations"]
    serious = [
        (one["id"], [node["html"] for node in one["nodes"]])
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
    page.context.close()
    assert (wrong, serious) == ([], [])


def test_without_webgl_the_table_stands_and_says_why(
    chromium: Browser, live_server: LiveServer, town: TestCity, draft: GridDraft
) -> None:
    page = opened(chromium, live_server, town, "administrator")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(live_server.url + reverse("division:draft", args=[draft.id]))
    expect(page.locator("[data-no-map]")).to_be_visible()
    expect(page.locator("[data-grids] tr")).to_have_count(3)
    page.context.close()
