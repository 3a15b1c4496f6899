"""The audit trail: whatever is changed behind linli's back shows, and erasing on time does not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation
from django.utils.translation import override

from linli.core.platform import tasks
from linli.core.platform.keeping import housekeeping
from linli.core.platform.keeping.audit import subjects
from linli.core.platform.keeping.audit import verify as verify_module
from linli.core.platform.keeping.audit.roots import WrongDay
from linli.core.platform.keeping.housekeeping import (
    erase_expired_personal_values,
    erase_received_files,
    remove_orphaned_files,
)
from linli.core.platform.models import AuditDetail, AuditHead, AuditRecord, AuditRoot, OutboxEvent
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    Finding,
    clock_at,
    make_root,
    register_subject,
    verify,
    work_off,
    write,
)
from linli.core.platform.tasks import erase_audit_details, make_audit_root
from linli.core.platform.writing.chain import record_hash

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
WORKER = Actor("user", user_id=7, unit_id=3, origin="10.0.0.5", request_id="r-1", name="王芳")
A, B = "330102001000", "330102002000"


def row_digest(event: OutboxEvent) -> bytes:
    return sha256(f"{event.subject_id}|{event.event}".encode()).digest()


def live_digests() -> Iterator[tuple[str, bytes]]:
    for event in OutboxEvent.objects.iterator():
        yield str(event.subject_id), row_digest(event)


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    # Events stand in for an area's append-only rows.
    monkeypatch.setattr(subjects, "_subjects", {})
    register_subject("thing", live_digests)


def act(number: int, chain: str = A, *, keep_days: int | None = None) -> None:
    with write(WORKER) as work:
        event = OutboxEvent(subject_id=number, event="done")
        work.emit("done", "thing", number, {})
        digest = row_digest(event)
        work.audit(chain, "thing.do", "thing", number, {"n": number}, subject_digest=digest, keep_days=keep_days)


@pytest.fixture
def trail() -> str:
    """Two chains of ten and five records, a root over them, three records more; answers the root."""
    with clock_at(NOON):
        for number in range(10):
            act(number)
        for number in range(10, 15):
            act(number, B)
        root = make_root(date(2026, 11, 20)).root
        for number in range(15, 18):
            act(number)
    return root


def sql(statement: str, *parameters: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def findings(root: str | None = None) -> list[Finding]:
    with clock_at(NOON), override("en"):
        return verify(root)


def test_an_untouched_trail_is_clean(trail: str) -> None:
    assert findings() == []
    assert findings(trail) == []


def test_an_empty_trail_is_clean() -> None:
    assert findings() == []


RECORD_EDITS = {
    "at": "'2026-11-20 05:00:00.000001'",
    "actor_kind": "'system'",
    "actor_id": "8",
    "action": "'thing.undo'",
    "subject_kind": "'other'",
    "subject_id": "'99'",
    "digest": "hash",
    "subject_digest": "hash",
    "keep_until": "'2020-01-01'",
    "previous": "hash",
    "hash": "previous",
    "seq": "100",
    "chain": "'330102009000'",
}


def test_the_table_of_edits_names_every_column_of_a_record() -> None:
    assert set(RECORD_EDITS) == {field.name for field in AuditRecord._meta.concrete_fields}


@pytest.mark.parametrize("column", sorted(RECORD_EDITS))
@pytest.mark.parametrize("seq", [1, 4, 13])
def test_an_edited_field_of_a_record_is_found(trail: str, column: str, seq: int) -> None:
    sql(f"UPDATE platform_audit_record SET {column} = {RECORD_EDITS[column]} WHERE chain = %s AND seq = %s", A, seq)
    assert findings() != []


@pytest.mark.parametrize(
    "edit",
    [
        "salt = hash",
        "content = '{}'",
        "origin = '10.0.0.6'",
        "actor_name = '李四'",
        "unit_id = NULL",
        "request_id = ''",
        "keep_until = '2020-01-01'",
        "seq = 100",
        "chain = 'elsewhere'",
    ],
)
def test_an_edited_field_of_a_detail_is_found(trail: str, edit: str) -> None:
    edit = edit.replace("hash", "(SELECT hash FROM platform_audit_head LIMIT 1)")
    sql(f"UPDATE platform_audit_detail SET {edit} WHERE chain = %s AND seq = 4", A)
    assert any(finding.kind == "detail" for finding in findings())


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (f"DELETE FROM platform_audit_record WHERE chain = '{A}' AND seq = 4", "record"),
        (f"DELETE FROM platform_audit_record WHERE chain = '{A}' AND seq = 1", "record"),
        (f"DELETE FROM platform_audit_record WHERE chain = '{A}' AND seq = 13", "head"),
        (f"DELETE FROM platform_audit_detail WHERE chain = '{A}' AND seq = 4", "detail"),
        (f"DELETE FROM platform_audit_head WHERE chain = '{A}'", "head"),
        (f"UPDATE platform_audit_head SET seq = seq - 1 WHERE chain = '{A}'", "head"),
        (f"UPDATE platform_audit_head SET hash = (SELECT hash FROM platform_audit_record WHERE chain = '{A}' "
         f"AND seq = 2) WHERE chain = '{A}'", "head"),
        (f"UPDATE platform_audit_head SET chain = 'elsewhere' WHERE chain = '{A}'", "head"),
        ("DELETE FROM platform_audit_record", "head"),
        ("DELETE FROM platform_audit_detail", "detail"),
        ("DELETE FROM platform_audit_head", "head"),
        ("UPDATE platform_audit_root SET heads = '[]'", "root"),
        ("UPDATE platform_audit_root SET root = previous", "root"),
        ("UPDATE platform_audit_root SET previous = root", "root"),
        ("UPDATE platform_audit_root SET day = '2026-11-19'", "root"),
        ("UPDATE platform_outbox_event SET event = 'undone' WHERE subject_id = 4", "subject"),
        ("UPDATE platform_outbox_event SET subject_id = 5 WHERE subject_id = 4", "subject"),
        ("DELETE FROM platform_outbox_event WHERE subject_id = 4", "subject"),
        ("DELETE FROM platform_outbox_event", "subject"),
    ],
)  # fmt: skip
def test_what_is_removed_or_edited_is_found(trail: str, statement: str, kind: str) -> None:
    sql(statement)
    assert kind in {finding.kind for finding in findings()}


def test_a_record_rehashed_alone_does_not_fit_the_next_one(trail: str) -> None:
    record = AuditRecord.objects.get(chain=A, seq=4)
    own = record_hash(
        chain=A, seq=4, at=record.at, actor_kind=record.actor_kind, actor_id=record.actor_id, action="thing.forged",
        subject_kind=record.subject_kind, subject_id=record.subject_id, digest=bytes(record.digest),
        subject_digest=bytes(record.subject_digest), keep_until=record.keep_until, previous=bytes(record.previous),
    )  # fmt: skip
    AuditRecord.objects.filter(chain=A, seq=4).update(action="thing.forged", hash=own)
    assert [finding.place for finding in findings()] == [f"{A}:5"]


def test_missing_records_are_named_by_their_numbers(trail: str) -> None:
    sql("DELETE FROM platform_audit_record WHERE chain = %s AND seq IN (4, 5)", A)
    assert "The records between 3 and 6 are missing." in {finding.sentence for finding in findings()}


def test_a_root_removed_from_between_is_found() -> None:
    with clock_at(NOON):
        for day in (20, 21, 22):
            act(day)
            make_root(date(2026, 11, day))
    AuditRoot.objects.filter(day=date(2026, 11, 21)).delete()
    assert [finding.place for finding in findings()] == ["root 2026-11-22"]


def test_a_row_that_no_record_knows_is_found_by_its_subject(trail: str) -> None:
    OutboxEvent.objects.create(at=NOON, event="done", subject_kind="thing", subject_id=4, payload={})
    assert [(finding.kind, finding.place) for finding in findings()] == [("subject", "thing 4")]


def cut_tail(chain: str, to: int) -> None:
    """Removes the tail as somebody would who knows how heads and bound rows work."""
    subjects_gone = list(AuditRecord.objects.filter(chain=chain, seq__gt=to).values_list("subject_id", flat=True))
    OutboxEvent.objects.filter(subject_id__in=[int(number) for number in subjects_gone]).delete()
    sql("DELETE FROM platform_audit_detail WHERE chain = %s AND seq > %s", chain, to)
    sql("DELETE FROM platform_audit_record WHERE chain = %s AND seq > %s", chain, to)
    if to:
        last = AuditRecord.objects.get(chain=chain, seq=to)
        AuditHead.objects.filter(chain=chain).update(seq=to, hash=last.hash)
    else:
        AuditHead.objects.filter(chain=chain).delete()


def test_a_tail_removed_with_its_head_is_found_by_the_root(trail: str) -> None:
    cut_tail(A, 6)
    assert "root" in {finding.kind for finding in findings(trail)}


def test_a_chain_removed_with_its_head_is_found_by_the_root(trail: str) -> None:
    cut_tail(B, 0)
    assert {finding.kind for finding in findings(trail)} == {"root"}


def test_emptied_tables_are_found_by_the_root_kept_elsewhere(trail: str) -> None:
    for model in (AuditRoot, AuditHead, AuditDetail, AuditRecord, OutboxEvent):
        model._default_manager.all().delete()
    # The control: without a root kept elsewhere an empty database looks like a new one.
    assert findings() == []
    assert {finding.kind for finding in findings(trail)} == {"root"}


def rehash(chain: str, action: str) -> None:
    """Changes the first record and recomputes everything after it, as a keeper of the database could."""
    previous = bytes(32)
    for record in AuditRecord.objects.filter(chain=chain).order_by("seq"):
        if record.seq == 1:
            record.action = action
        own = record_hash(
            chain=chain, seq=record.seq, at=record.at, actor_kind=record.actor_kind, actor_id=record.actor_id,
            action=record.action, subject_kind=record.subject_kind, subject_id=record.subject_id,
            digest=bytes(record.digest), subject_digest=bytes(record.subject_digest), keep_until=record.keep_until,
            previous=previous,
        )  # fmt: skip
        changed = AuditRecord.objects.filter(chain=chain, seq=record.seq)
        changed.update(action=record.action, previous=previous, hash=own)
        previous = own
        AuditHead.objects.filter(chain=chain).update(seq=record.seq, hash=own)


def test_a_recomputed_chain_is_found_by_the_root_even_when_the_stored_roots_were_remade(trail: str) -> None:
    rehash(A, "thing.forged")
    assert "root" in {finding.kind for finding in findings()}
    AuditRoot.objects.all().delete()
    # The control: whoever also remakes the roots deceives the database alone, not the root kept outside.
    assert findings() == []
    with clock_at(NOON):
        make_root(date(2026, 11, 20))
    assert findings() == []
    assert [finding.sentence for finding in findings(trail)] == [
        "The root kept elsewhere is not in the database any more."
    ]


def test_roots_kept_in_a_file_are_all_checked(trail: str, tmp_path: Path) -> None:
    with clock_at(NOON):
        second = make_root(date(2026, 11, 21)).root
        kept = tmp_path / "roots.txt"
        kept.write_text(f"2026-11-20 {trail}\n\n{second}\n", encoding="utf-8")
        assert verify(roots_file=kept) == []
        kept.write_text(f"2026-11-19 {trail}\n", encoding="utf-8")
        assert [finding.kind for finding in verify(roots_file=kept)] == ["root"]
        AuditRoot.objects.filter(day=date(2026, 11, 20)).delete()
        kept.write_text(f"2026-11-20 {trail}\n", encoding="utf-8")
        assert {finding.kind for finding in verify(roots_file=kept)} == {"root"}


@pytest.mark.parametrize("text", ["abc", "g" * 64, "a day 2026"])
def test_a_root_that_is_none_is_refused_by_name(text: str) -> None:
    with override("en"), pytest.raises(ValueError, match="64 hexadecimal"):
        verify(text)


def test_a_root_is_made_once_a_day_and_continues_the_one_before() -> None:
    with clock_at(NOON):
        act(1)
        first = make_root(date(2026, 11, 20))
        act(2)
        assert make_root(date(2026, 11, 20)).root == first.root
        second = make_root(date(2026, 11, 21))
        assert second.previous == first.root


@pytest.mark.parametrize(("days", "made"), [(7, True), (8, False), (400, False)])
def test_a_root_far_after_everything_recorded_is_refused(days: int, made: bool) -> None:
    with clock_at(NOON), translation.override("en"):
        act(1)
        if made:
            make_root(NOON.date() + timedelta(days=days))
        else:
            with pytest.raises(WrongDay, match="Nobody has done anything since 2026-11-20"):
                make_root(NOON.date() + timedelta(days=days))
    assert AuditRoot.objects.count() == made


def test_a_root_made_under_a_wrong_clock_stands_in_nobodys_way() -> None:
    wrong = NOON + timedelta(days=400)
    with clock_at(NOON):
        act(1)
        first = make_root(date(2026, 11, 20))
    with clock_at(wrong):
        act(2)
        far = make_root(wrong.date())
    with clock_at(NOON + timedelta(days=1)):
        act(3)
        back = make_root(date(2026, 11, 21))
        act(4)
        last = make_root(date(2026, 11, 22))
    assert [far.previous, back.previous, last.previous] == [first.root, far.root, back.root]
    assert findings() == []
    for kept in (first.root, far.root, back.root, last.root):
        assert findings(kept) == []
    far.delete()
    assert {finding.kind for finding in findings(last.root)} == {"root"}


def test_two_roots_do_not_continue_the_same_one() -> None:
    with clock_at(NOON):
        act(1)
        first = make_root(date(2026, 11, 20))
        make_root(date(2026, 11, 21))
        with pytest.raises(IntegrityError), transaction.atomic():
            AuditRoot.objects.create(day=date(2026, 11, 25), at=NOON, previous=first.root, heads="[]", root="0" * 64)


@pytest.mark.parametrize(
    "job",
    [erase_audit_details, erase_expired_personal_values, erase_received_files, remove_orphaned_files, make_audit_root],
)
def test_nothing_is_erased_under_a_clock_that_runs_ahead(monkeypatch: pytest.MonkeyPatch, job: Any) -> None:
    done: list[str] = []
    for module, name in (
        (housekeeping, "erase_expired"), (housekeeping, "erase_received"), (housekeeping, "remove_orphans"), (tasks, "make_root"),
    ):  # fmt: skip
        monkeypatch.setattr(module, name, lambda *_given: done.append("done"))
    with clock_at(NOON):
        act(1, keep_days=10)
    with clock_at(NOON + timedelta(days=400)):
        for _again in range(2):
            with write(SYSTEM) as work:
                job(work, {})
                # What linli does by itself under that clock, such as escalating what seems late, makes it no truer.
                work.audit(A, "case.escalate", "case", 1, {})
        assert (done, AuditDetail.objects.filter(keep_until__lt=NOON.date() + timedelta(days=400)).count()) == ([], 1)
        act(2)  # somebody works: the clock is right after all
        with write(SYSTEM) as work:
            job(work, {})
        left = AuditDetail.objects.filter(keep_until__lt=NOON.date() + timedelta(days=400)).count()
        assert (done, left) == (([], 0) if job is erase_audit_details else (["done"], 1))


def test_how_long_a_detail_is_kept_counts_the_days_of_the_city() -> None:
    """Half past midnight of 20 November in the city is the 19th in UTC; ten days later is the 30th, to its last minute."""
    with clock_at(datetime(2026, 11, 19, 16, 30, tzinfo=UTC)):
        act(1, keep_days=10)
    assert AuditDetail.objects.get().keep_until == date(2026, 11, 30)
    for at, left in ((datetime(2026, 11, 30, 15, 59, tzinfo=UTC), 1), (datetime(2026, 11, 30, 16, 1, tzinfo=UTC), 0)):
        with clock_at(at):
            act(2, keep_days=400)  # somebody works, so the clock is believed
            with write(SYSTEM) as work:
                erase_audit_details(work, {})
            assert AuditDetail.objects.filter(chain=A, seq=1).count() == left
            assert list(verify()) == []


def test_erasing_details_on_time_leaves_the_trail_clean() -> None:
    with clock_at(NOON):
        act(1, keep_days=10)
        act(2, keep_days=400)
    with clock_at(NOON + timedelta(days=11)):
        act(3, keep_days=400)
        with write(WORKER) as work:
            erase_audit_details(work, {})
        assert list(AuditDetail.objects.exclude(chain="platform").values_list("seq", flat=True)) == [2, 3]
        assert verify() == []


def test_a_detail_is_kept_through_its_last_day() -> None:
    with clock_at(NOON):
        act(1, keep_days=10)
    with clock_at(NOON + timedelta(days=10)):
        with write(WORKER) as work:
            erase_audit_details(work, {})
        assert AuditDetail.objects.filter(chain=A).exists()
        AuditDetail.objects.filter(chain=A).delete()
        assert [finding.kind for finding in verify()] == ["detail"]


def test_records_bound_to_rows_that_nobody_can_recompute_are_named(trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_subjects", {})
    assert [finding.place for finding in findings()] == ["thing"]


def test_a_state_that_contradicts_its_history_is_reported(trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_subjects", {})
    register_subject("thing", live_digests, lambda: ["thing 3 stands at closed, its history says filed."])
    assert [finding.kind for finding in findings()] == ["state"]


def test_reading_in_small_slices_finds_the_same(trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.core.platform.keeping.audit.reading.SLICE", 3)
    assert findings(trail) == []
    sql("DELETE FROM platform_audit_record WHERE chain = %s AND seq = 6", A)
    assert {finding.kind for finding in findings()} == {"record", "detail", "subject"}


def test_verification_stops_when_everything_is_wrong(trail: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_module, "MAX_FINDINGS", 5)
    sql("UPDATE platform_audit_record SET action = 'x'")
    assert len(findings()) == 5


def test_the_daily_jobs_run_from_the_queue() -> None:
    from linli.core.platform.writing.jobs.queue import ensure_periodic

    with clock_at(NOON):
        act(1)
        ensure_periodic(NOON)
    with clock_at(NOON + timedelta(days=1)):
        assert work_off() >= 3
    assert AuditRoot.objects.get().day == date(2026, 11, 20)
