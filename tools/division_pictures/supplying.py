"""The picture of power-supply grids: who serves whom, and who steps in when a substation is out."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from linli.algorithms.division.model import NOBODY, Bools, Floats, Geometries
from linli.algorithms.supply.cells import cells_of_parcels, customers_of_ground
from linli.algorithms.supply.model import Sources, SupplyPlan
from linli.algorithms.supply.plan import area_polygons, plan_supply
from linli.algorithms.supply.report import supply_report
from tools.division_pictures.drawing import TOP, UNITS, Map, headed, legend, panels, picture
from tools.division_pictures.town import Town, town

TOWN = (900, 5)
KW_PER_HOUSEHOLD = 2.0
# Substations, and the far ends of their feeders, as shares of the town's width and height.
PLACES = {"A": (0.2, 0.42), "B": (0.5, 0.6), "C": (0.8, 0.4)}
ENDS = {
    "A1": (0.1, 0.84),
    "A2": (0.27, 0.1),
    "B1": (0.37, 0.9),
    "B2": (0.62, 0.88),
    "C1": (0.6, 0.1),
    "C2": (0.92, 0.78),
}
CAPACITY_KW, FEEDER_KW = 8_500.0, 4_600.0
OUT = "B"


def supply_picture() -> str:
    """The grids of feeders, and what becomes of them when a substation is out."""
    of = town(*TOWN)
    plan = planned(of)
    report = supply_report(plan)
    (left, right), width = panels(2)
    areas = area_polygons(plan)
    normal = Map(of, left, width)
    for number, area in enumerate(areas):
        normal.draw(area, shade(number))
    finish(normal, plan, areas)
    for feeder, area in zip(report.feeders, areas, strict=True):
        normal.label(area, f"{feeder.code} {feeder.utilisation:.0%}", f"{feeder.forecast_kw / 1000:.1f} MW")
    out = plan.sources.codes.index(OUT)
    failed = failure_map(Map(of, right, width), plan, areas, out)
    row = report.substations[out]
    key, end = legend(
        TOP + normal.height + 36,
        ("c0 d0", "变电站 A 的馈线|feeders of A"),
        ("c1 d1", f"变电站 {OUT} 的馈线|feeders of {OUT}"),
        ("c2 d2", "变电站 C 的馈线|feeders of C"),
        ("edge", "供电网格边界|border of a grid"),
        ("station", "变电站|substation"),
        ("feeder", "馈线|feeder"),
        ("pale", "不受影响|not concerned"),
        ("dark", "无备用电源|no second source"),
    )
    heads = (
        headed(left, "正常运行：每条馈线的负荷与负载率|In normal operation: load and utilisation of each feeder"),
        headed(
            right,
            f"变电站 {OUT} 停运：{row.forecast_kw / 1000:.1f} MW 中 {row.carried_kw / 1000:.1f} MW 由邻站转供|"
            f"Substation {OUT} out: others carry {row.carried_kw / 1000:.1f} of {row.forecast_kw / 1000:.1f} MW",
        ),
    )
    return picture(
        "配电网格：正常供电与互为备用|Power-supply grids: who serves whom, and who steps in",
        end,
        (*heads, normal.svg(), failed.svg(), *key),
    )


def planned(of: Town) -> SupplyPlan:
    """The plan of the made-up substations for the town's households, with areas of whole blocks."""
    customers, building = customers_of_ground(of.ground, KW_PER_HOUSEHOLD)
    graph = of.parcels.graph
    grounds = of.polygons(np.arange(graph.size))
    cells = cells_of_parcels(customers, of.parcels.building_parcel[building], graph, grounds)
    stations, ends = place(of, PLACES.values()), place(of, ENDS.values())
    station = np.array([list(PLACES).index(code[0]) for code in ENDS], np.int32)
    sources = Sources(
        codes=tuple(PLACES),
        x_m=stations[:, 0],
        y_m=stations[:, 1],
        capacity_kw=np.full(len(PLACES), CAPACITY_KW),
        growth=np.ones(len(PLACES)),
        feeder_codes=tuple(ENDS),
        substation=station,
        feeder_routes=shapely.linestrings(np.stack([stations[station], ends], axis=1)),
        feeder_capacity_kw=np.full(len(ENDS), FEEDER_KW),
    )
    return plan_supply(customers, cells, sources)


def place(of: Town, shares: Any) -> Floats:
    """Shares of the town's width and height as metres (rows of x, y)."""
    bounds: Floats = shapely.total_bounds(of.ground.communities)
    metres: Floats = bounds[:2] + np.array(list(shares)) * (bounds[2:] - bounds[:2])
    return metres


def shade(feeder: int) -> str:
    """The style of a feeder's area: a colour for its substation, light for the first feeder, darker for the second."""
    code = list(ENDS)[feeder]
    return ("c" if code.endswith("1") else "d") + str(list(PLACES).index(code[0]))


def failure_map(to: Map, plan: SupplyPlan, areas: Geometries, out: int) -> Map:
    """Draws who carries the area of a substation that is out."""
    mine: Bools = plan.substation_of == out
    to.draw(to.of.ground.communities, "pale")
    for number in range(len(areas)):
        to.draw(ground_of(plan, mine & (plan.second_feeder_of == number)), shade(number))
    to.draw(ground_of(plan, mine & (plan.second_feeder_of == NOBODY)), "dark")
    seconds = [number for number in range(len(areas)) if (mine & (plan.second_feeder_of == number)).any()]
    finish(to, plan, np.array([ground_of(plan, mine)], dtype=object), out)
    for number in seconds:
        taken = mine & (plan.second_feeder_of == number)
        code, kw = plan.sources.feeder_codes[number], plan.cells.demand_kw[taken].sum()
        parts = shapely.get_parts(ground_of(plan, taken))
        to.label(parts[shapely.area(parts).argmax()], f"→ {code}", f"{kw / 1000:.1f} MW")
    return to


def ground_of(plan: SupplyPlan, chosen: Bools) -> Any:
    """The ground of some cells."""
    return shapely.union_all(plan.cells.polygons[chosen])


def finish(to: Map, plan: SupplyPlan, areas: Geometries, out: int = NOBODY) -> None:
    """Draws streets, borders of areas, feeders and substations; those that are `out` in red."""
    sources = plan.sources
    to.streets("thin")
    to.borders(areas)
    to.draw(sources.feeder_routes[sources.substation != out], "feeder")
    half = 11 * to.unit_m * UNITS
    for number, code in enumerate(sources.codes):
        x, y = sources.x_m[number], sources.y_m[number]
        square = shapely.box(x - half, y - half, x + half, y + half)
        to.draw(square, "failed" if number == out else "station")
        to.label(square, code, css="on")
