"""What forms of the desk do, tried on the form of a new account; and the door below it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from linli.core.access.public import Access, User
from linli.core.desk.choosers import MOST_LISTED, Chooser, ManyChooser, SuggestInput
from linli.core.desk.public import (
    AreaField,
    DayField,
    DeskForm,
    GridField,
    LineField,
    MomentField,
    PeopleField,
    PersonField,
    PlaceField,
    RowsField,
    UnitField,
    WordsField,
    YuanField,
    content_of,
)
from linli.core.grids.public import extent_of
from linli.core.platform.public import BadInput, NotAllowed, NotThere, Refusal
from tests.city import COMMUNITY, TestCity
from tests.desk.inherited import FormTests, Typed, browser


class TestPersonForm(FormTests):
    good: ClassVar[Typed] = {
        "display_name": "陈芳",
        "username": "chenfang",
        "unit": "street_centre",
        "phone": "",
        "mail": "",
    }
    wrong: ClassVar = [
        ({"username": "李 四"}, "username"),
        ({"username": "worker"}, "username"),
        ({"display_name": "\u200b"}, "display_name"),
        ({"unit": "far_centre"}, "unit"),
        ({"unit": "nowhere"}, "unit"),
        ({"phone": "13800abc"}, "phone"),
        ({"mail": "no mail"}, "mail"),
    ]

    def who(self, city: TestCity) -> Access:
        return city.access["administrator"]

    def address(self, city: TestCity) -> str:
        return reverse("person-new")

    def made(self) -> list[Any]:
        return list(User.objects.values_list("username", "display_name", "unit__code"))

    def expected(self, city: TestCity) -> Any:
        return ("chenfang", "陈芳", "street_centre")


def request_of(access: Access, method: str = "post", **typed: str) -> HttpRequest:
    """A request of a person, as it passed the gate."""
    request: HttpRequest = getattr(RequestFactory(), method)("/", typed)
    request.access = access  # type: ignore[attr-defined]
    return request


class Spot(DeskForm):
    """A place to mark."""

    place = PlaceField(required=False)


def test_a_map_to_mark_on_opens_on_the_ground_of_who_marks(city: TestCity) -> None:
    """Not on the whole country; what is marked already is gone to instead."""
    own = extent_of(set(city.access["worker"].areas()))
    form = Spot(request_of(city.access["worker"], "get"))
    shown = form.fields["place"].widget.get_context("place", None, {})["map"]
    assert own is not None
    assert shown["bounds"] == own != extent_of(None)
    marked = form.fields["place"].widget.get_context("place", (115.0, 30.0), {})["map"]
    assert marked["point"] == [115.0, 30.0]
    assert "bounds" not in marked


class Small(DeskForm):
    """Two fields of which a service knows one by another name."""

    names: ClassVar = {"area_code": "area"}
    title = LineField(max_length=5)
    area = LineField(max_length=12, required=False)


def test_a_refusal_stands_at_the_field_that_it_names_and_what_is_not_there_goes_to_the_gate(city: TestCity) -> None:
    form = Small(request_of(city.access["worker"], title="a"))
    form.refuse(BadInput("Wrong area.", field="area_code"))
    assert (form.errors["area"], form.status, form.first_error) == (["Wrong area."], 422, "area")
    form = Small(request_of(city.access["worker"], title="a"))
    form.refuse(Refusal("Somebody was faster."))
    assert (form.non_field_errors(), form.status, form.first_error) == (["Somebody was faster."], 409, "")
    for refusal in (NotThere("no"), NotAllowed("no")):
        with pytest.raises(type(refusal)):
            Small(request_of(city.access["worker"], title="a")).refuse(refusal)
    form.refuse(NotThere("Gone.", field="title"))
    assert form.errors["title"] == ["Gone."]


def test_the_number_of_a_form_stays_until_it_is_used_up(city: TestCity) -> None:
    form = Small(request_of(city.access["worker"], title="a", effect_id="kept"))
    form.refuse(BadInput("Wrong.", field="title"))
    assert form.effect_id == "kept"
    spent = Refusal("Used.")
    spent.needs_new_uuid = True
    form.refuse(spent)
    assert form.effect_id != "kept"
    assert Small(request_of(city.access["worker"], title="a"), fresh=True).status == 200


def test_the_first_wrong_field_takes_the_focus_and_all_are_named_above(city: TestCity) -> None:
    answer = browser(city.access["administrator"]).post(reverse("person-new"), {"username": "李 四", "mail": "x"})
    page = unescape(answer.content.decode())
    head = re.search(r'<div class="notice notice--red form-errors".*?</div></div>', page, re.DOTALL)
    assert head is not None
    assert re.findall(r'href="#(id_\w+)"', head[0]) == ["id_display_name", "id_username", "id_unit", "id_mail"]
    assert len(re.findall(r"\sautofocus\b", page)) == 1
    focused = re.search(r"<input[^>]*autofocus[^>]*>", page)
    assert focused is not None
    assert all(part in focused[0] for part in ('name="display_name"', 'aria-invalid="true"', "id_display_name_error"))


def test_choosers_offer_only_what_this_person_may_choose_and_say_one_sentence_for_the_rest(city: TestCity) -> None:
    access = city.access["administrator"]
    cases = [
        (AreaField(permission="access.delegate"), COMMUNITY, "990102000000"),
        (AreaField(permission="access.delegate", levels=("street",)), COMMUNITY[:9] + "000", COMMUNITY),
        (UnitField(permission="access.delegate"), "street_centre", "far_centre"),
        (GridField(permission="grid.view"), "G1", "G9"),
        (PersonField(), str(city.users["worker"].id), str(city.users["far_acceptance"].id)),
    ]
    for field, mine, other in cases:
        field.open_to(access)
        assert mine in [one.code for one in field.choices], type(field)
        assert other not in [one.code for one in field.choices]
        chosen: Any = field.clean(mine)
        assert chosen is not None
        title = next(one.title for one in field.choices if one.code == mine)
        assert field.clean(f"{mine} {title}") == chosen
        said = []
        for wrong in (other, "nobody knows"):
            with pytest.raises(ValidationError) as refused:
                field.clean(wrong)
            said.append(str(refused.value.messages[0]).replace(wrong, "…"))
        assert said[0] == said[1]


def test_many_choices_are_typed_with_suggestions(city: TestCity, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_LISTED == 60
    monkeypatch.setattr("linli.core.desk.choosers.MOST_LISTED", 1)
    page = browser(city.access["administrator"]).get(reverse("person-new")).content.decode()
    assert "<datalist" in page
    assert 'list="id_unit_list"' in page
    field = UnitField(permission="access.delegate")
    field.open_to(city.access["administrator"])
    assert isinstance(field.widget, SuggestInput)


@pytest.mark.parametrize(
    ("field", "typed", "value"),
    [
        (LineField(max_length=9), " a\u200b\nb ", "a b"),
        (WordsField(max_length=9), "a\r\nb", "a\nb"),
        (DayField(required=False), "", None),
        (PlaceField(required=False), ("", ""), None),
        (PlaceField(), ("115.5", "-30"), (115.5, -30.0)),
    ],
)
def test_what_is_typed_becomes_a_value(field: Any, typed: Any, value: Any) -> None:
    assert field.clean(typed) == value


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (LineField(max_length=3), "abcd"),
        (LineField(max_length=3), "\u200b"),
        (DayField(), "2026-02-30"),
        (DayField(), "1999-12-31"),
        (DayField(), "²"),
        (MomentField(), "2026-12-01"),
        (MomentField(), "2026-12-01T25:00"),
        (MomentField(), "1999-12-01T10:00"),
        *[(YuanField(), words) for words in ("0", "-5", "1.005", "12,80", "1e3", "NaN", "10000000000", "一百")],
        (PlaceField(), ("", "")),
        (PlaceField(), ("nan", "1")),
        (PlaceField(), ("181", "1")),
        (PlaceField(), ("1", "")),
    ],
)
def test_what_cannot_be_meant_is_refused(field: Any, typed: Any) -> None:
    with pytest.raises(ValidationError):
        field.clean(typed)


def rows_field(**more: Any) -> RowsField:
    columns = {"what": LineField(max_length=9, label="做什么"), "by": DayField(label="什么时候")}
    return RowsField(columns, row_title="事项", more="再加一项", most=4, **more)


def test_rows_that_are_filled_in_arrive_in_order_and_empty_ones_are_left_out() -> None:
    typed = [
        {"what": "", "by": ""},
        {"what": "修路灯", "by": "2026-12-01"},
        {"what": " ", "by": ""},
        {"what": "清楼道", "by": "2026-12-02"},
    ]
    assert rows_field().clean(typed) == (
        {"what": "修路灯", "by": date(2026, 12, 1)},
        {"what": "清楼道", "by": date(2026, 12, 2)},
    )
    assert rows_field(required=False).clean([]) == ()
    with pytest.raises(ValidationError):
        rows_field().clean(typed[:1])


class Several(DeskForm):
    """A form with rows."""

    rows = rows_field(label="事项")


def test_a_fault_in_a_row_names_it_and_stands_at_its_cell_and_all_rows_up_to_it_are_open(city: TestCity) -> None:
    typed = {
        "rows-0-what": "修路灯",
        "rows-0-by": "2026-12-01",
        "rows-2-what": "清楼道",
        "rows-2-by": "2026-02-30",
        "effect_id": "x",
    }
    form = Several(request_of(city.access["worker"], **typed))
    assert not form.is_valid()
    assert [str(one).partition("3")[0] for one in form.errors["rows"]] == ["事项 "]
    drawn = str(form["rows"].as_widget(attrs={"autofocus": True}))
    assert drawn.count('rows__more" open') == 2
    assert drawn.count('aria-invalid="true"') == 1
    cell = re.search(r"<input[^>]*rows-2-by[^>]*>", drawn)
    assert cell is not None
    assert "autofocus" in cell[0]
    assert Several(request_of(city.access["worker"], "get"))["rows"].as_widget().count("open") == 0, (
        "one form changed another"
    )


def test_people_are_ticked_below_their_units_and_nobody_else_can_be(city: TestCity) -> None:
    class Invitation(DeskForm):
        people = PeopleField()

    leader, clerk, other = (city.users[who].id for who in ("leader", "clerk", "other_worker"))
    form = Invitation(request_of(city.access["leader"], people=str(clerk)))
    assert form.is_valid(), form.errors
    assert [one.user_id for one in form.cleaned_data["people"]] == [clerk]
    drawn = Template("{% load blocks %}{% field form.people %}").render(Context({"form": form}))
    assert 'class="people-field"' in drawn
    assert drawn.index("柳荫社区居委会") < drawn.index(f'value="{clerk}"')
    assert f'value="{leader}"' not in drawn
    for stranger in (other, leader, "x"):
        refused = Invitation(request_of(city.access["leader"], people=str(stranger)))
        assert "people" in refused.errors
    assert "people" in Invitation(request_of(city.access["leader"])).errors


@pytest.mark.parametrize("typed", ["1280.50", "1,280.50", "￥１２８０．５", "¥1280.5", "1280.5元"])
def test_yuan_are_written_as_offices_write_them(typed: str) -> None:
    assert YuanField().clean(typed) == Decimal("1280.50")


def test_a_moment_is_of_the_citys_clock() -> None:
    assert MomentField().clean("2026-12-01T14:05") == datetime(2026, 12, 1, 6, 5, tzinfo=UTC)
    assert MomentField().prepare_value(datetime(2026, 12, 1, 6, 5, tzinfo=UTC)) == datetime(2026, 12, 1, 14, 5)


def test_what_a_number_is_bound_to_is_all_that_was_typed_without_the_tokens() -> None:
    form = QueryDict("b=2&a=1&a=3&csrfmiddlewaretoken=x&effect_id=y")
    assert content_of(form) == {"a": ["1", "3"], "b": ["2"]}


class NoneToChoose(Chooser[Any]):
    """Offers nothing to anybody."""

    def offers(self, access: Access) -> list[Any]:
        return []


class NoneToTick(ManyChooser[Any]):
    """Offers nothing to tick."""

    offers = NoneToChoose.offers


@pytest.mark.parametrize("field", [NoneToChoose, NoneToTick])
def test_what_is_sent_for_a_chooser_that_offers_nothing_is_refused_and_not_dropped(city: TestCity, field: Any) -> None:
    made = type("One", (DeskForm,), {"title": LineField(max_length=5), "one": field(required=False)})
    silent = made(request_of(city.access["worker"], title="a", one=" "))
    assert silent.is_valid()
    assert (silent.left_out, silent.cleaned_data["one"]) == (["one"], None)
    form = made(request_of(city.access["worker"], title="a", one="X9"))
    assert not form.is_valid()
    assert (form.first_error, form.status) == ("one", 422)
