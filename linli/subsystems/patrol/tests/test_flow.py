"""The inherited tests of a flow, for rounds: who may do what, twice is once, a random walk, the trail."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from linli.core.access.public import Access
from linli.core.flow.public import Changed, Given, Transition, Who, act, possible, timeline_of, waiting
from linli.core.platform.public import SYSTEM, NotAllowed, Refusal, clock_at, verify, write
from linli.subsystems.patrol.public import ROUND, Check, Round, close_windows
from tests.city import TestCity
from tests.flow.contract import FlowContract

from .test_rounds import create_worker
from .walks import at, check, patrol_lead, plan_of, start

WALKED_BY = "worker"


@pytest.fixture(autouse=True)
def nine_in_the_morning() -> Iterator[None]:
    """Everything happens while the first window is open."""
    with clock_at(at("09:00")):
        yield


class TestRound(FlowContract):
    """A round of the first grid that its worker walks."""

    flow = ROUND
    LEADS = {
        "end": ({"walking"}, "walked"), "take_up": ({"walked"}, "walking"), "close": ({"walking", "walked"}, "closed"),
    }  # fmt: skip
    MAY = {"end": {WALKED_BY}, "take_up": {WALKED_BY}, "close": {"SYSTEM"}}

    def bring_to(self, city: TestCity, state: str) -> Round:
        """Begun by the worker of the grid, and on from there."""
        lead = city.__dict__.get("lead") or patrol_lead(city)
        city.__dict__["lead"] = lead
        with clock_at(at("09:00")):
            item = start(city.access[WALKED_BY], plan_of(lead))
            if state != "walking":
                item = self.attempt(city, WALKED_BY, item, "end", Given())
            if state == "closed":
                item = self.attempt(city, "SYSTEM", item, "close", Given())
        return item

    def given(self, city: TestCity, item: Round, row: Transition) -> Given:
        return Given()


def told(walked: Round) -> list[tuple[str, str, str]]:
    """The steps of a round's timeline: what, from where, where to."""
    rows = timeline_of(ROUND.tables, ROUND.key_of(walked.id))
    return [(row.action, row.state_from, row.state_to) for row in rows]


def round_of(city: TestCity) -> tuple[Round, Access]:
    """A round that the worker of the first grid walks."""
    walked = start(city.access[WALKED_BY], plan_of(patrol_lead(city)))
    return walked, city.access[WALKED_BY]


def closed_at(clock: str, walked: Round) -> Round:
    """Closes what has ended by then."""
    with clock_at(at(clock)), write(SYSTEM) as work:
        close_windows(work, walked.plan_id)
    walked.refresh_from_db()
    return walked


def test_a_round_tells_its_way(city: TestCity) -> None:
    walked, worker = round_of(city)
    check(worker, walked)
    closed = closed_at("12:00", walked)
    assert told(closed) == [("start", "", "walking"), ("close", "walking", "closed")]
    last = ROUND.tables.event.objects.get(flow="round", item_id=walked.id, seq=2)
    assert (last.facts, last.actor_kind) == ({"due": 2, "checked": 1}, "system")
    assert (closed.state, closed.begun_by_id, closed.ended_at) == ("closed", worker.user_id, at("12:00"))


def test_a_round_that_nobody_walked_is_closed_from_the_start(city: TestCity) -> None:
    plan = plan_of(patrol_lead(city))
    with clock_at(at("12:00")), write(SYSTEM) as work:
        close_windows(work, plan.id)
    walked = Round.objects.get()
    assert told(walked) == [("close", "", "closed")]
    assert (walked.state, walked.begun_by_id, walked.due_points, walked.checked_points) == ("closed", None, 2, 0)
    assert walked.begun_at == walked.ended_at == at("12:00")
    with clock_at(at("12:00")):
        assert list(verify()) == []


def test_who_was_slower_is_told_that_a_colleague_was_faster(city: TestCity) -> None:
    walked, _worker = round_of(city)
    colleague = create_worker(city)
    with pytest.raises(Changed) as refused:
        start(colleague, walked.plan)
    assert "居委会已先一步开始巡查，巡查现在是“进行中”" in refused.value.sentence
    with pytest.raises(NotAllowed):
        check(colleague, walked)
    assert not Check.objects.exists()
    assert told(walked) == [("start", "", "walking")]


def test_a_worker_who_lost_the_permission_does_not_go_on(city: TestCity) -> None:
    """Whose it is does not suffice: both faces of the relation ask for the permission besides."""
    walked, worker = round_of(city)
    stranger = replace(worker, grants=())
    assert possible(ROUND, walked, Who(stranger)) == []
    relation = ROUND.relations["walker"]
    assert relation.rows is not None
    for access, theirs in ((worker, True), (stranger, False)):
        assert Round.objects.filter(relation.rows("patrol.walk", access)).exists() is theirs
        assert relation.holds(walked, "patrol.walk", Who(access)) is theirs
    with pytest.raises(NotAllowed):
        act(ROUND, stranger.actor(), walked.id, "end", Given(), uuid=walked.uuid, access=stranger)


def test_after_its_window_a_round_is_neither_offered_nor_waiting_nor_taken_up(city: TestCity) -> None:
    walked, worker = round_of(city)
    ended = TestRound().attempt(city, WALKED_BY, walked, "end", Given())
    assert [row.action for row in possible(ROUND, ended, Who(worker))] == ["take_up"]
    going_on = TestRound().attempt(city, WALKED_BY, ended, "take_up", Given())
    assert Round.objects.filter(waiting(ROUND, worker)).exists()
    ended = TestRound().attempt(city, WALKED_BY, going_on, "end", Given())
    with clock_at(at("11:30")):
        assert possible(ROUND, ended, Who(worker)) == possible(ROUND, going_on, Who(worker)) == []
        Round.objects.update(state="walking")
        assert not Round.objects.filter(waiting(ROUND, worker)).exists()
        Round.objects.update(state="walked")
        with pytest.raises(Refusal) as refused:
            TestRound().attempt(city, WALKED_BY, ended, "take_up", Given())
    assert refused.value.code == "round_over"


@pytest.mark.parametrize(("state", "clock"), [("walked", "10:00"), ("closed", "10:00"), ("walking", "11:30")])
def test_points_are_checked_while_a_round_is_walked(city: TestCity, state: str, clock: str) -> None:
    walked = TestRound().bring_to(city, state)
    with clock_at(at(clock)), pytest.raises(Refusal) as refused:
        check(city.access[WALKED_BY], walked)
    assert refused.value.code == "round_over"


def test_a_round_of_before_begins_its_timeline_with_its_next_step(city: TestCity) -> None:
    """Rows that were there before rounds had a flow: no timeline was written, and that is no fault."""
    walked, _worker = round_of(city)
    before: dict[str, Any] = {
        name: getattr(walked, name)
        for name in (
            "home_district",
            "area_id",
            "district_id",
            "street_id",
            "community_id",
            "plan_id",
            "begun_by_id",
            "begun_at",
        )
    }
    old = Round.objects.create(
        **before, uuid=walked.plan.uuid, state="walking", seq=0, window_date=walked.window_date,
        opens_at=at("07:00"), closes_at=at("08:00"),
    )  # fmt: skip
    assert list(verify()) == []
    ended = TestRound().attempt(city, WALKED_BY, old, "end", Given())
    assert (ended.seq, told(ended)) == (1, [("end", "walking", "walked")])
    assert list(verify()) == []
