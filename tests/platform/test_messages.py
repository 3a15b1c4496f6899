"""Messages: sent once, retried only when nothing was accepted, uncertain ones left to an operator."""

from __future__ import annotations

import logging
import socket
from asyncio import WriteTransport
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default as modern

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from click.testing import CliRunner
from pytest_django import Settings

from linli.config.commands.safety import messages_stuck
from linli.core.platform.models import AuditRecord, Message
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    Letter,
    LogPort,
    NotAccepted,
    SmtpMailer,
    clock_at,
    mailer_from_url,
    message_template,
    resend_message,
    send_waiting,
    stuck_messages,
    use_port,
    write,
)
from linli.core.platform.writing.messages import sending

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
OPERATOR = Actor("user", user_id=1)

message_template("test_letter", "关于 %(number)s", "您好，%(name)s：\n案卷 %(number)s 已结案。")


class Recorder:
    """A port that keeps what it is given, after raising what it is told to raise."""

    def __init__(self, *raises: Exception) -> None:
        self.raises = list(raises)
        self.letters: list[Letter] = []

    def deliver(self, letter: Letter) -> None:
        if self.raises:
            raise self.raises.pop(0)
        self.letters.append(letter)


@pytest.fixture
def mail_port() -> Iterator[Recorder]:
    port = Recorder()
    use_port("mail", port)
    yield port
    use_port("mail", None)


def send(key: str = "k1", **params: object) -> Message:
    with write(SYSTEM) as work:
        work.send("mail", "zhang@example.cn", "test_letter", params or {"name": "张", "number": 7}, key=key)
    return Message.objects.get(key=key)


def test_a_message_is_sent_once_with_its_text(mail_port: Recorder) -> None:
    with clock_at(NOON):
        send()
        assert (send_waiting(), send_waiting()) == (1, 0)
    assert mail_port.letters == [Letter("k1", "zhang@example.cn", "关于 7", "您好，张：\n案卷 7 已结案。")]
    message = Message.objects.get()
    assert (message.state, message.sent_at, message.attempts) == ("sent", NOON, 1)


def test_a_port_that_surely_took_nothing_is_tried_again_later(mail_port: Recorder) -> None:
    mail_port.raises = [NotAccepted("refused"), NotAccepted("refused")]
    now, pauses = NOON, []
    with clock_at(NOON):
        send()
    for _ in range(3):
        with clock_at(now):
            assert send_waiting() == 1
        message = Message.objects.get()
        if message.state == "waiting":
            assert message.error == "refused"
            pauses.append((message.next_attempt_at - now).total_seconds())
            now = message.next_attempt_at
    assert pauses == [30, 60]
    assert message.state == "sent"
    assert len(mail_port.letters) == 1


def test_a_message_is_given_up_after_ten_attempts_or_at_once_when_it_cannot_help(mail_port: Recorder) -> None:
    mail_port.raises = [NotAccepted("away")] * 20
    with clock_at(NOON):
        send()
    for day in range(1, 20):
        with clock_at(NOON + timedelta(days=day)):
            send_waiting()
    given_up = Message.objects.get()
    assert (given_up.state, given_up.attempts) == ("failed", 10)
    mail_port.raises = [NotAccepted("no such mailbox", permanent=True)]
    send("k2")
    send_waiting()
    assert Message.objects.get(key="k2").state == "failed"


def test_nobody_knows_means_that_it_is_never_sent_again_by_itself(mail_port: Recorder) -> None:
    mail_port.raises = [ConnectionResetError("in the middle")]
    with clock_at(NOON):
        send()
        send_waiting()
    with clock_at(NOON + timedelta(days=30)):
        sending.settle_interrupted(NOON + timedelta(days=30))
        assert send_waiting() == 0
    assert Message.objects.get().state == "uncertain"
    assert mail_port.letters == []


def test_a_message_whose_sender_died_becomes_uncertain_after_its_lease(mail_port: Recorder) -> None:
    send()
    Message.objects.update(state="sending", lease_until=NOON, attempts=1)
    assert sending.settle_interrupted(NOON) == 0
    assert sending.settle_interrupted(NOON + timedelta(seconds=1)) == 1
    assert send_waiting() == 0
    assert [message.key for message in stuck_messages()] == ["k1"]
    Message.objects.update(at=datetime(2026, 11, 30, 16, 30, tzinfo=UTC))
    listed = CliRunner().invoke(messages_stuck, ["--language", "en"], catch_exceptions=False).output
    assert "\t2026-12-01 00:30\tmail\t" in listed  # by the clock on the office's wall


def test_an_operator_sends_an_uncertain_message_again_once_and_it_is_audited(mail_port: Recorder) -> None:
    message = send()
    Message.objects.update(state="uncertain")
    assert resend_message(OPERATOR, message.id) is True
    assert resend_message(OPERATOR, message.id) is False
    assert send_waiting() == 1
    assert resend_message(OPERATOR, message.id) is False
    assert len(mail_port.letters) == 1
    assert AuditRecord.objects.get().action == "message.resend"


def test_a_message_whose_text_was_erased_is_not_sent_again(mail_port: Recorder) -> None:
    message = send()
    Message.objects.update(state="uncertain", envelope="")
    assert resend_message(OPERATOR, message.id) is False
    assert send_waiting() == 0


def test_a_text_that_cannot_be_made_fails_and_says_why(mail_port: Recorder) -> None:
    send(name="张")
    send_waiting()
    message = Message.objects.get()
    assert message.state == "failed"
    assert "number" in message.error


def test_another_text_for_a_known_template_is_refused() -> None:
    message_template("test_letter", "关于 %(number)s", "您好，%(name)s：\n案卷 %(number)s 已结案。")
    with pytest.raises(ValueError, match="another text"):
        message_template("test_letter", "a", "b")


@pytest.mark.parametrize(("mode", "shown"), [("production", False), ("demo", True)])
def test_the_log_holds_no_text_in_production(
    settings: Settings, caplog: pytest.LogCaptureFixture, mode: str, shown: bool
) -> None:
    settings.LINLI_MODE = mode
    with caplog.at_level(logging.INFO):
        LogPort("mail").deliver(Letter("k", "zhang@example.cn", "密码", "secret-link"))
    assert ("secret-link" in caplog.text) is shown
    assert "zhang@example.cn" not in caplog.text


class Mailbox:
    """The far side: keeps what arrives, answers what it is told to answer."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []
        self.rcpt_answer = ""
        self.data_answer = "250 OK"
        self.hang_up = False

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt_answer:
            return self.rcpt_answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if isinstance(envelope.content, bytes):
            self.letters.append(envelope.content)
        if self.hang_up and isinstance(server.transport, WriteTransport):
            server.transport.abort()
        return self.data_answer


@pytest.fixture
def far_side() -> Iterator[tuple[Mailbox, SmtpMailer]]:
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    mailer = mailer_from_url(f"smtp://127.0.0.1:{port}?from=linli@hz.example", "http://linli.hz.example")
    assert isinstance(mailer, SmtpMailer)
    yield mailbox, mailer
    controller.stop()


LETTER = Letter("case:7:closed", "zhang@example.cn", "案卷已结案", "您好\n第二行")


def test_a_mail_arrives_with_a_stable_message_id(far_side: tuple[Mailbox, SmtpMailer]) -> None:
    mailbox, mailer = far_side
    mailer.deliver(LETTER)
    mailer.deliver(LETTER)
    first, second = (message_from_bytes(raw, policy=modern) for raw in mailbox.letters)
    assert (first["Subject"], first["To"], first["From"]) == ("案卷已结案", "zhang@example.cn", "linli@hz.example")
    assert first.get_content().splitlines() == ["您好", "第二行"]
    assert first["Message-ID"] == second["Message-ID"]


@pytest.mark.parametrize(("answer", "permanent"), [("451 later", False), ("550 no such mailbox", True)])
@pytest.mark.parametrize("stage", ["rcpt_answer", "data_answer"])
def test_a_servers_refusal_is_certain(
    far_side: tuple[Mailbox, SmtpMailer], stage: str, answer: str, permanent: bool
) -> None:
    mailbox, mailer = far_side
    setattr(mailbox, stage, answer)
    with pytest.raises(NotAccepted, match=answer) as refusal:
        mailer.deliver(LETTER)
    assert refusal.value.permanent is permanent


def test_a_connection_that_breaks_while_the_text_is_under_way_leaves_it_uncertain(
    far_side: tuple[Mailbox, SmtpMailer],
) -> None:
    mailbox, mailer = far_side
    mailbox.hang_up = True
    with pytest.raises(Exception) as broken:  # noqa: PT011 - any but NotAccepted
        mailer.deliver(LETTER)
    assert not isinstance(broken.value, NotAccepted)


def test_a_server_that_is_away_surely_took_nothing() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    mailer = mailer_from_url(f"smtp://127.0.0.1:{port}", "http://localhost")
    with pytest.raises(NotAccepted) as refusal:
        mailer.deliver(LETTER)
    assert refusal.value.permanent is False


def test_a_subject_with_a_line_break_cannot_smuggle_a_header(far_side: tuple[Mailbox, SmtpMailer]) -> None:
    mailbox, mailer = far_side
    with pytest.raises(NotAccepted) as refusal:
        mailer.deliver(Letter("k", "zhang@example.cn", "a\nBcc: all@example.cn", "b"))
    assert refusal.value.permanent
    assert mailbox.letters == []


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail.example.cn"])
def test_a_mail_url_that_cannot_be_used_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="LINLI_MAIL_URL"):
        mailer_from_url(url, "http://localhost")
