"""Steps that save steps: passing and closing at once, who is asked to look, what usually comes next, what a leader says."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from linli.core.access.public import Role, access_of, create_user, grant_scope
from linli.core.cases.public import (
    Case,
    CaseClock,
    CaseFile,
    CaseFilter,
    checkers_of,
    list_cases,
    possible,
    progress_of,
    visible,
)
from linli.core.catalogue.public import keep_stage_limit
from linli.core.platform.public import SYSTEM, BadInput, Refusal, local_today
from tests.access_table import signed_in
from tests.city import COMMUNITY, PASSWORD, TestCity


def waiting(city: TestCity, who: str) -> set[int]:
    """The cases in somebody's queue."""
    return {row.id for row in list_cases(city.access[who], CaseFilter(mine=True)).rows}


@pytest.mark.parametrize("state", ["handled", "verifying"])
def test_a_verifier_who_went_and_looked_closes_in_one_step(city: TestCity, state: str) -> None:
    case = city.do("verifier", city.bring_to(state), "pass_and_close", note="看过了，干净", files=(city.photo(),))
    assert (case.state, case.in_time) == ("closed", True)
    assert not CaseClock.objects.filter(case_id=case.id, stopped_at__isnull=True).exists()
    progress = progress_of(case.tracking)
    assert progress is not None
    assert progress.answer is not None
    assert progress.answer.words == "看过了，干净"
    assert progress.steps[-1].action == "pass_and_close"
    assert CaseFile.objects.filter(case_id=case.id, is_public=True).count() == 2  # of the result, and of the look at it
    assert case.closed_at is not None


def test_a_city_may_ask_for_two_people(city: TestCity) -> None:
    today = local_today()
    keep_stage_limit(SYSTEM, flow="case", stage="close", valid_from=today, with_verification=False)
    case = city.bring_to("verifying")
    assert "pass_and_close" not in {row.action for row in possible(case, city.access["verifier"])}
    with pytest.raises(Refusal) as told:
        city.do("verifier", case, "pass_and_close")
    assert told.value.code == "two_people"


def test_who_is_asked_by_name_has_it_waiting_and_nobody_else(city: TestCity) -> None:
    case = city.bring_to("handled")
    case = city.do("verifier", case, "send_to_verify", checker_id=city.users["worker"].id)
    assert case.checker_id == city.users["worker"].id
    assert case.id in waiting(city, "worker")
    assert case.id not in waiting(city, "verifier")
    case = city.do("worker", case, "verify_pass")
    assert case.checker_id is None
    assert case.id in waiting(city, "verifier")


def test_without_a_name_it_waits_for_everybody_who_may(city: TestCity) -> None:
    case = city.do("verifier", city.bring_to("handled"), "send_to_verify")
    assert case.checker_id is None
    assert case.id in waiting(city, "worker") & waiting(city, "verifier")


def test_a_verifier_asked_by_name_has_what_the_worker_of_the_grid_then_has_not(city: TestCity) -> None:
    case = city.do("verifier", city.bring_to("handled"), "send_to_verify", checker_id=city.users["verifier"].id)
    assert case.id in waiting(city, "verifier")
    assert case.id not in waiting(city, "worker")


def test_only_who_may_look_there_is_asked_and_never_who_handled_it(city: TestCity) -> None:
    case = city.bring_to("handled")
    assert [one.id for one in checkers_of(case, "send_to_verify")] == [
        city.users[who].id for who in ("worker", "verifier")
    ]
    for who in ("other_worker", "handler", "all_roles", "acceptance"):
        with pytest.raises(BadInput) as told:
            city.do("verifier", case, "send_to_verify", checker_id=city.users[who].id)
        assert told.value.field == "checker"
    with pytest.raises(BadInput) as unknown:
        city.do("verifier", case, "send_to_verify", checker_id=999_999)
    assert unknown.value.sentence == told.value.sentence


def test_the_look_before_filing_names_somebody_too(city: TestCity) -> None:
    case = city.do("acceptance", city.report(), "send_to_confirm", checker_id=city.users["worker"].id)
    assert case.id in waiting(city, "worker")
    assert case.id not in waiting(city, "acceptance")
    assert city.do("worker", case, "confirm", found=True).checker_id is None


def primary(city: TestCity, who: str, case: Case) -> list[str]:
    """The green buttons of the case page for somebody."""
    page = signed_in(Client(), city.users[who]).get(f"/cases/{case.id}/").content.decode()
    return re.findall(r'button--primary" formaction="/cases/\d+/do/(\w+)/', page)


@pytest.mark.parametrize(
    ("who", "state", "expected"),
    [
        ("acceptance", "reported", ["file"]), ("acceptance", "filed", []), ("dispatcher", "filed", ["dispatch"]),
        ("handler", "dispatched", ["accept"]), ("handler", "handling", ["hand_over"]), ("dispatcher", "handling", []),
        ("verifier", "handled", ["pass_and_close"]), ("worker", "verifying", ["verify_pass"]), ("verifier", "verified", ["close"]),
        ("supervisor", "closed", []), ("supervisor", "handling", []), ("leader", "handling", []),
    ],
)  # fmt: skip
def test_the_green_button_is_what_usually_comes_next(city: TestCity, who: str, state: str, expected: list[str]) -> None:
    assert primary(city, who, city.bring_to(state)) == expected


def test_a_leader_instructs_and_the_unit_reads_it_first(city: TestCity) -> None:
    case = city.do("leader", city.bring_to("handling"), "instruct", note="今天之内办好，晚上向我报告")
    assert (case.state, case.instruct_count) == ("handling", 1)
    page = signed_in(Client(), city.users["handler"]).get(f"/cases/{case.id}/").content.decode()
    assert page.index("今天之内办好") < page.index('<dl class="facts">')
    assert "今天之内办好" not in signed_in(Client(), city.users["leader"]).get("/cases/").content.decode()
    assert "批示" in signed_in(Client(), city.users["leader"]).get("/cases/").content.decode()


def test_a_reopened_case_carries_its_mark_and_the_reason(city: TestCity) -> None:
    case = city.do("supervisor", city.bring_to("closed"), "reopen", reason="还有一半没清")
    client = signed_in(Client(), city.users["dispatcher"])
    assert "还有一半没清" in client.get(f"/cases/{case.id}/").content.decode().split('<dl class="facts">')[0]
    assert "重办" in client.get("/queue/").content.decode()


def test_a_community_officer_sees_the_ground_of_the_community_and_reports(city: TestCity) -> None:
    user = create_user(
        SYSTEM, username="officer", display_name="社区工作者", unit=city.units["community_office"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="community_officer"), area=city.areas[COMMUNITY])
    found = access_of(user.id)
    assert found is not None
    here, elsewhere = city.report(grid=0), city.report(grid=2)
    assert set(visible(found[0]).values_list("id", flat=True)) == {here.id}
    assert elsewhere.community_id != here.community_id
    client = signed_in(Client(), user)
    for page in ("/cases/report/", "/map/", f"/cases/{here.id}/"):
        assert client.get(page).status_code == 200
