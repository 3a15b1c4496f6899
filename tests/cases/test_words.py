"""How the time of a clock is said: office time and running time never sound the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from linli.algorithms.office_calendar import ClockUnit
from linli.core.cases.reading.rules import RULES
from linli.core.catalogue.public import limit_words, set_office_hours
from linli.core.flow.public import NEEDED, span_words
from linli.core.platform.public import SYSTEM, BadInput
from tests.city import TestCity


@pytest.mark.parametrize(
    ("unit", "late", "said"),
    [
        (ClockUnit.WORK_HOUR, False, "还剩 30 工作分钟"),
        (ClockUnit.WORK_DAY, True, "超时 30 工作分钟"),
        (ClockUnit.URGENT_HOUR, False, "还剩 30 分钟"),
        (ClockUnit.CALENDAR_DAY, True, "超时 30 分钟"),
    ],
)
def test_minutes_of_office_time_are_told_from_running_minutes(
    city: TestCity, unit: ClockUnit, late: bool, said: str
) -> None:
    """On a Sunday, half an office hour left means Monday morning, and half an hour means now."""
    tuesday = timezone.make_aware(datetime(2026, 11, 24, 10))
    with translation.override("zh-hans"):
        assert span_words(tuesday, tuesday + timedelta(minutes=30), unit, late=late) == said


@pytest.mark.parametrize(
    ("minutes", "unit", "late", "said"),
    [
        (60, ClockUnit.WORK_HOUR, False, "1 work hour left"), (66, ClockUnit.WORK_HOUR, True, "1.1 work hours over"),
        (1, ClockUnit.URGENT_HOUR, False, "1 minute left"), (120, ClockUnit.URGENT_HOUR, False, "2 hours left"),
        (24 * 60, ClockUnit.CALENDAR_DAY, True, "1 day over"), (24 * 60, ClockUnit.WORK_DAY, True, "1 work day over"),
    ],
)  # fmt: skip
def test_one_has_a_form_of_its_own_in_english(
    city: TestCity, minutes: int, unit: ClockUnit, late: bool, said: str
) -> None:
    tuesday = timezone.make_aware(datetime(2026, 11, 24, 10))
    with translation.override("en"):
        assert span_words(tuesday, tuesday + timedelta(minutes=minutes), unit, late=late) == said


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("1", "work_day", "1 work day"), ("0.375", "work_day", "3 work hours"), ("1.500", "work_day", "1 work day 4 work hours"),
        ("0.063", "work_day", "30 minutes"), ("1.000", "urgent_hour", "1 urgent hour"), ("1.5", "urgent_hour", "1 urgent hour 30 minutes"),
        ("2", "calendar_day", "2 calendar days"), ("0.5", "calendar_day", "12 hours"), ("40", "work_hour", "40 work hours"), ("0", "work_day", "0 work days"),
    ],
)  # fmt: skip
def test_a_limit_is_said_in_whole_numbers_and_one_is_singular(
    city: TestCity, amount: str, unit: str, said: str
) -> None:
    with translation.override("en"):
        assert limit_words(Decimal(amount), unit) == said


def test_the_part_of_a_work_day_is_that_of_the_citys_own_day(city: TestCity) -> None:
    set_office_hours(
        SYSTEM, valid_from=date(2020, 1, 1), hours=[[["08:30", "12:00"], ["13:00", "17:00"]]] * 5 + [[], []]
    )
    with translation.override("zh-hans"):
        assert limit_words(Decimal("0.4"), "work_day") == "3 工作时"
        assert limit_words(Decimal("1.2"), "work_day") == "1 工作日 1 工作时 30 分钟"


@pytest.mark.parametrize(("language", "said"), [("en", "Say why."), ("zh-hans", "请写明理由。")])
def test_what_an_action_needs_is_told_in_the_language_of_the_reader(city: TestCity, language: str, said: str) -> None:
    case = city.report()
    with translation.override(language), pytest.raises(BadInput) as told:
        city.do("acceptance", case, "reject")
    assert told.value.sentence == said


def test_every_sentence_about_what_is_needed_has_both_languages() -> None:
    for words in (*NEEDED.values(), *RULES.needed.values(), *RULES.notes.values()):
        with translation.override("en"):
            english = str(words)
        with translation.override("zh-hans"):
            chinese = str(words)
        assert english.isascii()
        assert not chinese.isascii()
