"""What is special about the steps of a campaign: on what it stands, what its grids get, how it ends."""

from __future__ import annotations

from typing import Any

from django.utils.translation import pgettext

from linli.core.flow.public import Act
from linli.core.forms.public import Form
from linli.core.platform.public import BadInput, Refusal, cleaned, local_day, local_today
from linli.subsystems.admission.admissions.effects import check_term
from linli.subsystems.admission.admissions.models import Admission
from linli.subsystems.admission.campaigns.models import Campaign
from linli.subsystems.admission.periods import Every

MOST_PER_GRID = 20_000


def prepare(act: Act[Campaign]) -> dict[str, Any]:
    """Refuses a campaign without title, with a term that is none, or with a form that does not fit."""
    item = act.item
    item.title = cleaned("title", item.title or "", max_chars=120, lines=False)
    if not item.title:
        raise BadInput(pgettext("admission", "Give the campaign a title."), field="title")
    item.instructions = cleaned("instructions", item.instructions or "", max_chars=2000)
    check_term(item.first_day, item.last_day)
    if item.per_grid is not None and not 0 < item.per_grid <= MOST_PER_GRID:
        raise BadInput(pgettext("admission", "Say how many a grid is to bring, at least 1."), field="per_grid")
    return {"form": item.form_id}


def open_(act: Act[Campaign]) -> dict[str, Any]:
    """Gives each grid its task. Refuses a form that is not open and an admission that does not hold any more."""
    item = act.item
    form = Form.objects.filter(id=item.form_id).first()
    if form is None or form.state != "open":
        raise Refusal(pgettext("admission", "The form is not open; publish it first."), code="form_not_open")
    if item.for_residents and not form.for_residents:
        raise Refusal(
            pgettext("admission", "The form is not open to residents; open it to them in its design."),
            code="form_not_open",
        )
    if item.last_day < local_today():
        raise Refusal(pgettext("admission", "The term is over; prepare another campaign."), code="term_over")
    if item.admission_id is not None and not Admission.objects.filter(id=item.admission_id, state="admitted").exists():
        raise Refusal(
            pgettext("admission", "The admission that it stands on does not hold any more."), code="not_admitted"
        )
    act.work.enqueue("campaign.give", {"campaign_id": item.id})
    return {"grids": item.grids.count()}


def remind(act: Act[Campaign]) -> dict[str, Any]:
    """Who works in grids that are behind is told under the bell; once a day is enough."""
    today = local_day(act.work.now)
    if act.item.reminded_on == today:
        raise Refusal(pgettext("admission", "The grids were reminded today already."), code="reminded")
    act.item.reminded_on = today
    return {"people": len(act.item.behind_ids)}


def extend(act: Act[Campaign]) -> dict[str, Any]:
    """A later last day; within the term of the admission that it stands on."""
    item, day = act.item, act.given.values["last_day"]
    if day <= item.last_day:
        raise BadInput(pgettext("admission", "Choose a day after the present last day."), field="last_day")
    check_term(item.first_day, day)
    admission = item.admission if item.admission_id is not None else None
    if admission is not None and day > admission.last_day:
        raise BadInput(
            pgettext("admission", "The admission that it stands on ends before; have that extended first."),
            field="last_day",
        )
    item.last_day = day
    return {"last_day": day.isoformat()}


def close(act: Act[Campaign]) -> dict[str, Any]:
    """What is still open in the grids is withdrawn: nothing can be filled in any more."""
    act.work.enqueue("campaign.call_off", {"campaign_id": act.item.id})
    return {"sheets": act.item.sent_sheets().count()}


def cancel(act: Act[Campaign]) -> dict[str, Any]:
    """The same, before its time."""
    return close(act)


def stands_on(item: Campaign, admission: Admission | None, grid_ids: set[int], *, of_department: bool) -> None:
    """Raises BadInput for a campaign of a department without an admission for campaigns that holds for all of its grids and term."""
    if admission is None:
        if of_department:
            raise BadInput(
                pgettext(
                    "admission",
                    "A campaign of a department stands on an admission. Ask for one that comes with campaigns.",
                ),
                field="admission",
            )
        return
    if admission.state != "admitted" or admission.every != Every.CAMPAIGN or admission.unit_id != item.unit_id:
        raise BadInput(
            pgettext("admission", "Choose an admission of your department that comes with campaigns and holds."),
            field="admission",
        )
    if item.first_day < admission.first_day or item.last_day > admission.last_day:
        sentence = pgettext("admission", "The admission holds from %(first)s to %(last)s; let the campaign lie within.")
        raise BadInput(sentence % {"first": admission.first_day, "last": admission.last_day}, field="last_day")
    held = set(admission.grids.values_list("grid_id", flat=True))
    if grid_ids - held:
        raise BadInput(
            pgettext("admission", "The admission does not hold for %s of these grids; leave them out.")
            % len(grid_ids - held),
            field="areas",
        )
