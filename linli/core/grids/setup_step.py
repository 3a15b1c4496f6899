"""What a city needs of grids: every community divided."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access.public import within
from linli.core.areas.public import area_tree
from linli.core.grids.selectors import main_layer
from linli.core.platform.public import Lack, SetupStep, first_of


def there(access: Any) -> str:
    """How many grids of which version."""
    layer, inside = main_layer(), within(access, "grid.view")
    count = sum(node.area_id in inside for node in layer.nodes.values()) if layer else 0
    return (
        _("%(grids)s grids, version %(version)s") % {"grids": count, "version": layer.version_number}
        if layer and count
        else ""
    )


def look(access: Any) -> Iterator[Lack]:
    """No grids, or communities without any."""
    layer, inside = main_layer(), within(access, "grid.view")
    divided = {node.area_id for node in layer.nodes.values()} if layer else set()
    if not divided & inside:
        yield Lack(_("There are no grids yet: reports find neither community nor worker."), True)
        return
    nodes = area_tree().nodes
    bare = [
        nodes[one].title
        for one in sorted(inside & set(nodes))
        if nodes[one].level == "community" and one not in divided
    ]
    if bare:
        said = ngettext(
            "%(n)s community has no grid: %(names)s.", "%(n)s communities have no grid: %(names)s.", len(bare)
        )
        yield Lack(said % {"n": len(bare), "names": first_of(bare)}, False, reverse("grid-board"))


GRIDS_STEP = SetupStep(
    code="grids",
    titles={"zh-hans": "网格", "en": "Grids"},
    explained={
        "zh-hans": "社区划成的网格。已有的用文件导入，没有的由计算机按住户划分，再由人修改。",
        "en": "The grids of each community: brought in from a file, or divided by the computer by households and mended by people.",
    },
    order=40,
    there=there,
    look=look,
    permission="grid.view",
    page="grid-board",
    imports=("grids",),
    typed=("linli grids import grids.geojson", "linli division"),
    examples=("grids.geojson",),
)
