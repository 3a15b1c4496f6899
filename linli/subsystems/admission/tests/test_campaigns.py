"""Campaigns: the flow with what every flow does, and what is its own: on what it stands, what grids get, what counts, who is reminded."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from linli.core.cases.public import IndicatorScope
from linli.core.flow.public import Given, Transition, act
from linli.core.forms.public import About as AboutGrid
from linli.core.forms.public import (
    AnswerSheet,
    AnswersRefused,
    Form,
    Occasion,
    answers_of,
    asked_twice,
    begin_sheet,
    bring_form,
    fill_in,
    resume_code,
)
from linli.core.grids.public import GridNode, main_layer
from linli.core.inbox.public import Task, notices_of
from linli.core.platform.models import AuditDetail, AuditRecord
from linli.core.platform.public import SYSTEM, Actor, BadInput, NotThere, Refusal, clock_at, local_today, now, work_off
from linli.subsystems.admission.campaigns.flow import CAMPAIGN
from linli.subsystems.admission.campaigns.progress import by_grid
from linli.subsystems.admission.campaigns.running import OCCASION, fill_in_grid, prepare_campaign, row_of
from linli.subsystems.admission.models import Campaign
from tests.city import COMMUNITY, SECOND_COMMUNITY, STREET, TestCity
from tests.flow.contract import FlowContract
from tests.forms import sent
from tests.forms.documents import form, question, var
from tests.forms.test_pages import photo_file

from .test_admission import NOON, admitted, at, do

RESIDENT = Actor(kind="resident")
ELEVATORS = form(
    question("text", "gate", required=True, label={"zh-hans": "楼栋", "en": "Building"}, impersonal=True),
    question("one", "wish", required=True, label={"zh-hans": "是否愿意加装", "en": "Want a lift"}, choices=[
        {"code": "yes", "label": {"zh-hans": "愿意", "en": "Yes"}}, {"code": "no", "label": {"zh-hans": "不愿意", "en": "No"}},
    ]),
    question("text", "why", label={"zh-hans": "为什么", "en": "Why"}, relevant={"==": [var("wish"), "no"]}, required=True, impersonal=True),
    question("number", "floors", whole=True, least=1, most=60, fact="grid.floors", label={"zh-hans": "层数", "en": "Floors"}),
    question("person", "contact", label={"zh-hans": "联系人", "en": "Contact"}, **{"class": "important"}),
)  # fmt: skip


def form_of(city: TestCity, code: str = "lifts", document: dict[str, Any] = ELEVATORS, **more: Any) -> Form:
    """A published form of the street."""
    given = {
        "area_id": city.areas[STREET].id,
        "owner_unit_id": city.units["street_centre"].id,
        "for_residents": True,
        **more,
    }
    return bring_form(SYSTEM, code=code, document=document, **given)


def prepared(city: TestCity, who: str = "leader", areas: tuple[str, ...] = (COMMUNITY,), **more: Any) -> Campaign:
    """The question of lifts in the two grids of the first community, for ten days from today."""
    today, access = local_today(), city.access[who]
    values = {
        "title": "加装电梯意愿征集", "form": more.pop("form", None) or form_of(city), "first_day": today, "last_day": today + timedelta(days=9),
        "areas": tuple(city.areas[one] for one in areas), "per_grid": 2, "for_residents": True, "instructions": "逐栋入户", **more,
    }  # fmt: skip
    return prepare_campaign(access.actor(), access, uuid4(), values)


def step(city: TestCity, who: str, item: Campaign, action: str, **given: Any) -> Campaign:
    """One step by a person."""
    access = city.access[who]
    return act(CAMPAIGN, access.actor(), item.id, action, Given(**given), uuid=uuid4(), access=access)


def running(city: TestCity, **more: Any) -> Campaign:
    """The same, opened, with its tasks given."""
    item = step(city, "leader", prepared(city, **more), "open")
    work_off()
    return item


def grid(code: str) -> GridNode:
    """A grid by its code."""
    layer = main_layer()
    assert layer is not None
    return next(node for node in layer.nodes.values() if node.code == code)


def filled(city: TestCity, who: str | None, item: Campaign, where: str = "G1", **given: Any) -> Any:
    """A sheet by a worker, or by a resident (None)."""
    access = city.access[who] if who else None
    answers = {"gate": "3栋", "wish": "yes", **given}
    actor = access.actor() if access else RESIDENT
    return fill_in_grid(actor, access, uuid4(), item_id=item.id, grid=grid(where), given=answers)


def resident_draft(item: Campaign, where: str = "G1") -> str:
    """The code of a sheet that somebody without account began for a grid."""
    uuid = uuid4()
    occasion = Occasion(OCCASION, row_of(item, grid(where).id).id)
    begin_sheet(RESIDENT, access=None, uuid=uuid, form_id=item.form_id, area_id=grid(where).area_id, occasion=occasion)
    return resume_code(uuid)


def tasks(item: Campaign) -> list[Task]:
    """What its grids got."""
    return list(Task.objects.filter(about_flow="campaign", about_id=item.id).order_by("grid_id", "id"))


class TestCampaign(FlowContract):
    """A campaign that the leader of the street prepared."""

    flow = CAMPAIGN
    LEADS = {
        "open": ({"prepared"}, "running"), "remind": ({"running"}, None), "extend": ({"running"}, None), "close": ({"running"}, "closed"),
        "cancel": ({"prepared", "running"}, "cancelled"),
    }  # fmt: skip
    RUN = {"leader", "supervisor", "all_roles"}
    MAY = {"open": RUN, "remind": {*RUN, "SYSTEM"}, "extend": RUN, "close": {*RUN, "SYSTEM"}, "cancel": RUN}

    def bring_to(self, city: TestCity, state: str) -> Campaign:
        item = prepared(city)
        ways = {"prepared": (), "running": ("open",), "closed": ("open", "close"), "cancelled": ("cancel",)}
        for action in ways[state]:
            item = self.attempt(city, "leader", item, action, self.given(city, item, self.row_of(action)))
        return item

    def given(self, city: TestCity, item: Campaign, row: Transition) -> Given:
        values = {"last_day": local_today() + timedelta(days=30)} if "last_day" in row.needs else {}
        return Given(**dict.fromkeys(set(row.needs) - {"last_day"}, "说明"), values=values)


def test_each_grid_gets_a_task_and_has_done_it_when_its_sheets_are_in(city: TestCity) -> None:
    item = running(city)
    worker, gap = tasks(item)
    assert (worker.assignee_id, gap.assignee_id) == (city.users["worker"].id, city.users["leader"].id)
    assert (worker.due_on, worker.subject) == (item.last_day, "加装电梯意愿征集")
    filled(city, "worker", item)
    assert tasks(item)[0].state == "open"
    filled(city, None, item, wish="no", why="低层用不上")
    assert [one.state for one in tasks(item)] == ["done", "open"]
    said = {one.grid_id: (one.done, one.by_residents, one.behind) for one in by_grid(item)}
    assert said == {grid("G1").id: (2, 1, False), grid("G2").id: (0, 0, True)}
    sheets = AnswerSheet.objects.order_by("id")
    assert [(one.filled_by_id, one.community_id, one.subject_kind) for one in sheets] == [
        (city.users["worker"].id, grid("G1").area_id, ""), (None, grid("G1").area_id, ""),
    ]  # fmt: skip


def test_what_does_not_fit_is_refused_whole(city: TestCity) -> None:
    item = running(city)
    with pytest.raises(AnswersRefused) as refused:
        filled(city, None, item, wish="no", floors=90)
    assert {one.spot.name for one in refused.value.faults} >= {"floors"}
    with pytest.raises(AnswersRefused) as refused:
        filled(city, None, item, wish="no")
    assert [one.spot.name for one in refused.value.faults] == ["why"]
    assert not AnswerSheet.objects.exists()
    assert not item.sheets.exists()


def test_nobody_fills_in_what_does_not_run_or_is_not_theirs(city: TestCity) -> None:
    item = prepared(city)
    for who, where in (("worker", "G1"), (None, "G1")):
        with pytest.raises(NotThere):
            filled(city, who, item, where)
    step(city, "leader", item, "open")
    for who, where in (("other_worker", "G1"), ("worker", "G3"), (None, "G3")):
        with pytest.raises(NotThere):
            filled(city, who, item, where)
    closed = running(city, for_residents=False)
    with pytest.raises(NotThere):
        filled(city, None, closed)
    filled(city, "worker", closed)
    with clock_at(now() + timedelta(days=11)), pytest.raises(NotThere):
        filled(city, "worker", closed)


def test_a_campaign_of_a_department_stands_on_an_admission_that_holds_for_all_of_it(city: TestCity) -> None:
    with pytest.raises(BadInput) as refused:
        prepared(city, "handler")
    assert refused.value.field == "admission"
    monthly, mine = admitted(city), admitted(city, every="campaign")
    work_off()
    assert not Task.objects.filter(about_id=mine.id, about_flow="admission").exists()  # its campaigns give the tasks
    for more, field in (
        ({"admission": monthly}, "admission"), ({"admission": mine, "areas": (COMMUNITY, SECOND_COMMUNITY)}, "areas"),
        ({"admission": mine, "last_day": local_today() + timedelta(days=500)}, "last_day"),
    ):  # fmt: skip
        with pytest.raises(BadInput) as refused:
            prepared(city, "handler", **more)
        assert refused.value.field == field
    item = prepared(city, "handler", admission=mine)
    do(city, "handler", mine, "withdraw")
    with pytest.raises(Refusal) as ended:
        step(city, "handler", item, "open")
    assert ended.value.code == "not_admitted"
    assert prepared(city, "leader").admission_id is None


def test_the_job_gives_reminds_who_is_behind_and_closes(city: TestCity) -> None:
    with clock_at(NOON):
        item = step(city, "leader", prepared(city, first_day=date(2026, 11, 24), last_day=date(2026, 12, 1)), "open")
        work_off()
        assert not tasks(item)
    at(NOON + timedelta(days=1))
    assert len(tasks(item)) == 2
    with clock_at(NOON + timedelta(days=1)):
        filled(city, "worker", item)
    at(NOON + timedelta(days=4))
    assert [one.title for one in notices_of(city.access["worker"])[0]].count("加装电梯意愿征集") == 1  # of the task
    at(NOON + timedelta(days=6))
    told = [one.title for one in notices_of(city.access["worker"])[0]]
    assert told.count("加装电梯意愿征集") == 2
    at(NOON + timedelta(days=9))
    item.refresh_from_db()
    assert (item.state, [one.state for one in tasks(item)]) == ("closed", ["withdrawn", "withdrawn"])


def test_grids_are_reminded_once_a_day_and_a_term_only_grows(city: TestCity) -> None:
    item = running(city)
    step(city, "leader", item, "remind")
    with pytest.raises(Refusal) as refused:
        step(city, "leader", item, "remind")
    assert refused.value.code == "reminded"
    with pytest.raises(BadInput) as wrong:
        step(city, "leader", item, "extend", reason="雨天", values={"last_day": item.last_day})
    assert wrong.value.field == "last_day"


def test_what_is_known_of_a_grid_is_shown_and_what_is_asked_again_counts(city: TestCity) -> None:
    about = form(question("number", "floors", whole=True, fact="grid.floors"), subject="grid")
    known = form_of(city, "known", about)
    worker, where = city.access["worker"], grid("G1")
    fill_in(
        worker.actor(),
        access=worker,
        uuid=uuid4(),
        form_id=known.id,
        given={"floors": 18},
        about=AboutGrid("grid", where.id),
    )
    item = running(city, form=known, per_grid=None)
    from tests.desk.inherited import browser

    client = browser(worker)
    begun = client.post(f"/admission/campaigns/{item.id}/{where.id}/fill/", sent())
    page = client.get(begun["Location"]).content.decode()
    assert 'value="18"' in page
    assert "登记" in page  # whence it is known
    client.post(begun["Location"], sent(floors="18", send="1"))
    shown = AnswerSheet.objects.latest("id")
    assert (shown.kept_count, shown.again_facts, answers_of(shown)) == (1, [], {"floors": 18})
    fill_in_grid(worker.actor(), worker, uuid4(), item_id=item.id, grid=where, given={"floors": 20})
    scope = IndicatorScope(city.access["leader"], now() - timedelta(days=1), now() + timedelta(days=1))
    assert asked_twice(scope) == (1.0, 3.0)
    assert "grid.floors 1" in browser(city.access["leader"]).get("/forms/burden/").content.decode()


def test_a_form_about_something_else_is_refused_when_the_campaign_is_prepared(city: TestCity) -> None:
    made = form_of(city, "unfit", form(question("number", "n"), subject="premises"))
    with pytest.raises(BadInput) as refused:
        prepared(city, form=made)
    assert refused.value.field == "form"


def test_a_worker_fills_in_rows_and_a_photo_hands_in_and_goes_on_with_the_next(city: TestCity) -> None:
    from tests.desk.inherited import browser

    people = {"type": "repeat", "name": "people", "label": "住户", "items": [question("number", "age")]}
    item = running(
        city,
        form=form_of(city, "doors", form(question("text", "gate", required=True), people, question("photo", "front"))),
    )
    worker, where = browser(city.access["worker"]), grid("G1")
    begin = f"/admission/campaigns/{item.id}/{where.id}/fill/"
    first = worker.post(begin, sent())["Location"]
    assert worker.post(begin, sent())["Location"] == first  # untouched: it is taken again
    typed = {"gate": "3栋", "people-rows": "2", "people-0-age": "71", "people-1-age": "9", "front": [photo_file()]}
    following = worker.post(first, sent() | typed | {"send": "again"})["Location"]
    assert "上一份已提交" in worker.get(following).content.decode()
    (counted,) = item.sheets.all()
    stored = answers_of(AnswerSheet.objects.get(id=counted.sheet_id))
    assert (stored["people"], len(stored["front"])) == ([{"age": 71}, {"age": 9}], 1)
    assert worker.post(following, sent(gate="", send="1")).status_code == 422
    worker.post(following, sent(gate="4栋", later="1"))
    shown = worker.get(f"/admission/campaigns/{item.id}/").content.decode()
    assert following.split("?")[0].removesuffix("all/") in shown  # what was left half way
    step(city, "leader", item, "close")
    over = worker.post(following, sent(gate="4栋", send="1"))
    assert (over.status_code, "不再计入" in over.content.decode()) == (409, True)
    assert (item.sheets.count(), AnswerSheet.objects.filter(state="draft").count()) == (1, 1)


def test_answers_are_read_by_who_runs_it_and_what_is_sealed_stays_hidden(city: TestCity) -> None:
    from tests.desk.inherited import browser

    item = running(city)
    filled(city, None, item, contact={"name": "王大妈", "phone": "13800000000"}, gate="=1+1")
    leader = browser(city.access["leader"])
    page = leader.get(f"/admission/campaigns/{item.id}/answers/").content.decode()
    assert "●●●" in page
    assert "愿意" in page
    table = leader.post(f"/admission/campaigns/{item.id}/answers.csv", {"reason": "核对"}).content.decode("utf-8-sig")
    assert "王大妈" not in page + table
    assert "13800000000" not in page + table
    assert "'=1+1" in table or "\t=1+1" in table
    assert browser(city.access["worker"]).get(f"/admission/campaigns/{item.id}/answers/").status_code == 403


def test_what_is_taken_out_counts_in_the_days_limit_and_is_on_record(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.desk.inherited import browser

    monkeypatch.setattr("linli.core.desk.export.A_DAY", 2)
    item = running(city)
    filled(city, None, item, contact={"name": "王大妈", "phone": "13800000000"}, gate="3栋")
    leader, address = browser(city.access["leader"]), f"/admission/campaigns/{item.id}"
    assert leader.post(f"{address}/answers.csv").status_code == 422, "people's data are taken out for something"
    assert leader.post(f"{address}/answers.csv", {"reason": "核对"}).status_code == 200
    assert leader.post(f"{address}/progress.csv").status_code == 200
    assert leader.post(f"{address}/progress.csv").status_code == 429
    assert leader.post(f"{address}/answers.csv", {"reason": "核对"}).status_code == 429
    rows = AuditRecord.objects.filter(action="list.export").order_by("seq")
    told = [json.loads(AuditDetail.objects.get(chain=one.chain, seq=one.seq).content) for one in rows]
    assert [(one["list"], one["query"], one["rows"], one["reason"]) for one in told] == [
        ("campaign-answers", {"campaign": item.id}, 1, "核对"), ("campaign-progress", {"campaign": item.id}, 2, ""),
    ]  # fmt: skip


def test_a_resident_fills_it_in_once_per_press_and_within_bounds(city: TestCity) -> None:
    from django.test import Client

    item, where = running(city, per_grid=None), grid("G1")
    address, client, press = f"/collect/{item.id}/{where.id}/", Client(), sent()
    assert "加装电梯意愿征集" in client.get("/collect/").content.decode()
    assert where.title in client.get(f"/collect/{item.id}/").content.decode()
    assert where.title in client.get(address).content.decode()
    begun = {client.post(address, press)["Location"] for _twice in range(2)}
    assert len(begun) == 1
    (whole,) = begun
    assert client.post(whole, sent(gate="", wish="yes", send="1")).status_code == 422
    for _twice in range(2):
        answer = client.post(whole, sent(gate="3栋", wish="yes", send="1"))
        assert answer["Location"] == whole.removesuffix("all/")
    assert [(one.by_resident, one.grid_id) for one in item.sheets.all()] == [(True, where.id)]
    shown = client.get(answer["Location"])
    assert "已提交" in shown.content.decode()
    assert shown["X-Robots-Tag"] == "noindex, nofollow"
    assert [client.post(address, sent()).status_code for _time in range(20)][-1] == 429
    assert client.get("/collect/987654/").status_code == 404


def test_what_a_resident_sends_is_bounded_and_no_sheet_of_the_staff_is_opened_by_a_code(
    city: TestCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.test import Client

    monkeypatch.setattr("linli.core.forms.pages.residents.SAVED", 3)
    code, client = resident_draft(running(city)), Client()
    tries = [client.post(f"/collect/sheets/{code}/all/", sent(gate="3栋", later="1")).status_code for _time in range(4)]
    assert tries == [302, 302, 302, 429]
    assert client.get("/collect/sheets/AAAA-AAAA-AAAA/").status_code == 404
    AnswerSheet.objects.update(occasion_kind="")  # a sheet of another form
    assert client.get(f"/collect/sheets/{code}/").status_code == 404
