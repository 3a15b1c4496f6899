"""What the numbers of a file are likely to mean, held against the grids in force and the outlines of areas. It proposes; who brings the
file in decides."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.ground_meaning import Evidence, Meaning, better_than, evidence_of
from linli.core.areas.public import Area, expected_bounds
from linli.core.grids.ground import Frame
from linli.core.grids.selectors import main_layer, shapes_at
from linli.core.platform.public import now
from linli.lib.geo.layer import Layer
from linli.lib.systems import name_of, parse_system

MOST_KNOWN = 20_000
MOST_FEATURES = 400


def proposal(layer: Layer, frame: Frame) -> tuple[Evidence, Evidence | None] | None:
    """A meaning that fits clearly better than the one that is taken, with the evidence for both; None where that is the best or nothing
    is known to hold it against. Reads up to 20,000 borders."""
    points = _points(layer)
    if not len(points):
        return None
    main = main_layer()
    found = evidence_of(points, _known(), expected_bounds() or (main.bounds if main else None))
    better = better_than(frame.meaning, found)
    return None if better is None else (better, next((one for one in found if one.meaning == frame.meaning), None))


def in_words(better: Evidence, now_taken: Evidence | None) -> str:
    """The proposal as a question, with its evidence."""
    name = words_of(better.meaning)
    if (
        now_taken is not None
        and now_taken.median_m is not None
        and better.median_m is not None
        and now_taken.inside >= 0.5
    ):
        return _("These borders lie %(far)s m beside those that are known; read as %(name)s, %(near)s m. Are they %(name)s?") % {
            "far": f"{now_taken.median_m:,.0f}", "near": f"{better.median_m:,.0f}", "name": name,
        }  # fmt: skip
    return _("As it stands this lies outside of the city; read as %(name)s it lies inside. Are they %(name)s?") % {
        "name": name
    }


def words_of(meaning: Meaning) -> str:
    """A meaning by its name."""
    named = meaning.system if not meaning.system.startswith("EPSG:") else name_of(parse_system(meaning.system))
    return _("%s with the axes exchanged") % named if meaning.swapped else named


def _points(layer: Layer) -> Any:
    there = [wkb for wkb in layer.shapes if wkb is not None]
    step = max(1, len(there) // MOST_FEATURES)
    return shapely.get_coordinates(shapely.from_wkb(np.array(there[::step], dtype=object)))


def _known() -> Any:
    """Borders of grids in force, and of areas where those are known, as lines."""
    main = main_layer()
    polygons: list[bytes] = []
    if main is not None:
        polygons += [
            bytes(wkb) for wkb in shapes_at(main.layer_id, now()).values_list("polygon", flat=True)[:MOST_KNOWN]
        ]
    outlines = Area.objects.filter(valid_to__isnull=True, outline__isnull=False).values_list("outline", flat=True)
    polygons += [bytes(wkb) for wkb in outlines[:MOST_KNOWN] if wkb is not None]
    return shapely.boundary(shapely.from_wkb(np.array(polygons, dtype=object)))
