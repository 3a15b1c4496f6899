"""The ledger of emergency resources: amounts are counted every half year, what runs out is looked at a month before."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.ledger.public import Kept, Ledger
from linli.subsystems.resources.models import Resource

RESOURCES = Ledger(
    code="resource",
    titles={"zh-hans": "应急物资", "en": "Emergency resources"},
    one={"zh-hans": "应急物资", "en": "Emergency resource"},
    model=Resource,
    kept=(
        Kept("name", pgettext_lazy("thing", "Name"), needed=True),
        Kept("kind", _("What it is for"), needed=True, listed=True),
        Kept("amount", pgettext_lazy("resources", "Amount"), days=180, listed=True),
        Kept("unit", pgettext_lazy("resources", "Counted in"), listed=True),
        Kept("store", _("Where it lies"), days=180, listed=True),
        Kept("usable_until", _("Usable until"), before=30, listed=True),
        Kept("keeper", _("Who keeps it"), days=180, mask="name", person="name"),
        Kept("phone", _("Telephone"), days=180, mask="phone", person="phone"),
    ),
    panels=("grid", "place"),
    icon="package",
    order=220,
)
