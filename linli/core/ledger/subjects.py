"""Records of ledgers as what answers of forms may be about, and what the ledgers know of them, so that no form asks it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from linli.core.access.public import Access, restrict
from linli.core.forms.public import (
    FactSource,
    Found,
    KnownFact,
    SubjectKind,
    register_fact_source,
    register_subject_kind,
)
from linli.core.ledger.history import holds
from linli.core.ledger.register import ledgers

if TYPE_CHECKING:
    from linli.core.ledger.definition import Ledger


def register_ledgers() -> None:
    """Makes the records of every ledger something that forms may be about (`"subject": "premises"`), and each value that is not sealed
    a fact (`premises.address`). Called once, when all descriptors are there; again it changes nothing."""
    for ledger in ledgers().values():
        if ledger.code not in _registered:
            _registered.add(ledger.code)
            register_subject_kind(
                SubjectKind(code=ledger.code, titles=ledger.one or ledger.titles, find=partial(_find, ledger))
            )
            facts = tuple(f"{ledger.code}.{kept.name}" for kept in ledger.kept if not ledger.is_sealed(kept))
            register_fact_source(
                FactSource(code=f"ledger_{ledger.code}", kind=ledger.code, facts=facts, known=partial(_known, ledger))
            )


_registered: set[str] = set()


def _find(ledger: Ledger, access: Access | None, record_id: int) -> Found | None:
    """A record in use that this person sees; none for a resident."""
    if access is None:
        return None
    rows = ledger.model._default_manager.filter(retired_at__isnull=True, merged_into_id__isnull=True)
    record = restrict(access, ledger.permission("view"), rows).filter(id=record_id).first()
    return Found(ledger.heading(record), record.area_id) if record is not None else None


def _known(ledger: Ledger, record_id: int, facts: Collection[str]) -> Mapping[str, KnownFact]:
    """The present values, each from the ledger and of the day on which it was stated."""
    record = ledger.model._default_manager.filter(id=record_id).first()
    if record is None:
        return {}
    stated = holds(ledger, [record_id]).get(record_id, {})
    found: dict[str, KnownFact] = {}
    for kept in ledger.kept:
        value: Any = getattr(record, kept.name)
        row = stated[kept.name].row if kept.name in stated else None
        if f"{ledger.code}.{kept.name}" in facts and value not in (None, "") and row is not None:
            plain = value if isinstance(value, (str, int, float)) else str(value)
            found[f"{ledger.code}.{kept.name}"] = KnownFact(plain, _("the ledger “%s”") % ledger.title, row.stated_on)
    return found
