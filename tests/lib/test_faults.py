"""Faults summed by kind and written whole."""

from __future__ import annotations

import csv
import tracemalloc
from pathlib import Path

from linli.lib.faults import Fault, FaultSum, fault_file, summed


def test_sentences_that_differ_in_figures_and_quotations_alone_are_of_one_kind() -> None:
    faults = [Fault(line, "code", str(line), f"The code stands already on line {line - 1}.") for line in range(3, 12)]
    faults += [Fault(20, "name", "", "Give a name."), Fault(21, "code", "", "Give a name.")]
    faults += [Fault(30, "x", "", "“a” is no day; 1.5 too."), Fault(31, "x", "", "“bb” is no day; 27 too.")]
    kinds = summed(faults)
    assert [(kind.times, kind.column, kind.places, kind.example.place) for kind in kinds] == [
        (9, "code", (3, 4, 5, 6, 7), 3), (2, "x", (30, 31), 30), (1, "name", (20,), 20), (1, "code", (21,), 21),
    ]  # fmt: skip
    assert summed([]) == []


def test_a_file_of_faults_opens_in_a_spreadsheet_and_calculates_nothing(tmp_path: Path) -> None:
    file = tmp_path / "faults.csv"
    with fault_file(file, ["行", "列", "值", "怎么改"]) as put:
        put(Fault(2, "名称", '=HYPERLINK("x")', "改"))
        put(Fault(3, "a", "-1", "b,c"))
    assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    assert rows == [["行", "列", "值", "怎么改"], ["2", "名称", '\'=HYPERLINK("x")', "改"], ["3", "a", "'-1", "b,c"]]


def test_a_million_faults_are_summed_in_a_few_kilobytes() -> None:
    total = FaultSum()
    tracemalloc.start()
    for line in range(50_000):
        total.add(
            Fault(line, f"column {line % 7}", "x" * 60, f"Line {line} is wrong in its own way {'abc'[line % 3]}.")
        )
    for line in range(5000):  # of a kind each
        total.add(Fault(line, "", "", "".join(chr(97 + int(digit)) for digit in str(line))))
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (total.count, len(total.kinds()), total.uncounted) == (55_000, 200, 5000 - (200 - 21))
    assert grown < 300_000
