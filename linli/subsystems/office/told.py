"""One thing of office work on its way through the demo city; demo.py and the rooms' own tell with it what happens."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from linli.core.access.public import Access
from linli.core.flow.public import AnyFlow, Given, act, begin_from
from linli.core.platform.public import DemoTown

Way = Iterator[datetime]


class Told:
    """One thing on its way: when it goes on, and by whom."""

    def __init__(self, town: DemoTown, name: str, days: float) -> None:
        self.town, self.name = town, name
        self.rng, self.steps = random.Random(f"linli-demo-office-{town.seed}-{name}"), 0
        self.at: datetime = town.later(town.ago(days), self.rng.uniform(0, 60) if days >= 1 else 0)
        self.item: Any = None

    def begin(self, flow: AnyFlow, who: Access, **values: Any) -> None:
        """The thing is begun."""
        self.flow = flow
        self.item = begin_from(flow, who.actor("demo"), values, access=who, uuid=self.uuid())

    def do(self, who: Access, action: str, *, note: str = "", reason: str = "", **values: Any) -> None:
        """One step."""
        given = Given(note=note, reason=reason, values=values)
        self.item = act(self.flow, who.actor("demo"), self.item.id, action, given, uuid=self.uuid(), access=who)

    def uuid(self) -> Any:
        """The id of the next step; the same in every making of the same city."""
        self.steps += 1
        return self.town.uuid(f"office/{self.name}/{self.steps}")

    def soon(self, low: float = 15, high: float = 90) -> datetime:
        """Some minutes of office time later."""
        self.at = self.town.later(self.at, self.rng.uniform(low, high))
        return self.at

    def one(self, role: str) -> Access:
        """Somebody with a role."""
        people: Sequence[Access] = self.town.people(role)
        return people[self.rng.randrange(len(people))]
