"""What a topology is, and what changes it: arcs between nodes, faces beside them, and edits that can be taken back to the bit.

Nothing here looks at geometry; `planning` and `checking` next door do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from linli.lib.refusal import Refusal

K = TypeVar("K")
V = TypeVar("V")
Point: TypeAlias = tuple[float, float]
OUTSIDE = ""
"""What lies beside an arc where no face does."""

DECIMALS = 9
"""New points are kept to a billionth of a degree (a tenth of a millimetre); points that came in stay as they are."""


class TopologyRefused(Refusal):
    """What somebody wants to do to faces would break them, or faces cannot be taken; the sentence says what and where."""


@dataclass(frozen=True, slots=True)
class Arc:
    """A border from one node to another, or around to itself, with the face on its left and on its right (OUTSIDE for none).

    `points` are longitude and latitude in degrees, at least two.
    """

    points: tuple[Point, ...]
    left: str
    right: str

    @property
    def is_closed(self) -> bool:
        """Whether it ends where it begins."""
        return self.points[0] == self.points[-1]


@dataclass(frozen=True, slots=True)
class Face:
    """A grid as the engine carries it. `ground` names the ground that it may not leave (its community): a border between two grounds, or
    to the outside, is an outline and never moves. The rest is for readers and is taken along."""

    ground: str
    name: str = ""
    kind: str = "comprehensive"
    purpose: str = ""


@dataclass(frozen=True)
class Topology:
    """Arcs by number and faces by code. Two are equal when every point, label and fact is; `shapes` (of faces) and `lines` (of arcs) only
    keep what was drawn before."""

    arcs: Mapping[int, Arc]
    faces: Mapping[str, Face]
    shapes: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)
    lines: dict[int, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def borders(self) -> dict[str, list[int]]:
        """The numbers of the arcs around each face, rising."""
        found: dict[str, list[int]] = {code: [] for code in self.faces}
        for number in sorted(self.arcs):
            arc = self.arcs[number]
            for side in dict.fromkeys((arc.left, arc.right)):
                if side != OUTSIDE:
                    found[side].append(number)
        return found

    @cached_property
    def ends(self) -> dict[Point, list[int]]:
        """The arcs that end at each node; one that begins and ends there stands twice."""
        found: dict[Point, list[int]] = defaultdict(list)
        for number, arc in self.arcs.items():
            found[arc.points[0]].append(number)
            found[arc.points[-1]].append(number)
        return dict(found)

    def name_of(self, code: str) -> str:
        """What a face is called in a sentence."""
        face = self.faces.get(code)
        return face.name or code if face else code

    def is_movable(self, arc: Arc) -> bool:
        """Whether a border lies inside one ground; outlines do not move."""
        left, right = self.faces.get(arc.left), self.faces.get(arc.right)
        return left is not None and right is not None and left.ground == right.ground

    def neighbours(self, code: str) -> list[str]:
        """The faces of the same ground that share a border with one, sorted."""
        ground = self.faces[code].ground
        sides = {side for number in self.borders[code] for side in (self.arcs[number].left, self.arcs[number].right)}
        return sorted(side for side in sides - {OUTSIDE, code} if self.faces[side].ground == ground)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a command does: each arc and face that changes, as it was and as it is then; None where there is none."""

    arcs: tuple[tuple[int, Arc | None, Arc | None], ...] = ()
    faces: tuple[tuple[str, Face | None, Face | None], ...] = ()

    @property
    def inverse(self) -> Edit:
        """The edit that takes this one back, to the bit; the inverse of the inverse is the edit itself."""
        return Edit(
            tuple((number, after, before) for number, before, after in self.arcs),
            tuple((code, after, before) for code, before, after in self.faces),
        )

    @property
    def touched(self) -> list[str]:
        """The faces whose border or facts change, before and after, sorted."""
        sides = {side for _, *both in self.arcs for arc in both if arc for side in (arc.left, arc.right)}
        return sorted((sides | {code for code, *_ in self.faces}) - {OUTSIDE})


def applied(topology: Topology, edit: Edit) -> Topology:
    """The topology after an edit. Costs O(arcs). Raises ValueError where the edit was made of another topology."""
    arcs, faces = _changed(topology.arcs, edit.arcs), _changed(topology.faces, edit.faces)
    stale, redrawn = set(edit.touched), {number for number, *_ in edit.arcs}
    return Topology(
        arcs, faces,
        {code: shape for code, shape in topology.shapes.items() if code not in stale},
        {number: drawn for number, drawn in topology.lines.items() if number not in redrawn},
    )  # fmt: skip


def _changed(table: Mapping[K, V], changes: Iterable[tuple[K, V | None, V | None]]) -> dict[K, V]:
    result = dict(table)
    for key, before, after in changes:
        if result.get(key) != before:
            raise ValueError(f"{key!r} is not as the edit found it")
        if after is None:
            del result[key]
        else:
            result[key] = after
    return result
