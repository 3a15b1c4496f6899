"""What a file of places holds once it is read: one layer as columns of plain values and shapes as WKB. Every format becomes this,
and every format is written from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from linli.lib.refusal import Sentence

MOST_FEATURES: Final = 500_000
MOST_VERTICES: Final = 4_000_000
MOST_COLUMNS: Final = 250

# Why a whole file cannot be read. The child says the word, the door says the sentence (`files.py`).
REFUSALS: Final = {
    "damaged": Sentence("the file is damaged or cut off; save or send it again"),
    "text": Sentence("its text is neither UTF-8, UTF-16 nor GBK from line %(line)s on; save it as UTF-8"),
    "json": Sentence("this is no JSON from line %(line)s, column %(column)s on; export it again as GeoJSON"),
    "features": Sentence("the file holds no features; give a FeatureCollection with one feature for each thing"),
    "xml": Sentence("the KML is broken at line %(line)s; save it again"),
    "entities": Sentence("the KML declares entities of its own, which no map needs; save it again without them"),
    "placemarks": Sentence("the KML holds no placemarks; a link to a file elsewhere is not followed"),
    "shapeless": Sentence("the archive has no .shp, .gpkg, .geojson or .kml in it; it has: %(given)s"),
    "sisters": Sentence("beside %(name)s.shp the archive lacks %(missing)s; pack all files of the Shapefile"),
    "bomb": Sentence("the archive would unpack to %(given)s MB, more than %(most)s; give only the files of one map layer"),
    "entries": Sentence("the archive has %(given)s files in it, more than %(most)s; give only those of one map layer"),
    "path": Sentence("the archive wants to write outside of its folder (“%(given)s”); pack the files anew, without folders"),
    "locked": Sentence("the archive is locked with a password; take the password away"),
    "layer": Sentence("the file has no layer “%(given)s”; it has: %(layers)s"),
    "layers": Sentence("the file has no layer with shapes in it"),
    "many": Sentence("the layer has %(given)s features, more than %(most)s; divide the file"),
    "vertices": Sentence("the layer has %(given)s vertices, more than %(most)s; divide it, or simplify its lines"),
    "wide": Sentence("the layer has %(given)s columns, more than %(most)s; take out those that nobody asks for"),
    "kind": Sentence("this is no file of places that linli reads; give a Shapefile as ZIP, a GeoPackage, GeoJSON, KML, Excel or CSV"),
    "shp_alone": Sentence("a .shp alone has no values and no coordinate system; pack .shp, .shx, .dbf, .prj and .cpg into one ZIP"),
    "memory": Sentence("reading the file takes more time or memory than it may; divide it, or simplify its lines"),
    "size": Sentence("the file has %(given)s MB, more than %(most)s; divide it, or simplify its lines"),
    "busy": Sentence("other files are being read just now; send it again in a minute"),
    "empty": Sentence("the file is empty"),
    "placeless": Sentence(
        "the table has no coordinates; give a column WKT, or two columns 经度 and 纬度 (lon, lat), or X and Y. It has: %(given)s"
    ),
}  # fmt: skip

# Why one feature has no shape.
BROKEN: Final = {
    "feature": Sentence("Give each feature its properties and its shape."),
    "empty": Sentence("Draw this polygon again; it is empty, or take the row out."),
    "unread": Sentence("Draw this polygon again; its coordinates cannot be read."),
    "nowhere": Sentence("Draw this polygon again; a vertex of it is no number."),
    "number": Sentence("“%(given)s” is no number; write coordinates as plain numbers."),
}


class Unread(Exception):
    """A whole file that cannot be read: a word of REFUSALS and what its sentence names."""

    def __init__(self, word: str, **params: object) -> None:
        super().__init__(word)
        self.word, self.params = word, params


@dataclass
class Layer:
    """One layer. `columns` are lists of plain values (text, whole or broken number, truth, None) of the same length as `shapes` (WKB in
    two dimensions, None where there is none) and `places` (the number of the feature or the line of the table, for people).

    `broken` says why a feature has no shape: its position, a word of BROKEN, what it names. `system` is what the file says of its
    coordinates (WKT or a code such as EPSG:4547), "" for nothing. `mended` counts what was put right while reading: a word of MENDED and
    how often. `layers` are the names of all layers of the file.
    """

    name: str
    layers: tuple[str, ...]
    columns: dict[str, list[Any]]
    shapes: list[bytes | None]
    system: str = ""
    places: list[int] = field(default_factory=list)
    broken: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    mended: dict[str, int] = field(default_factory=dict)
    encoding: str = ""

    def __post_init__(self) -> None:
        if not self.places:
            self.places = list(range(1, len(self.shapes) + 1))

    def __len__(self) -> int:
        return len(self.shapes)

    def row(self, number: int) -> dict[str, Any]:
        """The values of one feature."""
        return {name: values[number] for name, values in self.columns.items()}

    def why_broken(self, number: int) -> Sentence | None:
        """Why a feature has no shape; None when it has one."""
        found = self.broken.get(number)
        if found is None:
            return None if self.shapes[number] is not None else BROKEN["empty"]
        return Sentence(BROKEN[found[0]].msgid, found[1])


def joined_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows that need not have the same keys as columns; None where a row lacks one. Raises Unread for too many."""
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
        if len(names) > MOST_COLUMNS:
            raise Unread("wide", given=len(names), most=MOST_COLUMNS)
    return {name: [row.get(name) for row in rows] for name in names}
