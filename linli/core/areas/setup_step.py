"""The first thing that a city needs: its areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from linli.core.areas.selectors import area_tree
from linli.core.platform.public import Lack, SetupStep, first_of, listed

LEVEL_TITLES = {
    "city": gettext_lazy("City"), "district": gettext_lazy("Districts"), "street": gettext_lazy("Streets"), "community": gettext_lazy("Communities"),
    "group": gettext_lazy("Groups"),
}  # fmt: skip


def there(access: Any) -> str:
    """How many areas of each level there are."""
    del access
    counts = Counter(node.level for node in area_tree().nodes.values())
    return listed(f"{title} {counts[level]}" for level, title in LEVEL_TITLES.items() if counts[level])


def look(access: Any) -> Iterator[Lack]:
    """No areas, or streets without a community."""
    del access
    tree = area_tree()
    if tree.root() is None:
        yield Lack(_("There are no areas yet."), grave=True)
    bare = [node.title for node in tree.nodes.values() if node.level == "street" and not tree.children.get(node.id)]
    if bare:
        said = ngettext(
            "%(n)s street has no community: %(names)s.", "%(n)s streets have no community: %(names)s.", len(bare)
        )
        yield Lack(said % {"n": len(bare), "names": first_of(bare)})


AREAS_STEP = SetupStep(
    code="areas",
    titles={"zh-hans": "区划", "en": "Areas"},
    explained={
        "zh-hans": "城市、区县、街道、社区的名单。案卷、网格、机构和权限都按区划归属，所以最先导入。",
        "en": "The list of city, districts, streets and communities. Cases, grids, units and rights lie in areas, so they come first.",
    },
    order=10,
    there=there,
    look=look,
    imports=("areas",),
    typed=("linli areas import areas.csv",),
    examples=("areas.csv",),
)
