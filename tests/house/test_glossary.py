"""docs/glossary.md names what the code names, with the Chinese that the interface shows."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest
from babel.messages.pofile import read_po
from django.db.models import TextChoices
from django.utils import translation

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

PAGES = [ROOT / "docs" / "glossary.md", *sorted((PACKAGE / "subsystems").glob("*/glossary.md"))]
PAGE = "\n".join(page.read_text() for page in PAGES)
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
