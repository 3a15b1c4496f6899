"""The part of a resident's report that offers kinds of matter for the words typed so far. Choosing one is optional."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from linli.core.catalogue.public import CategoryNode, catalogue, suggest_categories
from linli.core.platform.public import BadInput
from linli.lib.outside import whole_number
from linli.web.public.door import unlisted, within_limit


def chosen_kind(given: QueryDict) -> CategoryNode | None:
    """The category that a resident chose, or None. Raises BadInput for one that is not in force."""
    number = given.get("category", "").strip()
    if not number:
        return None
    category_id = whole_number(number)
    node = catalogue().categories.get(category_id) if category_id is not None else None
    if node is None:
        raise BadInput(_("This category is not in force; choose again."), field="category_id")
    return node


def kinds_for(words: str, chosen: CategoryNode | None) -> list[tuple[CategoryNode, bool]]:
    """What the words suggest, and before it what was chosen, each with whether it is chosen."""
    suggested = suggest_categories(words)
    nodes = suggested if chosen is None or chosen in suggested else [chosen, *suggested]
    return [(node, chosen is not None and node.id == chosen.id) for node in nodes]


def kinds_typed(typed: QueryDict) -> list[tuple[CategoryNode, bool]]:
    """The kinds for a form that is shown again; a choice that is no longer in force is forgotten."""
    try:
        chosen = chosen_kind(typed)
    except BadInput:
        chosen = None
    return kinds_for(typed.get("description", ""), chosen)


@unlisted
@require_POST
def kinds_page(request: HttpRequest) -> HttpResponse:
    """The fragment with the kinds. By POST, so that no log of addresses keeps the words; nothing is kept, no database asked."""
    if not within_limit(request, "public-kinds"):
        return HttpResponse(status=429)
    return render(request, "public/kinds.html", {"kinds": kinds_typed(request.POST)})
