"""Draws the two create/use matrices (U/C 矩阵): subsystem × subject and module × table.

`tables.py` next door says what each package creates and uses; `linli data-matrix` prints what is made here. The subjects of the
descriptors and what was recorded are checked against the tables that exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.apps import apps

from linli.core.platform.plug.register import described_areas, subsystems, title_in
from linli.core.platform.plug.tables import ModuleData, PackageData, data_of

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
    """Something that is said of the tables and does not hold. `grave`: an error, else a warning."""

    grave: bool
    sentence: str


def data_matrices(packages: Sequence[PackageData] | None = None) -> tuple[Matrix, Matrix]:
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

Made by `linli data-matrix`. C: creates rows; U: only reads or changes them. A package creates the tables of its models; what it uses of others
is what its models point at and what its code touched while its tests ran (`data.json` in its folder). Areas of the core are recorded as a
whole, departments module by module. The bookkeeping of the unit of work (audit, messages, jobs, claims) passes through everybody's hands
and counts for the platform only. A table with more than one creator is a warning.
"""


def matrices_page(packages: Sequence[PackageData] | None = None) -> str:
    """Both matrices as a page in Markdown; docs/data-matrix.md holds the same."""
    return "\n".join([PAGE_HEAD, *(matrix.as_markdown() for matrix in data_matrices(packages))])


def matrix_findings(packages: Sequence[PackageData] | None = None) -> list[MatrixFinding]:
    """What does not hold: a recorded table that does not exist (grave), one with several creators, one that nobody creates,
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


def _packages(packages: Sequence[PackageData] | None) -> tuple[PackageData, ...]:
    return tuple(map(data_of, (*described_areas(), *subsystems()))) if packages is None else tuple(packages)


def _module_rows(package: PackageData) -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """Rows of one package: its modules, and one for the package itself with what it does as a whole and what no module names."""
    rows = [(part.module, part.creates, part.uses) for part in package.modules if part.module != package.code]
    named = frozenset().union(*(created | used for _name, created, used in rows))
    said = next((part for part in package.modules if part.module == package.code), ModuleData(module=package.code))
    created, used = said.creates | (package.created() - named), said.uses | (package.used() - named)
    return [*rows, (package.code, created, used)] if created or used or not rows else rows


def _cell(created: frozenset[str], used: frozenset[str], tables: frozenset[str]) -> Cell:
    if created & tables:
        return "C"
    return "U" if used & tables else ""
