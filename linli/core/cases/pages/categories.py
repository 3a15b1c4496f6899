"""Choosing a category with its filing condition: what was chosen, what the words suggest, what one used lately; or a search.

All of it are radio buttons in one list. Nothing is chosen by itself but what somebody chose before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from linli.core.access.public import access_on, staff_page
from linli.core.cases.public import (
    Case,
    CategoryNode,
    ConditionNode,
    catalogue,
    find_case,
    find_categories,
    lately_chosen,
    named_and_guessed,
    suggest_categories,
)
from linli.core.cases.words import limit_words
from linli.lib.outside import whole_number

MOST_CATEGORIES = 12
MOST_WORDS = 60
MOST_SAID = 400


@dataclass(frozen=True)
class CategoryChoice:
    """A filing condition that can be chosen, with its category and limit."""

    condition_id: int
    category: str
    major: str
    condition: str
    limit: str
    on: bool


@dataclass(frozen=True)
class CategoryGroup:
    """Choices that stand together, with why they are there; no title for what was chosen and for results of a search."""

    title: str
    choices: list[CategoryChoice]


def _choice(category: CategoryNode, condition: ConditionNode, chosen: str) -> CategoryChoice:
    return CategoryChoice(
        condition.id, category.title, category.major_title, condition.title, limit_words(condition.limit_amount, condition.limit_unit),
        str(condition.id) == chosen,
    )  # fmt: skip


def _choices(categories: Iterable[CategoryNode], chosen: str) -> list[CategoryChoice]:
    return [_choice(category, condition, chosen) for category in categories for condition in category.conditions]


def choices_for(words: str, chosen: str = "") -> list[CategoryGroup]:
    """The conditions of the categories that the words name, best first, and below them of those that they only suggest; before
    all of them what is chosen already, which a search must not lose."""
    named, guessed = (_choices(nodes, chosen) for nodes in named_and_guessed(words[:MOST_WORDS], MOST_CATEGORIES))
    kept = [] if any(one.on for one in (*named, *guessed)) else [one for one in _chosen(None, chosen) if one.on]
    return _groups(("", [*kept, *named]), (_("Perhaps"), guessed))


def offered(
    chosen: str = "",
    *,
    case: Case | None = None,
    said: str = "",
    street_id: int | None = None,
    user_id: int | None = None,
) -> list[CategoryGroup]:
    """What stands there before anything is searched: what was chosen or the case has, what the words suggest, what was used lately.

    One statement, for the last.
    """
    before = _chosen(case, chosen)
    suggested = _choices(suggest_categories(said[:MOST_SAID], street_id=street_id), "")
    lately = _choices(lately_chosen(user_id), "") if user_id is not None else []
    return _groups(("", before), (_("Suggested by the words"), suggested), (_("Used lately by you"), lately))


def _groups(*parts: tuple[str, Sequence[CategoryChoice]]) -> list[CategoryGroup]:
    """The parts that are not empty; a condition stands in the first of them only, since one of the radio buttons is on."""
    seen: set[int] = set()
    groups = []
    for title, choices in parts:
        fresh = [one for one in choices if one.condition_id not in seen]
        seen.update(one.condition_id for one in fresh)
        if fresh:
            groups.append(CategoryGroup(title, fresh))
    return groups


def _chosen(case: Case | None, chosen: str) -> list[CategoryChoice]:
    known = catalogue()
    condition_id = whole_number(chosen)
    if condition_id is not None and condition_id in known.conditions:
        category, _condition = known.conditions[condition_id]
    elif case is not None:
        node = known.by_code.get((case.standard, case.kind, case.category_code))
        if node is None or not node.conditions:
            return []
        category = node
        same = [one for one in node.conditions if one.text == case.condition_text]
        chosen = str((same or node.conditions)[0].id)
    else:
        return []
    return _choices([category], chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page("case.view", part=True)
def category_search(request: HttpRequest) -> HttpResponse:
    """The list below a category search. Words that describe come by POST, so that no log of addresses keeps them."""
    asked = request.POST if request.method == "POST" else request.GET
    words, chosen = asked.get("category_words", "").strip(), asked.get("condition_id", "")
    access = access_on(request)
    found = True
    if words:
        groups = choices_for(words, chosen)
        found = bool(find_categories(words[:MOST_WORDS], MOST_CATEGORIES))
    else:
        case_id = whole_number(asked.get("case", ""))
        case = find_case(access, case_id) if case_id is not None else None
        said = asked.get("note", "") or asked.get("description", "") or (case.description if case else "")
        street_id = case.street_id if case else None
        groups = offered(chosen, said=said, street_id=street_id, user_id=access.user_id)
    return render(request, "cases/category_choices.html", {"groups": groups, "words": words, "found": found})
