"""A supply plan as one self-contained HTML page, Chinese and English: `supply_page`.

The same frame, map, style and script as `page` next door, which shows a division. Areas are coloured by their substation, and
say by numbers how full it is; a thick line says that some customers there have no second source, so colour is never the only mark.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np
import shapely
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from linli.algorithms.division.model import Finding, Geometries, Line
from linli.algorithms.supply.model import SupplyPlan, SupplyRules
from linli.algorithms.supply.plan import area_polygons
from linli.algorithms.supply.report import FeederRow, SupplyReport
from linli.subsystems.division.ground.survey import Survey
from linli.subsystems.division.report.bilingual import both, number, percent
from linli.subsystems.division.report.drawing import (
    Canvas,
    canvas_over,
    middles,
    simplified_coverage,
    simplified_lines,
)
from linli.subsystems.division.report.frame import rendered
from linli.subsystems.division.report.map_figure import HIGH_PX, WIDE_PX, Figure, Labels, Shape
from linli.subsystems.division.sentences import sentence

MOST_FINDINGS: Final = 400
# Areas of substations have so many colours in turn; a thick line parts two that meet in one colour.
COLOURS: Final = 8
STATION_PX: Final = 16
RULES: Final[tuple[tuple[str, Promise], ...]] = (
    ("radius_m", gettext_lazy("Supply radius, m")),
    ("emergency_radius_m", gettext_lazy("Radius of a second source, m")),
    ("utilisation", gettext_lazy("Share of capacity in normal operation")),
    ("emergency_utilisation", gettext_lazy("Share of capacity while a neighbour is out")),
    ("balance_m", gettext_lazy("What an even utilisation is worth, m")),
)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """A feeder in the table; `shape` is the id of its area on the map, `name` its substation's, `seconds` those that step in."""

    shape: str
    css: str
    feeder: FeederRow
    name: str
    utilisation: float
    seconds: str
    dark: int


def supply_page(
    plan: SupplyPlan, report: SupplyReport, findings: Sequence[Finding], *, source: str, language: str = "zh-hans",
    survey: Survey | None = None, names: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """The page as a text. `source` names the file of the plan; streets and rivers are drawn where there is a `survey`.

    `names` are those of the substations by code.
    """
    names = names or {}
    rows = area_rows(report, names)
    context = {
        "source": source,
        "report": report,
        "rows": rows,
        "dark": sum(row.dark_customers for row in report.substations),
        "figure": _figure(plan, rows, survey, names),
        "stations": [(colour_of(place), row, names.get(row.code, "")) for place, row in enumerate(report.substations)],
        "findings": [both(partial(sentence, one)) for one in findings[:MOST_FINDINGS]],
        "left_out": max(0, len(findings) - MOST_FINDINGS),
        "parameters": parameters(plan.rules),
    }
    return rendered("supply.html", context, language)


def colour_of(station: int) -> str:
    """The class of the colour of a substation's area."""
    return f"a{station % COLOURS + 1}"


def area_rows(report: SupplyReport, names: Mapping[str, str]) -> list[AreaRow]:
    """A row of the table for each feeder. Without a capacity of its own it is as full as its substation."""
    full = {row.code: row.utilisation for row in report.substations}
    station = {row.code: place for place, row in enumerate(report.substations)}
    rows = []
    for place, feeder in enumerate(report.feeders):
        groups = [group for group in report.groups if group.feeder == feeder.code]
        used = feeder.utilisation if math.isfinite(feeder.capacity_kw) else full[feeder.substation]
        rows.append(
            AreaRow(
                shape=f"m{place}",
                css=colour_of(station[feeder.substation]),
                feeder=feeder,
                name=names.get(feeder.substation, ""),
                utilisation=used,
                seconds=", ".join(sorted({group.second_substation for group in groups} - {""})),
                dark=sum(group.customers for group in groups if not group.second_feeder),
            )
        )
    return rows


def parameters(rules: SupplyRules) -> list[tuple[SafeString, str]]:
    """What the plan was made with, as words and text."""
    shown = []
    for name, words in RULES:
        value = getattr(rules, name)
        shown.append((both(partial(str, words)), percent(value) if "utilisation" in name else number(value)))
    return shown


def _figure(plan: SupplyPlan, rows: Sequence[AreaRow], survey: Survey | None, names: Mapping[str, str]) -> Figure:
    """Draw the areas, grouped by substation; the dots of the map are the substations."""
    areas = area_polygons(plan)
    stations = shapely.points(plan.sources.x_m, plan.sources.y_m)
    canvas = canvas_over(np.concatenate((areas[~shapely.is_empty(areas)], stations)))
    drawn = np.flatnonzero(~shapely.is_empty(areas))
    places = drawn.tolist()
    simple = areas.copy()
    simple[drawn] = simplified_coverage(areas[drawn], canvas.tolerance_m)
    of_station, outlines = [], []
    for station in range(len(plan.sources.codes)):
        own = drawn[plan.sources.substation[drawn] == station].tolist()
        shapes = tuple(Shape(rows[place].shape, rows[place].css, canvas.path(simple[place])) for place in own)
        of_station.append((station, shapes))
        outlines.append(canvas.path(shapely.union_all(simple[own])))
    return Figure(
        prefix="m",
        canvas=canvas,
        communities=tuple(one for one in of_station if one[1]),
        land="".join(outlines),
        rivers=_lines(survey, Line.RIVER, canvas),
        minor=_lines(survey, Line.MINOR, canvas),
        main=_lines(survey, Line.MAIN, canvas),
        buildings="",
        edges=canvas.path(shapely.line_merge(shapely.union_all(shapely.boundary(simple[drawn])))),
        out="".join(canvas.path(simple[place]) for place in places if rows[place].dark),
        moved="".join(f"M{x} {y}h0" for x, y in canvas.units(shapely.get_coordinates(stations)).tolist()),
        labels=(
            *_labels([_feeder_text(rows[place].feeder) for place in places], simple[drawn], canvas),
            _station_labels([names.get(code) or code for code in plan.sources.codes], stations, canvas),
        ),
    )


def _feeder_text(feeder: FeederRow) -> str:
    """Its code; none for a substation without feeders, which has its own label."""
    return "" if feeder.code == feeder.substation else feeder.code


def _station_labels(texts: Sequence[str], stations: Geometries, canvas: Canvas) -> Labels:
    """The names of the substations above their dots, larger than those of feeders."""
    above = round(STATION_PX * max(canvas.width / WIDE_PX, canvas.height / HIGH_PX))
    places = canvas.units(shapely.get_coordinates(stations)).tolist()
    return Labels(
        0.0, "always station", tuple((x, y - above, text) for (x, y), text in zip(places, texts, strict=True))
    )


def _lines(survey: Survey | None, kind: Line, canvas: Canvas) -> str:
    if survey is None or not len(survey.ground.lines):
        return ""
    chosen = survey.ground.lines[survey.ground.line_kinds == kind]
    return "".join(map(canvas.path, simplified_lines(chosen, canvas)))


def _labels(texts: Sequence[str], areas: Geometries, canvas: Canvas) -> tuple[Labels, ...]:
    """The codes, at every zoom: areas are few and large."""
    if not len(areas):
        return ()
    largest = [max(shapely.get_parts(area), key=lambda part: part.area) for area in areas]
    places, _radii = middles(np.array(largest, dtype=object), canvas)
    return (
        Labels(0.0, "always", tuple((x, y, text) for (x, y), text in zip(places.tolist(), texts, strict=True) if text)),
    )  # fmt: skip
