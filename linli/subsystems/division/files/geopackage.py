"""Layers of a GeoPackage as arrays: read with their columns checked, written whole or not at all.

Proposals and the ground file of the demo city are written here; `ground.office_files` reads the files of others, which are
less tidy, by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyogrio
import shapely
from pyogrio import raw

from linli.algorithms.division.model import Geometries
from linli.subsystems.division.files.landing import landing

# The format wants a date of the last change in the file; a fixed one lets equal content be equal bytes. A file that nobody
# knows yet need not be synced to the disk with every table: a power cut loses it whole.
WRITING = {"OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z", "OGR_SQLITE_SYNCHRONOUS": "OFF"}
RING = 2  # shapely's number of the type
KINDS: dict[str, Any] = {"text": object, "number": np.float64, "count": np.int64, "truth": np.bool_}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a layer. A number may be missing (None outside, NaN in arrays), the others may not."""

    name: str
    kind: Literal["text", "number", "count", "truth"]


@dataclass(frozen=True, slots=True)
class Layer:
    """What a layer holds: arrays by column name, geometry (empty for a table without)."""

    columns: Mapping[str, np.ndarray[Any, Any]]
    geometry: Geometries

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each row as Python values; a missing number is None."""
        names = list(self.columns)
        for values in zip(*(self.columns[name].tolist() for name in names), strict=True):
            yield {name: None if value != value else value for name, value in zip(names, values, strict=True)}

    def placed_rows(self) -> Iterator[tuple[dict[str, Any], Any]]:
        """Each row with its geometry."""
        yield from zip(self.rows(), self.geometry, strict=True)


def read_layer(path: Path, name: str, columns: Sequence[Column]) -> Layer:
    """A layer of a file that `writing` made. Raises pyogrio's errors, KeyError for a column that is missing."""
    meta, _ids, geometry, values = raw.read(str(path), layer=name)
    found = dict(zip(meta["fields"], values, strict=True))
    arrays = {column.name: found[column.name].astype(KINDS[column.kind]) for column in columns}
    shapes = np.array([], dtype=object) if geometry is None else single_parts(shapely.from_wkb(geometry))
    return Layer(arrays, shapes)


class _Writer:
    """Adds layers to the file that is being written."""

    def __init__(self, path: Path, system: str) -> None:
        self._path, self._system, self._begun = path, system, False

    def add(
        self,
        name: str,
        columns: Sequence[Column],
        values: Mapping[str, Any],
        geometry: Geometries | None = None,
    ) -> None:
        """Adds one layer; `geometry` None makes a table without."""
        arrays = [_array(values[column.name], column.kind) for column in columns]
        if geometry is not None:
            geometry = _without_rings(geometry)
        raw.write(
            str(self._path),
            None if geometry is None else shapely.to_wkb(geometry),
            arrays,
            [column.name for column in columns],
            layer=name,
            driver="GPKG",
            geometry_type=None if geometry is None else _type_of(geometry),
            crs=None if geometry is None else self._system,
            promote_to_multi=geometry is not None and _type_of(geometry).startswith("Multi"),
            append=self._begun,
        )
        self._begun = True


@contextmanager
def writing(path: Path, system: str) -> Iterator[_Writer]:
    """Writes a file elsewhere and puts it at `path` when the block ends well; else nothing is left and `path` is as it was."""
    with landing(path.parent) as half:
        pyogrio.set_gdal_config_options(WRITING)
        # GDAL finds fault with files that are called otherwise.
        made = half / f"{path.stem}.gpkg"
        try:
            yield _Writer(made, system)
            made.replace(half / path.name)
        finally:
            pyogrio.set_gdal_config_options(dict.fromkeys(WRITING))


def _array(values: Any, kind: str) -> np.ndarray[Any, Any]:
    if kind == "text":
        array = np.empty(len(values), dtype=object)
        array[:] = [str(value) for value in values]
        return array
    if kind == "number":
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return np.array(values, dtype=KINDS[kind])


def _type_of(geometry: Geometries) -> str:
    """The narrowest type that holds all; a layer of one type is what other programs like best."""
    types = {shape.geom_type for shape in geometry}
    if len(types) == 1:
        return str(types.pop())
    for single in ("Polygon", "LineString"):
        if types <= {single, f"Multi{single}"} and types:
            return f"Multi{single}"
    return "Unknown"


def _without_rings(shapes: Geometries) -> Geometries:
    """Rings as the lines that they are: GDAL knows no layer of rings, and ends the process when it is given one."""
    rings = np.flatnonzero(shapely.get_type_id(shapes) == RING)
    if len(rings):
        shapes = shapes.copy()
        shapes[rings] = [shapely.LineString(ring) for ring in shapes[rings]]
    return shapes


def shapes_of(wkb: Any) -> Geometries:
    """Shapes as they are read; None where none can be, and without a warning for a vertex that lies nowhere."""
    with np.errstate(invalid="ignore"):
        shapes: Geometries = shapely.from_wkb(wkb, on_invalid="ignore")
    return shapes


def single_parts(shapes: Geometries) -> Geometries:
    """Multi-geometries of one part as that part: a layer that holds one real multi-polygon made multi-polygons of all."""
    multi = np.flatnonzero((shapely.get_type_id(shapes) >= 4) & (shapely.get_num_geometries(shapes) == 1))
    shapes[multi] = shapely.get_geometry(shapes[multi], 0)
    return shapes
