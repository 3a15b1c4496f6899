"""`linli serve` killed with SIGKILL at random instants while programs report and mail goes out: no acknowledged case is
lost, none is there twice, no mail goes out twice, no process stays. test_killed_worker.py next door does it to workers alone.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import select
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings

from linli.core.access.public import make_token
from linli.core.cases.public import Case
from linli.core.platform.models import Message
from linli.core.platform.public import SYSTEM, verify, write
from tests.city import TestCity, build_city
from tests.platform.test_killed_worker import database_url

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CLIENTS, MAILS_A_ROUND, PATIENCE_S = 3, 12, 90


@pytest.fixture
def town(transactional_db: None) -> TestCity:
    """The test city, committed, so that another process sees it."""
    return build_city()


class Mailbox:
    """A mail server that counts what it took, by Message-ID."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        self.taken[str(message_from_bytes(envelope.content)["Message-ID"])] += 1
        return "250 taken"


@pytest.fixture
def mail() -> Iterator[tuple[Mailbox, int]]:
    mailbox, port = Mailbox(), free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield mailbox, port
    controller.stop()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Server:
    """`linli serve` with its job worker inside, as an operator starts it, in a session of its own."""

    def __init__(self, log: Path, mail_port: int, *options: str) -> None:
        self.log, self.port, self.options = log, free_port(), options
        self.environment = os.environ | {
            "LINLI_DATABASE_URL": database_url(),
            "LINLI_MODE": "demo",  # with the pool of connections of a real deployment, and the field keys of the test
            "LINLI_HOME": str(settings.LINLI_HOME),
            "LINLI_MAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [
            sys.executable,
            "-m",
            "linli.config.cli",
            "serve",
            "--port",
            str(self.port),
            "--worker",
            *self.options,
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> int:
        """Kills the parent and all its children at one instant and waits until they are gone; answers how many."""
        if self.process is None:
            return 0
        members = [os.pidfd_open(pid) for pid in processes_of(self.process.pid)]
        os.killpg(self.process.pid, signal.SIGKILL)
        for member in members:
            ended, _, _ = select.select([member], [], [], 30)
            os.close(member)
            assert ended
        self.process.wait(30)
        assert processes_of(self.process.pid) == []
        self.process = None
        return len(members)


def processes_of(session: int) -> list[int]:
    """The living processes of a session, whoever became their parent."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError, IndexError):
            state, _parent, _group, its_session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state not in "ZX":
                found.append(int(entry.name))
    return found


@dataclass
class Reporters:
    """Programs that report case after case, and ask again with the same key until they are told an answer."""

    port: int
    token: str
    keys: list[UUID] = field(default_factory=list)
    told: dict[UUID, set[int]] = field(default_factory=dict)
    replays: int = 0
    broken_off: int = 0
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    lock: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._report_on, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads

    def wait_for_progress(self) -> None:
        """Returns when each client can have been told something since now, so the server works."""
        with self.lock:
            goal = len(self.told) + CLIENTS
            assert self.lock.wait_for(lambda: len(self.told) >= goal or self.wrong, PATIENCE_S), "nothing was answered"
        assert self.wrong == []

    def _report_on(self, number: int) -> None:
        chance = random.Random(number)
        while not self.stop.is_set() and not self.wrong:
            key = uuid4()
            with self.lock:
                self.keys.append(key)
            # Also who was told asks again now and then: a phone that lost the answer on its way.
            for _ in range(1 + (chance.random() < 0.2)):
                self._until_told(key)

    def _until_told(self, key: UUID) -> None:
        place = {"lon": 115.005, "lat": 30.005}
        body = json.dumps({"description": f"路口有垃圾 {key}", "source": "grid_worker", **place})
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": str(key),
            "Content-Type": "application/json",
        }
        pause = threading.Event()
        while not self.wrong:
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
            try:
                line.request("POST", "/api/v1/cases", body, headers)
                answer = line.getresponse()
                status, content = answer.status, answer.read()
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.broken_off += 1
                pause.wait(0.05)  # the server is down: knock again soon
                continue
            finally:
                line.close()
            if status in (200, 201):
                with self.lock:
                    self.told.setdefault(key, set()).add(json.loads(content)["id"])
                    self.replays += status == 200
                    self.lock.notify_all()
                return
            if status != 503:
                self.wrong.append(f"{status} {content[:500]!r}")


def put_mails(first: int) -> None:
    """Messages that wait, as writes of the pages leave them."""
    with write(SYSTEM) as work:
        for number in range(first, first + MAILS_A_ROUND):
            given = {"name": "Zhang", "link": f"http://localhost/{number}"}
            work.send("mail", f"zhang{number}@example.cn", "password_reset", given, key=f"killed-server:{number}")


def kill_and_report(kills: int, server: Server, reporters: Reporters) -> int:
    """Kills and restarts the server `kills` times under load, then lets all end; answers the number of messages."""
    chance, mails, most = random.Random(20261121), 0, 0
    threads: list[threading.Thread] = []
    try:
        server.start()
        threads = reporters.start()
        for _ in range(kills):
            reporters.wait_for_progress()
            put_mails(mails)
            mails += MAILS_A_ROUND
            # Nobody sets this: the random pause until the kill, somewhere in the work.
            threading.Event().wait(chance.uniform(0.0, 0.6))
            most = max(most, server.kill())
            server.start()
        reporters.wait_for_progress()
        reporters.stop.set()
        for thread in threads:
            thread.join(PATIENCE_S)
            assert not thread.is_alive()
        wait_until_no_mail_waits()
    except BaseException:
        reporters.wrong.append("the test ended before")
        raise
    finally:
        server.kill()
        for thread in threads:
            thread.join(PATIENCE_S)
    assert most >= 2  # parent and at least one child were there to be killed
    return mails


def wait_until_no_mail_waits() -> None:
    pause = threading.Event()
    for _ in range(PATIENCE_S * 10):
        if not Message.objects.filter(state="waiting").exists():
            return
        pause.wait(0.1)
    raise AssertionError("mail still waits")


def check_nothing_is_lost_or_doubled(reporters: Reporters, mailbox: Mailbox, mails: int, kills: int) -> None:
    assert reporters.wrong == []
    made = list(Case.objects.values_list("id", flat=True))
    # Every key that was ever sent has been answered, always with the same case, and there is no case beside them.
    assert all(len(ids) == 1 for ids in reporters.told.values())
    assert set(reporters.told) == set(reporters.keys)
    assert sorted(made) == sorted(min(ids) for ids in reporters.told.values())
    # The kills did break requests off, and keys were repeated after their effect.
    assert reporters.broken_off >= kills
    assert reporters.replays > 0
    assert list(verify()) == []
    assert set(mailbox.taken.values()) == {1}
    states = Counter(Message.objects.values_list("state", flat=True))
    assert sum(states.values()) == mails
    assert set(states) <= {"sent", "sending", "uncertain"}
    # A kill interrupts at most the one letter that each process has in hand; those wait for an operator. One more kill ended the run.
    assert states["sending"] + states["uncertain"] <= (kills + 1) * (os.cpu_count() or 1)
    assert states["sent"] <= len(mailbox.taken) <= mails


def try_kills(kills: int, town: TestCity, mail: tuple[Mailbox, int], tmp_path: Path) -> None:
    mailbox, mail_port = mail
    server = Server(tmp_path / "server.log", mail_port)
    reporters = Reporters(server.port, make_token(SYSTEM, user=town.users["worker"], name="phone")[1])
    mails = kill_and_report(kills, server, reporters)
    check_nothing_is_lost_or_doubled(reporters, mailbox, mails, kills)


def test_eight_killed_servers_lose_and_double_nothing(
    town: TestCity, mail: tuple[Mailbox, int], tmp_path: Path
) -> None:
    try_kills(8, town, mail, tmp_path)


@pytest.mark.soak
def test_hundreds_of_killed_servers_lose_and_double_nothing(
    town: TestCity, mail: tuple[Mailbox, int], tmp_path: Path
) -> None:
    try_kills(300, town, mail, tmp_path)
