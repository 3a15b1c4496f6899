"""The ledger of premises: what is kept of a school, market, shop or rented dwelling, and how old it may grow."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.ledger.public import Kept, Ledger
from linli.core.registry.models import Premises

PREMISES = Ledger(
    code="premises",
    titles={"zh-hans": "场所", "en": "Premises"},
    model=Premises,
    view="registry.view",
    kept=(
        Kept("name", pgettext_lazy("thing", "Name"), days=730, needed=True),
        Kept("kind", _("Kind"), days=730, needed=True, listed=True),
        Kept("risk", pgettext_lazy("risk", "Risk"), days=365, listed=True),
        Kept("address", _("Address"), days=730, listed=True),
        Kept("responsible", _("Who is responsible"), days=365, mask="name", person="name"),
        Kept("phone", _("Telephone"), days=365, mask="phone", person="phone"),
    ),
    panels=("grid", "place", "case"),
    icon="shopping-bag",
    order=210,
)
