"""Bodies are received before anybody works on them; slow senders hold few threads, and none for long."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import RequestFactory

from linli.core.platform.public import BodyReceiver, RequestMiddleware
from linli.core.platform.serving import bodies

HERE, NEXT_DOOR, ELSEWHERE = "203.0.113.7", "203.0.113.200", "198.51.100.1"
LARGE = 65_537


class Echo:
    """Answers with what it was given, or with the reason for which the body was not taken."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked += 1
        start_response(environ.get("linli.refused", "taken"), [])
        return [environ["wsgi.input"].read()]


class Slow:
    """A body of which one byte comes each time it is told to."""

    def __init__(self) -> None:
        self.begun, self.more, self.gone = threading.Event(), threading.Semaphore(0), threading.Event()

    def read(self, size: int) -> bytes:
        self.begun.set()
        assert self.more.acquire(timeout=30)
        return b"" if self.gone.is_set() else b"x" * size

    def go(self) -> None:
        self.gone.set()
        self.more.release()


def asked(application: Any, stream: Any, length: int, address: str = HERE) -> tuple[str, bytes]:
    told: list[str] = []
    environ = {"CONTENT_LENGTH": str(length), "REMOTE_ADDR": address, "wsgi.input": stream}
    body = b"".join(application(environ, lambda status, _headers: told.append(status)))
    return told[0], body


@pytest.fixture
def sender() -> Iterator[Callable[..., Slow]]:
    """Begins to send something slow, and ends what was begun."""
    begun: list[tuple[Slow, threading.Thread]] = []

    def send(receiver: BodyReceiver, length: int, address: str) -> Slow:
        slow = Slow()
        thread = threading.Thread(target=asked, args=(receiver, slow, length, address))
        thread.start()
        begun.append((slow, thread))
        assert slow.begun.wait(10)
        return slow

    yield send
    for slow, thread in begun:
        slow.go()
        thread.join(20)


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bodies are given up at once."""
    monkeypatch.setattr(bodies, "GRACE_S", 0.0)
    monkeypatch.setattr(bodies, "LOOKS_S", 0.01)
    monkeypatch.setattr(bodies, "BYTES_PER_SECOND", 100_000_000)


def test_a_body_arrives_whole_whatever_its_size() -> None:
    for size in (0, 1, 65_536, 65_537, 3_000_000):
        content = b"ab" * (size // 2) + b"c" * (size % 2)
        assert asked(BodyReceiver(Echo(), threads=4), io.BytesIO(content + b"beyond"), size)[1][:size] == content


def test_one_network_has_half_of_the_places_and_all_together_leave_threads(sender: Callable[..., Slow]) -> None:
    receiver = BodyReceiver(Echo(), threads=8)  # three places, two for one network
    for address in (HERE, NEXT_DOOR):
        sender(receiver, LARGE, address)
    assert asked(receiver, io.BytesIO(b"x" * LARGE), LARGE, HERE)[0] == "many_send"
    assert asked(receiver, io.BytesIO(b"x" * LARGE), LARGE, ELSEWHERE)[0] == "taken"
    slow = sender(receiver, LARGE, ELSEWHERE)
    assert asked(receiver, io.BytesIO(b"x" * LARGE), LARGE, "192.0.2.1")[0] == "many_send"
    assert asked(receiver, io.BytesIO(b""), 0, HERE)[0] == "taken"  # what brings nothing is answered
    slow.go()
    while receiver._receiving["198.51.100.0/24"]:
        threading.Event().wait(0.005)
    assert asked(receiver, io.BytesIO(b"x" * LARGE), LARGE, "192.0.2.1")[0] == "taken"


def test_what_is_small_and_there_needs_no_place_and_what_lets_wait_needs_one(
    sender: Callable[..., Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver = BodyReceiver(Echo(), threads=8)
    for address in (HERE, NEXT_DOOR, ELSEWHERE):
        sender(receiver, LARGE, address)
    assert asked(receiver, io.BytesIO(b"x" * 65_536), 65_536, HERE)[0] == "taken"
    monkeypatch.setattr(bodies, "MOMENT_S", 0.01)
    dripping = Slow()
    assert asked(receiver, dripping, 10, HERE)[0] == "many_send"
    dripping.go()


@pytest.mark.parametrize("length", [10, LARGE, 3_000_000])
def test_who_keeps_no_pace_is_given_up(length: int, hurried: None) -> None:
    echo, slow = Echo(), Slow()
    receiver = BodyReceiver(echo, threads=4)
    assert asked(receiver, slow, length) == ("too_slow", b"")
    assert not receiver._receiving
    assert receiver._left_behind == {"203.0.113.0/24": 1}
    slow.go()
    while receiver._left_behind:
        threading.Event().wait(0.005)


def test_the_pace_leaves_time_to_a_telephone_on_a_bad_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten seconds for nothing, then four kilobytes a second; five minutes at most."""
    at = [1000.0]
    monkeypatch.setattr(bodies, "monotonic", lambda: at[0])
    slow = Slow()
    reading = bodies._Reading(slow, 1_000_000, lambda _amount: None)
    monkeypatch.setattr(reading.done, "wait", lambda _seconds: at.__setitem__(0, at[0] + 1.0))

    def given_up_after(got: int) -> float:
        at[0], reading._got = 1000.0, got
        with pytest.raises(bodies._Refused):
            reading.wait()
        return at[0] - 1000.0

    assert given_up_after(0) == 15  # a piece of 16 kB may be on its way
    assert given_up_after(100 * 1024) == 40
    assert given_up_after(900_000) == 234
    reading._length = 10_000_000
    assert given_up_after(9_000_000) == 301
    reading.give_up()
    slow.go()
    while not reading._file.closed:
        threading.Event().wait(0.005)


def test_those_left_behind_are_bounded_per_network_and_in_all(hurried: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LEFT_BEHIND_OF_ONE", 2)
    monkeypatch.setattr(bodies, "LEFT_BEHIND_MOST", 3)
    receiver, slow = BodyReceiver(Echo(), threads=8), [Slow() for _ in range(3)]
    for one in slow[:2]:
        assert asked(receiver, one, 10, HERE)[0] == "too_slow"
    assert asked(receiver, Slow(), 10, NEXT_DOOR)[0] == "many_send"
    assert asked(receiver, slow[2], 10, ELSEWHERE)[0] == "too_slow"
    assert asked(receiver, Slow(), 10, "192.0.2.1")[0] == "many_send"
    for one in slow:
        one.go()


def test_what_breaks_off_never_reaches_a_view() -> None:
    class Broken:
        def read(self, _size: int) -> bytes:
            raise OSError("reset by peer")

    receiver = BodyReceiver(Echo(), threads=4)
    assert asked(receiver, io.BytesIO(b"half"), 8)[0] == "too_slow"
    assert asked(receiver, Broken(), 8)[0] == "too_slow"
    assert not receiver._left_behind


def test_bodies_on_their_way_leave_the_reserve_of_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    free = [200 * 1024 * 1024 + 4_000_000]
    monkeypatch.setattr(bodies, "disk_usage", lambda _path: type("Usage", (), {"free": free[0]}))
    receiver = BodyReceiver(Echo(), threads=8)
    assert asked(receiver, io.BytesIO(b"x" * 2_000_000), 2_000_000)[0] == "taken"
    assert asked(receiver, io.BytesIO(b"x" * 2_000_001), 2_000_001)[0] == "disk_full"
    free[0] -= 4_000_000
    assert asked(receiver, io.BytesIO(b"x" * 10), 10)[0] == "taken"
    assert receiver._bytes_here == 0


def test_what_is_too_large_is_not_read(settings: Any) -> None:
    settings.LINLI_MAX_BODY_BYTES = 10
    stream = io.BytesIO(b"x" * 11)
    assert asked(BodyReceiver(Echo(), threads=4), stream, 11)[1] == b"x" * 11
    assert stream.tell() == 11  # by the application alone, which refuses it


@pytest.mark.parametrize("length", ["-1", "1e3", "²", "1_000", "9" * 20, "9" * 5000])
def test_a_length_that_cannot_be_read_is_too_large_at_both_doors(length: str) -> None:
    environ = RequestFactory().post("/report/").environ | {"CONTENT_LENGTH": length, "wsgi.input": io.BytesIO(b"")}
    seen: list[Any] = []
    BodyReceiver(lambda given, _start: seen.append(given) or [b""], threads=4)(dict(environ), None)  # type: ignore[func-returns-value]
    assert seen[0]["wsgi.input"] is environ["wsgi.input"]  # handed on unread
    response = RequestMiddleware(lambda _request: HttpResponse("asked"))(WSGIRequest(environ))
    assert response.status_code == 413


@pytest.mark.parametrize(
    ("language", "busy", "slow"),
    [("zh-CN,zh", "此刻上传的人较多", "没有及时收到"), ("en", "Many are sending", "did not arrive in time")],
)
def test_the_answer_speaks_the_readers_language_and_says_when_to_come_back(
    language: str, busy: str, slow: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(environ: dict[str, Any], _start: Any) -> list[Any]:
        return [RequestMiddleware(lambda _request: HttpResponse("nobody asks a view"))(WSGIRequest(environ))]

    def told(path: str, most: int) -> tuple[int, Any, str]:
        monkeypatch.setattr(bodies, "LEFT_BEHIND_MOST", most)
        environ = RequestFactory(headers={"Accept-Language": language}).post(path).environ
        environ |= {"CONTENT_LENGTH": "8", "wsgi.input": io.BytesIO(b"half")}
        [response] = BodyReceiver(answer, threads=4)(environ, None)
        return response.status_code, response.headers, response.content.decode()  # type: ignore[attr-defined]

    for path in ("/report/", "/api/v1/public/files"):
        status, headers, body = told(path, 0)
        assert (status, headers["Retry-After"]) == (503, "5")
        assert busy in body
        status, headers, body = told(path, 9)
        assert (status, headers["Retry-After"]) == (408, "5")
        assert slow in body
        assert "X-Request-ID" in headers
        if path.startswith("/api/"):
            assert headers["Content-Type"] == "application/problem+json"
            assert (json.loads(body)["status"], json.loads(body)["code"]) == (408, "too_slow")
