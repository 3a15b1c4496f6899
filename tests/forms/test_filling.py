"""Forms are published, sheets filled in and sent; answers are sealed and expire one by one; what is known is not asked again unseen."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from linli.core.forms import subjects
from linli.core.forms.public import (
    About,
    Answer,
    AnswerSheet,
    AnswersRefused,
    FactSource,
    Form,
    FormVersion,
    KnownFact,
    SchemaRefused,
    answers_of,
    begin_sheet,
    bring_form,
    burden,
    change_form,
    digest_of_code,
    fill_in,
    forms_to_fill,
    make_form,
    publish_form,
    register_fact_source,
    resume_code,
    save_answers,
    send_sheet,
    set_form_state,
    sheets_seen,
)
from linli.core.grids.public import main_layer
from linli.core.platform.public import (
    Actor,
    BadInput,
    NotThere,
    Taken,
    clock_at,
    ensure_periodic,
    erase_expired,
    local_today,
    now,
    remove_orphans,
    work_off,
)
from tests.city import TestCity

from .documents import SHOP, form, question

RESIDENT = Actor(kind="resident")
GRID_FORM = form(
    question("text", "manager", fact="grid.manager", keep_days=30, **{"purpose": "reach the grid", "class": "general"}),
    question("number", "lamps", fact="grid.lamps", required=True),
    question("phone", "phone", fact="grid.phone"),
    subject="grid",
)
FULL = {
    "shop_name": "小店",
    "kind": "shop",
    "staff": [{"worker": {"name": "张三", "phone": "138"}, "born": "1990-01-01"}],
}


def published(city: TestCity, document: dict[str, Any], who: str = "leader", **more: Any) -> Form:
    """A form of the street that is open."""
    access = city.access[who]
    made = make_form(access.actor(), access=access, uuid=uuid4(), document=document, **more)
    publish_form(access.actor(), access=access, form_id=made.id)
    made.refresh_from_db()
    return made


def a_grid(city: TestCity, number: int = 0) -> About:
    """A grid of the worker."""
    layer = main_layer()
    assert layer is not None
    return About("grid", sorted(layer.nodes)[number])


def filled(city: TestCity, form_id: int, given: dict[str, Any], who: str = "worker", **more: Any) -> AnswerSheet:
    """A sheet that somebody filled in."""
    access = city.access[who]
    return fill_in(access.actor(), access=access, uuid=uuid4(), form_id=form_id, given=given, **more)


def begun(city: TestCity, form_id: int, who: str = "worker", **more: Any) -> AnswerSheet:
    """A sheet that somebody begins."""
    access = city.access[who]
    return begin_sheet(access.actor(), access=access, uuid=uuid4(), form_id=form_id, **more)


def plain_shop() -> dict[str, Any]:
    """The shop's form about nothing in particular."""
    return SHOP | {"subject": ""}


def test_a_sheet_stays_with_the_version_that_was_shown(city: TestCity) -> None:
    made = published(city, form(question("number", "a")))
    sheet = begun(city, made.id)
    access = city.access["leader"]
    change_form(access.actor(), access=access, form_id=made.id, document=form(question("number", "b", required=True)))
    second = publish_form(access.actor(), access=access, form_id=made.id)
    assert publish_form(access.actor(), access=access, form_id=made.id).id == second.id
    save_answers(access.actor(), sheet_id=sheet.id, given={"a": "5"})
    assert answers_of(send_sheet(access.actor(), sheet_id=sheet.id)) == {"a": 5}
    assert [one.number for one in FormVersion.objects.filter(form=made).order_by("id")] == [1, 2]
    assert begun(city, made.id).version_id == second.id


def test_a_faulty_form_is_not_published_and_changes_nothing(city: TestCity) -> None:
    access = city.access["leader"]
    made = make_form(access.actor(), access=access, uuid=uuid4(), document=form(question("tekst", "a")))
    with pytest.raises(SchemaRefused):
        publish_form(access.actor(), access=access, form_id=made.id)
    made.refresh_from_db()
    assert (made.state, made.version_id, made.versions.count()) == ("draft", None, 0)
    assert not forms_to_fill(city.access["worker"]).filter(id=made.id).exists()


def test_who_may_fill_in_see_and_design(city: TestCity) -> None:
    made = published(city, plain_shop())
    assert forms_to_fill(city.access["worker"]).get(origin="") == made
    with pytest.raises(NotThere):
        begun(city, made.id, who="auditor")
    with pytest.raises(BadInput):
        make_form(city.access["worker"].actor(), access=city.access["worker"], uuid=uuid4(), document=SHOP)
    sheet = filled(city, made.id, FULL)
    assert sheets_seen(city.access["worker"]).get() == sheet
    assert sheets_seen(city.access["supervisor"]).filter(id=sheet.id).exists()
    assert not sheets_seen(city.access["handler"]).exists()
    access = city.access["leader"]
    set_form_state(access.actor(), access=access, form_id=made.id, open_=False)
    with pytest.raises(NotThere):
        begun(city, made.id)


def test_answers_are_saved_half_way_and_sent_when_they_are_whole(city: TestCity) -> None:
    made, actor = published(city, plain_shop()), city.access["worker"].actor()
    sheet = begun(city, made.id)
    save_answers(actor, sheet_id=sheet.id, given={"shop_name": "小店"})
    save_answers(actor, sheet_id=sheet.id, given={"staff": [{"born": "1990-01-01"}, {}]})
    save_answers(actor, sheet_id=sheet.id, given={"staff": [{"born": "1990-01-01"}, {}]})
    assert answers_of(sheet) == {"shop_name": "小店", "staff": [{"born": "1990-01-01"}, {}]}
    with pytest.raises(AnswersRefused) as refused:
        send_sheet(actor, sheet_id=sheet.id)
    assert [fault.spot.name for fault in refused.value.faults] == ["kind"]
    save_answers(actor, sheet_id=sheet.id, given={"kind": "shop"})
    sent = send_sheet(actor, sheet_id=sheet.id)
    assert answers_of(sent)["staff"] == [{"born": "1990-01-01", "age": 30 + (local_today().year - 2020)}, {}]
    with pytest.raises(NotThere):
        save_answers(actor, sheet_id=sheet.id, given={"kind": "inn"})


def test_what_is_refused_names_every_question_and_changes_nothing(city: TestCity) -> None:
    made, actor = published(city, plain_shop()), city.access["worker"].actor()
    sheet = begun(city, made.id)
    save_answers(actor, sheet_id=sheet.id, given={"kind": "inn", "rooms": 5})
    before = list(Answer.objects.order_by("id").values_list("name", "value"))
    for given, names in (
        ({"kind": "bar", "rooms": "x", "nobody": 1, "shop_name": "好"}, ["kind", "rooms", "nobody"]),
        ({"doors": 1, "shop_name": "好"}, ["doors"]),
    ):
        with pytest.raises(AnswersRefused) as refused:
            save_answers(actor, sheet_id=sheet.id, given=given)
        assert [fault.spot.name for fault in refused.value.faults] == names
    with pytest.raises(AnswersRefused):
        filled(city, made.id, {"kind": "inn", "doors": 1})
    assert list(Answer.objects.order_by("id").values_list("name", "value")) == before
    assert AnswerSheet.objects.count() == 1


def test_sealed_answers_stand_sealed_in_the_database(city: TestCity) -> None:
    sheet = filled(city, published(city, plain_shop()).id, FULL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT value, sealed_value FROM forms_answer WHERE name = 'worker'")
        ((plain, token),) = cursor.fetchall()
    assert plain == ""
    assert token
    assert "张三" not in token
    assert "worker" not in answers_of(sheet)["staff"][0]
    assert answers_of(sheet, with_sealed=True)["staff"][0]["worker"] == {"name": "张三", "phone": "138"}


def test_each_answer_expires_by_what_its_question_says(city: TestCity) -> None:
    made = published(city, GRID_FORM)
    photo = published(city, form(question("photo", "front", keep_days=10, **{"purpose": "see it", "class": "general"})))
    about = a_grid(city)
    sheet = filled(city, made.id, {"manager": "李四", "lamps": 8, "phone": "138"}, about=about)
    file_id = city.photo()["stored_file_id"]
    pictured = filled(city, photo.id, {"front": [file_id]})
    begun_at = now()
    with clock_at(begun_at + timedelta(days=12)):
        erase_expired()
        assert answers_of(pictured) == {}
        remove_orphans()
        assert answers_of(sheet)["manager"] == "李四"
    with clock_at(begun_at + timedelta(days=32)):
        erase_expired()
        assert answers_of(sheet, with_sealed=True) == {"lamps": 8, "phone": "138"}
    with clock_at(begun_at + timedelta(days=370)):
        erase_expired()
        assert answers_of(sheet, with_sealed=True) == {"lamps": 8}


def test_a_draft_is_erased_by_the_job_when_it_is_over(city: TestCity) -> None:
    made, actor = published(city, plain_shop()), city.access["worker"].actor()
    sheet = begun(city, made.id)
    save_answers(actor, sheet_id=sheet.id, given={"shop_name": "小店"})
    sent = filled(city, made.id, FULL)
    ensure_periodic(now())
    with clock_at(now() + timedelta(days=29)):
        work_off()
        assert AnswerSheet.objects.count() == 2
    with clock_at(now() + timedelta(days=31)):
        work_off()
        assert list(AnswerSheet.objects.values_list("id", flat=True)) == [sent.id]
        assert set(Answer.objects.values_list("sheet_id", flat=True)) == {sent.id}


def test_a_resident_comes_back_by_a_code_of_which_only_a_digest_is_kept(city: TestCity) -> None:
    closed, made = published(city, plain_shop()), published(city, plain_shop(), for_residents=True)
    uuid = uuid4()
    sheet = begin_sheet(RESIDENT, access=None, uuid=uuid, form_id=made.id)
    code = resume_code(uuid)
    assert AnswerSheet.objects.get(resume_digest=digest_of_code(code.lower().replace("-", " "))) == sheet
    assert code.replace("-", "") not in json.dumps(list(AnswerSheet.objects.values()), default=str)
    with pytest.raises(NotThere):
        begin_sheet(RESIDENT, access=None, uuid=uuid4(), form_id=closed.id)
    with pytest.raises(Taken):
        begin_sheet(RESIDENT, access=None, uuid=uuid, form_id=made.id)


def test_what_is_known_is_shown_with_its_source_and_counted_as_kept_or_changed(city: TestCity) -> None:
    first, second = published(city, GRID_FORM), published(city, GRID_FORM | {"titles": {"zh-hans": "再问一遍"}})
    about, actor = a_grid(city), city.access["worker"].actor()
    filled(city, first.id, {"manager": "李四", "lamps": 8, "phone": "138"}, about=about)
    sheet = begun(city, second.id, about=about)
    assert answers_of(sheet) == {"manager": "李四", "lamps": 8}
    assert sheet.offered["lamps"] == {"source": "表单“登记”", "on": local_today().isoformat()}
    assert "phone" not in sheet.offered  # sealed: not shown to whoever comes
    save_answers(actor, sheet_id=sheet.id, given={"manager": "李四", "lamps": 9})
    sent = send_sheet(actor, sheet_id=sheet.id)
    assert dict(Answer.objects.filter(sheet_id=sent.id).values_list("name", "origin")) == {
        "manager": "kept",
        "lamps": "changed",
    }
    assert (sent.asked_count, sent.kept_count, sent.again_facts) == (2, 1, [])
    assert answers_of(begun(city, first.id, about=about))["lamps"] == 9
    assert answers_of(begun(city, first.id, about=a_grid(city, 1))) == {}


def test_what_was_asked_although_it_was_known_is_counted_by_who_asked(city: TestCity) -> None:
    first, second = published(city, GRID_FORM), published(city, GRID_FORM, who="administrator")
    about, actor = a_grid(city), city.access["worker"].actor()
    early = begun(city, second.id, about=about)  # nothing is known yet
    filled(city, first.id, {"lamps": 8, "phone": "138"}, about=about)
    save_answers(actor, sheet_id=early.id, given={"lamps": 8, "manager": "李四"})
    assert send_sheet(actor, sheet_id=early.id).again_facts == ["grid.lamps"]
    filled(city, second.id, {"lamps": 8, "phone": "138"}, about=about)  # shown to nobody: asked twice, and once more
    filled(city, second.id, {"lamps": 8}, about=a_grid(city, 1))
    filled(city, second.id, {"lamps": 8}, about=about, offered=("lamps",))
    rows = burden(city.access["leader"], local_today(), local_today())
    told = {(one.twice, one.asked, one.kept, one.sheets, tuple(sorted(one.facts.items()))) for one in rows}
    assert told == {(3, 6, 1, 4, (("grid.lamps", 2), ("grid.phone", 1))), (0, 2, 0, 1, ())}
    assert burden(city.access["leader"], local_today() + timedelta(days=1), local_today() + timedelta(days=1)) == []
    with clock_at(now() + timedelta(days=400)):
        assert begun(city, first.id, about=about).offered == {}  # grown old


def test_other_areas_tell_what_they_know(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subjects, "_sources", {})
    known = {
        "grid.lamps": KnownFact(12, "部件台账", date(2026, 1, 2)),
        "grid.manager": KnownFact("x" * 300, "台账", date(2026, 1, 2)),
    }
    register_fact_source(FactSource(code="registry", kind="grid", facts=tuple(known), known=lambda _id, _facts: known))
    sheet = begun(city, published(city, GRID_FORM).id, about=a_grid(city))
    assert answers_of(sheet) == {"lamps": 12}  # what does not fit the question is not offered
    assert sheet.offered == {"lamps": {"source": "部件台账", "on": "2026-01-02"}}


def test_a_form_is_about_what_it_says(city: TestCity) -> None:
    made = published(city, GRID_FORM)
    with pytest.raises(BadInput):
        begun(city, made.id)
    with pytest.raises(NotThere):
        begun(city, made.id, about=About("grid", 987654))
    with pytest.raises(NotThere):
        begun(city, made.id, about=About("grid", a_grid(city, 4).id))  # of another district


def test_a_department_brings_a_form_as_data(city: TestCity) -> None:
    area_id = city.areas["990100000000"].id
    made = bring_form(RESIDENT, code="shop", document=plain_shop(), area_id=area_id)
    assert bring_form(RESIDENT, code="shop", document=plain_shop(), area_id=area_id).version_id == made.version_id
    again = bring_form(RESIDENT, code="shop", document=plain_shop() | {"subject": "grid"}, area_id=area_id)
    assert (again.id, made.versions.count()) == (made.id, 2)
    assert forms_to_fill(city.access["worker"]).filter(code="shop").exists()
