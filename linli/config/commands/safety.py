"""Backups, the audit trail, keys, messages that got stuck."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linli.config.commands.language import spoken, spoken_before_database
from linli.lib.speech import command, group, option

if TYPE_CHECKING:
    from linli.core.platform.public import FileTrouble


@command(short_help="write database and files into one file")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@spoken
def backup(file: Path) -> None:
    """Writes the database and all uploaded files into FILE (a tar with a manifest); consistent while the server runs.

    What was written is read back. A stored file that is not whole is left out and named, and the exit code is 1; the
    backup stands all the same. Keys are not in it: keep LINLI_SECRET_KEY and LINLI_FIELD_KEYS apart from the backup.
    """
    from django.utils.translation import gettext as _

    from linli.core.platform.public import make_backup

    report = make_backup(file)
    words = {"file": report.path, "size": f"{report.size_bytes / 1e6:.1f}", "count": report.files}
    click.echo(_("%(file)s: %(size)s MB, %(count)s files; read back and whole.") % words)
    tell_troubles(report.troubles)


def tell_troubles(troubles: Sequence[FileTrouble]) -> None:
    """Names every file that is not whole, and ends with exit code 1 when one could not be drawn anew."""
    from django.utils.translation import gettext as _

    for trouble in troubles:
        click.echo(trouble.sentence, err=True)
    lost = sum(not trouble.mended for trouble in troubles)
    if lost:
        click.echo(_("%s files are not whole; look for them in older backups.") % lost, err=True)
        sys.exit(1)


@command(short_help="bring a backup back, or try whether it comes back")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@option("--force", is_flag=True, help="replace a database that is not empty")
@option("--rehearse", is_flag=True, help="restore into an empty place beside this deployment, and remove it again")
@spoken_before_database
def restore(file: Path | None, force: bool, rehearse: bool) -> None:
    """Brings database and files back from FILE, into an empty database, and verifies the audit trail. Stop the server first.

    Files that are not whole are left out and named. With --rehearse nothing of this deployment is touched and the server may
    run: the whole restore is tried beside it; without FILE the newest backup in the folder LINLI_BACKUPS is taken.
    """
    from django.conf import settings
    from django.utils.translation import gettext as _

    from linli.core.people.public import forget_again
    from linli.core.platform.public import moment_words, newest_backup, rehearse_restore, restore_backup

    if rehearse:
        went = rehearse_restore(file or newest_backup())
        click.echo(went.said)
        click.echo(
            _("%s comes back whole.") % went.source if went.whole else _("%s does not come back whole.") % went.source
        )
        sys.exit(0 if went.whole else 1)
    if file is None:
        raise click.UsageError(_("Name the backup to bring back."))
    os.umask(0o077)  # what comes back is for its owner only, as the backup is
    settings.LINLI_HOME.mkdir(parents=True, exist_ok=True)
    report = restore_backup(file, force=force)
    forgotten = forget_again()
    for finding in report.findings:
        click.echo(f"{finding.kind} {finding.place}: {finding.sentence}")
    made_at = moment_words(datetime.fromisoformat(report.made_at), with_year=True)
    words = {"made_at": made_at, "version": report.version, "count": report.files}
    click.echo(_("Restored the backup of %(made_at)s (linli %(version)s) with %(count)s files.") % words)
    if forgotten:
        click.echo(
            _("%s people in it were forgotten since; their rows were removed again, and nothing of them opens.")
            % forgotten
        )
    if report.findings:
        click.echo(_("The audit trail in it is not whole: %s findings.") % len(report.findings))
    tell_troubles(report.troubles)
    sys.exit(1 if report.findings else 0)


@group(short_help="look whether stored files are whole")
def files() -> None:
    """Photos and voice notes as they are stored."""


@files.command("check", short_help="read every stored file, draw rotten copies anew")
@spoken
def files_check() -> None:
    """Reads every stored file and holds it against its name and its row; rotten or missing copies are drawn anew out of what was
    received. Exit code 1 when something is lost."""
    from django.utils.translation import gettext as _

    from linli.core.platform.public import check_files

    report = check_files()
    click.echo(_("%s files were read.") % report.read)
    tell_troubles(report.troubles)


@group(short_help="verify the audit trail, print its roots")
def audit() -> None:
    """The audit trail: a hash chain per street, and a daily root over all chains to be kept elsewhere."""


@audit.command("verify", short_help="find what was changed behind linli's back")
@option("--root", help="a root that was kept elsewhere: everything up to it is held against it")
@option(
    "--roots", "roots_file", type=click.Path(path_type=Path, exists=True), help="a file with one `day root` per line"
)
@spoken
def audit_verify(root: str | None, roots_file: Path | None) -> None:
    """Finds every change, removal or addition behind linli's back, up to the newest root given. Exit code 1 when there is one."""
    from django.utils.translation import gettext as _

    from linli.core.platform.public import verify

    try:
        findings = verify(root, roots_file)
    except ValueError as error:  # what was given as a root is none
        raise click.UsageError(str(error)) from None
    for finding in findings:
        click.echo(f"{finding.kind} {finding.place}: {finding.sentence}")
    click.echo(_("The audit trail is whole.") if not findings else _("%s findings.") % len(findings))
    sys.exit(1 if findings else 0)


@audit.command("root", short_help="print today's root")
@spoken
def audit_root() -> None:
    """Prints today's root: the day and 64 hexadecimal digits that stand for every record of the audit trail.

    A day keeps its first root, so a second call on the same day prints the same line; what is written later that day stands
    in the next day's. Print it, mail it, keep it where linli's administrators cannot reach: `linli audit verify --roots` holds
    the trail against what was kept.
    """
    from linli.core.platform.public import local_today, make_root

    made = make_root(local_today())
    click.echo(f"{made.day} {made.root}")


@group(short_help="make and rotate keys")
def keys() -> None:
    """Keys: the secret of this deployment and the keys that seal personal fields."""


@keys.command("new-secret", short_help="print a new secret key")
def new_secret() -> None:
    """Prints a new LINLI_SECRET_KEY."""
    # Without Django's start: who needs this key has no settings yet that would let it start.
    from linli.core.platform.sealing.crypto import new_secret_key

    click.echo(new_secret_key())


@keys.command("new-field-key", short_help="print a new key for personal fields")
@click.argument("key_id")
def new_field_key_command(key_id: str) -> None:
    """Prints a new entry for LINLI_FIELD_KEYS, named KEY_ID. Put it first, keep the old ones behind it, then `linli keys rotate`."""
    from linli.core.platform.sealing.crypto import new_field_key

    try:
        click.echo(new_field_key(key_id))
    except ValueError:
        said = _("The key id is %r; give 1 to 16 letters, digits, - or _, such as 2026a.") % key_id
        raise click.UsageError(said) from None


@keys.command("rotate", short_help="seal personal fields with the first key")
@spoken
def rotate() -> None:
    """Seals every personal field anew with the first key of LINLI_FIELD_KEYS, and wraps the keys of persons anew; what these seal
    stays as it is. May be stopped and run again."""
    from django.utils.translation import gettext as _

    from linli.core.people.public import rewrap
    from linli.core.platform.public import rotate_sealed

    for table, done in rewrap():
        click.echo(f"{table}: {done}")
    count = 0
    for column, done in rotate_sealed():
        count += done
        click.echo(f"{column}: {done}")
    click.echo(_("Sealed anew: %s.") % count)


@keys.command("mirror", short_help="write the mirror of the keys of persons anew")
@spoken
def mirror() -> None:
    """Copies the keys of persons into LINLI_KEY_MIRROR, slot for slot: for a mirror that is new or was away."""
    from django.utils.translation import gettext as _

    from linli.core.platform.public import key_store

    click.echo(_("%s keys of persons stand in the mirror.") % key_store().mirror_again())


@group(short_help="messages that were not surely sent")
def messages() -> None:
    """Messages whose sending was interrupted are never repeated by themselves; here they are listed and sent again."""


@messages.command("stuck", short_help="list what failed or may have failed")
@spoken
def messages_stuck() -> None:
    """Lists messages that failed or of which nobody knows whether they left."""
    from django.utils.translation import gettext as _

    from linli.core.platform.public import local_time, stuck_messages

    rows = list(stuck_messages())
    for row in rows:
        at = f"{local_time(row.at):%Y-%m-%d %H:%M}"
        click.echo(f"{row.pk}\t{at}\t{row.channel}\t{row.template}\t{row.state}\t{row.error}")
    click.echo(_("%s messages.") % len(rows))


@messages.command("resend", short_help="send one message again")
@click.argument("message_id", type=int)
@spoken
def messages_resend(message_id: int) -> None:
    """Sends one message again, on your word that it did not arrive."""
    from django.utils.translation import gettext as _

    from linli.core.platform.public import SYSTEM, resend_message

    sent = resend_message(SYSTEM, message_id)
    click.echo(_("Will be sent.") if sent else _("There is no such message to resend."))


@group(short_help="long lists that are written as files")
def exports() -> None:
    """Lists that people take out and that are too long for one request; the worker starts this by itself."""


@exports.command("work-off", short_help="write what waits")
@spoken
def exports_work_off() -> None:
    """Writes the exports that wait, one after the other. Another process that is at it is left alone."""
    from django.urls import get_resolver
    from django.utils.translation import gettext as _

    from linli.core.desk.public import work_off_exports

    get_resolver().url_patterns  # noqa: B018 - lists are known when their addresses are
    click.echo(_("%s exports ended.") % work_off_exports())
