"""Answers are held against a form: what is asked, what is calculated, what lacks."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from linli.core.forms.public import Spot, in_text, judged, parsed, read, spots, taken_in
from linli.core.platform.public import BadInput

from .documents import SHOP, form, question, var

SCHEMA = read(SHOP)
TODAY = "2026-11-30"


def faults_of(answers: dict[str, Any]) -> list[tuple[str, int]]:
    """Where answers to the shop's form are at fault."""
    return [(fault.spot.name, fault.spot.row) for fault in judged(SCHEMA, answers, TODAY).faults]


def test_what_is_not_asked_is_not_missed_and_not_kept() -> None:
    told = judged(SCHEMA, {"shop_name": "小店", "kind": "shop", "rooms": 5, "doors": 1}, TODAY)
    assert told.faults == []
    assert told.hidden == {Spot("rooms"), Spot("safety"), Spot("doors"), Spot("rooms_per_door")}
    assert told.answers == {"shop_name": "小店", "kind": "shop", "staff": [], "minors": 0, "front": None}


def test_what_is_calculated_stands_beside_what_was_answered() -> None:
    told = judged(SCHEMA, {"shop_name": "客栈", "kind": "inn", "rooms": 10, "doors": 3}, TODAY)
    assert told.faults == []
    assert told.answers["rooms_per_door"] == 3.3


def test_required_answers_and_constraints_are_told_with_their_sentence() -> None:
    assert faults_of({}) == [("shop_name", -1), ("kind", -1)]
    told = judged(SCHEMA, {"shop_name": "客栈", "kind": "inn", "doors": 1}, TODAY)
    assert [(fault.spot, fault.sentence) for fault in told.faults] == [(Spot("doors"), "至少要有两个出口。")]


def test_each_row_is_asked_by_itself() -> None:
    rows = [{"born": "2015-05-01"}, {"born": "1990-05-01"}, {"born": "2015-05-01", "guardian": "王大妈"}]
    answers = {"shop_name": "小店", "kind": "shop", "staff": rows}
    told = judged(SCHEMA, answers, TODAY)
    assert [(fault.spot.name, fault.spot.row) for fault in told.faults] == [("guardian", 0)]
    assert Spot("guardian", 1) in told.hidden
    assert "guardian" not in told.answers["staff"][1]
    assert [row["age"] for row in told.answers["staff"]] == [11, 36, 11]
    assert told.answers["minors"] == 2
    assert [(one.name, row) for one, row, _value in spots(SCHEMA, told.answers) if one.name == "guardian"] == [
        ("guardian", 2)
    ]


def test_nothing_hidden_is_read_by_what_comes_after_it() -> None:
    schema = read(
        form(
            question("one", "a"),
            {"type": "group", "name": "g", "relevant": {"==": [var("a"), "inn"]}, "items": [question("number", "b")]},
            question("number", "c", relevant={">": [var("b"), 1]}),
            {"type": "repeat", "name": "r", "relevant": {"==": [var("a"), "inn"]}, "items": [question("number", "d")]},
            question("calculated", "many", calculate={"count": var("r")}),
        )
    )
    told = judged(schema, {"a": "shop", "b": 5, "c": 1, "r": [{"d": 1}]}, TODAY)
    assert told.answers == {"a": "shop", "many": 0}
    assert judged(schema, {"a": "inn", "b": 5, "c": 1, "r": [{"d": 1}]}, TODAY).answers == {
        "a": "inn",
        "b": 5,
        "c": 1,
        "r": [{"d": 1}],
        "many": 1,
    }


KINDS: dict[str, list[tuple[Any, Any]]] = {
    "text": [(" a\u3000b ", "a\u3000b"), ("   ", None), (5.0, "5"), ("x" * 201, BadInput), ("a\ud800", BadInput)],
    "number": [("１２８０．５", 1280.5), ("1,280", 1280), (3, 3), ("1e5", BadInput), ("NaN", BadInput), (float("inf"), BadInput),
               ("-", BadInput), (True, BadInput), ("1" * 17, BadInput)],
    "date": [("2026-11-21", "2026-11-21"), ("2026/1/2", "2026-01-02"), (date(2026, 1, 2), "2026-01-02"), ("2026-02-30", BadInput), ("²026-01-01", BadInput)],
    "time": [("8:05", "08:05"), ("24:00", BadInput)],
    "moment": [("2026-11-21 8:05", "2026-11-21T08:05"), ("2026-11-21T08:05", "2026-11-21T08:05"), ("2026-11-21", BadInput)],
    "one": [("shop", "shop"), ("旅馆", "inn"), ("Shop", "shop"), ("bar", BadInput), ({"a": 1}, BadInput)],
    "several": [("inn、shop", ["shop", "inn"]), (["inn"], ["inn"]), ([], None), (["bar"], BadInput), (5, BadInput)],
    "place": [([115.4, 32.8], [115.4, 32.8]), ("115.4,32.8", [115.4, 32.8]), (("", ""), None), ([200, 0], BadInput), (["nan", "1"], BadInput), ([1], BadInput)],
    "person": [({"name": "张三", "phone": "１３８"}, {"name": "张三", "phone": "138"}), ("张三", {"name": "张三", "phone": ""}),
               ({"phone": "138"}, BadInput), ({"name": "a", "id": 1}, BadInput)],
    "phone": [("138 0000", "138 0000"), ("abc", BadInput)],
    "photo": [([1, 2, 2], [1, 2]), (["1"], BadInput), ([True], BadInput), ([1, 2, 3, 4, 5], BadInput)],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "gives"), [(kind, given, gives) for kind, tried in KINDS.items() for given, gives in tried]
)
def test_an_answer_is_made_of_what_came_or_refused_by_name(kind: str, given: object, gives: object) -> None:
    asked = read(form(question(kind, "a"))).questions[0]
    if gives is BadInput:
        with pytest.raises(BadInput) as refused:
            parsed(asked, given)
        assert refused.value.field == "a"
        assert refused.value.sentence
    else:
        assert parsed(asked, given) == gives
        assert parsed(asked, parsed(asked, given)) == gives


def test_what_nobody_asks_and_what_cannot_be_read_are_named_all_at_once() -> None:
    answers, faults = taken_in(
        SCHEMA,
        {
            "shop_name": "小店",
            "kind": "bar",
            "rooms": "x",
            "nobody": 1,
            "age": 5,
            "staff": [{"born": "x", "kind": "a"}],
        },
    )
    assert answers["shop_name"] == "小店"
    assert [(fault.spot.name, fault.spot.row) for fault in faults] == [
        ("kind", -1), ("rooms", -1), ("nobody", -1), ("age", -1), ("born", 0), ("kind", 0),
    ]  # fmt: skip
    assert taken_in(SCHEMA, {"staff": [{}] * 4})[1]
    assert taken_in(SCHEMA, {"staff": "x"})[1]


def test_answers_are_read_in_the_readers_language() -> None:
    kind, rooms = SCHEMA.by_name["kind"], SCHEMA.by_name["rooms"]
    with override("en"):
        assert (in_text(kind, "shop"), in_text(rooms, 3)) == ("Shop", "3 rooms")  # type: ignore[arg-type]
    with override("zh-hans"):
        assert (in_text(kind, "shop"), in_text(rooms, 3)) == ("商店", "3 间")  # type: ignore[arg-type]
