"""What can be brought in from a file: the slot `imports` of a descriptor. linli/core/exchange reads it.

Whoever declares an `Import` says what a row is and what becomes of it. Opening the file, finding its columns, summing what is wrong, the
dry run, batches, going on after a crash, progress, pages and commands are the engine's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from linli.core.platform.plug import ground_files
from linli.core.platform.plug.parts import Part, Titles

if TYPE_CHECKING:
    from linli.core.platform.writing.work import Work

CellKind = Literal["text", "lines", "code", "whole", "decimal", "day", "yes", "choice"]
"""What a cell becomes: str (one line, or several), str as it stands, int, Decimal, date, bool, the code of a choice."""


@dataclass(frozen=True, kw_only=True)
class ImportColumn:
    """One column of an import. Its heading in a file may be a title in either language, the code, or one of `aliases`.

    An empty cell is None; of a `required` column it is refused. `most` is the longest text in characters, `choices` gives the words
    of each code of a choice. `words()` gives the words that a column of another kind understands, where they are not known before the
    packages are there; it is asked for the template and the docs. `example` stands in the template, `explained` beside the cell there.
    """

    code: str
    titles: Titles
    kind: CellKind = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    most: int = 200
    choices: Mapping[str, Titles] = field(default_factory=dict)
    example: str = ""
    explained: Titles | None = None
    words: Callable[[], Mapping[str, Titles]] | None = None

    def offered(self) -> Mapping[str, Titles]:
        """The words that may stand there, by their code; empty where any may."""
        return self.choices or (self.words() if self.words is not None else {})

    def names(self) -> tuple[str, ...]:
        """Whatever a heading of this column may say."""
        return (self.code, *self.titles.values(), *self.aliases)


class BadCell(Exception):
    """A cell that cannot be taken: which column (its code), and the mend as a sentence in the reader's language."""

    def __init__(self, column: str, mend: str) -> None:
        super().__init__(f"{column}: {mend}")
        self.column, self.mend = column, mend


@dataclass(frozen=True, slots=True)
class ImportAsked:
    """Who brings in what: `access` (linli.core.access) is None for whoever types at the terminal of the server. `import_id` is 0 until
    something was kept. `also_worked_on` is for taking back: also what people have acted on since. `given` are the columns that the file has
    (None: all)."""

    access: Any
    now: datetime
    import_id: int = 0
    also_worked_on: bool = False
    given: frozenset[str] | None = None

    def has(self, column: str) -> bool:
        """Whether the file has a column. What it has none for stays as it is on a thing that is here; only an empty cell empties."""
        return self.given is None or column in self.given

    def may(self, permission: str, area_id: int) -> bool:
        """Whether whoever asks holds a permission over an area. Who holds it over the area of an import need not hold it over each of its
        rows: whoever brought it in may have more areas, and rows move."""
        return self.access is None or bool(self.access.may_in_area(permission, area_id))


class Became(NamedTuple):
    """What became of a row: the id of the thing, and whether it is new, changed, or was here just so.

    `before` is what undoing needs to know, such as the id of the revision before or the columns as they were; nothing personal, and short.
    """

    subject_id: int
    what: Literal["added", "changed", "here"] = "added"
    before: str = ""


class BroughtIn(NamedTuple):
    """A row that an import has kept, as `take_back` gets it."""

    reference: str
    subject_id: int
    what: str
    before: str


@dataclass(frozen=True, kw_only=True)
class Import(Part):
    """A kind of file that can be brought in, on the pages below `/imports/` and by `linli import <code>`.

    How to use: `row(cells, asked)` makes what you keep out of the typed cells of one row (column code → value), and raises `BadCell` for
    what it cannot take. `keep(work, rows, asked)` keeps up to 500 of them inside one write and says what became of each, in order. `take_back(work,
    kept, asked)` undoes what it kept, the last rows first, and gives a sentence for what cannot be undone any more, by subject id or, where ids are
    of several tables, by reference. `reference(row)` is what the row is known by:
    the same reference twice in a file is refused, one that came before with the same cells is left alone; one that came with others goes to `keep`
    again, or with `updates=False` is named and left. The reference is kept for good, so it is a code and no person's number.

    With `anew` each file is a statement of its own, and what an earlier one said of the same reference does not count.

    Each row passes the gate: `permission` is asked for the area that `area(row)` names; without `area` a row is the whole city's.

    `together(rows, asked)` is for rows that hang on each other, such as a tree: given all good rows of the file, at most `most_together`, it
    gives the BadCell of those that cannot be, by their place. They are then kept in one write.

    `source` is for an import with a mapping file of its own instead of columns (linli.core.exchange: Source): given the bytes of that file and
    `asked`, it gives the source of rows.

    `goes_on(import_id)` gives the address of the page on which what was brought in goes on ("" for none), where it does not hold at once.

    `ground` is for a file of ground that is taken whole: with columns, and without row, reference and keep (ground_files.py).

    `command` names the command of its own by which what is no table comes in (`city import-osm`); the pages then do not offer it, and show
    and take back what came.
    """

    noun: ClassVar[str] = "import"
    most_together: ClassVar[int] = 5000
    code: str
    titles: Titles
    explained: Titles
    permission: str
    columns: tuple[ImportColumn, ...] = ()
    row: Callable[[Mapping[str, Any], ImportAsked], Any] | None = None
    reference: Callable[[Any], str] | None = None
    keep: Callable[[Work, Sequence[Any], ImportAsked], Sequence[Became]] | None = None
    take_back: Callable[[Work, Sequence[BroughtIn], ImportAsked], Mapping[Any, str]] | None = None
    area: Callable[[Any], int] | None = None
    updates: bool = True
    together: Callable[[Sequence[Any], ImportAsked], Mapping[int, BadCell]] | None = None
    anew: bool = False
    source: Callable[[bytes, ImportAsked], Any] | None = None
    goes_on: Callable[[int], str] | None = None
    ground: ground_files.File | None = None
    command: str = ""

    def fault(self) -> str:
        """What of it does not fit together."""
        if not re.fullmatch(r"[a-z][a-z0-9-]{1,31}", self.code):
            return "needs a code of small letters, digits and hyphens, at most 32."
        if self.take_back is None:
            return "cannot be taken back; give `take_back`."
        if self.command:
            return (
                "has a command and columns, a source or ground; keep one."
                if self.columns or self.source or self.ground
                else ""
            )
        if self.source is not None:
            return "has a source and columns; keep one." if self.columns or self.row or self.keep else ""
        if self.ground is not None and (self.row or self.reference or self.keep or not self.columns):
            return "is taken whole, so it has columns and neither row, reference nor keep."
        if self.ground is None and not (self.columns and self.row and self.reference and self.keep):
            return "needs columns, row, reference and keep."
        for column in self.columns:
            if any(not column.titles.get(language, "").strip() for language in ("zh-hans", "en")):
                return f"has the column {column.code!r} without a title in both languages."
            if (column.kind == "choice") != bool(column.choices):
                return f"has the column {column.code!r} whose choices do not fit its kind."
        names = [heading_key(name) for column in self.columns for name in set(map(heading_key, column.names()))]
        twice = sorted({name for name in names if names.count(name) > 1})
        return f"has two columns that answer to {twice[0]!r}." if twice else ""


def heading_key(heading: str) -> str:
    """A heading without what offices write around it: case, spaces, marks, and remarks in brackets (“姓名（必填）” is 姓名)."""
    bare = re.sub(r"[（(【\[].*?[)）\]】]", "", heading)
    return re.sub(r"[\s*＊:：_\-/.、]+", "", bare or heading).casefold()
