"""The living style pages: every block of the house style on one page per surface, with invented content.

For designers and for the accessibility check. They read nothing from the database and change nothing; config/urls.py
shows them in demo and test mode only.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from linli.web.frame import Frame, MenuItem, MenuSection, frame_of, menu_at

MENU = (
    MenuItem(_("Home"), "/style/home/", "home"),
    MenuItem(_("My queue"), "/style/", "inbox", 12),
    MenuItem(_("Cases"), "/style/cases/", "list"),
    MenuItem(_("Map"), "/style/map/", "map"),
    MenuItem(_("Report"), "/style/report/", "edit-2"),
    MenuItem(_("Grids"), "/style/grids/", "grid"),
    MenuItem(_("Staff"), "/style/staff/", "users"),
    MenuItem(_("Figures"), "/style/figures/", "bar-chart-2"),
)
PEOPLE = (("街道中心", ("沈明月", "马志强")), ("柳荫社区居委会", ("陈芳", "韩雪")))
CLOCKS = ("on_time", "amber", "red", "paused", "done")
MIDDLE = (120.182, 30.242)


@dataclass(frozen=True)
class Row:
    """One invented case of the sample list."""

    number: str
    title: str
    state: str
    word: str
    clock: str
    clock_words: str
    place: str
    unit: str


ROWS = (
    Row(
        "20261121-0412",
        "江城路与望江路口污水井盖缺失",
        "dispatched",
        "已派遣",
        "red",
        "超时 2 工作时",
        "近江一网格",
        "住建局市政科",
    ),
    Row(
        "20261121-0398",
        "始版桥直街 18 号门前暴露垃圾",
        "handling",
        "处置中",
        "amber",
        "还剩 40 分钟",
        "始版桥三网格",
        "环卫所",
    ),
    Row(
        "20261121-0391",
        "莫邪塘公园路灯不亮，一共七盏，晚上走路看不清台阶，有老人摔倒过",
        "filed",
        "已立案",
        "on_time",
        "还剩 3 工作时",
        "近江二网格",
        "街道受理台",
    ),
    Row(
        "20261120-0377",
        "清泰门外侧人行道积水",
        "verifying",
        "核查中",
        "on_time",
        "还剩 1 工作日",
        "近江一网格",
        "河道所",
    ),
    Row(
        "20261120-0352",
        "兴隆社区活动室漏水，等物业报价",
        "handling",
        "挂账",
        "paused",
        "已暂停",
        "兴隆一网格",
        "近江物业",
    ),
    Row("20261119-0317", "占道堆放建筑材料", "closed", "已结案", "done", "按期办结", "近江四网格", "综合执法队"),
    Row("20261119-0309", "与 20261119-0301 为同一处井盖", "merged", "已并案", "done", "已并入", "近江一网格", "—"),
)


def drawn_photo(words: str, ground: str, shape: str) -> str:
    """An invented photo as a data: address: a flat drawing with its name on it."""
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 480">'
        f'<rect width="640" height="480" fill="{ground}"/>'
        f'{shape}<text x="24" y="452" font-size="30" fill="#fff" font-family="sans-serif">{words}</text></svg>'
    )
    return "data:image/svg+xml," + quote(svg)


PHOTOS = (
    (drawn_photo("处置前", "#7d7468", '<circle cx="320" cy="230" r="110" fill="#2a2825"/>'), "处置前，11月21日 09:12"),
    (
        drawn_photo("围挡", "#8b8276", '<path d="M120 330 320 110l200 220z" fill="#c26a0c"/>'),
        "现场围挡，11月21日 10:40",
    ),
    (
        drawn_photo(
            "处置后", "#7d7468", '<circle cx="320" cy="230" r="110" fill="#57534c" stroke="#3a3732" stroke-width="14"/>'
        ),
        "处置后，11月21日 13:58",
    ),
)


def sample_grids() -> dict[str, object]:
    """Six invented grids as GeoJSON, WGS 84 degrees."""
    lon, lat = MIDDLE
    features = []
    for index in range(6):
        west, south = lon - 0.012 + 0.008 * (index % 3), lat - 0.007 + 0.007 * (index // 3)
        lean = 0.0006 * (1 + index % 2)
        ring = [
            [west, south],
            [west + 0.008, south + lean],
            [west + 0.008, south + 0.007 + lean],
            [west, south + 0.007],
            [west, south],
        ]
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Polygon", "coordinates": [ring]},
                "properties": {"uuid": f"grid-{index}", "name": f"近江{'一二三四五六'[index]}网格"},
            }
        )
    return {"type": "FeatureCollection", "features": features}


def sample_points(count: int, spread: float, kind: str) -> dict[str, object]:
    """Invented cases or components on a sunflower pattern, so that they neither coincide nor form rows."""
    features = []
    for index in range(count):
        turn, reach = index * 2.39996, spread * math.sqrt((index + 0.5) / count)
        point = [MIDDLE[0] + reach * math.cos(turn), MIDDLE[1] + 0.55 * reach * math.sin(turn)]
        row = ROWS[index % len(ROWS)]
        properties: dict[str, str] = {"name": "路灯"}
        if kind == "case":
            clock = CLOCKS[(index * 7 + index // 3) % 5]
            properties = {"uuid": f"case-{index}", "title": row.title, "clock": clock, "url": f"#case-{index}"}
        features.append(
            {"type": "Feature", "geometry": {"type": "Point", "coordinates": point}, "properties": properties}
        )
    return {"type": "FeatureCollection", "features": features}


def _frame(request: HttpRequest) -> Frame:
    asked = frame_of(request)
    return Frame(
        path="/style/", theme=asked.theme, type_size=asked.type_size, menu=menu_at("/style/", (MenuSection("工作", MENU),)), place="望江街道", place_url="#",
        search_url="/style/", notices_url="#", notices_count=3, me="沈明月", my_url="#", sign_out_url="#",
    )  # fmt: skip


def workbench_style(request: HttpRequest) -> HttpResponse:
    """The style page of the staff workbench."""
    context = {
        "frame": _frame(request), "rows": ROWS, "people": PEOPLE, "photos": PHOTOS, "middle": MIDDLE, "grids": sample_grids(),
        "cases": sample_points(60, 0.011, "case"), "components": sample_points(140, 0.013, "component"),
        "map_base": "/map/base/{z}/{x}/{y}.mvt",
    }  # fmt: skip
    return render(request, "base/style.html", context)


def public_style(request: HttpRequest) -> HttpResponse:
    """The style page of residents' pages."""
    context = {
        "frame": _frame(request),
        "photos": PHOTOS,
        "with_map": True,
        "middle": MIDDLE,
        "map_base": "/map/base/{z}/{x}/{y}.mvt",
    }
    return render(request, "base/style_public.html", context)
