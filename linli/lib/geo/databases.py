"""GeoPackage and Shapefile by GDAL, as arrays: the one place of the house where a layer of a database of shapes is read."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyogrio
from pyogrio import raw
from pyogrio.errors import DataLayerError, DataSourceError

from linli.lib.geo.stored import stored_values


class NoDatabase(Exception):
    """GDAL cannot read this; `str()` is its reason, in English, on one line."""


@dataclass(frozen=True, slots=True)
class Arrays:
    """A layer: the numbers of its features (n), shapes as WKB (n, or None for a table without), columns (n each), and what it says of its
    coordinates."""

    ids: npt.NDArray[np.int64]
    shapes: npt.NDArray[Any] | None
    columns: dict[str, npt.NDArray[Any]]
    system: str


def layer_names(source: Path | str | bytes) -> list[str]:
    """The layers of a file, those without shapes too. Raises NoDatabase."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return [str(name) for name, _type in pyogrio.list_layers(source)]
    except (DataSourceError, DataLayerError) as error:
        raise NoDatabase(str(error).split("\n")[0]) from None


def shaped_layers(source: Path | str | bytes) -> list[str]:
    """The layers of a file that have shapes. Raises NoDatabase."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            return [str(name) for name, kind in pyogrio.list_layers(source) if kind]
    except (DataSourceError, DataLayerError) as error:
        raise NoDatabase(str(error).split("\n")[0]) from None


def read_arrays(source: Path | str | bytes, layer: str, *, encoding: str | None = None, flat: bool = True) -> Arrays:
    """One layer, every cell as it is stored: GDAL would make 0 of a word in a column of numbers. `flat` leaves heights out. Raises
    NoDatabase."""
    given = str(source) if isinstance(source, Path) else source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            meta, ids, shapes, values = raw.read(
                given, layer=layer, force_2d=flat, return_fids=True, encoding=encoding, datetime_as_string=True
            )
    except (DataLayerError, DataSourceError, UnicodeDecodeError) as error:
        raise NoDatabase(str(error).split("\n")[0]) from None
    columns = dict(zip(map(str, meta["fields"]), values, strict=True))
    columns = stored_values(source if isinstance(source, bytes) else Path(source), layer, ids, columns)
    return Arrays(ids, shapes, columns, str(meta["crs"] or ""))
