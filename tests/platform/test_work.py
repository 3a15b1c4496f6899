"""The unit of work: all or nothing, one instant, few statements, exact counts of what it tells others."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from linli.core.platform.models import AuditDetail, AuditHead, AuditRecord, Job, Message, OutboxEvent
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    Work,
    clock_at,
    current_work,
    message_template,
    verify,
    without_transaction,
    write,
)

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
WORKER = Actor("user", user_id=7, unit_id=3, origin="10.0.0.5", request_id="r-1", name="王芳")
STREET = "330102001000"

message_template("test_greeting", "你好", "%(name)s，你好")


def tell_everything(work: Work, number: int = 1) -> None:
    work.audit(STREET, "case.file", "case", number, {"text": "路灯不亮"}, subject_digest=b"d" * 32)
    work.emit("test.case_filed", "case", number, {"number": number})
    work.send("sms", "13800008000", "test_greeting", {"name": "张"}, key=f"greet:{number}")
    work.enqueue("test_nothing", {"number": number}, key=f"nothing:{number}")


def test_a_write_stores_what_it_was_told_with_one_instant_and_its_actor() -> None:
    with clock_at(NOON), write(WORKER) as work:
        assert work.now == NOON
        assert current_work() is work
        tell_everything(work)
    assert current_work() is None
    record = AuditRecord.objects.get(chain=STREET)
    detail = AuditDetail.objects.get(chain=STREET)
    assert (record.seq, record.at, record.actor_kind, record.actor_id) == (1, NOON, "user", 7)
    assert (detail.actor_name, detail.origin, detail.request_id, detail.unit_id) == ("王芳", "10.0.0.5", "r-1", 3)
    assert detail.content == '{"text":"路灯不亮"}'
    assert OutboxEvent.objects.get().payload == {"number": 1}
    assert Message.objects.get().at == NOON
    assert Job.objects.get(kind="test_nothing").run_at == NOON


def test_the_address_of_a_message_is_sealed_in_the_database() -> None:
    with write(WORKER) as work:
        tell_everything(work)
    with connection.cursor() as cursor:
        cursor.execute("SELECT envelope FROM platform_message")
        stored = cursor.fetchone()[0]
    assert "13800008000" not in stored
    assert "13800008000" in Message.objects.get().envelope


def test_a_body_that_raises_leaves_nothing() -> None:
    def fail() -> None:
        with write(WORKER) as work:
            tell_everything(work)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    for model in (AuditRecord, AuditDetail, OutboxEvent, Message, Job, AuditHead):
        assert not model._default_manager.exists(), model
    assert current_work() is None


def test_a_write_inside_a_write_joins_it() -> None:
    with clock_at(NOON), write(WORKER) as outer:
        with write(SYSTEM, now=datetime(2020, 1, 1, tzinfo=UTC)) as inner:
            assert inner is outer
            assert inner.now == NOON
            assert inner.actor is WORKER
            tell_everything(inner)
        assert not OutboxEvent.objects.exists()
    assert OutboxEvent.objects.count() == 1


def test_an_inner_failure_that_is_swallowed_still_undoes_the_outer_write() -> None:
    def swallow(work: Work) -> None:
        tell_everything(work)
        try:
            with write(SYSTEM):
                raise ValueError("inner")
        except ValueError:
            pass

    with pytest.raises(RuntimeError, match="nothing is written"), write(WORKER) as work:
        swallow(work)
    assert not AuditRecord.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_write_refuses_to_stand_inside_a_bare_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic(), write(WORKER):
        pass


def test_a_second_message_or_job_with_the_same_key_is_not_written() -> None:
    for _ in range(2):
        with write(WORKER) as work:
            tell_everything(work)
            tell_everything(work)
    assert Message.objects.count() == 1
    assert Job.objects.filter(kind="test_nothing").count() == 1


def test_the_key_of_a_finished_job_stays_taken() -> None:
    with write(WORKER) as work:
        work.enqueue("test_nothing", {}, key="once")
    Job.objects.update(state="done")
    with write(WORKER) as work:
        work.enqueue("test_nothing", {}, key="once")
    assert Job.objects.count() == 1


@pytest.mark.parametrize(("channel", "template"), [("pigeon", "test_greeting"), ("mail", "test_absent")])
def test_a_message_that_could_never_be_sent_is_refused_when_written(channel: str, template: str) -> None:
    with pytest.raises(LookupError), write(WORKER) as work:
        work.send(channel, "a@b.cn", template, {}, key="k")


def test_records_of_one_write_continue_each_chain_in_their_order() -> None:
    for round_number in range(3):
        with write(WORKER) as work:
            for chain in ("b", "a", "b"):
                work.audit(chain, "act", "thing", round_number, {})
    rows = list(AuditRecord.objects.order_by("chain", "seq").values_list("chain", "seq", "previous", "hash"))
    assert [row[:2] for row in rows] == [("a", n) for n in (1, 2, 3)] + [("b", n) for n in range(1, 7)]
    for before, after in pairwise(rows):
        if before[0] == after[0]:
            assert bytes(after[2]) == bytes(before[3])
    assert dict(AuditHead.objects.values_list("chain", "seq")) == {"a": 3, "b": 6}


@pytest.mark.django_db(transaction=True)
def test_a_write_that_is_one_statement_stands_whole_or_not_at_all() -> None:
    """On PostgreSQL it commits by itself. The first one begins its chain, which no statement can tell beforehand."""
    for number in range(3):
        with write(WORKER) as work:
            with without_transaction():
                assert AuditRecord.objects.count() == number
            tell_everything(work, number)
    told = [OutboxEvent.objects.count(), Message.objects.count(), AuditRecord.objects.count()]
    assert told == [3, 3, 3]
    assert {one.place for one in verify()} == {"case"}  # the kind of subject that this test made up; every hash fits
    taken = OutboxEvent.objects.values_list("uuid", flat=True)[0]

    def tell_what_was_told() -> None:
        with write(WORKER) as work:
            tell_everything(work, 9)
            work.add(OutboxEvent, event(taken))

    with pytest.raises(IntegrityError):
        tell_what_was_told()
    assert [OutboxEvent.objects.count(), Message.objects.count(), AuditRecord.objects.count()] == told


def event(uuid: UUID) -> dict[str, Any]:
    """A row of the outbox."""
    return {"uuid": uuid, "at": NOON, "event": "told", "subject_kind": "thing", "subject_id": 1, "payload": {}}


def test_what_is_added_is_there_for_an_inner_write() -> None:
    with write(WORKER) as work:
        work.add(OutboxEvent, event(uuid4()))
        assert OutboxEvent.objects.count() == 0
        with write(WORKER):
            assert OutboxEvent.objects.count() == 1


def test_a_row_that_has_its_id_goes_in_at_the_end_and_the_next_one_now() -> None:
    with write(WORKER) as work:
        work.takes_id(OutboxEvent, 4711)
        assert work.insert(OutboxEvent, event(uuid4())) == 4711
        assert OutboxEvent.objects.count() == 0
        at_once = work.insert(OutboxEvent, event(uuid4()))
        assert list(OutboxEvent.objects.values_list("id", flat=True)) == [at_once]
    assert set(OutboxEvent.objects.values_list("id", flat=True)) == {4711, at_once}
