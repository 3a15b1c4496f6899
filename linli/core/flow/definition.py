"""What a flow is: its model and table of transitions, who stands how to an item, what is special about each action, its clocks.

A flow is written once, as data, in the room of its department; the engine (act.py), pages, API, jobs, docs and the inherited tests
read it. `Flow` refuses late: what does not fit together is said when the flow is made, naming the mend.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property, partial, reduce
from operator import or_
from typing import Any, Generic

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q, QuerySet

from linli.core.access.public import Access, openings
from linli.core.flow.given import NEEDED, Given
from linli.core.flow.models import (
    ACTION_CHARS,
    FLOW_CHARS,
    KIND_CHARS,
    STAGE_CHARS,
    STATE_CHARS,
)
from linli.core.flow.parts import (
    SHARED,
    Duty,
    Effect,
    Item,
    Relation,
    Stage,
    Tables,
    Text,
    TwoStep,
    Who,
    everything,
    no_facts,
    no_limit,
    nobody_in_particular,
    not_seen,
    nothing_more,
    nothing_named,
    seen_by_nobody,
)
from linli.core.flow.table import Transition
from linli.core.platform.public import Work


@dataclass(frozen=True, slots=True)
class Act(Generic[Item]):
    """One action under way, as an effect sees it. `named` has the rows behind what was given (`Flow.named`); `instead` says for whom
    the person stands in, where they do.
    """

    flow: Flow[Item]
    work: Work
    item: Item
    row: Transition
    given: Any
    named: Any
    came_from: str
    relation: str
    instead: Mapping[str, Any] = field(default_factory=dict)


def _in_sight(rules: Rules[Any], access: Access) -> QuerySet[Any]:
    inside, rows = openings(access, rules.view, rules.model), rules.model._default_manager
    if inside is None:
        return rows.all()  # type: ignore[no-any-return]
    others = access.stood_in_for()
    named = [
        one.rows("", person)
        for one in rules.relations.values()
        if one.rows is not None and not one.asks
        for person in (access, *(others if one.covered else ()))
    ]
    return rows.filter(reduce(or_, [*inside, *named], Q(begun_by_id=access.user_id)))  # type: ignore[no-any-return]


def _may_view(rules: Rules[Any], item: Any, access: Access) -> bool:
    return (
        access.may_in_area(rules.view, item.area_id)
        or access.may_for_unit(rules.view, item.unit_id)
        or item.begun_by_id == access.user_id
        or any(
            one.holds(item, "", Who(person))
            for one in rules.relations.values()
            if one.rows is not None and not one.asks
            for person in (access, *(access.stood_in_for() if one.covered else ()))
        )
    )


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Rules(Generic[Item]):
    """The half of a flow that is only read: what may happen, who may do it, who sees an item, whom it waits for.

    A large area declares it below what writes, and makes a Flow of it above (`Flow.of`); a small one declares a Flow at once.

    code            noun of its permissions (`<code>.<action>`), events (`<code>.changed`) and audit records
    title           what an item is called
    model, states   its model and the states with their words
    transitions     the table in force, its version `version`; `older` has those that items still follow
    titles          each action as a verb
    relations       by the name that the table uses
    duties          by the name that the table uses in `not_by`
    stages          clocks; `two_steps` requests
    tables          where timeline, clocks and requests are kept
    needed, notes   sentences for what an action needs (see given.py)
    waiting         actions that are waiting work: who may do one has the item in the inbox
    order           actions in the order in which a page offers them
    next_steps      what usually comes next in a state: the one green button
    ways_back       what takes back by one press
    ended           states in which an item's way is over
    phases          state → `new`, `check`, `waiting`, `work`, `stopped` or `joined`, which gives shape and colour of its pill
    permissions     action → permission, where it is not `<code>.<action>`
    view            permission to see an item in one's area or unit; whoever began it sees it besides, and whom a relation names
    visible         the items that somebody may see, where `view` does not say it; `may_view` the same for one item
    not_there       the sentence for what is not there or not theirs
    sensible        leaves of the rows that the table allows those that a page should offer
    page            name of the page of an item, with its namespace; `heading` what the item is about, in one line
    told            action → columns of the item with the people who are told that it was done; a column may hold several
    urgent          whether an item endangers somebody, where a flow knows such: it then has the urgent limits of its stages
    handing         column with a person → action that puts another there, and what it calls them (handing everything over at once)
    asked           of those who may take a waiting step, who is asked: a condition on items by action and person, None for all
    """

    code: str
    title: Text
    model: type[Item]
    states: type[models.TextChoices]
    transitions: tuple[Transition, ...]
    titles: Mapping[str, Text]
    relations: Mapping[str, Relation]
    not_there: Text
    ended: tuple[str, ...]
    view: str = ""
    visible: Callable[[Access], QuerySet[Item]] = seen_by_nobody
    may_view: Callable[[Any, Access], bool] = not_seen
    version: int = 1
    older: Mapping[int, tuple[Transition, ...]] = field(default_factory=dict)
    duties: Mapping[str, Duty] = field(default_factory=dict)
    stages: Mapping[str, Stage] = field(default_factory=dict)
    two_steps: tuple[TwoStep, ...] = ()
    tables: Tables = SHARED
    needed: Mapping[str, Text] = field(default_factory=dict)
    notes: Mapping[str, Text] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    next_steps: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ways_back: tuple[str, ...] = ()
    permissions: Mapping[str, str] = field(default_factory=dict)
    phases: Mapping[str, str] = field(default_factory=dict)
    sensible: Callable[[Any, list[Transition], Who], list[Transition]] = everything
    asked: Callable[[str, Access], Q | None] = nobody_in_particular
    urgent: Callable[[Any], bool] | None = None
    page: str = ""
    heading: Callable[[Any], str] = str
    told: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    handing: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.view:
            object.__setattr__(self, "visible", partial(_in_sight, self))
            object.__setattr__(self, "may_view", partial(_may_view, self))
        faults = list(_faults(self))
        if faults:
            raise ImproperlyConfigured(f"The flow {self.code!r} does not fit together: {' '.join(faults)}")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.code}>"

    @cached_property
    def tables_by_version(self) -> dict[int, dict[tuple[str, str], Transition]]:
        """State and action → row, for each version of the table that items follow."""
        versions = {**self.older, self.version: self.transitions}
        return {version: {(row.state, row.action): row for row in rows} for version, rows in versions.items()}

    def table_of(self, item: Item) -> dict[tuple[str, str], Transition]:
        """State and action → row, of the table that this item follows."""
        return self.tables_by_version[getattr(item, "table_version", self.version)]

    @property
    def table(self) -> dict[tuple[str, str], Transition]:
        """State and action → row, of the table in force."""
        return self.tables_by_version[self.version]

    @cached_property
    def rows(self) -> tuple[Transition, ...]:
        """The rows of all versions."""
        return tuple(row for rows in self.tables_by_version.values() for row in rows.values())

    @cached_property
    def relations_by_action(self) -> dict[str, tuple[str, ...]]:
        """In which relations the table lets anybody do an action, in whatever state."""
        return {
            action: tuple(dict.fromkeys(one for row in self.rows if row.action == action for one in row.who))
            for action in self.titles
        }

    @cached_property
    def step_of(self) -> dict[str, TwoStep]:
        """Action → the request that it decides."""
        return {action: step for step in self.two_steps for action in (step.grant, step.deny)}

    @cached_property
    def permission_codes(self) -> frozenset[str]:
        """The permissions by which the staff see and act: of the relations that ask for one."""
        asking = {name for name, relation in self.relations.items() if relation.asks}
        acts = {self.permission(row.action) for row in self.rows if asking & set(row.who)}
        return frozenset(acts | ({self.view} if self.view else set()))

    @cached_property
    def events(self) -> tuple[str, ...]:
        """The events that it emits."""
        late = (f"{self.code}.late",) if any(row.action == "escalate" for row in self.rows) else ()
        return (f"{self.code}.changed", *late)

    def permission(self, action: str) -> str:
        """The permission that the staff need for an action."""
        return self.permissions.get(action, f"{self.code}.{action}")

    def rows_in(self, item: Item) -> list[Transition]:
        """The rows of the item's table for its state, in page order, then the rest."""
        places = {action: place for place, action in enumerate(self.order)}
        rows = [row for row in self.table_of(item).values() if row.state == item.state]
        return sorted(rows, key=lambda row: places.get(row.action, len(places)))

    def key_of(self, item_id: int) -> dict[str, Any]:
        """The columns by which a row of the flow's tables names an item."""
        return {"flow": self.code, "item_id": item_id} if self.tables.shared else {self.tables.key: item_id}


@dataclass(frozen=True, kw_only=True, repr=False, eq=False)
class Flow(Rules[Item]):
    """Everything about how items of one model move: its rules, and what happens. docs/flows.md writes one step by step.

    effects         what is special about an action besides state and clocks; gives the facts for the timeline
    given           what comes with an action, where the flow asks for more than Given has
    showing         actions whose files outsiders may see
    begins_anew     actions after which what an earlier clock of a stage had counted is forgotten, for stages that go on (`per_unit`)
    due_copies      stage → further column of the item that keeps when that stage is due
    named           the rows behind what was given, looked up under the lock
    others          ids of further items of the flow that an action locks
    limit           amount and unit of a stage for an item, where the stage itself has no amount
    binds           what the first entry binds of an item besides its place
    leaves          what is emptied on an item when it leaves a state
    """

    effects: Mapping[str, Effect]
    given: type[Given] = Given
    showing: tuple[str, ...] = ()
    begins_anew: tuple[str, ...] = ()
    due_copies: Mapping[str, str] = field(default_factory=dict)
    named: Callable[[Any, Transition, Any, Who, Mapping[int, Any]], Any] = nothing_named
    others: Callable[[Any], tuple[int, ...]] = lambda _given: ()
    limit: Callable[[Any, str], tuple[Decimal, str] | None] = no_limit
    binds: Callable[[Any], dict[str, Any]] = no_facts
    leaves: Callable[[Any], None] = nothing_more

    @classmethod
    def of(cls, rules: Rules[Item], **more: Any) -> Flow[Item]:
        """The flow with these rules."""
        return cls(**{**{one.name: getattr(rules, one.name) for one in fields(rules)}, **more})


def _faults(flow: Rules[Any]) -> list[str]:
    """What does not fit together, one sentence each."""
    rows = [*flow.transitions, *(row for rows in flow.older.values() for row in rows)]
    states, stages = set(flow.states.values), set(flow.stages)
    named = {
        "state": ({one for row in rows for one in (row.state, row.to) if one} | {*flow.ended, *flow.next_steps})
        - states,
        "action": {row.action for row in rows} - set(flow.titles),
        "relation": {one for row in rows for one in row.who} - set(flow.relations),
        "duty": {one for row in rows for one in row.not_by} - set(flow.duties),
        "stage": {one for row in rows for one in (*row.stops, row.starts, row.pauses, row.resumes) if one} - stages,
        "need": {one for row in rows for one in row.needs} - {*NEEDED, *flow.needed},
    }
    known = {row.action for row in rows}
    steps = {action for step in flow.two_steps for action in (step.ask, step.grant, step.deny)}
    effects: set[str] = set(getattr(flow, "effects", ()))
    listed = {
        "effects": effects, "waiting": set(flow.waiting), "order": set(flow.order), "ways_back": set(flow.ways_back),
        **{name: set(getattr(flow, name, ())) for name in ("showing", "begins_anew")},
        "permissions": set(flow.permissions), "two_steps": steps, "notes": set(flow.notes), "told": set(flow.told),
        "handing": {action for action, _name in flow.handing.values()},
        "next_steps": {action for actions in flow.next_steps.values() for action in actions},
    }  # fmt: skip
    faults = [f"{one!r} is no {what} of it." for what, unknown in named.items() for one in sorted(unknown)]
    faults += [
        f"`{what}` names {one!r}, which no row does." for what, names in listed.items() for one in sorted(names - known)
    ]
    faults += [f"{one!r} has an effect and is a step of a request; keep one." for one in sorted(steps & effects)]
    pairs = [(row.state, row.action) for row in flow.transitions]
    faults += [
        f"{state!r} × {action!r} stands twice." for state, action in {pair for pair in pairs if pairs.count(pair) > 1}
    ]
    lengths = (
        (FLOW_CHARS, {flow.code}), (ACTION_CHARS, known), (STATE_CHARS, states), (STAGE_CHARS, stages),
        (KIND_CHARS, {step.kind for step in flow.two_steps}),
    )  # fmt: skip
    faults += [
        f"{one!r} is longer than {most} characters."
        for most, words in lengths
        for one in sorted(words)
        if len(one) > most
    ]
    if seen_by_nobody in (flow.visible,) or not_seen in (flow.may_view,):
        faults.append("Nobody would see its items: give `view`, or `visible` and `may_view`.")
    if isinstance(flow, Flow) and (flow.waiting or flow.told) and not flow.page:
        faults.append("Its items wait for somebody, so they need a `page` where the inbox leads, and a `heading`.")
    if flow.version in flow.older:
        faults.append(f"Version {flow.version} is in force and old; count on.")
    return faults


AnyRules = Rules[Any]
AnyFlow = Flow[Any]
