"""Faults of an imported file, summed by kind for the eye and written out whole for a spreadsheet.

A file with one wrong habit has it in every row; ten thousand lines of the same sentence help nobody.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

_SHOWN_PLACES = 5
# What differs between two sentences of one kind: figures, and what is quoted from the file.
_PARTICULARS = re.compile(r"“[^”]*”|[+-]?\d+(?:[.,:/-]\d+)*")
# A spreadsheet would calculate a cell that begins so.
_FORMULA = re.compile(r"^[=+\-@\t\r]")


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


def summed(faults: Iterable[Fault]) -> list[FaultKind]:
    """The kinds of faults, the most frequent first. Two are of a kind when column and sentence are the same but for figures."""
    kinds: dict[tuple[str, str], list[Fault]] = {}
    for fault in faults:
        kinds.setdefault((fault.column, _PARTICULARS.sub("…", fault.mend)), []).append(fault)
    found = [
        FaultKind(len(group), group[0].column, tuple(one.place for one in group[:_SHOWN_PLACES]), group[0])
        for group in kinds.values()
    ]
    return sorted(found, key=lambda kind: -kind.times)


def write_faults(file: Path, faults: Iterable[Fault], headings: Sequence[str]) -> None:
    """Writes every fault as a row of a CSV file that Excel opens (UTF-8 with byte order mark), under the four headings."""
    with file.open("w", encoding="utf-8-sig", newline="") as sink:
        writer = csv.writer(sink)
        writer.writerow(headings)
        for fault in faults:
            cells = (str(fault.place), fault.column, fault.value, fault.mend)
            writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
