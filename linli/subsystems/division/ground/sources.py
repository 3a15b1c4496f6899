"""A file of several layers opened: a GeoPackage or whatever else GDAL reads, a ZIP of Shapefiles, or a folder of Shapefiles, which is taken
like the same ZIP.

`office_files` and `supply.files` ask for layers by name. What a name in a ZIP and a text in a Shapefile are written in is found out by
`linli.lib.geo`, since offices pack in GBK and say so nowhere.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from linli.core.platform.public import in_words
from linli.lib.geo.archives import content_of, files_in, looked_into, packed_anew, shapefiles
from linli.lib.geo.databases import Arrays, NoDatabase, layer_names, read_arrays
from linli.lib.geo.files import packed
from linli.lib.geo.layer import REFUSALS, Unread
from linli.lib.geo.reading import decoded
from linli.lib.refusal import Sentence

# A city's buildings are a few hundred megabytes; this keeps a mistaken folder out of memory.
MOST_BYTES = 4 * 2**30
Parts = dict[str, zipfile.ZipInfo]


@dataclass(frozen=True, slots=True)
class Source:
    """An opened file: its layers by name, and its digest (SHA-256). `shapefiles` are the parts of each layer in `archive`."""

    path: Path
    digest: str
    names: tuple[str, ...]
    archive: zipfile.ZipFile | None = None
    shapefiles: dict[str, Parts] = field(default_factory=dict)

    def read(self, name: str) -> Arrays:
        """One layer. Raises NoDatabase."""
        if self.archive is None:
            return read_arrays(self.path, name)
        parts = self.shapefiles[name]
        try:
            said = content_of(self.archive, parts[".cpg"])[:40].decode("ascii", "ignore") if ".cpg" in parts else ""
            arrays = read_arrays(packed_anew(self.archive, parts), "layer", encoding="ISO-8859-1")
            texts, _encoding = decoded({name: values.tolist() for name, values in arrays.columns.items()}, said.strip())
        except Unread as unread:
            raise _no_database(unread) from None
        both = zip(texts.items(), arrays.columns.values(), strict=True)
        columns = {name: np.array(values, dtype=object) if raw.dtype == object else raw for (name, values), raw in both}
        return replace(arrays, columns=columns)


def opened(path: Path) -> Source:
    """A file, or a folder of Shapefiles. Raises NoDatabase, and the Refusal of `packed` for a folder that is too large."""
    with packed(path, MOST_BYTES) as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        content = file.read() if path.is_dir() or zipfile.is_zipfile(path) else b""
    archive = _looked_into(content) if content else None
    parts = {} if archive is None else _shapefiles(archive)
    if parts or path.is_dir():
        return Source(path, digest, tuple(parts), archive, parts)
    return Source(path, digest, tuple(layer_names(path)))


def _looked_into(content: bytes) -> zipfile.ZipFile:
    try:
        return looked_into(io.BytesIO(content), MOST_BYTES)
    except Unread as unread:
        raise _no_database(unread) from None


def _shapefiles(archive: zipfile.ZipFile) -> dict[str, Parts]:
    try:
        return shapefiles(files_in(archive))
    except Unread as unread:
        raise _no_database(unread) from None


def _no_database(unread: Unread) -> NoDatabase:
    said = REFUSALS.get(unread.word, REFUSALS["damaged"])
    return NoDatabase(in_words(Sentence(said.msgid, unread.params)))
