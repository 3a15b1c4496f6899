"""Backups hold everything, are checked before they change anything, and come back whole; on both databases."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from django.db import connection, connections
from django.utils import translation
from PIL import Image

from linli.config.commands.safety import restore
from linli.core.platform import public
from linli.core.platform.keeping import backup as backup_module
from linli.core.platform.keeping import backup_postgresql
from linli.core.platform.keeping.backup import RestoreReport
from linli.core.platform.models import AuditDetail, AuditRecord, Message
from linli.core.platform.public import (
    SYSTEM,
    BackupRefused,
    FileTrouble,
    ProgramTrouble,
    StoredFile,
    check_files,
    make_backup,
    now,
    open_variant,
    receive_photo,
    restore_backup,
    write,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.LINLI_HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def photo(shade: int) -> bytes:
    out = io.BytesIO()
    tiles = np.random.default_rng(shade).integers(0, 256, (12, 16, 3), dtype=np.uint8)
    Image.fromarray(tiles).resize((400, 300), Image.Resampling.NEAREST).save(out, "PNG")
    return out.getvalue()


def work_a_little(first: int, last: int) -> None:
    for number in range(first, last):
        file = receive_photo(photo(number))
        with write(SYSTEM) as work:
            work.audit("110101001", "test.photo", "file", file.pk, {"number": number})
        # A sealed value of a row that no work is waiting for.
        Message.objects.create(
            key=f"test {number}", channel="mail", template="test", language="zh-hans", envelope=f"to {number}",
            state=Message.State.SENT, at=now(), next_attempt_at=now(),
        )  # fmt: skip


def state() -> tuple[Any, ...]:
    """What a restore must bring back; records of backups themselves are left out."""
    return (
        sorted(StoredFile.objects.values_list("sha256", "media_type", "size_bytes")),
        sorted((row.key, row.envelope) for row in Message.objects.all()),
        sorted(AuditRecord.objects.exclude(chain="platform").values_list("chain", "seq", "action")),
    )


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    work_a_little(0, 5)
    target = tmp_path / "linli.tar"
    report = make_backup(target)
    assert (report.files, report.size_bytes) == (15, target.stat().st_size)
    return target


def test_what_was_lost_and_changed_afterwards_comes_back(saved: Path, home: Path) -> None:
    before = state()
    work_a_little(5, 8)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_message WHERE channel = 'mail'")
    for path in (home / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    report = restore_backup(saved, force=True)
    assert (report.findings, report.files) == ([], 15)
    assert state() == before
    for file in StoredFile.objects.all():
        for variant in ("received", "display", "thumb"):
            open_variant(file, variant).stream.close()
    work_a_little(8, 9)  # The database goes on counting where it stood.
    assert AuditRecord.objects.filter(action="backup.restore").count() == 1


def test_restoring_twice_gives_the_same(saved: Path) -> None:
    restore_backup(saved, force=True)
    once = state()
    restore_backup(saved, force=True)
    assert state() == once


def test_a_backup_is_for_its_owner_only_and_holds_no_key(saved: Path, settings: Any) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    content = saved.read_bytes()
    for entry in settings.LINLI_FIELD_KEYS.split(","):
        key = entry.partition(":")[2]
        assert key.encode() not in content
        assert base64.b64decode(key) not in content
    assert AuditRecord.objects.get(action="backup.make").subject_id == "linli.tar"
    assert [path.name for path in saved.parent.iterdir() if path.name != "home"] == ["linli.tar"]


def test_a_database_in_use_is_not_replaced_without_force(saved: Path) -> None:
    before = state()
    with pytest.raises(BackupRefused, match="--force"):
        restore_backup(saved)
    assert state() == before


def test_an_empty_database_needs_no_force(saved: Path) -> None:
    before = state()
    with connection.cursor() as cursor:
        for table in ("audit_record", "audit_detail", "audit_head", "message", "derivative", "stored_file"):
            cursor.execute(f"DELETE FROM platform_{table}")
    assert state() != before
    assert restore_backup(saved).findings == []
    assert state() == before


def test_an_existing_file_is_never_overwritten(saved: Path) -> None:
    content = saved.read_bytes()
    with pytest.raises(BackupRefused, match="exists already"):
        make_backup(saved)
    assert saved.read_bytes() == content
    with pytest.raises(BackupRefused, match="does not exist"):
        make_backup(saved.parent / "nowhere" / "x.tar")


def test_a_backup_that_is_cut_off_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work_a_little(0, 1)

    def fail(*args: object) -> None:
        raise OSError("disk gone")

    monkeypatch.setattr(backup_module, "_add", fail)
    with pytest.raises(OSError, match="disk gone"):
        make_backup(tmp_path / "x.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


Member = tuple[tarfile.TarInfo, bytes]


def rewritten(source: Path, change: Callable[[list[Member]], list[Member]]) -> Path:
    """The backup with other members."""
    with tarfile.open(source) as tar:
        members = [(entry, tar.extractfile(entry).read()) for entry in tar.getmembers()]  # type: ignore[union-attr]
    target = source.with_name("changed.tar")
    with tarfile.open(target, "w:") as tar:
        for entry, content in change(members):
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return target


def manifest_with(**changes: object) -> Callable[[list[Member]], list[Member]]:
    def change(members: list[Member]) -> list[Member]:
        entry, content = members[-1]
        return [*members[:-1], (entry, json.dumps(json.loads(content) | changes).encode())]

    return change


def flip(place: int) -> Callable[[list[Member]], list[Member]]:
    def change(members: list[Member]) -> list[Member]:
        entry, content = members[place]
        members[place] = (entry, content[:-5] + bytes([content[-5] ^ 1]) + content[-4:])
        return members

    return change


def no_sqlite(members: list[Member]) -> list[Member]:
    """A database member that is whole by its digest and no database."""
    words = gzip.compress(b"hello " * 1000)
    entry, manifest = members[-1]
    read = json.loads(manifest)
    read["members"][members[0][0].name] = {"sha256": hashlib.sha256(words).hexdigest(), "size": len(words)}
    return [(members[0][0], words), *members[1:-1], (entry, json.dumps(read).encode())]


def renamed(members: list[Member]) -> list[Member]:
    members[1][0].name = "files/received/../../../evil"
    return members


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (flip(0), "database in the backup was changed or is damaged"),
        (lambda members: members[1:], "holds no database"),
        (lambda members: members[:-1], "holds no manifest"),
        (lambda members: [*members, (tarfile.TarInfo("extra"), b"x")], "does not belong into it"),
        (lambda members: [*members, members[1]], "does not belong into it"),
        (renamed, "does not belong into it"),
        (manifest_with(format=99), "has format 99"),
        (manifest_with(database="oracle"), "oracle"),
        (manifest_with(program="other"), "manifest cannot be read"),
        (manifest_with(members=[]), "manifest cannot be read"),
        (no_sqlite, "database in the backup was changed or is damaged|pg_restore failed"),
    ],
)
def test_a_damaged_or_foreign_backup_changes_nothing(saved: Path, home: Path, change: Any, words: str) -> None:
    work_a_little(5, 6)
    before = state(), sorted(path.name for path in home.rglob("*"))
    with pytest.raises((BackupRefused, ProgramTrouble), match=words):
        restore_backup(rewritten(saved, change), force=True)
    assert (state(), sorted(path.name for path in home.rglob("*"))) == before


def rot(home: Path, tree: str, number: int = 0) -> str:
    """Flips one bit of a stored content, as a disk does; gives its SHA-256."""
    path = sorted(path for path in (home / "files" / tree).rglob("*") if path.is_file())[number]
    content = path.read_bytes()
    path.write_bytes(content[:-5] + bytes([content[-5] ^ 1]) + content[-4:])
    return path.name


def told(troubles: list[FileTrouble]) -> list[tuple[str, str, str, bool]]:
    return [(one.kind, one.tree, one.sha256, one.mended) for one in troubles]


def all_whole() -> bool:
    return check_files().troubles == []


def test_a_rotten_copy_is_named_drawn_anew_and_keeps_nothing_from_coming_back(tmp_path: Path, home: Path) -> None:
    work_a_little(0, 3)
    rotten = rot(home, "derived")
    first = make_backup(tmp_path / "first.tar")
    assert (told(first.troubles), first.files) == ([("damaged", "derived", rotten, True)], 8)
    second = make_backup(tmp_path / "second.tar")
    assert (second.troubles, second.files) == ([], 9)
    before = state()
    report = restore_backup(tmp_path / "first.tar", force=True)
    assert (report.findings, report.files) == ([], 8)
    assert state() == before
    assert all_whole()


def test_a_rotten_photo_is_named_and_the_rest_comes_back(tmp_path: Path, home: Path) -> None:
    work_a_little(0, 3)
    rotten = rot(home, "received")
    report = make_backup(tmp_path / "x.tar")
    assert told(report.troubles) == [("damaged", "received", rotten, False)]
    assert told(make_backup(tmp_path / "y.tar").troubles) == told(report.troubles), "it is told each time"
    shutil.rmtree(home / "files")
    restored = restore_backup(tmp_path / "x.tar", force=True)
    assert (told(restored.troubles), restored.files) == ([("missing", "received", rotten, False)], 8)
    for file in StoredFile.objects.all():
        open_variant(file, "display").stream.close()


def test_restoring_over_a_rotten_file_heals_it(saved: Path, home: Path) -> None:
    for tree in ("received", "derived"):
        rot(home, tree)
    report = restore_backup(saved, force=True)
    assert (report.troubles, report.files) == ([], 15)
    assert all_whole()


def test_what_rots_in_the_backup_itself_is_named_and_the_rest_comes_back(saved: Path, home: Path) -> None:
    with tarfile.open(saved) as tar:
        names = tar.getnames()
    received = names.index(next(name for name in names if name.startswith("files/received/")))
    derived = names.index(next(name for name in names if name.startswith("files/derived/")))
    shutil.rmtree(home / "files")
    spoilt = rewritten(saved, lambda members: flip(received)(flip(derived)(members)))
    report = restore_backup(spoilt, force=True)
    lost = [(one.kind, one.tree, one.mended) for one in report.troubles]
    assert sorted(lost) == [("damaged", "derived", True), ("damaged", "received", False)]
    assert report.files == 13


def test_a_file_that_a_row_names_and_nobody_has_is_told(tmp_path: Path, home: Path) -> None:
    work_a_little(0, 2)
    gone = StoredFile.objects.order_by("id")[0].sha256
    (home / "files" / "received" / gone[:2] / gone[2:4] / gone).unlink()
    assert told(make_backup(tmp_path / "x.tar").troubles) == [("missing", "received", gone, False)]


def test_what_was_erased_on_time_is_not_missed(tmp_path: Path, home: Path) -> None:
    work_a_little(0, 2)
    over = StoredFile.objects.order_by("id")[0]
    StoredFile.objects.filter(id=over.id).update(received_erased_at=now())
    (home / "files" / "received" / over.sha256[:2] / over.sha256[2:4] / over.sha256).unlink()
    report = make_backup(tmp_path / "x.tar")
    assert (report.troubles, report.files) == ([], 5)
    assert restore_backup(tmp_path / "x.tar", force=True).troubles == []


def test_a_backup_that_cannot_be_read_back_does_not_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a disk that loses what it took."""
    work_a_little(0, 2)
    fsync = os.fsync

    def lose(handle: int) -> None:
        fsync(handle)
        with suppress(OSError):
            path = Path(os.readlink(f"/proc/self/fd/{handle}"))
            if path.name == "x.tar.part":
                content = path.read_bytes()
                path.write_bytes(content[:2000] + b"?" + content[2001:])

    monkeypatch.setattr(backup_module.os, "fsync", lose)
    with pytest.raises(BackupRefused):
        make_backup(tmp_path / "x.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["home"]


def test_every_file_is_held_against_its_name_and_its_row(home: Path) -> None:
    work_a_little(0, 3)
    assert (check_files().read, check_files().troubles) == (9, [])
    copy, photo_ = rot(home, "derived"), rot(home, "received", 2)
    found = told(check_files().troubles)
    mendable = StoredFile.objects.get(derivatives__sha256=copy).sha256 != photo_
    assert sorted(found) == sorted([("damaged", "derived", copy, mendable), ("damaged", "received", photo_, False)])
    last = AuditDetail.objects.filter(chain="platform").order_by("-seq")[0]
    assert json.loads(last.content) == {"read": 9, "not_whole": 2 - mendable, "mended": int(mendable)}


def test_what_is_no_backup_is_refused(tmp_path: Path, saved: Path) -> None:
    (tmp_path / "text").write_text("hello")
    (tmp_path / "half").write_bytes(saved.read_bytes()[: saved.stat().st_size // 2])
    for name in ("text", "half", "absent"):
        with pytest.raises(BackupRefused):
            restore_backup(tmp_path / name, force=True)


def test_missing_field_keys_are_named_before_anything_is_restored(saved: Path, settings: Any) -> None:
    settings.LINLI_FIELD_KEYS = f"other:{base64.b64encode(b'x' * 32).decode()}"
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM platform_audit_record")
    with pytest.raises(BackupRefused, match="LINLI_FIELD_KEYS lacks demo"):
        restore_backup(saved)


def test_a_chain_that_was_changed_before_the_backup_is_found_after_the_restore(tmp_path: Path) -> None:
    work_a_little(0, 2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE platform_audit_record SET action = 'other' WHERE chain = '110101001' AND seq = 1")
    make_backup(tmp_path / "x.tar")
    assert restore_backup(tmp_path / "x.tar", force=True).findings != []


def test_a_backup_made_while_people_work_is_consistent(tmp_path: Path) -> None:
    work_a_little(0, 3)
    stop, wrong, done = threading.Event(), [], threading.Event()

    def keep_working() -> None:
        number = 100
        try:
            while not stop.is_set():
                work_a_little(number, number + 1)
                number += 1
                if number > 105:
                    done.set()
        except Exception as error:
            wrong.append(error)
            done.set()
        finally:
            connections.close_all()

    worker = threading.Thread(target=keep_working)
    worker.start()
    done.wait(30)
    make_backup(tmp_path / "x.tar")
    written = StoredFile.objects.count()
    stop.set()
    worker.join()
    assert wrong == []
    report = restore_backup(tmp_path / "x.tar", force=True)
    assert report.findings == []
    kept = StoredFile.objects.count()
    assert 8 <= kept <= written
    assert AuditRecord.objects.filter(action="test.photo").count() in (kept, kept - 1)
    for file in StoredFile.objects.all():
        open_variant(file, "received").stream.close()
        open_variant(file, "thumb").stream.close()


@pytest.mark.postgres
def test_a_missing_program_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(backup_postgresql, "Path", lambda place: tmp_path)
    with pytest.raises(ProgramTrouble, match=r"pg_dump was not found; install"):
        make_backup(tmp_path / "x.tar")
    assert not (tmp_path / "x.tar").exists()


@pytest.mark.postgres
def test_a_restore_that_fails_half_way_leaves_the_database_as_it_was(
    saved: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work_a_little(5, 6)
    before = state()
    run = backup_postgresql._run

    def spoil(words: list[str]) -> None:
        if "psql" in words[0]:
            script = Path(words[words.index("--file", words.index("--file") + 1) + 1])
            script.write_text(script.read_text(encoding="utf-8") + "SELECT 1/0;\n", encoding="utf-8")
        run(words)

    monkeypatch.setattr(backup_postgresql, "_run", spoil)
    with pytest.raises(ProgramTrouble, match="division by zero"):
        restore_backup(saved, force=True)
    assert state() == before


def test_the_command_says_when_the_backup_was_made_as_the_city_counts(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LINLI_HOME = tmp_path
    (tmp_path / "one.tar").touch()
    report = RestoreReport("2026-11-30T01:37:38.961656+00:00", "0.1.0", 7, [], [])
    monkeypatch.setattr(public, "restore_backup", lambda _file, force: report)
    done = CliRunner().invoke(restore, [str(tmp_path / "one.tar"), "--language", "zh-hans"])
    assert done.output == "已恢复 2026年11月30日 09:37 的备份（linli 0.1.0），含 7 个文件。\n"
