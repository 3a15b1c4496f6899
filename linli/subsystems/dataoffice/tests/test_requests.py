"""Requests about one's own data: the flow, the list, and what each kind does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import Access
from linli.core.cases.models import Case, CaseReporter
from linli.core.flow.public import Given, Transition, act
from linli.core.people.public import masked, own_data
from linli.core.platform.public import Forgotten, NotAllowed, Refusal, clock_at, key_store, now, work_off
from linli.subsystems.dataoffice.flow import REQUEST, key_of
from linli.subsystems.dataoffice.lists import REQUESTS
from linli.subsystems.dataoffice.models import DataRequest
from linli.subsystems.dataoffice.services import withdraw_request
from tests.access_table import signed_in
from tests.city import STREET, TestCity
from tests.desk.inherited import ListTests
from tests.flow.contract import HOLDER, THE_SYSTEM, FlowContract

from .asking import RESIDENT, asked, looked, reporter, with_officer


def step(city: TestCity, item: DataRequest, action: str, who: str = "data_officer", **words: str) -> DataRequest:
    """A step of the data office."""
    access = city.access[who]
    return act(REQUEST, access.actor(), item.id, action, Given(**words), uuid=uuid4(), access=access)


class TestRequest(FlowContract):
    """What may happen to a request, written down a second time."""

    flow = REQUEST
    LEADS = {
        "answer": ({"open"}, "done"),
        "carry_out": ({"open"}, "done"),
        "refuse": ({"open"}, "refused"),
        "withdraw": ({"open"}, "withdrawn"),
        "escalate": ({"open"}, None),
    }
    MAY = {
        "answer": {"data_officer"},
        "carry_out": {"data_officer"},
        "refuse": {"data_officer"},
        "withdraw": {HOLDER},
        "escalate": {THE_SYSTEM},
    }
    kind = "question"

    def settled(self, city: TestCity) -> TestCity:
        return with_officer(city)

    def first_step(self, city: TestCity) -> tuple[Any, str, str]:
        return super().first_step(with_officer(city))

    def may(self, action: str, who: str, state: str) -> bool:
        unfit = "carry_out" if self.kind == "question" else "answer"
        return action != unfit and super().may(action, who, state)

    def bring_to(self, city: TestCity, state: str) -> DataRequest:
        item = asked(with_officer(city), self.kind)
        if state == "withdrawn":
            return self.attempt(city, HOLDER, item, "withdraw", Given())
        if state == "refused":
            return step(city, item, "refuse", reason="已超过保存期")
        if state == "done":
            action = "answer" if self.kind == "question" else "carry_out"
            return step(city, item, action, note="回访核实地点")
        return item

    def given(self, city: TestCity, item: DataRequest, row: Transition) -> Given:
        return Given(note="说明") if "note" in row.given else Given(reason="不符") if "reason" in row.given else Given()

    def key_of(self, item: DataRequest) -> str:
        return key_of(item.holder, item.holder_id)


class TestCorrection(TestRequest):
    """The same of a request that is carried out and not answered in words."""

    kind = "correction"


class TestList(ListTests):
    """The list of the data office."""

    shown = REQUESTS
    address = "/dataoffice/requests/"
    most_statements = 9
    filters: ClassVar = ["?kind=export", f"?area={STREET}&kind=export", "?state=refused", "?waiting=1", "?mine=1", "?days=2020-01-01..2020-01-02"]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return with_officer(city).access["data_officer"]

    def exporter(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["worker"]

    def grow(self, city: TestCity, count: int) -> None:
        with_officer(city)
        row = reporter(city)
        for number in range(count):
            item = asked(city, "export" if number % 2 else "correction", row, words="窗口领取")
            if number % 3 == 0:
                step(city, item, "refuse", reason="不符")
            if number % 4 == 1:  # as no request begins, so that the filter has something to leave
                DataRequest.objects.filter(id=item.id).update(begun_by_id=city.users["data_officer"].id)
            if number % 5 == 2:
                DataRequest.objects.filter(id=item.id).update(begun_at="2020-01-01T08:00:00Z")


def test_whoever_looked_does_not_answer_why(city: TestCity) -> None:
    with_officer(city)
    row = reporter(city)
    seen = looked(city, row)
    type(seen).objects.filter(id=seen.id).update(user_id=city.users["data_officer"].id)
    item = asked(city, row=row, reveal_id=seen.id)
    for action, words in (("answer", {"note": "因为"}), ("refuse", {"reason": "不"})):
        with pytest.raises(NotAllowed) as refused:
            step(city, item, action, **words)
        assert refused.value.code == "own_look"


def test_the_answer_is_due_fifteen_days_later(city: TestCity) -> None:
    item = asked(city)
    assert item.due_at is not None
    assert item.due_at - item.begun_at == timedelta(days=15)


def test_a_question_is_asked_once_and_about_an_entry_of_ones_own(city: TestCity) -> None:
    row, other = reporter(city), reporter(city, "13900000001")
    seen = looked(city, row)
    with pytest.raises(Refusal):
        asked(city, row=other, reveal_id=seen.id)
    asked(city, row=row, reveal_id=seen.id)
    with pytest.raises(Refusal) as again:
        asked(city, row=row, reveal_id=seen.id)
    assert again.value.code == "asked_already"


def test_a_correction_takes_the_place_without_anybody_seeing_it(city: TestCity) -> None:
    with_officer(city)
    item = asked(city, "correction")
    row = CaseReporter.objects.get()
    page = signed_in(Client(), city.users["data_officer"]).get(reverse("dataoffice:request", args=[item.id]))
    said = page.content.decode()
    assert "139****0000" in said
    assert "138****5678" in said
    assert not any(text in said for text in ("13900000000", "13812345678", "王小雨"))
    assert Case.objects.get().tracking not in said, "with it somebody could judge the report in the person's place"
    step(city, item, "carry_out")
    row.refresh_from_db()
    assert own_data(row)[0].values["phone"] == "13900000000"


def test_who_asks_to_be_erased_is_forgotten_key_and_all(city: TestCity) -> None:
    with_officer(city)
    item, slot = asked(city, "erasure"), CaseReporter.objects.get().key_slot
    step(city, item, "carry_out")
    work_off()
    assert not CaseReporter.objects.exists()
    with pytest.raises(Forgotten):
        key_store().secret(slot)
    page = signed_in(Client(), city.users["data_officer"]).get(reverse("dataoffice:request", args=[item.id]))
    assert page.status_code == 200


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("correction", {"field": "key_wrapped", "value": "x"}),
        ("correction", {"field": "phone", "value": "打给我"}),
        ("correction", {"field": "name", "value": "  "}),
        ("export", {"words": " "}),
        ("burn", {}),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_begins(city: TestCity, kind: str, more: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        asked(city, kind, **more)
    assert not DataRequest.objects.exists()


def test_too_many_open_requests_wait(city: TestCity) -> None:
    row = reporter(city)
    make: Callable[[], DataRequest] = lambda: asked(city, "export", row, words="窗口领取")  # noqa: E731
    for _each in range(20):
        make()
    with pytest.raises(Refusal) as refused:
        make()
    assert refused.value.code == "too_many_open"


def test_somebody_elses_request_is_not_taken_back(city: TestCity) -> None:
    item, other = asked(city), reporter(city, "13900000001")
    with pytest.raises(Refusal):
        withdraw_request(RESIDENT, other, item.id, uuid=uuid4())
    withdraw_request(RESIDENT, CaseReporter.objects.exclude(id=other.id).get(), item.id, uuid=uuid4())
    assert DataRequest.objects.get(id=item.id).state == "withdrawn"


def test_the_new_value_does_not_stay_after_the_answer(city: TestCity) -> None:
    from linli.core.platform.public import erase_expired

    with_officer(city)
    item = asked(city, "correction")
    step(city, item, "carry_out")
    with clock_at(now() + timedelta(days=31)):
        assert erase_expired([DataRequest]) == {"dataoffice.DataRequest.new_value": 1}
    assert masked(CaseReporter.objects.get(), "phone") == "139****0000"
