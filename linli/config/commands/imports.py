"""Filling a city: areas from CSV, grids from GeoJSON, cases with their history from CSV."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from linli.config.cli import start_django

if TYPE_CHECKING:
    from linli.core.cases.public import HistoryReport
    from linli.lib.tables import TableError

SHOWN_ERRORS = 20


def refuse_bad_rows(errors: Sequence[object], total: int) -> None:
    """Prints what is wrong, row by row, and ends with exit code 1; nothing was written."""
    from django.utils.translation import gettext as _

    for error in errors[:SHOWN_ERRORS]:
        click.echo(str(error), err=True)
    if len(errors) > SHOWN_ERRORS:
        click.echo(_("… and %d more") % (len(errors) - SHOWN_ERRORS), err=True)
    click.echo(
        _("%(bad)d of %(total)d rows cannot be taken; nothing was changed. Mend them and run the command again.")
        % {"bad": len(errors), "total": total},
        err=True,
    )
    raise SystemExit(1)


@click.group(short_help="import the area tree")
def areas() -> None:
    """The tree of administrative areas."""


@areas.command("import", short_help="import areas from a CSV file")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--retire-missing", is_flag=True, help="retire areas that the file no longer has")
def areas_import(file: Path, retire_missing: bool) -> None:
    """Imports areas from a CSV FILE with the columns code, name, level; optional parent, code_system, name_en.

    \b
    code         12 digits of the statistics' area codes; others with code_system
    level        city (市), district (区, 县), street (街道, 镇, 乡), community (社区, 村)
    parent       the code of the area above; empty for the first
    code_system  what the codes are when not the statistics', such as us-census

    UTF-8 (with or without BOM) or GBK. Nothing is written when a row is bad; a second time changes nothing.
    """
    start_django()
    from linli.core.areas.public import import_areas, parse_area_rows
    from linli.core.platform.public import SYSTEM
    from linli.lib.tables import TableError, open_table

    begun = time.perf_counter()
    try:
        with file.open("rb") as source:
            table = open_table(source, required=("code", "name", "level"))
            found = list(table.rows())
    except TableError as error:
        click.echo(in_reader_language(error), err=True)
        raise SystemExit(1) from None
    rows, errors = parse_area_rows(found)
    if errors:
        refuse_bad_rows(errors, len(found))
    result = import_areas(SYSTEM, rows, source=file.name, retire_missing=retire_missing)
    click.echo(
        f"Areas: {result.added} added, {result.changed} changed, {result.unchanged} unchanged, {result.retired} retired "
        f"({time.perf_counter() - begun:.1f} s)."
    )


@click.group(short_help="import and publish grids")
def grids() -> None:
    """Grids and their published versions."""


@grids.command("import", short_help="publish the grids of a GeoJSON file")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--layer", "layer_code", default="main", show_default=True, help="code of the layer")
@click.option("--layer-name", default="综合网格", show_default=True, help="name of the layer when it is made")
@click.option(
    "--from", "from_day", default="", metavar="DAY", help="in force from that day on, as 2027-01-01; default: at once"
)
def grids_import(file: Path, layer_code: str, layer_name: str, from_day: str) -> None:
    """Publishes the grids of a GeoJSON FILE as a new version of a layer, in force at once or from a later day on.

    Properties: code, area (code of the community), name; optional kind, purpose, name_en, households, people. Nothing is written
    when a feature is bad; the same file again makes no new version. When it begins, open cases go to the grid that then has
    their place, closed ones keep theirs.
    """
    start_django()
    from linli.core.cases.public import cases_moving
    from linli.core.grids.public import create_layer, main_layer, parse_beginning, parse_grid_file, publish_grid_set
    from linli.core.platform.public import SYSTEM

    begun = time.perf_counter()
    begins = parse_beginning(from_day)
    rows, errors = parse_grid_file(file.read_bytes())
    if errors:
        refuse_bad_rows(errors, len(rows) + len(errors))
    layer = create_layer(SYSTEM, code=layer_code, name=layer_name, is_main=main_layer() is None)
    moving = sum(one.count for one in cases_moving(rows)) if layer.is_main else 0
    result = publish_grid_set(SYSTEM, layer=layer, rows=rows, source=file.name, valid_from=begins)
    version = f"version {result.version.number}" if result.version else "no new version, nothing differs"
    if result.version and begins:
        version += f", begins {begins:%Y-%m-%d}"
    if result.version and moving:
        version += f"; open cases that change their grid then: {moving}"
    click.echo(
        f"Grids: {result.added} added, {result.changed} changed, {result.unchanged} unchanged, {result.retired} retired; {version} "
        f"({time.perf_counter() - begun:.1f} s)."
    )


@click.group(short_help="import cases with their history")
def cases() -> None:
    """Cases of an older system."""


def in_reader_language(error: TableError) -> str:
    """An error of a file as a sentence in the language of the settings."""
    from django.utils.translation import gettext

    return error.in_language(gettext)


def count_lines(file: Path) -> int:
    """How many lines a file has: what a progress bar can know beforehand."""
    with file.open("rb") as source:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: source.read(1 << 20), b""))


@contextmanager
def progress(lines: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, silence elsewhere; gives a function that takes the rows done so far."""
    err = sys.stderr
    with click.progressbar(length=lines, label="Keeping", file=err, hidden=not err.isatty()) as bar:
        yield lambda rows_done: bar.update(rows_done - bar.pos)


def show_history_report(report: HistoryReport, seconds: float) -> None:
    """Prints what an import found and did."""
    taken = report.rows - len(report.errors)
    if report.columns is not None:
        for column in report.columns.left_out:
            click.echo(f"Column {column} is left out: linli keeps nothing of this kind.")
        click.echo(f"{len(report.columns.dropped)} columns dropped as the mapping says.")
    for error in report.errors[:SHOWN_ERRORS]:
        click.echo(in_reader_language(error), err=True)
    click.echo(f"{report.rows} rows: {taken} good, {len(report.errors)} bad; {report.types} types.")
    click.echo(
        f"Closed in time: our rule and the old flag agree on {report.agreeing} rows and disagree on "
        f"{len(report.disagreeing)}; {report.without_due} rows have no due time, {len(report.without_flag)} a due time "
        f"and no flag; late: {report.late}."
    )
    for one in report.disagreeing[:SHOWN_ERRORS]:
        click.echo(
            f"  line {one.line}, {one.reference}: due {one.due_at}, closed {one.closed_at}: "
            f"ours {one.ours}, theirs {one.theirs}"
        )
    for line, reference, ours in report.without_flag[:SHOWN_ERRORS]:
        word = {True: "in time", False: "late", None: "open"}[ours]
        click.echo(f"  line {line}, {reference}: no flag; by our rule {word}")
    if report.ambiguous_times:
        click.echo(f"{report.ambiguous_times} clock times came twice that night; the first was taken.")
    if not report.written:
        click.echo(f"Nothing was changed ({seconds:.1f} s).")
        return
    click.echo(
        f"Catalogue: {report.categories_made} categories made, "
        f"{len(report.types_without_limit)} of them without a limit."
    )
    for line, reference in report.differing[:SHOWN_ERRORS]:
        click.echo(f"  line {line}, {reference}: here already, and now different; it was left as it is")
    click.echo(
        f"Of the new ones: {report.without_position} without position, {report.without_grid} without grid, "
        f"{report.words_over} so old that their words are not kept any more."
    )
    number = f"import {report.import_id}" if report.import_id else "no import, nothing was new"
    click.echo(
        f"Cases: {report.added} added, {report.unchanged} here already; {number} "
        f"({seconds:.1f} s, {taken / max(seconds, 0.001):.0f} rows/s)."
    )


@cases.command("import", short_help="import cases from a CSV file, by a mapping")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--mapping", "mapping_file", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
              help="TOML file that says which column is what")  # fmt: skip
@click.option("--take-good", is_flag=True, help="take the good rows although others are bad")
@click.option("--dry-run", is_flag=True, help="only say what would happen")
@click.option("--make-catalogue", is_flag=True, help="add a category for each type that has none")
def cases_import(file: Path, mapping_file: Path, take_good: bool, dry_run: bool, make_catalogue: bool) -> None:
    """Imports the history of an old system from a CSV FILE, by a mapping (docs/imports.md).

    Nothing is written when a row is bad, unless --take-good. What is here already stays as it is, so a second time
    changes nothing; broken off, the same command goes on. `linli cases import-undo` takes an import back whole.
    """
    start_django()
    from linli.core.cases.public import import_history, parse_mapping
    from linli.lib.tables import TableError

    begun = time.perf_counter()
    try:
        with file.open("rb") as source, progress(count_lines(file)) as advance:
            report = import_history(
                source, parse_mapping(mapping_file.read_bytes()), file_name=file.name, take_good=take_good,
                dry_run=dry_run, with_catalogue=make_catalogue, on_progress=advance,
            )  # fmt: skip
    except TableError as error:
        click.echo(in_reader_language(error), err=True)
        raise SystemExit(1) from None
    if report.errors and not (report.written or dry_run):
        refuse_bad_rows([in_reader_language(error) for error in report.errors], report.rows)
    show_history_report(report, time.perf_counter() - begun)


@cases.command("import-undo", short_help="take an import back whole")
@click.argument("import_id", type=int)
@click.option("--also-worked-on", is_flag=True, help="also cases that people have acted on since")
def cases_import_undo(import_id: int, also_worked_on: bool) -> None:
    """Takes the import IMPORT_ID back whole: its cases become void, their timelines stay. Twice changes nothing."""
    start_django()
    from linli.core.cases.public import take_back_import

    done = take_back_import(import_id, also_worked_on=also_worked_on)
    click.echo(f"Import {import_id}: {done.cases} cases taken back, {done.already} had been before.")


@cases.command("imports", short_help="list the imports")
def cases_imports() -> None:
    """Lists the imports: number, state, file."""
    start_django()
    from linli.core.cases.public import CaseImport

    for one in CaseImport.objects.order_by("id"):
        state = "taken back" if one.taken_back_at else "whole" if one.finished_at else "broken off"
        click.echo(f"{one.id}\t{one.started_at:%Y-%m-%d %H:%M}Z\t{state}\t{one.system}\t{one.file_name}")
