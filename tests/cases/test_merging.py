"""Merging (并案): only into an open case of the same district that one may see; what is elsewhere is as unknown as what is nowhere."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from linli.core.access.public import Role, access_of, grant_scope
from linli.core.cases.public import Case, CaseEvent, Given, act, find_case, progress_of
from linli.core.flow import act as engine
from linli.core.flow.public import AnyFlow
from linli.core.platform.public import SYSTEM, Actor, BadInput, Refusal, clock_at, now, verify
from tests.access_table import signed_in
from tests.cases.test_together import at_once
from tests.city import CITY, TestCity, build_city


def refused(city: TestCity, who: str, case: Case, target_id: int) -> Refusal:
    """What somebody is told who may not merge into this; nothing has changed."""
    before = Case.objects.values().get(id=case.id)
    with pytest.raises(Refusal) as told:
        city.do(who, case, "merge", case_id=target_id)
    assert Case.objects.values().get(id=case.id) == before
    return told.value


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["reported", "handling", "closed", "void"])
def test_a_case_elsewhere_is_as_unknown_as_one_that_does_not_exist(city: TestCity, state: str) -> None:
    mine, elsewhere = city.report(), city.report("other_worker", grid=3)
    Case.objects.filter(id=elsewhere.id).update(state=state)
    assert find_case(city.access["acceptance"], elsewhere.id) is None
    unseen, unknown = (refused(city, "acceptance", mine, id_) for id_ in (elsewhere.id, 999_999_999))
    assert (unseen.sentence, unseen.field, unseen.code) == (unknown.sentence, unknown.field, unknown.code)
    assert unseen.field == "case"


@pytest.mark.django_db
def test_page_and_api_answer_the_same_for_unseen_and_unknown(city: TestCity) -> None:
    mine, elsewhere = city.report(), city.report("other_worker", grid=3)
    client = signed_in(Client(), city.users["acceptance"])
    for send in (
        lambda id_: client.post(f"/cases/{mine.id}/do/merge/", {"case": id_, "effect_id": str(uuid4())}),
        lambda id_: client.post(
            f"/api/v1/cases/{mine.id}/actions/merge", {"case_id": id_}, content_type="application/json",
            headers={"Idempotency-Key": str(uuid4())},
        ),
    ):  # fmt: skip
        answers = [send(elsewhere.id), send(999_999_999)]
        assert [answer.status_code for answer in answers] == [422, 422]
        assert all(elsewhere.tracking not in answer.content.decode() for answer in answers)
    assert Case.objects.get(id=mine.id).state == "reported"


@pytest.mark.django_db
def test_not_into_itself(city: TestCity) -> None:
    case = city.report()
    assert refused(city, "acceptance", case, case.id).field == "case"


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["closed", "archived", "rejected", "merged", "void"])
def test_not_into_a_case_that_is_over(city: TestCity, state: str) -> None:
    over = city.bring_to(state)
    told = refused(city, "acceptance", city.report(), over.id)
    assert over.tracking not in told.sentence
    assert told.field == "case"


@pytest.mark.django_db
def test_not_over_the_border_of_districts(city: TestCity) -> None:
    """Somebody who sees both is told why; the other way round would take a case out of its district's numbers."""
    role = Role.objects.get(code="acceptance")
    grant_scope(SYSTEM, user=city.users["acceptance"], role=role, area=city.areas[CITY])
    found = access_of(city.users["acceptance"].id)
    assert found is not None
    city.access["acceptance"] = found[0]
    far = city.report("other_worker", grid=4)
    assert find_case(city.access["acceptance"], far.id) is not None
    assert refused(city, "acceptance", city.report(), far.id).field == "case"
    near = city.report("other_worker", grid=3)
    assert city.do("acceptance", city.report(), "merge", case_id=near.id).merged_into_id == near.id


@pytest.mark.django_db
def test_who_was_merged_before_goes_along(city: TestCity) -> None:
    first, second, third = city.report(), city.report(), city.report()
    city.do("acceptance", first, "merge", case_id=second.id)
    city.do("acceptance", second, "merge", case_id=third.id)
    assert set(Case.objects.filter(state="merged").values_list("merged_into_id", flat=True)) == {third.id}
    for tracking in (first.tracking, second.tracking):
        progress = progress_of(tracking)
        assert progress is not None
        assert progress.shown.id == third.id
    refused(city, "acceptance", third, first.id)
    assert list(verify()) == []
    Case.objects.filter(id=first.id).update(
        merged_into_id=second.id
    )  # by nobody's act: it names one that does not go on
    assert [found.kind for found in verify()] == ["state"]
    for facts in ("[]", '"x"', '{"into": "2"}'):  # whoever changed the entry is told of, and nothing falls over
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE cases_caseevent SET facts = %s WHERE case_id = %s AND action = 'merge'", [facts, second.id]
            )
        assert "state" in [found.kind for found in verify()]


@pytest.mark.django_db
def test_a_report_keeps_its_own_history_when_it_goes_on_as_another(city: TestCity) -> None:
    """The older one may be the one that is merged: closed, opened again, and then the same as what somebody else reports."""
    begun = now()
    with clock_at(begun):
        mine = city.bring_to("closed")
        act(Actor(kind="resident"), mine.id, "rate", Given(score=1), uuid=uuid4(), tracking=mine.tracking)
        city.do("supervisor", mine, "reopen", reason="没有弄好")
    with clock_at(begun + timedelta(hours=1)):
        theirs = city.report()
        city.do("acceptance", mine, "merge", case_id=theirs.id)
        city.do("acceptance", theirs, "file", category_id=city.category().id)
    told = progress_of(mine.tracking)
    assert told is not None
    assert [step.action for step in told.steps] == [
        "report", "file", "dispatch", "accept", "hand_over", "verify_pass", "close", "reopen", "merge", "file",
    ]  # fmt: skip
    assert [one.words for one in told.earlier] == ["已清理"]
    assert (told.answer.words, told.shown.id) == ("", theirs.id)


@pytest.mark.django_db
def test_no_row_says_its_tracking_number(city: TestCity) -> None:
    """The tracking number is the key to the reporter's page; text made of a row ends in refusals, logs and error reports."""
    holders = [
        model for model in apps.get_models() if any(field.attname == "tracking" for field in model._meta.get_fields()
        if hasattr(field, "attname"))
    ]  # fmt: skip
    assert Case in holders
    for model in holders:
        row = model(tracking="8HNQGG0H54XD", id=17)
        for words in (str(row), repr(row), f"{row}"):
            assert "8HNQ" not in words


@pytest.mark.django_db
@pytest.mark.parametrize(("action", "state"), [("dispatch", "filed"), ("add_assisting", "handling")])
def test_a_unit_of_another_district_is_not_chosen_by_its_number(city: TestCity, action: str, state: str) -> None:
    case = city.bring_to(state)
    far, name = city.units["far_centre"].id, {"dispatch": "unit_id", "add_assisting": "unit_ids"}[action]
    for unit_id in (far, 999_999, city.units["street_centre"].id):
        value = unit_id if name == "unit_id" else (unit_id,)
        with pytest.raises(BadInput) as told:
            city.do("dispatcher", case, action, **{name: value})
        assert told.value.field == ("unit" if name == "unit_id" else "units")
    assert Case.objects.get(id=case.id).state == state


@pytest.mark.django_db
def test_where_the_rules_name_no_unit_the_refusal_says_so(city: TestCity) -> None:
    case = city.bring_to("filed")
    Case.objects.filter(id=case.id).update(handling_unit_id=None)
    with pytest.raises(BadInput) as told:
        city.do("dispatcher", case, "dispatch")
    assert "选择" in told.value.sentence
    assert "不存在" not in told.value.sentence


def crossed(city: TestCity) -> tuple[list[Case], list[object]]:
    """Two people merge two cases into each other at the same instant."""
    one, other = city.report(), city.report()
    results = at_once(
        lambda: city.do("acceptance", one.id, "merge", case_id=other.id),
        lambda: city.do("all_roles", other.id, "merge", case_id=one.id),
    )
    return list(Case.objects.filter(id__in=(one.id, other.id))), results


@pytest.mark.django_db(transaction=True)
def test_of_two_merged_into_each_other_one_goes_on() -> None:
    city = build_city()
    for _round in range(5):
        cases, results = crossed(city)
        assert sorted(case.state for case in cases) == ["merged", "reported"]
        assert sum(isinstance(result, Case) for result in results) == 1
        assert sum(isinstance(result, Refusal) for result in results) == 1
    assert CaseEvent.objects.filter(action="merge").count() == 5
    assert verify() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the race is real where the other case is read without its lock."""
    city, gate, locked = build_city(), threading.Barrier(2), engine.lock

    def only_its_own(flow: AnyFlow, case_ids: tuple[int, ...]) -> dict[int, Case]:
        found = locked(flow, case_ids[:1]) | {case.id: case for case in Case.objects.filter(id__in=case_ids[1:])}
        gate.wait(timeout=5)
        return found

    monkeypatch.setattr(engine, "lock", only_its_own)
    cases, _results = crossed(city)
    assert [case.state for case in cases] == ["merged", "merged"]
