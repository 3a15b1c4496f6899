"""What is special about the steps of an admission: what a request must say, and what becomes of its tasks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext

from linli.core.flow.public import Act
from linli.core.platform.public import BadInput, Refusal, cleaned, local_today
from linli.subsystems.admission.admissions.load import loads_of
from linli.subsystems.admission.admissions.models import Admission
from linli.subsystems.admission.periods import Every, hours_a_month

LONGEST_DAYS = 3 * 366
MOST_EACH = Decimal(200)


def ask(act: Act[Admission]) -> dict[str, Any]:
    """Refuses a request without right, duty, hours or money, naming what lacks; reckons the hours of a month."""
    item = act.item
    for name, sentence in _lacking().items():
        words = cleaned(name, getattr(item, name) or "", max_chars=120 if name in ("title", "payer") else 2000)
        if not words:
            raise BadInput(sentence, field=name)
        setattr(item, name, words)
    if item.every not in Every.values:
        raise BadInput(pgettext("admission", "Choose how often it comes."), field="every")
    if item.hours is None or not 0 < item.hours <= MOST_EACH:
        raise BadInput(
            pgettext("admission", "Say how many hours it takes a grid each time, at most 200."), field="hours"
        )
    if item.amount is None or item.amount <= 0:
        raise BadInput(pgettext("admission", "Say how much money comes with it."), field="amount")
    check_term(item.first_day, item.last_day)
    item.hours_month = hours_a_month(item.hours, item.every, item.first_day, item.last_day)
    return {}


def _lacking() -> dict[str, str]:
    """What must be said, in the order of the form, each with its sentence."""
    return {
        "title": pgettext("admission", "Say in a few words what grids are to do."),
        "legal_basis": pgettext("admission", "Say on what legal basis it is asked."),
        "duty_department": pgettext("admission", "Say what the department answers for."),
        "duty_grid": pgettext("admission", "Say what the grid worker does."),
        "payer": pgettext("admission", "Say who pays."),
    }


def check_term(first_day: date, last_day: date) -> None:
    """Raises BadInput for a term that is over, ends before it begins, or lasts longer than three years."""
    if last_day < first_day:
        raise BadInput(
            pgettext("admission", "The term ends before it begins; choose a later last day."), field="last_day"
        )
    if last_day < local_today():
        raise BadInput(pgettext("admission", "The term is over already; choose a later last day."), field="last_day")
    if (last_day - first_day).days >= LONGEST_DAYS:
        raise BadInput(
            pgettext("admission", "A term lasts three years at most; ask again afterwards."), field="last_day"
        )


def admit(act: Act[Admission]) -> dict[str, Any]:
    """Dates the admission and has its tasks given. Where a grid would carry too much, the reason has to be said."""
    item = act.item
    if item.last_day < local_today():
        raise Refusal(pgettext("admission", "The term that was asked for is over; refuse it."), code="term_over")
    over = [one for one in loads_of(item) if one.over]
    if over and not act.given.note:
        sentence = pgettext(
            "admission",
            "%(grid)s would carry %(hours)s hours a month, more than the city allows itself. Say why it is admitted.",
        )
        raise BadInput(sentence % {"grid": over[0].title, "hours": f"{over[0].with_it:f}"}, field="note")
    item.admitted_at, item.admitted_by_id = act.work.now, act.work.actor.user_id
    _have_given(act)
    return {"grids": item.grids.count(), "over": len(over)}


def resume(act: Act[Admission]) -> dict[str, Any]:
    """The task of the running period is given again where it was called off."""
    _have_given(act)
    return {}


def _have_given(act: Act[Admission]) -> None:
    act.work.enqueue("admission.give", {"admission_id": act.item.id})


def call_off(act: Act[Admission]) -> dict[str, Any]:
    """Has what is still open in the grids withdrawn."""
    if act.came_from == "admitted":
        act.work.enqueue("admission.call_off", {"admission_id": act.item.id})
    return {}
