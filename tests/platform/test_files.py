"""Receiving, keeping, showing and cleaning up photos and voice notes."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import threading
from collections import namedtuple
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections, models
from django.http import Http404
from django.test import RequestFactory
from django.test.utils import isolate_apps
from django.utils import translation
from PIL import Image

from linli.core.platform.keeping import evidence
from linli.core.platform.keeping import files as files_module
from linli.core.platform.keeping.storage import LocalStorage
from linli.core.platform.public import (
    Derivative,
    FileRefused,
    StorageFull,
    StoredFile,
    StoredFileId,
    clock_at,
    file_response,
    now,
    open_variant,
    receive_photo,
    receive_voice,
    remove_orphans,
)
from linli.core.platform.rationing import turns
from linli.lib.apart import Children
from tests.lib.test_voices import recording

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    settings.LINLI_HOME = tmp_path
    return tmp_path


def photo(colour: str = "red", **exif: str) -> bytes:
    out = io.BytesIO()
    block = Image.Exif()
    block[0x010F] = exif.get("maker", "SecretPhone")
    Image.new("RGB", (640, 480), colour).save(out, "JPEG", exif=block)
    return out.getvalue()


def shut(response: Any) -> None:
    """Closes the file of an answer; close() would also end the request, and with it the test's database connection."""
    for close in response._resource_closers:
        close()


def on_disk(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "files").rglob("*") if path.is_file() and path.name != ".lock")


def test_a_photo_is_kept_as_received_and_shown_as_copies(home: Path) -> None:
    content = photo()
    file = receive_photo(io.BytesIO(content), "IMG_1.jpg")
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.kind, file.media_type, file.width_px, file.height_px) == ("photo", "image/jpeg", 640, 480)
    with open_variant(file, "received").stream as stream:
        assert stream.read() == content
    for variant, width_px in (("display", 640), ("thumb", 320)):
        opened = open_variant(file, variant)  # type: ignore[arg-type]
        with opened.stream as stream:
            copy = stream.read()
        assert (opened.media_type, opened.size_bytes) == ("image/jpeg", len(copy))
        assert opened.sha256 == hashlib.sha256(copy).hexdigest()
        assert b"Secret" not in copy
        assert Image.open(io.BytesIO(copy)).width == width_px
    assert len(on_disk(home)) == 3
    assert {path.parts[-4] for path in (home / "files").rglob("*") if path.is_file() and path.name != ".lock"} == {
        "received", "derived",
    }  # fmt: skip


def test_the_same_photo_twice_is_stored_once_and_not_decoded_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = receive_photo(photo())
    monkeypatch.setattr("linli.lib.pictures.read_picture", None)
    second = receive_photo(photo())
    assert first.pk == second.pk
    assert (StoredFile.objects.count(), Derivative.objects.count(), len(on_disk(home))) == (1, 2, 3)


def test_a_voice_note_is_kept_and_shown_as_m4a() -> None:
    file = receive_voice(recording(seconds=1.0), "note.webm")
    assert (file.kind, file.media_type, round(file.duration_s or 0)) == ("voice", "audio/webm", 1)
    opened = open_variant(file, "display")
    with opened.stream as stream:
        assert stream.read()[4:8] == b"ftyp"
    assert opened.media_type == "audio/mp4"
    with pytest.raises(Derivative.DoesNotExist):
        open_variant(file, "thumb")


@pytest.mark.parametrize(
    ("name", "content", "code", "chinese", "english"),
    [
        ("a.svg", b"<svg/>", "file_vector", "“a.svg”是矢量图", "a.svg is a drawing"),
        ("page.jpg", b"<html><script>", "file_not_a_photo", "“page.jpg”不是照片", "page.jpg is not a photo"),
        ("../../etc/pass\nwd", b"", "file_empty", "passwd是空的", "passwd is empty"),
        ("", photo()[:300], "file_damaged", "照片已损坏", "The photo is damaged"),
        ("big.jpg", b"\xff\xd8\xff" + b"\0" * (64 << 20), "file_too_large", "big.jpg超过 64 MB", "big.jpg is larger"),
    ],
    ids=["svg", "html", "empty", "cut", "large"],
)
def test_a_refused_photo_names_the_file_and_the_mend_and_leaves_nothing(
    home: Path, name: str, content: bytes, code: str, chinese: str, english: str
) -> None:
    for language, sentence in (("zh-hans", chinese), ("en", english)):
        with translation.override(language), pytest.raises(FileRefused) as caught:
            receive_photo(content, name, field="photo")
        assert caught.value.sentence.startswith(sentence)
        assert (caught.value.code, caught.value.field, caught.value.status) == (code, "photo", 422)
    assert not StoredFile.objects.exists()
    assert not (home / "files").exists()


def test_a_refused_voice_note_has_a_sentence() -> None:
    with translation.override("zh-hans"), pytest.raises(FileRefused, match="不是语音"):
        receive_voice(b"<html>", "a.mp3")


def test_every_reason_has_a_sentence_in_both_languages() -> None:
    reasons = {
        "photo": "empty too_large not_a_photo vector too_many_pixels too_small moving damaged",
        "voice": "empty too_large not_a_voice video too_long too_short damaged",
    }
    for kind, names in reasons.items():
        sentence_of = getattr(files_module, f"_{kind}_sentence")
        for reason in names.split():
            with translation.override("en"):
                english = sentence_of(reason, "x.bin")
            with translation.override("zh-hans"):
                chinese = sentence_of(reason, "x.bin")
            assert english.startswith("x.bin ")
            assert chinese != english
            assert not set("！!") & set(chinese)


def test_a_full_disk_is_refused_with_a_sentence_before_writing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage(10, 10, 1000))
    with pytest.raises(StorageFull) as caught:
        receive_photo(photo())
    assert (caught.value.status, caught.value.code) == (507, "disk_full")
    assert not StoredFile.objects.exists()
    assert on_disk(home) == []


def test_a_disk_that_fills_up_while_writing_leaves_no_half_file(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageFull):
        receive_photo(photo())
    assert not StoredFile.objects.exists()
    assert on_disk(home) == []


@pytest.mark.django_db(transaction=True)
def test_one_photo_sent_by_many_at_once_is_stored_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = replace(turns.lines(), staff=Children(places=3, waiting=3))
    monkeypatch.setattr(turns, "lines", lambda: lines)
    content, gate, ids, wrong = photo(), threading.Barrier(6), [], []

    def send() -> None:
        try:
            gate.wait()
            ids.append(receive_photo(content).pk)
        except Exception as error:
            wrong.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(ids) == 6
    assert len(set(ids)) == 1
    assert (StoredFile.objects.count(), Derivative.objects.count(), len(on_disk(home))) == (1, 2, 3)


def aged(home: Path, days: float) -> None:
    """Makes every content on disk look `days` old."""
    at = (now() - timedelta(days=days)).timestamp()
    for path in (home / "files").rglob("*"):
        if path.is_file():
            os.utime(path, (at, at))


@pytest.mark.django_db(transaction=True)
@isolate_apps("linli.core.platform")
def test_what_nothing_refers_to_goes_after_a_week_and_the_rest_stays(home: Path, monkeypatch: Any) -> None:
    kept_by_relation, kept_by_id, orphan = (receive_photo(photo(colour)) for colour in ("red", "green", "blue"))

    class Album(models.Model):
        cover = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
        back_id = StoredFileId()

        class Meta:
            app_label = "platform"
            db_table = "test_album"

    with connection.schema_editor() as editor:
        editor.create_model(Album)
    try:
        Album._default_manager.create(cover=kept_by_relation, back_id=kept_by_id.pk)
        # A model of an isolated registry stands beside those of the process.
        known = [*apps.get_models(include_auto_created=True), Album]
        monkeypatch.setattr(evidence, "apps", SimpleNamespace(get_models=lambda **_wanted: known))
        with clock_at(now() + timedelta(days=6.9)):
            assert remove_orphans() == {"rows": 0, "contents": 0}
        with clock_at(now() + timedelta(days=7.1)):
            # The bytes of a row go one run later than the row: a roll-back must never leave a row without bytes.
            assert remove_orphans() == {"rows": 1, "contents": 0}
            assert remove_orphans() == {"rows": 0, "contents": 3}
            assert remove_orphans() == {"rows": 0, "contents": 0}
        assert not StoredFile.objects.filter(pk=orphan.pk).exists()
        for file in (kept_by_relation, kept_by_id):
            for variant in ("received", "display", "thumb"):
                open_variant(file, variant).stream.close()
        assert len(on_disk(home)) == 6
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(Album)


def test_sending_an_orphan_again_keeps_it(home: Path) -> None:
    file = receive_photo(photo())
    with clock_at(now() + timedelta(days=6)):
        assert receive_photo(photo()).pk == file.pk
    with clock_at(now() + timedelta(days=8)):
        assert remove_orphans()["rows"] == 0


def test_bytes_without_a_row_go_after_a_week_and_half_written_ones_too(home: Path) -> None:
    place = LocalStorage(home / "files")
    place.put("received", "a" * 64, b"stray")
    (home / "files" / "received" / "aa" / "aa" / ".part-xyz").write_bytes(b"half")
    assert remove_orphans()["contents"] == 0
    aged(home, 8)
    assert remove_orphans()["contents"] == 1
    assert on_disk(home) == []


def test_a_content_put_again_is_not_taken_away_as_stray(home: Path) -> None:
    place = LocalStorage(home / "files")
    place.put("received", "a" * 64, b"stray")
    aged(home, 8)
    place.put("received", "a" * 64, b"stray")
    assert remove_orphans()["contents"] == 0
    assert place.remove_unless_newer("received", "a" * 64, now() - timedelta(days=7)) is False


@pytest.mark.parametrize("sha256", ["../../../etc/passwd", "A" * 64, "a" * 63, ""])
def test_no_name_leads_out_of_the_folder(home: Path, sha256: str) -> None:
    with pytest.raises(ValueError, match="no place"):
        LocalStorage(home / "files").open("received", sha256)


def test_received_bytes_are_saved_and_not_shown() -> None:
    html_like = photo() + b"<html><script>alert(1)</script>"
    response = file_response(RequestFactory().get("/"), receive_photo(html_like), "received")
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert "no-store" in response.headers["Cache-Control"]
    shut(response)


def test_a_copy_may_be_cached_and_is_answered_304() -> None:
    file = receive_photo(photo())
    response = file_response(RequestFactory().get("/"), file, "thumb")
    assert "immutable" in response.headers["Cache-Control"]
    assert "private" in response.headers["Cache-Control"]
    shut(response)
    again = file_response(RequestFactory().get("/", headers={"If-None-Match": response.headers["ETag"]}), file, "thumb")
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-1", 206, 0, 1),
        ("bytes=100-", 206, 100, None),
        ("bytes=-10", 206, -10, None),
        ("bytes=5-99999999", 206, 5, None),
        ("bytes=99999999-", 416, 0, 0),
        ("bytes=-0", 416, 0, 0),
        ("bytes=5-2", 200, 0, None),
        ("bytes=0-1,4-5", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=-", 200, 0, None),
    ],
)
def test_a_phone_can_ask_for_a_part_of_the_sound(asked: str, status: int, first: int, last: int | None) -> None:
    file = receive_photo(photo())
    with open_variant(file, "display").stream as stream:
        whole = stream.read()
    response = file_response(RequestFactory().get("/", headers={"Range": asked}), file, "display")
    assert response.status_code == status
    body = b"".join(response) if response.streaming else response.content  # type: ignore[attr-defined]
    if status == 416:
        assert response.headers["Content-Range"] == f"bytes */{len(whole)}"
    else:
        assert body == whole[first : None if last is None else last + 1]
        assert int(response.headers.get("Content-Length", len(body))) == len(body)
    shut(response)


def test_a_variant_that_does_not_exist_is_a_404(home: Path) -> None:
    file = receive_photo(photo())
    for path in (home / "files" / "received").rglob(file.sha256):
        path.unlink()
    with pytest.raises(Http404):
        file_response(RequestFactory().get("/"), file, "received")
