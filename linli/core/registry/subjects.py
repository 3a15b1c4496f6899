"""Compounds as what answers of forms may be about. Premises are a ledger, which says so itself."""

from __future__ import annotations

from linli.core.access.public import Access, restrict
from linli.core.forms.public import Found, SubjectKind
from linli.core.registry.models import Compound


def _find(access: Access | None, compound_id: int) -> Found | None:
    """A compound in use that this person sees; none for a resident."""
    if access is None:
        return None
    rows = restrict(access, "registry.view", Compound.objects.filter(retired_at__isnull=True))
    found = rows.filter(id=compound_id).first()
    return Found(found.name or found.code, found.area_id) if found is not None else None


COMPOUNDS = SubjectKind(code="compound", titles={"zh-hans": "小区", "en": "Compound"}, find=_find)
