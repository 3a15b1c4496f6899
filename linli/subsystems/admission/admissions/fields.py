"""Fields for the ground: areas as a whole, and single grids, of where the person's unit works."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access, own_area
from linli.core.areas.public import AreaNode, area_tree
from linli.core.desk.public import ManyChooser, Offer
from linli.core.grids.public import GridNode
from linli.core.platform.public import Refusal
from linli.subsystems.admission.admissions.giving import grids_in


def ground_of(access: Access) -> int | None:
    """The area that the person's unit serves; None without a unit in force."""
    try:
        return own_area(access)
    except Refusal:
        return None


class AreasField(ManyChooser[AreaNode]):
    """Areas of which all grids are meant; cleaned to a tuple of AreaNode."""

    unknown = pgettext_lazy("admission", "No area that your unit serves is called “%s”; choose from the list.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            **{"label": pgettext_lazy("admission", "All grids of these areas"), "required": False, **kwargs}
        )

    def offers(self, access: Access) -> Iterable[Offer[AreaNode]]:
        """The area of the unit, and the streets and communities in it, each community below its street."""
        tree, top = area_tree(), ground_of(access)
        nodes = [tree.nodes[one] for one in tree.subtree(top)] if top is not None else []
        held = {grid.area_id for grid in grids_in([top])} if top is not None else set()
        shown = [node for node in nodes if held & set(tree.subtree(node.id))]
        return [
            Offer(node.code, node.title, node, tree.nodes[node.street_id].title if node.level == "community" and node.street_id else "")
            for node in sorted(shown, key=lambda one: one.code)
        ]  # fmt: skip


class GridsField(ManyChooser[GridNode]):
    """Single grids, each below its community; cleaned to a tuple of GridNode."""

    unknown = pgettext_lazy("admission", "No grid that your unit serves is called “%s”; choose from the list.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": pgettext_lazy("admission", "Single grids"), "required": False, **kwargs})

    def offers(self, access: Access) -> Iterable[Offer[GridNode]]:
        """The grids in force where the unit serves."""
        top, nodes = ground_of(access), area_tree().nodes
        grids = grids_in([top]) if top is not None else []
        return [Offer(node.code, node.title, node, nodes[node.area_id].title) for node in grids]
