"""The premises of a hazard or an inspection: a record of the ledger, which may have been joined with another one since."""

from __future__ import annotations

from typing import Any

from linli.core.ledger.public import masked
from linli.core.registry.public import PREMISES, Premises


def premises_now(item: Any) -> Premises | None:
    """The record, or the one that it goes on as; None for a hazard that is in no premises."""
    premises = Premises.objects.filter(id=item.premises_id).first() if item.premises_id else None
    if premises is None or premises.merged_into_id is None:
        return premises
    return Premises.objects.filter(id=premises.merged_into_id).first()


def responsible(premises: Premises | None) -> str:
    """Who answers for premises by the ledger, behind the mask of the ledger; "" where it names nobody."""
    if premises is None or not premises.responsible:
        return ""
    return " ".join(
        words
        for name in ("responsible", "phone")
        if (words := masked(PREMISES, PREMISES.by_name[name], getattr(premises, name)))
    )
