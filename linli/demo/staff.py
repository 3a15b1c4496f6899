"""Puts people into the demo city: accounts, scopes, posts in grids; and knows afterwards who does what (`Staff`).

Names come from `city/people.py`, sign-in names from `accounts.py`. Every account has the demo's one public password, which
is therefore hashed once.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from linli.core.access.public import Access, Role, Unit, User, access_of, create_user, grant_scope
from linli.core.areas.public import Area
from linli.core.grids.public import Grid
from linli.core.platform.public import SYSTEM, now, write
from linli.core.staff.public import assign
from linli.demo.accounts import CITY_ADMINISTRATOR, COMMUNITY_CLERKS, DESKS, GRID_HEADS, HANDLERS, PASSWORD, WORKERS
from linli.demo.city.model import City
from linli.demo.city.people import PeopleNames, StaffPlan, generate_staff
from linli.demo.units import community_key

# Which generated posts sit at which desk; whom the generator does not name gets a fresh name.
DESK_POSTS = {"shouli": "acceptance_clerk", "paiqian": "dispatcher", "hecha": "verifier", "lingdao": "chief_grid_head"}
HANDLERS_PER_UNIT = 3
HEADED_GRIDS = 2  # of each community: who answers for them is a head or deputy besides the worker


@dataclass
class Staff:
    """Who does what: Access by desk, by handling unit, by grid and by community."""

    desks: dict[str, list[Access]] = field(default_factory=dict)
    handlers: dict[int, list[Access]] = field(default_factory=dict)
    workers: dict[str, Access] = field(default_factory=dict)  # by grid code
    neighbours: dict[str, list[Access]] = field(default_factory=dict)  # the workers of a community, by its code
    units: dict[str, Unit] = field(default_factory=dict)

    def worker(self, grid_code: str, community_code: str) -> Access:
        """The worker of a grid; in a grid without one, a worker of the same community stands in."""
        return self.workers.get(grid_code) or self.neighbours[community_code][0]


class _Hiring:
    """Makes accounts. `roles` and the hash of the password are looked up once."""

    def __init__(self, city: City, areas: dict[str, Area], units: dict[str, Unit]) -> None:
        self.city, self.areas, self.units = city, areas, units
        self.roles = {role.code: role for role in Role.objects.all()}
        self.encoded = make_password(PASSWORD)
        self.staff = Staff(units=units)

    def hire(self, username: str, name: str, unit: Unit, role: str, area: Area, *, for_unit: bool = False) -> User:
        """One account with one scope."""
        user = create_user(
            SYSTEM, username=username, display_name=name, unit=unit, password=PASSWORD, encoded_password=self.encoded
        )
        grant_scope(SYSTEM, user=user, role=self.roles[role], area=area, unit=unit if for_unit else None)
        return user

    def access(self, user: User) -> Access:
        """The person as the gate sees them."""
        found = access_of(user.id)
        if found is None:
            raise ValueError(f"The account {user.username} is not active.")
        return found[0]


def create_staff(city: City, areas: dict[str, Area], units: dict[str, Unit], anchor: date) -> Staff:
    """Adds all accounts with scopes and posts; gives who does what. Once per city."""
    plans = generate_staff(city, anchor)
    names = PeopleNames(random.Random(f"linli-demo-more-people-{city.seed}"))
    taken = {plan.name for plan in plans}

    def fresh() -> str:
        while (name := names.take()) in taken:
            pass
        return name

    with write(SYSTEM):
        hiring = _Hiring(city, areas, units)
        _desks(hiring, plans, fresh)
        _handlers(hiring, plans, fresh)
        workers = _workers(hiring, plans)
        heads = _heads(hiring, plans)
        _posts(hiring, workers, heads)
        unit = units[CITY_ADMINISTRATOR.unit]
        hiring.hire(CITY_ADMINISTRATOR.username, fresh(), unit, CITY_ADMINISTRATOR.role, unit.area)
    return hiring.staff


def staff_there(city: City) -> Staff:
    """Who does what in a city that was made before, found by the sign-in names that `create_staff` gave."""
    found = {user.username: access_of(user.id) for user in User.objects.filter(is_active=True)}
    people = {username: access[0] for username, access in found.items() if access is not None}
    staff = Staff(units={unit.code: unit for unit in Unit.objects.all()})

    def row(username: str) -> list[Access]:
        names = [username, *(f"{username}{number}" for number in range(2, 12))]
        return [people[name] for name in names if name in people]

    for account in DESKS:
        staff.desks[account.role] = row(account.username)
    for account in HANDLERS:
        staff.handlers[staff.units[account.unit].id] = row(account.username)
    for community in city.communities:
        unit = staff.units[community_key(community.code)]
        staff.handlers[unit.id] = [people[f"{COMMUNITY_CLERKS.username}{int(community.code[-3:]):02d}"]]
    plans = sorted(
        (plan for plan in generate_staff(city, now().date()) if plan.post == "grid_worker"),
        key=lambda plan: plan.grid_code or "",
    )
    for number, plan in enumerate(plans, 1):
        worker = people.get(f"{WORKERS.username}{number:02d}")
        if worker is not None:
            staff.workers[plan.grid_code or ""] = worker
            staff.neighbours.setdefault(plan.community_code or "", []).append(worker)
    return staff


def _numbered(username: str, place: int) -> str:
    return username if place == 0 else f"{username}{place + 1}"


def _desks(hiring: _Hiring, plans: tuple[StaffPlan, ...], fresh: Callable[[], str]) -> None:
    for account in DESKS:
        people = [plan.name for plan in plans if plan.post == DESK_POSTS.get(account.username)] or [fresh()]
        unit = hiring.units[account.unit]
        hiring.staff.desks[account.role] = [
            hiring.access(hiring.hire(_numbered(account.username, place), name, unit, account.role, unit.area))
            for place, name in enumerate(people)
        ]


def _handlers(hiring: _Hiring, plans: tuple[StaffPlan, ...], fresh: Callable[[], str]) -> None:
    rows = [(account.username, account.unit) for account in HANDLERS]
    rows += [
        (f"{COMMUNITY_CLERKS.username}{int(one.code[-3:]):02d}", community_key(one.code))
        for one in hiring.city.communities
    ]
    for username, key in rows:
        people = [plan.name for plan in plans if plan.post == "department_handler" and plan.unit_key == key]
        missing = (1 if key.startswith("community") else HANDLERS_PER_UNIT) - len(people)
        people += [fresh() for _ in range(missing)]
        unit = hiring.units[key]
        accounts = [
            hiring.hire(_numbered(username, place), name, unit, "handler", unit.area, for_unit=True)
            for place, name in enumerate(people)
        ]
        if key.startswith("community"):
            # The community's office sees all of its ground, and handles what is given to it.
            for user in accounts:
                grant_scope(SYSTEM, user=user, role=hiring.roles["community_officer"], area=unit.area)
        hiring.staff.handlers[unit.id] = [hiring.access(user) for user in accounts]


def _workers(hiring: _Hiring, plans: tuple[StaffPlan, ...]) -> dict[str, User]:
    """One base worker per staffed grid, in the order of the grids' codes; their sign-in names count through."""
    grids = {grid.code: grid for grid in Grid.objects.select_related("area")}
    users: dict[str, User] = {}
    ordered = sorted((plan for plan in plans if plan.post == "grid_worker"), key=lambda plan: plan.grid_code or "")
    for number, plan in enumerate(ordered, 1):
        code, community = plan.grid_code or "", plan.community_code or ""
        unit = hiring.units[community_key(community)]
        user = hiring.hire(f"{WORKERS.username}{number:02d}", plan.name, unit, "grid_worker", hiring.areas[community])
        assign(SYSTEM, user=user, grid=grids[code], force="base")
        users[code] = user
        hiring.staff.workers[code] = hiring.access(user)
        hiring.staff.neighbours.setdefault(community, []).append(hiring.staff.workers[code])
    return users


def _heads(hiring: _Hiring, plans: tuple[StaffPlan, ...]) -> dict[str, User]:
    heads: dict[str, User] = {}
    for plan in plans:
        if plan.post == "grid_head":
            community = plan.community_code or ""
            username = f"{GRID_HEADS.username}{int(community[-3:]):02d}"
            area = hiring.areas[community]
            heads[community] = hiring.hire(username, plan.name, hiring.units["street_centre"], "leader", area)
    return heads


def _posts(hiring: _Hiring, workers: dict[str, User], heads: dict[str, User]) -> None:
    """Heads and deputies of some grids; a professional force over several grids, a response force of several in one."""
    city, units = hiring.city, hiring.units
    staffed = [grid for grid in city.grids if grid.code in workers]
    grids = {grid.code: grid for grid in Grid.objects.select_related("area")}
    communities = [one.code for one in city.communities]
    for place, community in enumerate(communities):
        deputy = heads[communities[(place + 1) % len(communities)]]
        for grid in [one for one in staffed if one.community_code == community][:HEADED_GRIDS]:
            assign(SYSTEM, user=heads[community], grid=grids[grid.code], force="base", post="head")
            assign(SYSTEM, user=deputy, grid=grids[grid.code], force="base", post="deputy")
    people = {user.id: user for user in User.objects.filter(unit__code__in=("traffic_police", "emergency_duty"))}
    for place, access in enumerate(hiring.staff.handlers[units["traffic_police"].id]):
        for grid in staffed[place * 8 : place * 8 + 8]:
            assign(SYSTEM, user=people[access.user_id], grid=grids[grid.code], force="professional")
    for grid in [one for one in staffed if one.kind == "dedicated"][:4]:
        for access in hiring.staff.handlers[units["emergency_duty"].id]:
            assign(SYSTEM, user=people[access.user_id], grid=grids[grid.code], force="response")
