"""Checklists: what becomes of answers that are hazards, who says which are, who fills one in; and the figures of inspections."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from linli.core.access.public import Access
from linli.core.cases.public import IndicatorScope
from linli.core.flow.public import Given, act, full
from linli.core.forms.public import (
    About,
    AnswerSheet,
    known_facts,
    make_form,
    publish_form,
    read,
    schema_of,
    send_sheet,
)
from linli.core.platform.public import (
    SYSTEM,
    BadInput,
    NotAllowed,
    NotThere,
    Refusal,
    clock_at,
    local_day,
    local_today,
    now,
    write,
)
from linli.subsystems.safety.flow import HAZARD
from linli.subsystems.safety.inspection_records import Inspection
from linli.subsystems.safety.inspections.checklists import checklists, findings, rules_of, set_rules
from linli.subsystems.safety.inspections.figures import inspected_in_time, late_inspections
from linli.subsystems.safety.inspections.filling import begin_checklist, coming, handed_in
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.models import Hazard
from linli.subsystems.safety.tests.inspected import (
    LIST,
    begun,
    form_of,
    inspect,
    look,
    officer,
    plan_of,
    premises_at,
    the_inspection,
)
from linli.subsystems.safety.tests.test_hazard import TOLD, rectified
from tests.city import CITY, TestCity


def test_each_no_becomes_a_hazard_with_its_words_and_photo_once(city: TestCity) -> None:
    item = inspect(
        city, "worker", the_inspection(city), {"exit_clear": "纸箱堵住后门", "extinguishers": ""}, photo=True
    )
    assert (item.state, item.found_count, item.done_on) == ("done", 2, local_today())
    grave, slight = Hazard.objects.order_by("id")
    assert (grave.severity, slight.severity, grave.premises_id) == ("grave", "slight", item.premises_id)
    assert grave.title == "不符合：疏散通道、楼梯和安全出口畅通，没有锁闭或堆物"
    assert grave.question == f"{LIST}.exit_clear"
    known = full(HAZARD, grave)
    assert (known.timeline[0].note, len(known.files)) == ("纸箱堵住后门", 1)
    assert known.timeline[0].event.actor_id == city.users["worker"].id
    with pytest.raises(Refusal), write(SYSTEM) as work:
        handed_in(work, AnswerSheet.objects.get(id=item.sheet_id))
    assert Hazard.objects.count() == 2


def test_a_checklist_of_what_was_withdrawn_meanwhile_is_not_sent_and_makes_nothing(city: TestCity) -> None:
    item = the_inspection(city)
    sheet = begun(city, "worker", item, {"gas": "软管老化"})
    act(INSPECTION, SYSTEM, item.id, "withdraw", Given(reason="重复"), uuid=uuid4())
    with pytest.raises(Refusal):
        send_sheet(city.access["worker"].actor(), sheet_id=sheet.id)
    assert not Hazard.objects.exists()
    assert AnswerSheet.objects.get().state == "draft"


def test_what_is_open_already_is_added_to_and_not_doubled(city: TestCity) -> None:
    first = inspect(city, "worker", the_inspection(city), {"exit_clear": "纸箱堵门"})
    hazard = Hazard.objects.get()
    look(days=100)
    with clock_at(now() + timedelta(days=100)):
        inspect(city, "worker", Inspection.objects.exclude(id=first.id).get(), {"exit_clear": "还堵着"})
    assert Hazard.objects.get() == hazard
    last = full(HAZARD, hazard).timeline[-1]
    assert (last.event.action, last.note) == ("found_again", "还堵着")


def test_what_was_said_to_be_rectified_and_is_found_again_is_to_be_rectified_again(city: TestCity) -> None:
    first = inspect(city, "worker", the_inspection(city), {"exit_clear": "纸箱堵门"})
    hazard, worker = Hazard.objects.get(), city.access["worker"]
    for action, given in (("tell", TOLD), ("rectify", rectified())):
        do(worker, hazard, action, given)
    look(days=100)
    with clock_at(now() + timedelta(days=100)):
        inspect(city, "worker", Inspection.objects.exclude(id=first.id).get(), {"exit_clear": "又堆上了"})
    hazard.refresh_from_db()
    assert (hazard.state, hazard.clock_stage) == ("told", "rectify")


def do(access: Access, hazard: Hazard, action: str, given: Given) -> Hazard:
    """A step of a hazard."""
    return act(HAZARD, access.actor(), hazard.id, action, given, uuid=uuid4(), access=access)


def test_a_closed_one_that_is_found_again_is_a_new_one(city: TestCity) -> None:
    first = inspect(city, "worker", the_inspection(city), {"exit_clear": "纸箱堵门"})
    hazard = Hazard.objects.get()
    for who, action, given in (
        ("worker", "tell", TOLD),
        ("worker", "rectify", rectified()),
        ("leader", "close", Given()),
    ):
        do(city.access[who], hazard, action, given)
    look(days=100)
    with clock_at(now() + timedelta(days=100)):
        inspect(city, "worker", Inspection.objects.exclude(id=first.id).get(), {"exit_clear": "又堵了"})
    assert Hazard.objects.count() == 2


def test_the_inspector_sees_before_what_handing_in_will_bring(city: TestCity) -> None:
    item = the_inspection(city)
    sheet = begun(city, "worker", item, {"gas": "软管老化", "trained": ""})
    found = coming(item, sheet)
    assert [(one.finding.question, one.finding.severity, one.finding.words, one.known) for one in found] == [
        ("gas", "grave", "软管老化", None),
        ("trained", "slight", "", None),
    ]
    assert not Hazard.objects.exists()


def test_only_who_goes_there_fills_in_the_checklist(city: TestCity) -> None:
    item = the_inspection(city)
    for who, refusal in (("all_roles", NotAllowed), ("other_worker", NotThere)):
        with pytest.raises(refusal):
            begin_checklist(city.access[who].actor(), access=city.access[who], uuid=uuid4(), inspection_id=item.id)
    worker = city.access["worker"]
    sheet = begin_checklist(worker.actor(), access=worker, uuid=uuid4(), inspection_id=item.id)
    assert begin_checklist(worker.actor(), access=worker, uuid=uuid4(), inspection_id=item.id).id == sheet.id


def test_an_office_says_of_any_form_about_premises_which_answers_are_hazards(city: TestCity) -> None:
    """A form of the designer has none; a brought one has those of its folder until an office says otherwise."""
    chief, leader = city.access["supervisor"], city.access["leader"]
    brought = form_of()
    assert rules_of(brought)["gas"]["severity"] == "grave"
    document = {
        "form": 1, "titles": {"zh-hans": "烟花爆竹零售点检查"}, "subject": "premises",
        "items": [
            {
                "type": "one", "name": "licence", "label": "许可证在有效期内", "required": True,
                "choices": [{"code": "y", "label": "是"}, {"code": "n", "label": "否"}],
            }
        ],
    }  # fmt: skip
    own = make_form(leader.actor(), access=leader, uuid=uuid4(), document=document)
    publish_form(leader.actor(), access=leader, form_id=own.id)
    assert own.id not in {one.id for one in checklists(chief)}
    set_rules(chief.actor(), access=chief, form_id=own.id, rules={"licence": ("n", "serious")})
    assert own.id in {one.id for one in checklists(chief)}
    own.refresh_from_db()
    (found,) = findings(own, schema_of(own.version_id or 0), {"licence": "n"})
    assert (found.question, found.severity, found.title) == ("licence", "serious", "不符合：许可证在有效期内")
    with pytest.raises(NotAllowed):  # it holds for the whole city
        set_rules(chief.actor(), access=chief, form_id=brought.id, rules={})
    whole = officer(city, area=CITY, unit="city_centre")
    set_rules(whole.actor(), access=whole, form_id=brought.id, rules={})
    assert brought.id not in {one.id for one in checklists(chief)}
    with pytest.raises(BadInput):
        set_rules(chief.actor(), access=chief, form_id=own.id, rules={"licence": ("maybe", "grave")})


def test_every_checklist_says_of_each_point_how_grave_it_is(city: TestCity) -> None:
    for code in ("check-small-places", "check-rented", "check-workshop"):
        form = form_of(code)
        schema = schema_of(form.version_id or 0)
        rules = rules_of(form)
        points = [one for one in schema.questions if one.kind == "one"]
        assert len(points) >= 12
        assert {one.name for one in points} == set(rules)
        for rule in rules.values():
            assert rule["severity"] in ("slight", "serious", "grave")
            assert {rule["words"], rule["photo"]} <= set(schema.by_name)


def test_the_ledger_knows_what_a_form_about_premises_would_ask(city: TestCity) -> None:
    premises = premises_at(city, address="滨江北路 1 号")
    asked = {"type": "text", "name": "where", "label": "地址", "fact": "premises.address", "impersonal": True}
    schema = read({"form": 1, "titles": {"zh-hans": "核对"}, "subject": "premises", "items": [asked]})
    known = known_facts(schema, About("premises", premises.id), local_today())
    assert (known["where"].value, known["where"].on) == ("滨江北路 1 号", local_today())


# Figures.


def test_the_share_inspected_as_planned_counts_what_was_due(city: TestCity) -> None:
    chief = city.access["supervisor"]
    for number in range(3):
        premises_at(city, f"{number}号店")
    plan_of(chief, city, every="week")
    first, second, third = Inspection.objects.order_by("id")
    inspect(city, "worker", first)
    due = first.due_on
    begin = now() - timedelta(days=1)
    assert inspected_in_time(IndicatorScope(chief, begin, now() + timedelta(days=10))) == (0.0, 0.0)
    with clock_at(now() + timedelta(days=8)):
        inspect(city, "worker", second)
        assert local_day(now()) > due
        assert inspected_in_time(IndicatorScope(chief, begin, now() + timedelta(days=10))) == (1.0, 3.0)
        assert late_inspections(chief) == 1
        assert late_inspections(city.access["other_worker"]) is None
    assert late_inspections(chief) is None
    assert third.state == "todo"
