"""What office work tells of itself in the demo city: every page shows life, in as many states as there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest

from linli.core.access.public import Access
from linli.core.catalogue.public import catalogue
from linli.core.platform.public import verify
from linli.demo.office_time import ZONE, OfficeTime
from linli.demo.simulation import Simulation
from linli.subsystems.office.demo import AWAY, IN, OUT, WISHES, ways
from linli.subsystems.office.leave.days import away
from linli.subsystems.office.meetings.demo import MEETINGS
from linli.subsystems.office.meetings.lists import DECISIONS
from linli.subsystems.office.models import (
    Approval,
    Booking,
    BookMonth,
    DocumentIn,
    DocumentOut,
    DocumentReader,
    Leave,
    Meeting,
    PublishedMonth,
)
from tests.city import TestCity

PRESENT = datetime(2026, 11, 30, 2, 40, tzinfo=UTC)


@dataclass
class Town:
    """The test city as a department sees the demo's."""

    city: TestCity
    seed: int = 1
    end: datetime = PRESENT

    def people(self, role: str) -> Sequence[Access]:
        """One of each desk; whoever lies in the street stands for the grid workers."""
        several = {
            "grid_worker": ("worker", "clerk", "acceptance", "dispatcher", "verifier"),
            "handler": ("handler", "clerk"),
        }
        return [self.city.access[name] for name in several.get(role, (role,))]

    def later(self, start: datetime, minutes: float) -> datetime:
        """In office time."""
        return OfficeTime(catalogue().calendar).later(start, minutes)

    def ago(self, work_days: float) -> datetime:
        """Before the present."""
        return OfficeTime(catalogue().calendar).ago(self.end, work_days)

    def morning(self, day: date) -> datetime:
        """Soon after the office opens."""
        return datetime.combine(day, time(8, 40), ZONE).astimezone(UTC)

    def uuid(self, name: str) -> UUID:
        """The same each time."""
        return uuid5(NAMESPACE_URL, name)


@pytest.mark.slow
def test_everything_that_is_told_happens_and_stands_where_it_says(city: TestCity) -> None:
    simulation = Simulation(PRESENT - timedelta(days=70), PRESENT)
    for way in ways(Town(city)):
        simulation.begin(way)
    simulation.run()
    assert dict(DocumentIn.objects.values_list("subject", "state")) == {row.subject: row.stands for row in IN}
    assert dict(DocumentOut.objects.values_list("subject", "state")) == {row.subject: row.stands for row in OUT}
    assert dict(Approval.objects.values_list("subject", "state")) == {row.subject: row.stands for row in WISHES}
    told = sorted({"early": "back"}.get(row.stands, row.stands) for row in AWAY)
    assert sorted(Leave.objects.values_list("state", flat=True)) == told
    assert Leave.objects.filter(away(PRESENT.date())).count() >= 1
    assert DocumentReader.objects.filter(read_at__isnull=True).exists()
    assert DocumentOut.objects.exclude(answers_id=None).count() == sum(bool(row.answers) for row in OUT)
    assert sorted(DocumentIn.objects.filter(kind="superior").values_list("number", flat=True)) == list(range(1, 9))
    assert DocumentIn.objects.filter(state="assigned", due_at__lt=PRESENT).exists()
    assert sorted(Meeting.objects.values_list("state", flat=True)) == sorted(row.stands for row in MEETINGS)
    outcomes = set(DECISIONS.rows(city.access["leader"]).values_list("outcome", flat=True))
    assert outcomes == {"open", "late", "done"}
    assert dict(BookMonth.objects.values_list("first_day__month", "state")) == {
        9: "published",
        10: "published",
        11: "open",
    }
    assert PublishedMonth.objects.count() == 2
    assert Booking.objects.filter(reverses__isnull=False).count() == 1
    assert Booking.objects.filter(month__state="open", checked_by_id=None).exists()
    assert not list(verify())
