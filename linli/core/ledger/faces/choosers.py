"""A field of any form by which a record of a ledger is chosen: by its code or its name."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import Chooser, Offer
from linli.core.ledger.history import seen
from linli.core.ledger.register import ledgers

MOST_OFFERED = 300


class RecordField(Chooser[Any]):
    """A record in use of the ledger `ledger` that the person may see; cleaned to the record.

    A few are a list; of many the newest are suggested, and every other one is found by its code or its whole name.
    """

    unknown = gettext_lazy("No record of yours is called “%s”; type its code or its whole name.")

    def __init__(self, ledger: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ledger = ledger
        self.access: Access | None = None

    def offers(self, access: Access) -> list[Offer[Any]]:
        """The newest records, in one statement."""
        self.access = access
        ledger = ledgers()[self.ledger]
        rows = seen(ledger, access).filter(retired_at__isnull=True).order_by("-id")[:MOST_OFFERED]
        return [self._offer(one) for one in rows]

    def _offer(self, record: Any) -> Offer[Any]:
        words = ledgers()[self.ledger].heading(record)
        return Offer(record.code, words, record, words)

    def clean(self, value: Any) -> Any:
        """The record that the words name; among all of the person's, not only those that are suggested."""
        words = str(value or "").replace("\0", "").strip()
        if not words or self.access is None or len(self.choices) < MOST_OFFERED:
            return super().clean(value)
        ledger = ledgers()[self.ledger]
        rows = seen(ledger, self.access).filter(retired_at__isnull=True)
        found = rows.filter(code__in=[words, words.split(" ", 1)[0]])[:2]
        named = [] if found or not ledger.named else rows.filter(**{ledger.named[0]: words})[:2]
        one = [*found, *named]
        if len(one) != 1:
            raise forms.ValidationError(str(self.unknown).replace("%s", words[:60]))
        return one[0]
