"""A list holds what can be seen in any way (area, unit, assistance, own report), newest first, each case once, page by page."""

from __future__ import annotations

import pytest

from linli.core.cases.models import CaseUnit
from linli.core.cases.public import Case, CaseFilter, list_cases
from linli.core.cases.reading import matching, selectors
from linli.core.cases.reading.selectors import ways_to_see
from tests.city import TestCity


def pages(city: TestCity, wanted: CaseFilter, rows_per_page: int) -> list[int]:
    """The ids of all pages, one after the other."""
    access, found, cursor = city.access["handler"], [], ""
    while True:
        page = list_cases(access, wanted, cursor=cursor, rows_per_page=rows_per_page)
        found += [row.id for row in page.rows]
        cursor = page.next_cursor
        if not cursor:
            return found


def test_every_way_to_see_a_case_leads_into_the_list(city: TestCity) -> None:
    handler = city.users["handler"]
    assert handler.unit_id is not None
    cases = [city.report(grid=1 + number % 2, words=f"路口有垃圾 {number}") for number in range(8)]
    ids = [case.id for case in cases]
    # Held by the unit, handled by it, assisted by it, reported by the person; one of them in two ways, and two in none.
    Case.objects.filter(id__in=ids).update(
        unit_id=city.users["acceptance"].unit_id, handling_unit_id=None, reporter_user_id=None
    )
    Case.objects.filter(id=ids[0]).update(unit_id=handler.unit_id)
    Case.objects.filter(id__in=ids[1:3]).update(handling_unit_id=handler.unit_id)
    Case.objects.filter(id__in=[ids[2], ids[5]]).update(reporter_user_id=handler.id)
    for number in (3, 6):
        case = cases[number]
        CaseUnit.objects.create(
            home_district=case.home_district,
            case_id=case.id,
            unit_id=handler.unit_id,
            part="assist",
            since=case.reported_at,
        )
    seen = [ids[number] for number in (6, 5, 3, 2, 1, 0)]
    assert len(ways_to_see(city.access["handler"]) or []) >= 4
    for rows_per_page in (1, 2, 50):
        assert pages(city, CaseFilter(), rows_per_page) == seen
    assert pages(city, CaseFilter(words="垃圾"), 2) == seen
    assert pages(city, CaseFilter(states=("reported",), since=cases[0].reported_at), 2) == seen
    Case.objects.filter(id=ids[3]).update(state="void")
    assert pages(city, CaseFilter(states=("void",)), 2) == [ids[3]]


@pytest.mark.parametrize(("through", "further", "newest"), [(500, 4000, 2000), (1, 4000, 3), (1, 2, 3), (1, 2, 2000)])
def test_the_one_search_finds_the_same_however_far_it_looks_first(
    city: TestCity, monkeypatch: pytest.MonkeyPatch, through: int, further: int, newest: int
) -> None:
    """With few cases of one's own and words that are common elsewhere, with many, with words that are rare."""
    for room, name, value in (
        (selectors, "LOOKED_THROUGH", through),
        (selectors, "LOOKED_FURTHER", further),
        (matching, "NEWEST", newest),
    ):
        monkeypatch.setattr(room, name, value)
    handler = city.users["handler"]
    mine = [city.report(words=words) for words in ("玉兰树被压断", "路口有垃圾", "井盖响", "井盖松动", "路灯不亮")]
    elsewhere = [city.report(words=f"路口有垃圾 {number}") for number in range(5)]
    Case.objects.all().update(unit_id=city.users["acceptance"].unit_id, handling_unit_id=None, reporter_user_id=None)
    Case.objects.filter(id__in=[one.id for one in mine]).update(unit_id=handler.unit_id)
    for words, of_handler, of_all in (
        ("路口有", mine[1:2], [*reversed(elsewhere), mine[1]]),
        ("井盖", [mine[3], mine[2]], [mine[3], mine[2]]),
        ("玉兰树", mine[:1], mine[:1]),
        ("路口有垃圾 3", [], elsewhere[3:4]),
        ("消防栓", [], []),
    ):
        for who, expected in (("handler", of_handler), ("acceptance", of_all)):
            found = [row.id for row in selectors.found_cases(city.access[who], words, 10)]
            assert found == [one.id for one in expected], (who, words)
            assert [row.id for row in selectors.found_cases(city.access[who], words, 1)] == found[:1], (who, words)
