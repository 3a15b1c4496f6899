"""What was sent and arrived: letters and notices, one's own and, with the permission, those of the people of one's areas."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

import pytest

from linli.core.access.public import Access
from linli.core.inbox.public import GIVEN_NOTICES, LETTERS, Notice
from linli.core.platform.public import SYSTEM, Message, clock_at, now, write
from tests.city import TestCity
from tests.desk.inherited import ListTests, browser

from .test_task import task_of


def letter(city: TestCity, who: str, number: int = 0, **changed: Any) -> Message:
    """A letter about new notices to somebody; `changed` is what became of it."""
    key = f"test:{who}:{number}:{Message.objects.count()}"
    with write(SYSTEM) as work:
        work.send("mail", f"{who}@example.cn", "inbox.notices", {"count": 3}, key=key, user_id=city.users[who].id)
    Message.objects.filter(key=key).update(**changed)
    return Message.objects.get(key=key)


class TestLetters(ListTests):
    shown = LETTERS
    address = "/inbox/sent/"
    most_statements = 9
    filters: ClassVar = ["?mine=1", "?state=failed", "?days_from=2026-11-24&days_to=2026-11-26"]

    def who(self, city: TestCity) -> Access:
        return city.access["administrator"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        begun = Message.objects.count()
        for number in range(begun, begun + count):
            with clock_at(now().replace(year=2026, month=11, day=23) + timedelta(days=number)):
                letter(
                    city,
                    ("administrator", "worker", "leader")[number % 3],
                    number,
                    state=("sent", "failed")[number % 2],
                )


class TestGivenNotices(ListTests):
    shown = GIVEN_NOTICES
    address = "/inbox/sent/notices/"
    most_statements = 10
    filters: ClassVar = ["?mine=1", "?unread=1", "?days_from=2026-11-24&days_to=2026-11-26"]

    def who(self, city: TestCity) -> Access:
        return city.access["administrator"]

    def somebody_else(self, city: TestCity) -> Access:
        return city.access["other_worker"]

    def grow(self, city: TestCity, count: int) -> None:
        begun = Notice.objects.count()
        for number in range(begun, begun + count):
            at = now().replace(year=2026, month=11, day=23) + timedelta(days=number)
            who = ("administrator", "worker", "leader")[number % 3]
            Notice.objects.create(
                user_id=city.users[who].id, at=at, flow="task", item_id=task_of(city).id, seq=number + 1, action="give",
                read_at=at if number % 2 else None,
            )  # fmt: skip


def test_everybody_sees_their_own_and_who_may_those_of_their_areas(city: TestCity) -> None:
    rows = {who: letter(city, who).id for who in ("worker", "other_worker", "far_acceptance")}
    for who, seen in (
        ("worker", {"worker"}), ("leader", set()), ("administrator", {"worker", "other_worker"}), ("auditor", set(rows)),
    ):  # fmt: skip
        found = set(LETTERS.rows(city.access[who]).values_list("id", flat=True))
        assert found == {rows[one] for one in seen}, who


@pytest.mark.parametrize("who", ["worker", "auditor"])
def test_the_page_says_why_a_letter_did_not_arrive_and_hides_the_address(city: TestCity, who: str) -> None:
    letter(city, "worker", state="failed", attempts=5, error="550 no mailbox worker@example.cn")
    page = browser(city.access[who]).get("/inbox/sent/").content.decode()
    assert "发送失败" in page
    assert "550 no mailbox w***@example.cn" in page
    assert "worker@example.cn" not in page
    data = browser(city.access[who]).get("/api/v1/inbox/letters").json()["items"][0]
    assert (data["state"], data["attempts"], data["address"]) == ("failed", 5, "w***@example.cn")
    assert "worker@example.cn" not in str(data)


def test_a_letter_whose_time_is_over_still_says_that_it_was_sent(city: TestCity) -> None:
    letter(city, "worker", state="sent", envelope="")
    page = browser(city.access["worker"]).get("/inbox/sent/").content.decode()
    assert "已送达" in page


def test_a_notice_says_no_heading_to_who_does_not_see_the_item(city: TestCity) -> None:
    task = task_of(city, subject="机密任务")
    Notice.objects.create(
        user_id=city.users["verifier"].id, at=now(), flow="task", item_id=task.id, seq=1, action="give"
    )
    assert "机密任务" in browser(city.access["verifier"]).get("/inbox/sent/notices/").content.decode()
    page = browser(city.access["administrator"]).get("/inbox/sent/notices/").content.decode()
    assert "机密任务" not in page
    assert "Verifier" in page
