"""The inherited tests of a flow, for the small one of the example."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from linli.core.areas.public import area_tree
from linli.core.flow.public import Given, Transition, Who, act, begin, possible, waiting
from linli.core.platform.public import BadInput, NotAllowed, NotThere, Refusal
from linli.subsystems.example.models import Repair
from linli.subsystems.example.repair import REPAIR, ask_for_repair
from tests.city import COMMUNITY, FAR_COMMUNITY, TestCity
from tests.flow.contract import FlowContract


class TestRepair(FlowContract):
    """A repair that the worker of the first community asked for."""

    flow = REPAIR
    LEADS = {
        "take": ({"asked"}, "doing"), "refuse": ({"asked"}, "refused"), "withdraw": ({"asked", "doing"}, "refused"),
        "give_back": ({"doing"}, "asked"), "ask_extension": ({"doing"}, None), "grant_extension": ({"doing"}, None),
        "deny_extension": ({"doing"}, None), "finish": ({"doing"}, "done"), "escalate": ({"asked", "doing"}, None),
    }  # fmt: skip
    MAY = {
        "take": {"dispatcher", "all_roles"}, "refuse": {"dispatcher", "all_roles"}, "withdraw": {"worker"},
        "give_back": {"dispatcher", "all_roles"}, "ask_extension": {"dispatcher", "all_roles"},
        "grant_extension": {"supervisor", "all_roles"}, "deny_extension": {"supervisor", "all_roles"},
        "finish": {"dispatcher", "all_roles"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Repair:
        """Asked for by the worker, and on from there."""
        access = city.access["worker"]
        item = ask_for_repair(
            access.actor(), access=access, uuid=uuid4(), area_id=city.areas[COMMUNITY].id, place="河边", note="缺一块板",
            files=(city.photo("report"),),
        )  # fmt: skip
        steps = {
            "asked": [],
            "doing": [("take", Given())],
            "done": [("take", Given()), ("finish", Given(note="换了板", files=(city.photo(),)))],
            "refused": [("refuse", Given(reason="已拆除"))],
        }
        for action, given in steps[state]:
            item = self.attempt(city, "dispatcher", item, action, given)
        return item

    def given(self, city: TestCity, item: Repair, row: Transition) -> Given:
        values: dict[str, Any] = {
            "reason": {"reason": "原因"}, "note": {"note": "说明"}, "amount": {"amount": Decimal(1)}, "photo": {"files": (city.photo(),)},
        }  # fmt: skip
        given: dict[str, Any] = {}
        for name in row.needs:
            given.update(values[name])
        return Given(**given)

    def prepare(self, city: TestCity, item: Repair, action: str) -> None:
        if action in ("grant_extension", "deny_extension"):
            self.attempt(city, "dispatcher", item, "ask_extension", Given(reason="等雨停", amount=Decimal(2)))

    def test_whoever_asks_needs_the_permission_there(self, city: TestCity) -> None:
        access = city.access["verifier"]
        with pytest.raises(NotAllowed):
            ask_for_repair(
                access.actor(), access=access, uuid=uuid4(), area_id=city.areas[COMMUNITY].id, place="河边", note="缺板"
            )
        worker = city.access["worker"]
        with pytest.raises(BadInput) as refused:
            ask_for_repair(
                worker.actor(), access=worker, uuid=uuid4(), area_id=city.areas[COMMUNITY].id, place="河边", note=""
            )
        assert refused.value.field == "note"
        assert not Repair.objects.exists()

    def test_the_same_uuid_begins_one(self, city: TestCity) -> None:
        access, uuid = city.access["worker"], uuid4()
        first = ask_for_repair(
            access.actor(), access=access, uuid=uuid, area_id=city.areas[COMMUNITY].id, place="河边", note="缺板"
        )
        with pytest.raises(IntegrityError):
            ask_for_repair(
                access.actor(), access=access, uuid=uuid, area_id=city.areas[COMMUNITY].id, place="河边", note="缺板"
            )
        assert list(Repair.objects.values_list("id", flat=True)) == [first.id]

    def test_more_time_is_time_of_the_office(self, city: TestCity) -> None:
        item = self.bring_to(city, "doing")
        due = item.due_at
        self.attempt(city, "dispatcher", item, "ask_extension", Given(reason="等雨停", amount=Decimal(2)))
        assert self.fresh(item).due_at == due
        granted = self.attempt(city, "supervisor", item, "grant_extension", Given())
        assert due is not None
        assert granted.due_at is not None
        assert granted.due_at > due
        with pytest.raises(BadInput):
            self.attempt(city, "dispatcher", item, "ask_extension", Given(reason="再等", amount=Decimal(11)))

    def test_its_files_know_when_it_ended(self, city: TestCity) -> None:
        item = self.bring_to(city, "doing")
        rows = REPAIR.tables.file._default_manager.filter(**REPAIR.key_of(item.id))
        assert set(rows.values_list("ended_at", flat=True)) == {None}
        done = self.attempt(city, "dispatcher", item, "finish", Given(note="换了板", files=(city.photo(),)))
        assert done.ended_at is not None
        assert self.fresh(item).ended_at == done.ended_at
        assert set(rows.values_list("ended_at", flat=True)) == {done.ended_at}

    def test_every_clock_stops_when_its_way_ends(self, city: TestCity) -> None:
        """The row names two stages, of which the second runs."""
        item = self.bring_to(city, "doing")
        ended = self.attempt(city, "worker", item, "withdraw", Given(reason="已自行修好"))
        clocks = REPAIR.tables.clock._default_manager.filter(**REPAIR.key_of(item.id))
        assert sorted(clocks.filter(stopped_at__isnull=False).values_list("stage", flat=True)) == ["mend", "take"]
        assert (ended.clock_state, ended.due_at) == ("done", None)

    def test_a_stranger_is_not_told_that_there_is_one_nor_what_happened(self, city: TestCity) -> None:
        item = self.bring_to(city, "asked")
        for seen in (None, 7):
            with pytest.raises(NotThere):
                self.attempt(city, "handler", item, "take", Given(), seen_seq=seen)

    def test_who_asked_is_offered_no_decision_and_nothing_waits_for_them(self, city: TestCity) -> None:
        access = city.access["all_roles"]
        item = ask_for_repair(
            access.actor(), access=access, uuid=uuid4(), area_id=city.areas[COMMUNITY].id, place="河边", note="缺一块板"
        )
        offered = {
            who: {row.action for row in possible(REPAIR, item, Who(city.access[who]))}
            for who in ("all_roles", "dispatcher")
        }
        assert offered == {"all_roles": {"withdraw"}, "dispatcher": {"take", "refuse"}}
        waits = {who: Repair.objects.filter(waiting(REPAIR, city.access[who])).exists() for who in offered}
        assert waits == {"all_roles": False, "dispatcher": True}

    def test_who_asked_for_more_time_is_not_offered_to_grant_it_and_may_not(self, city: TestCity) -> None:
        item = self.bring_to(city, "doing")
        self.attempt(city, "all_roles", item, "ask_extension", Given(reason="等雨停", amount=Decimal(2)))
        decisions = {"grant_extension", "deny_extension"}
        for who, may in (("all_roles", set()), ("supervisor", decisions)):
            offered = {row.action for row in possible(REPAIR, self.fresh(item), Who(city.access[who]))}
            assert offered & decisions == may
        assert Repair.objects.filter(waiting(REPAIR, city.access["supervisor"])).exists()
        for action, given, code in (
            ("grant_extension", Given(), "own_request"),
            ("ask_extension", Given(reason="再等", amount=Decimal(1)), "asked_already"),
        ):
            with pytest.raises(Refusal) as told:
                self.attempt(city, "all_roles", item, action, given)
            assert told.value.code == code

    def test_what_an_action_does_not_take_is_refused(self, city: TestCity) -> None:
        item = self.bring_to(city, "asked")
        with pytest.raises(BadInput) as told:
            self.attempt(city, "dispatcher", item, "take", Given(reason="马上"))
        assert told.value.field == "reason"
        assert self.fresh(item).state == "asked"

    def test_what_lies_elsewhere_waits_for_nobody_here(self, city: TestCity) -> None:
        here, away = self.bring_to(city, "asked"), self.bring_to(city, "asked")
        far = city.areas[FAR_COMMUNITY]
        Repair.objects.filter(id=away.id).update(**area_tree().scope_columns(far.id))
        for who in ("dispatcher", "all_roles"):
            found = Repair.objects.filter(waiting(REPAIR, city.access[who])).values_list("id", flat=True)
            assert list(found) == [here.id]
            assert list(REPAIR.visible(city.access[who]).values_list("id", flat=True)) == [here.id]


def test_an_item_keeps_the_table_under_which_it_began(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of the table takes a step away; what began before still has it."""
    import dataclasses

    old = TestRepair().bring_to(city, "asked")
    rows = tuple(row for row in REPAIR.transitions if row.action != "refuse")
    newer = dataclasses.replace(REPAIR, version=2, older={1: REPAIR.transitions}, transitions=rows)
    access = city.access["dispatcher"]
    fresh = Repair.objects.create(
        **{name: getattr(old, name) for name in ("home_district", "area_id", "district_id", "street_id", "community_id", "begun_at")},
        uuid=uuid4(), state="asked", seq=1, table_version=2, place="桥头", begun_by_id=old.begun_by_id,
    )  # fmt: skip
    refused = act(newer, access.actor(), old.id, "refuse", Given(reason="已拆除"), uuid=uuid4(), access=access)
    assert refused.state == "refused"
    begun = begin(
        newer, city.access["worker"].actor(), "ask", Given(note="缺板"), area_id=old.area_id, uuid=uuid4(),
        access=city.access["worker"], place="桥尾",
    )  # fmt: skip
    assert (old.table_version, begun.table_version) == (1, 2)
    with pytest.raises(Refusal) as told:
        act(newer, access.actor(), fresh.id, "refuse", Given(reason="已拆除"), uuid=uuid4(), access=access)
    assert told.value.code == "not_in_this_state"
