"""The inbox: what waits over all flows, who is told of a step, and the letters."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.core.access.public import User
from linli.core.flow.public import Given
from linli.core.inbox import waiting as waiting_module
from linli.core.inbox.public import Letters, Notice, choose, kinds_of, notices_of, read_all, unread_count, waiting_for
from linli.core.inbox.tasks import mail_notices
from linli.core.platform.models import Message
from linli.core.platform.public import SYSTEM, clock_at, now, work_off, write
from linli.subsystems.example.models import Repair
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity
from tests.flow.test_repair import TestRepair

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # a Monday, twelve o'clock in the city


def told(city: TestCity, who: str) -> list[tuple[str, str]]:
    return [(one.what, one.title) for one in notices_of(city.access[who])[0]]


def test_everything_that_waits_stands_in_one_list_by_its_clock(city: TestCity) -> None:
    with clock_at(NOON):
        repair = TestRepair().bring_to(city, "asked")  # two work days
        late = city.bring_to("filed")  # hours
        rows = waiting_for(city.access["dispatcher"], now()).rows
    assert [(one.flow, one.id) for one in rows] == [("case", late.id), ("repair", repair.id)]
    assert [one.title for one in rows] == ["路口有垃圾", "河边"]
    assert rows[1].url == f"/example/repairs/{repair.id}/"
    counted = {one.flow: one.count for one in kinds_of(city.access["dispatcher"])}
    assert (counted["case"], counted["repair"]) == (1, 1)
    assert waiting_for(city.access["other_handler"], now()).rows == []


def test_one_kind_is_read_in_pages_without_gap_or_double(city: TestCity) -> None:
    ids = []
    for number in range(7):
        with clock_at(NOON + timedelta(hours=number // 2)):  # some are due at the same moment
            ids.append(TestRepair().bring_to(city, "asked").id)
    Repair.objects.filter(id__in=ids[5:]).update(due_at=None, clock_state="done")
    access, found, cursor = city.access["dispatcher"], [], ""
    while True:
        page = waiting_for(access, NOON, kind="repair", cursor=cursor, rows_per_page=2)
        found += [one.id for one in page.rows]
        cursor = page.next_cursor
        if not cursor:
            break
    assert found == ids
    assert [one.id for one in waiting_for(access, NOON, kind="repair", cursor="nonsense_x").rows] == ids


def test_statements_do_not_grow_with_what_waits(city: TestCity) -> None:
    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            kinds_of(city.access["dispatcher"])
            waiting_for(city.access["dispatcher"], now())
        return len(asked)

    TestRepair().bring_to(city, "asked")
    city.bring_to("filed")
    few = statements()
    for _n in range(5):
        TestRepair().bring_to(city, "asked")
    assert statements() == few


def test_statements_do_not_grow_with_the_kinds_of_things(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty further flows of which nothing waits cost no statement; each of which something shows costs the one that reads it."""
    access = city.access["dispatcher"]

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            kinds_of(access)
            waiting_for(access, now())
        return len(asked)

    city.bring_to("filed")
    few, known = statements(), dict(waiting_module.flows())
    repair = known["repair"]
    held = {row.action: repair.permission(row.action) for row in repair.rows}
    empty = {f"repair{n}": dataclasses.replace(repair, code=f"repair{n}", permissions=held) for n in range(20)}
    monkeypatch.setattr(waiting_module, "flows", lambda: known | empty)
    assert len(kinds_of(access)) >= 20
    assert statements() == few == 3
    TestRepair().bring_to(city, "asked")
    assert statements() == few + 1 + len(empty)  # all of them read the same table


def test_who_asked_is_told_once_what_became_of_it_and_nobody_of_their_own_doing(city: TestCity) -> None:
    TestRepair().bring_to(city, "done")
    work_off()
    work_off()
    assert told(city, "worker") == [("维修单 · 已修好", "河边")]
    assert told(city, "dispatcher") == []
    own = TestRepair().bring_to(city, "asked")
    TestRepair().attempt(city, "worker", own, "withdraw", Given(reason="已好"))
    work_off()
    assert len(told(city, "worker")) == 1


def test_who_is_asked_by_name_to_look_is_told_whom_the_case_forgets_later(city: TestCity) -> None:
    case = city.do("acceptance", city.report(), "send_to_confirm", checker_id=city.users["worker"].id)
    city.do("worker", case, "confirm", found=True)  # the case names nobody any more when the job runs
    work_off()
    assert told(city, "worker") == [("案卷 · 派人核实", "路口有垃圾")]


def test_what_one_does_not_see_any_more_has_no_words(city: TestCity) -> None:
    item = TestRepair().bring_to(city, "done")
    work_off()
    Repair.objects.filter(id=item.id).update(begun_by_id=None, area_id=city.areas["990102001001"].id)
    assert told(city, "worker") == [("维修单 · 已修好", "已不在您的查看范围")]


def test_the_bell_counts_what_is_new_until_it_was_read(city: TestCity) -> None:
    TestRepair().bring_to(city, "done")
    work_off()
    client = signed_in(Client(), city.users["worker"])
    assert unread_count(city.access["worker"]) == 1
    assert '<span class="badge">1</span>' in client.get("/home/").content.decode()
    page = client.get("/inbox/notices/").content.decode()
    newest = Notice.objects.get().id
    assert f'name="up_to" value="{newest}"' in page
    assert client.post("/inbox/notices/read/", {"effect_id": str(uuid4()), "up_to": newest}).status_code == 302
    assert unread_count(city.access["worker"]) == 0
    assert '<span class="badge">' not in client.get("/home/").content.decode()


def test_statements_do_not_grow_with_the_notices(city: TestCity) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            notices_of(city.access["worker"])
        return len(asked)

    TestRepair().bring_to(city, "done")
    work_off()
    one = statements()
    for _n in range(3):
        TestRepair().bring_to(city, "done")
    work_off()
    assert len(told(city, "worker")) == 4
    assert statements() == one == 2


def test_reading_what_others_were_told_is_not_possible(city: TestCity) -> None:
    TestRepair().bring_to(city, "done")
    work_off()
    assert read_all(city.access["dispatcher"].actor(), access=city.access["dispatcher"], up_to=10**6) == 0
    assert unread_count(city.access["worker"]) == 1


def mails(at: datetime) -> list[dict[str, Any]]:
    with clock_at(at), write(SYSTEM) as work:
        mail_notices(work, {})
    return [{"template": one.template} for one in Message.objects.filter(template="inbox.notices")]


@pytest.mark.parametrize(
    ("letters", "hour", "sent"),
    [("none", 12, 0), ("soon", 12, 1), ("soon", 22, 0), ("soon", 6, 0), ("daily", 7, 0), ("daily", 12, 1)],
)
def test_letters_go_as_chosen_and_never_in_quiet_hours(city: TestCity, letters: str, hour: int, sent: int) -> None:
    access = city.access["worker"]
    User.objects.filter(id=access.user_id).update()
    user = User.objects.get(id=access.user_id)
    user.mail = "worker@example.org"
    user.save()
    choose(access.actor(), access=access, letters=letters, quiet_from=time(20), quiet_to=time(7, 30))
    with clock_at(NOON):
        TestRepair().bring_to(city, "done")
        work_off()
    at = NOON + timedelta(days=1, hours=hour - 12)
    assert len(mails(at)) == sent
    assert len(mails(at + timedelta(minutes=5))) == sent  # the same notices are not mailed again
    assert Letters(letters)


def test_the_page_of_the_inbox_says_what_waits_and_when_nothing_does(city: TestCity) -> None:
    TestRepair().bring_to(city, "asked")
    page = signed_in(Client(), city.users["dispatcher"]).get("/inbox/").content.decode()
    assert "河边" in page
    assert 'href="/inbox/?kind=repair"' in page
    empty = signed_in(Client(), city.users["other_handler"]).get("/inbox/").content.decode()
    assert "没有待办" in empty or "没有等" in empty
    assert COMMUNITY
