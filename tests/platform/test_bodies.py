"""Bodies are received before anybody works on them, and slow senders hold few threads."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import pytest

from linli.core.platform import bodies
from linli.core.platform.public import BodyReceiver


class Echo:
    """Answers with what it was given, and remembers whether it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.asked += 1
        start_response("200 OK", [])
        return [environ["wsgi.input"].read()]


class Slow:
    """A body that comes when it is told to."""

    def __init__(self, content: bytes) -> None:
        self.rest, self.begun, self.go_on = io.BytesIO(content), threading.Event(), threading.Event()

    def read(self, size: int) -> bytes:
        self.begun.set()
        assert self.go_on.wait(20)
        return self.rest.read(size)


def asked(application: Any, stream: Any, length: int, address: str = "203.0.113.7", path: str = "/report/") -> Any:
    told: list[Any] = []
    environ = {"CONTENT_LENGTH": str(length), "REMOTE_ADDR": address, "wsgi.input": stream, "PATH_INFO": path}
    body = b"".join(application(environ, lambda status, headers: told.extend([status, dict(headers)])))
    return told[0], told[1], body


def test_a_body_arrives_whole_whatever_its_size() -> None:
    echo = Echo()
    for size in (0, 1, 65_536, 3_000_000):
        content = b"ab" * (size // 2) + b"c" * (size % 2)
        assert asked(BodyReceiver(echo, threads=4), io.BytesIO(content + b"beyond"), size)[2][:size] == content


def test_slow_senders_of_one_address_hold_a_part_and_all_together_leave_two(settings: Any) -> None:
    echo = Echo()
    receiver = BodyReceiver(echo, threads=5)  # three receive, two of one address
    slow = [Slow(b"x") for _ in range(3)]
    addresses = ["203.0.113.7", "203.0.113.7", "203.0.113.8"]
    answers: list[Any] = []
    senders = [
        threading.Thread(target=lambda one=one, at=at: answers.append(asked(receiver, one, 1, at)))  # type: ignore[misc]
        for one, at in zip(slow, addresses, strict=True)
    ]
    for sender, one in zip(senders[:2], slow, strict=False):
        sender.start()
        assert one.begun.wait(10)
    status, headers, body = asked(receiver, io.BytesIO(b"x"), 1)
    assert (status, headers["Retry-After"]) == ("503 Service Unavailable", "3")
    assert body.startswith(b"Many are sending")
    assert asked(receiver, io.BytesIO(b"x"), 1, "203.0.113.10")[0] == "200 OK"
    for sender, one in zip(senders[2:], slow[2:], strict=True):
        sender.start()
        assert one.begun.wait(10)
    status, headers, body = asked(receiver, io.BytesIO(b"x"), 1, "203.0.113.10", "/api/v1/public/files")
    assert json.loads(body)["status"] == 503
    assert headers["Content-Type"] == "application/problem+json"
    assert asked(receiver, io.BytesIO(b""), 0, "203.0.113.10")[0] == "200 OK"  # what brings nothing is answered
    for one in slow:
        one.go_on.set()
    for sender in senders:
        sender.join(20)
    assert [answer[0] for answer in answers] == ["200 OK"] * 3
    assert asked(receiver, io.BytesIO(b"x"), 1)[0] == "200 OK"
    assert not receiver._receiving


def test_what_breaks_off_or_takes_for_ever_never_reaches_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    echo = Echo()
    receiver = BodyReceiver(echo, threads=4)
    assert asked(receiver, io.BytesIO(b"half"), 8)[0] == "408 Request Timeout"
    monkeypatch.setattr(bodies, "LONGEST_S", -1.0)
    assert asked(receiver, io.BytesIO(b"whole"), 5)[0] == "408 Request Timeout"
    assert echo.asked == 0
    assert not receiver._receiving


def test_what_is_too_large_is_not_read(settings: Any) -> None:
    settings.LINLI_MAX_BODY_BYTES = 10
    stream = io.BytesIO(b"x" * 11)
    assert asked(BodyReceiver(Echo(), threads=4), stream, 11)[2] == b"x" * 11
    assert stream.tell() == 11  # by the application alone, which refuses it
