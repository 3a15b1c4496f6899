"""Filling a city: areas and cases with their history from CSV or Excel, grids from GeoJSON."""

from __future__ import annotations

import time
from contextlib import nullcontext
from pathlib import Path

import click

from linli.config.commands.language import spoken
from linli.lib.bad_rows import (
    count_lines,
    error_fault,
    every_fault_in,
    faults_option,
    progress,
    refuse_bad_rows,
    refuse_counted,
    sheet_option,
    show_kinds,
    tell_remarks,
    told_of_file,
)
from linli.lib.speech import group, option

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@group(short_help="import the area tree")
def areas() -> None:
    """The tree of administrative areas."""


@areas.command("import", short_help="import areas from a CSV file or a workbook")
@click.argument("file", type=FILE)
@option("--retire-missing", is_flag=True, help="retire areas that the file no longer has")
@sheet_option
@faults_option
@spoken
def areas_import(file: Path, faults_file: Path | None, sheet: str, *, retire_missing: bool) -> None:
    """Imports areas from a FILE, CSV or Excel, with the columns code, name, level; optional parent, code_system, name_en.

    \b
    code         12 digits of the statistics' area codes; others with code_system
    level        city (市), district (区, 县), street (街道, 镇, 乡), community (社区, 村, 居委会), group (居民小组)
    parent       the code of the area above; empty for the first
    code_system  what the codes are when not the statistics', such as us-census

    Headings may be Chinese: 代码, 名称, 级别, 上级. UTF-8, UTF-16 or GBK. Nothing is written when a row is bad; a second
    time changes nothing.
    """
    from django.utils.translation import gettext as _

    from linli.core.areas.public import AREA_HEADINGS, import_areas, parse_area_rows
    from linli.core.forms.public import bring_forms
    from linli.core.platform.public import SYSTEM
    from linli.lib.tables import TableError, open_table

    begun = time.perf_counter()
    with told_of_file(faults_file), file.open("rb") as source:
        table = open_table(source, required=("code", "name", "level"), known=AREA_HEADINGS, sheet=sheet)
        tell_remarks(table.remarks)
        broken: list[TableError] = []
        found = list(table.rows(broken.append))
    rows, errors = parse_area_rows(found)
    faults = sorted([error_fault(error) for error in broken] + errors)
    if faults:
        refuse_bad_rows(faults, len(found) + len(broken), faults_file, offered=True)
    result = import_areas(SYSTEM, rows, source=file.name, retire_missing=retire_missing)
    bring_forms()  # those of departments are for the whole city, which was not there before
    click.echo(
        _("Areas: %(added)s added, %(changed)s changed, %(unchanged)s unchanged, %(retired)s retired (%(seconds).1f s).")
        % {
            "added": result.added, "changed": result.changed, "unchanged": result.unchanged, "retired": result.retired,
            "seconds": time.perf_counter() - begun,
        }
    )  # fmt: skip


@group(short_help="import and publish grids")
def grids() -> None:
    """Grids and their published versions."""


@grids.command("import", short_help="publish the grids of a GeoJSON file")
@click.argument("file", type=FILE)
@option("--layer", "layer_code", default="main", show_default=True, help="code of the layer")
@option("--layer-name", default="综合网格", show_default=True, help="name of the layer when it is made")
@option(
    "--from", "from_day", default="", metavar="DAY", help="in force from that day on, as 2027-01-01; default: at once"
)
@option(
    "--coordinates",
    type=click.Choice(("wgs84", "gcj02", "bd09", "cgcs2000"), case_sensitive=False),
    default=None,
    help="what the degrees of the file are; default: what the file says, else wgs84",
)
@option("--dry-run", is_flag=True, help="only say what would change")
@faults_option
@spoken
def grids_import(
    file: Path, layer_code: str, layer_name: str, from_day: str, coordinates: str | None, faults_file: Path | None, *, dry_run: bool
) -> None:  # fmt: skip
    """Publishes the grids of a GeoJSON FILE as a new version of a layer, in force at once or from a later day on.

    Properties: code, area (code of the community), name; optional kind, purpose, name_en, households, people. Nothing is written
    when a feature is bad; the same file again makes no new version. When it begins, open cases go to the grid that then has
    their place, closed ones keep theirs. Coordinates are degrees, or in the system that the file names; it says what was
    done with them. Grids outside of the city and grids on the same ground are refused.
    """
    from django.utils.translation import gettext as _

    from linli.core.cases.public import cases_moving
    from linli.core.grids.public import create_layer, main_layer, parse_beginning, parse_grid_file, publish_grid_set
    from linli.core.platform.public import SYSTEM, rehearse

    begun = time.perf_counter()
    begins = parse_beginning(from_day)
    rows, errors = parse_grid_file(file.read_bytes(), coordinates=coordinates or "", told=click.echo)
    if errors:
        faults = [error.fault for error in errors]
        total = len(rows) + len(errors) if errors[0].number else 0
        refuse_bad_rows(faults, total, faults_file, features=True, offered=True)
    with rehearse(SYSTEM) if dry_run else nullcontext():
        layer = create_layer(SYSTEM, code=layer_code, name=layer_name, is_main=main_layer() is None)
        moving = sum(one.count for one in cases_moving(rows)) if layer.is_main else 0
        result = publish_grid_set(SYSTEM, layer=layer, rows=rows, source=file.name, valid_from=begins)
    version = _("version %s") % result.version.number if result.version else _("no new version, nothing differs")
    if result.version and begins:
        version += _(", begins %s") % f"{begins:%Y-%m-%d}"
    if result.version and moving:
        version += _("; open cases that change their grid then: %s") % moving
    click.echo(
        _("Grids: %(added)s added, %(changed)s changed, %(unchanged)s unchanged, %(retired)s retired; %(version)s (%(seconds).1f s).")
        % {
            "added": result.added, "changed": result.changed, "unchanged": result.unchanged, "retired": result.retired,
            "version": version, "seconds": time.perf_counter() - begun,
        }
    )  # fmt: skip
    if dry_run:
        click.echo(_("Nothing was changed."))


@group(short_help="import cases with their history")
def cases() -> None:
    """Cases of an older system."""


@cases.command("import", short_help="import cases from a CSV file or a workbook, by a mapping")
@click.argument("file", type=FILE)
@option("--mapping", "mapping_file", required=True, type=FILE, help="TOML file that says which column is what")
@option("--take-good", is_flag=True, help="take the good rows although others cannot be taken")
@option("--dry-run", is_flag=True, help="do everything but the commit, and say what would happen")
@option("--make-catalogue", is_flag=True, help="add a category for each type that has none")
@sheet_option
@faults_option
@spoken
def cases_import(
    file: Path,
    mapping_file: Path,
    faults_file: Path | None,
    sheet: str,
    *,
    take_good: bool,
    dry_run: bool,
    make_catalogue: bool,
) -> None:
    """Imports the history of an old system from a FILE, CSV or Excel, by a mapping (docs/imports.md).

    Nothing is written when a row is bad, unless --take-good. What is here already stays as it is, so a second time
    changes nothing; broken off, the same command goes on. `linli import --undo` takes an import back, `linli import --list` shows them.
    """
    from django.utils.translation import gettext as _

    from linli.config.commands.exchange import show_left_open, told_how_to_go_on
    from linli.config.commands.history_report import show_history_report
    from linli.core.cases.public import import_history, parse_mapping
    from linli.core.exchange.public import fault_of

    begun = time.perf_counter()
    mapping = parse_mapping(mapping_file.read_bytes())
    try:
        with (
            told_how_to_go_on(), told_of_file(faults_file), file.open("rb") as source, every_fault_in(faults_file) as put,
            progress(count_lines(file), _("Keeping")) as advance,
        ):  # fmt: skip
            report = import_history(
                source, mapping, file_name=file.name, take_good=take_good, dry_run=dry_run, with_catalogue=make_catalogue,
                on_progress=advance, on_error=(lambda error: put(fault_of(error))) if put else None, sheet=sheet,
            )  # fmt: skip
    except KeyboardInterrupt:
        show_left_open("history", mapping.system)
        raise
    tell_remarks(report.remarks)
    bad = report.faults.count
    show_kinds(report.faults.kinds())
    if bad and not (report.written or dry_run):
        refuse_counted(bad, report.rows, offered=faults_file is None)
    show_history_report(report, time.perf_counter() - begun)
    if bad:
        raise SystemExit(1)
