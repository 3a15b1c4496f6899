"""The unit of work: all or nothing, one instant, few statements, exact counts of what it tells others."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from linli.core.platform.models import AuditDetail, AuditHead, AuditRecord, Job, Message, OutboxEvent
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    Event,
    Waiting,
    Work,
    bump,
    clock_at,
    current_work,
    insert_rows,
    message_template,
    rehearse,
    subscribe,
    verify,
    work_off,
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


def take_bad_row(work: Work) -> None:
    with work.attempt():
        tell_everything(work, 2)
        OutboxEvent.objects.create(at=work.now, event="direct", subject_kind="x", subject_id=1, payload={})
        with write(SYSTEM):
            raise ValueError("bad row")


def test_an_attempt_that_fails_takes_back_only_its_own() -> None:
    with write(WORKER) as work:
        tell_everything(work, 1)
        with pytest.raises(ValueError, match="bad row"):
            take_bad_row(work)
        with work.attempt():
            tell_everything(work, 3)
    assert sorted(OutboxEvent.objects.values_list("subject_id", flat=True)) == [1, 3]
    assert sorted(AuditRecord.objects.values_list("subject_id", flat=True)) == ["1", "3"]
    assert Message.objects.count() == Job.objects.filter(kind="test_nothing").count() == 2


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
            with work.before_writing():
                assert AuditRecord.objects.count() == number
            tell_everything(work, number)
    told = [OutboxEvent.objects.count(), Message.objects.count(), AuditRecord.objects.count()]
    assert told == [3, 3, 3]
    assert {one.place for one in verify()} == {"case"}  # the kind of subject that this test made up; every hash fits
    taken = OutboxEvent.objects.values_list("uuid", flat=True)[0]
    columns = ("uuid", "at", "event", "subject_kind", "subject_id", "payload")

    def tell_what_was_told() -> None:
        with write(WORKER) as work:
            tell_everything(work, 9)
            work.insert_at_end(Waiting(OutboxEvent, columns, [(taken, NOON, "again", "thing", 1, {})]))

    with pytest.raises(IntegrityError):
        tell_what_was_told()
    assert [OutboxEvent.objects.count(), Message.objects.count(), AuditRecord.objects.count()] == told


def test_what_waits_for_the_end_is_there_for_an_inner_write_and_goes_with_an_attempt() -> None:
    row = {"uuid": uuid4(), "at": NOON, "event": "told", "subject_kind": "thing", "subject_id": 1, "payload": {}}
    waiting = Waiting(OutboxEvent, tuple(row), [tuple(row.values())])

    def attempt_another(work: Work) -> None:
        with work.attempt():
            work.insert_at_end(waiting._replace(rows=[(uuid4(), *waiting.rows[0][1:])]))
            raise LookupError

    with write(WORKER) as work:
        work.insert_at_end(waiting)
        with write(WORKER):
            assert OutboxEvent.objects.count() == 1
        with pytest.raises(LookupError):
            attempt_another(work)
    assert OutboxEvent.objects.count() == 1


def test_a_write_costs_few_statements() -> None:
    with write(WORKER) as work:
        tell_everything(work, 0)
    with CaptureQueriesContext(connection) as seen, write(WORKER) as work:
        tell_everything(work)
    statements = [q["sql"] for q in seen.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN"))]
    assert len(statements) == (1 if connection.vendor == "postgresql" else 7), statements
    # The head is locked after everything else stands: only records, details and the head's own move follow.
    lock = next(n for n, sql in enumerate(statements) if "platform_audit_head WHERE" in sql)
    told = ("platform_outbox_event", "platform_job", "platform_message")
    assert not any(table in sql for table in told for sql in statements[lock + 1 :])


def test_each_subscriber_gets_an_event_once() -> None:
    got: list[tuple[str, Event]] = []

    def first(work: Work, event: Event) -> None:
        got.append(("first", event))

    def second(work: Work, event: Event) -> None:
        got.append(("second", event))

    subscribe("test.delivered", "first", first)
    subscribe("test.delivered", "second", second)
    subscribe("test.delivered", "second", second)
    with clock_at(NOON):
        with write(WORKER) as work:
            work.emit("test.delivered", "case", 5, {"to": "all"})
        assert work_off() == 2
        assert work_off() == 0
    assert sorted(name for name, _ in got) == ["first", "second"]
    assert {(event.at, event.subject_id, event.payload["to"]) for _, event in got} == {(NOON, 5, "all")}
    assert {event.uuid for _, event in got} == {str(OutboxEvent.objects.get().uuid)}
    with pytest.raises(ValueError, match="another handler"):
        subscribe("test.delivered", "first", second)


def test_insert_rows_fills_defaults_and_answers_ids_in_order() -> None:
    ids = insert_rows(
        OutboxEvent,
        [
            {"at": NOON, "event": f"e{n}", "subject_kind": "x", "subject_id": n, "payload": [n, "“张”\\"]}
            for n in range(7000)
        ],
    )
    assert len(ids) == 7000
    for n in (0, 3333, 6999):
        found = OutboxEvent.objects.get(id=ids[n])
        assert (found.event, found.payload, found.at) == (f"e{n}", [n, "“张”\\"], NOON)
        assert found.uuid is not None


@pytest.mark.parametrize(
    "rows",
    [[{"event": "a"}, {"event": "a", "extra": 1}], [{"nonsense": 1}], [("a", 1)]],
)
def test_insert_rows_refuses_rows_that_do_not_fit(rows: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match=r"values|column"):
        insert_rows(OutboxEvent, rows)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_does_everything_and_leaves_nothing() -> None:
    with rehearse(WORKER) as work:  # one entry and nothing else: what a write sends without a transaction
        work.audit("platform", "test.rehearsed", "thing", 1, {})
    assert AuditRecord.objects.count() == 0
    with rehearse(WORKER) as work:
        bump("test")
        work.emit("test.happened", "thing", 1, {})
        with write(SYSTEM) as inner:
            assert inner is work
            OutboxEvent.objects.create(uuid=uuid4(), at=work.now, event="e", subject_kind="t", subject_id=1, payload={})
        assert OutboxEvent.objects.count() == 1
    assert (OutboxEvent.objects.count(), AuditRecord.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_raises_what_the_end_of_the_write_would_raise() -> None:
    with pytest.raises(TypeError), rehearse(WORKER) as work:
        work.audit("platform", "test.rehearsed", "thing", 1, {"no JSON": object()})
    with pytest.raises(RuntimeError, match="cannot be part"), write(WORKER), rehearse(WORKER):
        pass
