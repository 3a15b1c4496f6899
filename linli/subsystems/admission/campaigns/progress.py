"""How far a campaign has come: sheets by grid, of its own as a whole, in a few statements however many grids there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import pgettext

from linli.core.access.public import names_of
from linli.core.areas.public import place
from linli.core.grids.public import grid_title
from linli.core.staff.public import grids_of, worker_of
from linli.subsystems.admission.campaigns.models import Campaign, CampaignGrid, CampaignSheet, CampaignTarget
from linli.subsystems.admission.campaigns.targets import counted
from linli.subsystems.admission.grid_rows import in_force, in_order


class GridProgress(NamedTuple):
    """What a grid has brought, of how many (0: as many as there are), how many of it by residents, how many of its targets were missed, and
    who works there."""

    grid_id: int
    title: str
    done: int
    wanted: int
    by_residents: int
    worker: str
    missed: int = 0
    targets: bool = False

    @property
    def behind(self) -> bool:
        """Whether something lacks: of as many as there are, anything at all; what was missed with its reason does not lack."""
        return self.done + self.missed < (self.wanted if self.targets else self.wanted or 1)

    @property
    def nothing_there(self) -> bool:
        """Whether the grid has nothing of what is looked at: it is neither done nor behind."""
        return self.targets and not self.wanted

    @property
    def share(self) -> float:
        """How much of it is looked after, 0 to 1."""
        if not self.wanted:
            return 1.0 if self.done else 0.0
        return min(1.0, (self.done + self.missed) / self.wanted)

    @property
    def shade(self) -> int:
        """The same for the map, 0 (nothing) to 4 (all)."""
        return 4 if self.share >= 1 else min(3, 1 + int(3 * self.share)) if self.share else 0


def by_grid(item: Campaign) -> list[GridProgress]:
    """Each grid of a campaign, who is farthest behind first."""
    told = (
        item.sent_sheets().order_by().values_list("grid_id")
        .annotate(count=Count("id"), residents=Count("id", filter=Q(by_resident=True)))
    )  # fmt: skip
    sheets = {grid_id: (count, residents) for grid_id, count, residents in told}
    grids = list(CampaignGrid.objects.filter(item_id=item.id).values_list("grid_id", flat=True))
    workers = {grid_id: worker_of(grid_id) for grid_id in grids}
    names = names_of(workers.values())
    targets = counted(item) if item.targets else {}
    found = []
    for grid_id in grids:
        done, residents = sheets.get(grid_id, (0, 0))
        wanted, missed = item.per_grid or 0, 0
        if item.targets:
            wanted, done, missed = targets.get(grid_id, (0, 0, 0))
        name = names.get(workers[grid_id], "")
        found.append(
            GridProgress(grid_id, grid_title(grid_id), done, wanted, residents, name, missed, bool(item.targets))
        )
    return sorted(found, key=lambda one: (not one.behind, one.nothing_there, one.share, in_order(one.grid_id)))


class AreaProgress(NamedTuple):
    """The grids of an area together: how many, what they brought of how many, how many are behind."""

    title: str
    grids: int
    done: int
    missed: int
    wanted: int
    behind: int


def by_area(rows: Sequence[GridProgress]) -> list[AreaProgress]:
    """The same summed by community, who is farthest behind first. Grids that are not in force any more stand together at the end."""
    inside: dict[int, list[GridProgress]] = {}
    for one in rows:
        grid = in_force(one.grid_id)
        inside.setdefault(grid.area_id if grid else 0, []).append(one)
    found = [
        AreaProgress(
            place(area_id) if area_id else pgettext("admission", "Former grids"), len(some), sum(one.done for one in some),
            sum(one.missed for one in some), sum(one.wanted for one in some), sum(one.behind for one in some),
        )
        for area_id, some in inside.items()
    ]  # fmt: skip
    return sorted(
        found, key=lambda one: (-one.behind / one.grids, (one.done + one.missed) / (one.wanted or 1), one.title)
    )


def mine(rows: Sequence[GridProgress], user_id: int) -> list[GridProgress]:
    """Those of the grids in which somebody works."""
    own = set(grids_of(user_id))
    return [one for one in rows if one.grid_id in own]


def totals(item_ids: Sequence[int]) -> dict[int, tuple[int, int, int, int]]:
    """Of each campaign its grids, its sheets, the grids that have brought any, its targets; in three statements."""

    def counts(rows: Any) -> dict[int, int]:
        return dict(rows.objects.filter(item_id__in=item_ids).order_by().values_list("item_id").annotate(Count("id")))

    grids, targets = counts(CampaignGrid), counts(CampaignTarget)
    rows = CampaignSheet.objects.filter(item_id__in=item_ids, sent_at__isnull=False).order_by().values_list("item_id")
    sheets = {
        item_id: (count, some)
        for item_id, count, some in rows.annotate(count=Count("id"), some=Count("grid_id", distinct=True))
    }
    return {one: (grids.get(one, 0), *sheets.get(one, (0, 0)), targets.get(one, 0)) for one in item_ids}
