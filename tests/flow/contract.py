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
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from linli.core.access.public import begin_stand_in
from linli.core.api.public import handle_of
from linli.core.flow.public import AnyFlow, Changed, Given, Transition, Who, act, possible, waiting
from linli.core.platform.public import (
    SYSTEM,
    Actor,
    BadInput,
    Refusal,
    StoredFile,
    Taken,
    clock_at,
    local_time,
    local_today,
    now,
    verify,
)
from linli.core.platform.writing.versions import forget_stamps
from tests.access_table import NOBODY, WHO, signed_in
from tests.api.caller import by_token
from tests.city import TestCity
from tests.flow.api_rows import rows_of_api

OWN_API = ("case",)  # tests/api
# Colleagues of different units and roles, tried as those who stand in.
STAND_INS = ("clerk", "verifier", "leader", "all_roles")
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
    forget_stamps()


def as_sent(value: Any) -> Any:
    """What a program sends for a value of a field: plain values as they are, days as ISO, moments by the clock of the city, what is chosen by its code."""
    if isinstance(value, tuple | list):
        return [as_sent(one) for one in value]
    if isinstance(value, dict):
        return {name: as_sent(one) for name, one in value.items()}
    if isinstance(value, datetime):
        return f"{local_time(value):%Y-%m-%dT%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str | bool | int | float):
        return value
    return str(getattr(value, "user_id", None) or getattr(value, "code", value))


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

    def settled(self, city: TestCity) -> TestCity:
        """The city with the people whom the flow needs besides; twice settles them once."""
        return city

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

    def test_what_waits_by_name_waits_for_who_stands_in_and_both_stay_bound_by_their_duties(
        self, city: TestCity
    ) -> None:
        """Whoever stands in has, besides their own, what is covered, and nothing that either of the two may not do."""
        for state in self.flow.states.values:
            with undone():
                item = self.bring_to(city, state)
                for who, access in city.access.items():
                    if not self._waits(item, access):
                        continue
                    for other in STAND_INS:
                        if other != who:
                            self._try_stand_in(city, item, who, other)

    def _waits(self, item: Any, access: Any) -> bool:
        return bool(self.flow.model._default_manager.filter(waiting(self.flow, access), id=item.id).exists())

    def _try_stand_in(self, city: TestCity, item: Any, away: str, stand_in: str) -> None:
        access, flow = city.access[stand_in], self.flow
        before = [row.action for row in possible(flow, item, Who(access))]
        mine = Who(access)
        with undone():
            today = local_today()
            begin_stand_in(
                SYSTEM, user_id=city.users[away].id, stand_in_id=access.user_id, first_day=today, last_day=today
            )
            rows = possible(flow, item, Who(access))
            offered = {row.action for row in rows}
            as_other = next(iter(access.stood_in_for()))
            assert set(before) <= offered
            for row in flow.rows_in(item):
                covered = any(
                    flow.relations[name].covered
                    and flow.relations[name].holds(item, flow.permission(row.action), Who(as_other))
                    for name in row.who
                )
                kept = any(flow.duties[name].holds(item, one) for name in row.not_by for one in (access, as_other))
                if row.action in offered and row.action not in before:
                    assert covered, f"{row.action} came to {stand_in} though nothing of it is covered"
                    assert not kept, f"{row.action} is offered to {stand_in}, whom a duty keeps from it"
                    if row.action in self.LEADS:
                        self._does_it(city, item, away, stand_in, row)
            waits = bool({one for one in offered if one in flow.waiting})
            assert self._waits(item, access) == waits, f"{item.state}: waits for {stand_in}: {not waits}"
            assert flow.may_view(item, access) or not offered
        assert [row.action for row in possible(flow, item, mine)] == before

    def _does_it(self, city: TestCity, item: Any, away: str, stand_in: str, row: Transition) -> None:
        with undone():
            try:
                after = self.attempt(city, stand_in, item, row.action, self.given(city, self.fresh(item), row))
            except BadInput:  # what is right for one person may be out of the reach of another
                return
            event = self.flow.tables.event._default_manager.filter(**self.flow.key_of(item.id), seq=after.seq).get()
            assert (event.actor_id, event.facts["for"]) == (city.users[stand_in].id, city.users[away].id)

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

    def first_step(self, city: TestCity) -> tuple[Any, str, str]:
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
        item, action, who = self.first_step(city)
        with pytest.raises(Changed):
            self.attempt(city, who, item, action, self.given(city, item, self.row_of(action)), seen_seq=item.seq - 1)
        assert self.fresh(item).seq == item.seq

    def test_the_same_uuid_acts_once(self, city: TestCity) -> None:
        item, action, who = self.first_step(city)
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

    # The same by the API.

    def sent(self, city: TestCity, who: str, given: Given) -> dict[str, Any]:
        """What a program sends for what is given."""
        body: dict[str, Any] = {name: getattr(given, name) for name in ("reason", "note") if getattr(given, name)}
        if given.amount is not None:
            body["amount"] = float(given.amount)
        for file in given.files:
            stored = StoredFile.objects.get(id=file["stored_file_id"])
            name = "photo_before" if file["role"] == "before" else "photo"
            body.setdefault(name, []).append(handle_of(stored, f"user:{city.users[who].id}"))
        return body | {name: as_sent(value) for name, value in given.values.items() if value not in (None, "", ())}

    def _by_api(self, city: TestCity, who: str, item: Any, action: str, body: dict[str, Any], **more: Any) -> Any:
        address = f"/flows/{self.flow.code}/{item.id}/actions/{action}"
        return by_token(city, who).post(address, body, **more)

    def _step_by_api(self, city: TestCity) -> tuple[Any, str, str, dict[str, Any]]:
        if self.flow.code in OWN_API:
            pytest.skip("has an API of its own")
        item, action, who = self.first_step(city)
        return item, action, who, self.sent(city, who, self.given(city, item, self.row_of(action)))

    def test_the_api_tells_how_an_item_stands_and_moves_it_once(self, city: TestCity) -> None:
        item, action, who, body = self._step_by_api(city)
        caller, offered_rows = by_token(city, who), possible(self.flow, item, Who(city.access[who]))
        told = caller.get(f"/flows/{self.flow.code}/{item.id}").json()  # type: ignore[attr-defined]
        assert (told["state"], told["seq"]) == (item.state, item.seq)
        assert [one["action"] for one in told["possible"]] == [row.action for row in offered_rows]
        key = str(uuid4())
        first = self._by_api(city, who, item, action, {**body, "seen_seq": told["seq"]}, key=key)
        assert first.status_code == 201, first.content.decode()
        assert first.json()["state"] == (self.LEADS[action][1] or item.state)
        assert first.json()["seq"] == item.seq + 1
        again = self._by_api(city, who, item, action, {**body, "seen_seq": told["seq"]}, key=key)
        assert (again.status_code, again.json()) == (200, first.json())
        assert self._by_api(city, who, item, action, {**body, "seen_seq": 77}, key=key).status_code == 409
        events = caller.get(f"/flows/{self.flow.code}/{item.id}/timeline").json()["events"]  # type: ignore[attr-defined]
        assert [event["seq"] for event in events] == list(range(1, item.seq + 2))

    def test_the_api_refuses_as_the_page_does(self, city: TestCity) -> None:
        item, action, who, body = self._step_by_api(city)
        strays = {"reason", "note"} - self.row_of(action).given
        known = {name for row in self.flow.rows for name in row.given if row.state}
        for stray in strays & known:
            refused = self._by_api(city, who, item, action, {**body, stray: "x"})
            assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, stray)
        late = self._by_api(city, who, item, action, {**body, "seen_seq": item.seq + 7})
        assert (late.status_code, late.json()["code"]) == (409, "changed")
        words = {name: value for name, value in body.items() if not name.startswith("photo")}
        for other, access in city.access.items():
            if not self.may(action, other, item.state):
                status = self._by_api(city, other, item, action, words).status_code
                assert status == (403 if self.flow.may_view(item, access) else 404), other
        assert self.fresh(item).seq == item.seq

    def test_the_api_answers_everybody_as_they_stand(self, city: TestCity) -> None:
        if self.flow.code in OWN_API:
            pytest.skip("has an API of its own")
        wrong = []
        for entry in rows_of_api(city, self):
            for who in WHO:
                with undone():
                    client = Client(raise_request_exception=False)
                    if who != NOBODY:
                        signed_in(client, city.users[who])
                    response = entry.ask(client)
                    if response.streaming:
                        b"".join(response)  # type: ignore[arg-type]  # closes the file
                if response.status_code != entry.expected[who]:
                    wrong.append(
                        f"{entry.method} {entry.route} by {who}: {response.status_code}, not {entry.expected[who]}"
                    )
        assert wrong == [], "\n" + "\n".join(wrong)

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
