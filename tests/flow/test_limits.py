"""Limits of stages that a city chooses: for every flow by one table, from a day on, on the trail, for clocks that run as well."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.core.access.public import Role, create_user, grant_scope
from linli.core.cases.public import CASE
from linli.core.catalogue.models import StageLimit
from linli.core.catalogue.public import catalogue
from linli.core.flow.public import (
    Given,
    flows,
    limit_in_force,
    limit_to_come,
    may_be_chosen,
    set_limit,
    set_usual_limit,
)
from linli.core.flow.tasks import apply_limits
from linli.core.platform.models import AuditRecord
from linli.core.platform.public import SYSTEM, BadInput, clock_at, local_today, verify, work_off, write
from linli.subsystems.example.repair import REPAIR
from tests.access_table import signed_in
from tests.city import CITY, PASSWORD, TestCity
from tests.flow import test_repair

REPAIRS = test_repair.TestRepair()
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine in the morning of an ordinary week
TODAY = date(2026, 11, 23)


@pytest.fixture
def city_wide(city: TestCity) -> Client:
    """An administrator of the whole city, signed in."""
    user = create_user(
        SYSTEM, username="chooser", display_name="Chooser", unit=city.units["district_centre"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[CITY])
    return signed_in(Client(), user)


def applied(at: datetime = MONDAY) -> None:
    """The job of limits runs."""
    with clock_at(at), write(SYSTEM) as work:
        apply_limits(work, {})


def chosen(days: int, *, since: date = TODAY, stage: str = "mend") -> None:
    set_limit(SYSTEM, REPAIR, stage, valid_from=since, amount=Decimal(days), unit="work_day")


def test_the_usual_limits_are_those_of_the_flows_and_no_row_says_them(city: TestCity) -> None:
    assert not StageLimit.objects.exists()
    file, handle = limit_in_force(CASE, "file"), limit_in_force(CASE, "handle")
    assert (file.amount, file.unit, file.urgent_hours, file.since) == (Decimal(2), "work_hour", Decimal("0.5"), None)
    assert (handle.amount, handle.urgent_hours, handle.amber_share) == (None, Decimal(4), Decimal("0.80"))
    assert limit_in_force(REPAIR, "mend").amount == Decimal(5)


def test_what_a_city_chose_holds_for_new_items_of_that_stage_of_that_flow_only(city: TestCity) -> None:
    with clock_at(MONDAY):
        usual = REPAIRS.bring_to(city, "doing").due_at
        chosen(1)
        shorter = REPAIRS.bring_to(city, "doing").due_at
        other = REPAIRS.bring_to(city, "asked").due_at
    assert (usual, shorter) == (datetime(2026, 11, 30, 1, 0, tzinfo=UTC), datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    assert other == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def test_clocks_that_run_get_the_new_limit_with_what_was_granted_on_top_and_once(city: TestCity) -> None:
    with clock_at(MONDAY):
        plain, longer = REPAIRS.bring_to(city, "doing"), REPAIRS.bring_to(city, "doing")
        REPAIRS.attempt(city, "dispatcher", longer, "ask_extension", Given(reason="等雨停", amount=Decimal(2)))
        REPAIRS.attempt(city, "supervisor", longer, "grant_extension", Given())
        chosen(1)
    for _time in range(2):
        applied()
        assert REPAIRS.fresh(plain).due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
        assert REPAIRS.fresh(longer).due_at == datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
    with clock_at(MONDAY):
        set_usual_limit(SYSTEM, REPAIR, "mend", valid_from=TODAY)
    applied()
    assert REPAIRS.fresh(plain).due_at == datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    assert REPAIRS.fresh(longer).due_at == datetime(2026, 12, 2, 1, 0, tzinfo=UTC)


def test_granted_time_of_another_unit_keeps_the_limit_it_was_granted_on(city: TestCity) -> None:
    with clock_at(MONDAY):
        longer = REPAIRS.bring_to(city, "doing")
        REPAIRS.attempt(city, "dispatcher", longer, "ask_extension", Given(reason="等雨停", amount=Decimal(2)))
        REPAIRS.attempt(city, "supervisor", longer, "grant_extension", Given())
        due = REPAIRS.fresh(longer).due_at
        set_limit(SYSTEM, REPAIR, "mend", valid_from=TODAY, amount=Decimal(3), unit="calendar_day")
    applied()
    assert REPAIRS.fresh(longer).due_at == due


def test_a_paused_clock_waits_with_its_limit_until_it_runs_on(city: TestCity) -> None:
    with clock_at(MONDAY):
        case = city.bring_to("shelved")
        clock = CASE.tables.clock._default_manager.get(case_id=case.id, stage="handle")
        set_limit(SYSTEM, CASE, "handle", valid_from=TODAY, unit="work_day", amber_share=Decimal("0.5"))
    applied(MONDAY + timedelta(hours=3))
    waits = CASE.tables.clock._default_manager.get(id=clock.id)
    assert (waits.amber_share, waits.due_at, waits.amber_at) == (Decimal("0.50"), clock.due_at, clock.amber_at)
    assert CASE.model._default_manager.get(id=case.id).clock_state == "paused"


def test_a_choice_is_applied_by_the_worker_without_anybody_asking(city: TestCity) -> None:
    with clock_at(MONDAY):
        item = REPAIRS.bring_to(city, "doing")
        chosen(1)
        work_off()
    assert REPAIRS.fresh(item).due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def test_a_day_to_come_holds_from_that_day_on(city: TestCity) -> None:
    thursday = date(2026, 11, 26)
    with clock_at(MONDAY):
        chosen(1, since=thursday)
        item = REPAIRS.bring_to(city, "doing")
        assert item.due_at == datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
        coming = limit_to_come(REPAIR, "mend")
        assert coming is not None
        assert (coming.amount, coming.since) == (Decimal(1), thursday)
    applied()
    assert REPAIRS.fresh(item).due_at == datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
    then = MONDAY + timedelta(days=3)
    applied(then)
    assert REPAIRS.fresh(item).due_at == datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
    with clock_at(then):
        assert limit_in_force(REPAIR, "mend").since == thursday
        assert limit_to_come(REPAIR, "mend") is None


def test_an_urgent_case_has_the_urgent_limit_that_the_city_chose(city: TestCity) -> None:
    with clock_at(MONDAY):
        set_limit(
            SYSTEM, CASE, "file", valid_from=TODAY, amount=Decimal(4), unit="work_hour", urgent_hours=Decimal("0.25")
        )
        usual, urgent = city.report(), city.report(urgency="urgent")
    assert usual.due_at == MONDAY + timedelta(hours=6)  # four office hours with the pause of noon
    assert urgent.due_at == MONDAY + timedelta(minutes=15)


def test_every_choice_stands_in_the_trail_once_and_a_row_changed_behind_it_shows(city: TestCity) -> None:
    with clock_at(MONDAY):
        chosen(1)
        chosen(1)
        chosen(2)
        records = AuditRecord.objects.filter(subject_kind="stage_limit")
        assert [record.subject_id for record in records] == ["repair.mend 2026-11-23"] * 2
        assert StageLimit.objects.count() == 1
        assert list(verify()) == []
        StageLimit.objects.update(amount=99)
        assert [str(one) for one in verify()] != []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"amount": Decimal(0)}, "amount"), ({"amount": Decimal(1000)}, "amount"), ({"amount": Decimal("0.0001")}, "amount"),
        ({"unit": "moon"}, "unit"), ({"urgent_hours": Decimal(-1)}, "urgent_hours"), ({"amber_share": Decimal("1.2")}, "amber_share"),
        ({"valid_from": date(2026, 11, 22)}, "valid_from"), ({"valid_from": date(2030, 1, 1)}, "valid_from"), ({"amount": None}, "amount"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(city: TestCity, wrong: dict[str, Any], field: str) -> None:
    given = {"valid_from": TODAY, "amount": Decimal(1), "unit": "work_day", **wrong}
    with clock_at(MONDAY), pytest.raises(BadInput) as refused:
        set_limit(SYSTEM, REPAIR, "mend", **given)
    assert refused.value.field == field
    assert not StageLimit.objects.exists()


def typed(**more: str) -> dict[str, str]:
    return {
        "amount": "3", "unit": "work_hour", "urgent_hours": "0.5", "amber_share": "70",
        "valid_from": local_today().isoformat(), "effect_id": str(uuid4()), **more,
    }  # fmt: skip


def test_the_page_lists_every_stage_and_takes_a_choice_of_who_may_choose_for_the_city(city_wide: Client) -> None:
    page = city_wide.get("/settings/limits/").content.decode()
    for flow in flows().values():
        for stage in flow.stages:
            assert (f"/settings/limits/{flow.code}/{stage}/" in page) == may_be_chosen(flow, stage)
    assert city_wide.get("/settings/").content.decode().count("/settings/limits/") == 1
    sent = city_wide.post("/settings/limits/case/file/", typed())
    assert (sent.status_code, sent.headers["Location"]) == (302, "/settings/limits/?saved=case.file")
    held = limit_in_force(CASE, "file")
    assert (held.amount, held.unit, held.urgent_hours, held.amber_share) == (
        3,
        "work_hour",
        Decimal("0.5"),
        Decimal("0.70"),
    )
    assert "3 工作时" in city_wide.get("/settings/limits/").content.decode()
    again = city_wide.post("/settings/limits/case/file/", {"usual": "1", **typed()})
    assert again.status_code == 302
    assert limit_in_force(CASE, "file").since is None


def test_handling_has_no_amount_to_choose_and_a_wrong_form_keeps_what_was_typed(city_wide: Client) -> None:
    assert 'name="amount"' not in city_wide.get("/settings/limits/case/handle/").content.decode()
    assert city_wide.post("/settings/limits/case/handle/", typed(urgent_hours="6")).status_code == 302
    assert limit_in_force(CASE, "handle").urgent_hours == Decimal(6)
    wrong = city_wide.post("/settings/limits/leave/decide/", typed(amount="0", valid_from="2020-01-01"))
    assert wrong.status_code == 422
    assert 'value="2020-01-01"' in wrong.content.decode()
    assert "urgent_hours" not in wrong.content.decode()


def test_who_administers_a_district_changes_no_limit(city: TestCity) -> None:
    client = signed_in(Client(), city.users["administrator"])
    assert client.get("/settings/limits/").status_code == 403
    assert client.post("/settings/limits/case/file/", typed()).status_code == 403
    assert catalogue().limits == {}
