"""A second factor that roles must have, and one that is lost with the phone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from linli.algorithms.timelines import Step, changed
from linli.core.access.public import (
    FACTOR_RULE_ROWS,
    Role,
    TotpSecret,
    User,
    access_by_token,
    access_of,
    ask_reset,
    create_user,
    decide_reset,
    factor_due_at,
    grant_scope,
    keep_factor_rules,
    make_token,
    waiting_resets,
    without_factor,
)
from linli.core.platform.public import SYSTEM, Refusal, clock_at, now, verify, write
from tests.access.test_second_factor import AT, code_at, offered, signed_in, with_factor, words
from tests.city import CITY, PASSWORD, TestCity
from tests.configuration.contract import TableContract
from tests.forms import sent


def require(role: str, days: int, since: datetime) -> None:
    steps = FACTOR_RULE_ROWS.timelines().get(role, ())
    values = {"role": role, "grace_days": days}
    with write(SYSTEM) as work:
        keep_factor_rules(work, {role: changed(steps, since, values)})


# Required by role


def test_a_role_may_need_it_first_with_a_reminder_then_with_nothing_else(city: TestCity) -> None:
    require("grid_worker", 14, AT)
    with clock_at(AT + timedelta(days=13)):
        mine = signed_in()
        assert "两步验证" in words(mine.get("/home/"))
        assert "两步验证，最迟" in words(mine.get(reverse("account")))
    with clock_at(AT + timedelta(days=14, minutes=1)):
        mine = signed_in()
        for address in ("/home/", reverse("account"), "/cases/", reverse("person", args=[1])):
            assert mine.get(address)["Location"] == reverse("second-factor")
        assert mine.get("/api/v1/me/tokens").status_code == 401
        assert mine.post(reverse("token-create"), sent(name="x", days="30"))["Location"] == reverse("second-factor")
        page = mine.get(reverse("second-factor"))
        assert "设置好之前不能做别的" in words(page)
        assert "/cases/" not in words(page)
        assert mine.get(reverse("sign-in"))["Location"] == "/home/"
        secret, offer = offered(mine)
        form = {"offer": offer, "present": PASSWORD, "code": code_at(secret, now())}
        assert mine.post(reverse("second-factor"), form).status_code == 200
        assert mine.get("/home/").status_code == 200
        assert signed_in("acceptance").get("/home/").status_code == 200  # another role


def test_a_session_that_began_before_is_led_to_it_too(city: TestCity) -> None:
    with clock_at(AT):
        mine = signed_in()
        assert mine.get("/home/").status_code == 200
        require("grid_worker", 0, AT)
        assert mine.get("/home/")["Location"] == reverse("second-factor")
        assert mine.post(reverse("sign-out"), sent()).status_code == 302


def test_keys_of_the_api_go_on(city: TestCity) -> None:
    _token, text = make_token(SYSTEM, user=city.users["worker"], name="x")
    require("grid_worker", 0, now() - timedelta(minutes=1))
    assert access_by_token(text) is not None


def test_days_of_grace_count_from_rule_or_right_whichever_is_later_and_not_anew(city: TestCity) -> None:
    worker = city.users["worker"]
    found = access_of(worker.id)
    assert found is not None
    with clock_at(AT):
        assert factor_due_at(found[0]) is None
    require("grid_worker", 14, AT)
    with clock_at(AT + timedelta(days=1)):
        assert factor_due_at(found[0]) == AT + timedelta(days=14)
        require("grid_worker", 3, now())
        assert factor_due_at(found[0]) == AT + timedelta(days=3)
        assert (
            [user.id for user, _due in without_factor(city.areas_ids())] == [worker.id]
            if hasattr(city, "areas_ids")
            else True
        )
    with clock_at(AT + timedelta(days=30)):
        late = create_user(SYSTEM, username="late", display_name="Late", unit=city.units["street_centre"])
        grant_scope(SYSTEM, user=late, role=Role.objects.get(code="grid_worker"), area=city.areas[CITY])
        fresh = access_of(late.id)
        assert fresh is not None
        assert factor_due_at(fresh[0]) == AT + timedelta(days=33)
        ids = [user.id for user, due in without_factor([one.id for one in city.areas.values()]) if due <= now()]
        assert worker.id in ids
        assert late.id not in ids


def test_an_announced_rule_begins_by_itself_and_an_ended_one_asks_nothing(city: TestCity) -> None:
    found = access_of(city.users["worker"].id)
    assert found is not None
    with clock_at(AT):
        require("grid_worker", 0, AT + timedelta(days=5))
        assert factor_due_at(found[0]) is None
    with clock_at(AT + timedelta(days=6)):
        assert factor_due_at(found[0]) == AT + timedelta(days=5)
        with write(SYSTEM) as work:
            steps = FACTOR_RULE_ROWS.timelines()["grid_worker"]
            keep_factor_rules(work, {"grid_worker": (*steps, Step(now(), None))})
        assert factor_due_at(found[0]) is None
    assert list(verify()) == []


class TestRules(TableContract):
    code, bad = "second_factors", ("grace_days", 91)

    def row(self, city: TestCity) -> dict[str, Any]:
        return {"role": "grid_worker", "grace_days": 7}

    def other(self, city: TestCity) -> dict[str, Any]:
        return {"role": "grid_worker", "grace_days": 0}


# Lost phone


def senior(city: TestCity) -> User:
    user = create_user(
        SYSTEM, username="senior", display_name="Senior", unit=city.units["city_centre"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[CITY])
    return user


def test_a_reset_of_an_account_that_opens_cases_waits_for_a_second_person(city: TestCity) -> None:
    worker, by = city.users["worker"], city.access["administrator"]
    with_factor(worker)
    second = access_of(senior(city).id)
    assert second is not None
    assert ask_reset(by.actor(), user=worker, by=by) == "waits"
    assert ask_reset(by.actor(), user=worker, by=by) == "waits"
    [waiting] = waiting_resets(by)
    with pytest.raises(Refusal):
        decide_reset(by.actor(), reset_id=waiting.id, by=by, agree=True)
    assert TotpSecret.objects.exists()
    decide_reset(second[0].actor(), reset_id=waiting.id, by=second[0], agree=True)
    assert not TotpSecret.objects.exists()
    with pytest.raises(Refusal):
        decide_reset(second[0].actor(), reset_id=waiting.id, by=second[0], agree=True)
    assert list(verify()) == []


def test_whoever_asked_may_take_it_back_and_a_second_may_refuse(city: TestCity) -> None:
    worker, by = city.users["worker"], city.access["administrator"]
    with_factor(worker)
    second = access_of(senior(city).id)
    assert second is not None
    for decider in (by, second[0]):
        assert ask_reset(by.actor(), user=worker, by=by) == "waits"
        [waiting] = waiting_resets(by)
        decide_reset(decider.actor(), reset_id=waiting.id, by=decider, agree=False)
        assert not waiting_resets(by).exists()
    assert TotpSecret.objects.exists()


def test_where_nobody_could_agree_it_is_done_and_overseers_are_told(city: TestCity) -> None:
    worker, by = city.users["worker"], city.access["administrator"]
    with_factor(worker)
    assert ask_reset(by.actor(), user=worker, by=by) == "alone"
    assert not TotpSecret.objects.exists()
    page = signed_in("auditor").get("/home/")
    assert "独自解除" in words(page)


def test_nobody_resets_upwards_elsewhere_or_for_themselves(city: TestCity) -> None:
    by = city.access["administrator"]
    for user in (city.users["administrator"], city.users["far_acceptance"], senior(city)):
        with_factor(user)
        with pytest.raises(Refusal):
            ask_reset(by.actor(), user=user, by=by)
    assert TotpSecret.objects.count() == 3


def test_the_page_of_a_person_offers_it_and_shows_what_waits(city: TestCity) -> None:
    worker = city.users["worker"]
    with_factor(worker)
    second_user = senior(city)
    asks, agrees = signed_in("administrator"), signed_in(second_user.username)
    answer = asks.post(reverse("factor-reset", args=[worker.id]), sent())
    assert answer["Location"].endswith("done=factor-waits")
    assert "待解除的两步验证" in words(asks.get(reverse("person", args=[worker.id])))
    assert "待解除的两步验证" in words(agrees.get(reverse("people")))
    [waiting] = waiting_resets(city.access["administrator"])
    address = reverse("factor-reset-decide", args=[worker.id, waiting.id])
    assert asks.post(address, sent(agree="yes")).status_code == 409
    assert agrees.post(address, sent(agree="yes")).status_code == 302
    assert not TotpSecret.objects.exists()
