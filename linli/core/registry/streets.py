"""Loading the named streets of a city: from lines that somebody has, or out of the base map that its maps are drawn on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

from linli.algorithms.distances import distance_m
from linli.algorithms.tile_keys import tile_key
from linli.core.platform.public import Actor, bump, insert_rows, write
from linli.core.registry.street_models import StreetPiece
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_text

PIECE_M = 100.0
NAME_MAX = 120
BATCH_ROWS = 2000
Line = tuple[str, list[tuple[float, float]]]


def replace_streets(actor: Actor, lines: Iterable[Line], *, source: str) -> int:
    """Puts these streets in the place of all that were there; gives the number of pieces. Twice gives the same.

    A line is a name and its vertices in WGS 84 degrees. Lines without a name, with a name too long or with vertices that
    are no position are left out.
    """
    with write(actor) as work:
        StreetPiece.objects.all().delete()
        kept, waiting = 0, []
        for row in _pieces(lines):
            waiting.append(row)
            if len(waiting) == BATCH_ROWS:
                insert_rows(StreetPiece, waiting)
                kept, waiting = kept + len(waiting), []
        insert_rows(StreetPiece, waiting)
        kept += len(waiting)
        bump("streets")
        work.audit("city", "street.import", "street", "", {"source": source, "pieces": kept})
    return kept


def _pieces(lines: Iterable[Line]) -> Iterator[dict[str, Any]]:
    for name, vertices in lines:
        words = _name(name)
        if not words:
            continue
        for (x1, y1), (x2, y2) in pairwise(vertices):
            if not all(math.isfinite(value) for value in (x1, y1, x2, y2)):
                continue
            if max(abs(x1), abs(x2)) > 180 or max(abs(y1), abs(y2)) > 90:
                continue
            count = max(1, math.ceil(float(distance_m(x1, y1, x2, y2)) / PIECE_M))
            xs = [x1 + (x2 - x1) * part / count for part in range(count + 1)]
            ys = [y1 + (y2 - y1) * part / count for part in range(count + 1)]
            for part in range(count):
                yield {
                    "name": words, "lon": xs[part], "lat": ys[part], "to_lon": xs[part + 1], "to_lat": ys[part + 1],
                    "tile_key": int(tile_key((xs[part] + xs[part + 1]) / 2, (ys[part] + ys[part + 1]) / 2)),
                }  # fmt: skip


def _name(name: str) -> str:
    try:
        return clean_text(name or "", max_chars=NAME_MAX, lines=False)
    except PlainRefusal:
        return ""
