"""Two people at the same case: the second is told what the first did, and nothing happens twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection

from linli.core.cases.public import Case, CaseEvent
from linli.core.flow import act as engine
from linli.core.flow.public import AnyFlow, Changed
from linli.core.platform.public import verify
from tests.city import TestCity, build_city

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Runs the deeds in threads that begin together; gives their results or refusals in order."""
    gate = threading.Barrier(len(deeds))
    results: list[object] = [None] * len(deeds)

    def run(place: int, deed: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[place] = deed()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, deed)) for place, deed in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def city() -> TestCity:
    return build_city()


def test_the_second_is_told_what_the_first_did(city: TestCity) -> None:
    case = city.bring_to("filed")
    city.do("dispatcher", case, "dispatch")
    with pytest.raises(Changed) as told:
        city.do("acceptance", case.id, "merge", case_id=city.report().id, seen_seq=case.seq)
    assert "派遣" in told.value.sentence
    assert Case.objects.get(id=case.id).state == "dispatched"


def both_decide(city: TestCity) -> tuple[Case, list[object]]:
    case = city.report()
    results = at_once(
        lambda: city.do("acceptance", case.id, "file", category_id=city.category().id, seen_seq=1),
        lambda: city.do("acceptance", case.id, "reject", reason="不属实", seen_seq=1),
    )
    return Case.objects.get(id=case.id), results


def test_of_two_at_the_same_instant_one_acts_and_the_other_is_told(city: TestCity) -> None:
    for _round in range(5):
        case, results = both_decide(city)
        assert sum(isinstance(result, Case) for result in results) == 1
        assert sum(isinstance(result, Changed) for result in results) == 1
        assert case.seq == 2
        assert CaseEvent.objects.filter(case_id=case.id).count() == 2
    assert verify() == []


@pytest.mark.postgres
def test_without_the_lock_both_would_act(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the race is real where the row is read without its lock. (SQLite writes one after the other anyway.)"""
    gate = threading.Barrier(2)

    def unlocked(_flow: AnyFlow, case_ids: tuple[int, ...]) -> dict[int, Case]:
        cases = Case.objects.in_bulk(case_ids)
        gate.wait(timeout=5)
        return cases

    monkeypatch.setattr(engine, "lock", unlocked)
    _case, results = both_decide(city)
    assert any(isinstance(result, IntegrityError) for result in results)
    assert not any(isinstance(result, Changed) for result in results)


def test_the_same_uuid_at_the_same_instant_is_one_event(city: TestCity) -> None:
    case = city.bring_to("handling")
    uuid = uuid4()
    results = at_once(*[lambda: city.do("handler", case.id, "comment", note="到场", uuid=uuid)] * 3)
    assert sum(isinstance(result, Case) for result in results) == 1
    assert CaseEvent.objects.filter(case_id=case.id, action="comment").count() == 1


def test_many_reports_at_once_get_numbers_of_their_own(city: TestCity) -> None:
    cases = [city.report(grid=number % 3) for number in range(6)]
    category = city.category()
    at_once(*[lambda case=case: city.do("acceptance", case.id, "file", category_id=category.id) for case in cases])  # type: ignore[misc]
    numbers = list(Case.objects.exclude(number="").values_list("number", flat=True))
    assert len(numbers) == len(set(numbers)) == 6
    assert verify() == []
