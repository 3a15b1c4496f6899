"""What is looked at in a running deployment besides its city: jobs, messages, mail, backups, the audit trail's daily root, disk, worker.

Sentences for `linli doctor`; /metrics next door has the same things as numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.platform.keeping.backup import BackupRefused
from linli.core.platform.keeping.rehearsal import newest_backup
from linli.core.platform.keeping.storage import RESERVED_BYTES
from linli.core.platform.models import AuditRoot, Job, Message
from linli.core.platform.plug.city_parts import CityCheck, Lack
from linli.core.platform.serving.health import _free_bytes
from linli.core.platform.writing import clock
from linli.core.platform.writing.days import moment_words
from linli.core.platform.writing.jobs.worker import last_worker_beat
from linli.core.platform.writing.messages.ports import reaches_people

BACKUP_OLD, ROOT_OLD, WORKER_SILENT, JOB_LATE = (
    timedelta(hours=36),
    timedelta(days=2),
    timedelta(minutes=5),
    timedelta(hours=1),
)
LITTLE_ROOM = 20 * RESERVED_BYTES
MOST_COUNTED = 10_000


def _all(access: Any) -> bool:
    """What concerns the machine is told at the server only: who signs in cannot mend it there."""
    return access is None


def look_at_work(access: Any) -> Iterator[Lack]:
    """Jobs given up or late, messages given up, the worker."""
    if not _all(access):
        return
    instant = clock.now()
    failed = Job.objects.filter(state=Job.State.FAILED)[:MOST_COUNTED].count()
    if failed:
        yield Lack(
            ngettext("%s job was given up; the log says why.", "%s jobs were given up; the log says why.", failed)
            % failed
        )
    late = Job.objects.filter(state=Job.State.WAITING, run_at__lt=instant - JOB_LATE)[:MOST_COUNTED].count()
    if late:
        yield Lack(
            ngettext("%s job waits for more than an hour.", "%s jobs wait for more than an hour.", late) % late,
            grave=True,
        )
    beat = last_worker_beat()
    if beat is None or instant - beat > WORKER_SILENT:
        yield Lack(
            _(
                "No worker is alive: nothing is sent, no clock escalates. Start `linli serve`, on PostgreSQL also `linli worker`."
            ),
            grave=True,
        )
    stuck = Message.objects.filter(state__in=[Message.State.UNCERTAIN, Message.State.FAILED])[:MOST_COUNTED].count()
    if stuck:
        yield Lack(
            ngettext(
                "%s message was not sent; see `linli messages`.",
                "%s messages were not sent; see `linli messages`.",
                stuck,
            )
            % stuck
        )


def look_at_mail(access: Any) -> Iterator[Lack]:
    """Whether mail reaches anybody."""
    if _all(access) and not reaches_people("mail"):
        yield Lack(_("No mail is sent: set LINLI_MAIL_URL. Until then password links are handed over."))


def look_at_safety(access: Any) -> Iterator[Lack]:
    """The newest backup, the daily root of the audit trail, room on the disk."""
    if not _all(access):
        return
    try:
        age = clock.now() - datetime.fromtimestamp(newest_backup().stat().st_mtime, UTC)
        if age > BACKUP_OLD:
            yield Lack(_("The newest backup is %s hours old.") % int(age.total_seconds() // 3600))
    except (BackupRefused, OSError):
        yield Lack(_("There is no backup in LINLI_BACKUPS; run `linli backup` every night."))
    root = AuditRoot.objects.order_by("-day").first()
    if root is None:
        yield Lack(_("The audit trail has no daily root yet; the worker makes one every night."))
    elif clock.now() - root.at > ROOT_OLD:
        yield Lack(
            _("The last root of the audit trail is of %s; run `linli audit root` and `linli audit verify`.")
            % moment_words(root.at)
        )
    free = _free_bytes()
    if free < LITTLE_ROOM:
        yield Lack(
            _("Only %s MB are free where database and files lie.") % (free // 2**20), grave=free < 2 * RESERVED_BYTES
        )


def look_at_address(access: Any) -> Iterator[Lack]:
    """Whether links that are sent lead to this deployment."""
    if _all(access) and "localhost" in str(settings.LINLI_PUBLIC_URL):
        yield Lack(_("LINLI_PUBLIC_URL names this machine only: links in mails and on posters lead nowhere."))


CHECKS = (
    CityCheck(code="work", titles={"zh-hans": "后台任务", "en": "Jobs and messages"}, look=look_at_work, order=800),
    CityCheck(code="mail", titles={"zh-hans": "邮件", "en": "Mail"}, look=look_at_mail, order=810),
    CityCheck(
        code="safety", titles={"zh-hans": "备份与审计", "en": "Backups and audit"}, look=look_at_safety, order=820
    ),
    CityCheck(code="address", titles={"zh-hans": "对外地址", "en": "Public address"}, look=look_at_address, order=830),
)
