"""How a star rating is shown, and the list of them; pages, API and exports are made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import pgettext, pgettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import (
    AreaFilter,
    ChoiceFilter,
    Column,
    Empty,
    SwitchFilter,
    ValueFilter,
    WordsFilter,
    facts_of,
    looked_for_in,
    person_column,
)
from linli.core.flow.public import ItemPages, flow_list, flows
from linli.subsystems.safety.ratings import Rating
from linli.subsystems.safety.stars.drawn import drawn
from linli.subsystems.safety.stars.flow import STAR_RATING
from linli.subsystems.safety.stars.rules import sentence

STAR_CHOICES: list[tuple[str, str | Promise]] = [
    ("5", pgettext_lazy("safety", "5 stars")), ("4", pgettext_lazy("safety", "4 stars")), ("3", pgettext_lazy("safety", "3 stars")),
    ("2", pgettext_lazy("safety", "2 stars")), ("1", pgettext_lazy("safety", "1 star")),
]  # fmt: skip
NAME: Column[Rating] = Column(
    "premises", pgettext_lazy("safety", "Rented dwelling"), lambda one: one.premises_name, css="card-title"
)
TERM: Column[Rating] = Column(
    "term", pgettext_lazy("safety", "Quarter"), lambda one: one.term_words, sort="term", css="fixed", code_of=lambda one: one.term
)  # fmt: skip
STARS: Column[Rating] = Column(
    "stars", pgettext_lazy("safety", "Stars"), lambda one: one.stars, html=lambda one: drawn(one.stars), sort="stars", css="fixed", kind=int
)  # fmt: skip
PROPOSED: Column[Rating] = Column(
    "proposed", pgettext_lazy("safety", "By the rules"), lambda one: one.proposed, html=lambda one: drawn(one.proposed), css="fixed col-wide", kind=int
)  # fmt: skip
SETTER = person_column("setter", pgettext_lazy("safety", "Set by"), "set_by_id", css="fixed col-wide")


def _hand(rating: Rating) -> str:
    return pgettext("safety", "changed by hand") if rating.by_hand else ""


HAND: Column[Rating] = Column("hand", pgettext_lazy("safety", "Changed"), _hand, css="fixed col-wide")


def _file(rating: Rating) -> str:
    return format_html(
        '<a href="{}">{}</a>', reverse("safety:file-premises", args=[rating.premises_id]), rating.premises_name
    )


def address_of(flow: str, item_id: int | None) -> str:
    """The page of the item that a reason is about; empty where there is none."""
    if not flow or item_id is None:
        return ""
    try:
        return reverse(flows()[flow].page, args=[item_id])
    except (KeyError, NoReverseMatch):
        return ""


def more(rating: Rating, _access: Access) -> dict[str, Any]:
    """The reasons behind the stars, each with what it cost and where it leads; the quarters before."""
    reasons = [
        (one.points, sentence(one.rule, one.facts), address_of(one.about_flow, one.about_id))
        for one in rating.reasons.order_by("place")
    ]
    before = Rating.objects.filter(premises_id=rating.premises_id).exclude(id=rating.id).order_by("-term")[:8]
    return {
        "reasons": reasons,
        "before": [(one, drawn(one.stars)) for one in before],
    }


def _stars_field(rating: Rating, _access: Access) -> forms.TypedChoiceField:
    others = [one for one in STAR_CHOICES if one[0] != str(rating.stars)]
    return forms.TypedChoiceField(
        label=pgettext_lazy("safety", "Stars"), choices=others, coerce=int, empty_value=None, widget=forms.RadioSelect
    )


def _said(entry: Any) -> list[str]:
    facts = entry.event.facts
    if "former" not in facts:
        return []
    return [pgettext("safety", "%(former)s → %(stars)s stars") % facts]


RATING_PAGES = ItemPages(
    flow=STAR_RATING,
    back="safety:ratings",
    back_title=pgettext_lazy("safety", "Star ratings"),
    facts=facts_of(
        Column("premises", pgettext_lazy("safety", "Rented dwelling"), lambda one: one.premises_name, html=_file), TERM, STARS, PROPOSED,
        HAND, SETTER,
    ),
    said=_said,
    more=more,
    template="safety/rating.html",
    fields={"stars": _stars_field},
    labels={
        ("appeal", "note"): pgettext_lazy("safety", "Owner's words"), ("appeal", "photo"): pgettext_lazy("safety", "Photos"),
        ("change", "reason"): pgettext_lazy("safety", "Why other stars"),
    },
    hints={
        "appeal": pgettext_lazy("safety", "Somebody else than who set the stars looks again. Name no tenants."),
        "change": pgettext_lazy("safety", "It is said that the stars were changed by hand, by whom and why."),
    },
    quiet=("appeal",),
)  # fmt: skip
_ALL = flow_list(
    RATING_PAGES,
    code="ratings",
    title=pgettext_lazy("safety", "Star ratings of rented dwellings"),
    permission="star_rating.view",
    columns=(NAME, TERM, STARS, PROPOSED, HAND),
    order="-term",
    filters=(
        WordsFilter("q", pgettext_lazy("safety", "Name of the dwelling"), looked_for_in("premises_name")),
        ValueFilter("term", pgettext_lazy("safety", "Quarter"), STAR_RATING.visible),
        ChoiceFilter("stars", pgettext_lazy("safety", "Stars"), STAR_CHOICES),
        SwitchFilter("hand", pgettext_lazy("safety", "Changed by hand"), lambda rows: rows.exclude(stars=F("proposed"))),
        AreaFilter("area", "star_rating.view"),
    ),
    bulk=("confirm",),
    beside=(("safety:files", pgettext_lazy("safety", "Safety files")),),
    empty=Empty(
        pgettext_lazy("safety", "No stars yet"),
        pgettext_lazy("safety", "When a quarter has ended, stars of each rented dwelling of the ledger are proposed here with their reasons."), "star"
    ),
)  # fmt: skip
# Nobody began a rating but the job.
RATINGS = replace(_ALL, filters=tuple(one for one in _ALL.filters if one.code != "mine"))
