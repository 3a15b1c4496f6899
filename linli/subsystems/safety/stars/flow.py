"""How a rating goes on: proposed by a job, confirmed or changed with a reason, and looked at by another person where the owner objects."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import pgettext, pgettext_lazy

from linli.core.flow.public import (
    Act,
    Flow,
    Stage,
    Transition,
    by_person,
    by_system,
    each,
    escalate,
    in_area,
)
from linli.core.platform.public import BadInput
from linli.subsystems.safety.ratings import Rating, RatingState

TRANSITIONS = (
    Transition("propose", "", "proposed", ("system",), starts="set"),
    Transition("confirm", "proposed", "set", ("area",), takes=("note",), stops=("set",)),
    Transition("change", "proposed", "set", ("area",), needs=("stars", "reason"), stops=("set",)),
    Transition("appeal", "set", "appealed", ("area",), needs=("note",), takes=("photo",), starts="look"),
    Transition("uphold", "appealed", "final", ("area",), needs=("reason",), stops=("look",), not_by=("setter",)),
    Transition("revise", "appealed", "final", ("area",), needs=("stars", "reason"), stops=("look",), not_by=("setter",)),
    *each(("proposed", "appealed"), "escalate", ("system",)),
)  # fmt: skip


def _set(act: Act[Rating]) -> dict[str, Any]:
    act.item.set_by_id = act.work.actor.user_id
    return {"stars": act.item.stars}


def _change(act: Act[Rating]) -> dict[str, Any]:
    rating, stars = act.item, int(act.given.values["stars"])
    if not 1 <= stars <= 5:
        raise BadInput(pgettext("safety", "Give one to five stars."), field="stars")
    if stars == rating.stars:
        raise BadInput(
            pgettext("safety", "These are the stars that it has; confirm them, or choose others."), field="stars"
        )
    former, rating.stars = rating.stars, stars
    rating.set_by_id = act.work.actor.user_id
    return {"former": former, "stars": stars}


STAR_RATING: Flow[Rating] = Flow(
    code="star_rating",
    title=pgettext_lazy("safety", "star rating"),
    model=Rating,
    states=RatingState,
    transitions=TRANSITIONS,
    titles={
        "propose": pgettext_lazy("safety", "Stars proposed"),
        "confirm": pgettext_lazy("safety", "Confirm the stars"),
        "change": pgettext_lazy("safety", "Change the stars"),
        "appeal": pgettext_lazy("safety", "The owner objects"),
        "uphold": pgettext_lazy("safety", "The stars stay"),
        "revise": pgettext_lazy("safety", "Other stars"),
        "escalate": pgettext_lazy("safety", "Escalate"),
    },
    relations={"area": in_area(), "system": by_system()},
    duties={
        "setter": by_person("set_by_id", pgettext_lazy("safety", "Whoever set the stars does not decide about the objection."), "own_stars")
    },
    stages={
        "set": Stage(pgettext_lazy("safety", "Setting the stars"), Decimal(10)),
        "look": Stage(pgettext_lazy("safety", "Looking again"), Decimal(5)),
    },
    effects={"confirm": _set, "change": _change, "revise": _change, "escalate": escalate},
    needed={"stars": pgettext_lazy("safety", "Choose the stars.")},
    notes={"appeal": pgettext_lazy("safety", "Write down what the owner says.")},
    permissions={
        "change": "star_rating.confirm", "appeal": "star_rating.confirm", "uphold": "star_rating.decide", "revise": "star_rating.decide",
    },
    view="star_rating.view",
    not_there=pgettext_lazy("safety", "There is no such rating."),
    ended=("final",),
    waiting=("confirm", "uphold"),
    page="safety:rating",
    told={"appeal": ("set_by_id",), "uphold": ("set_by_id",), "revise": ("set_by_id",)},
    order=("confirm", "change", "uphold", "revise", "appeal"),
    next_steps={"proposed": ("confirm",), "appealed": ("uphold",)},
    phases={"proposed": "new", "set": "done", "appealed": "check", "final": "done"},
)  # fmt: skip
