"""A month of a small account as a flow: open, closed by another than who entered something in it, published as it stands then."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from linli.core.access.public import Access
from linli.core.flow.public import Act, Duty, Flow, Stage, Transition, Who, by_system, each, escalate, in_area
from linli.core.platform.public import Refusal, local_today
from linli.subsystems.office.accounts.models import Booking, BookMonth, MonthState
from linli.subsystems.office.accounts.publishing import publish
from linli.subsystems.office.accounts.statement import statement_of, unchecked

# Closed by the tenth of the month after it.
CLOSED_BY = 10
TRANSITIONS = (
    Transition("open", "", "open", ("system",), starts="close"),
    Transition("close", "open", "closed", ("area",), takes=("note",), stops=("close",), starts="publish", not_by=("noter",)),
    Transition("publish", "closed", "published", ("area",), stops=("publish",)),
    *each(("open", "closed"), "escalate", ("system",)),
)  # fmt: skip


def month_of(day: date) -> date:
    """The first day of the month of a day."""
    return day.replace(day=1)


def next_month(first_day: date) -> date:
    """The first day of the month after one."""
    return month_of(first_day + timedelta(days=31))


def month_words(first_day: date) -> str:
    """2026年11月, November 2026."""
    return dateformat.format(first_day, _("F Y"))


def ripe() -> Q:
    """The months that are over and before which none is open: those that can be closed."""
    earlier = BookMonth.objects.filter(book=OuterRef("book"), first_day__lt=OuterRef("first_day"), state="open")
    return Q(~Exists(earlier), first_day__lt=month_of(local_today()))


def _noter() -> Duty:
    def rows(access: Access) -> Q:
        return Q(Exists(Booking.objects.filter(month_id=OuterRef("pk"), noted_by_id=access.user_id)))

    return Duty(
        gettext_lazy("Nobody closes a month in which they entered something."),
        "own_entry",
        lambda month, access: access is not None and month.bookings.filter(noted_by_id=access.user_id).exists(),
        rows,
    )


def _close(act: Act[BookMonth]) -> dict[str, Any]:
    """Refuses what is not ripe; else opening and closing stand from now on."""
    month = act.item
    if month.first_day >= month_of(local_today()):
        raise Refusal(_("This month is not over yet."), code="not_over")
    if not BookMonth.objects.filter(ripe(), id=month.id).exists():
        raise Refusal(_("An earlier month is still open; close it first."), code="earlier_open")
    left = unchecked(month)
    if left:
        said = ngettext("%s entry is not checked yet.", "%s entries are not checked yet.", left) % left
        raise Refusal(said, code="unchecked")
    found = statement_of(month)
    month.opening, month.closing = found.opening, found.closing
    return {"opening": f"{month.opening:.2f}", "closing": f"{month.closing:.2f}", "entries": len(found.lines)}


def _publish(act: Act[BookMonth]) -> dict[str, Any]:
    return publish(act.work, act.item)


def _sensible(month: BookMonth, rows: list[Transition], _who: Who) -> list[Transition]:
    asked = any(row.action == "close" for row in rows)
    if asked and not BookMonth.objects.filter(ripe(), id=month.id).exists():
        return [row for row in rows if row.action != "close"]
    return rows


MONTH: Flow[BookMonth] = Flow(
    code="bookmonth",
    title=gettext_lazy("month of an account"),
    model=BookMonth,
    states=MonthState,
    transitions=TRANSITIONS,
    titles={
        "open": pgettext_lazy("month of an account", "Open the month"),
        "close": gettext_lazy("Close the month"),
        "publish": gettext_lazy("Publish the month"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={"area": in_area(), "system": by_system()},
    duties={"noter": _noter()},
    stages={
        "close": Stage(gettext_lazy("Closing"), until=lambda month: next_month(month.first_day).replace(day=CLOSED_BY)),
        "publish": Stage(gettext_lazy("Publication"), Decimal(3)),
    },
    effects={"close": _close, "publish": _publish, "escalate": escalate},
    permissions={"close": "account.close", "publish": "account.publish"},
    view="account.view",
    not_there=gettext_lazy("There is no such month."),
    ended=("published",),
    waiting=("close", "publish"),
    asked=lambda action, _access: ripe() if action == "close" else None,
    sensible=_sensible,
    page="office:month",
    heading=lambda month: f"{month.book} · {month_words(month.first_day)}",
    order=("close", "publish"),
    next_steps={"open": ("close",), "closed": ("publish",)},
    phases={"open": "work", "closed": "check", "published": "done"},
)  # fmt: skip
