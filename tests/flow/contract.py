"""The tests that every flow inherits: its table tried as a whole, a random walk, twice is once, the trail.

A department's test module makes a class of `FlowContract` and says what is expected a second time, by hand, so that a slip in the
table cannot hide behind itself:

    class TestLeave(FlowContract):
        flow = LEAVE
        LEADS = {"grant": ({"asked"}, "granted"), …}      # action → states it is possible in, where it leads (None: it stays)
        MAY = {"grant": {"supervisor"}, …}                # action → who of the test city may do it
        def bring_to(self, city, state): …                # an item in that state
        def given(self, city, item, row): …               # all that the row needs, right for this item
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from linli.core.flow.public import AnyFlow, Changed, Given, Transition, Who, act, possible, waiting
from linli.core.platform.public import SYSTEM, Actor, Refusal, Taken, clock_at, now, verify
from tests.city import TestCity

HOLDER, THE_SYSTEM = "RESIDENT", "SYSTEM"
WALKS, STEPS = 6, 40


@contextmanager
def undone() -> Iterator[None]:
    """Takes back what happens inside; a write() may be opened in it, as if it were the outermost."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


class FlowContract:
    """See above. What a subclass leaves out is as small flows usually have it."""

    flow: AnyFlow
    LEADS: Mapping[str, tuple[set[str], str | None]]
    MAY: Mapping[str, set[str]]
    # Actions that only a part of the house does itself, with its own function; `act` refuses them.
    BY_NOBODY: frozenset[str] = frozenset()

    # What a subclass says.

    def bring_to(self, city: TestCity, state: str) -> Any:
        """An item in this state."""
        raise NotImplementedError

    def given(self, city: TestCity, item: Any, row: Transition) -> Given:
        """All that the row needs, right for this item."""
        raise NotImplementedError

    def may(self, action: str, who: str, state: str) -> bool:
        """Whether this person may do the action in this state."""
        return who in self.MAY[action]

    def prepare(self, city: TestCity, item: Any, action: str) -> None:
        """What has to have happened before some actions make sense."""

    def key_of(self, item: Any) -> str:
        """The key that makes its holder act on the item; empty for flows without."""
        return ""

    def hides(self, item: Any) -> set[str]:
        """What no refusal may say of an item."""
        return set()

    # What is done with it.

    def everybody(self, city: TestCity) -> list[str]:
        """All people of the city, the system and, where an item has a key, who holds it."""
        return [*city.users, THE_SYSTEM, HOLDER]

    def attempt(self, city: TestCity, who: str, item: Any, action: str, given: Given, **more: Any) -> Any:
        """The action by somebody."""
        uuid = more.pop("uuid", None) or uuid4()
        if who == THE_SYSTEM:
            return act(self.flow, SYSTEM, item.id, action, given, uuid=uuid, **more)
        if who == HOLDER:
            return act(
                self.flow, Actor(kind="resident"), item.id, action, given, uuid=uuid, key=self.key_of(item), **more
            )
        access = city.access[who]
        return act(self.flow, access.actor(), item.id, action, given, uuid=uuid, access=access, **more)

    def fresh(self, item: Any) -> Any:
        """The item as it stands in the database."""
        return self.flow.model._default_manager.get(id=item.id)

    def row_of(self, action: str) -> Transition:
        """Some row of the action."""
        return self.flow.table[sorted(self.LEADS[action][0])[0], action]

    def actions(self) -> list[str]:
        """The actions on an item that exists."""
        return list(self.LEADS)

    # The tests.

    def test_the_table_is_the_one_that_is_written_down_here(self) -> None:
        table = {(state, action): row.to for (state, action), row in self.flow.table.items() if state}
        expected = {(state, action): to or state for action, (states, to) in self.LEADS.items() for state in states}
        assert table == expected
        begins = {row.action for row in self.flow.transitions if not row.state}
        assert set(self.flow.titles) == {*self.LEADS, *begins}

    def test_every_action_by_everybody_is_done_or_refused_as_written(self, city: TestCity) -> None:
        for state in self.flow.states.values:
            with undone():
                self._try_all(city, state)

    def _try_all(self, city: TestCity, state: str) -> None:
        item = self.bring_to(city, state)
        tried, said = 0, []
        for action in self.actions():
            right_state = state in self.LEADS[action][0]
            for who in self.everybody(city):
                tried += 1
                with undone():
                    if right_state:
                        self.prepare(city, item, action)
                    before = self.fresh(item)
                    given = self.given(city, before, self.row_of(action))
                    if right_state and self.may(action, who, state):
                        after = self.attempt(city, who, item, action, given)
                        assert after.state == (self.LEADS[action][1] or state)
                        assert after.seq == before.seq + 1
                        continue
                    said.append(self._refused(city, who, item, action, given))
                    unchanged = self.fresh(item)
                    assert (unchanged.state, unchanged.seq) == (before.state, before.seq)
        assert tried == len(self.actions()) * len(self.everybody(city))
        assert not [words for words in said for hidden in self.hides(item) if hidden in words]

    def _refused(self, city: TestCity, who: str, item: Any, action: str, given: Given) -> str:
        try:
            self.attempt(city, who, item, action, given)
        except Refusal as refusal:
            return refusal.sentence
        raise AssertionError(f"{action} by {who} in {item.state} was done, who may not or not then")

    def test_the_page_offers_what_the_service_does(self, city: TestCity) -> None:
        offered = 0
        for state in self.flow.states.values:
            with undone():
                item = self.bring_to(city, state)
                for who, access in city.access.items():
                    for row in possible(self.flow, item, Who(access)):
                        offered += 1
                        assert self.may(row.action, who, state), f"{row.action} is offered to {who} in {state}"
        assert offered

    def test_what_waits_for_somebody_is_what_they_are_offered(self, city: TestCity) -> None:
        """The two faces of the relations agree, and whoever is asked may also do it."""
        model, found = self.flow.model._default_manager, 0
        for state in self.flow.states.values:
            with undone():
                item = self.bring_to(city, state)
                for who, access in city.access.items():
                    waits = model.filter(waiting(self.flow, access), id=item.id).exists()
                    rows = possible(self.flow, item, Who(access))
                    offered = [row.action for row in rows if row.action in self.flow.waiting]
                    found += waits
                    assert waits == bool(offered), f"{state}: waits for {who}: {waits}, offered: {offered}"
        assert found or not self.flow.waiting

    def test_an_action_without_what_it_needs_is_refused_and_changes_nothing(self, city: TestCity) -> None:
        for action in self.actions():
            row = self.row_of(action)
            doers = sorted(self.MAY[action])
            if not row.needs or not doers:
                continue
            with undone():
                item = self.bring_to(city, row.state)
                self.prepare(city, item, action)
                before = self.fresh(item)
                with pytest.raises(Refusal) as refused:
                    self.attempt(city, doers[0], item, action, self.nothing())
                assert refused.value.field, action
                unchanged = self.fresh(item)
                assert (unchanged.state, unchanged.seq) == (before.state, before.seq)

    def nothing(self) -> Given:
        """An action with nothing given."""
        return self.flow.given()

    def _first_step(self, city: TestCity) -> tuple[Any, str, str]:
        """An item, an action that is possible on it, and who may do it."""
        for action in self.actions():
            for who in sorted(self.MAY[action] & set(city.users)):
                state = self.row_of(action).state
                if self.may(action, who, state):
                    item = self.bring_to(city, state)
                    self.prepare(city, item, action)
                    return self.fresh(item), action, who
        raise AssertionError("nobody of the test city may do anything in this flow")

    def test_who_was_slower_is_told_who_was_faster(self, city: TestCity) -> None:
        item, action, who = self._first_step(city)
        with pytest.raises(Changed):
            self.attempt(city, who, item, action, self.given(city, item, self.row_of(action)), seen_seq=item.seq - 1)
        assert self.fresh(item).seq == item.seq

    def test_the_same_uuid_acts_once(self, city: TestCity) -> None:
        item, action, who = self._first_step(city)
        uuid, given = uuid4(), self.given(city, item, self.row_of(action))
        with undone():
            after = self.attempt(city, who, item, action, given, uuid=uuid)
            again = next(
                (
                    one
                    for one in self.actions()
                    if after.state in self.LEADS[one][0] and self.may(one, who, after.state)
                ),
                None,
            )
            if again is None:
                return
            self.prepare(city, after, again)
            with pytest.raises(Taken):
                self.attempt(city, who, item, again, self.given(city, after, self.row_of(again)), uuid=uuid)

    @pytest.mark.parametrize("seed", range(WALKS))
    def test_a_random_walk_keeps_the_rules_and_the_trail(self, city: TestCity, seed: int) -> None:
        random = Random(seed)
        item = self.bring_to(city, random.choice(self.flow.states.values))
        instant = now()
        for _step in range(STEPS):
            instant += timedelta(hours=random.randint(0, 72))
            state = self.fresh(item).state
            rows = [row for row in self.flow.rows_in(self.fresh(item)) if self.MAY.get(row.action)]
            with clock_at(instant):
                if rows and random.random() < 0.7:
                    row = random.choice(rows)
                    who = random.choice(sorted(self.MAY[row.action]))
                else:
                    row, who = self.row_of(random.choice(self.actions())), random.choice(self.everybody(city))
                try:
                    self.attempt(city, who, item, row.action, self.given(city, self.fresh(item), row))
                except Refusal:
                    unchanged = self.fresh(item)
                    if unchanged.state != state:
                        raise
            self.check(item)
        with clock_at(instant):
            assert not list(verify())

    def check(self, item: Any) -> None:
        """What must hold after every step."""
        flow, fresh = self.flow, self.fresh(item)
        events = list(flow.tables.event._default_manager.filter(**flow.key_of(item.id)).order_by("seq"))
        assert [event.seq for event in events] == list(range(1, fresh.seq + 1))
        assert events[-1].state_to == fresh.state
        for before, after in pairwise(events):
            assert after.state_from == before.state_to
            assert flow.table[after.state_from, after.action].to == after.state_to
        clocks = list(flow.tables.clock._default_manager.filter(**flow.key_of(item.id), stopped_at__isnull=True))
        if fresh.state in flow.ended:
            assert not clocks
        if fresh.clock_state == "running":
            running = [clock for clock in clocks if clock.paused_at is None]
            assert fresh.due_at in {clock.due_at for clock in running if clock.stage == fresh.clock_stage}
