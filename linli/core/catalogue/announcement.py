"""The announcement of a year's public holidays as somebody types it into a file: lines of day, kind and name, parsed at the door."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from linli.lib.encoding import NoText, decoded
from linli.lib.faults import Fault

KINDS = {"holiday": False, "workday": True}
LONGEST_SPAN_DAYS = 60


@dataclass(frozen=True, slots=True)
class AnnouncedDay:
    """A day of an announcement: a holiday or a make-up workday, and what it is called."""

    day: date
    is_workday: bool
    name: str = ""


def parse_announcement(content: bytes) -> tuple[list[AnnouncedDay], list[Fault]]:
    """The days of a file, and the lines that are none, each with what to do.

    A line is `2027-02-05,holiday,春节`; a day may be a span, `2027-02-05/2027-02-11`, of 60 days at most. UTF-8, UTF-16 or GBK.
    """
    try:
        text = decoded(content)
    except NoText as error:
        return [], [Fault(error.line, "", "", _("Save the file as text in UTF-8 or GBK."))]
    days: list[AnnouncedDay] = []
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip(" \t,，"):
            continue
        try:
            days += _days(*(cell.strip() for cell in next(csv.reader([line.replace("，", ",")]))))
        except (ValueError, KeyError, TypeError, csv.Error):
            faults.append(Fault(number, "", line, _("Write day, kind and name, such as 2027-02-05,holiday,春节.")))
    return days, faults


def _days(span: str, kind: str, name: str = "") -> list[AnnouncedDay]:
    """The days of a span. Raises ValueError or KeyError for what is none."""
    first, _slash, last = span.partition("/")
    begin, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    if not 0 <= (end - begin).days < LONGEST_SPAN_DAYS:
        raise ValueError(span)
    return [AnnouncedDay(begin + timedelta(days=one), KINDS[kind], name) for one in range((end - begin).days + 1)]
