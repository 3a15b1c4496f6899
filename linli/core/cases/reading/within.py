"""Cases inside a shape that somebody drew: the condition, the same on both databases. `algorithms/drawn.py` has the shapes."""

from __future__ import annotations

from django.db.models import QuerySet

from linli.algorithms.drawn import Disc, Drawn, bounds_of, crossings, per_degree_m
from linli.algorithms.tile_keys import tile_key_ranges
from linli.core.cases.models import Case


def narrowed_to(rows: QuerySet[Case], shape: Drawn) -> QuerySet[Case]:
    """Those of the cases that lie in the shape, asked so that an index of places finds the candidates."""
    return exactly(rows.filter(tile_key__range=key_span(shape)), shape)


def key_span(shape: Drawn) -> tuple[int, int]:
    """The lowest and the highest tile key that a position in the shape may have."""
    ranges = tile_key_ranges(bounds_of(shape))
    return ranges[0][0], ranges[-1][1]


def exactly(rows: QuerySet[Case], shape: Drawn) -> QuerySet[Case]:
    """Those of the cases whose position lies in the shape; finds no candidates. What `drawn.holds` says of an array.

    The rectangle around it is asked first, since nearly everything outside falls there.
    """
    bounds = bounds_of(shape)
    rows = rows.filter(lon__range=(bounds.west, bounds.east), lat__range=(bounds.south, bounds.north))
    if isinstance(shape, Disc):
        east_m, north_m = per_degree_m(shape)
        east, north = "(cases_case.lon - %s) * %s", "(cases_case.lat - %s) * %s"
        where = f"({east}) * ({east}) + ({north}) * ({north}) <= %s"
        across, along = [shape.lon, east_m], [shape.lat, north_m]
        return rows.extra(where=[where], params=[*across, *across, *along, *along, shape.radius_m**2])  # noqa: S610 - our own words
    one = "CASE WHEN cases_case.lat >= %s AND cases_case.lat < %s AND %s + (cases_case.lat - %s) * %s <= cases_case.lon THEN 1 ELSE 0 END"
    sides = crossings(shape)
    where = f"({' + '.join([one] * len(sides))}) %% 2 = 1" if sides else "1 = 0"
    params = [value for south, north, at, slope in sides for value in (south, north, at, south, slope)]
    return rows.extra(where=[where], params=params)  # noqa: S610 - our own words
