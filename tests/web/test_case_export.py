"""The list of cases as a file, and its views: what the filter shows, in its order, of what the person may see."""

from __future__ import annotations

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.cases.pages.case_list import CASES
from linli.core.cases.public import CaseFilter, list_cases
from linli.core.desk.public import SavedView
from linli.core.platform.models import AuditRecord
from tests.city import TestCity
from tests.desk.inherited import browser
from tests.forms import sent


def lines_of(city: TestCity, who: str, query: str = "") -> list[dict[str, str]]:
    """The rows of the file that somebody takes out."""
    answer = browser(city.access[who]).post(f"{reverse('cases-export')}{query}", sent(format="csv", reason="核对"))
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ["new", "due"])
def test_the_file_holds_what_the_filter_shows_in_its_order(city: TestCity, order: str) -> None:
    cases = [city.report(words=f"垃圾 {number}") for number in range(5)] + [city.bring_to("handling")]
    wanted = list_cases(city.access["supervisor"], CaseFilter(order=order)).rows
    found = lines_of(city, "supervisor", f"?order={order}")
    assert [line["事项"] for line in found] == [case.description for case in wanted]
    assert len(found) == len(cases)
    some = lines_of(city, "supervisor", "?state=handling")
    assert [line["状态"] for line in some] == ["处置中"]
    record = AuditRecord.objects.filter(action="list.export").latest("seq")
    assert (record.subject_id, record.actor_id) == ("cases", city.access["supervisor"].user_id)


def test_a_chunk_costs_the_same_however_many_cases_it_holds(city: TestCity) -> None:
    access = city.access["supervisor"]
    counts = []
    for _round in range(2):
        for number in range(4):
            city.report(words=f"垃圾 {number}")
        CASES.page(access, CASES.asked({}, access), 100)
        with CaptureQueriesContext(connection) as asked:
            CASES.page(access, CASES.asked({}, access), 100)
        counts.append(len(asked))
    assert counts == [2, 2]


def test_who_sees_no_case_of_a_street_takes_none_out(city: TestCity) -> None:
    case = city.report(words="只有本街道看得到")
    with CaptureQueriesContext(connection):
        page = CASES.page(city.access["other_acceptance"], CASES.asked({}, city.access["other_acceptance"]))
    assert case.id not in [line.case.id for line in page.rows]
    assert (
        browser(city.access["acceptance"]).post(reverse("cases-export"), sent(format="csv", reason="核对")).status_code
        == 403
    )


def test_a_view_of_cases_keeps_its_filters_and_says_them(city: TestCity) -> None:
    client = browser(city.access["acceptance"])
    address = f"{reverse('cases-views')}?state=handling&order=due&at=115,30"
    assert "处置中" in client.get(address).content.decode()
    client.post(address, sent(name="在办，最急的在前"))
    assert SavedView.objects.get().query == "state=handling&order=due"
    page = client.get(f"{reverse('cases')}?state=handling").content.decode()
    assert f"{reverse('cases-views')}?state=handling" in page
    assert reverse("cases-export") not in page
