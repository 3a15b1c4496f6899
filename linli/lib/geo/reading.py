"""Reads a file of places whatever it is, into a `Layer`. Runs in a child with limits (`apart.py`), for the file may be hostile; who
trusts a file may call `read_content` directly.

What a file is, its bytes say and never its name. GDAL opens GeoPackages and Shapefiles and nothing else: of its sixty formats some
read other files or fetch from the network.
"""

from __future__ import annotations

import io
import json
import os
import sys
import zipfile
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import IO, Any, Final

import numpy as np

from linli.lib.geo.archives import (
    OTHERS,
    content_of,
    files_in,
    is_workbook,
    looked_into,
    packed_anew,
    shapefiles,
)
from linli.lib.geo.layer import MOST_COLUMNS, MOST_FEATURES, MOST_VERTICES, Layer, Unread
from linli.lib.geo.texts import read_geojson, read_kml, text_of

SQLITE: Final = b"SQLite format 3\x00"
SHP: Final = b"\x00\x00\x27\x0a"
ZIP: Final = b"PK\x03\x04"
BARRED: Final = (
    "PCIDSK", "PDS4", "VICAR", "PDF", "MBTiles", "EEDA", "OGCAPI", "GDALG", "MapInfo File", "LVBAG", "S57", "DGN", "OGR_VRT", "CSV",
    "GML", "GPX", "LIBKML", "KML", "GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "OGR_GMT", "SQLite", "WAsP", "OpenFileGDB", "DXF",
    "FlatGeobuf", "GeoRSS", "VFK", "PGDUMP", "OSM", "GPSBabel", "WFS", "OAPIF", "EDIGEO", "Idrisi", "ODS", "XLSX", "Elasticsearch",
    "Carto", "AmigoCloud", "SXF", "Selafin", "JML", "PLSCENES", "CSW", "VDV", "MVT", "NGW", "MapML", "GTFS", "PMTiles", "JSONFG",
    "MiraMonVector", "ADBC", "AVCBin", "AVCE00", "AIVector", "HTTP",
)  # fmt: skip
CHUNK_BYTES: Final = 32 * 2**20
_answered: dict[str, list[bytes]] = {"left": []}


def answer(question: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """Step "open" reads the file and says how long the answer is; step "more" gives it piece by piece, at the end nothing."""
    try:
        if question["step"] == "open":
            _bar_formats()
            _answered["left"] = []
            _answered["left"] = _pieces(read_content(content, str(question["layer"])))
            return {}, b""
        return {}, _answered["left"].pop(0) if _answered["left"] else b""
    except Unread as unread:
        return {"refused": unread.word, "params": unread.params}, b""
    except (MemoryError, OverflowError):
        return {"refused": "memory", "params": {}}, b""


def _bar_formats() -> None:
    """Before GDAL is loaded: what it may open, and that a view of a GeoPackage calls no function of GDAL's."""
    os.environ["OGR_SKIP"] = ",".join(BARRED)
    os.environ["OGR_SQLITE_PRAGMA"] = "trusted_schema=0"
    for heavy in ("geopandas", "pandas", "pyarrow"):  # pyogrio loads them where they are installed, which takes seconds
        sys.modules.setdefault(heavy, None)  # type: ignore[arg-type]


def read_content(content: bytes, layer: str = "") -> Layer:
    """The layer of that name, or the first with shapes. Raises Unread; its word is "table" for a table of rows."""
    start = content[:4096]
    if not start:
        raise Unread("empty")
    if start.startswith((ZIP, b"PK\x05\x06")):
        return _of_archive(io.BytesIO(content), layer)
    if start.startswith(SQLITE):
        return _of_database(content, layer)
    if start.startswith(SHP):
        raise Unread("shp_alone")
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unread("table")
    return _of_text(content)


def _of_text(content: bytes) -> Layer:
    text = text_of(content)
    start = text.lstrip("\ufeff \t\r\n")[:2000]
    if start.startswith(("{", "[")):
        return read_geojson(text)
    if start.startswith("<"):
        if "<kml" not in start.lower():
            raise Unread("kind")
        return read_kml(text)
    if "\0" in start or not start:
        raise Unread("kind")
    raise Unread("table")


def _of_archive(file: IO[bytes], layer: str) -> Layer:
    with looked_into(file) as packed:
        if is_workbook(packed):
            raise Unread("table")
        files = files_in(packed)
        found = shapefiles(files)
        if found:
            return _of_shapefile(packed, found, layer)
        other = [name for name in files if name.lower().endswith(OTHERS)]
        if layer in other or len(other) == 1:
            content = content_of(packed, files[layer if layer in other else other[0]])
            if content.startswith(SQLITE):
                return _of_database(content, "")
            read = _of_text(content)
            read.layers = tuple(other)
            return read
        if other:
            raise Unread("layer", given=layer, layers=", ".join(other[:10]))
        raise Unread("shapeless", given=", ".join(list(files)[:5]) or "–")


def _of_shapefile(packed: zipfile.ZipFile, found: dict[str, dict[str, zipfile.ZipInfo]], layer: str) -> Layer:
    stem = _chosen(list(found), layer)
    said = content_of(packed, found[stem][".cpg"])[:40] if ".cpg" in found[stem] else b""
    if not content_of(packed, found[stem][".shp"]).startswith(SHP):
        raise Unread("damaged")
    content = packed_anew(packed, found[stem])
    read = _of_arrays(content, "layer", stem, tuple(found), encoding="ISO-8859-1")
    read.encoding = _decode(read, said.decode("ascii", "ignore").strip())
    if ".prj" in found[stem] and not read.system:
        read.system = content_of(packed, found[stem][".prj"]).decode("utf-8", "replace").strip() or "?"
    return read


def _decode(layer: Layer, said: str) -> str:
    """Puts the texts of a Shapefile right, as `decoded` does. The encoding's name."""
    raw = layer.columns
    layer.columns, encoding = decoded(raw, said)
    told = said and _named(said) != encoding
    if told and any(
        isinstance(text, str) and not text.isascii() for text in (*raw, *chain.from_iterable(raw.values()))
    ):
        layer.mended["encoding"] = 1
    return encoding


def decoded(columns: Mapping[str, list[Any]], said: str) -> tuple[dict[str, list[Any]], str]:
    """The columns of a Shapefile, whose texts came byte by byte (as ISO-8859-1), in the encoding that all of them are in, and its name:
    what the .cpg says if it is true, else UTF-8 or GB18030. A text that was cut off in the middle of a character loses that half.
    Raises Unread where it is neither."""
    texts = [value for values in columns.values() for value in values if isinstance(value, str)]
    raws = [text.encode("latin-1", "replace") for text in (*columns, *texts)]
    guessed = ("gb18030", "utf-8") if _by_chance(raws) else ("utf-8", "gb18030")
    for encoding in dict.fromkeys((_named(said), *guessed)):
        if encoding and all(_whole(raw, encoding) is not None for raw in raws):
            break
    else:
        raise Unread("text", line=1)
    found: dict[str, list[Any]] = {
        _whole(name.encode("latin-1", "replace"), encoding) or "": [
            _whole(value.encode("latin-1", "replace"), encoding) if isinstance(value, str) else value
            for value in values
        ]
        for name, values in columns.items()
    }
    return found, encoding


def _by_chance(raws: Sequence[bytes]) -> bool:
    """Whether texts are UTF-8 by chance only: 支路 in GBK is two letters of it, which nobody writes here. Chinese takes three bytes a
    character there, and what else stands in such files is Latin."""
    said = {letter for raw in raws for letter in _whole(raw, "utf-8") or "" if not letter.isascii()}
    return bool(said) and max(said) < "\u0800" and not all("\u00c0" <= letter <= "\u024f" for letter in said)


def _named(said: str) -> str:
    """What a .cpg means: UTF-8, 936, GBK, GB2312, CP936, ANSI 936."""
    word = said.lower().replace("ansi", "").replace("_", "-").strip()
    if word in ("utf-8", "utf8", "65001"):
        return "utf-8"
    return (
        "gb18030" if word.removeprefix("cp").strip() in ("936", "54936", "gbk", "gb2312", "gb18030", "gb-2312") else ""
    )


def _whole(raw: bytes, encoding: str) -> str | None:
    """The text; without its last character where a field of fixed width has cut that; None where it is another encoding."""
    for cut in range(min(4, len(raw) + 1)):
        try:
            return raw[: len(raw) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.end < len(raw) - cut:
                return None
    return None


def _chosen(names: list[str], layer: str) -> str:
    if not layer:
        return names[0]
    if layer not in names:
        raise Unread("layer", given=layer[:60], layers=", ".join(names[:10]))
    return layer


def _of_database(source: bytes, layer: str) -> Layer:
    from linli.lib.geo.databases import NoDatabase, shaped_layers

    if source[18:20] != b"\1\1":  # it was left in write-ahead mode, which wants a second file beside it
        source = source[:18] + b"\1\1" + source[20:]
    try:
        names = shaped_layers(source)
    except NoDatabase:
        raise Unread("damaged") from None
    if not names:
        raise Unread("layers")
    name = _chosen(names, layer)
    return _of_arrays(source, name, name, tuple(names))


def _of_arrays(source: bytes, given: str, name: str, layers: tuple[str, ...], encoding: str | None = None) -> Layer:
    import shapely

    from linli.lib.geo.databases import NoDatabase, read_arrays

    try:
        arrays = read_arrays(source, given, encoding=encoding, flat=False)
    except NoDatabase:
        raise Unread("damaged") from None
    if not len(arrays.ids):
        raise Unread("features")
    if len(arrays.ids) > MOST_FEATURES:
        raise Unread("many", given=len(arrays.ids), most=MOST_FEATURES)
    if len(arrays.columns) > MOST_COLUMNS:
        raise Unread("wide", given=len(arrays.columns), most=MOST_COLUMNS)
    shapes = np.full(len(arrays.ids), None) if arrays.shapes is None else arrays.shapes
    with np.errstate(invalid="ignore"):
        parsed = shapely.from_wkb(shapes, on_invalid="ignore")
    high = shapely.has_z(parsed) | shapely.has_m(parsed)
    parsed[high] = shapely.force_2d(parsed[high])
    vertices = int(shapely.get_num_coordinates(parsed).sum())
    if vertices > MOST_VERTICES:
        raise Unread("vertices", given=f"{vertices:,}", most=f"{MOST_VERTICES:,}")
    broken: dict[int, tuple[str, dict[str, Any]]] = {}
    kept: list[bytes | None] = []
    for number, (wkb, shape) in enumerate(zip(shapes, parsed, strict=True)):
        if shape is None or shape.is_empty:
            broken[number] = ("empty" if wkb is None or shape is not None else "unread", {})
            kept.append(None)
        else:
            kept.append(shapely.to_wkb(shape))
    columns = {column: _plain(values) for column, values in arrays.columns.items()}
    mended = {"heights": int(high.sum())} if high.any() else {}
    return Layer(name, layers, columns, kept, arrays.system, broken=broken, mended=mended)


def _plain(values: Any) -> list[Any]:
    """A column as plain values; None for what is missing."""
    found: list[Any] = []
    for value in values.tolist():
        if value is None or value != value:
            found.append(None)
        elif isinstance(value, bytes):
            found.append(value.decode("utf-8", "replace"))
        elif isinstance(value, (str, int, float, bool)):
            found.append(value)
        else:
            found.append(str(value))
    return found


def _pieces(layer: Layer) -> list[bytes]:
    """A layer as bytes for the pipe: facts, shapes, columns, in pieces of which none is too large for a frame."""
    facts = {
        "name": layer.name, "layers": layer.layers, "system": layer.system, "places": layer.places, "mended": layer.mended,
        "broken": {str(number): found for number, found in layer.broken.items()}, "encoding": layer.encoding,
        "lengths": [-1 if wkb is None else len(wkb) for wkb in layer.shapes],
    }  # fmt: skip
    parts = [
        json.dumps(facts).encode(),
        json.dumps(layer.columns, allow_nan=False).encode(),
        b"".join(wkb for wkb in layer.shapes if wkb),
    ]
    ends = [0, *np.cumsum([len(part) for part in parts]).tolist()]
    whole = json.dumps([last - first for first, last in pairwise(ends)]).encode() + b"\n" + b"".join(parts)
    return [whole[start : start + CHUNK_BYTES] for start in range(0, len(whole), CHUNK_BYTES)]


def unpieced(whole: bytes) -> Layer:
    """The layer again."""
    head, _newline, rest = whole.partition(b"\n")
    first, second, _third = json.loads(head)
    facts, columns = json.loads(rest[:first]), json.loads(rest[first : first + second])
    shapes: list[bytes | None] = []
    at = first + second
    for length in facts["lengths"]:
        shapes.append(None if length < 0 else rest[at : at + length])
        at += max(0, length)
    broken = {int(number): (word, params) for number, (word, params) in facts["broken"].items()}
    return Layer(
        facts["name"], tuple(facts["layers"]), columns, shapes, facts["system"], facts["places"], broken, facts["mended"], facts["encoding"]
    )  # fmt: skip
