"""The ledger of benches: the smallest that there is."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from linli.core.ledger.public import Kept, Ledger
from linli.subsystems.example.models import Bench

BENCH = Ledger(
    code="bench",
    titles={"zh-hans": "长椅台账", "en": "Ledger of benches"},
    one={"zh-hans": "长椅", "en": "Bench"},
    model=Bench,
    kept=(Kept("name", pgettext_lazy("thing", "Name"), needed=True), Kept("seats", _("Seats"), days=365, listed=True)),
    icon="image",
)
