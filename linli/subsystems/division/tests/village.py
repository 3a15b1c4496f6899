"""A made-up village as an extract of OpenStreetMap."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import osmium

# A thousandth of a degree is 111 m to the north and, at 60 degrees north, 56 m to the east.
WEST, SOUTH = 24.9, 60.1
BOX_M2 = 1114.0 * 556.5
Places = Iterable[tuple[float, float]]


class Village:
    """Writes ways by their places, in thousandths of a degree from the south-west corner."""

    def __init__(self, path: Path, west: float = WEST, south: float = SOUTH) -> None:
        self._west, self._south = west, south
        self.path, self._nodes, self._ways, self._relations = path, {}, [], []  # type: ignore[var-annotated]
        self._things: list[tuple[int, tuple[float, float], dict[str, str]]] = []

    def thing(self, number: int, place: tuple[float, float], **tags: str) -> None:
        """Adds a node that is something by itself; numbers from 1000 on are no nodes of ways."""
        self._things.append((number, place, tags))

    def way(self, places: Places, missing: Places = (), /, **tags: str) -> int:
        """Adds a way; the nodes of `missing` places are named and not written, as at the edge of an extract."""
        references = []
        for place in places:
            number = self._nodes.setdefault(place, [len(self._nodes) + 1, True])
            number[1] = number[1] and place not in tuple(missing)
            references.append(number[0])
        self._ways.append(
            (
                len(self._ways) + 1,
                references,
                {key.replace("_", ":", 1) if key == "building_levels" else key: value for key, value in tags.items()},
            )
        )
        return len(self._ways)

    def box(self, west: float, south: float, east: float, north: float, **tags: str) -> int:
        return self.way([(west, south), (east, south), (east, north), (west, north), (west, south)], (), **tags)

    def relation(self, ways: Iterable[int], **tags: str) -> None:
        self._relations.append((list(ways), tags))

    def written(self, box: tuple[float, float, float, float] = (0, 0, 10, 10)) -> Path:
        header = osmium.io.Header()
        west, south, east, north = (edge / 1000 for edge in box)
        header.add_box(osmium.osm.Box(self._west + west, self._south + south, self._west + east, self._south + north))
        with osmium.SimpleWriter(str(self.path), header=header, overwrite=True) as writer:
            for (x, y), (number, there) in self._nodes.items():
                if there:
                    writer.add_node(
                        osmium.osm.mutable.Node(id=number, location=(self._west + x / 1000, self._south + y / 1000))
                    )
            for number, (x, y), tags in self._things:
                where = (self._west + x / 1000, self._south + y / 1000)
                writer.add_node(osmium.osm.mutable.Node(id=number, location=where, tags=tags))
            for number, references, tags in self._ways:
                writer.add_way(osmium.osm.mutable.Way(id=number, nodes=references, tags=tags))
            for number, (ways, tags) in enumerate(self._relations, 1):
                members = [("w", way, "outer") for way in ways]
                writer.add_relation(
                    osmium.osm.mutable.Relation(id=number, members=members, tags={"type": "boundary", **tags})
                )
        return self.path
