"""Loading the named streets of a city: from lines that somebody has, or out of the base map that its maps are drawn on."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from linli.algorithms.distances import distance_m
from linli.algorithms.tile_keys import tile_key
from linli.core.platform.public import Actor, Became, Work, bump, insert_rows, write
from linli.core.registry.street_models import StreetPiece
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_text

PIECE_M = 100.0
NAME_MAX = 120
BATCH_ROWS = 2000
Line = tuple[str, list[tuple[float, float]]]


def replace_streets(actor: Actor, lines: Iterable[Line], *, source: str) -> int:
    """Puts these streets in the place of all that came so before; gives the number of pieces. Twice gives the same.

    A line is a name and its vertices in WGS 84 degrees. Lines without a name, with a name too long or with vertices that
    are no position are left out. Streets that came one by one (`keep_streets`) stay.
    """
    with write(actor) as work:
        StreetPiece.objects.filter(reference="").delete()
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


@dataclass(frozen=True, slots=True)
class StreetRow:
    """One street by its reference: its name and its stretches, vertices in WGS 84 degrees. Without stretches it is there no more."""

    reference: str
    name: str
    stretches: tuple[tuple[tuple[float, float], ...], ...] = ()


def keep_streets(work: Work, rows: Sequence[StreetRow]) -> list[Became]:
    """Adds streets, changes those that are here and differ, and takes away those without stretches; what was before goes along."""
    before: dict[str, list[StreetPiece]] = defaultdict(list)
    pieces = StreetPiece.objects.filter(reference__in=[row.reference for row in rows if row.reference]).order_by("id")
    for piece in pieces:
        before[piece.reference].append(piece)
    StreetPiece.objects.filter(id__in=[piece.id for found in before.values() for piece in found]).delete()
    fresh = [
        [{**piece, "reference": row.reference} for piece in _pieces((row.name, list(run)) for run in row.stretches)]
        for row in rows
    ]
    ids = iter(insert_rows(StreetPiece, [piece for pieces in fresh for piece in pieces]))
    firsts = [[next(ids) for _piece in pieces] for pieces in fresh]
    bump("streets")
    del work
    return [
        Became(
            first[0] if first else (before[row.reference][0].id if before[row.reference] else 0),
            "changed" if before[row.reference] else "added",
            _told(before[row.reference]),
        )
        for row, first in zip(rows, firsts, strict=True)
    ]


def take_back_streets(work: Work, kept: Sequence[tuple[str, str]]) -> None:
    """Makes the streets (reference, what `keep_streets` said was before) as they were before."""
    keep_streets(work, [_as_before(reference, before) for reference, before in kept])


def _told(pieces: Sequence[StreetPiece]) -> str:
    if not pieces:
        return ""
    runs: list[list[list[float]]] = []
    for piece in pieces:
        if not runs or runs[-1][-1] != [piece.lon, piece.lat]:
            runs.append([[piece.lon, piece.lat]])
        runs[-1].append([piece.to_lon, piece.to_lat])
    return json.dumps([pieces[0].name, runs], ensure_ascii=False, separators=(",", ":"))


def _as_before(reference: str, before: str) -> StreetRow:
    name, runs = json.loads(before) if before else ("", [])
    return StreetRow(reference, name, tuple(tuple((x, y) for x, y in run) for run in runs))


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
