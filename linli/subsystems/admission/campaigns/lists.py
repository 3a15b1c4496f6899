"""How a campaign is shown, and the list of them."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.access.public import Access, unit_title
from linli.core.areas.public import place
from linli.core.desk.public import (
    Column,
    DayField,
    DaysFilter,
    Empty,
    SwitchFilter,
    WordsFilter,
    column_of,
    facts_of,
    looked_for_in,
)
from linli.core.flow.public import ItemPages, Who, flow_list, stands_to
from linli.core.forms.public import AnswerSheet, Form, forms_to_fill, title_of
from linli.core.grids.public import extent_of, grid_title
from linli.core.platform.public import listed, moment_words
from linli.subsystems.admission.campaigns.flow import CAMPAIGN
from linli.subsystems.admission.campaigns.models import Campaign, CampaignGrid, CampaignTarget, Missed
from linli.subsystems.admission.campaigns.progress import AreaProgress, GridProgress, by_area, by_grid, mine, totals
from linli.subsystems.admission.campaigns.running import OCCASION
from linli.subsystems.admission.drawn import share
from linli.subsystems.admission.grid_rows import in_force

MOST_SHOWN, MOST_DRAFTS = 200, 30
TITLE = column_of(Campaign, "title", pgettext_lazy("admission", "Campaign"), css="grow")
UNIT: Column[Any] = Column(
    "unit", pgettext_lazy("admission", "Who collects"), lambda item: unit_title(item.unit_id), css="fixed col-wide"
)
FIRST_DAY = column_of(Campaign, "first_day", pgettext_lazy("admission", "First day"), css="fixed col-wide")
LAST_DAY = column_of(Campaign, "last_day", pgettext_lazy("admission", "Last day"), sort=True, css="fixed")
FOR_RESIDENTS = column_of(
    Campaign, "for_residents", pgettext_lazy("admission", "Open to residents"), css="fixed col-wide"
)
PER_GRID = column_of(Campaign, "per_grid", pgettext_lazy("admission", "Sheets per grid"))
TARGETS = column_of(Campaign, "targets", pgettext_lazy("admission", "Looked at one by one"))
INSTRUCTIONS = column_of(Campaign, "instructions", pgettext_lazy("admission", "What to know about it"))


def may_read_answers(item: Campaign, access: Access) -> bool:
    """Whether this person runs the campaign, and so reads what was answered."""
    return stands_to(CAMPAIGN, item, "close", Who(access))


def facts(item: Campaign, access: Access) -> list[tuple[Any, Any]]:
    """The form, the term, the admission, the ground."""
    form = Form.objects.filter(id=item.form_id).first()
    admission = item.admission.title if item.admission_id is not None else ""
    shown = [
        (pgettext_lazy("admission", "Form"), title_of(form) if form else ""),
        *facts_of(UNIT, FIRST_DAY, LAST_DAY, PER_GRID, TARGETS, FOR_RESIDENTS, INSTRUCTIONS)(item, access),
        (pgettext_lazy("admission", "Admission that it stands on"), admission),
        (pgettext_lazy("admission", "All grids of"), listed([place(area_id) for area_id in item.area_ids])),
    ]
    return [(label, value) for label, value in shown if value]


def more(item: Campaign, access: Access) -> dict[str, Any]:
    """How far its areas and grids have come, on the map too; those of the person first."""
    rows = by_grid(item)
    done, wanted = sum(one.done for one in rows), sum(one.wanted for one in rows)
    own = {one.grid_id for one in mine(rows, access.user_id)}
    drawn = [(one, _bar(item, one)) for one in rows]
    return {
        "unit": "", "grid_rows": drawn[:MOST_SHOWN], "hidden": max(0, len(rows) - MOST_SHOWN), "grid_count": len(rows),
        "own_grids": [row for row in drawn if row[0].grid_id in own], "drafts": drafts(item, access), "done": done,
        "total_share": share(done, wanted) if wanted else "", "behind": sum(one.behind for one in rows),
        "areas": [(one, _bar(item, one)) for one in by_area(rows)],
        "unshaded": sum(one.nothing_there for one in rows), "may_read": may_read_answers(item, access),
        "may_export": access.may("desk.export"), "may_fill": forms_to_fill(access).filter(id=item.form_id).exists(),
        "what": pgettext("admission", "Done") if item.targets else pgettext("admission", "Sheets"),
        **_on_map(item, access, rows), **_targets(item, access, own),
    }  # fmt: skip


def _bar(item: Campaign, one: GridProgress | AreaProgress) -> str:
    """What was done of what is wanted; where nothing of what is looked at stands, that."""
    if one.wanted:
        return share(one.done, one.wanted)
    return str(NOTHING_THERE) if item.targets else str(one.done)


NOTHING_THERE = pgettext_lazy("admission", "nothing to look at")
SHADES = (
    pgettext_lazy("admission", "nothing"), pgettext_lazy("admission", "below a third"), pgettext_lazy("admission", "below two thirds"),
    pgettext_lazy("admission", "below all"), pgettext_lazy("admission", "all"),
)  # fmt: skip


def _on_map(item: Campaign, access: Access, rows: list[GridProgress]) -> dict[str, Any]:
    """Each grid by its share, with the key and how many grids have each shade."""
    shades = {
        grid.code: one.shade for one in rows if not one.nothing_there and (grid := in_force(one.grid_id)) is not None
    }
    shown = range(5) if item.per_grid or item.targets else (0, 4)
    words = SHADES if item.per_grid or item.targets else {0: SHADES[0], 4: pgettext_lazy("admission", "some")}
    areas = {grid.area_id for one in rows if (grid := in_force(one.grid_id)) is not None}
    return {
        "shades": shades, "shade_key": [(one, words[one], sum(shade == one for shade in shades.values())) for one in shown],
        "grid_tiles": "/map/grids/{z}/{x}/{y}.mvt" if access.may("grid.view") else None, "bounds": extent_of(areas) if areas else None,
    }  # fmt: skip


def _targets(item: Campaign, access: Access, own: set[int]) -> dict[str, Any]:
    """What the person looks at in their grids: what is open first."""
    if not item.targets or not own:
        return {}
    rows = CampaignTarget.objects.filter(item_id=item.id, grid_id__in=own)
    order = {"open": 0, "missed": 1, "done": 2}
    found = sorted(rows, key=lambda one: (order[one.state], one.title, one.id))
    for one in found:
        one.__dict__ |= {
            "place": grid_title(one.grid_id),
            "mine": one.by_id == access.user_id and one.sheet_id is not None,
        }
    return {
        "targets": found[:MOST_SHOWN], "targets_hidden": max(0, len(found) - MOST_SHOWN), "targets_open": sum(one.state == "open" for one in found),
        "missed": Missed.choices, "several": len(own) > 1,
    }  # fmt: skip


def drafts(item: Campaign, access: Access) -> list[tuple[AnswerSheet, str, str]]:
    """What this person began for the campaign and left half way: the sheet, its grid, when it was saved."""
    rows = AnswerSheet.objects.filter(filled_by_id=access.user_id, state="draft", occasion_kind=OCCASION)
    begun = rows.filter(
        saved_at__gt=F("started_at"), occasion_id__in=CampaignGrid.objects.filter(item_id=item.id).values("id")
    )
    found = list(begun.order_by("-saved_at")[:MOST_DRAFTS])
    grids = dict(CampaignGrid.objects.filter(id__in=[one.occasion_id for one in found]).values_list("id", "grid_id"))
    return [(one, grid_title(grids[one.occasion_id or 0]), moment_words(one.saved_at)) for one in found]


PAGES = ItemPages(
    flow=CAMPAIGN,
    back="admission:campaigns",
    back_title=pgettext_lazy("admission", "Campaigns"),
    facts=facts,
    more=more,
    template="admission/campaign.html",
    fields={"last_day": lambda item, _access: DayField(initial=item.last_day)},
    labels={"last_day": pgettext_lazy("admission", "New last day"), "reason": pgettext_lazy("admission", "Why")},
    hints={
        "open": pgettext_lazy("admission", "Each grid's worker finds a task in the inbox, due on the last day."),
        "remind": pgettext_lazy("admission", "Who works in a grid that is behind is told under the bell."),
        "close": pgettext_lazy("admission", "Nothing can be filled in any more; open tasks are withdrawn."),
        "cancel": pgettext_lazy("admission", "Open tasks are withdrawn. What was answered stays as long as the form says."),
    },
    dangerous=("cancel",),
    quiet=("extend", "close"),
)  # fmt: skip


def with_totals(_access: Access, items: list[Campaign]) -> list[Campaign]:
    """A `complete`: grids and sheets of each campaign, in two statements a page."""
    found = totals([item.id for item in items])
    for item in items:
        item.__dict__["totals"] = found[item.id]
    return items


def _sheets(item: Any) -> int:
    return int(item.__dict__["totals"][1])


def _drawn(item: Any) -> str:
    grids, sheets, some, targets = item.__dict__["totals"]
    if item.targets or item.per_grid:
        return str(share(sheets, targets if item.targets else grids * item.per_grid))
    return pgettext("admission", "%(sheets)s from %(some)s of %(grids)s grids") % {
        "sheets": sheets,
        "some": some,
        "grids": grids,
    }


CAMPAIGNS = flow_list(
    PAGES,
    code="campaigns",
    title=pgettext_lazy("admission", "Campaigns"),
    columns=(
        TITLE, UNIT, LAST_DAY, FOR_RESIDENTS,
        Column("grids", pgettext_lazy("admission", "Grids"), lambda item: item.__dict__["totals"][0], kind=int, css="number fixed col-wide"),
        Column("sheets", pgettext_lazy("admission", "Sheets"), _sheets, html=_drawn, kind=int, css="fixed"),
    ),
    complete=with_totals,
    filters=(
        WordsFilter("q", pgettext_lazy("admission", "Campaign"), looked_for_in("title")),
        SwitchFilter("residents", pgettext_lazy("admission", "Open to residents"), lambda rows: rows.filter(for_residents=True)),
        DaysFilter("ends", pgettext_lazy("admission", "Last day"), "last_day", of_days=True),
    ),
    permission="campaign.view",
    new="admission:new-campaign",
    may_begin="campaign.run",
    beside=(("form-burden", pgettext_lazy("admission", "Report of burden")),),
    empty=Empty(
        pgettext_lazy("admission", "No campaign yet"),
        pgettext_lazy("admission", "A form that grids fill in within a term stands here, with how far each grid has come."), "list",
    ),
)  # fmt: skip
