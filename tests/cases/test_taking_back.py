"""What was just sent is taken back: a look that is not needed, a check, a case at a unit that has not accepted it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.cases.public import Case, CaseClock, CaseFilter, list_cases
from linli.core.platform.public import NotAllowed, Refusal, clock_at, now, verify
from tests.access_table import signed_in
from tests.city import TestCity


def waiting(city: TestCity, who: str) -> set[int]:
    """The cases in somebody's queue."""
    return {row.id for row in list_cases(city.access[who], CaseFilter(mine=True)).rows}


def test_a_case_at_the_wrong_unit_comes_back_to_the_desk_and_its_time_runs_on(city: TestCity) -> None:
    begun = now()
    with clock_at(begun):
        case = city.bring_to("dispatched")
        due = case.due_at
        assert (case.id in waiting(city, "handler"), case.id in waiting(city, "dispatcher")) == (True, False)
    with clock_at(begun + timedelta(minutes=10)):
        case = city.do("dispatcher", case, "recall")
        assert (case.state, case.unit_id, case.dispatched_at) == ("filed", city.units["street_centre"].id, None)
        assert (case.return_count, case.clock_stage) == (0, "dispatch")
        assert (case.id in waiting(city, "handler"), case.id in waiting(city, "dispatcher")) == (False, True)
        with pytest.raises(Refusal):
            city.do("handler", case, "accept")
    with clock_at(begun + timedelta(minutes=30)):
        case = city.do("dispatcher", case, "dispatch")
        assert due is not None
        assert case.due_at is not None
        assert due <= case.due_at <= due + timedelta(hours=24)  # twenty minutes of the unit's own time were not counted
        again = CaseClock.objects.filter(case_id=case.id, stage="handle")
        assert len(again.get().intervals) == 2
    assert list(verify()) == []


def test_what_the_unit_has_accepted_is_not_recalled(city: TestCity) -> None:
    case = city.bring_to("handling")
    with pytest.raises(Refusal) as refused:
        city.do("dispatcher", case, "recall")
    assert refused.value.code == "not_in_this_state"
    assert Case.objects.get(id=case.id).state == "handling"


def test_a_look_called_off_leaves_the_report_at_the_desk_with_the_desks_clock(city: TestCity) -> None:
    before = city.report()
    case = city.do("acceptance", city.bring_to("confirming", case=before), "call_off_confirm")
    assert (case.state, case.checker_id, case.clock_stage, case.due_at) == ("reported", None, "file", before.due_at)
    assert [clock.stage for clock in CaseClock.objects.filter(case_id=case.id, stopped_at__isnull=True)] == ["file"]
    assert city.do("acceptance", case, "file", category_id=city.category().id).state == "filed"
    assert list(verify()) == []


def test_a_check_called_off_waits_for_the_verifier_again_and_not_by_who_handled_it(city: TestCity) -> None:
    case = city.bring_to("verifying")
    due = case.due_at
    with pytest.raises(NotAllowed):
        city.do("handler", case, "call_off_verify")
    case = city.do("verifier", case, "call_off_verify")
    assert (case.state, case.checker_id, case.clock_stage, case.due_at) == ("handled", None, "verify", due)
    assert case.id in waiting(city, "verifier")
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("who", "state", "action", "back"),
    [
        ("acceptance", "reported", "send_to_confirm", "call_off_confirm"),
        ("dispatcher", "filed", "dispatch", "recall"),
        ("verifier", "handled", "send_to_verify", "call_off_verify"),
    ],
)
def test_the_page_offers_the_way_back_to_who_took_the_step_and_one_press_takes_it(
    city: TestCity, who: str, state: str, action: str, back: str
) -> None:
    case = city.do(who, city.bring_to(state), action)
    page = reverse("case", args=[case.id]) + f"?done={action}"
    client = signed_in(Client(), city.users[who])
    form = re.search(
        rf'<form method="post" action="{reverse("case-action", args=[case.id, back])}".*?</form>',
        client.get(page).content.decode(),
        re.DOTALL,
    )
    assert form is not None
    fields = dict(re.findall(r'name="(effect_id|seen_seq)" value="([^"]+)"', form[0]))
    assert client.post(reverse("case-action", args=[case.id, back]), fields).status_code == 302
    assert Case.objects.get(id=case.id).state == state
    after = client.get(reverse("case", args=[case.id]) + f"?done={back}").content.decode()
    assert '<div class="toast">' in after
    assert "<form" not in re.findall(r'<div class="toast">.*?</div>', after, re.DOTALL)[0]  # the step itself asks anew
    other = signed_in(Client(), city.users["all_roles"])
    assert "toast" in other.get(page).content.decode()
    assert (
        f"/{back}/" not in re.findall(r'<div class="toast">.*?</div>', other.get(page).content.decode(), re.DOTALL)[0]
    )
