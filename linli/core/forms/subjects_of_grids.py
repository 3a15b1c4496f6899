"""Grids as what answers may be about: they stand below forms and register nothing themselves."""

from __future__ import annotations

from linli.core.access.public import Access
from linli.core.forms.subjects import Found, SubjectKind
from linli.core.grids.public import grid_title, main_layer


def _find(access: Access | None, grid_id: int) -> Found | None:
    layer = main_layer()
    node = layer.nodes.get(grid_id) if layer else None
    if node is None or (access is not None and node.area_id not in access.areas()):
        return None
    return Found(grid_title(grid_id), node.area_id)


GRIDS = SubjectKind(code="grid", titles={"zh-hans": "网格", "en": "Grid"}, find=_find)
