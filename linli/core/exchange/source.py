"""What the engine asks of a source of rows. Two there are: a declaration with columns (declared.py), and an import with a mapping of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from linli.core.platform.public import Became, Work
from linli.lib.tables import Table, TableError


class SourceRow(Protocol):
    """A row that was read: the line on which it began, what it is known by, and a digest of the cells that are taken."""

    @property
    def line(self) -> int: ...
    @property
    def reference(self) -> str: ...
    @property
    def digest(self) -> str: ...


class Source(Protocol):
    """Where the rows of one import come from. `code` is that of its declaration; references are unique within `namespace`; `digest` (hex, at
    most 64) names the mapping, so that the same file by another mapping is another import. With `updates` a row that has changed is kept
    again, else it is named and left."""

    code: str
    namespace: str
    digest: str
    updates: bool
    together: bool
    """Whether its rows are kept in one write, however many."""

    def check(self, columns: Sequence[str]) -> None:
        """Refuses, before the first row, columns that do not do."""

    def read(self, table: Table) -> Iterator[Any]:
        """Each row (a SourceRow), or a TableError for its first bad cell, in the order of the file. Called for each reading anew."""

    def see(self, row: Any) -> None:
        """Takes notice of a good row during the first reading."""

    def first_reading_over(self) -> Iterable[TableError]:
        """All rows were read once; gives what shows only now that all are known. The second reading yields these instead of their rows."""

    def seen(self, *, rehearsal: bool) -> None:
        """The rows are about to be kept. Raises Refusal where they cannot be."""

    def keep(self, work: Work, rows: Sequence[Any], import_id: int) -> tuple[Sequence[Became], Counter[str]]:
        """Keeps rows that are not here yet; what became of each, in order, and what else is counted. All or none."""

    def filed_in(self, rows: Sequence[Any], became: Sequence[Became]) -> Sequence[str]:
        """The home district of each."""

    def notes(self) -> list[str]:
        """What to tell besides, in sentences."""


Read = SourceRow | TableError
