"""How commands tell what is wrong with the rows of a file: summed by kind, every one of them in a file on demand."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from gettext import gettext as _
from pathlib import Path

import click

from linli.lib.faults import Fault, FaultKind, fault_file, summed
from linli.lib.refusal import Sentence
from linli.lib.speech import option
from linli.lib.tables import TableError

SHOWN_KINDS = 12

faults_option = option(
    "--faults",
    "faults_file",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    metavar="FILE.csv",
    help="write every bad row into this file",
)

sheet_option = option("--sheet", default="", metavar="NAME", help="the sheet of a workbook; else the first with rows")


def tell_remarks(remarks: Sequence[Sentence]) -> None:
    """Says what somebody should know of a table who sees only its rows."""
    for remark in remarks:
        click.echo(remark.in_language(_))


@contextmanager
def told_of_file(faults_file: Path | None = None) -> Iterator[None]:
    """Ends with exit code 1 and a sentence when a file cannot be read as a table at all."""
    try:
        yield
    except TableError as error:
        refuse_bad_rows([error_fault(error)], 0, faults_file)


def error_fault(error: Exception) -> Fault:
    """The four parts of an error of a table, in the reader's language."""
    assert isinstance(error, TableError)  # noqa: S101 - for the type checker
    mend = error.mend.in_language(_) if isinstance(error.mend, Sentence) else _(str(error.mend))
    return Fault(error.line, error.column or "", error.value, mend)


def _line(kind: FaultKind, *, features: bool) -> str:
    """One kind of fault in words, with its first places and an example."""
    one = kind.example
    parts = {
        "count": kind.times, "number": one.place, "line": one.place, "column": one.column, "value": one.value[:60],
        "mend": one.mend, "places": ", ".join(map(str, kind.places)) + (" …" if kind.times > len(kind.places) else ""),
    }  # fmt: skip
    if not one.place or (one.place == 1 and not one.column):
        return one.mend if not features else _("The file cannot be read as grids. %s") % one.mend
    if features:
        once = _("Feature %(number)s, %(column)s: “%(value)s”. %(mend)s")
        often = _("%(count)s × %(column)s, features %(places)s: “%(value)s”. %(mend)s")
    elif one.column:
        once = _("Line %(line)s, column %(column)s: “%(value)s”. %(mend)s")
        often = _("%(count)s × column %(column)s, lines %(places)s: “%(value)s”. %(mend)s")
    elif one.value:
        once = _("Line %(line)s: “%(value)s”. %(mend)s")
        often = _("%(count)s × lines %(places)s: “%(value)s”. %(mend)s")
    else:
        once = _("Line %(line)s: %(mend)s")
        often = _("%(count)s × lines %(places)s: %(mend)s")
    return (once if kind.times == 1 else often) % parts


def show_kinds(kinds: Sequence[FaultKind], *, features: bool = False) -> None:
    """Prints what is wrong, by kind."""
    for kind in kinds[:SHOWN_KINDS]:
        click.echo(_line(kind, features=features), err=True)
    if len(kinds) > SHOWN_KINDS:
        click.echo(_("… and %d more kinds") % (len(kinds) - SHOWN_KINDS), err=True)


@contextmanager
def every_fault_in(file: Path | None, *, features: bool = False) -> Iterator[Callable[[Fault], None] | None]:
    """A function that writes every fault into the file of `--faults` as it is found; None without one. At the end it is said."""
    if file is None:
        yield None
        return
    count = 0
    headings = [_("Feature") if features else _("Line"), _("Column"), _("Value"), _("What to do")]
    with fault_file(file, headings) as put:

        def one(fault: Fault) -> None:
            nonlocal count
            count += 1
            put(fault)

        yield one
    click.echo(_("All %(count)s are written to %(file)s.") % {"count": count, "file": file}, err=True)


def refuse_bad_rows(
    faults: Sequence[Fault],
    total: int,
    faults_file: Path | None = None,
    *,
    features: bool = False,
    offered: bool = False,
) -> None:
    """Prints what is wrong and ends with exit code 1; nothing was written. `total` is 0 for a file that is no table.

    `offered` says that the command has `--faults`.
    """
    show_kinds(summed(faults), features=features)
    with every_fault_in(faults_file, features=features) as put:
        if put is not None:
            for fault in faults:
                put(fault)
    refuse_counted(len(faults), total, offered=offered and faults_file is None)


def refuse_counted(bad: int, total: int, *, offered: bool) -> None:
    """Says how many rows cannot be taken, and ends with exit code 1. `total` is 0 for a file that is no table."""
    if total:
        click.echo(
            _("%(bad)d of %(total)d rows cannot be taken; nothing was changed. Mend them and run the command again.")
            % {"bad": bad, "total": total},
            err=True,
        )
        if offered and bad > 1:
            click.echo(_("--faults FILE.csv writes every one of them into a file."), err=True)
    raise SystemExit(1)


def count_lines(file: Path) -> int:
    """How many lines a file has: what a progress bar can know beforehand."""
    with file.open("rb") as source:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: source.read(1 << 20), b""))


@contextmanager
def progress(lines: int, label: str) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, silence elsewhere; gives a function that takes the rows done so far."""
    err = sys.stderr
    with click.progressbar(length=lines, label=label, file=err, hidden=not err.isatty()) as bar:
        yield lambda rows_done: bar.update(rows_done - bar.pos)
