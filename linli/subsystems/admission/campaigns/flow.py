"""A campaign (采集任务): prepared, opened, filled in grid by grid, closed when its term ends."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import pgettext_lazy

from linli.core.access.public import Access
from linli.core.flow.public import (
    Flow,
    Relation,
    Stage,
    Transition,
    Who,
    by_system,
    each,
    in_area,
    of_person,
    of_unit,
)
from linli.core.staff.public import grids_of
from linli.subsystems.admission.campaigns import effects
from linli.subsystems.admission.campaigns.models import Campaign, CampaignGrid, CampaignState

RUN, OPEN = ("maker", "area", "unit"), ("prepared", "running")
TRANSITIONS = (
    Transition("prepare", "", "prepared", ("area", "unit")),
    Transition("open", "prepared", "running", RUN, takes=("note",), starts="collect"),
    Transition("remind", "running", "running", (*RUN, "system"), takes=("note",)),
    Transition("extend", "running", "running", RUN, needs=("last_day", "reason"), stops=("collect",), starts="collect"),
    Transition("close", "running", "closed", (*RUN, "system"), takes=("note",), stops=("collect",)),
    *each(OPEN, "cancel", RUN, "cancelled", needs=("reason",), stops=("collect",)),
)


def works_there() -> Relation:
    """Who works in one of its grids: they see it when it has begun, and fill in its form."""

    def rows(_permission: str, access: Access) -> Q:
        mine = CampaignGrid.objects.filter(item_id=OuterRef("pk"), grid_id__in=grids_of(access.user_id))
        return Q(Exists(mine), state__in=("running", "closed"))

    def holds(item: Campaign, _permission: str, who: Who) -> bool:
        return who.access is not None and Campaign.objects.filter(rows("", who.access), id=item.id).exists()

    return Relation(pgettext_lazy("admission", "who works in one of the grids"), holds, rows, asks=False)


def _until(item: Campaign) -> date:
    return item.last_day


def _words(item: Campaign) -> dict[str, Any]:
    return {"form": item.form_id, "admission": item.admission_id, "unit": item.unit_id}


CAMPAIGN: Flow[Campaign] = Flow(
    code="campaign",
    title=pgettext_lazy("admission", "campaign"),
    model=Campaign,
    states=CampaignState,
    transitions=TRANSITIONS,
    titles={
        "prepare": pgettext_lazy("admission", "Prepare a campaign"),
        "open": pgettext_lazy("admission", "Open it"),
        "remind": pgettext_lazy("admission", "Remind grids"),
        "extend": pgettext_lazy("admission", "Extend the term"),
        "close": pgettext_lazy("admission", "Close it"),
        "cancel": pgettext_lazy("admission", "Cancel it"),
    },
    relations={"maker": of_person(covered=True), "area": in_area(), "unit": of_unit(), "worker": works_there(), "system": by_system()},
    stages={"collect": Stage(pgettext_lazy("admission", "Collecting"), until=_until)},
    effects={
        "prepare": effects.prepare, "open": effects.open_, "remind": effects.remind, "extend": effects.extend, "close": effects.close,
        "cancel": effects.cancel,
    },
    needed={"last_day": pgettext_lazy("admission", "Say until which day.")},
    permissions=dict.fromkeys(("prepare", "open", "remind", "extend", "close", "cancel"), "campaign.run"),
    view="campaign.view",
    not_there=pgettext_lazy("admission", "There is no such campaign."),
    ended=("closed", "cancelled"),
    waiting=("open",),
    page="admission:campaign",
    heading=str,
    told={"remind": ("behind_ids",), "close": ("begun_by_id",), "cancel": ("begun_by_id",)},
    order=("open", "remind", "extend", "close", "cancel"),
    next_steps={"prepared": ("open",), "running": ("remind",)},
    phases={"prepared": "new", "running": "work", "closed": "done", "cancelled": "stopped"},
    binds=_words,
)  # fmt: skip
