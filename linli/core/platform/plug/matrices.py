"""Draws the two create/use matrices (U/C 矩阵) out of the descriptors: subsystem × subject and module × table.

`register.py` next door holds what is registered; `linli data-matrix` prints what is made here. What the descriptors
name is checked against the tables that exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.apps import apps

from linli.core.platform.plug.register import AreaTables, described_areas, subsystems, title_in

Cell = Literal["C", "U", ""]


@dataclass(frozen=True)
class Matrix:
    """One matrix: `cells[row][column]` is C (creates), U (uses) or empty."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]

    def as_markdown(self) -> str:
        """The matrix as a Markdown table, columns across."""
        lines = [
            f"## {self.title}",
            "",
            "| | " + " | ".join(self.columns) + " |",
            "|---" * (len(self.columns) + 1) + "|",
        ]
        for name, cells in zip(self.rows, self.cells, strict=True):
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
        return "\n".join(lines) + "\n"

    def as_csv(self) -> str:
        """The matrix with a row of column names first; for spreadsheets. Names hold no commas."""
        lines = [",".join(["", *self.columns])]
        lines += [",".join([name, *cells]) for name, cells in zip(self.rows, self.cells, strict=True)]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True)
class MatrixFinding:
    """Something the descriptors say that does not hold. `grave`: an error, else a warning."""

    grave: bool
    sentence: str


def data_matrices(packages: Sequence[AreaTables] | None = None) -> tuple[Matrix, Matrix]:
    """Both matrices, (subsystem × subject, module × table), of `packages` (default: all that are registered)."""
    chosen = _packages(packages)
    subject_tables: dict[str, frozenset[str]] = {}
    told: set[str] = set()
    for package in chosen:
        for subject in package.subjects:
            subject_tables[title_in(subject.titles)] = frozenset(subject.tables)
            told.update(subject.tables)
    tables = sorted(frozenset().union(*(package.created() | package.used() for package in chosen)))
    for table in tables:
        if table not in told:
            subject_tables[table] = frozenset({table})  # A table without a subject stands for itself.
    by_subject = [
        tuple(_cell(package.created(), package.used(), names) for names in subject_tables.values())
        for package in chosen
    ]
    rows: list[str] = []
    by_table: list[tuple[Cell, ...]] = []
    for package in chosen:
        for name, created, used in _module_rows(package):
            rows.append(name)
            by_table.append(tuple(_cell(created, used, frozenset({table})) for table in tables))
    titles = tuple(title_in(package.titles) for package in chosen)
    return (
        Matrix("Subsystem × subject", titles, tuple(subject_tables), tuple(by_subject)),
        Matrix("Module × table", tuple(rows), tuple(tables), tuple(by_table)),
    )


PAGE_HEAD = """# Who creates and who uses which data

Made by `linli data-matrix` out of the descriptors of core areas and subsystems. C: creates rows; U: only reads or changes them.
A table with more than one creator is a warning.
"""


def matrices_page(packages: Sequence[AreaTables] | None = None) -> str:
    """Both matrices as a page in Markdown; docs/data-matrix.md holds the same."""
    return "\n".join([PAGE_HEAD, *(matrix.as_markdown() for matrix in data_matrices(packages))])


def matrix_findings(packages: Sequence[AreaTables] | None = None) -> list[MatrixFinding]:
    """What does not hold: a table that does not exist (grave), one with several creators, one that nobody creates,
    a subject over tables of which none is created by who declares it."""
    chosen = _packages(packages)
    real = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    findings: list[MatrixFinding] = []
    creators: dict[str, list[str]] = {}
    for package in chosen:
        for table in sorted(package.created() | package.used()):
            if table not in real:
                findings.append(MatrixFinding(True, f"{package.code} names the table {table}, which does not exist."))
        for table in package.created():
            creators.setdefault(table, []).append(package.code)
        for subject in package.subjects:
            foreign = sorted(set(subject.tables) - package.created())
            if foreign:
                sentence = f"{package.code} has the subject {subject.code} over {foreign[0]}, which it does not create."
                findings.append(MatrixFinding(True, sentence))
    for table, codes in sorted(creators.items()):
        if len(codes) > 1:
            findings.append(MatrixFinding(False, f"{table} has more than one creator: {', '.join(codes)}."))
    for table, model in sorted(real.items()):
        if model.__module__.startswith("linli.") and table not in creators and not model._meta.auto_created:
            findings.append(MatrixFinding(False, f"Nobody says that they create {table}."))
    return findings


def _packages(packages: Sequence[AreaTables] | None) -> tuple[AreaTables, ...]:
    return (*described_areas(), *subsystems()) if packages is None else tuple(packages)


def _module_rows(package: AreaTables) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """Rows of one package: its modules, and one for the package itself with what no module names."""
    rows = [(part.module, frozenset(part.creates), frozenset(part.uses)) for part in package.modules]
    named = frozenset().union(*(created | used for _name, created, used in rows))
    created, used = frozenset(package.creates) - named, frozenset(package.uses) - named
    return [*rows, (package.code, created, used)] if created or used or not rows else rows


def _cell(created: frozenset[str], used: frozenset[str], tables: frozenset[str]) -> Cell:
    if created & tables:
        return "C"
    return "U" if used & tables else ""
