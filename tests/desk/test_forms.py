"""What forms of the desk do, tried on the form of a new account; and the door below it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, ClassVar

import pytest
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.test import RequestFactory
from django.urls import reverse

from linli.core.access.public import Access, User
from linli.core.desk.choosers import MOST_LISTED, SuggestInput
from linli.core.desk.public import (
    AreaField,
    DayField,
    DeskForm,
    GridField,
    LineField,
    PersonField,
    PlaceField,
    UnitField,
    WordsField,
    content_of,
)
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
    assert re.findall(r'href="#(id_\w+)"', head[0]) == ["id_username", "id_display_name", "id_unit", "id_mail"]
    assert len(re.findall(r"\sautofocus\b", page)) == 1
    focused = re.search(r"<input[^>]*autofocus[^>]*>", page)
    assert focused is not None
    assert all(part in focused[0] for part in ('name="username"', 'aria-invalid="true"', "id_username_error"))


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
        (PlaceField(), ("", "")),
        (PlaceField(), ("nan", "1")),
        (PlaceField(), ("181", "1")),
        (PlaceField(), ("1", "")),
    ],
)
def test_what_cannot_be_meant_is_refused(field: Any, typed: Any) -> None:
    with pytest.raises(ValidationError):
        field.clean(typed)


def test_what_a_number_is_bound_to_is_all_that_was_typed_without_the_tokens() -> None:
    form = QueryDict("b=2&a=1&a=3&csrfmiddlewaretoken=x&effect_id=y")
    assert content_of(form) == {"a": ["1", "3"], "b": ["2"]}
