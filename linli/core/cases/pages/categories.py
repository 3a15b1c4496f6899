"""The list below a category search on the pages of cases; what stands in it says core/catalogue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from linli.core.access.public import access_on, staff_page
from linli.core.cases.public import Case, find_case, lately_chosen
from linli.core.catalogue.public import CategoryGroup, catalogue, choices_for, names_any, offered
from linli.lib.outside import whole_number


def offered_for(
    chosen: str, *, user_id: int | None, case: Case | None = None, said: str = "", street_id: int | None = None
) -> list[CategoryGroup]:
    """What is offered before anything is searched: what was chosen or the case has, what the words suggest, what was used lately.

    One statement, for the last.
    """
    if case is not None and whole_number(chosen) not in catalogue().conditions:
        chosen = _condition_of(case)
    return offered(chosen, said=said, street_id=street_id, lately=lately_chosen(user_id) if user_id is not None else ())


def _condition_of(case: Case) -> str:
    """The condition in force that the case was filed by, or the first of its category."""
    category = catalogue().by_code.get((case.standard, case.kind, case.category_code))
    if category is None or not category.conditions:
        return ""
    same = [one for one in category.conditions if one.text == case.condition_text]
    return str((same or category.conditions)[0].id)


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
        found = names_any(words)
    else:
        case_id = whole_number(asked.get("case", ""))
        case = find_case(access, case_id) if case_id is not None else None
        said = asked.get("note", "") or asked.get("description", "") or (case.description if case else "")
        street_id = case.street_id if case else None
        groups = offered_for(chosen, said=said, street_id=street_id, user_id=access.user_id)
    return render(request, "cases/category_choices.html", {"groups": groups, "words": words, "found": found})
