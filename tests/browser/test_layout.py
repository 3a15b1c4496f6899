"""Every page, pane and dialog, as it is laid out at four widths in both languages: no text lies over text, is cut without an ellipsis, or
hides under a bar.

The pages are those of the access table, so none is forgotten; each is opened once and only the width changes. layout.js measures. A
route that is no page says so in NO_PAGES.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from linli.core.access.public import Role, User, create_user, give_link, grant_scope
from linli.core.cases.public import Case, State
from linli.core.ledger.public import Said, change, merge
from linli.core.platform.public import SYSTEM, local_today
from linli.web.errors import error_page
from tests.access_table import NOBODY, PEOPLE, entries
from tests.browser.test_case_pages import chromium, town
from tests.city import CITY, PASSWORD, TestCity
from tests.ledger.contract import RIGHTS
from tests.ledger.contracts import contracts
from tests.web.staff import signed_in

__all__ = ["chromium", "town"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MEASURE = (Path(__file__).parent / "layout.js").read_text("utf-8")
WIDTHS = (1920, 1440, 768, 360)
LANGUAGES = ("zh-hans", "en")
ERRORS = (400, 403, 404, 405, 409, 413, 429, 500, 503)
# Pages that differ with the role of who looks; the others are looked at by the first who may.
BY_ROLE = ("home", "queue")
WIDE = 1200
# What is asked for with GET and is no page of its own: what it is instead.
PART, DATA, PICTURE, ONWARD, PAPER = (
    "a part of a page, looked at there",
    "what scripts or programs read",
    "a picture",
    "leads on",
    "a sheet to print, which test_printing.py reads",
)
NO_PAGES = {
    "case-near": DATA, "category-search": PART, "grid-facts": PART, "healthz": DATA, "map-base": PICTURE,
    "map-cases": DATA, "map-components": DATA, "map-grids": DATA, "merge-targets": PART, "metrics": DATA, "next-case": ONWARD,
    "patrol:home": ONWARD, "patrol:round-do": PART, "place": DATA, "place-ground": DATA, "readyz": DATA, "search-found": PART, "similar-cases": PART,
    "form-download": DATA, "form-xlsform": DATA, "safety:fill-in": ONWARD, "safety:plan-print": PAPER, "safety:end-inspection-plan": ONWARD,
    "track-photo": PICTURE, "import-template": DATA, "setup-example": DATA, "import-bad-rows": DATA, "import-map": DATA, "map-layer": DATA,
    "map-list": PART, "map-shades": PART, "map-place": PART, "map-days": DATA, "save-settings": ONWARD, "office:receipt": PICTURE,
    "office-public:month-csv": DATA, "office-public:month-pdf": PAPER, "office:meeting-pdf": PAPER, "office:leave-print": PAPER,
    "division:draft-changes": DATA, "admission:admission-print": PAPER, "my-data:export": DATA, "my-data:page": ONWARD, "my-data:copy": ONWARD,
    "office:approval-print": PAPER, "office:document-in-print": PAPER, "office:document-out-print": PAPER,
}  # fmt: skip
WHOLE_LEDGER = "premises"
# Where a map stands, and the samples whose maps test_blocks_again.py draws.
WITH_MAP, SAMPLES = (
    {"admission:campaign", "case", "division:draft-comparison", "import", "map", "patrol:plan", "public-report", "report", "report-solved"},
    {"style", "style-public"},
)  # fmt: skip


# Shows one step of a form that comes in steps.
GO_TO_STEP = (
    """to => document.querySelectorAll('.step').forEach((one, at) => one.classList.toggle('is-current', at === to))"""
)


class Asked:
    """Stands for a client and remembers what would be asked for."""

    address = ""

    def get(self, path: str, data: Any = None, **_headers: Any) -> HttpResponse:
        self.address = path + (f"?{urlencode(data)}" if data else "")
        return HttpResponse()


def pages(city: TestCity) -> list[tuple[str, str, str]]:
    """Who opens what: person, name of the route, address; each page that the table asks for. Fails where one cannot be opened."""
    asked, found, routes, addresses = Asked(), set(), set(), {}
    for entry in entries(city):
        if entry.method != "GET" or entry.route.startswith(("api", "ogc")) or entry.route.endswith("-file"):
            continue  # what programs read, and pictures
        routes.add(entry.route)
        may = [who for who in (NOBODY, *PEOPLE) if entry.expected[who] == 200]
        entry.ask(asked)  # type: ignore[arg-type]
        addresses[entry.route] = asked.address
        if entry.route not in NO_PAGES:
            found |= {(who, entry.route, asked.address) for who in (may if entry.route in BY_ROLE else may[:1])}
    # What nobody of the table may see: the page behind a right link, and that of who plans patrols.
    link = give_link(SYSTEM, user=city.users["worker"], by=city.access["administrator"], link="{uid}/{token}")
    assert link is not None
    found.add((NOBODY, "password-new", reverse("password-new", args=link.split("/"))))
    found.add(("lead", "patrol:new-plan", reverse("patrol:new-plan")))
    city.users["lead"] = User.objects.get(username="lead")
    city.users["chooser"] = chooser(city)
    for route, given in (
        ("settings", ()),
        ("limits", ()),
        ("limit", ("case", "file")),
        ("configuration-edit", ("routing",)),
    ):
        found.add(("chooser", route, reverse(route, args=given)))
    found.add(
        ("bookkeeper", "office:new-booking", addresses["office:new-booking"])
    )  # the department's table brings them
    found.add(("data_officer", "dataoffice:request-do", addresses["dataoffice:request-do"]))
    assert routes - {route for _who, route, _address in found} == set(NO_PAGES)
    return sorted(found | set(pages_of_ledgers(city)))


def pages_of_ledgers(city: TestCity) -> Iterator[tuple[str, str, str]]:
    """The pages of ledgers, which stand in their contracts and not in the table: with a disputed value, one that has grown old, one that was
    joined with another. All that premises have, dialogs as pages among them; of the others those that their columns make."""
    for code, contract in contracts().items():
        contract.settled(city)
        who, name, every = contract.reader(), contract.plain(), code == WHOLE_LEDGER
        record, gone, other = (
            contract.made(city, number, on=local_today() - timedelta(days=days))
            for number, days in ((0, 800), (1, 3), (2, 3))
        )
        said = Said("resident", local_today(), beside=True)
        change(SYSTEM, contract.ledger, record.id, {name: contract.values(5)[name]}, said)
        merge(SYSTEM, contract.ledger, uuid=uuid4(), kept_id=record.id, gone_id=gone.id)
        page, joining = reverse(f"{code}-record", args=[record.id]), reverse(f"{code}-merge", args=[record.id])
        asked = {
            f"{code}-new": [reverse(f"{code}-new")],
            code: [f"{reverse(code)}{query}" for query in ("", "?old=1", "?use=retired&q=x")],
            f"{code}-record": [f"{page}{query}" for query in ("", f"?on={local_today()}", f"?of={gone.id}")],
            f"{code}-merge": [joining, f"{joining}?other={other.code}"],
            f"{code}-do": [f"{reverse(f'{code}-do', args=[record.id, action])}?field={name}" for action in RIGHTS],
        }
        for route, addresses in asked.items():
            yield from ((who, route, address) for address in (addresses if every else addresses[:1]))


def chooser(city: TestCity) -> User:
    """An administrator of the whole city: settings are chosen for all of it."""
    unit, role = city.units["district_centre"], Role.objects.get(code="administrator")
    user = create_user(SYSTEM, username="chooser", display_name="Chooser", unit=unit, password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=role, area=city.areas[CITY])
    return user


def fill(city: TestCity) -> dict[str, Case]:
    """A case in each state, and some with long words."""
    cases = {state: city.bring_to(state) for state in State.values}
    for number, urgency in enumerate(("normal", "urgent", "normal")):
        city.report(
            words=f"江城路与始版桥直街路口东北角：污水井盖缺失，里面很深，先放了锥桶，学校旁边，请赶在放学前处理（{number}）" * 2,
            address="江城路与始版桥直街路口东北角", urgency=urgency, category=None if number else "暴露垃圾",
        )  # fmt: skip
    again = city.bring_to("closed")
    city.do(
        "supervisor",
        again,
        "reopen",
        reason="第二天又堆满了，味道很大，孩子上学都绕着走，请派人真正清理干净再结案。" * 10,
    )
    return cases


class Walk:
    """A browser that opens page after page as different people and collects what is wrong."""

    def __init__(
        self, chromium: Browser, site: LiveServer, city: TestCity, language: str, *, maps: bool = False
    ) -> None:
        self.site, self.city, self.language = site, city, language
        self.context = chromium.new_context(viewport={"width": 1440, "height": 800}, bypass_csp=True)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        if not maps:  # slow without a graphics card: drawn once, in the test of the maps
            self.page.route("**/assets/map-*.js", lambda route: route.abort())
        self.wrong: dict[str, list[str]] = {}
        self.looked = 0

    def sign_in(self, who: str) -> None:
        self.context.clear_cookies()
        cookies = {settings.LANGUAGE_COOKIE_NAME: self.language}
        if who != NOBODY:
            cookies[settings.SESSION_COOKIE_NAME] = (
                signed_in(self.city, who).cookies[settings.SESSION_COOKIE_NAME].value
            )
        self.context.add_cookies(
            [{"name": name, "value": value, "url": self.site.url} for name, value in cookies.items()]
        )

    def asks(self, address: str) -> bytes:
        """What the server answers to who is signed in, without a browser around it."""
        answer = self.context.request.get(self.site.url + address)
        assert answer.status == 200, address
        return answer.body()

    def open(self, address: str, *, width: int = WIDTHS[0]) -> None:
        self.page.set_viewport_size({"width": width, "height": 800})
        answer = self.page.goto(self.site.url + address)
        assert answer is not None
        assert (answer.status, self.page.locator("main").count()) == (200, 1), address

    def look(self, what: str, widths: tuple[int, ...] = WIDTHS) -> None:
        """Measures the page as it stands at each width."""
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 740 if width < WIDE else 900})
            self.page.evaluate("new Promise(requestAnimationFrame)")
            for said in self.page.evaluate(MEASURE):
                self.wrong.setdefault(said, []).append(f"{what} {width} px")
            self.looked += 1

    def look_at_dialogs(self, what: str) -> None:
        """Opens each dialog of a case page that was not looked at before."""
        names = self.page.eval_on_selector_all(
            "[data-dialog]", "all => [...new Set(all.map(one => one.dataset.dialog))]"
        )
        for name in names:
            if name in self.dialogs:
                continue
            self.dialogs.add(name)
            self.page.evaluate(f"document.querySelector('[data-dialog={name}]').click()")
            self.page.wait_for_selector(f"#{name}[open]")
            self.page.eval_on_selector_all(f"#{name} details", "all => all.forEach(one => { one.open = true })")
            for search in self.page.query_selector_all(f"#{name} [data-choices] input[type=search]"):
                search.fill("路" if "merge" in name else "垃圾")
                self.page.wait_for_selector(f"#{name} [data-choices] .choice >> nth=2")
            self.look(f"{what}, dialog {name}")
            self.page.evaluate(f"document.getElementById('{name}').close()")

    def report(self) -> None:
        """Fails with what is wrong, each thing once with where it was seen first and how often."""
        if self.wrong:
            pytest.fail(
                "\n".join(f"{said} — {where[0]} and {len(where) - 1} more" for said, where in self.wrong.items())
            )

    dialogs: set[str]


def answering(words: str) -> Callable[[Route], None]:
    """Answers a request with a page."""
    return lambda route: route.fulfill(body=words, content_type="text/html; charset=utf-8")


@pytest.fixture
def walk_in(chromium: Browser, live_server: LiveServer, town: TestCity) -> Iterator[Callable[..., Walk]]:
    made: list[Walk] = []

    def start(language: str, *, maps: bool = False) -> Walk:
        made.append(Walk(chromium, live_server, town, language, maps=maps))
        made[-1].dialogs = set()
        return made[-1]

    yield start
    for walk in made:
        walk.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_can_be_read_at_every_width(walk_in: Callable[..., Walk], town: TestCity, language: str) -> None:
    fill(town)
    walk, last = walk_in(language), ""
    for who, route, address in pages(town):
        if who != last:
            walk.sign_in(who)
            last = who
        walk.open(address)
        walk.look(f"{route} of {who}")
        # Menus and folded parts of the page, all at once where they do not lie over one another.
        for number in range(walk.page.locator("main details.menu").count()):
            walk.page.locator("main details.menu").nth(number).evaluate("one => { one.open = true }")
            if route in ("cases", "map"):
                walk.look(f"{route} of {who}, menu {number}", (1440, 360))
            walk.page.locator("main details.menu").nth(number).evaluate("one => { one.open = false }")
    assert walk.looked > 100
    walk.report()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_dialog_and_the_pane_can_be_read_at_every_width(
    walk_in: Callable[..., Walk], town: TestCity, language: str
) -> None:
    cases = fill(town)
    walk = walk_in(language)
    handling = town.bring_to("handling")
    for ask in ("ask_extension", "ask_shelving"):
        town.do("handler", handling, ask, reason="等待备件", **({"amount": 1} if ask == "ask_extension" else {}))
    for who in ("acceptance", "dispatcher", "handler", "verifier", "supervisor", "worker"):
        walk.sign_in(who)
        desk = signed_in(town, who)
        for case in (*cases.values(), handling):
            address = reverse("case", args=[case.id])
            offered = set(re.findall(r'data-dialog="([\w-]+)"', desk.get(address).content.decode()))
            if not offered <= walk.dialogs:
                walk.open(address)
                walk.look_at_dialogs(f"case {case.state} of {who}")
                assert offered <= walk.dialogs
    assert len(walk.dialogs) > 20
    walk.sign_in("acceptance")
    walk.open(f"{reverse('queue')}?case={cases['reported'].id}")
    walk.page.wait_for_selector(".split__detail [data-detail]")
    walk.look("queue with a case beside it", (1920, 1440))
    walk.report()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_error_page_and_step_can_be_read_at_every_width(walk_in: Callable[..., Walk], language: str) -> None:
    walk = walk_in(language)
    walk.sign_in(NOBODY)
    for status in ERRORS:
        request = RequestFactory(headers={"accept-language": language}).get("/")
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        body = error_page(request, status, said="王强已在 10:42 派遣了这件案卷，请看新的经过后再决定。" * 2).content
        answer = body.decode()

        walk.page.route(f"**/error-{status}/", answering(answer))
        walk.open(f"/error-{status}/")
        walk.look(f"error {status}")
    walk.open(reverse("public-report"))
    for step in range(3):
        walk.look(f"report, step {step + 1}")
        if step < 2:
            walk.page.evaluate(GO_TO_STEP, step + 1)
    walk.report()


def test_every_map_is_drawn_and_leaves_the_page_around_it_readable(
    walk_in: Callable[..., Walk], town: TestCity
) -> None:
    fill(town)
    walk, drawn = walk_in(LANGUAGES[0], maps=True), set()
    for who, route, address in pages(town):
        if (
            route in SAMPLES or route.partition("-")[0] in contracts()
        ):  # their maps are those of any place that is picked
            continue
        walk.sign_in(who)
        if b"data-map=" not in walk.asks(address):
            continue
        walk.open(address, width=1440)
        walk.page.evaluate(GO_TO_STEP, 1)
        map_ = walk.page.locator(".map[data-map]").first
        map_.scroll_into_view_if_needed()
        expect(map_.locator("canvas")).to_be_visible()
        # Where a place is picked, one is so near that no edge of a grid may be in sight; a press during a move of the map counts less.
        for waited in range(60):
            if waited % 15 == 0:
                map_.locator(".maplibregl-ctrl-zoom-out").click()
            if colours_in_the_middle(map_.locator("canvas").screenshot()) > 1:
                drawn.add(route)
                break
            walk.page.wait_for_timeout(200)
        walk.look(f"{route} of {who} with its map", (1440, 360))
    assert drawn == WITH_MAP
    walk.report()


def colours_in_the_middle(shot: bytes) -> int:
    """How many colours the inner half of a picture has; an empty sheet has one."""
    picture = Image.open(BytesIO(shot)).convert("RGB")
    wide, high = picture.size
    middle = picture.crop((wide // 4, high // 4, wide * 3 // 4, high * 3 // 4))
    return len(middle.getcolors(wide * high) or ())


GOOD = """<!doctype html><meta charset=utf-8><style>body{margin:0;font:14px/1.5 sans-serif} .bar{position:fixed;inset:auto 0 0 0;height:60px;background:#ddd}
main{padding:10px 10px 80px} .box{width:120px} .cut{white-space:nowrap;overflow:hidden;text-overflow:ellipsis} .low{height:20px} FAULT</style>
<main><p>第一行</p><div class=rows><div class="row low">短的一项</div><div class="row low">又一项</div></div>
<div class="box cut">这一句比它的盒子长得多得多 furniture</div><div class=last style="margin-top:2000px">最后一行</div></main><div class=bar>栏</div>"""
FAULTS = {
    "over one another": ".rows .row{height:6px}",
    "cut": ".cut{text-overflow:clip !important}",
    "a word broken in two": ".box{width:40px;white-space:normal;overflow-wrap:anywhere}",
    "under a bar": "main{padding-bottom:0 !important}",
    "beyond the screen": ".row{margin-left:2000px;white-space:nowrap} main{overflow:visible}",
    "goes on without a sign": ".rows{display:flex;width:60px;overflow-x:auto;scrollbar-width:none} .row{flex:none}",
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_page_made_bad_on_purpose_is_found(chromium: Browser, kind: str) -> None:
    page = chromium.new_page(viewport={"width": 800, "height": 600})
    page.set_content(GOOD.replace("FAULT", ""))
    assert page.evaluate(MEASURE) == []
    page.set_content(GOOD.replace("FAULT", FAULTS[kind]))
    assert kind in {said.split(":")[0] for said in page.evaluate(MEASURE)}
    page.close()
