"""Filling a city: areas and cases with their history from CSV or Excel, grids from files of places."""

from __future__ import annotations

import time
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import click

from linli.config.commands.grid_versions import (
    by_option,
    follow,
    move_version,
    reason_option,
    take_back_version,
    undo_version,
    versions,
)
from linli.config.commands.language import spoken
from linli.config.commands.regular_grids import regular
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
from linli.lib.faults import Fault
from linli.lib.speech import group, option

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
MOST_REMARKS = 20


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


@grids.command("import", short_help="publish the grids of a file")
@click.argument("file", type=FILE)
@option("--layer", "layer_code", default="main", show_default=True, help="code of the layer")
@option("--layer-name", default="综合网格", show_default=True, help="name of the layer when it is made")
@option(
    "--from", "from_day", default="", metavar="DAY", help="in force from that day on, as 2027-01-01; default: at once"
)
@option(
    "--coordinates",
    default="",
    metavar="SYSTEM",
    help="wgs84, gcj02, bd09, cgcs2000 or a code such as EPSG:4538; default: what the file says, else wgs84",
)
@option("--swapped", is_flag=True, help="the first number of each pair is north, or the latitude")
@option("--mend", is_flag=True, help="mend slivers at borders, gaps under a metre and borders that touch themselves")
@option("--file-layer", default="", metavar="NAME", help="layer of the file; default: the first with shapes")
@option("--dry-run", is_flag=True, help="only say what would change")
@reason_option
@by_option
@faults_option
@spoken
def grids_import(
    file: Path, layer_code: str, layer_name: str, from_day: str, coordinates: str, file_layer: str, reason: str, username: str,
    faults_file: Path | None, *, swapped: bool, mend: bool, dry_run: bool,
) -> None:  # fmt: skip
    """Publishes the grids of a FILE as a new version of a layer, in force at once or from a later day on.

    A Shapefile (.shp or ZIP), GeoPackage, GeoJSON, KML, or a table with WKT (docs/ground-files.md).

    Properties: code, area (code of the community), name; optional kind, purpose, name_en, households, people. Nothing is written
    when a feature is bad; the same file again makes no new version. When it begins, open cases go to the grid that then has
    their place, closed ones keep theirs. Coordinates are degrees, or in the system that the file names; it says what was
    done with them. Grids outside of the city and grids on the same ground are refused.
    """
    from django.utils.translation import gettext as _

    from linli.core.access.public import actor_named
    from linli.core.cases.public import cases_moving
    from linli.core.grids.public import (
        Choices,
        as_they_stand,
        create_layer,
        last_version,
        main_layer,
        parse_beginning,
        publish_grid_set,
        read_grids,
    )
    from linli.core.platform.public import in_words, local_time, rehearse
    from linli.lib.geo.files import NoPlaces, packed, read_places

    begun = time.perf_counter()
    begins = parse_beginning(from_day)
    try:
        with packed(file) as source:
            layer_read = read_places(source, file_layer)
    except NoPlaces as refused:
        refuse_bad_rows([Fault(0, "file", "", in_words(refused.sentence))], 0, faults_file, features=True)
        raise AssertionError from refused  # the line above ends the command
    read = read_grids(layer_read, Choices(coordinates=coordinates, swapped=swapped, mend=mend), told=click.echo)
    rows = read.rows
    for remark in read.remarks[:MOST_REMARKS]:
        click.echo(f"{remark.mend} ({remark.lon:.6f}, {remark.lat:.6f})")
    if len(read.remarks) > MOST_REMARKS:
        click.echo(_("… and %s more.") % (len(read.remarks) - MOST_REMARKS))
    if read.mended:
        click.echo(
            _("Mended: %(count)s grids; a border moved by %(metres)s m at most.")
            % {"count": len(read.mended), "metres": f"{read.moved_m:.2f}"}
        )
    if read.errors:
        faults = [error.fault for error in read.errors]
        refuse_bad_rows(faults, read.total if read.errors[0].number else 0, faults_file, features=True, offered=True)
    actor = actor_named(username)
    with rehearse(actor) if dry_run else nullcontext():
        layer = create_layer(actor, code=layer_code, name=layer_name, is_main=main_layer() is None)
        rows = as_they_stand(layer, rows, read.columns)
        moving = sum(one.count for one in cases_moving(rows)) if layer.is_main else 0
        result = publish_grid_set(
            actor, layer=layer, rows=rows, source=file.name, valid_from=begins, reason=reason[:200]
        )
    version = _("version %s") % result.version.number if result.version else _("no new version, nothing differs")
    last = last_version(layer) if not result.version else None
    if last is not None and last.begun_at is None:
        version += _("; version %(number)s with these grids begins %(day)s") % {
            "number": last.number, "day": f"{local_time(last.valid_from):%Y-%m-%d}",
        }  # fmt: skip
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


@grids.command("export", short_help="write the grids of a layer into a file")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@option("--layer", "layer_code", default="main", show_default=True, help="code of the layer")
@option("--on", "on_day", default="", metavar="DAY", help="those in force on that day, as 2026-12-01; default: now")
@option(
    "--encoding",
    type=click.Choice(("UTF-8", "GBK"), case_sensitive=False),
    default="UTF-8",
    show_default=True,
    help="of the texts of a Shapefile",
)
@spoken
def grids_export(file: Path, layer_code: str, on_day: str, encoding: str) -> None:
    """Writes the grids of a layer into FILE, which is what its name says: .gpkg, .zip (Shapefile), .geojson or .xlsx.

    Longitude and latitude of WGS 84. The file comes in again by `linli grids import` and changes nothing.
    """
    from django.utils.translation import gettext as _

    from linli.core.grids.public import GridLayer, grids_as_layer
    from linli.core.platform.public import BadInput, day_start, in_words, now
    from linli.lib.geo.writing import FORMATS, CannotHold, written

    layer = GridLayer.objects.filter(code=layer_code).first()
    if layer is None:
        raise BadInput(_("There is no layer “%s”.") % layer_code, field="layer")
    if file.suffix.lower() not in FORMATS:
        raise BadInput(_("The name of the file ends in one of: %s.") % ", ".join(FORMATS), field="file")
    try:
        instant = day_start(date.fromisoformat(on_day)) if on_day else now()
    except ValueError:
        raise BadInput(_("“%s” is no day; give one such as 2027-01-01.") % on_day[:40], field="on") from None
    found = grids_as_layer(layer, instant)
    if not len(found):
        raise BadInput(_("No grid of this layer is in force then."), field="on")
    try:
        content = written(found, file.suffix.lower(), encoding=encoding)
    except CannotHold as refused:
        raise BadInput(in_words(refused.sentence), field="file") from None
    half = file.with_name(f"{file.name}.part")
    half.write_bytes(content)
    half.replace(file)
    click.echo(_("%(count)s grids written to %(file)s.") % {"count": len(found), "file": file})


for one in (regular, versions, take_back_version, move_version, undo_version, follow):
    grids.add_command(one)


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
