"""Pictures as SVG: headings, legends, and maps with path data in whole numbers, so that files stay small and comparable."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
import shapely

from linli.algorithms.division.model import Floats, Geometries, Line
from tools.division_pictures.town import Town

WIDTH, MARGIN, GAP = 960, 24, 24
TOP = 142  # where maps begin, below the title and the heading of a panel
UNITS = 4  # of a map for one of the picture
# CSS classes of a map that are lines; the others are areas.
LINES = frozenset("main lane river bridge deck minor grey thin fine edge outline around feeder k0 k1 k2".split())
MAIN_ROAD, BRIDGE = "main lane", "river bridge deck"
STYLE = """
text{font-family:"PingFang SC","HarmonyOS Sans SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif;
font-size:15px;fill:#1c1917;font-variant-numeric:tabular-nums}
.t{font-weight:600;font-size:22px}.h{font-weight:600;font-size:17px}.e{font-size:15px;font-weight:400;fill:#57534e}
.n{text-anchor:middle;font-weight:600;font-size:17px}.n .e{font-size:14px}.r{text-anchor:end}.b{font-weight:600}
.halo{paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.bad,.bad .e{fill:#b3201d}
.m path{fill:none;stroke-linejoin:round}.m .land{fill:#f6f5f2}.m .house{fill:#a8a29e}.m .minor{stroke:#fff;stroke-width:11}
.m .grey{stroke:#d6d3d1;stroke-width:11}.m .main{stroke:#78716c;stroke-width:28}.m .lane{stroke:#fff;stroke-width:20}
.m .river{stroke:#7cb5d6;stroke-width:36}.m .bridge{stroke:#57534e;stroke-width:24}.m .deck{stroke:#fff;stroke-width:14}
.m .fine{stroke:#8b857f;stroke-width:3}.m .edge{stroke:#1c1917;stroke-width:11;stroke-linecap:round}
.m .around{stroke:#1c1917;stroke-width:7;stroke-dasharray:22 14}
.m .c0{fill:#cfe8e2}.m .c1{fill:#f7e6bd}.m .c2{fill:#dcd6ef}.m .c3{fill:#f5d6d0}.m .c4{fill:#d8e6bf}.m .pale{fill:#eeece8}
.m .d0{fill:#9fd3c8}.m .d1{fill:#efcf86}.m .d2{fill:#bdb2e0}.m .out{fill:#fbe0bd}.m .hatch{fill:url(#hatch)}.m .stripe{fill:url(#stripe)}
.m .new{fill:#b45309}.m .moved{fill:#6d28d9}.m .flow{fill:#d3c7fb}.m .dark{fill:#57534e}
.m .k0{stroke:#0f766e;stroke-width:30}.m .k1{stroke:#d97706;stroke-width:30}.m .k2{stroke:#b3201d;stroke-width:30}
.m .outline{stroke:#4c1d95;stroke-width:14}.m .thin{stroke:#fff;stroke-width:6}
.m .feeder{stroke:#1d4ed8;stroke-width:9;stroke-dasharray:24 12}.m .station{fill:#1d4ed8}.m .failed{fill:#b3201d}.on{fill:#fff}
"""
PATTERNS = (
    '<pattern id="hatch" width="28" height="28" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="28" height="28" fill="#fff"/><path d="M0 14H28" style="stroke:#78716c;stroke-width:6"/></pattern>\n'
    '<pattern id="stripe" width="36" height="36" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
    '<rect width="36" height="36" fill="#fdeedb"/><path d="M0 18H36" style="stroke:#f0b674;stroke-width:12"/></pattern>'
)


class Map:
    """A town drawn into a picture: `x`, `y` is the upper left corner, `width` its size there.

    `over` are the metres that it shows (west, south, east, north); all of the town where none are given.
    """

    def __init__(self, of: Town, x: float, width: float, over: Floats | None = None, y: float = TOP) -> None:
        self.of, self.x, self.y, self.width = of, x, y, width
        self.window: Floats = shapely.total_bounds(of.ground.communities) if over is None else over
        self.unit_m = (self.window[2] - self.window[0]) / (width * UNITS)
        self.height = round((self.window[3] - self.window[1]) / self.unit_m / UNITS)
        self.parts: list[str] = []
        self.labels: list[str] = []

    def path(self, geometry: Any) -> str:
        """Path data of lines and polygons in whole units, relative, y growing to the south."""
        parts = shapely.get_parts(geometry)
        areas = shapely.get_dimensions(parts) == 2
        rings = shapely.get_rings(parts[areas])
        lines = parts[shapely.get_dimensions(parts) == 1]
        return "".join([*(self._run(ring, True) for ring in rings), *(self._run(line, False) for line in lines)])

    def _run(self, line: Any, closed: bool) -> str:
        metres = shapely.get_coordinates(line) - (self.window[0], self.window[3])
        points = np.rint(metres / (self.unit_m, -self.unit_m)).astype(int)
        steps = np.diff(points[:-1] if closed else points, axis=0)
        steps = steps[steps.any(axis=1)]
        if len(steps) < 1 + closed:
            return ""
        numbers = " ".join(map(str, steps.ravel().tolist())).replace(" -", "-")
        return f"M{points[0][0]} {points[0][1]}l{numbers}{'z' if closed else ''}"

    def draw(self, geometry: Any, *styles: str) -> None:
        """Draws one geometry, or many as one path, in each of the styles."""
        several = np.atleast_1d(np.asarray(geometry, dtype=object))
        west, south, east, north = self.window
        # A little more than the window, so that cut edges lie outside it.
        more = 10 * UNITS * self.unit_m
        kept = shapely.clip_by_rect(several, west - more, south - more, east + more, north + more)
        if path := "".join(self.path(one) for one in kept):
            self.parts.extend(f'<path class="{css}" d="{path}"/>' for css in styles)

    def areas(self, label: Any, styles: Sequence[str]) -> Geometries:
        """Fills the parcels of each label with its style; returns the polygons."""
        polygons = self.of.polygons(label)
        for css in sorted(set(styles)):
            self.draw(polygons[[own == css for own in styles]], css)
        return polygons

    def streets(self, minor: str = "minor") -> None:
        """Draws minor streets, rivers and main roads."""
        self.draw(self.of.lines(Line.MINOR), minor)
        self.draw(self.of.lines(Line.RIVER), "river")
        self.draw(self.of.lines(Line.MAIN), "main", "lane")

    def borders(self, polygons: Geometries) -> None:
        """Draws the outlines of grids, and bridges over them."""
        self.draw(shapely.line_merge(shapely.union_all(shapely.boundary(polygons))), "edge")
        self.bridges()

    def bridges(self) -> None:
        """Draws bridges, over what has been drawn."""
        self.draw(self.of.bridges(), "bridge", "deck")

    def label(self, polygon: Any, *lines: str, css: str = "halo") -> None:
        """Writes lines of text into the middle of what the window shows of a polygon."""
        shown = shapely.clip_by_rect(polygon, *self.window)
        widest = shapely.maximum_inscribed_circle(shown, tolerance=0.5)
        middle = shapely.centroid(shown)
        # The centroid looks best; where it lies near the edge, or outside, the widest place has more room.
        if not shown.contains(middle) or shown.boundary.distance(middle) < 0.35 * shapely.length(widest):
            middle = shapely.get_point(widest, 0)
        half = max(width_of(line) for line in lines) * 0.6
        x = self.x + (middle.x - self.window[0]) / self.unit_m / UNITS
        x = min(max(x, self.x + half), self.x + self.width - half)
        y = self.y + (self.window[3] - middle.y) / self.unit_m / UNITS
        for number, line in enumerate(lines):
            down = y + 6 + 21 * (number - (len(lines) - 1) / 2)
            self.labels.append(text(round(x), round(down), line, f"n {css}"))

    def svg(self) -> str:
        """The map in a frame, labels on top."""
        box = f'x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" height="{self.height}"'
        return "\n".join(
            (
                f'<svg class="m" {box} viewBox="0 0 {self.width * UNITS:g} {self.height * UNITS}">',
                *self.parts,
                f'</svg>\n<rect {box} fill="none" stroke="#78716c"/>',
                *self.labels,
            )
        )


def text(x: float, y: float, words: str, css: str = "") -> str:
    """A line of text; what follows a bar is English."""
    chinese, _, english = words.partition("|")
    small = f'<tspan class="e">{" " if chinese else ""}{escape(english)}</tspan>' if english else ""
    return f'<text x="{x:g}" y="{y:g}"' + (f' class="{css}"' if css else "") + f">{escape(chinese)}{small}</text>"


def headed(x: float, words: str, y: float = TOP - 36) -> str:
    """The heading of a panel, Chinese over English."""
    chinese, _, english = words.partition("|")
    return text(x, y, chinese, "h") + "\n" + text(x, y + 22, f"|{english}")


def swatch(x: float, y: float, css: str) -> str:
    """A sample of styles left of a line of text: lines one upon the other, a second area beside the first."""
    areas = 0
    paths = ""
    for one in css.split():
        shape = "M0 32H112" if one in LINES else f"M{56 * areas} 0H112V64H{56 * areas}z"
        areas += one not in LINES
        paths += f'<path class="{one}" d="{shape}"/>'
    return f'<svg class="m" x="{x:g}" y="{y - 13:g}" width="28" height="16" viewBox="0 0 112 64">{paths}</svg>'


def width_of(words: str) -> float:
    """How wide a line of text is at most, near enough to place others beside it."""
    return sum(15.0 if ord(letter) > 0x2E80 else 7.4 for letter in words)


def legend(y: float, *entries: tuple[str, str]) -> tuple[list[str], float]:
    """Samples with words, in one row from `y` on or else in columns; and where the next row would be."""
    widths = [38 + width_of(words) + GAP for _, words in entries]
    whole = WIDTH - 2 * MARGIN + GAP
    if sum(widths) <= whole:
        places = [(MARGIN + sum(widths[:number]), 0) for number in range(len(entries))]
    else:
        columns = int(whole // max(widths))
        places = [(MARGIN + whole / columns * (number % columns), number // columns) for number in range(len(entries))]
    parts = []
    for (css, words), (x, row) in zip(entries, places, strict=True):
        parts += [swatch(round(x), y + 26 * row, css), text(round(x) + 38, y + 26 * row, words)]
    return parts, y + 26 * (places[-1][1] + 1)


def panels(number: int) -> tuple[list[float], float]:
    """Where this many panels beside each other begin, and how wide each is."""
    width = (WIDTH - 2 * MARGIN - (number - 1) * GAP) / number
    return [MARGIN + place * (width + GAP) for place in range(number)], width


def picture(title: str, height: float, parts: Iterable[str]) -> str:
    """A whole picture on white; `title` is Chinese, a bar, English."""
    chinese, _, english = title.partition("|")
    size = f'width="{WIDTH}" height="{height:g}"'
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" {size} role="img" aria-labelledby="t">',
            f'<title id="t">{escape(chinese)} {escape(english)}</title>',
            f"<style>{STYLE}</style>\n<defs>{PATTERNS}</defs>",
            f'<rect {size} rx="12" fill="#fff"/>',
            text(MARGIN, 42, chinese, "t"),
            text(MARGIN, 67, f"|{english}"),
            *parts,
            "</svg>\n",
        )
    )
