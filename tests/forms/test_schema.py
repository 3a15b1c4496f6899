"""A document becomes a form, or every fault of it is named with its question and its mend."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.utils.translation import override

from linli.core.forms.public import Kind, Question, Repeat, SchemaRefused, Type, document_of, fault_words, read, told
from linli.lib.faults import Fault

from .documents import KEPT, SHOP, form, question, var


def faults_of(document: object) -> list[Fault]:
    """The faults of a document, in English."""
    with override("en"), pytest.raises(SchemaRefused) as refused:
        read(document)
    return list(refused.value.faults)


def test_a_form_is_read_with_its_questions_rows_and_expressions() -> None:
    schema = read(SHOP)
    assert [one.name for one in schema.questions] == [
        "shop_name", "kind", "rooms", "doors", "rooms_per_door", "worker", "born", "age", "guardian", "minors", "front",
    ]  # fmt: skip
    assert [one.number for one in schema.questions] == list(range(1, 12))
    name, staff = schema.by_name["shop_name"], schema.by_name["staff"]
    assert isinstance(name, Question)
    assert name.keeping is not None
    assert name.keeping.days == 365
    assert not name.sealed
    assert isinstance(staff, Repeat)
    assert (staff.least, staff.most) == (0, 3)
    worker, age = schema.by_name["worker"], schema.by_name["age"]
    assert isinstance(worker, Question)
    assert worker.sealed
    assert worker.repeat == "staff"
    assert isinstance(age, Question)
    assert age.result is Type.NUMBER
    assert schema.order.index("rooms") < schema.order.index("rooms_per_door")
    assert schema.order.index("age") < schema.order.index("minors")
    assert schema.order.index("safety") < schema.order.index("rooms_per_door")


def test_texts_fall_back_to_the_language_there_is() -> None:
    choices = read(SHOP).by_name["kind"].choices  # type: ignore[union-attr]
    assert [told(one.label, "en") for one in choices] == ["Shop", "旅馆"]
    assert [told(one.label, "zh-hans") for one in choices] == ["商店", "旅馆"]


def test_the_same_form_has_the_same_digest_however_it_is_written() -> None:
    again = document_of(json.dumps(dict(reversed(SHOP.items()))))
    assert read(again).digest == read(SHOP).digest
    assert read(SHOP | {"subject": "person"}).digest != read(SHOP).digest


def test_all_faults_are_told_at_once_each_with_its_question() -> None:
    found = faults_of(
        form(
            question("text", "ok"),
            question("tekst", "a"),
            question("number", "b", unitt="x", least=3, most=1),
            question("one", "c", choices=[]),
            question("text", "ok"),
            question("text", "d", label=""),
            question("number", "e", relevant={"==": [var("nobody"), 1]}),
            question("person", "f", impersonal=True),
        )
    )  # fmt: skip
    assert [(number, part, name) for number, part, name, _mend in found] == [
        (2, "type", "a"), (3, "unitt", "b"), (3, "least", "b"), (4, "choices", "c"), (5, "name", "ok"), (6, "label", "d"),
        (7, "relevant", "e"), (8, "impersonal", "f"),
    ]  # fmt: skip
    assert all((mend and mend[0].isupper()) or mend.startswith("“") for *_place, mend in found)


@pytest.mark.parametrize(
    "kind", [one.value for one in Kind if one.value not in ("note", "calculated", "number", "one", "several")]
)
def test_what_can_hold_something_personal_says_for_what_and_how_long(kind: str) -> None:
    bare = form(question(kind, "a")) | {"defaults": {}}
    assert [part for _number, part, _name, _mend in faults_of(bare)] == ["purpose", "class", "keep_days"]
    assert read(form(question(kind, "a", **KEPT)) | {"defaults": {}}).questions[0].keeping is not None


def test_what_is_calculated_from_something_personal_is_kept_as_that_is() -> None:
    age = question("calculated", "age", calculate={"years_between": [var("born"), var("today")]})
    about = question("calculated", "about", calculate={"if": [{"<": [var("age"), 18]}, "minor", var("who")]})
    named = [question("date", "born"), age, question("phone", "who", **(KEPT | {"keep_days": 30})), about]
    born, age_kept, _who, both = read(form(*named)).questions
    assert age_kept.keeping == born.keeping
    assert not age_kept.sealed
    assert both.keeping is not None
    assert (both.keeping.days, both.sealed) == (30, True)
    assert read(form(question("date", "born"), age | {"impersonal": True})).questions[1].keeping is None


def test_people_and_what_is_important_cannot_stay_unsealed() -> None:
    assert [one[1] for one in faults_of(form(question("phone", "a", sealed=False)))] == ["sealed"]
    assert [one[1] for one in faults_of(form(question("text", "a", sealed=False, **(KEPT | {"class": "core"}))))] == [
        "sealed"
    ]
    assert [one[1] for one in faults_of(form(question("photo", "a", sealed=True)))] == ["sealed"]


@pytest.mark.parametrize(
    ("items", "path"),
    [
        ([question("calculated", "a", calculate={"+": [var("a"), 1]})], "a → a"),
        (
            [
                question("calculated", "a", calculate={"+": [var("b"), 1]}),
                question("calculated", "b", calculate={"+": [var("c"), 1]}),
                question("number", "c", relevant={">": [var("a"), 0]}),
            ],
            "a → b → c → a",
        ),
        (
            [{"type": "group", "name": "g", "relevant": {">": [var("a"), 0]}, "items": [question("number", "a")]}],
            "g → a → g",
        ),
        (
            [
                {
                    "type": "repeat",
                    "name": "r",
                    "items": [question("number", "a", relevant={">": [{"count": var("r")}, 1]})],
                }
            ],
            "r → a → r",
        ),
    ],
)
def test_a_ring_is_told_with_its_path(items: list[dict[str, Any]], path: str) -> None:
    (fault,) = faults_of(form(*items))
    assert path in fault[3]


@pytest.mark.parametrize(
    ("logic", "word"),
    [
        ({"==": [var("n"), "1"]}, "both sides are of one kind"),
        ({"<": [var("t"), "b"]}, "have an order"),
        ({"+": [var("n"), var("t")]}, "takes a number"),
        ({"matches": [var("t"), "(a+)+$"]}, "no operator"),
        ({"method": [var("t"), "constructor"]}, "no operator"),
        ({"var": "constructor"}, "no question"),
        ({"var": {"cat": ["n"]}}, "as text"),
        ({"==": [var("n"), 1], "!=": [var("n"), 1]}, "2 keys"),
        ([var("n")], "is an object"),
        ({"==": [var("n"), 1e300]}, "lie between"),
        ({"if": [True, 1]}, "not 2"),
        ({"cat": [var("t"), "\x07"]}, "can be seen"),
        ({"map": [var("t"), 1]}, "goes over the rows"),
    ],
)
def test_an_expression_outside_the_language_is_refused_with_a_sentence(logic: object, word: str) -> None:
    (fault,) = faults_of(form(question("number", "n"), question("text", "t"), question("number", "x", relevant=logic)))
    assert (fault[1], fault[2]) == ("relevant", "x")
    assert word in fault[3]


def nested(deep: int) -> Any:
    """An expression that is `deep` deep."""
    logic: Any = var("n")
    for _level in range(deep):
        logic = {"!": logic}
    return logic


@pytest.mark.parametrize(
    ("document", "word"),
    [
        (form(*(question("number", f"q{number}") for number in range(10_000))), "10000 questions"),
        (form(question("number", "n"), question("number", "x", relevant=nested(900))), "nested more than 40"),
        (form(question("number", "n"), question("calculated", "x", calculate={"+": [{"+": [var("n")] * 40} for _one in range(40)]})), "more than 300"),
        (
            form(
                question("number", "n"),
                {
                    "type": "repeat", "name": "r",
                    "items": [
                        question("number", "a"),
                        question("calculated", "x", calculate={"sum": {"map": [{"var": "s"}, {"+": [var("b")] * 30}]}}),
                    ],
                },
                {"type": "repeat", "name": "s", "items": [question("number", "b")]},
            ),
            "steps",
        ),
        (form({"type": "group", "name": "a", "items": [{"type": "group", "name": "b", "items": [{"type": "group", "name": "c", "items": [
            {"type": "group", "name": "d", "items": [question("number", "n")]}]}]}]}), "3 deep"),
        (form({"type": "repeat", "name": "a", "items": [{"type": "repeat", "name": "b", "items": [question("number", "n")]}]}), "row has no rows"),
        (form(question("one", "a", choices=[{"code": str(number), "label": "x"} for number in range(2_001)])), "1 to 2000"),
        (form(question("text", "a", label="x" * 2_001)), "longer than"),
        (form(question("text", "a", label="hidden\u202esign")), "control characters"),
        ({"form": 2}, "no form"),
        ([], "no form"),
        (form(), "at least one question"),
    ],
)  # fmt: skip
def test_bad_input_costs_little_and_gets_a_sentence(document: object, word: str) -> None:
    begun = time.process_time()
    found = faults_of(document)
    assert any(word in fault[3] for fault in found), found
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("content", ["[" * 100_000, '{"form": NaN}', "", b"\xff\xfe", "x" * 2_000_001, '{"a": 1e'])
def test_what_is_no_json_is_refused(content: str | bytes) -> None:
    with override("en"), pytest.raises(SchemaRefused):
        document_of(content)


def test_a_fault_is_a_sentence_of_its_own() -> None:
    with override("en"), pytest.raises(SchemaRefused) as refused:
        read(form(question("text", "a", label=""), question("text", "b", label="")))
    with override("en"):
        assert fault_words(refused.value.faults[0]) == "Question 1 “a”, label: Write what people read here."
    assert refused.value.sentence == "Question 1 “a”, label: Write what people read here. (and 1 more faults)"
