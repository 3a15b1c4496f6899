"""Decides before anything happens what will be reported in the demo city, where, when, by whom, and how its way will go.

`plan_cases` is a function of the city, the calendar and the number of cases: equal arguments give equal plans. `lives.py` next
door acts them out through the real services.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final

from shapely import Point

from linli.demo.city.model import City
from linli.demo.city.photos import ORDERLY, PhotoPlan, Shots, half_of, light_at, plan_photos, spare_shots
from linli.demo.city.stories import STORIES, Places, Story, draw_story
from linli.demo.city.subjects import SUBJECTS
from linli.demo.office_time import ZONE
from linli.lib.chinese_holidays import chinese_exceptions

DAYS: Final = 90
# How the ways of a hundred ordinary cases go; what is not named here goes straight through.
FATES: Final[dict[str, float]] = {
    "on_spot": 9, "confirm": 9, "late": 3.0, "very_late": 1.5, "rejected": 2.5, "not_found": 1.0, "void": 0.8, "void_late": 0.4,
    "merged": 3.5, "split": 1.2, "returned": 4.0, "verify_failed": 3.5, "reworked": 1.2, "extended": 1.1,
    "extension_denied": 0.8, "shelved": 1.0, "shelving_denied": 0.5, "joint": 2.5, "commented": 3.0, "reopened": 1.2,
}  # fmt: skip
ENDED_EARLY: Final = frozenset({"rejected", "not_found", "void", "void_late", "merged"})
# Cases that stand today at a chosen state with a chosen share of the running clock.
RUNNING: Final = ("reported", "confirming", "filed", "dispatched", "handling", "handled", "verifying", "verified")
ASKING: Final = (("shelved", 0.5), ("extension_asked", 0.6), ("shelving_asked", 0.4))
STAGED: Final[tuple[tuple[str, float], ...]] = (
    *((state, share) for state in RUNNING for share in (0.35, 0.9, 1.6)), *ASKING,
)  # fmt: skip
# Besides, something waits for every unit: what it is given, by its key; each community's office has what stands in stairwells.
WAITING_FOR: Final[dict[str, tuple[str, str, str]]] = {
    "urban_management": ("matter", "07", "001"), "squad": ("matter", "09", "001"), "housing": ("matter", "06", "013"),
    "water": ("matter", "06", "030"), "water_supply": ("matter", "01", "001"), "power": ("component", "01", "005"),
    "parks": ("component", "04", "002"), "market_supervision": ("matter", "09", "006"), "traffic_police": ("matter", "06", "016"),
    "lighting": ("component", "01", "037"), "fire_rescue": ("component", "01", "013"), "environment": ("matter", "06", "028"),
    "gas": ("matter", "01", "011"), "telecom": ("matter", "10", "002"), "emergency_duty": ("matter", "01", "002"),
}  # fmt: skip
COMMUNITY_WORK: Final = ("matter", "06", "036")
# The first round of them is litter, which the sanitation centre handles: its queue then shows every colour.
STAGED_STORY: Final = ("matter", "06")
STAGED_MINOR_CODES: Final = ("010", "011", "012", "035")
# Handed over twice; the first picture shows that it was too early.
SENT_BACK: Final = frozenset({"verify_failed", "reworked", "reopened"})
NEEDS_PICTURE: Final = SENT_BACK | {"on_spot"}
SECOND_GROUP: Final = "litter"  # what is split off
SETTLED_DAYS: Final = 16  # older cases have been handled, whatever happened on their way
WEEKEND_QUIET: Final = 0.45
# Most staged ones were reported today and on the working day before; besides them few are, so that these days look like any other.
CROWDED_QUIET: Final = 0.5
# What waits for units by turns: just given to them, or taken up again after it was shelved for some days.
WAITING: Final = ("resumed", "resumed", "dispatched", *("resumed",) * 6)
SEEN_FROM: Final = {("matter", "06", "025"): ("01", "070")}  # what floats on the river is seen from its railings
SOURCES: Final = {
    "grid_worker": 46, "resident": 27, "hotline": 13, "patrol": 5, "inspection": 4, "department": 3, "letter": 2
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: WGS 84 point, its grid and community, and how people say it."""

    point: Point
    grid_code: str
    community_code: str
    words: str


@dataclass(frozen=True, slots=True)
class CasePlan:
    """One case to be: `number` counts from 0 in the order of planning, `share` is set for staged ones, `twin_of` for duplicates."""

    number: int
    fate: str
    reported_at: datetime
    source: str
    story: Story
    spot: Spot
    shots: Shots | None = None
    second_shots: Shots | None = None  # of what is split off
    own_pair: bool = False  # the pictures are drawn for this case alone, so both of the pair must be used
    share: float | None = None
    twin_of: int | None = None
    unit: str = ""  # who is given it, where that is planned


@dataclass
class Ground:
    """Finds places for stories."""

    city: City
    rng: random.Random
    places: Places = field(init=False)

    def __post_init__(self) -> None:
        self.places = Places(self.city)
        self.community = {grid.code: grid.community_code for grid in self.city.grids}
        self.by_sort: dict[tuple[str, str], list[tuple[Point, str]]] = {}
        for one in self.city.components:
            self.by_sort.setdefault((one.major_code, one.minor_code), []).append((one.point, one.grid_code))
        self.anywhere = [(one.point, one.grid_code) for one in self.city.premises]
        self.anywhere += [(one.point, one.grid_code) for one in self.city.components]

    def spot(self, story: Story, grid_code: str = "") -> Spot:
        """A place where the story may happen: at a component of its kind, or anywhere along the streets; in a grid if asked."""
        key = (story.major_code, story.minor_code)
        sort = key if story.kind == "component" else SEEN_FROM.get((story.kind, *key))
        candidates = self.by_sort[sort] if sort else self.anywhere
        if grid_code:
            candidates = [one for one in candidates if one[1] == grid_code] or [
                one for one in self.anywhere if one[1] == grid_code
            ]
        point, code = self.rng.choice(candidates)
        return Spot(point, code, self.community[code], self.places.phrase(point, self.rng))


def plan_cases(city: City, end: datetime, *, cases: int, photos: int, first_grid: str) -> list[CasePlan]:
    """Plans that make exactly `cases` cases (a split makes two) and show `photos` pictures, begun in the 90 days before `end`.

    Staged ones have `end` as their beginning; `staged.py` counts back from it, and half of them lie in `first_grid`. Raises ValueError for too few cases.
    """
    rng = random.Random(f"linli-demo-cases-{city.seed}")
    ground = Ground(city, rng)
    staged = _staged(ground, rng, end, first_grid)
    if cases < len(staged) + len(FATES) + 1:
        raise ValueError(f"{cases} cases are too few to show every way: {len(staged) + len(FATES) + 1} are needed")
    fates = _fates(rng, cases - len(staged))
    plans = staged + [
        _natural(ground, rng, len(staged) + place, fate, end, len(staged) + len(FATES))
        for place, fate in enumerate(fates)
    ]
    return _with_photos(city, ground, rng, _with_twins(ground, rng, plans), end, photos)


def shown(plan: CasePlan) -> tuple[PhotoPlan, ...]:
    """The pictures that a case may show, in the order of its way."""
    if plan.shots is None:
        return ()
    before, half, after = plan.shots
    return (before, *((half,) if plan.fate in SENT_BACK else ()), after, *(plan.second_shots or ())[2:])


def _fates(rng: random.Random, count: int) -> list[str]:
    """The ways of `count` cases: each kind at least once, the rest by their shares. Splits bring a case of their own."""
    chosen = list(FATES)
    plain = 100 - sum(FATES.values())
    while len(chosen) + chosen.count("split") < count:
        fate = rng.choices([*FATES, "plain"], [*FATES.values(), plain])[0]
        if fate == "split" and len(chosen) + chosen.count("split") + 2 > count:
            continue
        chosen.append(fate)
    return chosen


def _natural(ground: Ground, rng: random.Random, number: int, fate: str, end: datetime, first_sure: int) -> CasePlan:
    """An ordinary case. The first of each kind lies far enough back to have gone its whole way."""
    source = rng.choices(list(SOURCES), list(SOURCES.values()))[0]
    if fate in ("on_spot", "reopened"):
        source = {"on_spot": "grid_worker", "reopened": "resident"}[fate]
    story = draw_story(rng)
    while fate in NEEDS_PICTURE and story.photo_subject is None:
        story = draw_story(rng)
    first, crowded_days = number < first_sure, _crowded_days(end)
    while True:
        at = _hour(rng, end - timedelta(days=rng.uniform(30, DAYS) if first else rng.uniform(0, DAYS)), source)
        crowded = at.astimezone(ZONE).date() in crowded_days and rng.random() < CROWDED_QUIET
        weekend = at.astimezone(ZONE).weekday() >= 5
        if end - timedelta(days=DAYS) < at < end and not crowded and not (weekend and rng.random() < WEEKEND_QUIET):
            return CasePlan(number, fate, at, source, story, ground.spot(story))


@cache
def _crowded_days(end: datetime) -> tuple[date, date]:
    """Today and the working day before."""
    holidays, _known_until = chinese_exceptions()
    today = end.astimezone(ZONE).date()
    day = today - timedelta(days=1)
    while not holidays.get(day, day.weekday() < 5):
        day -= timedelta(days=1)
    return day, today


def _hour(rng: random.Random, day: datetime, source: str) -> datetime:
    """A time of that day: staff report while on duty, residents from morning to late evening."""
    by_resident = source in ("resident", "hotline")
    hour = rng.triangular(6.5, 22.8, rng.choice((9.5, 9.5, 19))) if by_resident else rng.triangular(7.8, 18, 10)
    midnight = datetime.combine(day.astimezone(ZONE).date(), time(), ZONE)
    return (midnight + timedelta(seconds=int(hour * 3600))).astimezone(UTC)


def _staged(ground: Ground, rng: random.Random, end: datetime, first_grid: str) -> list[CasePlan]:
    """The cases that stand open today: a round of all states in one grid, so that its worker has some, then one for each unit."""
    litter = [one for one in STORIES if (one.kind, one.major_code) == STAGED_STORY and one.photo_subject == "litter"]
    litter = [one for one in litter if one.minor_code in STAGED_MINOR_CODES]
    plans: list[CasePlan] = []

    def add(state: str, share: float, story: Story, grid: str = "", unit: str = "") -> None:
        source, number = rng.choice(("grid_worker", "resident", "hotline")), len(plans)
        plans.append(
            CasePlan(number, f"staged_{state}", end, source, story, ground.spot(story, grid), share=share, unit=unit)
        )

    for state, share in STAGED:
        add(state, share, rng.choice(litter), first_grid)
    for place, (unit, key) in enumerate(WAITING_FOR.items()):
        story = rng.choice([one for one in STORIES if _key(one) == key])
        add(WAITING[place % len(WAITING)], rng.uniform(0.15, 0.85), story, "", unit)
    for place, community in enumerate(ground.city.communities):
        story = rng.choice([one for one in STORIES if _key(one) == COMMUNITY_WORK])
        grid = next(one.code for one in ground.city.grids if one.community_code == community.code)
        add(WAITING[place % len(WAITING)], rng.uniform(0.1, 0.85), story, grid, f"community-{community.code[-3:]}")
    return plans


def _with_twins(ground: Ground, rng: random.Random, plans: list[CasePlan]) -> list[CasePlan]:
    """Duplicates tell of the same thing as another case, shortly after it."""
    originals = [plan for plan in plans if plan.fate in ("plain", "late", "very_late", "confirm", "extended")]
    out = []
    for plan in plans:
        if plan.fate == "merged" and originals:
            near = [one for one in originals if one.reported_at >= plan.reported_at] or originals
            twin = min(near, key=lambda one: (one.reported_at, one.number))
            originals.remove(twin)
            same = [one for one in STORIES if _key(one) == _key(twin.story)]
            plan = replace(
                plan, twin_of=twin.number, reported_at=twin.reported_at + timedelta(minutes=rng.randint(4, 25)),
                spot=replace(twin.spot, words=ground.places.phrase(twin.spot.point, rng)), story=rng.choice(same),
                source=rng.choice(("resident", "hotline")),
            )  # fmt: skip
        out.append(plan)
    return out


def _key(story: Story) -> tuple[str, str, str]:
    return story.kind, story.major_code, story.minor_code


def _with_photos(
    city: City, ground: Ground, rng: random.Random, plans: list[CasePlan], end: datetime, photos: int
) -> list[CasePlan]:
    """Gives each drawn pair to a case that will surely show both pictures; other cases show a fitting pair again.

    Who will be sent back comes first: such a case also shows the place half done.
    """
    drawn = plan_photos(city, photos)
    pairs = [(drawn[place], half_of(drawn[place]), drawn[place + 1]) for place in range(0, len(drawn), 2)]
    settled = end - timedelta(days=SETTLED_DAYS)
    twins = {plan.twin_of for plan in plans if plan.twin_of is not None}
    sure = [
        plan for plan in plans
        if plan.share is None and plan.fate not in ENDED_EARLY and plan.reported_at < settled and plan.number not in twins
    ]  # fmt: skip
    if len(sure) < len(pairs):
        raise ValueError(f"{len(pairs)} pairs of photos are too many for {len(sure)} cases that show both")
    rng.shuffle(sure)
    sure.sort(key=lambda plan: plan.fate not in NEEDS_PICTURE)
    telling = [one for one in pairs if one[0].subject != ORDERLY] + [one for one in pairs if one[0].subject == ORDERLY]
    own = {plan.number: pair for plan, pair in zip(sure, telling, strict=False)}
    # Shown again is what carries no position: a place cannot be in two places.
    again: dict[str, list[Shots]] = {}
    for shots in pairs:
        if shots[0].position is None:
            again.setdefault(shots[0].subject, []).append(shots)
    for subject in SUBJECTS:
        again.setdefault(subject, [spare_shots(city, subject)])
    out = []
    for plan in plans:
        mine = own.get(plan.number)
        if mine is not None:
            story = rng.choice([one for one in STORIES if subject_of(one) == mine[0].subject])
            spot = ground.spot(story)
            plan = replace(plan, story=story, spot=spot, shots=_taken_there(mine, plan, spot), own_pair=True)
        else:
            # Every handling needs a proof; where nothing can be drawn, a street in good order is one.
            plan = replace(plan, shots=rng.choice(again[subject_of(plan.story)]))
        second = rng.choice(again["litter"]) if plan.fate == "split" else None
        out.append(replace(plan, second_shots=second))
    return out


def subject_of(story: Story) -> str:
    """What the pictures of a case show."""
    return story.photo_subject or ORDERLY


def _taken_there(shots: Shots, plan: CasePlan, spot: Spot) -> Shots:
    """Where pictures carry a position, it is the case's own; the light is that of the hour of the report."""
    hour = plan.reported_at.astimezone(ZONE).hour
    place = (spot.point.x, spot.point.y) if shots[0].position is not None else None
    before, half, after = (replace(one, position=place) for one in shots)
    return replace(before, light=light_at(hour, before)), half, after
