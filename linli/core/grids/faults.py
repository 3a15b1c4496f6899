"""What is wrong with grids of a file, in words and with its place: of one feature, of two on the same ground, of a hole between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from linli.algorithms.ground_faults import Fault as GroundFault
from linli.core.areas.public import area_tree
from linli.core.grids.rows import GridRow
from linli.lib.faults import Fault


@dataclass(frozen=True, slots=True)
class GridRowError:
    """What is wrong with one feature: its number in the file (0: the file itself), the column, the value, the mend; where it is (degrees),
    what kind of fault on the ground, and whether mending puts it right."""

    number: int
    column: str
    value: str
    mend: str
    lon: float | None = None
    lat: float | None = None
    kind: str = ""
    safe: bool = False

    def __str__(self) -> str:
        if self.number == 0 and not self.kind:
            return _("The file cannot be read as grids. %s") % self.mend
        if self.number == 0:
            return self.mend
        return _("Feature %(number)s, %(column)s: “%(value)s”. %(mend)s") % {
            "number": self.number,
            "column": self.column,
            "value": self.value[:60],
            "mend": self.mend,
        }

    @property
    def fault(self) -> Fault:
        """The same in four parts."""
        return Fault(self.number, self.column, self.value, self.mend)


def error_of(fault: GroundFault, rows: Sequence[GridRow], numbers: Mapping[str, int]) -> GridRowError:
    """A fault for which a grid cannot be taken."""
    row = rows[fault.members[-1]]
    value = row.code
    if fault.kind == "overlap":
        said = _(
            "It shares %(area)s m² with grid %(other)s, %(share)s %% of the smaller one; draw each place into one grid only."
        ) % {"area": f"{fault.area_m2:,.0f}", "other": rows[fault.members[0]].code, "share": f"{100 * fault.share:.0f}"}
    elif fault.kind == "crossing":
        said = _("Draw this polygon again; its border crosses itself.")
        if fault.safe:
            said = _("Its border touches itself; let it be mended, or draw this polygon again.")
    else:
        said = _("A grid over the 180th meridian cannot be kept; cut it there into two grids.")
    return GridRowError(numbers[row.code], "geometry", value, said, fault.lon, fault.lat, fault.kind, fault.safe)


def remark_of(fault: GroundFault, rows: Sequence[GridRow], numbers: Mapping[str, int]) -> GridRowError:
    """A fault with which a grid can be taken, for somebody to look at."""
    codes = ", ".join(rows[member].code for member in fault.members[:3])
    area = f"{fault.area_m2:,.0f}" if fault.area_m2 >= 10 else f"{fault.area_m2:.2g}"
    if fault.kind == "sliver":
        said = _(
            "Grids %(codes)s overlap at their border by %(area)s m²; a place there belongs to the grid whose code comes first."
        )
    elif fault.kind == "gap":
        said = _("Between the grids %(codes)s lies a gap of %(area)s m² that belongs to none.")
    elif fault.kind == "pieces":
        said = _("Grid %(codes)s lies in %(parts)s pieces; the smallest has %(area)s m².")
    else:
        said = _("Grid %(codes)s reaches %(area)s m² out of %(parent)s, %(share)s %% of it.")
    row = rows[fault.members[0]] if fault.members else None
    node = area_tree().nodes.get(row.area_id) if row is not None else None
    words = {
        "codes": codes, "area": area, "parts": fault.parts, "share": f"{100 * fault.share:.1f}", "parent": node.title if node else "",
    }  # fmt: skip
    number = numbers[row.code] if row is not None and fault.kind in ("pieces", "outside") else 0
    return GridRowError(number, "geometry", codes, said % words, fault.lon, fault.lat, fault.kind, fault.safe)
