"""Which grid of an earlier proposal each grid of a new division carries on: it keeps that one's code and name.

`adjusting` next door works it out; `steps` asks it when it numbers and names grids.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linli.algorithms.division.model import NOBODY, Ints
from linli.subsystems.division.proposal.model import ProposedGrid
from linli.subsystems.division.proposal.numbering import grid_code


@dataclass(frozen=True, slots=True)
class Lineage:
    """Per grid of a division (g) the one that it carries on, None for a new one; `taken` are codes that no new grid may get."""

    before: tuple[ProposedGrid | None, ...]
    taken: Collection[str]

    def numbers(self, running: Ints, communities: Sequence[str]) -> Ints:
        """The running number (g) of each grid: that in the code it keeps, else the first free one of its community.

        `running` (g) are the numbers that the place would give, `communities` (g) the codes of the grids' communities.
        New grids get theirs in that order.
        """
        numbers = running.copy()
        taken, last = set(self.taken), dict.fromkeys(communities, 0)
        for place in np.lexsort((running, np.array(communities))).tolist():
            community, old = communities[place], self.before[place]
            if old is not None:
                kept = old.code.removeprefix(community).removeprefix("-")
                numbers[place] = int(kept) if kept.isdecimal() else running[place]
                continue
            number = last[community] + 1
            while grid_code(community, number) in taken:
                number += 1
            numbers[place] = last[community] = number
        return numbers

    def carried(self, grid: ProposedGrid, place: int) -> ProposedGrid:
        """A grid with the code of the one it carries on, and with its name too unless it has become another kind of grid."""
        old = self.before[place]
        if old is None:
            return grid
        if old.kind != grid.kind:
            return replace(grid, code=old.code)
        return replace(grid, code=old.code, name=old.name, name_en=old.name_en)


def carried_on(kept: Ints, grid_of: Ints, home: Ints) -> Ints:
    """The grid of before that each grid of a division (g) carries on, none twice, NOBODY for a new one.

    `kept` (g) is what the engine says; `grid_of` and `home` (n) are the grids of each parcel now and before. A grid carries
    on only what it shares a parcel with, and of two that would carry on the same the one with more parcels of it does.
    """
    stayed = (home != NOBODY) & (kept[grid_of] == home)
    shared = np.bincount(grid_of[stayed], minlength=len(kept))
    found = np.full(len(kept), NOBODY, np.int32)
    given: set[int] = set()
    for grid in np.argsort(-shared, kind="stable").tolist():
        if shared[grid] and int(kept[grid]) not in given:
            given.add(int(kept[grid]))
            found[grid] = kept[grid]
    return found
