"""Many cases at once: what the list ticks is done to each by the flow, each once, and what could not be is told by its number."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.urls import reverse

from linli.core.cases.models import Case, CaseEvent
from tests.city import TestCity
from tests.desk.inherited import browser
from tests.forms import sent


def do(city: TestCity, who: str, action: str, *cases: Case, **more: object) -> HttpResponse:
    """Sends the form below the list with some cases ticked."""
    form = {"effect_id": str(uuid4()), "ids": [case.id for case in cases], **more}
    return browser(city.access[who]).post(reverse("cases-bulk", args=[action]), form)


def steps(case: Case, action: str) -> int:
    return CaseEvent.objects.filter(case_id=case.id, action=action).count()


def test_what_is_ticked_is_accepted_each_by_itself_and_sent_twice_once(city: TestCity) -> None:
    mine, done = [city.bring_to("dispatched") for _ in range(3)], city.bring_to("handling")
    form = {"effect_id": str(uuid4()), "ids": [case.id for case in (*mine, done)]}
    client = browser(city.access["handler"])
    for _round in range(2):
        page = client.post(reverse("cases-bulk", args=["accept"]), form).content.decode()
        assert "完成 3 条 · 未完成 1 条" in page
        assert done.number in page
        assert [Case.objects.get(id=case.id).state for case in mine] == ["handling"] * 3
        assert [steps(case, "accept") for case in (*mine, done)] == [1, 1, 1, 1]


def test_what_the_flow_asks_for_is_asked_once_for_all_and_kept_when_it_lacks(city: TestCity) -> None:
    cases = [city.bring_to("handling") for _ in range(2)]
    page = do(city, "supervisor", "supervise", *cases)
    words = page.content.decode()
    assert page.status_code == 422
    assert "说明" in words or "理由" in words
    for case in cases:
        assert f'value="{case.id}" form="bulk" checked' in words
    assert "table--cases" in words  # the list's own page
    assert do(city, "supervisor", "supervise", *cases, reason="市民多次反映").status_code == 200
    assert [steps(case, "supervise") for case in cases] == [1, 1]
    assert set(Case.objects.filter(id__in=[case.id for case in cases]).values_list("supervise_count", flat=True)) == {1}


def test_nothing_ticked_and_what_is_not_ones_own_do_nothing(city: TestCity) -> None:
    case = city.bring_to("dispatched")
    assert do(city, "handler", "accept").status_code == 422
    elsewhere = do(city, "other_handler", "accept", case).content.decode()
    assert case.number not in elsewhere
    assert steps(case, "accept") == 0
    assert (
        browser(city.access["acceptance"]).post(reverse("cases-bulk", args=["accept"]), sent(ids=case.id)).status_code
        == 403
    )
    assert (
        browser(city.access["handler"]).post(reverse("cases-bulk", args=["void"]), sent(ids=case.id)).status_code == 403
    )


def test_where_nothing_is_done_to_many_no_row_can_be_ticked(city: TestCity) -> None:
    case = city.bring_to("dispatched")
    words = browser(city.access["handler"]).get(reverse("home")).content.decode()
    assert f'data-case="{case.id}"' in words
    assert "row-tick" not in words


@pytest.mark.parametrize(
    ("who", "offered"),
    [
        ("handler", ["accept"]),
        ("supervisor", ["urge", "supervise", "archive"]),
        ("leader", ["urge", "supervise", "instruct"]),
    ],
)
def test_the_list_and_the_queue_offer_what_the_role_may_do(city: TestCity, who: str, offered: list[str]) -> None:
    case = city.bring_to("dispatched")
    for page in (reverse("cases"), reverse("queue")):
        words = browser(city.access[who]).get(page).content.decode()
        if f'data-case="{case.id}"' not in words:
            continue  # a queue may be empty
        for action in ("dispatch", "accept", "urge", "supervise", "instruct", "archive"):
            assert (reverse("cases-bulk", args=[action]) in words) == (action in offered), (page, action)
        assert ('class="row-tick"' in words) == bool(offered)
