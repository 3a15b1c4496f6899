"""What a campaign looks at one by one (采集对象): premises or compounds of its grids, each not yet done, done, or missed with the reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import pgettext

from linli.core.areas.public import area_condition
from linli.core.grids.public import locate_main
from linli.core.platform.public import Actor, BadInput, NotThere, Work, locked, write
from linli.core.registry.public import Compound, Premises
from linli.subsystems.admission.campaigns.models import (
    Campaign,
    CampaignGrid,
    CampaignTarget,
    Missed,
    TargetKind,
    TargetState,
)

OCCASION_OF_TARGET = "campaign_target"
"""Sheets about a target are filled in on its occasion: the id is that of the CampaignTarget."""
MOST_TARGETS, AT_ONCE = 20_000, 500


class Placed(NamedTuple):
    """Something that stands in a grid and may become a target."""

    id: int
    title: str
    grid_id: int


def placed(kind: str, premises_kind: str, area_ids: Collection[int], grid_ids: Collection[int]) -> Iterator[Placed]:
    """Premises or compounds in use whose point lies in one of these grids, by name; one statement. What has no point is in no grid."""
    inside = Q()
    for area_id in area_ids:
        inside |= area_condition(area_id)
    rows: Any = (
        Compound.objects if kind == TargetKind.COMPOUND else Premises.objects.filter(merged_into_id__isnull=True)
    )
    if kind == TargetKind.PREMISES and premises_kind:
        rows = rows.filter(kind=premises_kind)
    wanted = set(grid_ids)
    found = rows.filter(inside, retired_at__isnull=True, lon__isnull=False).order_by("name", "id")
    for one_id, name, code, lon, lat in found.values_list("id", "name", "code", "lon", "lat").iterator():
        grid, _layer = locate_main(lon, lat)
        if grid is not None and grid.id in wanted:
            yield Placed(one_id, name or code, grid.id)


def keep_targets(item: Campaign) -> int:
    """Adds the targets of a campaign's grids that are not there yet, inside a write; how many. Raises BadInput for too many."""
    if not item.targets:
        return 0
    grids = list(CampaignGrid.objects.filter(item_id=item.id).values_list("grid_id", flat=True))
    known = set(CampaignTarget.objects.filter(item_id=item.id).values_list("subject_id", flat=True))
    new = []
    for one in placed(item.targets, item.premises_kind, [item.area_id], grids):
        if one.id in known:
            continue
        new.append(
            CampaignTarget(
                home_district=item.home_district, item_id=item.id, grid_id=one.grid_id, subject_id=one.id, title=one.title[:120],
            )
        )  # fmt: skip
        if len(new) + len(known) > MOST_TARGETS:
            said = pgettext("admission", "These are more than %s; prepare a campaign for parts of the grids.")
            raise BadInput(said % MOST_TARGETS, field="targets")
    CampaignTarget.objects.bulk_create(new, batch_size=AT_ONCE)
    return len(new)


def target_of(item: Campaign, target_id: int) -> CampaignTarget:
    """A target of a campaign. Raises NotThere for any other."""
    found = CampaignTarget.objects.filter(item_id=item.id, id=target_id).first()
    if found is None:
        raise NotThere(pgettext("admission", "This is not among what the campaign looks at."))
    return found


def done(work: Work, target_id: int, sheet_id: int) -> None:
    """A target whose sheet was sent is done, also one that was missed before."""
    target = locked(CampaignTarget.objects.filter(id=target_id)).get()
    target.state, target.missed = TargetState.DONE, ""
    target.sheet_id, target.at, target.by_id = sheet_id, work.now, work.actor.user_id
    target.save()


def miss(actor: Actor, *, item: Campaign, target_id: int, missed: str) -> CampaignTarget:
    """Says why a target could not be looked at. Raises BadInput without a reason, NotThere for one that is done; again changes nothing more."""
    if missed not in Missed.values:
        raise BadInput(pgettext("admission", "Choose why not."), field="missed")
    with write(actor) as work:
        rows = CampaignTarget.objects.filter(item_id=item.id, id=target_id).exclude(state=TargetState.DONE)
        target = locked(rows).first()
        if target is None:
            raise NotThere(pgettext("admission", "This is not among what the campaign looks at, or it is done."))
        target.state, target.missed = TargetState.MISSED, missed
        target.at, target.by_id = work.now, work.actor.user_id
        target.save()
    return target


def counted(item: Campaign) -> dict[int, tuple[int, int, int]]:
    """Of each grid: its targets, those done, those missed; one statement."""
    rows = CampaignTarget.objects.filter(item_id=item.id).order_by().values_list("grid_id")
    told = rows.annotate(
        all=Count("id"), some=Count("id", filter=Q(state="done")), missed=Count("id", filter=Q(state="missed"))
    )
    return {grid_id: (all_, some, missed) for grid_id, all_, some, missed in told}
