"""`linli import`: files that the installed packages know how to bring in (the slot `imports` of a descriptor)."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linli.config.commands.language import spoken
from linli.lib.bad_rows import (
    every_fault_in,
    faults_option,
    progress,
    refuse_counted,
    sheet_option,
    show_kinds,
    tell_remarks,
    told_of_file,
)
from linli.lib.speech import command, option

if TYPE_CHECKING:
    from linli.core.exchange.public import Report, Source

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@command("import", short_help="bring in a table: what can be, what was, and taking it back")
@click.argument("code", required=False)
@click.argument("file", type=FILE, required=False)
@option("--list", "listed", is_flag=True, help="say what can be brought in, and what was")
@option(
    "--mapping", "mapping_file", type=FILE, help="TOML file that says which column is what; default: by the headings"
)
@option("--dry-run", is_flag=True, help="do everything but the commit, and say what would happen")
@option("--take-good", is_flag=True, help="take the good rows although others cannot be taken")
@option("--undo", "undo", type=int, metavar="NUMBER", help="take this import back")
@option("--also-worked-on", is_flag=True, help="with --undo: also what people have worked on since")
@option("--work-off", is_flag=True, hidden=True, help="work off what was asked for on the pages")
@sheet_option
@faults_option
@spoken
def import_(
    code: str | None, file: Path | None, mapping_file: Path | None, undo: int | None, faults_file: Path | None, sheet: str, *, listed: bool,
    dry_run: bool, take_good: bool, also_worked_on: bool, work_off: bool,
) -> None:  # fmt: skip
    """Brings the table FILE in as CODE; `linli import --list` names the codes. CSV or an Excel workbook.

    Columns are found by their headings, in any order. Nothing is kept when a row is bad, unless --take-good. What is here
    already stays as it is, so a second time changes nothing; broken off, the same command goes on.
    """
    if work_off:
        from linli.core.exchange.public import work_off_imports

        work_off_imports()
    elif listed:
        _list()
    elif undo is not None:
        _undo(undo, also_worked_on=also_worked_on)
    elif code is None or file is None:
        from django.utils.translation import gettext as _

        raise click.UsageError(
            _("Say what is brought in and from which file, such as `linli import components file.csv`.")
        )
    else:
        _bring_in(code, file, mapping_file, faults_file, sheet, dry_run=dry_run, take_good=take_good)


def _bring_in(
    code: str,
    file: Path,
    mapping_file: Path | None,
    faults_file: Path | None,
    sheet: str,
    *,
    dry_run: bool,
    take_good: bool,
) -> None:
    from django.utils.translation import gettext as _

    from linli.core.exchange.public import How, Report, bring_in, fault_of, opened

    begun, report = time.perf_counter(), Report()
    try:
        with (
            told_how_to_go_on(), told_of_file(faults_file), file.open("rb") as content, every_fault_in(faults_file) as put,
            progress(0, _("Keeping")) as advance,
        ):  # fmt: skip
            given = opened(content, file.name, sheet=sheet)
            source = _source(code, given.table.columns, mapping_file)
            if put:
                report.faults.pass_on_to(lambda error: put(fault_of(error)))
            how = How(dry_run=dry_run, take_good=take_good, on_progress=lambda _reading, rows: advance(rows))
            bring_in(source, given, report, how)
    except KeyboardInterrupt:
        show_left_open(code)
        raise
    tell_remarks(given.table.remarks)
    for note in source.notes():
        click.echo(note)
    show_kinds(report.faults.kinds())
    if report.faults.count and not (report.written or dry_run):
        refuse_counted(report.faults.count, report.rows, offered=faults_file is None)
    show_unfinished(report)
    _show_done(report, time.perf_counter() - begun)
    if report.faults.count:
        raise SystemExit(1)


def _source(code: str, columns: Sequence[str], mapping_file: Path | None) -> Source:
    """The source of rows: by the mapping file, else by the headings."""
    from django.utils.translation import gettext as _

    from linli.core.exchange.public import DeclaredSource, declaration_of, guessed, parse_mapping
    from linli.core.platform.public import ImportAsked, now

    declared, asked = declaration_of(code), ImportAsked(access=None, now=now())
    if declared.ground is not None:
        raise click.UsageError(_("This is a file of ground; bring it in by `linli %s import`.") % code)
    if declared.command:
        raise click.UsageError(_("This comes in by a command of its own: `linli %s`.") % declared.command)
    document = mapping_file.read_bytes() if mapping_file else b""
    if declared.source is not None:
        if mapping_file is None:
            raise click.UsageError(_("This import needs a mapping file: --mapping MAP.toml (docs/imports.md)."))
        source: Source = declared.source(document, asked)
        return source
    return DeclaredSource(declared, parse_mapping(document) if mapping_file else guessed(declared, columns), asked)


def _show_done(report: Report, seconds: float) -> None:
    from django.utils.translation import gettext as _

    counts = {
        "added": report.added, "changed": report.changed, "unchanged": report.unchanged, "bad": report.faults.count,
        "seconds": seconds, "number": report.import_id or "—",
    }  # fmt: skip
    if report.written:
        said = _(
            "%(added)s new, %(changed)s changed, %(unchanged)s here already, %(bad)s bad; import %(number)s (%(seconds).1f s)."
        )
    else:
        said = _(
            "Would be: %(added)s new, %(changed)s changed, %(unchanged)s here already, %(bad)s bad. Nothing was changed (%(seconds).1f s)."
        )
    click.echo(said % counts)


def show_unfinished(report: Report) -> None:
    """Says what was broken off before: what this import went on with, and what stands open."""
    from django.utils.translation import gettext as _

    if report.goes_on is not None:
        click.echo(
            _("Import %(id)s had been broken off with %(count)s rows; this went on with it.")
            % {"id": report.goes_on.import_id, "count": report.goes_on.kept}
        )
    for one in report.left_open:
        _left_open(one.import_id, one.file_name, one.kept)


@contextmanager
def told_how_to_go_on() -> Iterator[None]:
    """Says of an import that stopped what can be typed now."""
    from django.utils.translation import gettext as _

    from linli.core.exchange.public import ImportBroken

    try:
        yield
    except ImportBroken as broken:
        if broken.import_id is not None:
            click.echo(
                _(
                    "The same command goes on with it, with --take-good also without rows that cannot be kept; "
                    "`linli import --undo %s` takes it back."
                )
                % broken.import_id,
                err=True,
            )
        raise


def show_left_open(code: str, namespace: str = "") -> None:
    """Names the imports of a kind that were broken off, and how they go on."""
    from linli.core.exchange.public import unfinished

    for one in unfinished(code, namespace):
        _left_open(one.import_id, one.file_name, one.kept)


def _left_open(import_id: int, file_name: str, kept: int) -> None:
    from django.utils.translation import gettext as _

    click.echo(
        _(
            "Import %(id)s (%(file)s) is broken off with %(count)s rows. The same command goes on with it; "
            "`linli import --undo %(id)s` takes it back."
        )
        % {"id": import_id, "file": file_name, "count": kept},
        err=True,
    )


def _list() -> None:
    """What can be brought in, and the imports: number, day, state, rows kept, kind, file."""
    from django.db.models import Count

    from linli.core.exchange.public import ImportRun, RunState
    from linli.core.platform.public import Import, local_time, parts, title_in

    for declared in parts(Import):
        click.echo(f"{declared.code}\t{title_in(declared.titles)}\t{title_in(declared.explained)}")
    runs = ImportRun.objects.exclude(state__in=(RunState.DROPPED, RunState.RECEIVED)).annotate(kept=Count("imported"))
    for one in runs.order_by("id"):
        state = RunState.BROKEN if one.state == RunState.KEEPING else RunState(one.state)
        begun = f"{local_time(one.started_at):%Y-%m-%d %H:%M}"
        click.echo(f"{one.id}\t{begun}\t{state.label}\t{one.kept}\t{one.code}\t{one.namespace}\t{one.file_name}")


def _undo(number: int, *, also_worked_on: bool) -> None:
    from django.utils.translation import gettext as _

    from linli.core.exchange.public import take_back

    done = take_back(number, also_worked_on=also_worked_on)
    click.echo(
        _("Import %(id)s: %(rows)s rows taken back, %(already)s had been before.")
        % {"id": number, "rows": done.rows, "already": done.already}
    )
    if done.stay:
        click.echo(_("%s rows stay as they are:") % done.stay, err=True)
        for reference, why in done.why[:20]:
            click.echo(f"  {reference}: {why}", err=True)
        raise SystemExit(1)
