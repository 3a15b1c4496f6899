"""Filling a city: areas from CSV, grids from GeoJSON, cases with their history from CSV."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import click

from linli.config.cli import start_django

SHOWN_ERRORS = 20


def refuse_bad_rows(errors: Sequence[object], total: int) -> None:
    """Prints what is wrong, row by row, and ends with exit code 1; nothing was written."""
    for error in errors[:SHOWN_ERRORS]:
        click.echo(str(error), err=True)
    if len(errors) > SHOWN_ERRORS:
        click.echo(f"… and {len(errors) - SHOWN_ERRORS} more.", err=True)
    click.echo(f"{len(errors)} of {total} rows cannot be taken; nothing was changed. Mend them and import again.", err=True)
    raise SystemExit(1)


@click.group(short_help="import the area tree")
def areas() -> None:
    """The tree of administrative areas."""


@areas.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--retire-missing", is_flag=True, help="retire areas that the file no longer has")
def areas_import(file: Path, retire_missing: bool) -> None:
    """Imports areas from a CSV FILE with the columns code, name, level; optional parent, code_system, name_en.

    UTF-8 (with or without BOM) or GBK. Nothing is written when a row is bad; a second time changes nothing.
    """
    start_django()
    from linli.core.areas.public import import_areas, parse_area_rows
    from linli.core.platform.public import SYSTEM
    from linli.lib.tables import open_table

    begun = time.perf_counter()
    with file.open("rb") as source:
        table = open_table(source, required=("code", "name", "level"))
        found = list(table.rows())
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


@grids.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--layer", "layer_code", default="main", show_default=True, help="code of the layer")
@click.option("--layer-name", default="综合网格", show_default=True, help="name of the layer when it is made")
def grids_import(file: Path, layer_code: str, layer_name: str) -> None:
    """Publishes the grids of a GeoJSON FILE as a new version of a layer, in force from now on.

    Properties: code, area (code of the community), name; optional kind, purpose, name_en, households, people. Nothing is written
    when a feature is bad; the same file again makes no new version.
    """
    start_django()
    from linli.core.grids.public import create_layer, main_layer, parse_grid_file, publish_grid_set
    from linli.core.platform.public import SYSTEM

    begun = time.perf_counter()
    rows, errors = parse_grid_file(file.read_bytes())
    if errors:
        refuse_bad_rows(errors, len(rows) + len(errors))
    layer = create_layer(SYSTEM, code=layer_code, name=layer_name, is_main=main_layer() is None)
    result = publish_grid_set(SYSTEM, layer=layer, rows=rows, source=file.name)
    version = f"version {result.version.number}" if result.version else "no new version, nothing differs"
    click.echo(
        f"Grids: {result.added} added, {result.changed} changed, {result.unchanged} unchanged, {result.retired} retired; {version} "
        f"({time.perf_counter() - begun:.1f} s)."
    )


@click.group(short_help="import cases with their history")
def cases() -> None:
    """Cases of an older system."""
