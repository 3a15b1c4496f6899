"""Codes and names of grids that come into being in a draft: the next number that their community's grids never had."""

from __future__ import annotations

from linli.algorithms.topology.model import Topology
from linli.core.areas.public import area_tree
from linli.core.grids.public import Grid
from linli.lib.outside import whole_number
from linli.subsystems.division.drafts.beginnings import Beginning
from linli.subsystems.division.models import GridDraft
from linli.subsystems.division.proposal.numbering import grid_code, grid_names


def next_code(draft: GridDraft, beginning: Beginning, topology: Topology, ground: str) -> str:
    """A code that no grid of the layer has or ever had, nor one of the draft, for a grid of this ground (the id of an area)."""
    community = area_tree().nodes[int(ground)].code
    used = set(Grid.objects.filter(layer_id=draft.layer_id, code__startswith=community).values_list("code", flat=True))
    used |= beginning.rows.keys() | topology.faces.keys()
    number = 1
    while (code := grid_code(community, number)) in used:
        number += 1
    return code


def names_for(code: str, ground: str, kind: str) -> tuple[str, str]:
    """The name that a new grid gets by itself, in Chinese and in English."""
    area = area_tree().nodes[int(ground)]
    number = code.removeprefix(area.code).removeprefix("-")
    return grid_names(area.name, whole_number(number) or 0, kind)
