"""Quarters of a year: the one that has ended, its first and last day, the instants between which it lies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from linli.core.platform.public import day_start


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of a year, one to four."""

    year: int
    number: int

    @property
    def code(self) -> str:
        """As 2026Q3, which sorts by time."""
        return f"{self.year}Q{self.number}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.following().first_day - timedelta(days=1)

    @property
    def begins_at(self) -> datetime:
        """The instant at which it begins in the city."""
        return day_start(self.first_day)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the next one begins."""
        return day_start(self.following().first_day)

    def following(self) -> Quarter:
        """The next one."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    def before(self) -> Quarter:
        """The one before."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


def quarter_of(day: date) -> Quarter:
    """The quarter in which a day lies."""
    return Quarter(day.year, (day.month + 2) // 3)
