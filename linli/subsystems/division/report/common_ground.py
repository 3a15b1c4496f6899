"""The ground that two proposals have in common, community by community: what `comparison` beside this module compares.

A proposal of one community says nothing about the rest of a city, so the rest neither ends nor gets worse in it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.division.model import NOBODY
from linli.core.platform.public import BadInput
from linli.subsystems.division.proposal.model import MapGround, Members, Proposal


@dataclass(frozen=True, slots=True)
class CommonGround:
    """Both proposals in the communities that both divide; `only_a` and `only_b` name the communities that one alone does."""

    a: Proposal
    b: Proposal
    only_a: list[str]
    only_b: list[str]


def common_ground(a: Proposal, b: Proposal) -> CommonGround:
    """The two as they are where they divide the same communities, else their parts. Raises BadInput where they share none.

    The totals of a part (border on streets, costs) are not known: a proposal has them of its whole ground only.
    """
    in_a, in_b = ({grid.community for grid in one.grids} for one in (a, b))
    if not in_a & in_b:
        raise BadInput(_("The proposals divide no community in common; nothing can be compared."), field="file")
    return CommonGround(
        a=_part(a, in_a & in_b, set(b.members.codes)) if in_a - in_b else a,
        b=_part(b, in_a & in_b, set(a.members.codes)) if in_b - in_a else b,
        only_a=_names(a, in_a - in_b),
        only_b=_names(b, in_b - in_a),
    )


def _names(proposal: Proposal, codes: Collection[str]) -> list[str]:
    ground = proposal.map_ground
    pairs = zip(ground.community_codes, ground.community_names, strict=True)
    return [name or code for code, name in pairs if code in codes]


def _part(proposal: Proposal, communities: Collection[str], known: Collection[str]) -> Proposal:
    """A proposal in some communities. Of the buildings in no grid those stay that the other one knows too (`known`)."""
    stays = np.array([grid.community in communities for grid in proposal.grids], dtype=bool)
    place = np.append(np.where(stays, np.cumsum(stays) - 1, NOBODY), NOBODY).astype(np.int32)
    members = proposal.members
    kept = np.where(
        members.grid_of == NOBODY, [code in known for code in members.codes], np.append(stays, False)[members.grid_of]
    )
    chosen = np.flatnonzero(kept).tolist()
    return replace(
        proposal,
        grids=tuple(grid for grid, is_kept in zip(proposal.grids, stays, strict=True) if is_kept),
        members=Members(
            codes=tuple(members.codes[number] for number in chosen),
            grid_of=place[members.grid_of[kept]],
            load=members.load[kept],
            households=members.households[kept],
            people=members.people[kept],
            outlines=members.outlines[kept],
        ),
        map_ground=_ground_of(proposal.map_ground, communities),
        run=replace(proposal.run, totals={}),
    )


def _ground_of(ground: MapGround, communities: Collection[str]) -> MapGround:
    """The communities with the lines that run through or along them."""
    chosen = np.array([code in communities for code in ground.community_codes], dtype=bool)
    box = shapely.box(*shapely.total_bounds(ground.communities[chosen]))
    near = shapely.intersects(ground.lines, box)
    return replace(
        ground,
        communities=ground.communities[chosen],
        community_codes=tuple(code for code in ground.community_codes if code in communities),
        community_names=tuple(
            name
            for code, name in zip(ground.community_codes, ground.community_names, strict=True)
            if code in communities
        ),
        lines=ground.lines[near],
        line_kinds=ground.line_kinds[near],
    )
