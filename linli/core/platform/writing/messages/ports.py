"""The ways out of the house: mail, text messages, push. Each is a port with a stated behaviour in failure.

`deliver` returns when the other side has accepted the letter. It raises `NotAccepted` only when it is certain that
nothing was accepted; every other exception means that nobody knows, and the letter is never sent again by itself. Log
implementations stand in where nothing is configured; `use_port` lets a deployment or a test bring its own.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from hashlib import sha256
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from django.conf import settings

from linli.core.platform.sealing.personal import mask

logger = logging.getLogger(__name__)
SMTP_TIMEOUT_S = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """What is handed over. `key` is the effect's name: the same letter always carries the same one."""

    key: str
    to: str
    subject: str
    body: str


class NotAccepted(Exception):
    """Certain: the other side took nothing. `permanent` when trying again cannot help."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Mailer(Protocol):
    """Sends mail."""

    def deliver(self, letter: Letter) -> None:
        """Hands over one letter; see the module for what exceptions mean."""


class Texter(Protocol):
    """Sends text messages; `to` is a phone number, the subject is not sent."""

    def deliver(self, letter: Letter) -> None:
        """Hands over one letter; see the module for what exceptions mean."""


class Pusher(Protocol):
    """Sends push notices; `to` is what the phone registered."""

    def deliver(self, letter: Letter) -> None:
        """Hands over one letter; see the module for what exceptions mean."""


Port = Mailer | Texter | Pusher


class LogPort:
    """Writes that a letter would have gone out. Its text shows outside production only: logs hold nothing personal."""

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def deliver(self, letter: Letter) -> None:
        """Accepts everything."""
        shown = "" if settings.LINLI_MODE == "production" else f"\n{letter.subject}\n{letter.body}"
        to = mask(letter.to, "mail" if "@" in letter.to else "phone")
        logger.info("%s to %s not sent, no way out is configured (%s)%s", self.channel, to, letter.key, shown)


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Mail by SMTP: `smtps://` encrypts from the start; `smtp://` with STARTTLS where the server offers it. A password
    goes out encrypted or to this machine only."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    tls: bool
    timeout_s: float = SMTP_TIMEOUT_S

    def deliver(self, letter: Letter) -> None:
        """One connection, one letter. Certain failures end before the letter's text is under way, or by the server's
        own refusal of it; a connection that breaks in between leaves it uncertain."""
        text = self._compose(letter)
        try:
            connection = self._connect()
        except (OSError, smtplib.SMTPException) as error:
            raise _certain(error) from error
        try:
            try:
                connection.ehlo_or_helo_if_needed()
                self._expect(connection.mail(self.sender), 250)
                self._expect(connection.rcpt(letter.to), 250, 251)
            except (OSError, smtplib.SMTPException) as error:
                raise _certain(error) from error
            try:
                self._expect(connection.data(text), 250)
            except smtplib.SMTPDataError as error:
                raise _certain(error) from error
        finally:
            # The letter is accepted or refused by now; a server that hangs up on QUIT changes nothing.
            connection.close()

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=context)
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            connection.ehlo_or_helo_if_needed()
            encrypted = self.tls
            if not self.tls and connection.has_extn("starttls"):
                connection.starttls(context=context)
                connection.ehlo()
                encrypted = True
            if self.user:
                if not encrypted and self.host not in ("localhost", "127.0.0.1", "::1"):
                    raise NotAccepted(
                        "The mail server offers no encryption for the password; use smtps://.", permanent=True
                    )
                connection.login(self.user, self.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _compose(self, letter: Letter) -> bytes:
        host = self.sender.rpartition("@")[2]
        message = EmailMessage()
        try:
            message["From"] = self.sender
            message["To"] = letter.to
            message["Subject"] = letter.subject
        except (ValueError, IndexError) as error:
            raise NotAccepted(f"The mail has a line that cannot be sent: {error}", permanent=True) from error
        message["Date"] = formatdate()
        # The same letter keeps its id, so that a receiver who gets it twice can tell.
        message["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:32]}@{host}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.body)
        return message.as_bytes(policy=message.policy.clone(linesep="\r\n", cte_type="7bit"))

    @staticmethod
    def _expect(reply: tuple[int, bytes], *codes: int) -> None:
        if reply[0] not in codes:
            raise smtplib.SMTPDataError(*reply)


def _certain(error: Exception) -> NotAccepted:
    if isinstance(error, smtplib.SMTPResponseException):
        words = error.smtp_error.decode("utf-8", "replace") if isinstance(error.smtp_error, bytes) else error.smtp_error
        return NotAccepted(f"{error.smtp_code} {words}", permanent=500 <= error.smtp_code < 600)
    return NotAccepted(f"{type(error).__name__}: {error}")


def mailer_from_url(url: str, public_url: str) -> Mailer:
    """`log:`, `smtp://user:password@host:port?from=linli@city.example` or `smtps://…`. Raises ValueError for others."""
    parts = urlsplit(url)
    if parts.scheme == "log":
        return LogPort("mail")
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError(
            f"LINLI_MAIL_URL starts with {parts.scheme!r}; it must be log:, smtp://user:password@host or smtps://…."
        )
    sender = parse_qs(parts.query).get("from", [f"linli@{urlsplit(public_url).hostname or 'localhost'}"])[0]
    tls = parts.scheme == "smtps"
    return SmtpMailer(
        host=parts.hostname, port=parts.port or (465 if tls else 25), user=unquote(parts.username or ""),
        password=unquote(parts.password or ""), sender=sender, tls=tls,
    )  # fmt: skip


_ports: dict[str, Port] = {}


def use_port(channel: str, port: Port | None) -> None:
    """Sends `channel` (mail, sms, push) through `port` from now on; None goes back to the configured one."""
    if port is None:
        _ports.pop(channel, None)
    else:
        _ports[channel] = port


def port_for(channel: str) -> Port:
    """The way out for `channel`."""
    if channel not in _ports:
        mail = channel == "mail"
        _ports[channel] = (
            mailer_from_url(settings.LINLI_MAIL_URL, settings.LINLI_PUBLIC_URL) if mail else LogPort(channel)
        )
    return _ports[channel]


def reaches_people(channel: str) -> bool:
    """Whether letters of a channel leave the house; False where nothing is configured and they are only noted in the log."""
    return not isinstance(port_for(channel), LogPort)
