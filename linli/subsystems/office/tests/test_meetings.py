"""Meetings: the flow with what every flow does, lists and forms, and what is its own: minutes, decisions, the tasks that they become."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from pypdf import PdfReader

from linli.core.access.public import Access, Role, User, access_of, create_user, grant_scope
from linli.core.flow.public import Given, Transition, act
from linli.core.inbox.public import TASK, Notice, Task, waiting_for
from linli.core.platform.public import SYSTEM, BadInput, NotAllowed, Refusal, clock_at, now, work_off
from linli.subsystems.office.meetings.flow import MEETING, call_meeting
from linli.subsystems.office.meetings.lists import DECISIONS, MEETINGS
from linli.subsystems.office.models import Decision, Invitation, Meeting
from tests.city import COMMUNITY, PASSWORD, TestCity
from tests.desk.inherited import FormTests, ListTests, Typed, browser
from tests.flow.contract import FlowContract

ZONE = ZoneInfo("Asia/Shanghai")
HELD = datetime(2026, 3, 2, 14, 0, tzinfo=ZONE)
RUN = {"leader"}
INVITED = ("supervisor", "verifier")


def meeting_of(city: TestCity, who: str = "leader", invited: tuple[str, ...] = INVITED, **more: Any) -> Meeting:
    """A meeting that `who` calls."""
    access, given = city.access[who], {"title": "周例会", "begins_at": HELD, "place": "三楼会议室", **more}
    people = [city.users[one].id for one in invited]
    return call_meeting(access.actor(), access=access, uuid=uuid4(), invited=people, **given)


def written(city: TestCity, **more: Any) -> Given:
    """Minutes with two decisions."""
    decisions = (
        {"what": "修好楼道灯", "doer": city.users["verifier"].id, "by_day": date(2026, 3, 9)},
        {"what": "清理河边垃圾", "doer": city.users["worker"].id, "by_day": date(2026, 3, 20)},
    )
    values = {"minutes": "讨论了两件事。", "came": (city.users["supervisor"].id,), "decisions": decisions, **more}
    return Given(values=values)


class TestMeeting(FlowContract):
    """A meeting that the leader of the street called; the leader writes, the supervisor approves."""

    flow = MEETING
    LEADS = {
        "move": ({"called"}, None), "cancel": ({"called"}, "cancelled"), "hold": ({"called"}, "held"), "write": ({"held"}, None),
        "submit": ({"held"}, "minuted"), "approve": ({"minuted"}, "approved"), "give_back": ({"minuted"}, "held"),
        "escalate": ({"held", "minuted"}, None),
    }  # fmt: skip
    MAY = {
        **dict.fromkeys(("move", "cancel", "hold", "write", "submit"), RUN), "approve": {"supervisor", "all_roles"},
        "give_back": {"supervisor", "all_roles"}, "escalate": {"SYSTEM"},
    }  # fmt: skip

    def bring_to(self, city: TestCity, state: str) -> Meeting:
        item = meeting_of(city)
        held: list[tuple[str, str, Given]] = [("leader", "hold", Given())]
        minuted = [*held, ("leader", "write", written(city)), ("leader", "submit", Given())]
        steps = {
            "called": [], "cancelled": [("leader", "cancel", Given(reason="改期"))], "held": held, "minuted": minuted,
            "approved": [*minuted, ("supervisor", "approve", Given())],
        }  # fmt: skip
        for who, action, given in steps[state]:
            item = self.attempt(city, who, item, action, given)
        return item

    def given(self, city: TestCity, item: Meeting, row: Transition) -> Given:
        own = {
            "write": written(city),
            "move": Given(values={"begins_at": HELD + timedelta(minutes=30), "place": "二楼"}),
        }
        return own.get(row.action) or Given(**dict.fromkeys(row.needs, "说明"))

    def prepare(self, city: TestCity, item: Meeting, action: str) -> None:
        if action == "submit":
            self.attempt(city, "leader", item, "write", written(city))


def approved(city: TestCity) -> Meeting:
    """A meeting whose minutes stand."""
    return TestMeeting().bring_to(city, "approved")


def test_each_decision_becomes_a_task_of_who_it_names_when_another_approves(city: TestCity) -> None:
    meeting = TestMeeting().bring_to(city, "minuted")
    assert not Task.objects.exists()
    with pytest.raises(NotAllowed) as refused:
        TestMeeting().attempt(city, "leader", meeting, "approve", Given())
    assert refused.value.code == "own_minutes"
    with clock_at(datetime(2026, 3, 12, 9, 0, tzinfo=ZONE)):
        TestMeeting().attempt(city, "supervisor", meeting, "approve", Given())
    tasks = Task.objects.order_by("due_on").values_list("subject", "assignee_id", "giver_id", "due_on", "about_id")
    verifier, worker, giver = (city.users[who].id for who in ("verifier", "worker", "supervisor"))
    assert list(tasks) == [
        ("修好楼道灯", verifier, giver, date(2026, 3, 12), meeting.id),  # late already: due on the day of the approval
        ("清理河边垃圾", worker, giver, date(2026, 3, 20), meeting.id),
    ]
    assert [one.title for one in waiting_for(city.access["worker"], now(), kind="task").rows] == ["清理河边垃圾"]


def test_what_became_of_a_decision_is_what_became_of_its_task(city: TestCity) -> None:
    with clock_at(datetime(2026, 3, 5, 9, 0, tzinfo=ZONE)):
        approved(city)
        light, shore = Decision.objects.order_by("place")
        access = city.access["verifier"]
        act(TASK, access.actor(), light.task_id or 0, "done", Given(note="换了"), uuid=uuid4(), access=access)
        assert outcomes(city) == {"修好楼道灯": "done", "清理河边垃圾": "open"}
    with clock_at(datetime(2026, 3, 21, 9, 0, tzinfo=ZONE)):
        assert outcomes(city) == {"修好楼道灯": "done", "清理河边垃圾": "late"}
        page = browser(city.access["supervisor"]).get(f"/office/meetings/{shore.meeting_id}/").content.decode()
        decided = page.partition('id="decisions-title"')[2].partition("</section>")[0]
        assert [decided.count(f"clock--{shape}") for shape in ("done", "red", "on_time")] == [1, 1, 0]
        giver = city.access["supervisor"]
        act(TASK, giver.actor(), shore.task_id or 0, "withdraw", Given(reason="不再需要"), uuid=uuid4(), access=giver)
        assert outcomes(city)["清理河边垃圾"] == "dropped"


def outcomes(city: TestCity) -> dict[str, str]:
    """Each decision that the supervisor sees, with what became of it, as programs read it."""
    items = DECISIONS.data(city.access["supervisor"], {})["items"]
    return {item["what"]: item["outcome"] for item in items}


def test_who_was_invited_sees_the_meeting_and_who_does_something_of_it_once_it_is_approved(city: TestCity) -> None:
    def seen(meeting: Meeting) -> set[str]:
        found = {who for who, access in city.access.items() if MEETING.visible(access).filter(id=meeting.id).exists()}
        assert found == {who for who, access in city.access.items() if MEETING.may_view(meeting, access)}
        return found - {"all_roles"}

    meeting = TestMeeting().bring_to(city, "minuted")
    assert seen(meeting) == {"leader", "supervisor", "verifier"}
    assert seen(TestMeeting().attempt(city, "supervisor", meeting, "approve", Given())) == {
        "leader",
        "supervisor",
        "verifier",
        "worker",
    }


def test_people_are_told_that_they_are_invited_and_of_what_is_given_to_them(city: TestCity) -> None:
    meeting = meeting_of(city)
    work_off()
    told = Notice.objects.filter(flow="meeting", item_id=meeting.id, action="call").values_list("user_id", flat=True)
    assert set(told) == {city.users[who].id for who in INVITED}


def test_who_came_stays_as_it_was_written_last_and_decisions_with_it(city: TestCity) -> None:
    meeting = TestMeeting().bring_to(city, "minuted")
    meeting = TestMeeting().attempt(city, "supervisor", meeting, "give_back", Given(reason="少了一项"))
    one = ({"what": "只剩这一项", "doer": city.users["verifier"].id, "by_day": date(2026, 3, 9)},)
    came = (city.users["verifier"].id,)
    TestMeeting().attempt(city, "leader", meeting, "write", written(city, decisions=one, came=came))
    assert list(Decision.objects.values_list("what", flat=True)) == ["只剩这一项"]
    said = dict(Invitation.objects.values_list("user_id", "came"))
    assert said == {city.users["supervisor"].id: False, city.users["verifier"].id: True}


def test_what_cannot_be_meant_is_refused_with_its_field(city: TestCity) -> None:
    with pytest.raises(BadInput) as refused:
        meeting_of(city, invited=("leader",))
    assert (refused.value.field, Meeting.objects.count()) == ("invited", 0)
    meeting = TestMeeting().bring_to(city, "held")
    early = ({"what": "先办", "doer": city.users["verifier"].id, "by_day": date(2026, 3, 1)},)
    with pytest.raises(BadInput) as refused:
        TestMeeting().attempt(city, "leader", meeting, "write", written(city, decisions=early))
    assert (refused.value.field, Decision.objects.count()) == ("decisions", 0)
    with pytest.raises(Refusal, match="先写"):
        TestMeeting().attempt(city, "leader", meeting, "submit", Given())
    later = meeting_of(city, begins_at=now() + timedelta(days=2))
    with pytest.raises(Refusal, match="另一天"):
        TestMeeting().attempt(city, "leader", later, "hold", Given())


def test_who_writes_the_minutes_may_be_another_than_who_called(city: TestCity) -> None:
    meeting = meeting_of(city, recorder_id=city.users["acceptance"].id)
    assert set(meeting.invited_ids) == {city.users[who].id for who in (*INVITED, "acceptance")}
    for action, given in (("hold", Given()), ("write", written(city)), ("submit", Given())):
        meeting = TestMeeting().attempt(city, "acceptance", meeting, action, given)
    assert TestMeeting().attempt(city, "leader", meeting, "approve", Given()).state == "approved"


@pytest.mark.skipif(not Path("/usr/share/fonts/opentype/noto").is_dir(), reason="needs fonts-noto-cjk")
def test_minutes_are_printed_with_what_was_decided_and_say_while_they_are_a_draft(city: TestCity) -> None:
    meeting = TestMeeting().bring_to(city, "held")
    client = browser(city.access["supervisor"])
    address = f"/office/meetings/{meeting.id}/minutes.pdf"
    assert client.get(address).status_code == 404
    odd = '#panic("x") *不是标记*'
    meeting = TestMeeting().attempt(city, "leader", meeting, "write", written(city, minutes=odd))
    assert all(words in printed(client, address) for words in (odd, "草稿", "修好楼道灯", "Verifier", "三楼会议室"))
    meeting = TestMeeting().attempt(city, "leader", meeting, "submit", Given())
    TestMeeting().attempt(city, "supervisor", meeting, "approve", Given())
    final = printed(client, address)
    assert "草稿" not in final
    assert "Supervisor" in final
    assert browser(city.access["other_worker"]).get(address).status_code == 404


def printed(client: Any, address: str) -> str:
    """The text of a PDF, without its breaks."""
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages).replace("\n", "")


def secretary(city: TestCity) -> Access:
    """The secretary of the first community, whose role is the department's own."""
    unit = city.units["community_office"]
    user = create_user(SYSTEM, username="secretary", display_name="Secretary", unit=unit, password=PASSWORD)
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="registrar"), area=city.areas[COMMUNITY])
    found = access_of(user.id)
    assert found is not None
    city.users["secretary"] = User.objects.get(id=user.id)
    return found[0]


class TestMeetings(ListTests):
    shown = MEETINGS
    address = "/office/meetings/"
    most_statements = 9
    filters: ClassVar = [
        "?q=例会 1", "?waiting=1", "?mine=1", "?state=held", f"?area={COMMUNITY}", "?days_from=2026-03-02&days_to=2026-03-04",
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        return city.access["leader"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        if "secretary" not in city.users:
            city.access["secretary"] = secretary(city)
        begun = Meeting.objects.count()
        for number in range(begun, begun + count):
            who = "secretary" if number % 3 == 0 else "leader"
            item = meeting_of(city, who, title=f"例会 {number}", begins_at=HELD + timedelta(days=number))
            if number % 2:
                TestMeeting().attempt(city, who, item, "hold", Given())


class TestDecisions(ListTests):
    shown = DECISIONS
    address = "/office/meetings/decisions/"
    most_statements = 9
    filters: ClassVar = ["?q=事项 1", "?mine=1", "?open=1", "?outcome=done", "?days_from=2026-03-02&days_to=2026-03-08"]

    def who(self, city: TestCity) -> Access:
        return city.access["supervisor"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def walk(self, access: Access, count: int = 3, **given: str) -> list[int]:
        with clock_at(datetime(2026, 3, 6, 9, 0, tzinfo=ZONE)):
            return super().walk(access, count, **given)

    def grow(self, city: TestCity, count: int) -> None:
        doers = [city.users[who].id for who in ("supervisor", "verifier")]
        begun = Decision.objects.count()
        rows = tuple(
            {"what": f"事项 {number}", "doer": doers[number % 2], "by_day": date(2026, 3, 2) + timedelta(days=number)}
            for number in range(begun, begun + count)
        )
        with clock_at(datetime(2026, 3, 2, 17, 0, tzinfo=ZONE)):
            item = TestMeeting().bring_to(city, "held")
            TestMeeting().attempt(city, "leader", item, "write", written(city, decisions=rows))
            TestMeeting().attempt(city, "leader", item, "submit", Given())
            TestMeeting().attempt(city, "supervisor", item, "approve", Given())
            for one in Decision.objects.filter(meeting=item)[::3]:
                doer = next(access for access in city.access.values() if access.user_id == one.doer_id)
                act(TASK, doer.actor(), one.task_id or 0, "done", Given(note="办了"), uuid=uuid4(), access=doer)


class TestMeetingForm(FormTests):
    good: ClassVar[Typed] = {
        "title": "周例会", "begins_at": "2026-03-02T14:00", "place": "三楼会议室", "agenda": "一、楼道灯", "invited": [], "recorder": "",
    }  # fmt: skip
    wrong: ClassVar = [
        ({"title": " "}, "title"), ({"begins_at": "2026-03-02"}, "begins_at"), ({"place": ""}, "place"), ({"invited": ["99999"]}, "invited"),
        ({"invited": []}, "invited"), ({"recorder": "99999"}, "recorder"),
    ]  # fmt: skip

    def who(self, city: TestCity) -> Access:
        type(self).good = {**self.good, "invited": [str(city.users["verifier"].id), str(city.users["supervisor"].id)]}
        return city.access["leader"]

    def address(self, city: TestCity) -> str:
        self.who(city)
        return "/office/meetings/new/"

    def made(self) -> list[Any]:
        return [
            (one.title, one.begins_at, one.place, one.agenda, sorted(one.invited_ids)) for one in Meeting.objects.all()
        ]

    def expected(self, city: TestCity) -> Any:
        people = sorted(city.users[who].id for who in INVITED)
        return ("周例会", HELD, "三楼会议室", "一、楼道灯", people)
