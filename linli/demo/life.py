"""One case of the demo city as it is told: who acts, when, with which photo. What happens to it stands in `lives.py` next door.

Steps and remarks are drawn from a random stream per case, so that one case's way does not depend on another's.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from linli.core.access.public import Access
from linli.core.cases.public import Case, Given, act
from linli.core.catalogue.public import NATIONAL, CategoryNode, catalogue
from linli.core.platform.public import Actor
from linli.demo.city.photos import PhotoPlan
from linli.demo.city.remarks import GROUPS
from linli.demo.office_time import OfficeTime
from linli.demo.plans import CasePlan
from linli.demo.staff import Staff

RESIDENT = Actor(kind="resident", origin="demo")
PUBLIC_SOURCES = ("resident", "hotline", "letter")
Way = Iterator[datetime]


@dataclass
class Town:
    """What all lives share: who works there, the calendar, the photos, the cases so far, who watches changes."""

    seed: int
    staff: Staff
    office: OfficeTime
    photo: Callable[[PhotoPlan, datetime, str], int]  # what is drawn, when it is taken, the grid in its stamp
    watch: Callable[[Case], None]
    begin: Callable[[Way], None]
    started: dict[int, int] = field(default_factory=dict)  # plan number to case id


class Told:
    """One case on its way."""

    def __init__(self, town: Town, plan: CasePlan) -> None:
        self.town, self.plan = town, plan
        self.rng = random.Random(f"linli-demo-life-{town.seed}-{plan.number}")
        self.stem, self.steps = "case", 0
        self.case: Case = Case()
        self.at = self.dispatched_at = plan.reported_at

    def uuid(self) -> UUID:
        """The id of the next step; the same in every making of the same city."""
        self.steps += 1
        return uuid5(NAMESPACE_URL, f"linli-demo/{self.town.seed}/{self.stem}/{self.plan.number}/{self.steps}")

    def wait(self, minutes: float) -> datetime:
        """The instant after minutes of office time from the last one."""
        self.at = self.town.office.later(self.at, minutes)
        return self.at

    def soon(self, low: float, high: float) -> datetime:
        """Some minutes of office time later."""
        return self.wait(self.rng.uniform(low, high))

    def until(self, instant: datetime) -> datetime:
        """A given instant, but never before the last one."""
        self.at = max(instant, self.at + timedelta(seconds=30))
        return self.at

    def do(self, who: Access, action: str, **given: Any) -> Case:
        """An action by a member of staff."""
        self.case = act(who.actor("demo"), self.case.id, action, Given(**given), uuid=self.uuid(), access=who)
        self.town.watch(self.case)
        return self.case

    def told(self, action: str, **given: Any) -> Case:
        """An action by the resident who holds the tracking number."""
        tracking = self.case.tracking
        self.case = act(RESIDENT, self.case.id, action, Given(**given), uuid=self.uuid(), tracking=tracking)
        self.town.watch(self.case)
        return self.case

    def desk(self, role: str) -> Access:
        """Somebody at a desk of the centre; for the same case it is mostly the same person."""
        people = self.town.staff.desks[role]
        return people[self.plan.number % len(people)]

    @property
    def worker(self) -> Access:
        """Who works in the grid."""
        return self.town.staff.worker(self.plan.spot.grid_code, self.plan.spot.community_code)

    @property
    def handler(self) -> Access:
        """Somebody of the unit that handles the case."""
        people = self.town.staff.handlers[self.case.handling_unit_id or 0]
        return people[self.plan.number % len(people)]

    def told_words(self) -> str:
        """The words of the report."""
        return self.plan.story.told_at(self.plan.spot.words, self.plan.source, self.rng)

    def says(self, step: str) -> str:
        """What is written at a step of this sort of thing; `step` names a field of `Group`."""
        texts: tuple[str, ...] = getattr(GROUPS[self.group], step)
        return self.rng.choice(texts)

    @property
    def group(self) -> str:
        """The sort of thing that it is about."""
        return self.plan.story.group

    def category(self) -> CategoryNode:
        """The category that the story tells of."""
        story = self.plan.story
        return catalogue().by_code[NATIONAL, story.kind, story.major_code + story.minor_code]

    def picture(self, stage: int, role: str) -> tuple[dict[str, Any], ...]:
        """The photo before (0), of half the work (1) or after (2), taken in now."""
        shots = self.plan.shots
        if shots is None:
            return ()
        # Residents' telephones write nothing into the picture; what the office's app takes bears time and grid.
        by_staff = stage > 0 or self.plan.source not in PUBLIC_SOURCES
        stamp = self.plan.spot.grid_code if by_staff and self.plan.own_pair else ""
        return ({"role": role, "stored_file_id": self.town.photo(shots[stage], self.at, stamp)},)

    def proof(self, *, half: bool = False) -> tuple[dict[str, Any], ...]:
        """The photo that shows the end of it; `half`, that of work which will be sent back."""
        return self.picture(1 if half else 2, "proof")
