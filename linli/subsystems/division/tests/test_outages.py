"""A network from file to words: `linli division outages` on a workbook and on a folder, and what it refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from linli.subsystems.division.commands.outages import outages

# Two feeders from a 10 kV busbar, joined at their ends by a tie; a busbar switch stands between source and second feeder.
SHEETS: dict[str, list[list[object]]] = {
    "节点": [
        ["编码", "额定电压_kV", "负荷_kW", "电源电压_pu"],
        ["I", 10, 0, 1], ["II", 10, 0, ""], ["A", 10, 800, ""], ["B", 10, 1800, ""], ["C", 10, 700, ""], ["D", 10, 800, ""], ["远", 10, 120, ""],
    ],
    "线路": [
        ["编码", "首端", "末端", "电阻_ohm", "电抗_ohm", "限额电流_A", "断开"],
        ["L1", "I", "A", 0.1, 0, 300, ""], ["L2", "A", "B", 0.1, 0, 300, "否"], ["L3", "II", "C", 0.1, 0, 200, ""],
        ["L4", "C", "D", 0.1, 0, 200, ""], ["联络", "B", "D", 0.1, 0, 300, "末端"], ["L5", "D", "远", 0.1, 0, "", "两端"],
    ],
    "母联开关": [["编码", "首端", "末端"], ["母联", "I", "II"]],
}  # fmt: skip


def workbook(path: Path, **changes: list[list[object]]) -> Path:
    """The network as a workbook."""
    book = xlsxwriter.Workbook(path)
    for name, rows in {**SHEETS, **changes}.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    book.close()
    return path


def folder(path: Path, **changes: list[list[object]]) -> Path:
    """The same as CSV files."""
    path.mkdir()
    for name, rows in {**SHEETS, **changes}.items():
        with (path / f"{name}.csv").open("w", newline="") as out:
            csv.writer(out).writerows(rows)
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(outages, [*map(str, words), "--language", "en"])


@pytest.mark.parametrize("make", [workbook, folder])
def test_each_outage_says_what_is_lost_what_comes_back_and_why_not_more(tmp_path: Path, make: object) -> None:
    assert callable(make)
    table = tmp_path / "all.csv"
    done = run(make(tmp_path / "network.xlsx"), "--table", table)
    assert done.exit_code == 0, done.output
    said = done.output.splitlines()
    assert said[0] == "7 nodes, 7 branches, 4,220 kW."
    assert said[1] == "Without supply in the normal state: 1 node with 120 kW (远)."
    # 200 A carry some 3,460 kW: of the 2,600 lost beside the 1,500 there only 1,800 find room.
    lost = next(line for line in said if line.startswith("L1:"))
    assert lost.startswith(
        "L1: 2 nodes with 2,600 kW lost; close 联络, open L2: 1,800 kW back; A stay dark (L3 would carry 11"
    )
    assert "L4: 1 node with 800 kW lost; close 联络: 800 kW back." in said
    with table.open(encoding="utf-8-sig") as written:
        rows = list(csv.reader(written))
    assert rows[1][:5] == ["L1", "2600.0", "1800.0", "联络", "L2"]
    assert {row[0] for row in rows[1:]} == {"L1", "L2", "L3", "L4", "母联"}


def test_a_line_that_is_open_or_dark_loses_nothing_and_says_so(tmp_path: Path) -> None:
    said = run(workbook(tmp_path / "n.xlsx"), "--line", "联络", "--line", "L5").output
    assert "联络: open in the normal state; nothing is lost." in said
    assert "L5: open in the normal state; nothing is lost." in said


def test_a_loop_is_told_by_its_codes(tmp_path: Path) -> None:
    lines = [*SHEETS["线路"][:5], ["联络", "B", "D", 0.1, 0, 300, ""]]
    done = run(workbook(tmp_path / "n.xlsx", 线路=lines))
    assert done.exit_code == 1
    for code in ("L1", "L2", "L3", "L4", "联络", "母联"):
        assert code in done.output
    assert "Traceback" not in done.output


def test_a_transformer_of_three_windings_comes_in(tmp_path: Path) -> None:
    nodes = [SHEETS["节点"][0], ["H", 110, 0, 1], ["M", 35, 9000, ""], ["L", 10, 4000, ""]]
    three = [
        [
            "编码", "高压侧", "中压侧", "低压侧", "高压容量_kVA", "中压容量_kVA", "低压容量_kVA", "高压额定_kV", "中压额定_kV", "低压额定_kV",
            "高中短路电压_%", "中低短路电压_%", "高低短路电压_%",
        ],
        ["T1", "H", "M", "L", 31500, 31500, 31500, 110, 38.5, 10.5, 10.5, 6.5, 17.5],
    ]  # fmt: skip
    done = run(
        workbook(
            tmp_path / "n.xlsx",
            节点=nodes,
            线路=SHEETS["线路"][:1],
            母联开关=SHEETS["母联开关"][:1],
            三绕组变压器=three,
        )
    )
    assert done.exit_code == 0, done.output
    assert "T1 high: 3 nodes with 13,000 kW lost; H" not in done.output
    assert "T1 high: 3 nodes with 13,000 kW lost" in done.output


@pytest.mark.parametrize(
    ("sheet", "row", "said"),
    [
        ("线路", ["L1", "I", "A", 0.1, 0, 300, ""], "Each branch needs a code of its own"),
        ("线路", ["L9", "I", "Z", 0.1, 0, 300, ""], "There is no node with this code"),
        ("线路", ["L9", "I", "I", 0.1, 0, 300, ""], "A branch joins two different nodes"),
        ("线路", ["L9", "I", "A", "viel", 0, 300, ""], "Write a number."),
        ("线路", ["L9", "I", "A", -1, 0, 300, ""], "Write a number from 0"),
        ("线路", ["L9", "I", "A", 1, 0, "nan", ""], "Write a number from 0"),
        ("线路", ["L9", "I", "A", 1, 0, 300, "vielleicht"], "Write one of: no,"),
        ("节点", ["A", 10, 0, ""], "Each node needs a code of its own"),
        ("节点", ["E", 0, 0, ""], "Write a number from 0"),
    ],
)
def test_bad_rows_are_named_by_sheet_line_and_column(tmp_path: Path, sheet: str, row: list[object], said: str) -> None:
    done = run(workbook(tmp_path / "n.xlsx", **{sheet: [*SHEETS[sheet], row]}))
    assert done.exit_code == 1
    assert said in done.output
    assert f"Line {len(SHEETS[sheet]) + 1}" in done.output


def test_what_is_no_network_is_refused_in_a_sentence(tmp_path: Path) -> None:
    nobody = [row[:3] for row in SHEETS["节点"]]
    for path, said in (
        (workbook(tmp_path / "a.xlsx", 节点=nobody), "No node has a source voltage"),
        (
            folder(tmp_path / "b", 线路=SHEETS["线路"][:1], 母联开关=SHEETS["母联开关"][:1]),
            "There is no line, transformer or switch",
        ),
    ):
        done = run(path)
        assert done.exit_code != 0
        assert said in str(done.exception) + done.output
    (tmp_path / "c").mkdir()
    assert "has no sheet nodes" in str(run(tmp_path / "c").exception)
    assert "There is no branch L99" in run(workbook(tmp_path / "d.xlsx"), "--line", "L99").output
