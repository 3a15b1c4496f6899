"""Outlines of areas out of a file: read into degrees, held against each other level by level and against the area that each lies in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from linli.algorithms.ground_faults import Fault, faults_of, mended
from linli.core.areas.public import LEVELS, Area, AreaRow
from linli.core.grids.ground import Frame, WrongPlace, check_place, parse_frame
from linli.core.platform.public import ground_files, in_words
from linli.lib.geo.layer import Layer
from linli.lib.systems import name_of


def outlines_of_layer(
    layer: Layer, choices: ground_files.Choices, rows: Sequence[tuple[int, AreaRow]], notes: list[str]
) -> tuple[dict[int, bytes], list[ground_files.Fault]]:
    """The outlines (WKB, WGS 84) of rows by their line, each given with its position in the layer, and what is wrong with them. A row without a
    shape keeps the outline that is known, and that is noted. Raises BadInput for a coordinate system that does not do."""
    frame = parse_frame(layer.system, choices.coordinates, swapped=choices.swapped)
    outlines: dict[int, bytes] = {}
    faults: list[ground_files.Fault] = []
    without = 0
    for place, row in rows:
        if layer.shapes[place] is None and layer.broken.get(place, ("empty",))[0] == "empty":
            without += 1
            continue
        try:
            outlines[row.line] = _outline(layer, place, frame, row)
        except WrongPlace as wrong:
            faults.append(ground_files.Fault(row.line, "geometry", wrong.value, wrong.mend))
    if without:
        notes.append(_("%s areas have no outline in the file; what is known of them stays.") % without)
    if frame.system is not None:
        notes.append(_("Converted from %s to WGS 84.") % name_of(frame.system))
    elif frame.coordinates in ("GCJ02", "BD09"):
        notes.append(_("Converted from %s to WGS 84.") % frame.coordinates)
    return outlines, faults


def _outline(layer: Layer, place: int, frame: Frame, row: AreaRow) -> bytes:
    why = layer.why_broken(place)
    if why is not None:
        raise WrongPlace("", in_words(why))
    shape = shapely.from_wkb(layer.shapes[place])
    if shape.geom_type not in ("Polygon", "MultiPolygon"):
        raise WrongPlace(shape.geom_type, _("Give a Polygon or MultiPolygon."))
    shape = frame.to_degrees(shape)
    check_place(shape, code=row.code)
    return bytes(shapely.to_wkb(shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape))


def judged(rows: Sequence[AreaRow], *, mend: bool) -> tuple[list[AreaRow], list[ground_files.Fault], list[str]]:
    """The rows with their outlines held against each other and against the areas above them, after what is safe was mended if that was asked
    for; what is wrong, and a sentence on what was mended."""
    by_code = {row.code: row for row in rows}
    faults: list[ground_files.Fault] = []
    count, moved_m = 0, 0.0
    above = _known_outlines(rows)
    for level in LEVELS:
        members = [row for row in rows if row.level == level and row.outline is not None]
        if not members:
            continue
        shapes = shapely.from_wkb(np.array([row.outline for row in members], dtype=object))
        if mend:
            right = mended(shapes)
            shapes, moved_m, count = right.shapes, max(moved_m, right.moved_m), count + len(right.changed)
            for place in right.changed:
                members[place] = replace(members[place], outline=bytes(shapely.to_wkb(shapes[place])))
        by_code |= {row.code: row for row in members}
        faults += [
            _said(fault, members, by_code)
            for fault in faults_of(shapes, [above.get(row.parent_code) for row in members])
        ]
        above |= {row.code: shape for row, shape in zip(members, shapes, strict=True) if shapely.is_valid(shape)}
    notes = []
    if count:
        said = _("Mended: %(count)s outlines; a border moved by %(metres)s m at most.")
        notes.append(said % {"count": count, "metres": f"{moved_m:.2f}"})
    return [by_code[row.code] for row in rows], faults, notes  # fmt: skip


def _known_outlines(rows: Sequence[AreaRow]) -> dict[str, Any]:
    """The outlines in force of the areas that rows lie in, by code."""
    codes = {row.parent_code for row in rows}
    known = Area.objects.filter(code__in=codes, valid_to__isnull=True, outline__isnull=False)
    return {code: shapely.from_wkb(bytes(wkb)) for code, wkb in known.values_list("code", "outline") if wkb is not None}


def _said(fault: Fault, members: Sequence[AreaRow], by_code: dict[str, AreaRow]) -> ground_files.Fault:
    """A fault in words. Overlaps and borders that cross themselves cannot be taken."""
    row = members[fault.members[-1]] if fault.members else None
    first = members[fault.members[0]] if fault.members else None
    area = f"{fault.area_m2:,.0f}" if fault.area_m2 >= 10 else f"{fault.area_m2:.2g}"
    parent = by_code.get(row.parent_code) if row else None
    words = {
        "name": row.name if row else "", "other": first.name if first else "", "area": area, "share": f"{100 * fault.share:.1f}",
        "parts": fault.parts, "names": ", ".join(members[one].name for one in fault.members[:3]), "parent": parent.name if parent else _("the area above"),
    }  # fmt: skip
    said = {
        "overlap": _("%(name)s shares %(area)s m² with %(other)s, %(share)s %% of the smaller one; draw each place into one of them only."),
        "sliver": _("%(name)s and %(other)s overlap at their border by %(area)s m²."),
        "gap": _("Between %(names)s lies a gap of %(area)s m² that belongs to none."),
        "outside": _("%(name)s reaches %(area)s m² out of %(parent)s, %(share)s %% of it."),
        "pieces": _("%(name)s lies in %(parts)s pieces; the smallest has %(area)s m²."),
        "crossing": _("The border of %(name)s touches itself; let it be mended, or draw it again.") if fault.safe
        else _("The border of %(name)s crosses itself; draw it again."),
        "antimeridian": _("%(name)s lies over the 180th meridian; cut it there into two polygons."),
    }[fault.kind] % words  # fmt: skip
    grave = fault.kind in ("overlap", "crossing", "antimeridian")
    line = row.line if row is not None and fault.kind != "gap" else 0
    return ground_files.Fault(
        line, "geometry", row.code if row else "", said, fault.lon, fault.lat, grave, fault.safe
    )  # fmt: skip
