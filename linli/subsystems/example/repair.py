"""The flow of the example: a bench is to be repaired, is repaired, or is left as it is."""

from __future__ import annotations

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from linli.core.access.public import Access, restrict
from linli.core.flow.public import Flow, Stage, Transition, in_area
from linli.subsystems.example.models import Repair


class State(models.TextChoices):
    """Where a repair stands."""

    ASKED = "asked", _("To be repaired")
    DONE = "done", _("Repaired")
    DROPPED = "dropped", _("Left as it is")


def visible(access: Access) -> QuerySet[Repair]:
    """The repairs in the person's areas."""
    return restrict(access, "example.view", Repair.objects.all())


AREA = ("area",)
REPAIR: Flow[Repair] = Flow(
    code="repair",
    title=_("Repair of a bench"),
    model=Repair,
    states=State,
    transitions=(
        Transition("ask", "", "asked", AREA, starts="repairing"),
        Transition("finish", "asked", "done", AREA, stops=("repairing",)),
        Transition("drop", "asked", "dropped", AREA, needs=("note",), stops=("repairing",)),
    ),
    titles={"ask": _("Have it repaired"), "finish": _("Repaired"), "drop": _("Leave as it is")},
    relations={"area": in_area()},
    stages={"repairing": Stage(_("Repair"))},
    needed={"note": _("Say why the bench is left as it is.")},
    effects={},
    waiting=("finish",),
    ended=("done", "dropped"),
    not_there=_("There is no such repair."),
    visible=visible,
    may_view=lambda item, access: access.may_in_area("example.view", item.area_id),
)
