"""Counts of components by cell, for maps from afar: counted again with every change, and read for a tile.

Components change by imports and their taking back only, thousands at once and rarely, so the cells that a change touched
are counted anew from the table: what stands there is right whatever happened, and adding costs nothing where nothing is added.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from django.db import connection
from django.db.models import Count, F, Sum

from linli.algorithms.tile_counts import Gathered, gathered
from linli.algorithms.tile_keys import KEY_ZOOM, tile_key_range
from linli.core.access.public import Access, restrict
from linli.core.platform.public import Versioned, ask, bump
from linli.core.registry.models import Component, ComponentCell

CELL_ZOOM = 17
_BELOW = 2 * (KEY_ZOOM - CELL_ZOOM)
_AT_ONCE = 300
MOST_CELLS = 3000  # from so many on, counting everything is quicker
# How many zoom levels finer than a tile its cells are (16 by 16), and the small ones by which these find their middle.
CELLS, SMALL_CELLS = 4, 6
_COLUMNS = "home_district, area_id, district_id, street_id, community_id"
_ALL = f"""
INSERT INTO registry_componentcell ({_COLUMNS}, cell, count)
SELECT {_COLUMNS}, tile_key >> {_BELOW}, COUNT(*) FROM registry_component WHERE retired_at IS NULL
GROUP BY {_COLUMNS}, tile_key >> {_BELOW}
"""  # noqa: S608 - our own names
_SOME = f"""
INSERT INTO registry_componentcell ({_COLUMNS}, cell, count)
SELECT {_COLUMNS}, tile_key >> {_BELOW}, COUNT(*)
FROM (VALUES %s) AS touched JOIN registry_component ON tile_key BETWEEN touched.column1 AND touched.column2
WHERE retired_at IS NULL GROUP BY {_COLUMNS}, tile_key >> {_BELOW}
"""  # noqa: S608 - our own names


def count_again(tile_keys: Iterable[int]) -> None:
    """Counts the cells of these keys from the table, in the caller's transaction. Call it when their components are written.

    Whoever changes components waits here for who did so before, until that commits: then counts hold both. Twice does no more.
    """
    cells = sorted({key >> _BELOW for key in tile_keys})
    if not cells:
        return
    bump("components")
    with connection.cursor() as cursor:
        if len(cells) > MOST_CELLS:
            ComponentCell.objects.all().delete()
            cursor.execute(_ALL)
            return
        for start in range(0, len(cells), _AT_ONCE):
            some = cells[start : start + _AT_ONCE]
            ComponentCell.objects.filter(cell__in=some).delete()
            bounds = [(cell << _BELOW, (cell + 1 << _BELOW) - 1) for cell in some]
            marks = ", ".join(["(CAST(%s AS bigint), CAST(%s AS bigint))"] * len(some))
            cursor.execute(_SOME % marks, [bound for pair in bounds for bound in pair])


def _stamp() -> str:
    return next((str(stamp) for (stamp,) in ask("SELECT stamp FROM platform_stamp WHERE name = 'components'", [])), "")


version_of_components = Versioned(_stamp, "components").get


def counts_of_components(access: Access, zoom: int, x: int, y: int) -> Gathered:
    """How many components in use lie in each of 16 × 16 cells of a map tile, of those that this person may see; one kind of count.

    Up to zoom 13 from the kept counts, beyond from the components of the tile themselves.
    """
    if zoom + CELLS <= CELL_ZOOM:
        small = min(zoom + SMALL_CELLS, CELL_ZOOM)
        kept = ComponentCell.objects.filter(cell__range=tile_key_range(zoom, x, y, CELL_ZOOM))
        cells = restrict(access, "registry.view", kept).annotate(at=F("cell").bitrightshift(2 * (CELL_ZOOM - small)))
        rows = list(cells.order_by().values_list("at").annotate(number=Sum("count")))
    else:
        small = min(zoom + SMALL_CELLS, KEY_ZOOM)
        there = Component.objects.filter(tile_key__range=tile_key_range(zoom, x, y), retired_at__isnull=True)
        seen = restrict(access, "registry.view", there).annotate(at=F("tile_key").bitrightshift(2 * (KEY_ZOOM - small)))
        rows = list(seen.order_by().values_list("at").annotate(number=Count("*")))
    found = np.array(rows, np.int64).reshape(-1, 2)
    return gathered(found[:, 0], found[:, 1:], small, zoom + CELLS)
