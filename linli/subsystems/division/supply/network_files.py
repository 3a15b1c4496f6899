"""The door for a medium-voltage network (中压配电网): a workbook with a sheet for each kind of part, or a folder of CSV files.

Every row is parsed here; `linli.algorithms.supply` computes, `outage_lines` beside this module says it in words.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from django.utils.translation import gettext as _

from linli.algorithms.supply.network import Network, TransformerBranch, three_winding_branches, transformer_branch
from linli.core.platform.public import BadInput
from linli.lib.faults import Fault
from linli.lib.refusal import Sentence
from linli.lib.tables import Table, TableError, open_table

MOST_NODES, MOST_ROWS = 20_000, 40_000
SHEETS: dict[str, tuple[str, ...]] = {
    "nodes": ("nodes", "节点"),
    "lines": ("lines", "线路"),
    "transformers": ("transformers", "变压器"),
    "three_winding": ("three_winding", "三绕组变压器"),
    "switches": ("switches", "开关", "母联开关"),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "代码", "编号"), "kv": ("额定电压_kV", "电压等级_kV"), "load_kw": ("负荷_kW",), "load_kvar": ("负荷_kvar",),
    "generation_kw": ("发电_kW",), "generation_kvar": ("发电_kvar",), "source_pu": ("电源电压_pu", "电源"),
    "from": ("首端", "起点"), "to": ("末端", "终点"), "resistance_ohm": ("电阻_ohm", "电阻"), "reactance_ohm": ("电抗_ohm", "电抗"),
    "susceptance_us": ("电纳_uS", "电纳"), "rating_a": ("限额电流_A", "载流量_A"), "open": ("断开", "常开"), "switchable": ("可操作",),
    "high": ("高压侧",), "middle": ("中压侧",), "low": ("低压侧",), "rated_kva": ("额定容量_kVA",), "high_kv": ("高压额定_kV",),
    "middle_kv": ("中压额定_kV",), "low_kv": ("低压额定_kV",), "short_circuit_percent": ("短路电压_%",),
    "short_circuit_loss_percent": ("短路电压有功分量_%",), "iron_loss_kw": ("空载损耗_kW",),
    "no_load_current_percent": ("空载电流_%",), "tap_percent": ("分接头_%",),
    "high_kva": ("高压容量_kVA",), "middle_kva": ("中压容量_kVA",), "low_kva": ("低压容量_kVA",),
    "high_middle_percent": ("高中短路电压_%",), "middle_low_percent": ("中低短路电压_%",), "high_low_percent": ("高低短路电压_%",),
    "high_middle_loss_percent": ("高中短路电压有功分量_%",), "middle_low_loss_percent": ("中低短路电压有功分量_%",),
    "high_low_loss_percent": ("高低短路电压有功分量_%",),
}  # fmt: skip
KNOWN = {heading.lower(): name for name, headings in COLUMNS.items() for heading in headings}
NEEDED = {
    "nodes": ("code", "kv"),
    "lines": ("code", "from", "to", "resistance_ohm", "reactance_ohm"),
    "transformers": ("code", "high", "low", "rated_kva", "high_kv", "low_kv", "short_circuit_percent"),
    "three_winding": (
        "code", "high", "middle", "low", "high_kva", "middle_kva", "low_kva", "high_kv", "middle_kv", "low_kv",
        "high_middle_percent", "middle_low_percent", "high_low_percent",
    ),
    "switches": ("code", "from", "to"),
}  # fmt: skip
OPEN_WORDS = {
    "": (False, False), "no": (False, False), "否": (False, False), "yes": (False, True), "是": (False, True),
    "from": (True, False), "首端": (True, False), "to": (False, True), "末端": (False, True), "both": (True, True), "两端": (True, True),
}  # fmt: skip
YES_WORDS = {"yes": True, "是": True, "no": False, "否": False}


class NetworkRefused(Exception):
    """Rows of a network that cannot be taken: every one, as faults."""

    def __init__(self, faults: list[Fault], total: int) -> None:
        super().__init__(f"{len(faults)} faults in {total} rows")
        self.faults, self.total = faults, total


@dataclass
class _Row:
    """One row of a sheet; what cannot be read goes to `faults`."""

    sheet: str
    line: int
    cells: Mapping[str, str]
    faults: list[Fault]

    def refuse(self, column: str, mend: str) -> None:
        self.faults.append(Fault(self.line, f"{self.sheet}: {column}", self.cells.get(column, "")[:60], mend))

    def text(self, column: str) -> str:
        return self.cells.get(column, "").strip()

    def number(
        self, column: str, default: float | None = None, *, least: float = -1e9, most: float = 1e9, above: bool = False
    ) -> float:
        """The number there; `above` means that `least` itself is not allowed."""
        given = self.text(column).replace(",", "")
        if not given and default is not None:
            return default
        try:
            value = float(given)
        except ValueError:
            self.refuse(column, _("Write a number."))
            return 1.0
        if not (least < value if above else least <= value) or not value <= most:
            self.refuse(column, _("Write a number from %(least)g to %(most)g.") % {"least": least, "most": most})
            return 1.0
        return value

    def positive(self, column: str) -> float:
        """A number above 0."""
        return self.number(column, least=0, above=True)

    def word(self, column: str, words: Mapping[str, Any], default: str) -> Any:
        given = self.text(column).lower() or default
        if given not in words:
            self.refuse(column, _("Write one of: %s.") % ", ".join(word for word in words if word))
        return words.get(given, words[default])


@dataclass
class _Parts:
    """What has been read so far: nodes by code, and branches as tuples."""

    nodes: dict[str, int] = field(default_factory=dict)
    kv: list[float] = field(default_factory=list)
    taken: list[tuple[float, float, float, float]] = field(default_factory=list)
    sources: list[tuple[int, float]] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)
    branches: list[tuple[int, int, TransformerBranch, bool, bool, bool]] = field(default_factory=list)

    def end(self, row: _Row, column: str) -> int:
        code = row.text(column)
        if code not in self.nodes:
            row.refuse(column, _("There is no node with this code."))
        return self.nodes.get(code, 0)

    def branch(
        self, row: _Row, a: int, b: int, values: TransformerBranch, *, switchable: str, suffix: str = ""
    ) -> None:
        code = row.text("code") + suffix
        if not row.text("code") or code in self.codes:
            row.refuse("code", _("Each branch needs a code of its own, over all sheets."))
        if a == b and not row.faults:
            row.refuse("to", _("A branch joins two different nodes."))
        self.codes[code] = row.line
        opened = row.word("open", OPEN_WORDS, "")
        self.branches.append((a, b, values, *opened, row.word("switchable", YES_WORDS, switchable)))


def load_network(path: Path) -> Network:
    """Reads a workbook, or a folder with `nodes.csv`, `lines.csv` and so on.

    Raises NetworkRefused naming the bad rows, BadInput for what concerns the whole.
    """
    faults: list[Fault] = []
    parts = _Parts()
    total = 0
    with ExitStack() as opened:
        tables = _tables(path, opened)
        for sheet in SHEETS:
            for row in _rows(tables.get(sheet), sheet, faults):
                total += 1
                if total > MOST_ROWS:
                    raise BadInput(_("A network has at most %d rows here.") % MOST_ROWS, field="file")
                _READERS[sheet](parts, row)
    if len(parts.nodes) > MOST_NODES:
        raise BadInput(_("A network has at most %d nodes here.") % MOST_NODES, field="file")
    if faults:
        raise NetworkRefused(faults, total)
    if not parts.sources:
        raise BadInput(
            _("No node has a source voltage: write 1 under source_pu (电源电压_pu) at each source."), field="file"
        )
    if not parts.branches:
        raise BadInput(_("There is no line, transformer or switch."), field="file")
    return _network(parts)


def _tables(path: Path, opened: ExitStack) -> dict[str, Table]:
    """The sheets that are there, by their kind."""
    found: dict[str, Table] = {}
    try:
        if path.is_dir():
            files = {file.stem.lower(): file for file in sorted(path.glob("*.csv"))}
            for sheet, words in SHEETS.items():
                for word in words:
                    if word in files and sheet not in found:
                        source = opened.enter_context(files[word].open("rb"))
                        found[sheet] = open_table(source, required=NEEDED[sheet], known=KNOWN)
        else:
            source = opened.enter_context(path.open("rb"))
            names = {name.strip().lower(): name for name in open_table(source).sheets}
            for sheet, words in SHEETS.items():
                for word in words:
                    if word in names and sheet not in found:
                        found[sheet] = _sheet(source, names[word], sheet)
    except TableError as error:
        mend = error.mend.in_language(_) if isinstance(error.mend, Sentence) else str(error.mend)
        raise BadInput(_("%(file)s: %(mend)s") % {"file": path.name, "mend": mend}, field="file") from None
    if "nodes" not in found:
        raise BadInput(
            _("%s has no sheet nodes (节点). Give a workbook with the sheets nodes, lines, transformers, three_winding and switches, "
              "or a folder of CSV files with these names.") % path.name, field="file",
        )  # fmt: skip
    return found


def _sheet(source: BinaryIO, name: str, sheet: str) -> Table:
    source.seek(0)
    return open_table(source, required=NEEDED[sheet], known=KNOWN, sheet=name)


def _rows(table: Table | None, sheet: str, faults: list[Fault]) -> list[_Row]:
    if table is None:
        return []
    errors: list[TableError] = []
    found = [_Row(sheet, line, cells, faults) for line, cells in table.rows(errors.append)]
    for error in errors:
        mend = error.mend.in_language(_) if isinstance(error.mend, Sentence) else str(error.mend)
        faults.append(Fault(error.line, f"{sheet}: {error.column or ''}".rstrip(": "), error.value[:60], mend))
    return found


def _node(parts: _Parts, row: _Row) -> None:
    code = row.text("code")
    if not code or code in parts.nodes:
        row.refuse("code", _("Each node needs a code of its own."))
    number = parts.nodes.setdefault(code, len(parts.nodes))
    parts.kv.append(row.number("kv", least=0, most=2000, above=True))
    parts.taken.append(
        (row.number("load_kw", 0.0), row.number("load_kvar", 0.0), row.number("generation_kw", 0.0), row.number("generation_kvar", 0.0))
    )  # fmt: skip
    if row.text("source_pu"):
        parts.sources.append((number, row.number("source_pu", least=0.5, most=1.5)))


def _line(parts: _Parts, row: _Row) -> None:
    values = TransformerBranch(
        row.number("resistance_ohm", least=0), row.number("reactance_ohm", least=0), 0.0,
        row.number("susceptance_us", 0.0, least=0), 1.0, row.number("rating_a", math.inf, least=0, above=True),
    )  # fmt: skip
    parts.branch(row, parts.end(row, "from"), parts.end(row, "to"), values, switchable="yes")


def _switch(parts: _Parts, row: _Row) -> None:
    """Between two busbars: nothing but a place that opens and closes."""
    values = TransformerBranch(0.0, 0.0, 0.0, 0.0, 1.0, row.number("rating_a", math.inf, least=0, above=True))
    parts.branch(row, parts.end(row, "from"), parts.end(row, "to"), values, switchable="yes")


def _transformer(parts: _Parts, row: _Row) -> None:
    a, b = parts.end(row, "high"), parts.end(row, "low")
    plate = {name: row.positive(name) for name in ("rated_kva", "high_kv", "low_kv", "short_circuit_percent")}
    loss = row.number("short_circuit_loss_percent", 0.0, least=0)
    if loss > plate["short_circuit_percent"]:
        row.refuse("short_circuit_loss_percent", _("The real part cannot be larger than the whole."))
        return
    values = transformer_branch(
        **plate, short_circuit_loss_percent=loss, nominal_high_kv=parts.kv[a], nominal_low_kv=parts.kv[b],
        iron_loss_kw=row.number("iron_loss_kw", 0.0, least=0), tap_percent=row.number("tap_percent", 0.0, least=-30, most=30),
        no_load_current_percent=row.number("no_load_current_percent", 0.0, least=0),
    )  # fmt: skip
    parts.branch(row, a, b, values, switchable="no")


def _three_winding(parts: _Parts, row: _Row) -> None:
    sides = ("high", "middle", "low")
    ends = [parts.end(row, side) for side in sides]
    kva, kv = ([row.positive(f"{side}_{unit}") for side in sides] for unit in ("kva", "kv"))
    pairs = ("high_middle", "middle_low", "high_low")
    whole = [row.positive(f"{pair}_percent") for pair in pairs]
    loss = [row.number(f"{pair}_loss_percent", 0.0, least=0) for pair in pairs]
    for pair, part, all_ in zip(pairs, loss, whole, strict=True):
        if part > all_:
            row.refuse(f"{pair}_loss_percent", _("The real part cannot be larger than the whole."))
            return
    star = f"{row.text('code')}*"
    nominal = [parts.kv[end] for end in ends]
    arms = three_winding_branches(
        rated_kva=(kva[0], kva[1], kva[2]), rated_kv=(kv[0], kv[1], kv[2]), nominal_kv=(nominal[0], nominal[1], nominal[2]),
        short_circuit_percent=(whole[0], whole[1], whole[2]), short_circuit_loss_percent=(loss[0], loss[1], loss[2]),
        iron_loss_kw=row.number("iron_loss_kw", 0.0, least=0), tap_percent=row.number("tap_percent", 0.0, least=-30, most=30),
        no_load_current_percent=row.number("no_load_current_percent", 0.0, least=0),
    )  # fmt: skip
    if star in parts.nodes:
        row.refuse("code", _("Each branch needs a code of its own, over all sheets."))
        return
    middle = parts.nodes.setdefault(star, len(parts.nodes))
    parts.kv.append(nominal[0])
    parts.taken.append((0.0, 0.0, 0.0, 0.0))
    for side, end, arm in zip(sides, ends, arms, strict=True):
        a, b = (end, middle) if side == "high" else (middle, end)
        parts.branch(row, a, b, arm, switchable="no", suffix=f" {side}")


_READERS = {
    "nodes": _node, "lines": _line, "transformers": _transformer, "three_winding": _three_winding, "switches": _switch,
}  # fmt: skip


def _network(parts: _Parts) -> Network:
    taken = np.array(parts.taken, dtype=float)
    ends = np.array([(a, b) for a, b, *_ in parts.branches], dtype=np.int32)
    values = [values for _a, _b, values, *_ in parts.branches]
    states = np.array(
        [states for *_, first, second, third in parts.branches for states in [(first, second, third)]], dtype=np.bool_
    )

    def of(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([getattr(one, name) for one in values], dtype=float)

    return Network(
        node_codes=tuple(parts.nodes), nominal_kv=np.array(parts.kv), load_kw=taken[:, 0], load_kvar=taken[:, 1],
        generation_kw=taken[:, 2], generation_kvar=taken[:, 3],
        sources=np.array([node for node, _pu in parts.sources], dtype=np.int32), source_pu=np.array([pu for _node, pu in parts.sources]),
        branch_codes=tuple(parts.codes), a=ends[:, 0].copy(), b=ends[:, 1].copy(),
        resistance_ohm=of("resistance_ohm"), reactance_ohm=of("reactance_ohm"), conductance_us=of("conductance_us"),
        susceptance_us=of("susceptance_us"), ratio=of("ratio"), rating_a=of("rating_a"),
        open_a=states[:, 0].copy(), open_b=states[:, 1].copy(), switchable=states[:, 2].copy(),
    )  # fmt: skip
