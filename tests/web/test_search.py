"""The one search: what people quote is found, by those who may see it, at a bounded cost."""

from __future__ import annotations

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.algorithms.tracking import grouped
from linli.core.access.public import Unit, User
from linli.core.cases.public import Case, CaseFilter, list_cases
from linli.core.cases.reading.matching import quoted_numbers
from linli.core.catalogue.public import find_categories
from linli.core.platform.public import SYSTEM, now
from linli.core.registry.public import PlacedRow, add_compounds, replace_streets
from linli.core.search.public import kinds
from tests.city import COMMUNITY, TestCity
from tests.web.staff import signed_in

HIT = re.compile(
    r'class="(?:row-link|search-found__hit)"[^>]*href="([^"]*)"[^>]*>(?:<span class="search-found__title">)?([^<]*)<'
)


def found(
    city: TestCity, words: str, who: str = "acceptance", route: str = "search", language: str = "zh-hans"
) -> list[str]:
    html = signed_in(city, who, language).get(reverse(route), {"q": words}).content.decode()
    return [title for _url, title in HIT.findall(html)]


def ids(city: TestCity, words: str, who: str = "acceptance") -> list[int]:
    return [row.id for row in list_cases(city.access[who], CaseFilter(words=words)).rows]


def filed(city: TestCity, **columns: object) -> Case:
    return city.do("acceptance", city.report(**columns), "file", category_id=city.category().id)  # type: ignore[arg-type]


def add_estate(city: TestCity) -> None:
    row = PlacedRow(code="C1", lon=115.005, lat=30.005, area_id=city.areas[COMMUNITY].id, columns={"name": "柳荫小区"})
    add_compounds(SYSTEM, [row], source="test")


def test_a_case_is_found_by_every_number_that_is_quoted(city: TestCity) -> None:
    case = filed(city, words="看看")
    other = city.report(words="别的", grid=1)
    tail = case.number[-6:]
    for quoted in (case.number, f"{case.number[:6]} {case.number[6:14]}-{tail}", tail, tail.lstrip("0").zfill(2), case.number[8:],
                   grouped(case.tracking), case.tracking.lower(), f" {case.tracking} "):  # fmt: skip
        assert ids(city, quoted) == [case.id], quoted
    assert ids(city, grouped(other.tracking)) == [other.id]


def test_a_tracking_number_opens_only_whole_and_only_what_one_may_see(city: TestCity) -> None:
    case = city.report(words="看看")
    for part in (case.tracking[:-1], case.tracking[:8], case.tracking[4:], grouped(case.tracking)[:9]):
        assert case.id not in ids(city, part), part
    wrong = case.tracking[:-1] + ("0" if case.tracking[-1] != "0" else "1")
    assert ids(city, wrong) == []
    assert ids(city, case.tracking, "other_acceptance") == []
    # It is the reporter's key: no answer shows it.
    for route in ("search", "search-found"):
        html = signed_in(city, "acceptance").get(reverse(route), {"q": "看看"}).content.decode()
        assert "看看" in html
        assert case.tracking not in html
        assert grouped(case.tracking) not in html


@pytest.mark.parametrize("odd", ["0", "00", "000000", "1", "٣٣", "²²", "9" * 19, "9" * 21, "12x", "-- "])
def test_digits_that_end_no_number_find_none(city: TestCity, odd: str) -> None:
    filed(city, words="看看")
    assert ids(city, odd) == []


def test_the_numbers_looked_at_are_bounded(city: TestCity) -> None:
    assert len(quoted_numbers("49", now().date())) == 366 * 3  # the city itself and two districts
    assert quoted_numbers("1" * 20, now().date()) == ["1" * 20]


def test_cases_are_found_by_grid_and_community_and_by_two_words_that_stand_apart(city: TestCity) -> None:
    here, there = city.report(words="旧沙发和一张床垫"), city.report(words="只有沙发", grid=1)
    assert ids(city, "沙发床垫") == [here.id]
    assert ids(city, "第1网格") == ids(city, "g1") == [here.id]
    assert ids(city, "柳荫社区") == [there.id, here.id]
    assert ids(city, "第1网格", "other_acceptance") == []


def test_the_search_answers_by_kind(city: TestCity) -> None:
    city.report(words="第2网格门口有垃圾", grid=1)
    add_estate(city)
    assert "第1网格" in found(city, "第1网格")
    assert "第1网格" in found(city, "d1wg")
    assert "柳荫社区" in found(city, "liuyin")
    assert "柳荫小区" in found(city, "lyxq")
    assert "Worker" in found(city, "worker")
    assert "暴露垃圾" in found(city, "bllj")
    assert "第2网格门口有垃圾" in found(city, "垃圾")
    assert "第2网格门口有垃圾" in found(city, "垃圾", route="search-found")


@pytest.mark.parametrize(
    ("words", "category"), [("沙发", "废弃家具设备"), ("井盖丢了", "污水井盖"), ("井盖不见了", "污水井盖"), ("pothole", "道路破损"), ("bllj", "暴露垃圾")]
)  # fmt: skip
def test_a_category_is_found_by_what_people_call_it(city: TestCity, words: str, category: str) -> None:
    for route in ("search", "search-found"):
        assert category in found(city, words, route=route)


@pytest.mark.parametrize("words", ["没有的词xyz", "没有水", "有一个路口的井"])
def test_no_category_is_guessed_from_words_that_name_none(city: TestCity, words: str) -> None:
    """What the desk's search would offer as likely is noise beside cases, people and places."""
    assert find_categories(words)
    for route in ("search", "search-found"):
        assert found(city, words, route=route) == []


def test_the_unit_of_an_account_is_named_in_the_language_of_the_reader(city: TestCity) -> None:
    Unit.objects.filter(code="community_office").update(names={"en": "Liuyin Office"})
    page = signed_in(city, "administrator", "en").get(reverse("search"), {"q": "Clerk"}).content.decode()
    assert "Liuyin Office" in page
    assert "柳荫社区居委会" not in page


def add_streets() -> None:
    """滨江北路 along all five grids and beyond; a lane in the first grid; one of the same name in the last, far away."""
    lines = [
        ("滨江北路", [(114.99, 30.005), (115.06, 30.005)]),
        ("长安巷", [(115.004, 30.001), (115.004, 30.009)]),
        ("长安巷", [(115.045, 30.001), (115.045, 30.009)]),
        ("界河路", [(115.0, 30.0005), (115.0, 30.009)]),
        ("外环路", [(115.3, 30.0), (115.3, 30.05)]),
    ]
    replace_streets(SYSTEM, lines, source="test")


def places(city: TestCity, words: str, who: str = "acceptance", **query: str) -> list[tuple[str, str]]:
    html = signed_in(city, who).get(reverse("search-found"), {"q": words, **query}).content.decode()
    return [(title, url.replace("&amp;", "&")) for url, title in HIT.findall(html) if url.startswith("/map/?at=")]


@pytest.mark.parametrize("words", ["滨江北路", "滨江", "binjiang", "bjbl", "jiangbei"])
def test_a_street_is_found_by_name_and_pinyin_and_leads_to_itself_on_the_map(city: TestCity, words: str) -> None:
    add_streets()
    ((title, url),) = places(city, words)
    assert title == "滨江北路"
    lon, lat, zoom = (float(part) for part in url.removeprefix("/map/?at=").split(","))
    # On the street, within the grids of the clerk's own street.
    assert 115.0 <= lon <= 115.03
    assert lat == pytest.approx(30.005)
    page = signed_in(city, "acceptance").get(url)
    (data,) = re.findall(r'data-map="([^"]*)"', page.content.decode())
    shown = json.loads(unescape(data))
    assert (shown["center"], shown["point"], shown["zoom"], shown["bounds"]) == ([lon, lat], [lon, lat], zoom, None)


def test_streets_are_those_of_the_ground_where_ones_map_begins(city: TestCity) -> None:
    add_streets()
    ((_title, near),) = places(city, "长安巷")
    ((_title, far),) = places(city, "长安巷", "far_acceptance")
    assert near.startswith("/map/?at=115.004")
    assert far.startswith("/map/?at=115.045")
    # The whole city's auditor has both, each with its own place; so has each administrative street its stretch of a long one.
    assert len(places(city, "长安巷", "auditor")) == 2
    assert len(places(city, "滨江北路", "auditor")) == 3
    # A border belongs to those on either side; what lies outside of the city to nobody.
    assert [title for title, _url in places(city, "界河路")] == ["界河路"]
    assert places(city, "外环路", "auditor") == []
    # Who handles for an office sees the map of its ground, and finds its streets; who sees no map finds none.
    assert len(places(city, "滨江北路", "handler")) == 2
    assert places(city, "滨江北路", "administrator") == []


def test_streets_that_were_loaded_anew_are_found_at_once_and_old_ones_no_more(city: TestCity) -> None:
    add_streets()
    assert places(city, "长安巷")
    replace_streets(SYSTEM, [("梨园街", [(115.004, 30.001), (115.004, 30.009)])], source="test")
    assert places(city, "长安巷") == []
    assert [title for title, _url in places(city, "lyj")] == ["梨园街"]


@pytest.mark.parametrize(
    "odd", ["", "115", "115,30,", "115,86", "181,30", "nan,nan", "1e2,30", "115,30,1", "115,30,99", "１１５,30", "115, 30", "115,30,16,2", "0" * 5000, "\0"]
)  # fmt: skip
def test_a_point_that_is_none_leaves_the_map_as_it_is(city: TestCity, odd: str) -> None:
    client = signed_in(city, "acceptance")
    plain = client.get(reverse("map")).content.decode()
    asked = client.get(reverse("map"), {"at": odd})
    assert asked.status_code == 200
    one, other = (re.findall(r'data-map="([^"]*)"', html) for html in (plain, asked.content.decode()))
    assert one == other
    assert json.loads(unescape(one[0]))["bounds"] == pytest.approx([115.0, 30.0, 115.03, 30.01])


def test_on_the_map_places_come_first_and_open_there(city: TestCity) -> None:
    city.report(words="柳荫社区门口有垃圾")
    add_estate(city)
    client = signed_in(city, "acceptance")
    html = client.get(reverse("map")).content.decode()
    assert 'hx-get="/search/found/?on=map"' in html
    assert 'hx-get="/search/found/"' in client.get(reverse("cases")).content.decode()
    hits = HIT.findall(client.get(reverse("search-found"), {"q": "柳荫", "on": "map"}).content.decode())
    assert [title for _url, title in hits] == ["柳荫社区", "柳荫小区", "柳荫社区门口有垃圾", "柳荫社区居委会"]
    assert hits[0][0] == f"/map/?area={COMMUNITY}"
    assert hits[1][0] == "/map/?at=115.005000,30.005000,17"
    assert client.get(hits[0][0]).status_code == 200
    nothing = client.get(reverse("search-found"), {"q": "鑫鑫鑫", "on": "map"}).content.decode()
    assert "路名、小区、社区或网格" in nothing


def test_the_map_keeps_its_place_while_filters_are_chosen(city: TestCity) -> None:
    html = signed_in(city, "acceptance").get(reverse("map"), {"at": "115.004,30.005"}).content.decode()
    assert re.search(r'href="\?at=115\.004%2C30\.005&amp;clock=red"', html)
    assert 'href="/cases/?"' in html  # a list has no place to stand at


def test_a_clerk_finds_who_handles_and_dispatches(city: TestCity) -> None:
    for who, words, title in (
        ("acceptance", "Handler", "Handler"),  # of the district's office, which serves the street
        ("acceptance", "dispa", "Dispatcher"),
        ("acceptance", "supervisor", "Supervisor"),
        ("dispatcher", "clerk", "Clerk"),
    ):
        assert title in found(city, words, who), (who, words)
    html = signed_in(city, "acceptance").get(reverse("search"), {"q": "Dispatcher"}).content.decode()
    assert "望江街道中心" in html
    assert f"/people/{city.users['dispatcher'].id}/" not in html
    # By pinyin too; and nobody beyond the units that serve the own ground, nobody whose account is closed.
    User.objects.filter(id=city.users["handler"].id).update(display_name="沈明月", phone="13800000000")
    assert found(city, "smy") == ["沈明月"]
    assert "13800000000" not in signed_in(city, "acceptance").get(reverse("search"), {"q": "smy"}).content.decode()
    assert found(city, "Far Acceptance") == []
    assert found(city, "Other Acceptance") == []
    assert found(city, "沈明月", "other_handler") == []  # handling for an office opens no names
    User.objects.filter(id=city.users["handler"].id).update(is_active=False)
    assert found(city, "smy") == []


def test_whoever_works_on_a_grid_and_has_an_account_is_found_once(city: TestCity) -> None:
    assert found(city, "worker").count("Worker") == 1
    assert found(city, "worker", "administrator").count("Worker") == 1
    # Who administers the account gets to it.
    html = signed_in(city, "administrator").get(reverse("search"), {"q": "worker"}).content.decode()
    assert f"/people/{city.users['worker'].id}/" in html


def test_each_kind_asks_the_gate(city: TestCity) -> None:
    city.report(words="第2网格门口有垃圾", grid=1)
    add_estate(city)
    for words in ("第1网格", "柳荫", "Worker", "门口"):
        elsewhere = found(city, words, "far_acceptance")
        assert not {"第1网格", "柳荫社区", "柳荫小区", "Worker", "第2网格门口有垃圾"} & set(elsewhere), (
            words,
            elsewhere,
        )
    # Who administers accounts and sees no case finds accounts, and no case.
    accounts = found(city, "acceptance", "administrator")
    assert "Acceptance" in accounts
    assert "Far Acceptance" not in accounts
    assert found(city, "垃圾", "administrator") == []


def test_every_answer_leads_to_a_page_that_opens(city: TestCity) -> None:
    city.report(words="柳荫社区第1网格 worker")
    client = signed_in(city, "acceptance")
    for words in ("柳荫", "第1网格", "worker", "垃圾"):
        html = client.get(reverse("search"), {"q": words}).content.decode()
        for url, _title in HIT.findall(html):
            assert client.get(url.replace("&amp;", "&")).status_code == 200, url


def test_nothing_found_and_nothing_asked_say_what_helps(city: TestCity) -> None:
    client = signed_in(city, "acceptance")
    for words in ("", "鑫鑫鑫"):
        html = client.get(reverse("search"), {"q": words}).content.decode()
        assert "查询码要输完整的 12 位" in html
    for route in ("search", "search-found"):
        assert "一个字母太少" in client.get(reverse(route), {"q": "#"}).content.decode()
    assert "没有找到“鑫鑫鑫”" in client.get(reverse("search-found"), {"q": "鑫鑫鑫"}).content.decode()
    for odd in ("\0", "'", '"; DROP', "x" * 5000, "%", "😀"):
        assert client.get(reverse("search"), {"q": odd}).status_code == 200


def test_the_cost_does_not_grow_with_what_is_found(city: TestCity) -> None:
    client = signed_in(city, "acceptance")
    add_streets()

    def statements(words: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("search-found"), {"q": words}).status_code == 200
        return len(asked)

    statements("49")  # fills what the process keeps
    few = statements("垃圾")
    for _number in range(30):
        city.report(uuid=uuid4(), area_code=COMMUNITY)
    assert statements("垃圾") <= few <= len(kinds())
    replace_streets(
        SYSTEM, [(f"垃圾路{number}", [(115.0, 30.005), (115.01, 30.005)]) for number in range(30)], source="test"
    )
    statements("49")
    assert statements("垃圾") <= few
    assert statements("49") <= len(kinds())


def test_the_list_finds_the_same_by_its_own_q(city: TestCity) -> None:
    case = filed(city, words="旧沙发和一张床垫")
    client = signed_in(city, "acceptance")
    for words in ("沙发床垫", case.number[-6:], grouped(case.tracking), "第1网格"):
        assert "旧沙发和一张床垫" in client.get(reverse("cases"), {"q": words}).content.decode(), words
