"""What departments tell of themselves in the demo city: each in its own folder, by the slot `demo` of its descriptor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.module_loading import import_string

from linli.core.access.public import Access
from linli.core.platform.public import subsystems
from linli.demo.life import Town, Way
from linli.demo.office_time import ZONE

MORNING = time(8, 40)


@dataclass
class Host:
    """The city as a department sees it (`DemoTown`)."""

    town: Town
    end: datetime

    @property
    def seed(self) -> int:
        """Of the city."""
        return self.town.seed

    def people(self, role: str) -> Sequence[Access]:
        """Who holds a role: at a desk, in a grid, in a unit that handles."""
        staff = self.town.staff
        if role == "grid_worker":
            return [staff.workers[code] for code in sorted(staff.workers)]
        if role == "handler":
            return [one for _unit, people in sorted(staff.handlers.items()) for one in people]
        if role == "community_officer":
            offices = [unit for key, unit in sorted(staff.units.items()) if key.startswith("community")]
            return [one for unit in offices for one in staff.handlers[unit.id]]
        return staff.desks[role]

    def later(self, start: datetime, minutes: float) -> datetime:
        """The instant after so many minutes of office time."""
        return self.town.office.later(start, minutes)

    def ago(self, work_days: float) -> datetime:
        """So many work days before the present, at the same hour or as much earlier."""
        return self.town.office.ago(self.end, work_days)

    def morning(self, day: date) -> datetime:
        """Soon after the office opens."""
        return datetime.combine(day, MORNING, ZONE).astimezone(UTC)

    def uuid(self, name: str) -> UUID:
        """The same in every making of the same city."""
        return uuid5(NAMESPACE_URL, f"linli-demo/{self.seed}/{name}")


def department_ways(town: Town, end: datetime) -> list[Way]:
    """The ways of all installed departments that tell of themselves."""
    host = Host(town, end)
    return [way for one in subsystems() if one.demo for way in import_string(one.demo)(host)]
