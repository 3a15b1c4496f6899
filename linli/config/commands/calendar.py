"""The office's calendar: the announcement of a year's holidays, single days of the city, and how a year looks now."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from linli.config.commands.language import spoken
from linli.lib.bad_rows import faults_option, refuse_bad_rows
from linli.lib.speech import group, option

KINDS = {"holiday": False, "workday": True}
day_type = click.DateTime(["%Y-%m-%d"])


@group(short_help="public holidays and make-up workdays")
def calendar() -> None:
    """Deadlines in office time count with this calendar. Running clocks are computed anew after each change."""


@calendar.command("show", short_help="print a year's days that are not what their weekday says")
@click.argument("year", type=click.IntRange(2000, 2199))
@spoken
def show(year: int) -> None:
    """Prints holidays and make-up workdays of a year, and whether they are announced or only what the law gives."""
    from django.utils.formats import date_format
    from django.utils.translation import gettext as _

    from linli.core.catalogue.public import catalogue

    days = catalogue().calendar
    for day, works in sorted(days.exceptions.items()):
        if day.year == year:
            kind = _("workday") if works else _("holiday")
            click.echo(f"{day:%Y-%m-%d}  {date_format(day, 'D')}  {kind}")
    if not days.is_known(date(year, 12, 31)):
        click.echo(
            _("The holidays of %s are not announced: these are the days that the law gives. Deadlines are provisional.")
            % year
        )


@calendar.command("day", short_help="mark one day as a holiday or a workday of this city")
@click.argument("day", type=day_type)
@click.argument("kind", type=click.Choice(list(KINDS)))
@option("--name", default="", help="what the day is called")
@spoken
def day(day: datetime, kind: str, name: str) -> None:
    """Marks one day; it stands above what is announced. Again with the other kind changes it."""
    from django.utils.translation import gettext as _

    from linli.core.catalogue.public import set_calendar_day
    from linli.core.platform.public import SYSTEM

    set_calendar_day(SYSTEM, day=day.date(), is_workday=KINDS[kind], name=name)
    said = _("%s is a workday of this city.") if KINDS[kind] else _("%s is a holiday of this city.")
    click.echo(said % f"{day:%Y-%m-%d}")


@calendar.command("year", short_help="enter the whole announcement of a year")
@click.argument("year", type=click.IntRange(2020, 2199))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@faults_option
@spoken
def announced_year(year: int, file: Path, faults_file: Path | None) -> None:
    """Reads lines of day, kind and name: `2027-02-05,holiday,春节`. A day may be a span: `2027-02-05/2027-02-11`. The kind is
    holiday or workday. The same file again changes nothing but the record of it.
    """
    from django.utils.translation import gettext as _

    from linli.core.catalogue.public import enter_announced_year, parse_announcement
    from linli.core.platform.public import SYSTEM

    days, faults = parse_announcement(file.read_bytes())
    if faults:
        refuse_bad_rows(faults, len(faults) + len(days), faults_file, offered=True)
    enter_announced_year(SYSTEM, year=year, days=days)
    click.echo(_("%(count)s days of %(year)s are entered.") % {"count": len(days), "year": year})
