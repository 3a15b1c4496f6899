"""The limits of stages: how long each step of each flow may take, usually and in this city."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation

import click

from linli.config.commands.language import spoken
from linli.lib.speech import group, option

UNITS = ("urgent_hour", "work_hour", "work_day", "calendar_day")
day_type = click.DateTime(["%Y-%m-%d"])


@group(short_help="how long each step of cases, leave and everything else may take")
def limits() -> None:
    """What is chosen here holds from a day on, in place of the usual limit; running clocks are computed anew then."""


@limits.command("show", short_help="print the limits of all stages")
@spoken
def show() -> None:
    """Prints flow, stage and limit; a limit that this city chose with the day from which it holds."""
    from linli.core.catalogue.public import limit_words
    from linli.core.flow.public import flows, limit_in_force, limit_to_come, may_be_chosen

    for flow in flows().values():
        for stage in flow.stages:
            if may_be_chosen(flow, stage):
                for limit in filter(None, (limit_in_force(flow, stage), limit_to_come(flow, stage))):
                    words = limit_words(limit.amount, limit.unit) or "—"
                    urgent = (
                        f"  ({limit_words(limit.urgent_hours, UNITS[0])})" if limit.urgent_hours and flow.urgent else ""
                    )
                    since = f"  {limit.since:%Y-%m-%d}" if limit.since else ""
                    click.echo(f"{flow.code}.{stage}  {words}{urgent}{since}")


def _number(words: str, name: str) -> Decimal:
    from django.utils.translation import gettext as _

    try:
        return Decimal(words)
    except InvalidOperation:
        raise click.BadParameter(_("Give a number, such as 2 or 0.5."), param_hint=name) from None


@limits.command("set", short_help="choose the limit of one stage")
@click.argument("stage", metavar="FLOW.STAGE")
@click.argument("amount")
@click.argument("unit", metavar="UNIT", type=click.Choice(UNITS))
@option("--urgent", metavar="HOURS", help="the limit of what is urgent, in hours round the clock")
@option("--from", "since", type=day_type, help="the day from which it holds; left out: today")
@spoken
def choose(stage: str, amount: str, unit: str, urgent: str | None, since: datetime | None) -> None:
    """Chooses a limit, such as `case.file 4 work_hour`; the units are urgent_hour, work_hour, work_day and calendar_day. Where each
    item says its own, the amount is not looked at.
    """
    from linli.core.flow.public import set_limit
    from linli.core.platform.public import SYSTEM, local_today

    flow, name = _found(stage)
    set_limit(
        SYSTEM, flow, name, valid_from=since.date() if since else local_today(), amount=_number(amount, "AMOUNT"), unit=unit,
        urgent_hours=_number(urgent, "--urgent") if urgent else None,
    )  # fmt: skip


@limits.command("usual", short_help="let the usual limit of one stage hold again")
@click.argument("stage", metavar="FLOW.STAGE")
@option("--from", "since", type=day_type, help="the day from which it holds; left out: today")
@spoken
def usual(stage: str, since: datetime | None) -> None:
    """Forgets what was chosen for a stage, from a day on."""
    from linli.core.flow.public import set_usual_limit
    from linli.core.platform.public import SYSTEM, local_today

    flow, name = _found(stage)
    set_usual_limit(SYSTEM, flow, name, valid_from=since.date() if since else local_today())


def _found(words: str):  # type: ignore[no-untyped-def]  # a Flow, which is known only when Django stands
    from django.utils.translation import gettext as _

    from linli.core.flow.public import flows

    code, _dot, stage = words.partition(".")
    flow = flows().get(code)
    if flow is None or stage not in flow.stages:
        raise click.BadParameter(
            _("There is no such stage; `linli limits show` names them all."), param_hint="FLOW.STAGE"
        )
    return flow, stage
