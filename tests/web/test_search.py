"""The one search: what people quote is found, by those who may see it, at a bounded cost."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.algorithms.tracking import grouped
from linli.core.access.public import Unit
from linli.core.cases.matching import quoted_numbers
from linli.core.cases.public import Case, CaseFilter, find_categories, list_cases
from linli.core.platform.public import SYSTEM, now
from linli.core.registry.public import PlacedRow, add_compounds
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


def test_the_search_finds_categories_as_the_desk_and_the_api_do(city: TestCity) -> None:
    words = "井盖不见了"
    meant = [node.title for node in find_categories(words, 4)]
    assert meant
    assert set(meant) <= set(found(city, words, route="search-found"))


def test_the_unit_of_an_account_is_named_in_the_language_of_the_reader(city: TestCity) -> None:
    Unit.objects.filter(code="community_office").update(names={"en": "Liuyin Office"})
    page = signed_in(city, "administrator", "en").get(reverse("search"), {"q": "Worker"}).content.decode()
    assert "Liuyin Office" in page
    assert "柳荫社区居委会" not in page


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
    assert "没有找到“鑫鑫鑫”" in client.get(reverse("search-found"), {"q": "鑫鑫鑫"}).content.decode()
    for odd in ("\0", "'", '"; DROP', "x" * 5000, "%", "😀"):
        assert client.get(reverse("search"), {"q": odd}).status_code == 200


def test_the_cost_does_not_grow_with_what_is_found(city: TestCity) -> None:
    client = signed_in(city, "acceptance")

    def statements(words: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("search-found"), {"q": words}).status_code == 200
        return len(asked)

    statements("49")  # fills what the process keeps
    few = statements("垃圾")
    for _number in range(30):
        city.report(uuid=uuid4(), area_code=COMMUNITY)
    assert statements("垃圾") == few <= 4
    assert statements("49") <= 4


def test_the_list_finds_the_same_by_its_own_q(city: TestCity) -> None:
    case = filed(city, words="旧沙发和一张床垫")
    client = signed_in(city, "acceptance")
    for words in ("沙发床垫", case.number[-6:], grouped(case.tracking), "第1网格"):
        assert "旧沙发和一张床垫" in client.get(reverse("cases"), {"q": words}).content.decode(), words
