"""Holds the clock of the demo city's 90 days: wakes each case when it goes on, and lets the jobs run when they would have.

The jobs are the platform's own, worked off under the injected clock: at the five-minute mark after a clock turns red and at
the next two levels, and once every night. What cases do stands in `lives.py`.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

from linli.core.cases.public import Case
from linli.core.platform.public import clock_at, ensure_periodic, work_off
from linli.demo.life import Way

MARK = timedelta(minutes=5)
LEVELS = 3
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Simulation:
    """A queue of what happens when. Events at one instant happen in the order in which they were put in."""

    def __init__(self, start: datetime, end: datetime, told: Callable[[int], None] = lambda _days: None) -> None:
        """`told` hears each night how many days are over."""
        self.start, self.end = start, end
        self.now = start
        self._told = told
        self._order = count()
        self._waiting: list[tuple[datetime, int, Callable[[], None]]] = []
        self._due: dict[int, datetime] = {}
        with clock_at(start):
            ensure_periodic(start)
        self._at(start + timedelta(days=1), self._night)

    def begin(self, way: Way) -> None:
        """Starts a case on its way."""
        self._go_on(way)

    def watch(self, case: Case) -> None:
        """Notes when the running clock of a case is due, so that the job which escalates runs right after."""
        if case.clock_state != "running" or case.due_at is None:
            self._due.pop(case.id, None)
        elif self._due.get(case.id) != case.due_at:
            self._due[case.id] = case.due_at
            self._turn_red(case.id, case.due_at, 1)

    def run(self) -> None:
        """Runs to the end; what would happen later does not happen."""
        while self._waiting and self._waiting[0][0] <= self.end:
            self.now, _order, happens = heapq.heappop(self._waiting)
            with clock_at(self.now):
                happens()
        with clock_at(self.end):
            work_off()

    def _at(self, instant: datetime, happens: Callable[[], None]) -> None:
        heapq.heappush(self._waiting, (instant, next(self._order), happens))

    def _go_on(self, way: Way) -> None:
        """One step of a case; a generator does its step when asked for the instant of the next."""
        instant = next(way, None)
        if instant is not None:
            self._at(max(instant, self.now), lambda: self._go_on(way))

    def _turn_red(self, case_id: int, due: datetime, level: int) -> None:
        late = due + timedelta(days=level - 1)
        mark = _EPOCH + ((late - _EPOCH) // MARK + 1) * MARK

        def happens() -> None:
            if self._due.get(case_id) == due:
                work_off()
                if level < LEVELS:
                    self._turn_red(case_id, due, level + 1)

        self._at(mark, happens)

    def _night(self) -> None:
        work_off()
        self._told((self.now - self.start).days)
        self._at(self.now + timedelta(days=1), self._night)
