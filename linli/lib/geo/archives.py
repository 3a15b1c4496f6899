"""What stands in a ZIP that calls itself a map: looked into before anything is unpacked, and nothing is ever written to a disk.

A Shapefile is three to five files; they are packed anew in memory under plain names, so that the library that reads them meets no
name that somebody else has chosen.
"""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath
from typing import IO, Final

from linli.lib.geo.layer import Unread

MOST_ENTRIES: Final = 1000
MOST_UNPACKED: Final = 256 * 2**20
NEEDED: Final = (".shp", ".dbf")
PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
OTHERS: Final = (".gpkg", ".geojson", ".json", ".kml")
_OUTSIDE: Final = re.compile(r"^([A-Za-z]:|/)|(^|/)\.\.(/|$)")


def looked_into(file: IO[bytes], most_unpacked: int = MOST_UNPACKED) -> zipfile.ZipFile:
    """The archive, if it may be unpacked, to so many bytes at most. Raises Unread."""
    try:
        packed = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise Unread("damaged") from None
    entries = packed.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Unread("entries", given=len(entries), most=MOST_ENTRIES)
    size = sum(entry.file_size for entry in entries)
    if size > most_unpacked:
        raise Unread("bomb", given=size >> 20, most=most_unpacked >> 20)
    for entry in entries:
        if _OUTSIDE.search(entry.filename.replace("\\", "/")):
            raise Unread("path", given=name_of(entry)[:60])
        if entry.flag_bits & 1:
            raise Unread("locked")
    return packed


def name_of(entry: zipfile.ZipInfo) -> str:
    """A name in an archive as its maker knows it: Windows packs Chinese names as GBK and says so nowhere."""
    name = entry.filename.replace("\\", "/")
    if not entry.flag_bits & 0x800:
        for encoding in ("utf-8", "gb18030"):
            try:
                return name.encode("cp437").decode(encoding)
            except UnicodeError:
                continue
    return name


def is_workbook(packed: zipfile.ZipFile) -> bool:
    """Whether the archive is a workbook: those are archives too."""
    names = set(packed.namelist())
    return "[Content_Types].xml" in names or "mimetype" in names


def files_in(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The files by their name without folders. What Macs add for themselves is left out."""
    return {
        PurePosixPath(name_of(entry)).name: entry
        for entry in packed.infolist()
        if not entry.is_dir() and not name_of(entry).startswith("__MACOSX/")
    }


def shapefiles(files: dict[str, zipfile.ZipInfo]) -> dict[str, dict[str, zipfile.ZipInfo]]:
    """The parts of each Shapefile by its name and their endings. Raises Unread where one lacks what it cannot be without."""
    found: dict[str, dict[str, zipfile.ZipInfo]] = {}
    for name, entry in files.items():
        stem, dot, ending = name.rpartition(".")
        if dot and f".{ending.lower()}" in PARTS:
            found.setdefault(stem, {})[f".{ending.lower()}"] = entry
    whole = {stem: parts for stem, parts in found.items() if ".shp" in parts}
    for stem, parts in whole.items():
        missing = [ending for ending in NEEDED if ending not in parts]
        if missing:
            raise Unread("sisters", name=stem[:60], missing=", ".join(missing))
    return whole


def packed_anew(packed: zipfile.ZipFile, parts: dict[str, zipfile.ZipInfo]) -> bytes:
    """The parts of one Shapefile as an archive of our own, each called `layer`. Raises Unread for damaged ones."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as anew:
        for ending, entry in parts.items():
            if ending != ".cpg":
                anew.writestr(f"layer{ending}", content_of(packed, entry))
    return made.getvalue()


def content_of(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What one file of the archive holds. Raises Unread for a damaged one."""
    try:
        return packed.read(entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        raise Unread("damaged") from None
    except Exception as error:  # what decompressors raise has no common ancestor
        raise Unread("damaged") from error
