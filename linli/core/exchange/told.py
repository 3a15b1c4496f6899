"""What is wrong with the rows of a file: summed by kind in little memory, the first of them whole, every one passed on to who wants it."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from linli.core.platform.public import Refusal, in_words
from linli.lib.faults import Fault, FaultKind, FaultSum
from linli.lib.refusal import Sentence
from linli.lib.tables import TableError

FIRST = 1000


def fault_of(error: TableError) -> Fault:
    """The four parts of an error of a table, in the reader's language."""
    mend = in_words(error.mend) if isinstance(error.mend, Sentence) else _(str(error.mend))
    return Fault(error.line, error.column or "", error.value, mend)


def sentence_of(error: TableError) -> str:
    """An error of a table that is about the whole file, or one of its lines, in the reader's language."""
    fault = fault_of(error)
    if fault.place <= 1 and not fault.column:
        return fault.mend
    return _("Line %(line)s: %(mend)s") % {"line": fault.place, "mend": fault.mend}


def cause_of(error: Exception) -> str:
    """Why something could not be kept."""
    return error.sentence if isinstance(error, Refusal) else f"{type(error).__name__}: {error}"[:200]


class Faults:
    """The faults of one run. `first` are the first thousand as they were found."""

    def __init__(self) -> None:
        self.first: list[TableError] = []
        self._sum = FaultSum()
        self._passed_on: Callable[[TableError], None] | None = None

    def pass_on_to(self, taker: Callable[[TableError], None]) -> None:
        """Every fault from now on goes to `taker` too."""
        self._passed_on = taker

    def add(self, error: TableError) -> None:
        """One more row that cannot be taken."""
        if len(self.first) < FIRST:
            self.first.append(error)
        self._sum.add(fault_of(error))
        if self._passed_on is not None:
            self._passed_on(error)

    @property
    def count(self) -> int:
        """How many rows cannot be taken."""
        return self._sum.count

    @property
    def uncounted(self) -> int:
        """How many of them are of kinds that are not told any more."""
        return self._sum.uncounted

    def kinds(self) -> list[FaultKind]:
        """What is wrong, by kind, the most frequent first."""
        return self._sum.kinds()
