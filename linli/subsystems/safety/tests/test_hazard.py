"""Hazards: the flow with what every flow does, the list, the form, and what is their own: who rechecks, how soon, what stands beside."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from linli.core.access.public import Access
from linli.core.cases.public import IndicatorScope
from linli.core.flow.public import Given, Transition, begin_from, clocks_of, full
from linli.core.inbox.public import waiting_for
from linli.core.ledger.public import Said, change, ledgers
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, choose, clock_at, local_day, now, receive_photo
from linli.core.registry.public import PREMISES, PlacedRow, Premises, add_premises
from linli.subsystems.safety.beside import (
    hazards_in,
    hazards_of_place,
    hazards_of_premises,
    open_hazards,
    rectified_in_time,
)
from linli.subsystems.safety.flow import HAZARD
from linli.subsystems.safety.lists import HAZARDS
from linli.subsystems.safety.models import Hazard
from linli.subsystems.safety.settings import GRAVE
from tests.api.caller import photo_bytes
from tests.city import BUILT_AT, COMMUNITY, FAR_COMMUNITY, STREET, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed
from tests.flow.contract import FlowContract

MENDERS = {"worker", "supervisor", "all_roles"}
CHECKERS = {"supervisor", "leader", "all_roles"}
TOLD = Given(note="已告知店主，三日内清理通道")


def premises_of(city: TestCity, area: str = COMMUNITY) -> Premises:
    row = PlacedRow(
        code=f"P-{area}",
        lon=115.005,
        lat=30.005,
        area_id=city.areas[area].id,
        columns={"name": "长河市场", "kind": "market"},
    )
    add_premises(SYSTEM, [row], source="test")
    return Premises.objects.get(code=f"P-{area}")


def hazard_of(city: TestCity, who: str = "worker", **more: Any) -> Hazard:
    """A hazard that somebody found at the east gate of the first community."""
    access = city.access[who]
    given = {"area": city.areas[COMMUNITY], "title": "消防通道堵塞", "place": "东门", "severity": "serious", **more}
    return begin_from(HAZARD, access.actor(), given, access=access, uuid=uuid4())


def rectified() -> Given:
    return Given(note="已清理", files=({"role": "after", "stored_file_id": receive_photo(photo_bytes()).id},))


class TestHazard(FlowContract):
    """A hazard that the worker found and has seen to."""

    flow = HAZARD
    LEADS = {
        "tell": ({"found"}, "told"), "drop": ({"found"}, "dropped"), "rectify": ({"told"}, "rectified"), "close": ({"rectified"}, "closed"),
        "not_yet": ({"rectified"}, "told"), "found_again": ({"found", "told"}, None), "still_there": ({"rectified"}, "told"),
        "escalate": ({"found", "told", "rectified"}, None),
    }  # fmt: skip
    MAY = {
        "tell": MENDERS, "rectify": MENDERS, "drop": CHECKERS, "close": CHECKERS, "not_yet": CHECKERS, "escalate": {"SYSTEM"},
        "found_again": {"SYSTEM"}, "still_there": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Hazard:
        item = hazard_of(city)
        if state == "dropped":
            return self.attempt(city, "supervisor", item, "drop", Given(reason="不属于隐患"))
        steps = (
            ("told", "worker", "tell", TOLD),
            ("rectified", "worker", "rectify", None),
            ("closed", "leader", "close", Given()),
        )
        for reached, who, action, given in steps:
            if item.state == state:
                break
            item = self.attempt(city, who, item, action, given or rectified())
            assert item.state == reached
        return item

    def given(self, city: TestCity, item: Hazard, row: Transition) -> Given:
        if row.action == "rectify":
            return rectified()
        return Given(**{name: "说明" for name in row.needs if name in ("note", "reason")})

    def test_whoever_said_that_it_is_rectified_does_not_recheck_it(self, city: TestCity) -> None:
        item = self.attempt(city, "supervisor", self.bring_to(city, "told"), "rectify", rectified())
        for action, given in (("close", Given()), ("not_yet", Given(reason="还有杂物"))):
            with pytest.raises(NotAllowed) as refused:
                self.attempt(city, "supervisor", item, action, given)
            assert refused.value.code == "own_rectifying"
        assert self.attempt(city, "leader", item, "close", Given()).state == "closed"

    def test_whoever_found_it_does_not_drop_it(self, city: TestCity) -> None:
        item = hazard_of(city, "supervisor")
        with pytest.raises(NotAllowed) as refused:
            self.attempt(city, "supervisor", item, "drop", Given(reason="看错了"))
        assert refused.value.code == "own_finding"

    @pytest.mark.parametrize(("severity", "days"), [("slight", 10), ("serious", 5), ("grave", 1)])
    def test_how_soon_says_the_severity(self, city: TestCity, severity: str, days: int) -> None:
        item = self.attempt(city, "worker", hazard_of(city, severity=severity), "tell", TOLD)
        clock = clocks_of(HAZARD, item).get(stage="rectify")
        assert (clock.amount, clock.unit) == (Decimal(days), "work_day")

    def test_a_city_chooses_how_soon(self, city: TestCity) -> None:
        choose(SYSTEM, GRAVE, 3)
        item = self.attempt(city, "worker", hazard_of(city, severity="grave"), "tell", TOLD)
        assert clocks_of(HAZARD, item).get(stage="rectify").amount == Decimal(3)

    def test_whoever_answers_for_the_premises_is_told_as_the_ledger_names_them(self, city: TestCity) -> None:
        premises = premises_of(city)
        item, told = (
            hazard_of(city, premises=premises, place=""),
            Given(note="已告知", values={"told_whom": "responsible"}),
        )
        with pytest.raises(BadInput) as refused:
            self.attempt(city, "worker", item, "tell", told)
        assert refused.value.field == "told_whom"
        change(SYSTEM, PREMISES, premises.id, {"responsible": "李建国"}, Said("worker", local_day(now())))
        item = self.attempt(city, "worker", item, "tell", told)
        facts = full(HAZARD, item).timeline[-1].event.facts
        assert (facts["told"], facts["premises"]) == ("responsible", premises.id)
        assert "李建国" not in str(facts)

    def test_what_is_not_gone_has_a_new_deadline_and_waits_again(self, city: TestCity) -> None:
        item = self.attempt(city, "leader", self.bring_to(city, "rectified"), "not_yet", Given(reason="还有杂物"))
        assert [clock.stage for clock in full(HAZARD, item).clocks] == ["tell", "rectify", "recheck", "rectify"]
        assert [one.id for one in waiting_for(city.access["worker"], now(), kind="hazard").rows] == [item.id]


def test_a_hazard_of_premises_stands_where_they_do(city: TestCity) -> None:
    premises = premises_of(city)
    item = hazard_of(city, premises=premises, place="")
    assert (item.premises_id, item.lon, item.lat) == (premises.id, 115.005, 30.005)
    access = city.access["supervisor"]
    lines = {"lines": [{"title": "消防通道堵塞", "note": "较重", "url": reverse("safety:hazard", args=[item.id])}]}
    with translation.override("zh-hans"):
        assert hazards_of_premises(access, premises) == hazards_of_place(access, city.areas[COMMUNITY]) == lines
    box = (115.0, 30.0, 115.01, 30.01)
    assert [point.lon for point in hazards_in(access, box)] == [115.005]
    far = city.access["other_worker"]
    assert hazards_in(far, box) == []
    assert hazards_of_premises(far, premises) is None
    assert (open_hazards(access), open_hazards(far)) == (1, None)
    assert "premises" in ledgers()


def test_a_hazard_lies_somewhere_and_in_the_area_of_its_premises(city: TestCity) -> None:
    for more, field in (({"place": ""}, "place"), ({"premises": premises_of(city, FAR_COMMUNITY)}, "premises")):
        with pytest.raises(BadInput) as refused:
            hazard_of(city, **more)
        assert refused.value.field == field
    assert not Hazard.objects.exists()


def test_the_share_rectified_in_time_counts_deadlines_by_their_day(city: TestCity) -> None:
    flow = TestHazard()
    kept = flow.bring_to(city, "rectified")
    late = flow.bring_to(city, "told")
    end = now() + timedelta(days=40)
    with clock_at(now() + timedelta(days=20)):
        flow.attempt(city, "worker", late, "rectify", rectified())
    flow.bring_to(city, "dropped")
    scope = IndicatorScope(city.access["supervisor"], kept.begun_at, end)
    assert rectified_in_time(scope) == (1.0, 2.0)
    assert rectified_in_time(IndicatorScope(city.access["supervisor"], end, end)) == (0.0, 0.0)


class TestHazardForm(FormTests):
    good: ClassVar[Typed] = {
        "area": COMMUNITY,
        "place": "东门",
        "title": "消防通道堵塞",
        "severity": "grave",
        "note": "纸箱堆到二楼",
    }
    wrong: ClassVar = [
        ({"title": " "}, "title"), ({"title": "长" * 81}, "title"), ({"area": "nowhere"}, "area"), ({"severity": "x"}, "severity"),
        ({"place": ""}, "place"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["worker"]

    def address(self, city: TestCity) -> str:
        return "/safety/new/"

    def made(self) -> Iterable[Any]:
        return Hazard.objects.values_list("title", "place", "severity", "state")

    def expected(self, city: TestCity) -> Any:
        return ("消防通道堵塞", "东门", "grave", "found")


class TestHazards(ListTests):
    shown = HAZARDS
    address = "/safety/"
    most_statements = 9
    filters: ClassVar = [
        "?q=电线 1", f"?area={COMMUNITY}", "?severity=grave", "?found_from=DAY&found_to=DAY", "?state=told", "?waiting=1", "?mine=1",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        for number in range(count):
            who, area = ("worker", COMMUNITY) if number % 2 else ("supervisor", STREET)
            severity = ("grave", "slight")[number % 2]
            with clock_at(BUILT_AT if number % 5 == 0 else now()):
                item = hazard_of(city, who, area=city.areas[area], title=f"电线 {number // 2}", severity=severity)
            if number % 3 == 0:
                TestHazard().attempt(city, "supervisor", item, "tell", TOLD)
            elif who == "worker":
                TestHazard().attempt(city, "supervisor", item, "drop", Given(reason="不属于隐患"))

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        given = {name: words.replace("DAY", f"{local_day(now()):%Y-%m-%d}") for name, words in given.items()}
        return super().walk(access, count, **given)
