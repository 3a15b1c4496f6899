"""Rows by the columns of a declaration: each cell typed, each row through the gate. A source of the engine (source.py)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from django.utils.translation import gettext as _

from linli.core.access.public import Access
from linli.core.areas.public import area_tree
from linli.core.exchange.cells import UnreadCell, value_of_cell
from linli.core.exchange.mapping import Headings, check_mapping
from linli.core.platform.public import (
    BadCell,
    Became,
    Import,
    ImportAsked,
    NotAllowed,
    Refusal,
    Work,
    listed,
)
from linli.lib.canonical import canonical_bytes
from linli.lib.tables import Table, TableError

NO_DISTRICT = "city"


@dataclass(frozen=True, slots=True)
class DeclaredRow:
    """A row that was read: `value` is what the declaration made of it, `area_id` where it is filed (None: the city)."""

    line: int
    reference: str
    digest: str
    value: Any
    area_id: int | None
    cells: Mapping[str, str] = field(default_factory=dict)  # by the code of the column; of rows that hang on each other


class DeclaredSource:
    """Reads the rows of a file for a declaration by a mapping (code of a column → heading)."""

    namespace = ""

    def __init__(self, declared: Import, mapping: Mapping[str, str], asked: ImportAsked) -> None:
        self.declared, self.mapping = declared, mapping
        self.asked = replace(asked, given=frozenset(mapping))
        self.code, self.updates = declared.code, declared.updates
        if declared.anew:
            self.namespace = str(asked.import_id or uuid4())
        self.digest = hashlib.sha256(canonical_bytes(sorted(mapping.items()))).hexdigest()
        self.headings: Headings | None = None
        self.together = declared.together is not None
        self.examples = 0
        self._seen: list[DeclaredRow] = []
        self._apart: dict[int, TableError] = {}
        self._columns = [column for column in declared.columns if column.code in mapping]
        self._allowed: dict[int | None, bool] = {}
        if declared.area is None and not may_in(asked.access, declared.permission, None):
            raise NotAllowed(_("What this brings in is the whole city's, and your rights hold for a part of it."))

    def check(self, columns: Sequence[str]) -> None:
        """Raises BadMapping for columns that do not do."""
        self.headings = check_mapping(self.declared, self.mapping, columns)

    def read(self, table: Table) -> Iterator[DeclaredRow | TableError]:
        """The rows: each typed, known by its reference once in the file, and in an area where the person may write."""
        broken: list[TableError] = []
        seen: dict[bytes, int] = {}
        self.examples = 0
        for line, cells in table.rows(broken.append):
            yield from broken
            broken.clear()
            if self._is_example(cells):
                self.examples += 1
                continue
            try:
                row = self._row(line, cells)
            except TableError as error:
                yield error
                continue
            key = hashlib.blake2b(row.reference.encode("utf-8", "surrogatepass"), digest_size=8).digest()
            if seen.setdefault(key, line) != line:
                yield TableError(line, None, row.reference, _("It stands already on line %s.") % seen[key])
                continue
            yield self._apart.get(line, row)
        yield from broken

    def see(self, row: DeclaredRow) -> None:
        """Of rows that hang on each other: keeps them until all are there."""
        if self.together:
            self._seen.append(row)
        if len(self._seen) > Import.most_together:
            raise Refusal(
                _("Rows of this kind hang on each other; bring in at most %s of them in one file.")
                % Import.most_together
            )

    def first_reading_over(self) -> Iterable[TableError]:
        """What the declaration finds of rows that hang on each other."""
        if self.declared.together is None:
            return ()
        found = self.declared.together([row.value for row in self._seen], self.asked)
        for place, bad in found.items():
            row, heading = self._seen[place], self.mapping.get(bad.column, bad.column)
            self._apart[row.line] = TableError(row.line, heading, row.cells.get(bad.column, ""), bad.mend)
        self._seen.clear()
        return self._apart.values()

    def seen(self, *, rehearsal: bool) -> None:
        """Nothing to make ready."""

    def keep(self, work: Work, rows: Sequence[DeclaredRow], import_id: int) -> tuple[Sequence[Became], Counter[str]]:
        """Has the declaration keep them."""
        assert self.declared.keep is not None  # noqa: S101 - for the type checker; the declaration was held against it
        asked = replace(self.asked, now=work.now, import_id=import_id)
        became = self.declared.keep(work, [row.value for row in rows], asked)
        if len(became) != len(rows):
            raise RuntimeError(
                f"The import {self.code!r} was given {len(rows)} rows and says of {len(became)} what became of them."
            )
        return became, Counter()

    def filed_in(self, rows: Sequence[DeclaredRow], became: Sequence[Became]) -> Sequence[str]:  # noqa: ARG002 - of the engine
        """The home district of each row's area."""
        tree = area_tree()
        return [
            NO_DISTRICT if row.area_id is None else str(tree.scope_columns(row.area_id)["home_district"])
            for row in rows
        ]

    def notes(self) -> list[str]:
        """What became of columns that are not taken, and of the example of the template."""
        said = []
        if self.headings is not None:
            said += [
                _("Column %s is left out: linli keeps nothing of this kind.") % one for one in self.headings.left_out
            ]
            if self.headings.ignored:
                said.append(_("Not taken, since nobody asks for them: %s.") % listed(self.headings.ignored[:20]))
        if self.examples:
            said.append(_("The example row of the template is passed over."))
        return said

    def _is_example(self, cells: Mapping[str, str]) -> bool:
        given = [(column.example, cells[self.mapping[column.code]].strip()) for column in self._columns]
        return any(example for example, _cell in given) and all(example == cell for example, cell in given)

    def _row(self, line: int, cells: Mapping[str, str]) -> DeclaredRow:
        assert self.declared.row is not None and self.declared.reference is not None  # noqa: S101, PT018 - as above
        typed: dict[str, Any] = {column.code: None for column in self.declared.columns}
        for column in self._columns:
            heading = self.mapping[column.code]
            try:
                typed[column.code] = value_of_cell(column, cells[heading])
            except UnreadCell as unread:
                raise TableError(line, heading, cells[heading], str(unread)) from None
        try:
            value = self.declared.row(typed, self.asked)
        except BadCell as bad:
            heading = self.mapping.get(bad.column, bad.column)
            raise TableError(line, heading, cells.get(heading, ""), bad.mend) from None
        area_id = self.declared.area(value) if self.declared.area is not None else None
        if area_id is not None and not self._may(area_id):
            node = area_tree().nodes.get(area_id)
            raise TableError(
                line, None, self.declared.reference(value)[:80],
                _("This lies in %s, where you may not bring anything in.") % (node.title if node else area_id),
            )  # fmt: skip
        kept = {code: cells[heading] for code, heading in self.mapping.items()} if self.together else {}
        return DeclaredRow(line, self.declared.reference(value), self._digest(cells), value, area_id, kept)

    def _may(self, area_id: int) -> bool:
        if area_id not in self._allowed:
            self._allowed[area_id] = may_in(self.asked.access, self.declared.permission, area_id)
        return self._allowed[area_id]

    def _digest(self, cells: Mapping[str, str]) -> str:
        taken = [f"{column.code}={cells[self.mapping[column.code]].strip()}" for column in self._columns]
        return hashlib.blake2b("\x1f".join(taken).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def may_in(access: Access | None, permission: str, area_id: int | None) -> bool:
    """Whether somebody may bring into an area, None: into the whole city. Who types at the terminal of the server may."""
    if access is None:
        return True
    if area_id is None:
        root = area_tree().root()
        return root is not None and access.may_in_area(permission, root.id)
    return access.may_in_area(permission, area_id)
