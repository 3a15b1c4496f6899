"""A campaign on its way: prepared with its grids, its tasks given, its sheets counted, closed by the job."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid5

from django.utils.translation import pgettext

from linli.core.access.public import Access
from linli.core.flow.public import Given, act, begin
from linli.core.forms.public import About, AnswerSheet, Form, Occasion, Schema, fill_in, schema_of, subject_kinds
from linli.core.grids.public import GridNode
from linli.core.inbox.public import TASK, is_of_department
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    NotThere,
    Refusal,
    Work,
    job,
    local_day,
    locked,
    periodic,
    write,
)
from linli.subsystems.admission.admissions.giving import grids_in, smallest_with
from linli.subsystems.admission.campaigns.effects import stands_on
from linli.subsystems.admission.campaigns.flow import CAMPAIGN
from linli.subsystems.admission.campaigns.models import Campaign, CampaignGrid, CampaignSheet, CampaignTarget
from linli.subsystems.admission.campaigns.targets import OCCASION_OF_TARGET, done, keep_targets
from linli.subsystems.admission.grid_rows import call_off, follow_staff, give_to_grids, keep_rows, tasks_of

OCCASION = "campaign"
"""Sheets of a campaign are filled in on the occasion of one of its grids: the id is that of the CampaignGrid."""
MOST_GRIDS = 5000
DAYS_BEFORE_REMINDING = 3


def prepare_campaign(actor: Actor, access: Access, uuid: Any, values: dict[str, Any]) -> Campaign:
    """Prepares a campaign with its grids. Raises NotAllowed, BadInput naming what lacks, and Taken for a uuid that came before."""
    areas: tuple[Any, ...] = values.get("areas") or ()
    grids = {one.id: one for one in (*grids_in(one.id for one in areas), *(values.get("grids") or ()))}
    if not grids:
        raise BadInput(pgettext("admission", "Choose the areas or the grids that are to do it."), field="areas")
    if len(grids) > MOST_GRIDS:
        raise BadInput(
            pgettext("admission", "These are more than %s grids; ask for parts of them.") % MOST_GRIDS, field="areas"
        )
    form, admission = values.get("form"), values.get("admission")
    if form is None:
        raise BadInput(pgettext("admission", "Choose the form."), field="form")
    _fits(schema_of_form(form.id).subject, values.get("targets") or "", residents=bool(values.get("for_residents")))
    area_id = smallest_with({node.area_id for node in grids.values()} | {node.id for node in areas})
    columns = {name: value for name, value in values.items() if name not in ("areas", "grids", "form", "admission")}
    with write(actor):
        item = begin(
            CAMPAIGN, actor, "prepare", Given(), area_id=area_id, uuid=uuid, access=access, unit_id=access.unit_id, form_id=form.id,
            admission_id=admission and admission.id, area_ids=sorted(one.id for one in areas), **columns,
        )  # fmt: skip
        stands_on(item, admission, set(grids), of_department=is_of_department(access))
        keep_rows(CampaignGrid, item, grids)
        if item.targets and not keep_targets(item):
            raise BadInput(pgettext("admission", "None of these stands in the chosen grids."), field="targets")
    return item


def _fits(subject: str, targets: str, *, residents: bool) -> None:
    """Raises BadInput for a form about something that the campaign does not look at, and for targets that residents would choose."""
    if targets and residents:
        said = pgettext("admission", "What is looked at one by one is for grid workers; do not open it to residents.")
        raise BadInput(said, field="for_residents")
    if subject not in ("", "grid", targets):
        known = subject_kinds().get(subject)
        said = pgettext(
            "admission",
            "This form is filled in about something else (%s). Take another form, or choose to look at these one by one.",
        )
        raise BadInput(said % (known.title if known else subject), field="form")


def fill_in_grid(
    actor: Actor,
    access: Access | None,
    uuid: Any,
    *,
    item_id: int,
    grid: GridNode,
    given: Mapping[str, object],
    offered: Collection[str] = (),
    target: CampaignTarget | None = None,
) -> AnswerSheet:
    """Fills in the form of a running campaign for one of its grids, about one of its targets, in one write; `access` is None for a
    resident, `offered` names the questions whose known answer was shown.

    Raises NotThere for a campaign that does not run, is not open to them or does not have the grid, AnswersRefused with every fault,
    Taken for a uuid that came before.
    """
    with write(actor) as work:
        item = running_now(access, item_id, local_day(work.now))
        row = row_of(item, grid.id)
        return fill_in(
            actor, access=access, uuid=uuid, form_id=item.form_id, given=given, about=about_of(item, grid.id, target), area_id=grid.area_id,
            offered=offered, occasion=occasion_for(target or row),
        )  # fmt: skip


def occasion_for(row: CampaignGrid | CampaignTarget) -> Occasion:
    """The occasion on which a sheet for a grid, or about a target, is filled in."""
    return Occasion(OCCASION_OF_TARGET if isinstance(row, CampaignTarget) else OCCASION, row.id)


def about_of(item: Campaign, grid_id: int, target: CampaignTarget | None = None) -> About | None:
    """What a sheet of a campaign is about: its target or its grid, where its form is about such, else nothing."""
    subject = schema_of_form(item.form_id).subject
    if target is not None and subject == item.targets:
        return About(subject, target.subject_id)
    return About("grid", grid_id) if subject == "grid" else None


def row_of(item: Campaign, grid_id: int) -> CampaignGrid:
    """A grid of a campaign. Raises NotThere for any other."""
    row = CampaignGrid.objects.filter(item_id=item.id, grid_id=grid_id).first()
    if row is None:
        raise NotThere(pgettext("admission", "This grid is not among those of the campaign."))
    return row


def count_sheet(work: Work, sheet: AnswerSheet) -> None:
    """A sheet that is sent counts for its grid, in the same write. Raises Refusal where the campaign is over: the draft stays."""
    row: CampaignGrid | CampaignTarget = kept_on(sheet)
    item, today = row.item, local_day(work.now)
    if item.state != "running" or not item.first_day <= today <= item.last_day:
        raise Refusal(
            pgettext("admission", "“%s” is over; what you filled in does not count any more.") % item,
            code="not_running",
        )
    CampaignSheet.objects.create(
        home_district=item.home_district, item_id=item.id, grid_id=row.grid_id, sheet_id=sheet.id, by_resident=sheet.filled_by_id is None,
        sent_at=work.now,
    )  # fmt: skip
    if isinstance(row, CampaignTarget):
        done(work, row.id, sheet.id)
    done_if_full(item, row.grid_id)


def kept_on(sheet: AnswerSheet) -> CampaignGrid | CampaignTarget:
    """What a sheet counts for. Raises NotThere for a sheet of something else."""
    rows: Any = CampaignTarget.objects if sheet.occasion_kind == OCCASION_OF_TARGET else CampaignGrid.objects
    found: CampaignGrid | CampaignTarget | None = rows.select_related("item").filter(id=sheet.occasion_id or 0).first()
    if found is None:
        raise NotThere(str(CAMPAIGN.not_there))
    return found


def running_now(access: Access | None, item_id: int, day: date) -> Campaign:
    """A campaign that can be filled in on a day by this person, None for a resident. Raises NotThere."""
    item = Campaign.objects.filter(id=item_id, state="running", first_day__lte=day, last_day__gte=day).first()
    if item is None or not (item.for_residents if access is None else CAMPAIGN.may_view(item, access)):
        raise NotThere(str(CAMPAIGN.not_there))
    return item


def schema_of_form(form_id: int) -> Schema:
    """The form as it is filled in now. Raises NotThere for one that was never published."""
    version_id = Form.objects.filter(id=form_id).values_list("version_id", flat=True).first()
    if version_id is None:
        raise NotThere(str(CAMPAIGN.not_there))
    return schema_of(version_id)


def done_if_full(item: Campaign, grid_id: int) -> None:
    """A grid that has brought what it was to bring, or was at all that is looked at, has done its task."""
    if item.targets:
        rows = CampaignTarget.objects.filter(item_id=item.id, grid_id=grid_id)
        if rows.filter(state="open").exists():
            return
        note = pgettext("admission", "All %s are looked after.") % rows.count()
    else:
        if not item.per_grid or item.sent_sheets().filter(grid_id=grid_id).count() < item.per_grid:
            return
        note = pgettext("admission", "All %s sheets are in.") % item.per_grid
    for task in tasks_of(CAMPAIGN, [item.id]).filter(grid_id=grid_id, state="open"):
        act(TASK, SYSTEM, task.id, "done", Given(note=note), uuid=uuid5(task.uuid, f"full {task.seq}"))


def give_tasks(work: Work, campaign_id: int) -> None:
    """Gives each grid of a running campaign its task, when its first day has come. Again it gives none twice."""
    today = local_day(work.now)
    found = Campaign.objects.filter(id=campaign_id, state="running", first_day__lte=today, last_day__gte=today)
    item = locked(found).first()
    if item is None or item.begun_by_id is None:
        return
    keep_rows(CampaignGrid, item, [node.id for node in grids_in(item.area_ids)])
    keep_targets(item)
    rows = CampaignGrid.objects.all()
    if item.targets:  # a grid in which nothing stands has nothing to do
        rows = rows.filter(grid_id__in=CampaignTarget.objects.filter(item_id=item.id).values("grid_id"))
    give_to_grids(
        CAMPAIGN, item, rows, key="once", subject=item.title, note=item.instructions, due=item.last_day,
        giver_id=item.begun_by_id,
    )  # fmt: skip


@job("campaign.give", retries=2)
def give_one(work: Work, payload: dict[str, Any]) -> None:
    """Gives the tasks of one campaign."""
    give_tasks(work, payload["campaign_id"])


@job("campaign.call_off", retries=2)
def call_off_one(work: Work, payload: dict[str, Any]) -> None:
    """Withdraws the open tasks of a campaign that is over."""
    item = locked(Campaign.objects.filter(id=payload["campaign_id"]).exclude(state="running")).first()
    if item is not None:
        reason = pgettext("admission", "%(title)s is %(state)s.") % {"title": item, "state": item.get_state_display()}
        call_off(work, CAMPAIGN, item, CampaignGrid, reason)


@periodic("campaign.look_after", every=timedelta(minutes=30))
def look_after(work: Work, payload: dict[str, Any]) -> None:  # noqa: ARG001 - a handler's form
    """Has tasks given where the first day has come, follows the staff, reminds grids that are behind in the last days, and closes what is
    over. Running it again does nothing more."""
    today = local_day(work.now)
    running = Campaign.objects.filter(state="running").order_by("id")
    for campaign_id in running.filter(first_day__lte=today, last_day__gte=today).values_list("id", flat=True):
        work.enqueue("campaign.give", {"campaign_id": campaign_id})
    follow_staff(work, CAMPAIGN, CampaignGrid)
    near = running.filter(
        last_day__gte=today, last_day__lte=today + timedelta(days=DAYS_BEFORE_REMINDING), first_day__lt=today
    )
    for item in near.exclude(reminded_on__gte=today - timedelta(days=DAYS_BEFORE_REMINDING - 1)):
        if item.behind_ids:
            act(CAMPAIGN, SYSTEM, item.id, "remind", Given(), uuid=uuid5(item.uuid, f"remind {today}"))
    for item in running.filter(last_day__lt=today):
        act(CAMPAIGN, SYSTEM, item.id, "close", Given(), uuid=uuid5(item.uuid, f"the term is over {item.last_day}"))
