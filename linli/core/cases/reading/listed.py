"""A case as lists read it: the columns that a list shows, as a tuple. selectors.py reads them, words.py says them.

Half of a case's columns are of no use to a list, and making fifty model objects took longer than asking for their rows.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from linli.core.cases.models import OPEN_STATES, Case, State

STATE_TITLES = {str(name): label for name, label in State.choices}


class ListedCase(NamedTuple):
    """One row of a list. The names are those of the columns of Case, in whose order they are asked for."""

    id: int
    uuid: UUID
    home_district: str
    number: str
    state: str
    seq: int
    source: str
    urgency: str
    standard: str
    kind: str
    category_code: str
    category_name: str
    limit_amount: Decimal | None
    limit_unit: str
    description: str
    address: str
    lon: float | None
    lat: float | None
    area_id: int
    community_id: int | None
    grid_id: int | None
    unit_id: int
    handling_unit_id: int | None
    clock_stage: str
    clock_state: str
    due_at: datetime | None
    amber_at: datetime | None
    due_provisional: bool
    reported_at: datetime
    handled_at: datetime | None
    closed_at: datetime | None
    in_time: bool | None
    escalation_level: int
    supervise_count: int
    instruct_count: int
    reopen_count: int
    rating: int | None

    def get_state_display(self) -> str:
        """The word of the state, called as a model object calls it, since templates show both."""
        return state_title(self.state)


class CaseOnMap(NamedTuple):
    """A case as a map draws it: nothing that somebody wrote. The names are those of the columns of Case; `clock` is a place in CLOCK_WORDS."""

    id: int
    state: str
    standard: str
    kind: str
    category_code: str
    category_name: str
    lon: float
    lat: float
    clock: int


AnyCase = Case | ListedCase


def is_urgent(case: AnyCase) -> bool:
    """Whether a case runs by the urgent clock in every stage: reported as urgent, or of a category whose limit is urgent.

    The limits of imported history are in urgent hours because an old system counted so, which says nothing about danger.
    """
    return case.urgency == "urgent" or (case.limit_unit == "urgent_hour" and case.source != "history")


def state_title(state: str) -> str:
    """The word of a state in the language of the request. A look-up: Django's own makes all choices hashable every time."""
    return str(STATE_TITLES.get(state, state))


def unplaced_filter() -> Q:
    """The open cases of which nobody knows yet to which community they belong."""
    return Q(grid_id__isnull=True, community_id__isnull=True, state__in=OPEN_STATES)


def is_unplaced(state: str, grid_id: int | None, community_id: int | None) -> bool:
    """Whether a case is open, lies in no grid and names no community."""
    return grid_id is None and community_id is None and state in OPEN_STATES
