"""Handing everything over that waits for one person: tasks, what they gave, plans and documents, each with its entry."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from linli.core.flow.public import FlowEvent
from linli.core.inbox.public import Handed, TaskPlan, hand_all_over, may_hand_over, named_for, waiting_for
from linli.core.platform.public import BadInput, NotAllowed, now, verify
from linli.subsystems.office.public import DOCUMENT_IN
from linli.subsystems.office.tests.test_documents_in import TestDocumentIn as _Documents
from tests.city import TestCity
from tests.desk.inherited import browser

from .test_plans import plan_of
from .test_task import task_of


def hand(city: TestCity, who: str, away: str = "verifier", to: str = "dispatcher", **more: Any) -> Handed:
    access = city.access[who]
    given = {"reason": "调离", "uuid": uuid4(), **more}
    return hand_all_over(access.actor(), access=access, from_id=city.users[away].id, to_id=city.users[to].id, **given)


def test_everything_that_names_the_person_goes_to_the_other_with_the_reason(city: TestCity) -> None:
    mine, given, plan = task_of(city), task_of(city, "verifier", "acceptance"), plan_of(city)
    assert [(one.title, one.count, one.mine) for one in named_for(city.access["leader"], city.users["verifier"].id)] == [
        ("任务", 2, 2), ("任务计划", 1, 1),
    ]  # fmt: skip
    assert hand(city, "leader") == Handed(3, 0)
    mine.refresh_from_db()
    given.refresh_from_db()
    dispatcher = city.users["dispatcher"].id
    assert (mine.assignee_id, given.giver_id, TaskPlan.objects.get(id=plan.id).assignee_id) == (dispatcher,) * 3
    assert waiting_for(city.access["verifier"], now(), kind="task").rows == []
    entries = FlowEvent.objects.filter(flow="task", action__in=("hand_over", "hand_on")).order_by("id")
    assert [(one.action, one.facts["former"]) for one in entries] == [
        ("hand_over", city.users["verifier"].id), ("hand_on", city.users["verifier"].id),
    ]  # fmt: skip
    assert {one.notes.get().text for one in entries} == {"调离"}
    assert list(verify()) == []
    assert hand(city, "leader") == Handed(0, 0)


def test_what_is_not_theirs_to_hand_over_stays_and_is_counted(city: TestCity) -> None:
    """Whoever has to answer a document does not choose who does; who instructs does."""
    item = _Documents().bring_to(city, "assigned")
    handler = next(who for who, user in city.users.items() if user.id == item.handler_id)
    to = "dispatcher" if handler != "dispatcher" else "acceptance"
    assert hand(city, handler, handler, to) == Handed(0, 1)
    assert hand(city, "leader", handler, to) == Handed(1, 0)
    assert DOCUMENT_IN.model._default_manager.get(id=item.id).handler_id == city.users[to].id


def test_the_person_and_who_gives_tasks_to_their_unit_may(city: TestCity) -> None:
    verifier = city.users["verifier"].id
    may = {who for who, access in city.access.items() if may_hand_over(access, verifier)}
    assert may == {"verifier", "leader", "supervisor", "dispatcher", "acceptance", "all_roles"}
    task_of(city)
    with pytest.raises(NotAllowed):
        hand(city, "worker")


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"to": "verifier"}, "to"), ({"reason": " "}, "reason"), ({"to": "other_worker"}, "to")],
)
def test_nothing_happens_to_anything_when_it_cannot_be_meant(
    city: TestCity, changed: dict[str, Any], field: str
) -> None:
    first, second = task_of(city), task_of(city)
    with pytest.raises(BadInput) as refused:
        hand(city, "leader", **changed)
    assert refused.value.field == field
    for item in (first, second):
        item.refresh_from_db()
        assert item.seq == 1


def test_the_page_says_how_much_there_is_hands_it_over_once_and_says_what_was_done(city: TestCity) -> None:
    task_of(city)
    client, verifier = browser(city.access["leader"]), city.users["verifier"].id
    page = client.get(f"/inbox/hand-over/?person={verifier}").content.decode()
    assert "Verifier" in page
    assert "任务" in page
    form = {
        "effect_id": str(uuid4()),
        "person": str(verifier),
        "to": str(city.users["dispatcher"].id),
        "reason": "调离",
    }
    wrong = client.post("/inbox/hand-over/", {**form, "effect_id": str(uuid4()), "to": str(verifier)})
    assert wrong.status_code == 422
    assert 'to_error"' in wrong.content.decode()
    for _twice in range(2):
        answer = client.post("/inbox/hand-over/", form)
        assert answer["Location"] == f"/inbox/hand-over/?person={verifier}&done=1&left=0"
    assert "已转交 1 件" in client.get(answer["Location"]).content.decode()


def test_a_plan_alone_goes_to_nobody_out_of_reach(city: TestCity) -> None:
    plan = plan_of(city)
    access = city.access["leader"]
    former = TaskPlan.objects.get(id=plan.id).assignee_id
    assert former is not None
    for to_id in (city.users["other_worker"].id, 987654):
        with pytest.raises(BadInput) as refused:
            hand_all_over(access.actor(), access=access, uuid=uuid4(), from_id=former, to_id=to_id, reason="调离")
        assert refused.value.field == "to"
    assert TaskPlan.objects.get(id=plan.id).assignee_id == former
