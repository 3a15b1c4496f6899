"""XLSForm in and out: types, expressions, texts in both languages, and every remark on what is not taken."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner
from django.utils.translation import override

from linli.config.commands.forms import forms
from linli.core.forms.logic_check import Scope, Type
from linli.core.forms.public import Brought, Kind, SchemaRefused, read, read_xlsform, walk, write_xlsform
from linli.core.forms.xpath import XPathError, logic_of, xpath_of
from linli.lib.tables import TableError

from .documents import KEPT, SHOP, form, question, var

Rows = Sequence[Mapping[str, str]]
SCOPE = Scope(
    {"a": Type.NUMBER, "t": Type.TEXT, "many": Type.TEXTS, "day": Type.DAY, "day2": Type.DAY, "r": Type.ROWS, "place": Type.THING, "today": Type.DAY},
    {"r": {"n": Type.NUMBER, "m": Type.NUMBER}},
)  # fmt: skip
NAMES = {name: name for name in [*SCOPE.names, *SCOPE.rows["r"]]} | {"with-dash": "a"}


def workbook(survey: Rows, choices: Rows = (), settings: Mapping[str, str] | None = None) -> io.BytesIO:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False})
    for name, rows in (("survey", survey), ("choices", choices), ("settings", [settings] if settings else [])):
        sheet = book.add_worksheet(name)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        for line, row in enumerate([dict(zip(columns, columns, strict=True)), *rows] if rows else []):
            for place, column in enumerate(columns):
                sheet.write_string(line, place, row.get(column, ""))
    book.close()
    out.seek(0)
    return out


def brought(survey: Rows, choices: Rows = (), settings: Mapping[str, str] | None = None) -> Brought:
    with override("en"):
        return read_xlsform(workbook(survey, choices, settings), defaults=KEPT)


def remarks(found: Brought) -> list[tuple[int, str, str]]:
    return [(one.row, one.name, one.sentence) for one in found.remarks]


LOGIC: list[tuple[str, Any]] = [
    ("${a} > 3 and ${a} <= 10", {"and": [{">": [var("a"), 3]}, {"<=": [var("a"), 10]}]}),
    ("${a}>3 or ${a}<1 or ${t}='x'", {"or": [{">": [var("a"), 3]}, {"<": [var("a"), 1]}, {"==": [var("t"), "x"]}]}),
    ("1 + 2 * ${a} - 4 div ${a} mod 2", {"-": [{"+": [1, {"*": [2, var("a")]}]}, {"%": [{"/": [4, var("a")]}, 2]}]}),
    ("-(${a}) < -2", {"<": [{"-": [var("a")]}, -2]}),
    (". >= 0 and . < 120", {"and": [{">=": [var("a"), 0]}, {"<": [var("a"), 120]}]}),
    ("selected(${many}, 'x')", {"in": ["x", var("many")]}),
    ("selected(${t}, 1)", {"==": [var("t"), "1"]}),
    ("not(selected(${many}, \"x y\"))", {"!": [{"in": ["x y", var("many")]}]}),
    ("${t} = 1", {"==": [var("t"), "1"]}),
    ("'1' = ${a}", {"==": [var("a"), 1]}),
    ("${t} != ''", {"!=": [var("t"), None]}),
    ("${many} = ''", {"!": [var("many")]}),
    ("${place} != ''", {"!!": [var("place")]}),
    ("if(${a} > 1, 'yes', '')", {"if": [{">": [var("a"), 1]}, "yes", None]}),
    ("coalesce(${t}, 'x')", {"if": [{"!=": [var("t"), None]}, var("t"), "x"]}),
    ("count(${r})", {"count": [var("r")]}),
    ("count(${n}) > 2", {">": [{"count": [var("r")]}, 2]}),
    ("count-selected(.) <= 3", {"<=": [{"count": [var("a")]}, 3]}),
    ("sum(${n})", {"sum": [{"map": [var("r"), var("n")]}]}),
    ("max(${n})", {"largest": [{"map": [var("r"), var("n")]}]}),
    ("max(${a}, 3)", {"max": [var("a"), 3]}),
    ("string-length(${t}) < 5", {"<": [{"length": [var("t")]}, 5]}),
    ("concat(${t}, '-', ${t})", {"cat": [var("t"), "-", var("t")]}),
    ("round(${a}, 2)", {"round": [var("a"), 2]}),
    ("${day} < today()", {"<": [var("day"), var("today")]}),
    ("today() - ${day} > 30", {">": [{"days_between": [var("day"), var("today")]}, 30]}),
    ("${day} + 7", {"add_days": [var("day"), 7]}),
    ("${day} > date('2020-01-01')", {">": [var("day"), "2020-01-01"]}),
    ("${ a }=‘x’", {"==": [var("a"), "x"]}),
    ("${with-dash} = 1", {"==": [var("a"), 1]}),
    ("true()", {"!": [False]}),
    ("'x'", {"if": [{"!": [False]}, "x", "x"]}),
]  # fmt: skip


@pytest.mark.parametrize(("words", "logic"), LOGIC, ids=[words for words, _logic in LOGIC])
def test_expressions_are_read_and_written_back(words: str, logic: Any) -> None:
    assert logic_of(words, names=NAMES, scope=SCOPE, own="a") == logic
    again = xpath_of(logic, "a")
    if again:
        assert logic_of(again, names=NAMES, scope=SCOPE, own="a") == logic


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("regex(., '[0-9]+')", "the function regex() is not supported"), ("pulldata('x', 'y', 'z', .)", "pulldata()"), ("${gone} = 1", "“gone” is not there"),
        ("../a = 1", "“/” is not supported"), ("/data/a", "“/” is not supported"), ("${a} =", "ends where"), ("${a} = 1)", "“)” is not supported"),
        ("selected(${a})", "has 1 parts where it takes 2"), ("(" * 100 + "1" + ")" * 100, "nested too deep"), ("-" * 999 + "1", "nested too deep"),
        ("1+" * 3000 + "1", "longer than 4000"), ("${a} | 1", "“|” is not supported"), ("sum(${a})", "sums go over"), ("today(", "ends where"),
    ],
)  # fmt: skip
def test_what_is_outside_of_the_subset_is_named(words: str, said: str) -> None:
    with override("en"), pytest.raises(XPathError) as error:
        logic_of(words, names=NAMES, scope=SCOPE, own="a")
    assert said in str(error.value)


CHOICES = [
    {"list_name": "yn", "name": "1", "label": "是", "label::English (en)": "Yes"},
    {"list_name": "yn", "name": "0", "label": "否", "label::English (en)": "No"},
]


def test_the_types_become_kinds_and_groups_keep_what_stands_in_them() -> None:
    kinds = [
        ("text", Kind.TEXT), ("integer", Kind.NUMBER), ("decimal", Kind.NUMBER), ("range", Kind.NUMBER), ("date", Kind.DATE), ("time", Kind.TIME),
        ("dateTime", Kind.MOMENT), ("select_one yn", Kind.ONE), ("select multiple yn", Kind.SEVERAL), ("geopoint", Kind.PLACE), ("image", Kind.PHOTO),
        ("audio", Kind.VOICE), ("note", Kind.NOTE), ("acknowledge", Kind.ONE), ("barcode", Kind.TEXT),
    ]  # fmt: skip
    survey = [{"type": words, "name": f"q{place}", "label": "问"} for place, (words, _kind) in enumerate(kinds)]
    survey[3]["parameters"] = "start=0 end=5 step=1"
    survey += [
        {"type": "image", "name": "sign", "label": "签名", "appearance": "signature"},
        {"type": "begin group", "name": "g", "label": "组", "appearance": "field-list", "relevant": "${q7} = '1'"},
        {"type": "begin_repeat", "name": "r", "label": "行", "repeat_count": "3"},
        {"type": "integer", "name": "n", "label": "数", "constraint": ". > 1", "constraint_message": "太小"},
        {"type": "end_repeat"}, {"type": "end group"},
        {"type": "calculate", "name": "total", "calculation": "sum(${n})"},
    ]  # fmt: skip
    found = brought(survey, CHOICES, {"form_title": "试", "linli::subject": "premises"})
    assert [one.kind for one in found.schema.questions[:15]] == [kind for _words, kind in kinds]
    assert found.remarks == ()
    by_name = found.schema.by_name
    assert (by_name["q3"].least, by_name["q3"].most, by_name["q3"].whole) == (0, 5, True)  # type: ignore[union-attr]
    assert by_name["sign"].kind is Kind.SIGNATURE  # type: ignore[union-attr]
    assert (by_name["r"].least, by_name["r"].most) == (3, 3)  # type: ignore[union-attr]
    assert (by_name["n"].repeat, by_name["n"].message) == ("r", {"zh-hans": "太小", "en": "太小"})  # type: ignore[union-attr]
    assert (found.schema.titles["en"], found.schema.subject) == ("试", "premises")
    assert by_name["q7"].choices[0].label == {"en": "Yes"}  # type: ignore[union-attr]


def test_what_is_not_taken_is_named_with_its_row_and_what_happens_instead() -> None:
    found = brought(
        [
            {"type": "start", "name": "start"},
            {
                "type": "text",
                "name": "a-b",
                "label": "问",
                "default": "x",
                "appearance": "numbers",
                "required": "${x} = 1",
            },
            {"type": "video", "name": "v", "label": "问"},
            {"type": "select_one gone", "name": "s", "label": "问"},
            {"type": "text", "name": "t", "label": "${v}", "relevant": "${v} != ''", "bind::odk:length": "9"},
            {
                "type": "integer",
                "name": "i",
                "label": "问",
                "constraint": "regex(., '[0-9]')",
                "constraint_message": "x",
                "read_only": "yes",
            },
            {"type": "integer", "name": "j", "label": "问", "relevant": "${t} > 3"},
            {"type": "calculate", "name": "c", "calculation": "now()"},
            {"type": "select_one yn or_other", "name": "o", "label": "问", "choice_filter": "x=1"},
            {"type": "calculate", "name": "d", "calculation": "${c} + 1"},
        ],
        CHOICES,
    )
    said = [(row, name, sentence.split(";")[0][:58]) for row, name, sentence in remarks(found)]
    assert [(row, name) for row, name, _sentence in said] == [
        (2, "start"), (3, "a-b"), (3, "a-b"), (3, "a-b"), (3, "a-b"), (4, "v"), (5, "s"), (6, "t"), (6, "t"), (6, "t"), (7, "i"), (7, "i"), (8, "j"),
        (9, "c"), (10, "o"), (11, "d"),
    ]  # fmt: skip
    words = " ".join(sentence for _row, _name, sentence in remarks(found))
    for part in (
        "nobody's business", "it is called “a_b”", "is not filled in beforehand", "The appearance “numbers”", "it need not be",
        "The type “video” is not supported", "not in the sheet “choices”", "shown as it is written", "“v” is not there", "odk:length",
        "Every answer is taken", "though the file says", "both sides are of one kind", "now() is not supported", "not narrowed", "There is no question “c”",
    ):  # fmt: skip
        assert part in words
    assert [one.name for one in found.schema.questions] == ["a_b", "t", "i", "j", "o", "o_other"]
    assert [choice.code for choice in found.schema.by_name["o"].choices] == ["1", "0", "other"]  # type: ignore[union-attr]


def test_texts_come_by_language_and_others_are_taken_where_there_is_none_of_ours() -> None:
    found = brought(
        [
            {
                "type": "text",
                "name": "a",
                "label::中文 (zh)": "一",
                "label::English (en)": "One",
                "label::Français (fr)": "Un",
            },
            {
                "type": "text",
                "name": "b",
                "label::中文 (zh)": "",
                "label::English (en)": "",
                "label::Français (fr)": "Deux",
            },
        ]
    )
    assert found.schema.by_name["a"].label == {"zh-hans": "一", "en": "One"}
    assert found.schema.by_name["b"].label == {"zh-hans": "Deux", "en": "Deux"}
    assert ("Français (fr)" in found.remarks[0].sentence, found.remarks[0].row) == (True, 0)


def test_a_file_without_purpose_is_refused_row_by_row_until_somebody_says_it() -> None:
    survey = [{"type": "integer", "name": "n", "label": "数"}, {"type": "text", "name": "who", "label": "姓名"}]
    with pytest.raises(SchemaRefused) as refused:
        read_xlsform(workbook(survey))
    assert {(fault.place, fault.value) for fault in refused.value.faults} == {(3, "who")}
    own = {
        "linli::purpose": "know",
        "linli::class": "important",
        "linli::keep_days": "30",
        "linli::fact": "person.name",
    }
    found = read_xlsform(workbook([{**survey[1], **own}]))
    keeping = found.schema.questions[0].keeping
    assert keeping is not None
    assert (keeping.data_class, keeping.days, found.schema.questions[0].fact) == ("important", 30, "person.name")
    settings = {name: value for name, value in own.items() if name != "linli::fact"}
    assert read_xlsform(workbook(survey, settings=settings)).schema.questions[1].sealed


EVERYTHING = form(
    *(question(str(kind), f"k_{kind}") for kind in Kind if kind is not Kind.CALCULATED),
    question("number", "n", unit={"en": "m²"}, least=-1.5, most=20, impersonal=True),
    question("text", "long", lines=True, most=900, **{"class": "core", "purpose": "why", "keep_days": 3}),
    question("calculated", "c", calculate={"if": [{"some": [var("r"), {">": [var("m"), 2]}]}, 1, 0]}),
    question("calculated", "y", calculate={"years_between": [var("k_date"), var("today")]}, impersonal=True),
    {"type": "repeat", "name": "r", "label": "行", "row": {"en": "Row"}, "least": 1, "most": 7,
        "items": [question("number", "m", constraint={"<": [var("m"), 9]})],
    },
    {"type": "group", "name": "g", "label": "组", "together": False, "items": [question("one", "k2", relevant={"in": ["shop", var("k_several")]})]},
)  # fmt: skip


@pytest.mark.parametrize("document", [SHOP, EVERYTHING], ids=["shop", "everything"])
def test_a_form_that_was_written_comes_in_again_as_the_same_form(document: dict[str, Any]) -> None:
    schema, out = read(document), io.BytesIO()
    write_xlsform(out, schema)
    again = read_xlsform(out)
    assert again.schema.items == schema.items
    assert (again.schema.subject, again.schema.order) == (schema.subject, schema.order)
    assert again.remarks == ()


def test_bad_files_get_a_sentence() -> None:
    with pytest.raises(TableError, match="no sheet “survey”"):
        read_xlsform(_without_survey())
    with override("en"), pytest.raises(SchemaRefused, match="10000 questions"):
        read_xlsform(workbook([{"type": "text", "name": f"q{number}", "label": "x"} for number in range(10_000)]))
    circle = [
        {"type": "calculate", "name": "a", "calculation": "${b} + 1"}, {"type": "calculate", "name": "b", "calculation": "${a} + 1"},
        {"type": "integer", "name": "n", "label": "数"},
    ]  # fmt: skip
    begun = time.monotonic()
    found = brought(circle)
    assert "circle" in " ".join(one.sentence for one in found.remarks)
    assert time.monotonic() - begun < 10
    markup = brought([{"type": "integer", "name": "n", "label": "<script>alert(1)</script>"}])
    assert markup.schema.questions[0].label["en"] == "<script>alert(1)</script>"


def _without_survey() -> io.BytesIO:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    book.add_worksheet("x").write_string(0, 0, "a")
    book.close()
    return out


def test_deep_groups_and_repeats_in_repeats_are_flattened_and_named() -> None:
    deep: list[dict[str, str]] = [{"type": "begin_group", "name": f"g{number}", "label": "组"} for number in range(5)]
    deep += [{"type": "integer", "name": "n", "label": "数"}, *({"type": "end_group"} for _one in range(5))]
    deep += [
        {"type": kind, "name": name, "label": "行"}
        for kind, name in (("begin_repeat", "r"), ("begin_repeat", "s"), ("integer", "m"))
    ]
    found = brought([*deep, {"type": "end_repeat"}, {"type": "end_repeat"}])
    assert [one.name for one in walk(found.schema.items)] == ["g0", "g1", "g2", "n", "r", "s", "m"]
    assert [row for row, _name, _sentence in remarks(found)] == [5, 6, 14]


def test_the_command_line_brings_a_form_in_and_out(db: None, tmp_path: Path) -> None:
    file, out, again = tmp_path / "f.xlsx", tmp_path / "f.json", tmp_path / "again.xlsx"
    file.write_bytes(
        workbook(
            [{"type": "text", "name": "a", "label": "问"}, {"type": "video", "name": "v", "label": "问"}]
        ).getvalue()
    )
    runner, english = CliRunner(), ["--language", "en"]
    refused = runner.invoke(forms, ["from-xlsform", str(file), str(out), *english])
    assert (refused.exit_code, "Say for what this is asked" in refused.output) == (1, True)
    said = ["--purpose", "try", "--class", "general", "--keep-days", "9"]
    taken = runner.invoke(forms, ["from-xlsform", str(file), str(out), *said, *english], catch_exceptions=False)
    assert (taken.exit_code, "1 questions taken; 1 remarks" in taken.output) == (0, True)
    assert json.loads(out.read_text("utf-8"))["items"][0]["name"] == "a"
    assert runner.invoke(forms, ["to-xlsform", str(out), str(again), *english], catch_exceptions=False).exit_code == 0
    assert read_xlsform(io.BytesIO(again.read_bytes())).schema.questions[0].name == "a"
