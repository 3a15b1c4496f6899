"""One effect per UUID: replays answer what was answered, twins at the same instant make one effect."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import close_old_connections, connections

from linli.core.platform.models import Claim, OutboxEvent
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    Answer,
    DifferentContent,
    Work,
    clock_at,
    digest_of,
    once,
    recall,
    row_uuid,
    write,
)
from linli.core.platform.saying.refusals import Refusal

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
ME = Actor("user", user_id=7)
CONTENT = '{"text":"路灯不亮"}'.encode()


def effect(work: Work) -> tuple[int, str]:
    work.emit("done", "thing", 1, {})
    return 201, '{"id":1}'


def ask(uuid: UUID, actor: Actor = ME, content: bytes = CONTENT) -> Answer:
    return once(actor, uuid, content, effect)


def effects() -> int:
    return OutboxEvent.objects.filter(event="done").count()


def test_the_first_request_acts_and_the_same_again_answers_the_same() -> None:
    uuid = uuid4()
    assert ask(uuid) == Answer(201, '{"id":1}', replayed=False)
    assert ask(uuid) == Answer(201, '{"id":1}', replayed=True)
    assert effects() == 1


def test_other_content_under_the_same_uuid_is_refused() -> None:
    uuid = uuid4()
    ask(uuid)
    with pytest.raises(DifferentContent) as refusal:
        ask(uuid, content=b"other")
    assert refusal.value.status == 409
    assert effects() == 1


def test_a_uuid_belongs_to_its_caller() -> None:
    uuid = uuid4()
    ask(uuid)
    assert ask(uuid, actor=Actor("user", user_id=8)).replayed is False
    assert effects() == 2


def test_a_refusal_leaves_the_uuid_free() -> None:
    uuid = uuid4()

    def refuse(work: Work) -> tuple[int, str]:
        work.emit("done", "thing", 1, {})
        raise Refusal("not now")

    with pytest.raises(Refusal, match="not now"):
        once(ME, uuid, CONTENT, refuse)
    assert (effects(), Claim.objects.count()) == (0, 0)
    assert ask(uuid).replayed is False


def test_a_claim_knows_when_it_was_made() -> None:
    with clock_at(NOON):
        ask(uuid4())
    assert Claim.objects.get().at == NOON


def test_once_refuses_to_stand_inside_a_write() -> None:
    with pytest.raises(RuntimeError, match="outermost"), write(SYSTEM):
        ask(uuid4())


def twins(act: Callable[[], object]) -> list[object]:
    """Runs `act` in two threads; answers what each returned or raised."""
    outcomes: list[object] = []

    def run() -> None:
        try:
            outcomes.append(act())
        except Exception as error:
            outcomes.append(error)
        finally:
            close_old_connections()
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def begin_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both twins come to their write before either is through it."""
    both_came, mine = threading.Barrier(2, timeout=30), threading.local()

    def write_together(actor: Actor) -> AbstractContextManager[Work]:
        if not getattr(mine, "came", False):
            mine.came = True
            both_came.wait()
        return write(actor)

    monkeypatch.setattr("linli.core.platform.writing.idempotency.write", write_together)


@pytest.mark.django_db(transaction=True)
def test_control_asking_first_and_acting_then_acts_twice() -> None:
    uuid, both_asked = uuid4(), threading.Barrier(2, timeout=30)

    def careless() -> None:
        free = recall(ME, uuid, digest_of(CONTENT)) is None
        both_asked.wait()
        if free:
            with write(ME) as work:
                effect(work)

    assert twins(careless) == [None, None]
    assert effects() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_twins_one_acts_and_both_get_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    uuid = uuid4()
    begin_together(monkeypatch)
    outcomes = twins(lambda: ask(uuid))
    assert sorted(outcome.replayed for outcome in outcomes if isinstance(outcome, Answer)) == [False, True], outcomes
    assert {outcome.body for outcome in outcomes if isinstance(outcome, Answer)} == {'{"id":1}'}
    assert (effects(), Claim.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_twin_that_is_refused_because_the_other_was_first_gets_the_others_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uuid = uuid4()
    begin_together(monkeypatch)

    def close_case(work: Work) -> tuple[int, str]:
        lock = Claim.objects.select_for_update().get(caller="case")
        if lock.status:
            raise Refusal("already closed")
        Claim.objects.filter(caller="case").update(status=1)
        work.emit("done", "thing", 1, {})
        return 200, "closed"

    Claim.objects.create(caller="case", uuid=uuid4(), content_digest=b"", status=0, answer="", at=NOON)
    outcomes = twins(lambda: once(ME, uuid, CONTENT, close_case))
    assert sorted(outcome.replayed for outcome in outcomes if isinstance(outcome, Answer)) == [False, True], outcomes
    assert effects() == 1


def test_the_uuid_of_a_row_is_the_same_again_belongs_to_the_caller_and_leads_to_no_row_itself() -> None:
    uuid = uuid4()
    made = row_uuid(ME, uuid)
    assert made == row_uuid(Actor("user", user_id=7, unit_id=3, origin="192.0.2.1"), uuid)
    others = {row_uuid(Actor("user", user_id=8), uuid), row_uuid(Actor("resident"), uuid), row_uuid(SYSTEM, uuid)}
    assert len({uuid, made, row_uuid(ME, made), *others}) == 6


def test_the_uuid_of_a_row_cannot_be_made_without_the_key(settings: Any) -> None:
    uuid = uuid4()
    made = row_uuid(ME, uuid)
    settings.SECRET_KEY = "another key of this deployment, long enough for it"
    assert row_uuid(ME, uuid) != made
