"""Settings that departments let a city choose: who may, what is refused, what holds then, and what the trail says of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from linli.core.access.public import Role, create_user, grant_scope
from linli.core.platform.models import AuditDetail, AuditRecord, ChosenSetting
from linli.core.platform.public import SYSTEM, BadInput, choose, choose_default, is_chosen, typed_value, value_of
from linli.core.setup.residents_pages import HOTLINE, OFFICE
from linli.subsystems.example.settings import MOST_NOTES, ORDER, SHOWS_CASE
from tests.access_table import signed_in
from tests.city import CITY, PASSWORD, TestCity


@pytest.fixture
def chooser(city: TestCity) -> Client:
    """An administrator of the whole city, signed in."""
    user = create_user(
        SYSTEM, username="chooser", display_name="Chooser", unit=city.units["district_centre"], password=PASSWORD
    )
    grant_scope(SYSTEM, user=user, role=Role.objects.get(code="administrator"), area=city.areas[CITY])
    return signed_in(Client(), user)


def form(**typed: str) -> dict[str, str]:
    """What the browser sends for the example: an unticked box sends nothing."""
    sent = {
        "example.most_notes": "50",
        "example.shows_case": "on",
        "example.order": "newest",
        "effect_id": str(uuid4()),
    }
    return {key: value for key, value in (sent | typed).items() if value != "(left out)"}


def test_what_is_chosen_holds_and_stands_in_the_trail(chooser: Client) -> None:
    sent = form(**{"example.most_notes": " 7 ", "example.shows_case": "(left out)", "example.order": "place"})
    first = chooser.post("/settings/example/", sent)
    assert (first.status_code, first["Location"]) == (302, "/settings/?saved=example#example")
    assert (value_of(MOST_NOTES), value_of(SHOWS_CASE), value_of(ORDER)) == (7, False, "place")
    records = AuditRecord.objects.filter(subject_kind="setting").order_by("subject_id")
    assert [record.subject_id for record in records] == ["example.most_notes", "example.order", "example.shows_case"]
    assert '"before":50,"value":7' in AuditDetail.objects.get(chain=records[0].chain, seq=records[0].seq).content
    assert chooser.post("/settings/example/", sent).status_code == 302  # the form sent twice acts once
    assert AuditRecord.objects.filter(subject_kind="setting").count() == 3
    page = chooser.get("/settings/?saved=example").content.decode()
    assert "已保存" in page
    assert 'value="7"' in page


def test_what_nobody_changed_is_not_written_down(chooser: Client) -> None:
    chooser.post("/settings/example/", form())
    assert ChosenSetting.objects.count() == 0
    assert not is_chosen(MOST_NOTES)


@pytest.mark.parametrize("typed", ["0", "201", "-3", "many", "", "7.5", "9" * 40])
def test_a_number_outside_its_limits_is_refused_whole_and_what_was_typed_stays(chooser: Client, typed: str) -> None:
    answer = chooser.post("/settings/example/", form(**{"example.most_notes": typed, "example.order": "place"}))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "长椅页最多显示：请填 1 到 200 之间的整数。" in page
    assert f'value="{typed}"' in page
    assert ChosenSetting.objects.count() == 0


def test_a_choice_that_is_not_offered_is_refused(chooser: Client) -> None:
    answer = chooser.post("/settings/example/", form(**{"example.order": "colour"}))
    assert (answer.status_code, "请从给出的选项中选择" in answer.content.decode()) == (422, True)


def test_the_usual_value_comes_back_by_one_press_and_nothing_else_changes(chooser: Client) -> None:
    choose(SYSTEM, MOST_NOTES, 7)
    choose(SYSTEM, ORDER, "place")
    assert "恢复默认" in chooser.get("/settings/").content.decode()
    chooser.post("/settings/example/", {"default": "example.most_notes", "effect_id": str(uuid4())})
    assert (value_of(MOST_NOTES), value_of(ORDER), value_of(SHOWS_CASE)) == (50, "place", True)
    assert chooser.get("/settings/").content.decode().count("恢复默认") == 1


def test_enter_in_a_field_saves_and_never_presses_the_way_back(chooser: Client) -> None:
    """A browser presses the first submit button of the form that a field belongs to."""
    choose(SYSTEM, MOST_NOTES, 7)
    page = chooser.get("/settings/").content.decode()
    own = page[page.index('<form class="card" id="example"') :]
    buttons = [part[: part.index(">")] for part in own[: own.index("</form>")].split("<button ")[1:]]
    belonging = [one for one in buttons if "form=" not in one]
    assert belonging == ['class="button button--primary"']


def test_choosing_the_same_twice_and_undoing_twice_does_it_once(db: None) -> None:
    assert [choose(SYSTEM, MOST_NOTES, 7), choose(SYSTEM, MOST_NOTES, 7)] == [True, False]
    assert [choose_default(SYSTEM, MOST_NOTES), choose_default(SYSTEM, MOST_NOTES)] == [True, False]
    with pytest.raises(BadInput):
        choose(SYSTEM, MOST_NOTES, 500)
    with pytest.raises(BadInput):
        typed_value(ORDER, "colour")


def test_what_was_chosen_before_the_limits_became_narrower_gives_way_to_the_default(db: None) -> None:
    choose(SYSTEM, MOST_NOTES, 120)
    assert value_of(replace(MOST_NOTES, most=100)) == 50
    assert value_of(MOST_NOTES) == 120


def test_of_two_who_save_one_setting_the_second_is_told_and_what_they_left_alone_stays(chooser: Client) -> None:
    seen = {"seen-example.most_notes": "50", "seen-example.shows_case": "on", "seen-example.order": "newest"}
    choose(SYSTEM, MOST_NOTES, 7)  # somebody else, while the page stands open
    refused = chooser.post("/settings/example/", form(**seen, **{"example.most_notes": "9", "example.order": "place"}))
    assert (refused.status_code, "期间已有人改为“7 条”" in refused.content.decode()) == (409, True)
    assert (value_of(MOST_NOTES), value_of(ORDER)) == (7, "newest")
    assert chooser.post("/settings/example/", form(**seen, **{"example.order": "place"})).status_code == 302
    assert (value_of(MOST_NOTES), value_of(ORDER)) == (7, "place")
    again = {**seen, "seen-example.most_notes": "7", "seen-example.order": "place", "example.order": "place"}
    assert chooser.post("/settings/example/", form(**again, **{"example.most_notes": "9"})).status_code == 302
    assert value_of(MOST_NOTES) == 9


def test_how_the_city_is_reached_stands_on_the_pages_of_residents(chooser: Client) -> None:
    def said(**typed: str) -> Any:
        sent = {"setup.hotline": "", "setup.office": "", "effect_id": str(uuid4())}
        return chooser.post("/settings/setup/", sent | {name.replace("_", "."): value for name, value in typed.items()})

    assert "<p>" not in Client().get("/").content.decode().split("public-foot")[1]
    assert said(setup_hotline="0571-8712 3456", setup_office=" 沐河市城管局 <b> ").status_code == 302
    foot = Client().get("/report/").content.decode().split("public-foot")[1]
    assert 'href="tel:0571-87123456"' in foot
    assert "沐河市城管局 &lt;b&gt; · " in foot
    for wrong in ("call us", "javascript:1", "1" * 21, "１２"):
        assert said(setup_hotline=wrong).status_code == 422, wrong
    assert said(setup_office="长" * 81).status_code == 422
    assert value_of(HOTLINE) == "0571-8712 3456"
    page = chooser.get("/settings/").content.decode()
    assert 'value="0571-8712 3456"' in page
    said()
    assert (value_of(HOTLINE), value_of(OFFICE)) == ("", "")


def test_who_administers_a_district_only_may_not_choose_for_the_city(city: TestCity) -> None:
    client = signed_in(Client(), city.users["administrator"])
    assert client.get("/settings/").status_code == 403
    assert client.post("/settings/example/", form()).status_code == 403
    assert 'href="/settings/"' not in client.get("/home/").content.decode()


def test_settings_of_nobody_are_not_there(chooser: Client) -> None:
    assert chooser.post("/settings/nests/", form()).status_code == 404
