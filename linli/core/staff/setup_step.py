"""What a city needs on its grids: a worker on each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.core.access.public import User, staffing, within
from linli.core.areas.public import area_tree
from linli.core.grids.public import main_layer
from linli.core.platform.public import CityCheck, Lack, SetupStep, first_of
from linli.core.staff.models import GridAssignment, Post
from linli.core.staff.selectors import staff_of, worker_of
from linli.core.staff.services import PERMISSION

MOST_COMMUNITIES = 5


def _grids(access: Any) -> list[tuple[int, int]]:
    """(grid, area) of the grids in force there."""
    layer, inside = main_layer(), within(access, "staff.view")
    return [(node.id, node.area_id) for node in layer.nodes.values() if node.area_id in inside] if layer else []


def there(access: Any) -> str:
    """How many grids have somebody, and how many workers there are."""
    grids = _grids(access)
    workers = {one.user_id for grid_id, _area in grids for one in staff_of(grid_id) if one.post == Post.WORKER}
    staffed = sum(worker_of(grid_id) is not None for grid_id, _area in grids)
    said = _("%(workers)s workers on %(staffed)s of %(grids)s grids")
    return said % {"workers": len(workers), "staffed": staffed, "grids": len(grids)} if workers else ""


def look(access: Any) -> Iterator[Lack]:
    """The grids without a worker, by community, the worst first."""
    nodes, bare = (
        area_tree().nodes,
        Counter(area_id for grid_id, area_id in _grids(access) if worker_of(grid_id) is None),
    )
    for area_id, count in bare.most_common(MOST_COMMUNITIES):
        said = ngettext("%(area)s: %(n)s grid without a worker.", "%(area)s: %(n)s grids without a worker.", count)
        yield Lack(
            said % {"area": nodes[area_id].title, "n": count},
            False,
            f"{reverse('staffing')}?area={nodes[area_id].code}",
        )
    if len(bare) > MOST_COMMUNITIES:
        rest = sum(count for _area, count in bare.most_common()[MOST_COMMUNITIES:])
        said = ngettext(
            "%(n)s more grid without a worker in other communities.",
            "%(n)s more grids without a worker in other communities.",
            rest,
        )
        yield Lack(said % {"n": rest}, False, reverse("staffing"))


def look_at_rights(access: Any) -> Iterator[Lack]:
    """Workers whose account may report nothing in the area of their grid."""
    held: dict[int, set[int]] = {}
    for grid_id, area_id in _grids(access):
        for one in staff_of(grid_id):
            if one.post == Post.WORKER:
                held.setdefault(area_id, set()).add(one.user_id)
    able = staffing()
    lame = [area_id for area_id in held if not able.in_area("case.report", area_id)]
    if lame:
        names = [area_tree().nodes[one].title for one in lame]
        said = ngettext(
            "%(n)s community has workers, and none of them may report: %(names)s.",
            "%(n)s communities have workers, and none of them may report: %(names)s.",
            len(lame),
        )
        yield Lack(said % {"n": len(lame), "names": first_of(names)}, True, reverse("people"))
    closed = GridAssignment.objects.filter(
        valid_to__isnull=True, user__is_active=False, grid__area_id__in=within(access, "staff.view")
    )
    if access is None and (gone := closed.values("user_id").distinct().count()):
        names = list(
            User.objects.filter(id__in=closed.values("user_id"))
            .order_by("id")
            .values_list("display_name", flat=True)[:4]
        )
        said = ngettext(
            "%(n)s closed account still holds a grid: %(names)s.",
            "%(n)s closed accounts still hold grids: %(names)s.",
            gone,
        )
        yield Lack(said % {"n": gone, "names": first_of(names)}, False, reverse("staffing"))


WORKERS_STEP = SetupStep(
    code="workers",
    titles={"zh-hans": "网格员", "en": "Workers on grids"},
    explained={
        "zh-hans": "每个网格由谁巡查。基础力量一员一格，专业力量一员多格，应急力量一格多员。",
        "en": "Who walks each grid: the base force one worker one grid, the professional force several grids, the response force several workers.",
    },
    order=50,
    there=there,
    look=look,
    permission=PERMISSION,
    page="staffing",
    imports=("grid-staff",),
    examples=("grid-staff.csv",),
)
CHECKS = (
    CityCheck(
        code="worker_rights",
        titles={"zh-hans": "网格员权限", "en": "Rights of workers"},
        look=look_at_rights,
        order=510,
    ),
)
