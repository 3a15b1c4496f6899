"""People in the demo city keep working while one looks: `linli demo --play`. A thread of the server; it ends with it.

Every case that it reports goes on the ways of `lives.py`, through the same services as a page, only faster: what would take an
hour takes a minute at pace 60. It touches its own cases alone, and leaves a case to whoever else has acted on it.
"""

from __future__ import annotations

import heapq
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any, Final
from uuid import uuid4

from django.db import IntegrityError, connections

from linli.core.access.public import Access
from linli.core.cases.public import Case, CaseEvent, Given, act
from linli.core.catalogue.public import catalogue
from linli.core.platform.public import Refusal, now, receive_photo
from linli.demo.city import City
from linli.demo.city.photos import PhotoPlan, draw_photo, half_of, light_at, taken_photo
from linli.demo.city.stories import draw_story
from linli.demo.life import Town, Way
from linli.demo.lives import Life
from linli.demo.office_time import ZONE, OfficeTime
from linli.demo.plans import NEEDS_PICTURE, SOURCES, CasePlan, Ground, subject_of
from linli.demo.staff import Staff

log = logging.getLogger("linli.demo.play")
# City minutes between two reports, on average, and that one step waits at least; and the real seconds that it waits at most.
BETWEEN_MIN, SHORTEST_MIN = 30.0, 1.0
LONGEST_S: Final = 120.0
FATES: Final = {
    "plain": 62, "on_spot": 9, "confirm": 8, "commented": 6, "returned": 4, "verify_failed": 4, "joint": 3, "rejected": 3, "split": 1,
}  # fmt: skip


class LeftAlone(Exception):
    """Somebody who looks at the demo has acted on the case; it is theirs from here on."""


class PlayedLife(Life):
    """A case that lives while one looks: its steps happen now, and it stands back when somebody else has acted."""

    def __init__(self, town: Town, plan: CasePlan) -> None:
        super().__init__(town, plan)
        self.stem = f"play-{uuid4()}"

    def do(self, who: Access, action: str, **given: Any) -> Case:
        """An action by a member of staff, on what they see: the timeline as it is now, with nobody else's steps in it."""
        seen = self.untouched()
        self.case = act(
            who.actor("demo"), self.case.id, action, Given(**given), uuid=self.uuid(), access=who, seen_seq=seen
        )
        return self.case

    def told(self, action: str, **given: Any) -> Case:
        """An action by the resident."""
        self.untouched()
        return super().told(action, **given)

    def untouched(self) -> int:
        """The length of the timeline; what the clock's jobs did meanwhile is nobody's. Raises LeftAlone."""
        since = CaseEvent.objects.filter(case_id=self.case.id, seq__gt=self.case.seq)
        kinds = dict(since.values_list("seq", "actor_kind"))
        if set(kinds.values()) - {"system"}:
            raise LeftAlone
        return max(kinds, default=self.case.seq)


class Play:
    """What happens next, in the order of real time."""

    def __init__(self, city: City, staff: Staff, pace: float, rng: random.Random | None = None) -> None:
        self.pace = pace
        self.rng = rng or random.Random()
        self.ground = Ground(city, self.rng)
        self.town = Town(city.seed, staff, OfficeTime(catalogue().calendar), self.photo, lambda _case: None, self.begin)
        self._order, self._numbers = count(), count(self.rng.randint(0, 10_000))
        self._waiting: list[tuple[float, int, Callable[[], None]]] = []

    def run(self, stop: threading.Event) -> None:
        """Plays until `stop` is set. What fails is noted and ends one case, not the play."""
        self.later(0.0, self.next_report)
        while not stop.wait(max(0.0, self._waiting[0][0] - time.monotonic())):
            self.step()
        connections.close_all()

    def step(self) -> None:
        """Does what is next, however long it should wait."""
        _at, _order, happens = heapq.heappop(self._waiting)
        happens()

    def later(self, seconds: float, happens: Callable[[], None]) -> None:
        """Puts something in the queue."""
        heapq.heappush(self._waiting, (time.monotonic() + seconds, next(self._order), happens))

    def next_report(self) -> None:
        """Somebody reports; the next one after a while."""
        self.begin(PlayedLife(self.town, self.plan()).way())
        self.later(self.rng.expovariate(1 / BETWEEN_MIN) * 60 / self.pace, self.next_report)

    def begin(self, way: Way) -> None:
        """A case on its way; its first instant is now."""
        first = next(way, None)
        if first is not None:
            self.go_on(way, first.timestamp())

    def go_on(self, way: Way, at: float) -> None:
        """One step, and the wait until the next."""
        try:
            instant = next(way, None)
        except LeftAlone:
            return
        except (Refusal, IntegrityError) as refused:
            log.info("a played case stands back: %s", refused)
            return
        if instant is not None:
            wait = min(LONGEST_S, max(60 * SHORTEST_MIN, instant.timestamp() - at) / self.pace)
            self.later(wait, lambda: self.go_on(way, instant.timestamp()))

    def plan(self) -> CasePlan:
        """A case to be, with pictures of its own."""
        fate = self.rng.choices(list(FATES), list(FATES.values()))[0]
        source = "grid_worker" if fate == "on_spot" else self.rng.choices(list(SOURCES), list(SOURCES.values()))[0]
        story = draw_story(self.rng)
        while fate in NEEDS_PICTURE and story.photo_subject is None:
            story = draw_story(self.rng)
        plan = CasePlan(next(self._numbers), fate, now(), source, story, self.ground.spot(story), own_pair=True)
        subject, seed = subject_of(story), self.rng.randrange(10**9)
        before = PhotoPlan(f"play-{seed}-before.jpg", subject, "before", seed, None)
        before = replace(before, light=light_at(now().astimezone(ZONE).hour, before))
        shots = (before, half_of(before), replace(before, name=f"play-{seed}-after.jpg", stage="after"))
        litter = tuple(replace(one, subject="litter") for one in shots)
        return replace(plan, shots=shots, second_shots=litter if fate == "split" else None)  # type: ignore[arg-type]

    def photo(self, plan: PhotoPlan, _at: object, stamp: str) -> int:
        """The id of a picture that is taken now."""
        return receive_photo(taken_photo(draw_photo(plan), plan, now().astimezone(ZONE), stamp), plan.name).id


def play(pace: float, seed: int, stop: threading.Event | None = None) -> None:
    """Plays in the city that is served, until `stop` is set; an error ends the play, never the server."""
    from linli.demo.city import generate_city
    from linli.demo.staff import staff_there

    try:
        city = generate_city(seed)
        Play(city, staff_there(city), pace).run(stop or threading.Event())
    except Exception:
        log.exception("the play has ended")
