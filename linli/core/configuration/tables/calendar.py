"""Office hours from a day on; holidays and make-up workdays, of the city's own or of a year that was announced."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.timelines import Values
from linli.core.catalogue.public import DAYS as SETTLED_DAYS
from linli.core.catalogue.public import HOURS as SETTLED_HOURS
from linli.core.catalogue.public import USUAL_HOURS, WEEK, calendar_of, hours_of
from linli.core.configuration.kinds import ConfigField
from linli.core.configuration.table import ConfigTable
from linli.core.desk.public import marks
from linli.core.platform.public import BadInput, local_today

NAMES = {
    "monday": ("周一", "Monday"), "tuesday": ("周二", "Tuesday"), "wednesday": ("周三", "Wednesday"), "thursday": ("周四", "Thursday"),
    "friday": ("周五", "Friday"), "saturday": ("周六", "Saturday"), "sunday": ("周日", "Sunday"),
}  # fmt: skip
SPAN = re.compile(r"(\d{1,2}:\d\d)-(\d{1,2}:\d\d)")
ORIGINS = {
    "city": {"zh-hans": "本市决定", "en": "The city's own"},
    "announced": {"zh-hans": "国务院通知", "en": "Announced by the State Council"},
}


def _spans(day: str, words: str) -> str:
    """08:00-12:00 14:00-18:00 out of what was typed; empty for a day off."""
    plain = unicodedata.normalize("NFKC", words).replace("–", "-").replace("—", "-").replace("~", "-")
    said = [one for one in re.split(r"[\s,;、]+", plain) if one]
    found = [SPAN.fullmatch(one) for one in said]
    if any(one is None for one in found):
        raise BadInput(_("Write the hours as 08:00-12:00 14:00-18:00; nothing for a day off."), field=day)
    return " ".join(f"{one[1].zfill(5)}-{one[2].zfill(5)}" for one in found if one)


def check_hours(values: dict[str, Any]) -> None:
    """Hours that can be worked."""
    for day in WEEK:
        values[day] = _spans(day, str(values[day]))
    for day in WEEK:
        try:
            calendar_of([(local_today(), hours_of({**USUAL_HOURS, day: values[day]}))], [])
        except ValueError:
            raise BadInput(
                _("These hours cannot be worked; give spans in order, such as 08:00-12:00 14:00-18:00."), field=day
            ) from None
    if not any(values[day] for day in WEEK):
        raise BadInput(_("The office must be open on some day."), field=WEEK[0])


def hours_sentence(values: Values) -> str:
    """The week as people say it: days with the same hours together."""
    groups: list[tuple[list[int], str]] = []
    for place, day in enumerate(WEEK):
        if groups and groups[-1][1] == values[day]:
            groups[-1][0].append(place)
        else:
            groups.append(([place], str(values[day])))
    said = []
    for places, words in groups:
        first, last = _day_name(places[0]), _day_name(places[-1])
        days = first if len(places) == 1 else _("%(first)s to %(last)s") % {"first": first, "last": last}
        said.append(
            _("%(days)s %(hours)s") % {"days": days, "hours": words.replace("-", "–") if words else _("day off")}
        )
    return _("; ").join(said)


def _day_name(place: int) -> str:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")][place]


HOURS = ConfigTable(
    code="hours",
    titles={"zh-hans": "办公时间", "en": "Office hours"},
    explained={
        "zh-hans": "每周哪天几点上班。工作时、工作日的时限按它计算。",
        "en": "When the office is open each day of the week. Limits in work hours and work days count by it.",
    },
    permission="configuration.change",
    fields=tuple(
        ConfigField(
            code=day, titles={"zh-hans": NAMES[day][0], "en": NAMES[day][1]}, required=False, most=80,
            example="08:00-12:00 14:00-18:00" if day == "monday" else "",
        )
        for day in WEEK
    ),
    key_fields=(),
    timelines=SETTLED_HOURS.timelines,
    keep=SETTLED_HOURS.keep,
    sentence=hours_sentence,
    dates="day",
    usual=lambda _key: USUAL_HOURS,
    check=check_hours,
)  # fmt: skip


def day_sentence(values: Values) -> str:
    """A day as people say it."""
    said = {"day": marks.day_words(date.fromisoformat(str(values["day"]))), "name": values["name"]}
    if values["name"]:
        return (_("%(day)s is worked: %(name)s") if values["works"] else _("%(day)s is off: %(name)s")) % said
    return (_("%(day)s is worked") if values["works"] else _("%(day)s is off")) % said


def check_days(rows: Mapping[str, Values]) -> None:
    """An announcement of a year is whole, or it is none: the year counts as known from then on."""
    years = {str(one["day"])[:4] for one in rows.values() if one["origin"] == "announced"}
    for year in sorted(years):
        national = rows.get(f"{year}-10-01")
        if national is None or national["works"]:
            raise BadInput(_("1 October is missing; give all days of the announcement for %s.") % year, field="day")


DAYS = ConfigTable(
    code="days",
    titles={"zh-hans": "节假日与调休", "en": "Holidays and make-up workdays"},
    explained={
        "zh-hans": "与星期不同的日子：放假或补班。一年的通知应整份录入。",
        "en": "Days that are not what their weekday says. The announcement of a year is entered whole.",
    },
    permission="configuration.change",
    fields=(
        ConfigField(code="day", titles={"zh-hans": "日期", "en": "Day"}, kind="day", example="2027-10-01"),
        ConfigField(
            code="works", titles={"zh-hans": "上班", "en": "Worked"}, kind="yes", required=False, default=False, example="否",
            explained={"zh-hans": "是：补班；否：放假。", "en": "Yes: a make-up workday; no: a holiday."},
        ),
        ConfigField(code="name", titles={"zh-hans": "名称", "en": "Name"}, required=False, most=60, example="国庆节"),
        ConfigField(
            code="origin", titles={"zh-hans": "来源", "en": "Where it comes from"}, kind="choice", required=False, default="city",
            choices=lambda: ORIGINS,
        ),
    ),
    key_fields=tuple(SETTLED_DAYS.key),
    timelines=SETTLED_DAYS.timelines,
    keep=SETTLED_DAYS.keep,
    sentence=day_sentence,
    dates="none",
    check_all=check_days,
)  # fmt: skip
