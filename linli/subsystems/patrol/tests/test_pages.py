"""The pages of patrols through HTTP: what a lead and a worker do, and what their pages cost."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from linli.core.access.public import Access, User
from linli.core.cases.public import Case
from linli.core.platform.public import clock_at, forget_all
from linli.subsystems.patrol.public import Check, CheckPoint, PatrolPlan, PointPlan, Round
from tests.access_table import signed_in
from tests.city import COMMUNITY, TestCity

from .test_closing import run_job
from .walks import at, check, patrol_lead, plan_of, start


def browser(access: Access) -> Client:
    return signed_in(Client(), User.objects.get(id=access.user_id))


def plan_form(**changes: object) -> dict[str, object]:
    return {
        "effect_id": str(uuid4()), "name": "晨间巡查", "area": COMMUNITY, "grid": "G1", "days": "every_day",
        "first": ["08:00", "14:00", ""], "last": ["11:30", "17:30", ""], "valid_from": "2026-03-04",
        "points": "东门，115.002，30.002\n\n配电房\t115.004\t30.004",
    } | changes  # fmt: skip


def test_a_lead_makes_a_plan_marks_a_point_and_takes_one_out(city: TestCity) -> None:
    client = browser(patrol_lead(city))
    with clock_at(at("06:00")):
        form = plan_form()
        first, again = (client.post(reverse("patrol:new-plan"), form) for _ in range(2))
        assert first.status_code == again.status_code == 302
        assert first.headers["Location"] == again.headers["Location"]
        plan = PatrolPlan.objects.get()
        assert [point.name for point in plan.points.order_by("order")] == ["东门", "配电房"]
        marked = {"effect_id": str(uuid4()), "name": "西门", "lon": "115.006", "lat": "30.006"}
        client.post(reverse("patrol:new-point", args=[plan.id]), marked)
        gone = CheckPoint.objects.get(name="东门")
        client.post(reverse("patrol:take-point-out", args=[plan.id, gone.id]), {"effect_id": str(uuid4())})
        page = client.get(reverse("patrol:plan", args=[plan.id])).content.decode()
    assert "西门" in page
    assert "东门" not in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": "东门 115.002 30.002"}, "第 1 行"),
        ({"points": "塔山,115.045,30.005"}, "塔山社区"),
        ({"first": ["09:00"], "last": ["08:00"]}, "15 分钟"),
        ({"valid_from": "04.03.2026"}, "2026-11-21"),
        ({"valid_to": "2026-03-01"}, "早于"),
        ({"name": "  "}, "填写这一项"),
        ({"effect_id": "x"}, "编号"),
    ],
)
def test_a_form_that_cannot_be_meant_comes_back_with_what_was_typed(
    city: TestCity, change: dict[str, object], words: str
) -> None:
    client = browser(patrol_lead(city))
    with clock_at(at("06:00")):
        answer = client.post(reverse("patrol:new-plan"), plan_form(**change), headers={"accept-language": "zh"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PatrolPlan.objects.exists()


def test_a_worker_walks_a_round_on_the_phone(city: TestCity) -> None:
    client = browser(city.access["worker"])
    plan = plan_of(patrol_lead(city))
    first, second = plan.points.order_by("order")
    with clock_at(at("08:15")):
        begun = client.post(reverse("patrol:start", args=[plan.id]), {"effect_id": str(uuid4())})
        walked = Round.objects.get()
        assert begun.headers["Location"] == reverse("patrol:round", args=[walked.id])
        address = reverse("patrol:point", args=[walked.id, first.id])
        far = client.post(address, {"effect_id": str(uuid4()), "lon": "115.009", "lat": "30.009", "found": "no"})
        assert far.status_code == 422
        assert "东门" in far.content.decode()
        wordless = {"effect_id": str(uuid4()), "code": first.code, "found": "yes"}
        assert client.post(address, wordless).status_code == 422
        found = {"effect_id": str(uuid4()), "code": first.code, "found": "yes", "finding": "路灯不亮"}
        assert [client.post(address, found).status_code for _ in range(2)] == [302, 302]
        assert (Check.objects.count(), Case.objects.count()) == (1, 1)
        page = client.get(reverse("patrol:round", args=[walked.id])).content.decode()
        assert reverse("patrol:point", args=[walked.id, second.id]) in page
        assert address not in page
        ended = client.post(
            reverse("patrol:round-do", args=[walked.id, "end"]), {"effect_id": str(uuid4()), "seen_seq": "1"}
        )
        assert ended.headers["Location"] == reverse("patrol:round", args=[walked.id]) + "?done=end"
        taken_up = reverse("patrol:round-do", args=[walked.id, "take_up"])
        assert taken_up in client.get(reverse("patrol:round", args=[walked.id])).content.decode()
        client.post(taken_up, {"effect_id": str(uuid4()), "seen_seq": "2"})
        assert (
            reverse("patrol:point", args=[walked.id, second.id])
            in client.get(ended.headers["Location"]).content.decode()
        )
    walked.refresh_from_db()
    assert (walked.state, walked.seq) == ("walking", 3)


def test_todays_rounds_stand_first_and_of_the_closed_ones_the_five_newest(city: TestCity) -> None:
    lead = patrol_lead(city)
    plan = plan_of(lead)
    run_job(at("20:00", days=2))
    with clock_at(at("20:00", days=2)):
        page = (
            browser(lead)
            .get(reverse("patrol:plan", args=[plan.id]), headers={"accept-language": "en"})
            .content.decode()
        )
    shown, folded = page.split('<details class="card__foot', 1)
    assert shown.index(">Today<") < shown.index(">Check points<") < shown.index(">The last 14 days<")
    assert shown.split(">The last 14 days<")[1].count("0 / 2") == 5
    assert "1 older round<" in folded
    assert folded.count("0 / 2") == 1


def statements(client: Client, address: str) -> int:
    forget_all()
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_what_pages_ask_of_the_database_stays_flat_while_rows_grow(city: TestCity) -> None:
    lead, worker = patrol_lead(city), city.access["worker"]
    plan = plan_of(lead)
    as_lead, as_worker = browser(lead), browser(worker)
    with clock_at(at("08:15")):
        check(worker, start(worker, plan))
    run_job(at("12:00"))
    with clock_at(at("14:05")):
        walked = start(worker, plan)
        check(worker, walked)
    addresses = [
        (as_lead, reverse("patrol:plans")), (as_lead, reverse("patrol:plan", args=[plan.id])),
        (as_worker, reverse("patrol:today")), (as_worker, reverse("patrol:round", args=[walked.id])),
    ]  # fmt: skip
    with clock_at(at("14:10")):
        before = [statements(client, address) for client, address in addresses]
    for number in range(6):
        plan_of(
            lead,
            name=f"计划 {number}",
            points=tuple(PointPlan(f"点 {n}", 115.001 + n / 1000, 30.001) for n in range(4)),
        )
    with clock_at(at("14:15")):
        check(worker, walked, 1)
    run_job(at("16:00"))
    with clock_at(at("14:20")):
        after = [statements(client, address) for client, address in addresses]
    assert Case.objects.count() > 20
    assert after == before
    assert max(after) <= 15
