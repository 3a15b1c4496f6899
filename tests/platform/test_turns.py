"""Who gets a turn with costly work, and that everybody else is answered meanwhile."""

from __future__ import annotations

import http.client
import io
import json
import resource
import threading
import time
from collections import Counter
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from linli.core.platform.public import FileRefused, StoredFile, TooBusy, TooMany, clock_at, now, receive_photo
from linli.core.platform.rationing import turns
from linli.lib.apart import Busy, Children, Turns
from tests.city import COMMUNITY, TestCity, build_city
from tests.platform.test_killed_server import Server

pytestmark = pytest.mark.django_db


def png(number: int = 0, width_px: int = 400, height_px: int = 300) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (width_px, height_px), (number % 256, 2, 3, 40)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def full_line(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The strangers' line is full: somebody is inside and nobody may wait."""
    children = Children(waiting=0)
    mine = replace(turns.lines(), stranger=children)
    monkeypatch.setattr(turns, "lines", lambda: mine)
    with children.child():
        yield
    children.close()


def test_a_full_line_of_strangers_answers_at_once_and_leaves_the_staff_theirs(full_line: None) -> None:
    with pytest.raises(TooBusy) as caught:
        receive_photo(png(), stranger="203.0.113.7", field="photos")
    assert (caught.value.status, caught.value.code, caught.value.retry_after_s) == (503, "busy", 3)
    assert caught.value.field == "photos"
    assert not StoredFile.objects.exists()
    assert receive_photo(png()).width_px == 400


def test_page_and_api_say_when_to_come_back(full_line: None, city: TestCity) -> None:
    client = Client()
    form = {"file": SimpleUploadedFile("a.png", png()), "kind": "photo"}
    answer = client.post("/api/v1/public/files", form, headers={"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()["code"]) == (503, "3", "busy")
    page = client.post(
        reverse("public-report"),
        {
            "effect_id": str(uuid4()), "description": "井盖缺失", "area_code": COMMUNITY,
            "photos": [SimpleUploadedFile("a.png", png())],
        },
    )  # fmt: skip
    assert (page.status_code, page.headers["Retry-After"]) == (503, "3")
    assert "服务器正在处理其他文件" in page.content.decode()
    assert "井盖缺失" in page.content.decode()


def test_who_is_told_to_come_back_uses_up_nothing_by_coming_back(full_line: None, city: TestCity) -> None:
    client = Client()
    for _ in range(25):  # 20 reports pass in ten minutes
        form = {"effect_id": str(uuid4()), "description": "井盖缺失", "area_code": COMMUNITY}
        photos = {"photos": [SimpleUploadedFile("a.png", png())]}
        assert client.post(reverse("public-report"), form | photos).status_code == 503
    assert client.post(reverse("public-report"), form).status_code == 302
    for _ in range(65):  # and 60 uploads
        upload = {"file": SimpleUploadedFile("a.png", png()), "kind": "photo"}
        answer = client.post("/api/v1/public/files", upload, headers={"Idempotency-Key": str(uuid4())})
        assert answer.status_code == 503


def test_an_address_has_a_budget_of_pixels_and_the_staff_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "STRANGER_KILOPIXELS", 500)
    at = now()
    with clock_at(at):
        for number in range(4):  # 121 thousand each
            receive_photo(png(number), stranger="203.0.113.7")
        with pytest.raises(TooMany) as caught:
            receive_photo(png(5), stranger="203.0.113.7")
        assert (caught.value.status, caught.value.retry_after_s) == (429, 600)
        assert receive_photo(png(1), stranger="203.0.113.7").width_px == 400  # known: nothing to decode
        assert receive_photo(png(6), stranger="203.0.113.8").width_px == 400
        assert receive_photo(png(7)).width_px == 400
    with clock_at(at + turns.STRANGER_SPAN):
        assert receive_photo(png(5), stranger="203.0.113.7").width_px == 400


def test_a_picture_beyond_the_limit_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "STRANGER_KILOPIXELS", 500)
    for _attempt in range(3):
        with pytest.raises(FileRefused):
            receive_photo(png(0, 10_000, 2_501), stranger="203.0.113.7")
    assert receive_photo(png(), stranger="203.0.113.7").width_px == 400


@pytest.mark.parametrize(("threads", "held"), [(1, 1), (2, 1), (4, 2), (5, 3), (8, 6), (16, 14)])
def test_all_lines_together_leave_two_threads(threads: int, held: int) -> None:
    lines = turns.lines_for.__wrapped__(threads)
    doors = [lines.bodies.held, lines.stranger.turns.turn, lines.staff.turns.turn, lines.passwords.turn] * threads
    leave, sent_away, at_the_door = threading.Event(), threading.Semaphore(0), []

    def ask(door: Any) -> None:
        try:
            with door():
                leave.wait(20)
        except Busy:
            sent_away.release()

    for door in doors:
        asker = threading.Thread(target=ask, args=(door,))
        asker.start()
        at_the_door.append(asker)
    for _ in range(len(doors) - held):
        assert sent_away.acquire(timeout=10)
    assert sum(asker.is_alive() for asker in at_the_door) == held
    leave.set()
    for asker in at_the_door:
        asker.join(20)


@pytest.mark.parametrize("threads", [4, 5, 8, 16, 64])
def test_what_strangers_begin_leaves_passwords_and_staff_a_turn(threads: int) -> None:
    lines = turns.lines_for.__wrapped__(threads)
    with ExitStack() as held:
        for door in (lines.bodies, lines.stranger.turns.room):
            with suppress(Busy):
                while True:
                    held.enter_context(door.held())
        for turn in (lines.passwords.turn, lines.staff.turns.turn):
            with turn():
                pass
    for _ in range(3):  # and every place is given back
        with lines.bodies.held(), lines.passwords.turn():
            pass


@pytest.mark.parametrize(("threads", "at_once"), [(2, 1), (4, 2), (5, 3), (8, 5), (16, 13)])
def test_who_signs_in_at_the_same_moment_as_others_waits_instead_of_being_sent_away(threads: int, at_once: int) -> None:
    lines = turns.lines_for.__wrapped__(threads)
    assert _got_in(lines.passwords, at_once) == at_once
    assert _got_in(lines.passwords, threads + 1) < threads


def _got_in(line: Turns, askers: int) -> int:
    """How many of so many who come while the first are at it get their turn, each as long as a password takes."""
    begun, done = threading.Barrier(askers), []

    def ask() -> None:
        begun.wait(10)
        with suppress(Busy), line.turn():
            threading.Event().wait(0.2)
            done.append(1)

    people = [threading.Thread(target=ask) for _ in range(askers)]
    for one in people:
        one.start()
    for one in people:
        one.join(20)
    return len(done)


def test_the_lines_are_those_of_the_threads_that_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's process may have counted by another number before it knew."""
    monkeypatch.setenv("LINLI_REQUEST_THREADS", "8")
    assert turns.lines().bodies.most == 3
    monkeypatch.setenv("LINLI_REQUEST_THREADS", "4")
    assert turns.lines().bodies.most == 1


def test_a_body_beyond_any_upload_is_refused_by_its_header(city: TestCity, settings: Any) -> None:
    settings.LINLI_MAX_BODY_BYTES = 1000
    client = Client()
    form = {"file": SimpleUploadedFile("a.png", b"x" * 2000), "kind": "photo"}
    answer = client.post("/api/v1/public/files", form, headers={"Idempotency-Key": str(uuid4())})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    page = client.post("/report/", {"photos": [SimpleUploadedFile("a.png", b"x" * 2000)]})
    assert page.status_code == 413
    assert "请减少照片，或换小一些的。" in page.content.decode()
    assert client.post("/report/", {"effect_id": "x"}).status_code == 422


def test_text_that_no_form_holds_is_refused(city: TestCity) -> None:
    client = Client(raise_request_exception=False)
    assert client.post("/report/", {"description": "字" * 800_000}).status_code == 400
    assert client.post("/report/", {f"f{number}": "x" for number in range(1001)}).status_code == 400


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_others_are_answered_while_strangers_send_large_pictures(transactional_db: None, tmp_path: Path) -> None:
    build_city()
    server = Server(tmp_path / "log", 9, "--workers", "1")
    server.start()
    try:
        _wait_until_it_answers(server.port)
        answers: list[tuple[int, str | None, float]] = []
        senders = [
            threading.Thread(target=_send, args=(server.port, png(n, 10_000, 2_500), answers)) for n in range(12)
        ]
        for sender in senders:
            sender.start()
        waits, held_mb, readers = [], 0, 0
        while any(sender.is_alive() for sender in senders):
            begun = time.monotonic()
            assert _asked(server.port, "GET", "/healthz")[0] == 200
            waits.append(time.monotonic() - begun)
            processes = _family(server)
            held_mb = max(held_mb, sum(mb for mb, _command in processes))
            readers = max(readers, sum("apart.py" in command for _mb, command in processes))
            threading.Event().wait(0.02)
    finally:
        server.kill()
    counted = Counter(status for status, _later, _seconds in answers)
    assert set(counted) == {201, 503}
    assert counted[503] >= 4
    assert {later for status, later, _seconds in answers if status == 503} <= {
        "3",
        "5",
    }  # no turn, or no place for the body
    # However slow the machine is: nobody waits as long as one picture takes, let alone for several.
    assert max(waits) < min(seconds for status, _later, seconds in answers if status == 201)
    # Without the lines there are eight readers, and 1,400 MB.
    assert readers == 1
    assert held_mb < 900


def _family(server: Server) -> list[tuple[int, str]]:
    """The memory in MB and the command of the server and of all that it has begun."""
    assert server.process is not None
    found, left = [], [server.process.pid]
    while left:
        home = Path("/proc") / str(left.pop())
        with suppress(OSError):
            resident = int((home / "statm").read_text().split()[1]) * resource.getpagesize() // 1_000_000
            found.append((resident, (home / "cmdline").read_text()))
            left += [
                int(child) for task in (home / "task").iterdir() for child in (task / "children").read_text().split()
            ]
    return found


def _asked(port: int, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str | None]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        answer.read()
        return answer.status, answer.headers.get("Retry-After")
    finally:
        line.close()


def _wait_until_it_answers(port: int) -> None:
    for _attempt in range(600):
        try:
            if _asked(port, "GET", "/readyz")[0] == 200:
                return
        except OSError:
            pass
        threading.Event().wait(0.1)
    raise AssertionError("the server does not answer")


def _send(port: int, content: bytes, answers: list[tuple[int, str | None, float]]) -> None:
    edge = json.dumps(str(uuid4())).strip('"')
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    form = f"multipart/form-data; boundary={edge}"
    begun, headers = time.monotonic(), {"Content_Type": form, "Idempotency_Key": str(uuid4())}
    answer = _asked(port, "POST", "/api/v1/public/files", body, **headers)
    answers.append((*answer, time.monotonic() - begun))


def test_few_passwords_are_computed_at_a_time(settings: Any, monkeypatch: pytest.MonkeyPatch, city: TestCity) -> None:
    settings.PASSWORD_HASHERS = [one for one in settings.PASSWORD_HASHERS if "MD5" not in one]
    encoded = make_password("richtig-und-lang")
    assert encoded.startswith("argon2$argon2id$")
    assert check_password("richtig-und-lang", encoded)
    assert not check_password("falsch", encoded)
    full = Turns(places=1, waiting=0)
    mine = replace(turns.lines(), passwords=full)
    monkeypatch.setattr(turns, "lines", lambda: mine)
    with full.turn():
        with pytest.raises(TooBusy):
            check_password("richtig-und-lang", encoded)
        # Somebody without account is told the same, so it does not tell who has one.
        for name in ("acceptance", "nobody-of-this-name"):
            page = Client().post(reverse("sign-in"), {"username": name, "password": "x" * 12})
            assert (page.status_code, page.headers["Retry-After"]) == (503, "3")
