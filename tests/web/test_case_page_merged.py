"""The page of a case tells which reports were merged into it, to whoever may see them."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.cases.public import Case
from linli.core.platform.public import clock_at, now
from tests.city import TestCity
from tests.web.staff import signed_in


def page(city: TestCity, case: Case, name: str = "case") -> str:
    return signed_in(city, "acceptance").get(reverse(name, args=[case.id])).content.decode()


def test_a_case_names_each_report_that_was_merged_into_it_and_how_many_there_were(city: TestCity) -> None:
    with clock_at(now() - timedelta(days=2)):
        case, early = city.report(words="路口有沙发"), city.report(words="谁丢的旧沙发")
    late = city.report(words="沙发挡着路")
    assert "次反映" not in page(city, case)
    for one in (late, early):
        city.do("acceptance", one, "merge", case_id=case.id)
    html = page(city, case)
    assert "共有 3 次反映" in html
    said = html[html.index("共有 3 次反映") :]
    links = [said.index(f'<a href="{reverse("case", args=[one.id])}">') for one in (early, late)]
    assert links == sorted(links)
    assert "谁丢的旧沙发" in said
    assert "共有 3 次反映" in page(city, case, "case-print")
    assert "次反映" not in page(city, late)


def test_what_one_may_not_see_is_not_named_among_the_merged(city: TestCity) -> None:
    case, other = city.report(words="路口有沙发"), city.report(words="谁丢的旧沙发")
    city.do("acceptance", other, "merge", case_id=case.id)
    Case.objects.filter(id=other.id).update(**area_of(city.report("other_worker", grid=3)))
    assert "谁丢的旧沙发" not in page(city, case)


def area_of(case: Case) -> dict[str, object]:
    """Where a case belongs, by all the columns that decide who sees it."""
    names = ("area_id", "community_id", "street_id", "district_id", "grid_id", "unit_id", "handling_unit_id")
    return {name: getattr(case, name) for name in names} | {"reporter_user_id": None}


def test_however_many_were_merged_the_page_asks_once(city: TestCity) -> None:
    case = city.report()
    client = signed_in(city, "acceptance")

    def statements() -> int:
        client.get(reverse("case", args=[case.id]))
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("case", args=[case.id]))
        return len(caught)

    counts = set()
    for _time in range(3):
        city.do("acceptance", city.report(lon=115.009), "merge", case_id=case.id)
        counts.add(statements())
    assert len(counts) == 1
