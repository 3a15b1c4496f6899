"""What really stands in the cells of a GeoPackage: SQLite takes any value into any column, and GDAL makes 0 of a word.

`databases` next door reads columns by GDAL and lets this module put back the few cells that are not of their column's type.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MAGIC = b"SQLite format 3\x00"


def stored_values(
    source: Path | bytes, table: str, ids: npt.NDArray[np.int64], columns: Mapping[str, npt.NDArray[Any]]
) -> dict[str, npt.NDArray[Any]]:
    """The columns (each n, for the features `ids`), with the stored value in every cell of a column of numbers that holds
    a text, and of one of whole numbers that holds a fraction. Files of other formats come back as they are."""
    found = dict(columns)
    numbers = {name: values.dtype.kind for name, values in columns.items() if values.dtype.kind in "iuf"}
    if not _is_database(source):
        return found
    place = {int(number): row for row, number in enumerate(ids)}
    with closing(_opened(source)) as base:
        for name, kind in numbers.items():
            for number, value in _odd_cells(base, table, name, "real" if kind in "iu" else "text"):
                if found[name].dtype != object:
                    found[name] = found[name].astype(object)
                if number in place:
                    found[name][place[number]] = value
    return found


def _is_database(source: Path | bytes) -> bool:
    if isinstance(source, bytes):
        return source.startswith(MAGIC)
    with source.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _opened(source: Path | bytes) -> sqlite3.Connection:
    if isinstance(source, Path):
        return sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    base = sqlite3.connect(":memory:")
    base.deserialize(source)
    base.execute("PRAGMA trusted_schema = OFF")
    return base


def _odd_cells(base: sqlite3.Connection, table: str, column: str, other: str) -> list[tuple[int, Any]]:
    """Features with a text, a blob or a value of the type `other` in a column. A view has no feature numbers of its own: none."""
    quoted, within = (name.replace('"', '""') for name in (column, table))
    query = f'SELECT rowid, "{quoted}" FROM "{within}" WHERE typeof("{quoted}") IN (\'text\', \'blob\', ?)'  # noqa: S608 - quoted
    try:
        return base.execute(query, [other]).fetchall()
    except sqlite3.DatabaseError:
        return []
