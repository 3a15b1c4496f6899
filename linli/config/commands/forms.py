"""Forms as files: XLSForm in and out, and answers collected by table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from linli.config.commands.language import spoken
from linli.lib.bad_rows import faults_option, refuse_bad_rows, told_of_file
from linli.lib.speech import group, option

if TYPE_CHECKING:
    from linli.core.forms.public import Schema

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
OUT = click.Path(path_type=Path, dir_okay=False, writable=True)


@group(short_help="forms as XLSForm, and answers by table")
def forms() -> None:
    """A form is a JSON document (docs/forms.md). Nothing here is written into the database."""


@contextmanager
def _told_of_form(faults_file: Path | None = None) -> Iterator[None]:
    """Ends with exit code 1 and every fault of a form."""
    from linli.core.forms.public import SchemaRefused

    try:
        yield
    except SchemaRefused as refused:
        refuse_bad_rows(list(refused.faults), 0, faults_file)


def _schema(file: Path) -> Schema:
    from linli.core.forms.public import document_of, read

    with _told_of_form():
        return read(document_of(file.read_bytes()))


@forms.command("from-xlsform", short_help="turn an XLSForm into a form")
@click.argument("file", type=FILE)
@click.argument("out", type=OUT)
@option("--purpose", metavar="WORDS", help="for what is asked, where the file does not say it")
@option("--class", "data_class", type=click.Choice(["general", "important", "core"]), help="class of the data")
@option("--keep-days", type=click.IntRange(1, 36_500), help="after how many days answers are erased")
@faults_option
@spoken
def from_xlsform(
    file: Path, out: Path, purpose: str | None, data_class: str | None, keep_days: int | None, faults_file: Path | None
) -> None:
    """Reads the workbook FILE of KoboToolbox or ODK and writes the form to OUT as JSON.

    What is not supported is named row by row, with what happens instead. Questions that can hold something about a person need a
    purpose, a class and days: from the file's columns linli::purpose, linli::class and linli::keep_days, from its sheet settings, or from
    the options.
    """
    from django.utils.translation import gettext as _

    from linli.core.forms.public import read_xlsform

    said: dict[str, Any] = {"purpose": purpose, "class": data_class, "keep_days": keep_days}
    defaults = {part: value for part, value in said.items() if value is not None}
    with _told_of_form(faults_file), told_of_file(faults_file), file.open("rb") as source:
        brought = read_xlsform(source, defaults=defaults, title=file.stem)
    out.write_text(json.dumps(brought.document, ensure_ascii=False, indent=1), "utf-8")
    for remark in brought.remarks:
        click.echo(str(remark))
    words = _("%(questions)s questions taken; %(remarks)s remarks. The form is in %(file)s.")
    click.echo(words % {"questions": len(brought.schema.questions), "remarks": len(brought.remarks), "file": out})


@forms.command("to-xlsform", short_help="write a form as XLSForm")
@click.argument("file", type=FILE)
@click.argument("out", type=OUT)
@spoken
def to_xlsform(file: Path, out: Path) -> None:
    """Writes the form FILE (JSON) as the workbook OUT, for KoboToolbox and ODK; read back it is the same form."""
    from django.utils.translation import gettext as _

    from linli.core.forms.public import write_xlsform

    schema = _schema(file)
    with out.open("wb") as target:
        write_xlsform(target, schema)
    click.echo(_("%(questions)s questions are in %(file)s.") % {"questions": len(schema.questions), "file": out})


@forms.command("sheet", short_help="make a workbook to be filled in")
@click.argument("file", type=FILE)
@click.argument("out", type=OUT)
@spoken
def sheet(file: Path, out: Path) -> None:
    """Makes of the form FILE (JSON) the workbook OUT, in which each row is one answer."""
    from django.utils.translation import gettext as _

    from linli.core.forms.public import left_out_of_sheets, told, write_answer_sheet

    schema = _schema(file)
    with out.open("wb") as target:
        write_answer_sheet(target, schema)
    for one in left_out_of_sheets(schema):
        click.echo(_("“%s” has no column: photos, voices and signatures are not collected by table.") % told(one.label))
    click.echo(_("The workbook is %s.") % out)


@forms.command("read-sheet", short_help="read a workbook that was filled in")
@click.argument("file", type=FILE)
@click.argument("filled", type=FILE)
@option("--out", type=OUT, help="write the good answers as JSON into this file")
@faults_option
@spoken
def read_sheet(file: Path, filled: Path, out: Path | None, faults_file: Path | None) -> None:
    """Reads the workbook FILLED, made of the form FILE (JSON), and names every row that cannot be taken."""
    from django.utils.translation import gettext as _

    from linli.core.forms.public import read_answer_sheet
    from linli.core.platform.public import local_today

    schema = _schema(file)
    with told_of_file(faults_file), filled.open("rb") as source:
        found = read_answer_sheet(source, schema, today=local_today().isoformat())
    for remark in found.remarks:
        click.echo(remark)
    if out is not None:
        rows = [{"row": line, "answers": answers} for line, answers in found.answers.items()]
        out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), "utf-8")
    click.echo(_("%s answers are good.") % len(found.answers))
    if found.faults:
        bad = {fault.place for fault in found.faults}
        refuse_bad_rows(found.faults, len(found.answers) + len(bad), faults_file, offered=True)
