"""Choosing a category with its filing condition: search by words, pinyin or initials; the answer is a list of radio buttons."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from linli.core.access.public import staff_page
from linli.core.cases.public import Case, CategoryNode, ConditionNode, catalogue, find_categories
from linli.core.cases.words import limit_words

MOST_CATEGORIES = 12
MOST_WORDS = 60


@dataclass(frozen=True)
class CategoryChoice:
    """A filing condition that can be chosen, with its category and limit."""

    condition_id: int
    category: str
    major: str
    condition: str
    limit: str
    on: bool


def _choice(category: CategoryNode, condition: ConditionNode, chosen: str) -> CategoryChoice:
    return CategoryChoice(
        condition.id, category.title, category.major_title, condition.title, limit_words(condition.limit_amount, condition.limit_unit),
        str(condition.id) == chosen,
    )  # fmt: skip


def choices_for(words: str, chosen: str = "") -> list[CategoryChoice]:
    """The conditions of the categories that fit, best first; before them what is chosen already, which a search must not lose."""
    found = find_categories(words[:MOST_WORDS], MOST_CATEGORIES)
    fitting = [_choice(category, condition, chosen) for category in found for condition in category.conditions]
    kept = [] if any(one.on for one in fitting) else [one for one in chosen_first(None, chosen) if one.on]
    return [*kept, *fitting]


def chosen_first(case: Case | None, chosen: str) -> list[CategoryChoice]:
    """What a form shows before anything is searched: what was chosen, else the case's own category."""
    known = catalogue()
    if chosen.isascii() and chosen.isdigit() and int(chosen) in known.conditions:
        category, _condition = known.conditions[int(chosen)]
    elif case is not None:
        node = known.by_code.get((case.standard, case.kind, case.category_code))
        if node is None or not node.conditions:
            return []
        category = node
        same = [one for one in node.conditions if one.text == case.condition_text]
        chosen = str((same or node.conditions)[0].id)
    else:
        return []
    return [_choice(category, condition, chosen) for condition in category.conditions]


@require_GET
@staff_page("case.view", part=True)
def category_search(request: HttpRequest) -> HttpResponse:
    """The fragment below a category search."""
    words = request.GET.get("category_words", "").strip()
    context = {"categories": choices_for(words, request.GET.get("condition_id", "")), "words": words}
    return render(request, "cases/category_choices.html", context)
