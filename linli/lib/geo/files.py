"""The door for files of places: a Shapefile as ZIP, GeoPackage, GeoJSON, KML, KMZ, Excel or CSV in, a `Layer` or a refusal in words out.

The bytes are read in a child process with limits of time and memory; a file that kills it is refused, and nothing else happens.
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import BinaryIO, Final

from linli.lib.apart import Busy, Child, ChildDied, Children
from linli.lib.geo.layer import REFUSALS, Layer, Unread
from linli.lib.geo.reading import unpieced
from linli.lib.geo.tables import read_table
from linli.lib.refusal import Refusal, Sentence
from linli.lib.tables import TableError

MOST_BYTES: Final = 64 * 2**20
SISTERS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
# What reading put right by itself, said once for the file.
MENDED: Final = {
    "closed": Sentence("%(count)s shapes had rings that were not closed; they are closed now."),
    "heights": Sentence("%(count)s shapes have heights, which are left out."),
    "encoding": Sentence("The .cpg names an encoding that the texts are not in; they are read as what they are."),
}
_children = Children(places=1, waiting=4)


class NoPlaces(Refusal):
    """A file of places that cannot be read; the sentence says why and what to do. `word` is the word of REFUSALS, "" for others."""

    word = ""


def read_places(source: BinaryIO, layer: str = "") -> Layer:
    """The layer (or sheet) of that name, or the first with shapes. A million vertices take some 2 s. Raises NoPlaces."""
    try:
        size = source.seek(0, os.SEEK_END)
        if size > MOST_BYTES:
            raise Unread("size", given=size >> 20, most=MOST_BYTES >> 20)
        source.seek(0)
        with _children.child() as child:
            return _asked(child, source.read(), layer)
    except Busy:
        raise _refusal("busy") from None
    except ChildDied:
        raise _refusal("memory") from None
    except Unread as unread:
        if unread.word != "table":
            raise _refusal(unread.word, **unread.params) from None
    source.seek(0)
    try:
        return read_table(source, layer)
    except Unread as unread:
        raise _refusal(unread.word, **unread.params) from None
    except TableError as error:
        raise NoPlaces(error.sentence.msgid, **error.sentence.params) from None


def mended_words(layer: Layer) -> list[Sentence]:
    """What reading put right by itself."""
    return [Sentence(MENDED[word].msgid, {"count": count}) for word, count in layer.mended.items()]


def packed(path: Path, most_bytes: int = MOST_BYTES) -> io.BufferedReader | io.BytesIO:
    """A file to be read: for a .shp it and its sisters beside it as a ZIP in memory, for a folder all Shapefiles in it, for all others
    the file itself. The same files are the same bytes. Raises NoPlaces for what is too large, OSError."""
    if path.is_dir():
        parts = [one for one in sorted(path.iterdir()) if one.is_file() and one.suffix.lower() in SISTERS]
    elif path.suffix.lower() == ".shp":
        parts = [
            one for one in sorted(path.parent.iterdir()) if one.stem == path.stem and one.suffix.lower() in SISTERS
        ]
    else:
        return path.open("rb")
    size = sum(one.stat().st_size for one in parts)
    if size > most_bytes:
        raise _refusal("size", given=size >> 20, most=most_bytes >> 20)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for one in parts:
            # A name without the date of the file: a copy of the folder is the same ground.
            entry = zipfile.ZipInfo(f"{one.stem}{one.suffix.lower()}")
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, one.read_bytes())
    made.seek(0)
    return made


def _asked(child: Child, content: bytes, layer: str) -> Layer:
    head, _content = child.ask("geo.reading", {"step": "open", "layer": layer}, content)
    pieces: list[bytes] = []
    while "refused" not in head:
        head, piece = child.ask("geo.reading", {"step": "more"})
        if not piece:
            return unpieced(b"".join(pieces))
        pieces.append(piece)
    raise Unread(str(head["refused"]), **head["params"])


def _refusal(word: str, **params: object) -> NoPlaces:
    said = REFUSALS.get(word, REFUSALS["damaged"])
    refusal = NoPlaces(said.msgid, **params)
    refusal.word = word
    return refusal
