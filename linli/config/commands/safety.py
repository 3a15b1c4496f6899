"""Backups, the audit trail, keys, messages that got stuck."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from linli.config.cli import start_django


@click.command(short_help="write database and files into one file")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Writes the database and all uploaded files into FILE (a tar with a manifest); consistent while the server runs.

    Keys are not in it: keep LINLI_SECRET_KEY and LINLI_FIELD_KEYS apart from the backup.
    """
    start_django()
    from linli.core.platform.public import make_backup

    report = make_backup(file)
    click.echo(f"{report.path}: {report.size_bytes / 1e6:.1f} MB, {report.files} files.")


@click.command(short_help="bring a backup back")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="replace a database that is not empty")
def restore(file: Path, force: bool) -> None:
    """Brings database and files back from FILE, into an empty database, and verifies the audit trail. Stop the server first."""
    start_django()
    from django.conf import settings

    from linli.core.platform.public import restore_backup

    settings.LINLI_HOME.mkdir(parents=True, exist_ok=True)
    report = restore_backup(file, force=force)
    for finding in report.findings:
        click.echo(f"{finding.kind} {finding.place}: {finding.sentence}")
    click.echo(f"Restored the backup of {report.made_at} (linli {report.version}) with {report.files} files.")
    if report.findings:
        click.echo(f"The audit trail in it is not whole: {len(report.findings)} findings.")
        sys.exit(1)


@click.group(short_help="verify the audit trail, print its roots")
def audit() -> None:
    """The audit trail: a hash chain per street, and a daily root over all chains to be kept elsewhere."""


@audit.command("verify", short_help="find what was changed behind linli's back")
@click.option("--root", help="a root that was kept elsewhere: everything up to it is held against it")
@click.option(
    "--roots", "roots_file", type=click.Path(path_type=Path, exists=True), help="a file with one `day root` per line"
)
def audit_verify(root: str | None, roots_file: Path | None) -> None:
    """Finds every change, removal or addition behind linli's back, up to the newest root given. Exit code 1 when there is one."""
    start_django()
    from linli.core.platform.public import verify

    try:
        findings = verify(root, roots_file)
    except ValueError as error:  # what was given as a root is none
        raise click.UsageError(str(error)) from None
    for finding in findings:
        click.echo(f"{finding.kind} {finding.place}: {finding.sentence}")
    click.echo("The audit trail is whole." if not findings else f"{len(findings)} findings.")
    sys.exit(1 if findings else 0)


@audit.command("root", short_help="print today's root")
def audit_root() -> None:
    """Prints today's root: the day and 64 hexadecimal digits that stand for every record of the audit trail.

    A day keeps its first root, so a second call on the same day prints the same line; what is written later that day stands
    in the next day's. Print it, mail it, keep it where linli's administrators cannot reach: `linli audit verify --roots` holds
    the trail against what was kept.
    """
    start_django()
    from linli.core.platform.public import local_today, make_root

    made = make_root(local_today())
    click.echo(f"{made.day} {made.root}")


@click.group(short_help="make and rotate keys")
def keys() -> None:
    """Keys: the secret of this deployment and the keys that seal personal fields."""


@keys.command("new-secret")
def new_secret() -> None:
    """Prints a new LINLI_SECRET_KEY."""
    # Without Django's start: who needs this key has no settings yet that would let it start.
    from linli.core.platform.crypto import new_secret_key

    click.echo(new_secret_key())


@keys.command("new-field-key", short_help="print a new key for personal fields")
@click.argument("key_id")
def new_field_key_command(key_id: str) -> None:
    """Prints a new entry for LINLI_FIELD_KEYS, named KEY_ID. Put it first, keep the old ones behind it, then `linli keys rotate`."""
    from linli.core.platform.crypto import new_field_key

    try:
        click.echo(new_field_key(key_id))
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@keys.command("rotate", short_help="seal personal fields with the first key")
def rotate() -> None:
    """Seals every personal field anew with the first key of LINLI_FIELD_KEYS. May be stopped and run again."""
    start_django()
    from linli.core.platform.public import rotate_sealed

    count = 0
    for column, done in rotate_sealed():
        count += done
        click.echo(f"{column}: {done}")
    click.echo(f"Sealed anew: {count}.")


@click.group(short_help="messages that were not surely sent")
def messages() -> None:
    """Messages whose sending was interrupted are never repeated by themselves; here they are listed and sent again."""


@messages.command("stuck", short_help="list what failed or may have failed")
def messages_stuck() -> None:
    """Lists messages that failed or of which nobody knows whether they left."""
    start_django()
    from linli.core.platform.public import stuck_messages

    rows = list(stuck_messages())
    for row in rows:
        click.echo(f"{row.pk}\t{row.at:%Y-%m-%d %H:%M}\t{row.channel}\t{row.template}\t{row.state}\t{row.error}")
    click.echo(f"{len(rows)} messages.")


@messages.command("resend", short_help="send one message again")
@click.argument("message_id", type=int)
def messages_resend(message_id: int) -> None:
    """Sends one message again, on your word that it did not arrive."""
    start_django()
    from linli.core.platform.public import SYSTEM, resend_message

    click.echo("Will be sent." if resend_message(SYSTEM, message_id) else "There is no such message to resend.")
