"""From parcels to atoms, the pieces that the solver moves: whole blocks where they are small, pieces of them where not.

`contract` joins parcels that share an atom and adds up what lies between atoms; `split_atoms` makes finer atoms inside
coarser ones, so that a division of the coarse ones is one of the fine ones too. `divide` decides how fine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints, Line, ParcelGraph, Rules
from linli.lib.compiled import compiled


@dataclass(frozen=True, slots=True)
class Atoms:
    """Atoms of all components in one run of arrays; those of component c are first[c] … first[c + 1].

    `of_parcel` (n) gives the atom of a parcel (NOBODY for one that takes no part). Per atom the arrays of `kernel.Board`;
    `to` counts within the component, and so does `superblock`; `superblocks` is their number per component.
    """

    of_parcel: Ints
    first: Ints
    start: Ints
    to: Ints
    cut: Floats
    metres: Floats
    passable: Bools
    load: Floats
    area: Floats
    outline: Floats
    superblock: Ints
    superblocks: Ints

    @property
    def components(self) -> int:
        """How many components there are."""
        return len(self.first) - 1


def summed(place: npt.NDArray[Any], values: Floats, size: int) -> Floats:
    """The sum of the values that stand at each place, 0 … size − 1."""
    return np.bincount(place, values, minlength=size).astype(np.float64, copy=False)


def border_prices(graph: ParcelGraph, rules: Rules) -> Floats:
    """What each border (m) costs when it divides grids: the graph's own price, else its length by the rules."""
    if graph.border_price is not None:
        return graph.border_price
    return np.asarray(rules.border_costs)[graph.kind] * graph.border_m


def parts(size: int, a: Ints, b: Ints) -> tuple[int, Ints]:
    """The connected parts of `size` things joined by the pairs a, b: their number and the part of each."""
    ones = np.ones(len(a), np.int8)
    number, part = connected_components(coo_array((ones, (a, b)), shape=(size, size)), directed=False)
    return int(number), part.astype(np.int32)


def block_atoms(graph: ParcelGraph, free: Bools) -> Ints:
    """One atom for each part of a block that hangs together on foot, counting free parcels only; (n), NOBODY for the others."""
    inside = _on_foot(graph) & free[graph.a] & free[graph.b] & (graph.block[graph.a] == graph.block[graph.b])
    _number, atom = parts(graph.size, graph.a[inside], graph.b[inside])
    return np.where(free, atom, NOBODY).astype(np.int32)


def _on_foot(graph: ParcelGraph) -> Bools:
    """The borders inside blocks that people can cross, which not every one is: a block may have a neck."""
    on_foot: Bools = (graph.kind == Line.INSIDE) & graph.passable
    return on_foot


def split_atoms(graph: ParcelGraph, atom: Ints, most: float) -> Ints:
    """Finer atoms: those with a load over `most` are cut into connected pieces of at most about that; (n).

    A piece is one parcel or carries at most `most`. Cost O(parcels of the heavy atoms).
    """
    taking = atom >= 0
    load = np.bincount(atom[taking], graph.load[taking])
    heavy = taking & (load[np.maximum(atom, 0)] > most)
    if not heavy.any():
        return atom
    kept = np.flatnonzero(heavy)
    place = np.full(graph.size, NOBODY, np.int32)
    place[kept] = np.arange(len(kept), dtype=np.int32)
    inner = heavy[graph.a] & heavy[graph.b] & (atom[graph.a] == atom[graph.b]) & _on_foot(graph)
    a, b = place[graph.a[inner]], place[graph.b[inner]]
    start, to = _rows(len(kept), a, b)
    piece = _cut_trees(start, to, graph.load[kept], graph.x_m[kept], graph.y_m[kept], most)
    finer = atom.copy()
    finer[kept] = int(atom.max()) + 1 + piece
    return finer


def _rows(size: int, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """Neighbours in compressed rows."""
    source = np.concatenate([a, b])
    target = np.concatenate([b, a])
    order = np.argsort(source, kind="stable")
    start = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(source, minlength=size), out=start[1:])
    return start, target[order].astype(np.int32)


@compiled
def _cut_trees(start: Any, to: Any, load: Any, x: Any, y: Any, most: Any) -> Any:
    """Cuts breadth-first trees bottom-up into pieces of at most `most`; the piece of each node.

    Each tree starts at the node furthest along the longer side of its part, so that pieces lie across it.
    """
    n = len(load)
    piece = np.full(n, -1, np.int32)
    parent = np.full(n, -1, np.int32)
    seen = np.zeros(n, np.int8)
    order = np.empty(n, np.int32)
    carried = load.copy()
    pieces = 0
    for first in range(n):
        if seen[first] == 2:
            continue
        root = first
        for turn in range(1, 3):
            order[0], size, at = root, 1, 0
            seen[root] = turn
            parent[root] = -1
            while at < size:
                v = order[at]
                at += 1
                for e in range(start[v], start[v + 1]):
                    w = to[e]
                    if seen[w] != turn:
                        seen[w] = turn
                        parent[w] = v
                        order[size] = w
                        size += 1
            if turn == 1:
                wide = x[order[:size]].max() - x[order[:size]].min()
                high = y[order[:size]].max() - y[order[:size]].min()
                for i in range(size):
                    v = order[i]
                    if (x[v] < x[root]) if wide > high else (y[v] < y[root]):
                        root = v
        # Upwards: a child joins its parent while both fit into one piece; `cut_off` marks those that do not.
        cut_off = np.zeros(size, np.int8)
        place = np.empty(size, np.int32)
        for i in range(size - 1, 0, -1):
            v = order[i]
            p = parent[v]
            if carried[p] + carried[v] <= most:
                carried[p] += carried[v]
            else:
                cut_off[i] = 1
        cut_off[0] = 1
        for i in range(size):
            v = order[i]
            if cut_off[i] == 1:
                piece[v] = pieces
                pieces += 1
            else:
                piece[v] = piece[parent[v]]
            place[i] = piece[v]
    return piece


def contract(graph: ParcelGraph, atom: Ints, rules: Rules, group: Ints | None = None) -> Atoms:
    """Atoms in components that hang together over passable borders, inside a `group` (n) where one is given.

    Cost O(borders log borders).
    """
    taking = np.flatnonzero(atom >= 0)
    ids, dense = np.unique(atom[taking], return_inverse=True)
    number = len(ids)
    of_parcel = np.full(graph.size, NOBODY, np.int32)
    of_parcel[taking] = dense
    both = (of_parcel[graph.a] >= 0) & (of_parcel[graph.b] >= 0)
    a, b = of_parcel[graph.a[both]], of_parcel[graph.b[both]]
    across = a != b
    a, b = a[across], b[across]
    border_m, passable = (values[both][across] for values in (graph.border_m, graph.passable))
    if group is not None:
        passable = passable & (group[graph.a] == group[graph.b])[both][across]
    components, component = parts(number, a[passable], b[passable])
    # Atoms in the order of their components, those of a component in the order of their first parcel.
    order = np.argsort(component, kind="stable")
    rank = np.empty(number, np.int32)
    rank[order] = np.arange(number, dtype=np.int32)
    component = component[order]
    of_parcel[taking] = rank[dense]
    first = np.zeros(components + 1, np.int32)
    np.cumsum(np.bincount(component, minlength=components), out=first[1:])

    a, b = rank[a], rank[b]
    # Borders to atoms of other components (over a river) stay part of the outline but cannot be moved over.
    same = component[a] == component[b]
    low, high = np.minimum(a[same], b[same]).astype(np.int64), np.maximum(a[same], b[same]).astype(np.int64)
    pair, back = np.unique(low * number + high, return_inverse=True)
    price = border_prices(graph, rules)[both][across][same]
    cut = summed(back, price, len(pair))
    metres = summed(back, border_m[same], len(pair))
    way = summed(back, passable[same].astype(np.float64), len(pair)) > 0
    low, high = pair // max(number, 1), pair % max(number, 1)
    source, target = np.concatenate([low, high]), np.concatenate([high, low])
    rows = np.lexsort((target, source))
    start = np.zeros(number + 1, np.int32)
    np.cumsum(np.bincount(source, minlength=number), out=start[1:])

    taken = of_parcel[taking]
    load = summed(taken, graph.load[taking], number)
    area = summed(taken, graph.area_m2[taking], number)
    superblock = np.zeros(number, np.int32)
    superblock[taken] = graph.superblock[taking]
    superblock, superblocks = _local(superblock, component, components)
    return Atoms(
        of_parcel=of_parcel,
        first=first,
        start=start,
        to=(target[rows] - first[component[source[rows]]]).astype(np.int32),
        cut=np.tile(cut, 2)[rows],
        metres=np.tile(metres, 2)[rows],
        passable=np.tile(way, 2)[rows],
        load=load,
        area=area,
        outline=_outlines(graph, of_parcel, number),
        superblock=superblock,
        superblocks=superblocks,
    )


def _outlines(graph: ParcelGraph, of_parcel: Ints, number: int) -> Floats:
    """The perimeter of each atom: outer borders, and borders to whatever is not in the atom."""
    taking = of_parcel >= 0
    outline = summed(of_parcel[taking], graph.outer_m[taking], number)
    for mine, other in ((graph.a, graph.b), (graph.b, graph.a)):
        counts = (of_parcel[mine] >= 0) & (of_parcel[mine] != of_parcel[other])
        outline += summed(of_parcel[mine[counts]], graph.border_m[counts], number)
    return outline


def _local(superblock: Ints, component: Ints, components: int) -> tuple[Ints, Ints]:
    """Numbers the superblocks of each component from 0; also how many each has."""
    pairs, back = np.unique(component.astype(np.int64) << 32 | superblock, return_inverse=True)
    owner = (pairs >> 32).astype(np.int64)
    count = np.bincount(owner, minlength=components)
    begin = np.concatenate([[0], np.cumsum(count)[:-1]])
    return (back - begin[owner[back]]).astype(np.int32), count.astype(np.int32)
