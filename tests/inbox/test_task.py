"""A task: the flow with what every flow does, its list, its form, and what is its own: the day, who may be given one, what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

import pytest

from linli.core.access.public import Access
from linli.core.flow.public import Given, Transition
from linli.core.inbox.public import TASK, TASKS, About, Task, give_task, notices_of, waiting_for
from linli.core.platform.public import BadInput, Taken, clock_at, local_today, now, work_off
from tests.city import TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser
from tests.flow.contract import FlowContract

MONDAY_NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # twelve o'clock in the city
TUESDAY = date(2026, 11, 24)


class Colleague:
    """Stands for what a chooser gives."""

    def __init__(self, user_id: int) -> None:
        self.user_id = user_id


def task_of(city: TestCity, who: str = "leader", to: str = "verifier", **more: Any) -> Task:
    """A task that `who` gives; leader, verifier, dispatcher and acceptance are of one unit."""
    access = city.access[who]
    given: dict[str, Any] = {"subject": "检查井盖", "due": local_today() + timedelta(days=30), "uuid": uuid4(), **more}
    if "unit_id" not in given:
        given["assignee_id"] = city.users[to].id
    return give_task(access.actor(), access=access, **given)


class TestTask(FlowContract):
    """A task that the leader of the street gave to the verifier of the same unit."""

    flow = TASK
    LEADS = {
        "take": ({"offered"}, "open"), "done": ({"open"}, "done"), "decline": ({"open"}, "stuck"), "again": ({"stuck"}, "open"),
        "redo": ({"done"}, "open"), "hand_over": ({"offered", "open", "stuck"}, "open"),
        "hand_on": ({"offered", "open", "stuck"}, None), "withdraw": ({"offered", "open", "stuck"}, "withdrawn"),
        "escalate": ({"offered", "open", "stuck"}, None),
    }  # fmt: skip
    # The dispatcher, the acceptance clerk and the supervisor hold `task.give` over the street, and `all_roles` all of it.
    CHIEFS: ClassVar = {"leader", "supervisor", "dispatcher", "acceptance", "all_roles"}
    MAY = {
        "take": {"leader", "verifier", "dispatcher", "acceptance"}, "done": {"verifier", "SYSTEM"}, "decline": {"verifier"},
        "again": {"leader"}, "redo": {"leader"}, "withdraw": {"leader", "SYSTEM"},
        "hand_over": {"verifier", "SYSTEM", *CHIEFS},
        "hand_on": CHIEFS, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def may(self, action: str, who: str, state: str) -> bool:
        """An offered task is nobody's yet, so whoever will do it cannot hand it over."""
        return who in self.MAY[action] and not (action == "hand_over" and who == "verifier" and state == "offered")

    def bring_to(self, city: TestCity, state: str) -> Task:
        if state == "offered":
            return task_of(city, unit_id=city.units["street_centre"].id)
        item = task_of(city)
        steps = {
            "open": [], "stuck": [("verifier", "decline", Given(reason="钥匙不在"))],
            "done": [("verifier", "done", Given(note="已检查"))], "withdrawn": [("leader", "withdraw", Given(reason="不用了"))],
        }  # fmt: skip
        for who, action, given in steps[state]:
            item = self.attempt(city, who, item, action, given)
        return item

    def given(self, city: TestCity, item: Task, row: Transition) -> Given:
        to = "dispatcher" if item.assignee_id != city.users["dispatcher"].id else "verifier"
        values = {
            "assignee": Colleague(city.users[to].id),
            "giver": Colleague(city.users["dispatcher"].id),
            "due": local_today() + timedelta(days=40),
        }
        words = dict.fromkeys(set(row.needs) & {"reason", "note"}, "说明")
        return Given(**words, values={name: value for name, value in values.items() if name in row.needs})

    def test_who_declines_has_it_off_their_list_and_it_waits_for_who_gave_it(self, city: TestCity) -> None:
        item = self.bring_to(city, "stuck")
        assert [one.id for one in waiting_for(city.access["leader"], now(), kind="task").rows] == [item.id]
        assert waiting_for(city.access["verifier"], now(), kind="task").rows == []

    def test_who_gets_it_handed_over_does_it_and_whoever_had_it_does_not(self, city: TestCity) -> None:
        item = self.bring_to(city, "open")
        given = Given(reason="休假", values={"assignee": Colleague(city.users["acceptance"].id)})
        item = self.attempt(city, "verifier", item, "hand_over", given)
        assert item.assignee_id == city.users["acceptance"].id
        facts = TASK.tables.event._default_manager.filter(**TASK.key_of(item.id)).latest("seq").facts
        assert (facts["former"], facts["assignee"]) == (city.users["verifier"].id, city.users["acceptance"].id)
        assert self.attempt(city, "acceptance", item, "done", Given(note="好了")).state == "done"

    def test_nobody_hands_it_to_whom_they_do_not_reach_nor_to_whoever_has_it(self, city: TestCity) -> None:
        item = self.bring_to(city, "open")
        for to in ("administrator", "verifier"):
            given = Given(reason="忙", values={"assignee": Colleague(city.users[to].id)})
            with pytest.raises(BadInput) as refused:
                self.attempt(city, "verifier", item, "hand_over", given)
            assert refused.value.field == "assignee"

    def test_what_is_given_once_more_is_due_on_the_new_day(self, city: TestCity) -> None:
        with clock_at(MONDAY_NOON):
            item = task_of(city, due=TUESDAY)
            self.attempt(city, "verifier", item, "done", Given(note="好了"))
            assert self.fresh(item).clock_state == "done"
            with pytest.raises(BadInput) as refused:
                self.attempt(city, "leader", item, "redo", Given(reason="不行", values={"due": date(2026, 11, 22)}))
            assert refused.value.field == "due"
            item = self.attempt(city, "leader", item, "redo", Given(reason="不行", values={"due": date(2026, 11, 25)}))
        assert item.due_at == datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
        assert item.ended_at is None


def test_who_does_it_may_say_how_many_hours_it_took_and_what_is_done_again_took_more(city: TestCity) -> None:
    item, contract = task_of(city), TestTask()
    for wrong in (Decimal(0), Decimal(-1), Decimal(501)):
        with pytest.raises(BadInput) as refused:
            contract.attempt(city, "verifier", item, "done", Given(note="好了", amount=wrong))
        assert refused.value.field == "amount"
    contract.attempt(city, "verifier", item, "done", Given(note="好了", amount=Decimal("1.5")))
    contract.attempt(city, "leader", item, "redo", Given(reason="漏了", values={"due": local_today()}))
    contract.attempt(city, "verifier", item, "done", Given(note="好了", amount=Decimal(2)))
    assert contract.fresh(item).hours_used == Decimal("3.5")


def test_a_task_is_due_when_the_office_closes_on_its_day_and_in_its_last_minute_where_it_does_not_work(
    city: TestCity,
) -> None:
    with clock_at(MONDAY_NOON):
        assert task_of(city, due=TUESDAY).due_at == datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # 18:00
        assert task_of(city, due=date(2026, 11, 28)).due_at == datetime(2026, 11, 28, 15, 59, tzinfo=UTC)  # a Saturday
    with clock_at(datetime(2026, 11, 24, 11, 0, tzinfo=UTC)):  # after closing time
        assert task_of(city, due=TUESDAY).due_at == datetime(2026, 11, 24, 15, 59, tzinfo=UTC)
        with pytest.raises(BadInput) as refused:
            task_of(city, due=date(2026, 11, 23))
    assert refused.value.field == "due"


def test_one_gives_tasks_to_oneself_and_ones_unit_and_with_the_permission_to_ones_area(city: TestCity) -> None:
    assert task_of(city, "worker", "worker").state == "open"
    assert task_of(city, "worker", "clerk").state == "open"
    assert task_of(city, "leader", "worker").unit_id == city.units["community_office"].id
    for giver, doer in (("worker", "leader"), ("leader", "other_worker"), ("verifier", "worker")):
        with pytest.raises(BadInput) as refused:
            task_of(city, giver, doer)
        assert refused.value.field == "assignee"
    with pytest.raises(BadInput) as refused:
        task_of(city, "worker", unit_id=city.units["street_centre"].id)
    assert refused.value.field == "unit"
    assert task_of(city, unit_id=city.units["community_office"].id).state == "offered"


def test_a_task_for_both_or_nobody_is_refused(city: TestCity) -> None:
    for chosen in (
        {"unit_id": None, "assignee_id": None},
        {"unit_id": city.units["street_centre"].id, "assignee_id": 1},
    ):
        with pytest.raises(BadInput) as refused:
            task_of(city, **chosen)
        assert refused.value.field == "assignee"


def test_a_task_of_a_unit_waits_for_its_people_until_one_takes_it_on(city: TestCity) -> None:
    item = task_of(city, unit_id=city.units["community_office"].id)
    waits = [who for who in city.users if waiting_for(city.access[who], now(), kind="task").rows]
    assert set(waits) == {"worker", "clerk"}
    TestTask().attempt(city, "clerk", item, "take", Given())
    waits = [who for who in city.users if waiting_for(city.access[who], now(), kind="task").rows]
    assert waits == ["clerk"]
    assert TASK.may_view(TestTask().fresh(item), city.access["worker"])  # a colleague sees who has it


def test_what_it_is_about_is_seen_by_the_giver_and_shown_to_who_may_see_it(city: TestCity) -> None:
    case = city.bring_to("filed")
    item = task_of(city, "leader", "worker", about=About("case", case.id))
    page = browser(city.access["worker"]).get(f"/tasks/{item.id}/").content.decode()
    assert f'<a href="/cases/{case.id}/">' in page
    with pytest.raises(BadInput) as refused:
        task_of(city, "other_worker", "other_worker", about=About("case", case.id))
    assert refused.value.field == "about"
    hidden = task_of(city, "leader", "worker", about=About("case", city.report("acceptance", grid=2).id))
    page = browser(city.access["worker"]).get(f"/tasks/{hidden.id}/").content.decode()
    assert "/cases/" not in page.split("<main", 1)[1]


def test_both_sides_are_told(city: TestCity) -> None:
    item = task_of(city)
    work_off()
    assert [one.title for one in notices_of(city.access["verifier"])[0]] == ["检查井盖"]
    TestTask().attempt(city, "verifier", item, "done", Given(note="好了"))
    work_off()
    assert [one.url for one in notices_of(city.access["leader"])[0]] == [f"/tasks/{item.id}/"]


def test_the_same_uuid_gives_one_task(city: TestCity) -> None:
    uuid = uuid4()
    task_of(city, uuid=uuid)
    with pytest.raises(Taken):
        task_of(city, uuid=uuid)
    assert Task.objects.count() == 1


class TestTasks(ListTests):
    shown = TASKS
    address = "/tasks/"
    most_statements = 10
    filters: ClassVar = [
        "?q=三", "?waiting=1", "?mine=1", "?given=1", "?unit=1", "?state=done", "?days_from=2026-11-24&days_to=2026-11-25",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        begun = Task.objects.count()
        with clock_at(MONDAY_NOON):
            for number in range(begun, begun + count):
                who, to = (("leader", "worker"), ("acceptance", "leader"), ("leader", "verifier"))[number % 3]
                item = task_of(
                    city, who, to, due=TUESDAY + timedelta(days=number), subject="第三件" if number % 4 else "其他"
                )
                if to == "verifier":
                    TestTask().attempt(city, "verifier", item, "done", Given(note="好了"))


class TestTaskForm(FormTests):
    good: ClassVar[Typed] = {
        "subject": "检查井盖",
        "assignee": "",
        "due": f"{datetime.now(UTC).year + 2}-11-24",
        "note": "逐个看",
        "unit": "",
        "grid": "G1",
    }
    wrong: ClassVar = [
        ({"subject": " "}, "subject"), ({"assignee": "9999"}, "assignee"), ({"assignee": ""}, "assignee"), ({"due": "2020-01-01"}, "due"),
        ({"due": "2099-11-24"}, "due"),
        ({"due": ""}, "due"), ({"unit": "street_centre"}, "assignee"), ({"grid": "G9"}, "grid"), ({"about": "case:99"}, ""),
        ({"about": "x"}, ""),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        type(self).good = {**self.good, "assignee": str(city.users["worker"].id)}
        return city.access["leader"]

    def address(self, city: TestCity) -> str:
        self.who(city)
        return "/tasks/new/"

    def made(self) -> list[Any]:
        return list(Task.objects.values_list("subject", "assignee_id", "due_on", "area__code", "state"))

    def expected(self, city: TestCity) -> Any:
        return ("检查井盖", city.users["worker"].id, date(datetime.now(UTC).year + 2, 11, 24), "990101001001", "open")

    def stranger(self, city: TestCity) -> None:
        """Every member of the staff may give one."""


def test_the_form_says_what_the_task_will_be_about(city: TestCity) -> None:
    case = city.bring_to("filed")
    page = browser(city.access["leader"]).get(f"/tasks/new/?about=case:{case.id}").content.decode()
    assert "路口有垃圾" in page
    assert f'value="case:{case.id}"' in page
    stranger = browser(city.access["other_worker"]).get(f"/tasks/new/?about=case:{case.id}").content.decode()
    assert "路口有垃圾" not in stranger
