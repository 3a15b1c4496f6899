"""Faults of an imported file, summed by kind for the eye and written out whole for a spreadsheet.

A file with one wrong habit has it in every row; ten thousand lines of the same sentence help nobody.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

_SHOWN_PLACES = 5
# What differs between two sentences of one kind: figures, and what is quoted from the file.
_PARTICULARS = re.compile(r"“[^”]*”|[+-]?\d+(?:[.,:/-]\d+)*")
# A spreadsheet would calculate a cell that begins so; one in Chinese takes the full-width signs for the narrow ones.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


class Fault(NamedTuple):
    """One thing that cannot be taken: line or feature (0: the file), column, value, the mend in the reader's language."""

    place: int
    column: str
    value: str
    mend: str


class FaultKind(NamedTuple):
    """Faults of one kind: how many, in which column, the first places, and one of them as an example."""

    times: int
    column: str
    places: tuple[int, ...]
    example: Fault


MOST_KINDS = 200


class FaultSum:
    """Sums faults by kind as they come, in little memory however many there are: of each kind the number, the first places and one
    example. Two are of a kind when column and sentence are the same but for figures. Beyond two hundred kinds the rest is only counted."""

    def __init__(self) -> None:
        self.count = 0
        self.uncounted = 0  # of kinds that found no place any more
        self._kinds: dict[tuple[str, str], tuple[list[int], list[int], Fault]] = {}

    def add(self, fault: Fault) -> None:
        """Counts one more."""
        self.count += 1
        key = (fault.column, _PARTICULARS.sub("…", fault.mend))
        found = self._kinds.get(key)
        if found is None:
            if len(self._kinds) >= MOST_KINDS:
                self.uncounted += 1
                return
            found = self._kinds[key] = ([0], [], fault)
        times, places, _example = found
        times[0] += 1
        if len(places) < _SHOWN_PLACES:
            places.append(fault.place)

    def kinds(self) -> list[FaultKind]:
        """The kinds, the most frequent first."""
        found = [
            FaultKind(times[0], example.column, tuple(places), example)
            for times, places, example in self._kinds.values()
        ]
        return sorted(found, key=lambda kind: -kind.times)


def summed(faults: Iterable[Fault]) -> list[FaultKind]:
    """The kinds of faults, the most frequent first (`FaultSum`)."""
    total = FaultSum()
    for fault in faults:
        total.add(fault)
    return total.kinds()


@contextmanager
def fault_file(file: Path, headings: Sequence[str]) -> Iterator[Callable[[Fault], None]]:
    """A function that writes every fault it is given as a row of a CSV file that Excel opens (UTF-8 with byte order mark), under the
    four headings."""
    with file.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(headings)
        yield lambda fault: writer.writerow(map(as_text, (str(fault.place), fault.column, fault.value, fault.mend)))


def as_text(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell
