"""Proposals that somebody changed in a GIS: cells of a GeoPackage set by SQL, as an editor of attributes sets them."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path
from typing import Any

import shapely


def edit(path: Path, change: str, *values: Any) -> Path:
    """Runs one statement of SQL on the file. Its triggers ask for functions that only a GIS has."""
    with sqlite3.connect(path) as file:
        for name in ("ST_IsEmpty", "ST_MinX", "ST_MaxX", "ST_MinY", "ST_MaxY"):
            file.create_function(name, 1, lambda _shape: 0)
        file.execute(change, values)
    file.close()
    return path


def drawn(shape: shapely.Geometry, number: int = 4547) -> bytes:
    """A shape as a GeoPackage keeps it (OGC 12-128r18, 2.1.3): a header without an envelope, then WKB."""
    header = b"GP\0" + struct.pack("<Bi", 0x11 if shape.is_empty else 0x01, number)
    return header + bytes(shapely.to_wkb(shape))
