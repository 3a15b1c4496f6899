"""docs/glossary.md names what the code names, with the Chinese that the interface shows."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel.messages.pofile import read_po
from django.db.models import TextChoices
from django.utils import translation

from linli.config.glossary import Word, core_part, department_pages, findings, whole_page, words_of
from linli.core.access.models import UnitKind
from linli.core.access.roles import CORE_ROLES
from linli.core.areas.models import Level
from linli.core.cases.models.case import Source, State
from linli.core.cases.transitions import ACTION_TITLES, STAGES
from linli.core.catalogue.public import CategoryKind, LimitUnit
from linli.core.flow.public import ClockState
from linli.core.grids.models import GridKind
from linli.core.platform.public import subsystems
from linli.core.staff.models import Force, Post

from .walk import PACKAGE, ROOT, linli_models

HOUSE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
DEPARTMENTS = department_pages(one.code for one in subsystems() if one.code != "example")
PAGE = "\n".join((core_part(HOUSE), *DEPARTMENTS.values()))
CHOICES: tuple[type[TextChoices], ...] = (
    State, Source, ClockState, LimitUnit, CategoryKind, UnitKind, Level, GridKind, Force, Post,
)  # fmt: skip


def glossary() -> dict[str, set[str]]:
    """Name → the Chinese words that stand beside it; some names stand in two tables."""
    rows: dict[str, set[str]] = defaultdict(set)
    for name, chinese in re.findall(r"^\| `(\w+)` \| (.+?) \| .+ \|$", PAGE, re.MULTILINE):
        rows[name].add(chinese)
    return rows


def titles() -> dict[str, set[str]]:
    """Name → the English titles that the interface translates: of choices and of actions."""
    found: dict[str, set[str]] = defaultdict(set)
    with translation.override("en"):
        for choices in CHOICES:
            for value, label in choices.choices:
                found[str(value)].add(str(label))
        for action, title in ACTION_TITLES.items():
            found[action].add(str(title))
    return found


def chinese_of() -> dict[str, set[str]]:
    """English text → its translations, whatever their context."""
    found: dict[str, set[str]] = defaultdict(set)
    with (PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po").open("rb") as file:
        for message in read_po(file):
            if isinstance(message.id, str) and isinstance(message.string, str) and message.string:
                found[message.id].add(message.string)
    return found


def role_titles() -> dict[str, str]:
    """Every role that the core or a subsystem brings, with its Chinese title."""
    plans = [*CORE_ROLES, *(plan for one in subsystems() if one.code != "example" for plan in one.roles)]
    core = {plan.code for plan in CORE_ROLES}
    return {plan.code: plan.titles["zh-hans"] for plan in plans if plan in CORE_ROLES or plan.code not in core}


def test_every_model_stands_in_the_glossary() -> None:
    models = {
        model.__name__ for model in linli_models()
        if not model._meta.auto_created and not model.__module__.startswith("linli.subsystems.example")
    }  # fmt: skip
    assert len(models) > 40, "the models were not found"
    assert sorted(models - set(glossary())) == []


@pytest.mark.parametrize("choices", CHOICES, ids=lambda choices: choices.__name__)
def test_every_choice_stands_in_the_glossary(choices: type[TextChoices]) -> None:
    assert sorted(set(choices.values) - set(glossary())) == []


def test_every_action_stage_and_role_stands_in_the_glossary() -> None:
    assert sorted(set(ACTION_TITLES) - set(glossary())) == []
    assert [stage for stage in STAGES if f"`{stage}`" not in PAGE] == []
    assert sorted(set(role_titles()) - set(glossary())) == []


def test_the_chinese_is_what_the_interface_shows() -> None:
    rows, translations = glossary(), chinese_of()
    wrong = []
    for name, english in titles().items():
        shown = {word for text in english for word in translations[text]}
        # The page may give a variant beside it: 区、县.
        if shown and not any(word in cell for word in shown for cell in rows[name]):
            wrong.append((name, shown, rows[name]))
    wrong += [(code, {title}, rows[code]) for code, title in role_titles().items() if title not in rows[code]]
    assert wrong == []


def test_the_page_of_the_house_holds_the_words_of_every_department() -> None:
    assert whole_page(HOUSE, DEPARTMENTS) == HOUSE, "Run `linli glossary --write docs/glossary.md`."
    assert "`PatrolPlan`" in HOUSE
    assert "`PatrolPlan`" not in core_part(HOUSE)


def test_no_word_stands_twice_contradicts_another_or_is_not_in_the_code() -> None:
    words = [
        *words_of(core_part(HOUSE)),
        *(word for code, page in DEPARTMENTS.items() for word in words_of(page, code)),
    ]
    assert len(words) > 180
    assert findings(words) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            (Word("`Round`", "巡查", "patrol", 1), Word("`patrol`", "巡查", "", 3)),
            "巡查 is the word for `Round` and `patrol`",
        ),
        (
            (Word("`closed`", "已结案", "", 1), Word("`closed`", "已截止", "patrol", 1)),
            "`closed` is called 已截止 and 已结案",
        ),
        (
            (Word("`Leave`", "请假", "office", 1), Word("`Leave`", "请假", "office", 1)),
            "`Leave` stands twice in one table",
        ),
        ((Word("desk", "工作台", "", 1), Word("desk", "工作台", "patrol", 1)), "desk is a word of several packages"),
        ((Word("`Holiday`", "假期", "office", 1),), "`Holiday` is not found in the code"),
    ],
)
def test_what_does_not_hold_is_told(words: tuple[Word, ...], said: str) -> None:
    told = findings(words)
    assert len(told) == 1
    assert said in told[0]


def test_what_is_one_thing_in_two_forms_is_no_contradiction() -> None:
    words = (
        Word("`void`", "作废", "", 1), Word("`void`", "已作废", "", 2), Word("`CaseEvent`", "办理过程", "", 3),
        Word("`FlowEvent`", "办理过程", "", 4), Word("`closed` (round)", "已截止", "patrol", 1), Word("`closed`", "已结案", "", 2),
    )  # fmt: skip
    assert findings(words) == []
