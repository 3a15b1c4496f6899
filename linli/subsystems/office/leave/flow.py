"""Leave (请假): asked for by any member of the staff, decided by another, withdrawn by who asked, ended by who comes back (销假)."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy

from linli.core.flow.public import Flow, Stage, Transition, by_system, by_who_began, each, escalate, in_area, of_person
from linli.core.platform.public import local_today
from linli.subsystems.office.leave import days
from linli.subsystems.office.leave.models import Leave, LeaveState

TRANSITIONS = (
    Transition("ask", "", "asked", ("asker",), needs=("note",), starts="decide"),
    Transition("grant", "asked", "granted", ("area",), takes=("note",), stops=("decide",), not_by=("asker",)),
    Transition("refuse", "asked", "refused", ("area",), needs=("reason",), stops=("decide",), not_by=("asker",)),
    *each(("asked", "granted"), "withdraw", ("asker",), "withdrawn", takes=("note",), stops=("decide",)),
    Transition("report_back", "granted", "back", ("asker", "system"), needs=("back_day",), takes=("note",)),
    Transition("escalate", "asked", "asked", ("system",)),
)

LEAVE: Flow[Leave] = Flow(
    code="leave",
    title=gettext_lazy("leave"),
    model=Leave,
    states=LeaveState,
    transitions=TRANSITIONS,
    titles={
        "ask": gettext_lazy("Ask for leave"),
        "grant": gettext_lazy("Grant the leave"),
        "refuse": gettext_lazy("Refuse the leave"),
        "withdraw": gettext_lazy("Withdraw the leave"),
        "report_back": gettext_lazy("Report back"),
        "escalate": gettext_lazy("Escalate"),
    },
    relations={"asker": of_person(), "stand_in": of_person("stand_in_id"), "area": in_area(), "system": by_system()},
    duties={"asker": by_who_began(gettext_lazy("Nobody decides about their own leave."), "own_leave")},
    stages={"decide": Stage(gettext_lazy("Decision"), Decimal(2))},
    effects={
        "ask": days.ask,
        "grant": days.grant,
        "withdraw": days.withdraw,
        "report_back": days.report_back,
        "escalate": escalate,
    },
    needed={"back_day": gettext_lazy("Say on which day you were at work again.")},
    sensible=days.sensible,
    asked=lambda action, _access: Q(first_day__lt=local_today()) if action == "report_back" else None,
    notes={"ask": gettext_lazy("Say in a few words what the leave is for.")},
    permissions={"grant": "leave.decide", "refuse": "leave.decide"},
    view="leave.view",
    not_there=gettext_lazy("There is no such leave."),
    ended=("back", "refused", "withdrawn"),
    waiting=("grant", "report_back"),
    page="office:leave",
    heading=lambda leave: f"{leave.get_kind_display()} · {days.span(leave)}",
    told={"grant": ("begun_by_id", "stand_in_id"), "refuse": ("begun_by_id",), "withdraw": ("stand_in_id",)},
    order=("grant", "report_back", "refuse", "withdraw"),
    next_steps={"asked": ("grant",), "granted": ("report_back",)},
    phases={"asked": "check", "granted": "work", "refused": "stopped", "withdrawn": "stopped"},
)
