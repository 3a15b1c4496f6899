"""The flow of the case: its rules (reading/rules.py) and what happens at each step. What moves through it stands in linli.core.flow."""

from __future__ import annotations

from linli.core.cases.loop.clocks import limit_of_condition
from linli.core.cases.loop.effects import EFFECTS, SHOWING
from linli.core.cases.loop.given import Given, rows_named
from linli.core.cases.loop.timeline import bound_from_the_start
from linli.core.cases.models import Case
from linli.core.cases.reading.rules import RULES
from linli.core.cases.reading.words import case_title
from linli.core.flow.public import Flow


def _others(given: Given) -> tuple[int, ...]:
    return () if given.case_id is None else (given.case_id,)


def _leave(case: Case) -> None:
    case.checker_id = None  # whoever was asked to look has looked, or is not needed any more


CASE: Flow[Case] = Flow.of(
    RULES,
    page="case",
    heading=case_title,
    # Who was asked by name to look reads that they were, and whoever brought a report in reads what became of it.
    told={
        **dict.fromkeys(("send_to_confirm", "send_to_verify"), ("checker_id",)),
        **dict.fromkeys(("reject", "close", "pass_and_close"), ("reporter_user_id",)),
    },
    effects=EFFECTS,
    given=Given,
    showing=SHOWING,
    begins_anew=("reopen",),
    due_copies={"handle": "handle_due_at"},
    named=rows_named,
    others=_others,
    limit=limit_of_condition,
    binds=bound_from_the_start,
    leaves=_leave,
)
