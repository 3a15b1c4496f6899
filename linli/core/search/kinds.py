"""Which kinds of things are found. Each stands in the descriptor of its owner, in the slot `search` (platform/plug/parts.py)."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db.models import CharField, TextField

from linli.core.areas.public import AreaScoped
from linli.core.platform.public import IndexedKind, SearchKind, impersonal_fields, parts


def kinds(*, on_map: bool = False) -> list[SearchKind]:
    """All kinds in their order; on the map, what stands somewhere comes first."""
    return sorted(parts(SearchKind), key=lambda kind: (on_map and not kind.on_map, kind.order))


def indexed_kinds() -> dict[str, IndexedKind]:
    """The kinds whose words stand in the index, by their codes."""
    return {kind.code: kind for kind in parts(IndexedKind)}


def check_kinds() -> None:
    """Raises ImproperlyConfigured for a kind that would index what is personal, sealed or no text, or what asks for no area."""
    for kind in indexed_kinds().values():
        fields = {field.name: field for field in kind.model._meta.concrete_fields}
        plain = impersonal_fields(kind.model)
        for name in kind.columns:
            what = f"The search kind {kind.code!r} names {kind.model._meta.label}.{name}"
            if not isinstance(fields.get(name), (CharField, TextField)):
                raise ImproperlyConfigured(f"{what}, which is no column with text.")
            if name not in plain:
                raise ImproperlyConfigured(
                    f"{what}, which is not declared as impersonal; what is personal is not indexed."
                )
        if kind.by_area and not issubclass(kind.model, AreaScoped):
            raise ImproperlyConfigured(f"The search kind {kind.code!r} is found by area, but its rows lie in none.")
