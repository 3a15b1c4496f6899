"""Tasks to verify what has grown old in a ledger: to the worker of the grid, once, so many a day, closed by verifying."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.core.flow.public import Given, act
from linli.core.inbox import verifying
from linli.core.inbox.public import TASK, Task
from linli.core.inbox.verifying import A_DAY, DAYS_TO_DO, IN_ONE_WRITE, give_verifications, tonight
from linli.core.ledger.public import New, Said, add, change, decide, holds, merge, retire, undo_merge, verify
from linli.core.platform.public import SYSTEM, choose, clock_at, local_today, now, write
from linli.core.platform.public import verify as verify_trail
from linli.core.registry.public import PREMISES
from tests.access_table import signed_in
from tests.city import COMMUNITY, SECOND_COMMUNITY, STREET, TestCity


def old(city: TestCity, count: int, *, lon: float = 115.005, area: str = COMMUNITY) -> list[Any]:
    """Premises of which nobody has verified anything for ten years, the first the longest."""
    made = []
    for number in range(count):
        new = New(city.areas[area].id, {"name": f"老店{number}", "kind": "shop"}, f"{area}-{number}", lon, 30.005)
        made.append(add(SYSTEM, PREMISES, new, Said("import", local_today() - timedelta(days=4000 - number))))
    return made


def night() -> int:
    """One run of the job."""
    with write(SYSTEM) as work:
        chosen = tonight(work)
    given = 0
    for start in range(0, len(chosen), IN_ONE_WRITE):
        for _twice in range(2):
            with write(SYSTEM) as work:
                given += give_verifications(work, chosen[start : start + IN_ONE_WRITE])
    return given


def test_each_record_is_asked_for_once_and_nobody_is_given_more_than_a_day_takes(city: TestCity) -> None:
    records = old(city, 7)
    assert (night(), night()) == (5, 0)
    tasks = Task.objects.order_by("about_id")
    assert [task.about_id for task in tasks] == [one.id for one in records[:5]]
    assert {(task.assignee_id, task.about_flow, task.state) for task in tasks} == {
        (city.users["worker"].id, "premises", "open")
    }
    with clock_at(now() + timedelta(days=1)):
        assert (night(), night()) == (2, 0)
    assert not list(verify_trail())


def test_a_city_chooses_how_many_and_who_does_nothing_is_not_flooded(city: TestCity) -> None:
    choose(SYSTEM, A_DAY, 1)
    old(city, 9)
    given = []
    for days in range(5):
        with clock_at(now() + timedelta(days=days)):
            given.append(night())
    assert given == [1, 1, 1, 0, 0]


def test_where_nobody_works_the_unit_of_the_area_is_asked_and_without_one_it_shows_as_old(city: TestCity) -> None:
    (homeless,) = old(city, 1, lon=115.025, area=SECOND_COMMUNITY)
    (record,) = old(city, 1, lon=115.015)
    assert night() == 1
    task = Task.objects.get()
    assert (task.about_id, task.for_unit, task.unit_id) == (record.id, True, city.units["community_office"].id)
    client = signed_in(Client(), city.users["supervisor"])
    assert homeless.code in client.get("/ledgers/premises/?old=1").content.decode()


@pytest.mark.parametrize("who", ["worker", "supervisor"])
def test_verifying_the_record_does_the_task_whoever_verifies(city: TestCity, who: str) -> None:
    (record,) = old(city, 1)
    night()
    task = Task.objects.get()
    page = signed_in(Client(), city.users["worker"]).get(f"/tasks/{task.id}/").content.decode()
    assert f"/ledgers/premises/{record.id}/do/verify/" in page
    verify(city.access[who].actor(), PREMISES, record.id, Said("worker", local_today()))
    assert Task.objects.get().state == "done"
    assert TASK.tables.event._default_manager.filter(flow="task", action="done").get().actor_id == city.users[who].id
    assert not list(verify_trail())


@pytest.mark.parametrize("how", ["retired", "joined"])
def test_what_is_retired_or_joined_asks_nobody_any_more_and_does_again_when_it_comes_back(
    city: TestCity, how: str
) -> None:
    record, other = old(city, 2)
    assert night() == 2
    if how == "retired":
        retire(SYSTEM, PREMISES, record.id)
    else:
        done = merge(SYSTEM, PREMISES, uuid=uuid4(), kept_id=other.id, gone_id=record.id)
    assert {task.about_id: task.state for task in Task.objects.all()} == {record.id: "withdrawn", other.id: "open"}
    assert night() == 0
    if how == "retired":
        retire(SYSTEM, PREMISES, record.id, back=True)
    else:
        undo_merge(SYSTEM, PREMISES, done.id)
    assert night() == 1
    assert not list(verify_trail())


def test_a_task_that_was_done_without_looking_is_given_again_after_its_days(city: TestCity) -> None:
    (record,) = old(city, 1)
    night()
    task, worker = Task.objects.get(), city.access["worker"]
    act(TASK, worker.actor(), task.id, "done", Given(note="看过"), uuid=uuid4(), access=worker)
    with clock_at(now() + timedelta(days=DAYS_TO_DO - 1)):
        assert night() == 0
    with clock_at(now() + timedelta(days=DAYS_TO_DO)):
        assert (night(), night()) == (1, 0)
    assert Task.objects.filter(about_id=record.id).count() == 2


def test_the_oldest_of_a_full_worker_do_not_stand_before_those_of_others(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verifying, "MOST_LOOKED_AT", 8)
    old(city, 9)
    (other,) = old(city, 1, area=STREET, lon=115.025)
    assert night() == 6
    task = Task.objects.get(about_id=other.id)
    assert (task.for_unit, task.unit_id) == (True, city.units["street_centre"].id)


def test_a_dispute_is_decided_by_another_and_the_rest_still_so_in_one_press(city: TestCity) -> None:
    (record,) = old(city, 1)
    change(SYSTEM, PREMISES, record.id, {"name": "新店"}, Said("resident", local_today(), beside=True))
    night()
    decider = city.access["supervisor"].actor()
    standing = holds(PREMISES, [record.id])[record.id]["name"]
    decide(decider, PREMISES, record.id, "name", standing.beside[0].id, Said("worker", local_today()))
    assert Task.objects.get().state == "open"  # the kind is still old
    verify(city.access["worker"].actor(), PREMISES, record.id, Said("worker", local_today()))
    assert (Task.objects.get().state, holds(PREMISES, [record.id])[record.id]["name"].row.value) == ("done", "新店")
    assert not list(verify_trail())
