"""How the time of a clock is said: office time and running time never sound the same."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from linli.algorithms.office_calendar import ClockUnit
from linli.core.cases.words import span_words
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
