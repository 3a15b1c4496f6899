"""Workers on grids: given, ended and handed over, several at once or none, by page, by file and by programs."""

from __future__ import annotations

import io
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from linli.core.access.public import make_token
from linli.core.exchange.public import DeclaredSource, How, Report, bring_in, declaration_of, guessed, opened, take_back
from linli.core.grids.public import Grid
from linli.core.platform.public import SYSTEM, ImportAsked, NotAllowed, Refusal, now, verify
from linli.core.staff.public import GridAssignment, assign_to_grids, end_assignments, hand_over, staff_of, worker_of
from tests.access_table import signed_in
from tests.api.caller import Caller
from tests.city import COMMUNITY, SECOND_COMMUNITY, TestCity
from tests.forms import sent


def grid(code: str) -> Grid:
    return Grid.objects.get(code=code)


def names(code: str) -> set[tuple[str, str, str]]:
    return {(one.name, one.force, one.post) for one in staff_of(grid(code).id)}


def held(user_id: int) -> list[int]:
    return list(GridAssignment.objects.filter(user_id=user_id, valid_to__isnull=True).values_list("id", flat=True))


def test_the_base_force_is_one_grid_and_other_forces_several_all_or_none(city: TestCity) -> None:
    clerk = city.users["clerk"]
    with pytest.raises(Refusal):
        assign_to_grids(SYSTEM, user=clerk, grids=[grid("G2"), grid("G3")], force="base", post="worker")
    assert held(clerk.id) == []
    assign_to_grids(SYSTEM, user=clerk, grids=[grid("G2"), grid("G3")], force="professional", post="worker")
    assert len(held(clerk.id)) == 2
    again = assign_to_grids(SYSTEM, user=clerk, grids=[grid("G2")], force="professional", post="worker")
    assert [one.id for one in again] == held(clerk.id)[:1]


def test_posts_are_handed_over_from_one_instant_on_all_or_none(city: TestCity) -> None:
    clerk, leader = city.users["clerk"], city.users["leader"]
    assign_to_grids(SYSTEM, user=clerk, grids=[grid("G2"), grid("G3")], force="professional", post="worker")
    ids = held(clerk.id)
    hand_over(SYSTEM, ids=ids, to=leader)
    assert held(clerk.id) == []
    assert worker_of(grid("G2").id) == leader.id
    ended = GridAssignment.objects.filter(id__in=ids).values_list("valid_to", flat=True)
    assert set(ended) == set(GridAssignment.objects.filter(id__in=held(leader.id)).values_list("valid_from", flat=True))
    # the base worker of another grid takes over nothing of the base force, and nobody loses theirs
    base = held(city.users["worker"].id)
    with pytest.raises(Refusal):
        hand_over(SYSTEM, ids=base, to=city.users["other_worker"])
    assert held(city.users["worker"].id) == base
    assert verify() == []


def test_nobody_is_put_on_or_taken_off_grids_of_another_district(city: TestCity) -> None:
    by = city.access["administrator"]
    with pytest.raises(NotAllowed):
        assign_to_grids(
            by.actor(), user=city.users["worker"], grids=[grid("G5")], force="response", post="worker", by=by
        )
    far = assign_to_grids(SYSTEM, user=city.users["worker"], grids=[grid("G5")], force="response", post="worker")
    with pytest.raises(NotAllowed):
        end_assignments(by.actor(), ids=[far[0].id], by=by)
    assert far[0].id in held(city.users["worker"].id)


def page(city: TestCity, **query: str) -> str:
    client = signed_in(Client(), city.users["administrator"])
    return unescape(client.get(reverse("staffing"), query).content.decode())


def test_the_page_shows_gaps_households_and_load(city: TestCity) -> None:
    listed = page(city)
    assert listed.index("柳荫社区") > 0
    assert "塔山社区" not in listed
    shown = page(city, area=COMMUNITY)
    assert "第1网格" in shown
    assert "Worker" in shown
    assert "400 户" in shown


def test_a_post_is_given_and_ended_on_the_page_and_a_bad_form_says_what_to_mend(city: TestCity) -> None:
    client, clerk = signed_in(Client(), city.users["administrator"]), city.users["clerk"]
    form = {"person": str(clerk.id), "force": "base", "post": "worker", "grids": "G3"}
    nobody = client.post(reverse("staffing-assign", args=[SECOND_COMMUNITY]), sent(**(form | {"grids": ""})))
    assert nobody.status_code == 422
    elsewhere = client.post(reverse("staffing-assign", args=[SECOND_COMMUNITY]), sent(**(form | {"grids": "G5"})))
    assert (elsewhere.status_code, held(clerk.id)) == (422, [])
    client.post(reverse("staffing-assign", args=[SECOND_COMMUNITY]), sent(**form))
    assert names("G3") == {("Clerk", "base", "worker")}
    again = client.post(reverse("staffing-assign", args=[COMMUNITY]), sent(**(form | {"grids": "G2"})))
    assert again.status_code == 409
    assert "G3" in unescape(again.content.decode())
    move = {"posts": str(held(clerk.id)[0]), "what": "hand"}
    unsaid = client.post(reverse("staffing-move", args=[SECOND_COMMUNITY]), sent(**move))
    assert unsaid.status_code in (400, 422)
    assert names("G3")
    client.post(
        reverse("staffing-move", args=[SECOND_COMMUNITY]), sent(**(move | {"to": str(city.users["leader"].id)}))
    )
    assert names("G3") == {("Leader", "base", "worker")}
    client.post(reverse("staffing-move", args=[SECOND_COMMUNITY]), sent(posts=str(held(city.users["leader"].id)[0]), what="end"))  # fmt: skip
    assert names("G3") == set()


HEAD = "网格编码,登录名,岗位,力量\n"


def take(rows: list[str], head: str = HEAD, **how: Any) -> Report:
    given, report = opened(io.BytesIO((head + "\n".join(rows) + "\n").encode()), "staff.csv"), Report()
    declared = declaration_of("grid-staff")
    source = DeclaredSource(declared, guessed(declared, given.table.columns), ImportAsked(access=None, now=now()))
    bring_in(source, given, report, How(**how))
    return report


def test_a_table_of_workers_and_grids_is_brought_in_and_taken_back(city: TestCity) -> None:
    rows = ["G2,clerk,,", "G3,Leader,网格长,", "第3网格,leader,网格员,一员多格", "G1,worker,网格员,基础力量"]
    report = take(rows)
    assert (report.added, report.unchanged, report.faults.count) == (3, 1, 0)
    assert names("G3") == {("Leader", "professional", "head"), ("Leader", "professional", "worker")}
    assert take(rows).added == 0
    assert take_back(report.import_id or 0).stay == 0
    assert names("G2") == names("G3") == set()
    assert names("G1") == {("Worker", "base", "worker")}


def test_whoever_has_a_community_alone_gets_its_next_grid_without_a_worker(city: TestCity) -> None:
    head, second = "社区,姓名,网格编码\n", city.areas[SECOND_COMMUNITY].title
    report = take([f"{second},clerk,"], head=head)
    assert (report.added, report.faults.count) == (1, 0)
    assert names("G3") == {("Clerk", "base", "worker")}
    assert take([f"{second},clerk,"], head=head).added == 0
    full = take([f"{second},leader,"], head=head, dry_run=True)
    assert [one.line for one in full.errors] == [2]
    assert "Leader" in str(full.errors[0])
    assert take_back(report.import_id or 0).stay == 0
    assert names("G3") == set()
    wrong = take([f"{second},clerk,G1,", ",clerk,,", f"{second},clerk,,网格长"], head=head.replace("\n", ",岗位\n"))
    assert [(one.line, one.column) for one in wrong.errors] == [(2, "社区"), (3, "网格编码"), (4, "网格编码")]


def test_rows_that_cannot_be_are_named_and_nothing_is_kept(city: TestCity) -> None:
    report = take(["G9,clerk,,", "G2,nobody,,", "G2,clerk,船长,", "G2,clerk,,海军"])
    assert [(one.line, one.column) for one in report.errors] == [
        (2, "网格编码"),
        (3, "登录名"),
        (4, "岗位"),
        (5, "力量"),
    ]
    assert not report.written
    second = take(["G2,worker,,"], dry_run=True)  # holds G1 as base worker
    assert second.faults.count == 1
    assert "G1" in str(second.errors[0].mend)


def test_programs_give_and_end_posts(city: TestCity) -> None:
    caller: Any = Caller(make_token(SYSTEM, user=city.users["administrator"], name="x")[1])
    given = caller.post("/grids/G2/staff", {"username": "clerk"})
    assert (given.status_code, given.json()["staff"][0]["name"]) == (201, "Clerk")
    assert caller.get("/grids/G2/staff").json()["staff"] == given.json()["staff"]
    assert caller.post("/grids/G3/staff", {"username": "clerk"}).status_code == 409
    assert caller.post("/grids/G2/staff/end", {"username": "clerk"}).json()["staff"] == []
    assert caller.post("/grids/G2/staff", {"username": "far_acceptance"}).status_code == 422
