"""What a report calls things: what was proved, beats beside grids, tables that go on at phone width."""

from __future__ import annotations

from dataclasses import replace

from linli.algorithms.division.model import Finding
from linli.subsystems.division.report import report_page

from .test_report import COMMUNITY, small


def test_what_was_proved_stands_by_itself_and_is_no_finding() -> None:
    told = (
        Finding("proved_least", COMMUNITY),
        Finding("proved_within", COMMUNITY, values={"percent": 3}),
        Finding("walked", COMMUNITY),
    )
    page = report_page(replace(small(), findings=told))
    made = page.split('<section id="made">')[1]
    assert made.count("柳荫社区：已证明") == 2
    assert "最多高 3 %" in made
    assert "柳荫社区：试探所得" in made
    assert '<section id="findings">' in page
    assert "proved least" not in page.split('<section id="findings">')[1].split("</section>")[0]
    assert "What was proved" not in report_page(small())


def test_a_report_of_beats_speaks_of_beats_in_its_table_and_at_its_head() -> None:
    beats = report_page(small(made_of="grids")).split('<section id="findings">')[0]
    for words in ("片区表", "个片区", "每片区平均", "Table of the beats"):
        assert words in beats
    assert ">Grid<" not in beats
    assert "个网格" not in beats
    grids = report_page(small()).split('<section id="findings">')[0]
    assert "个网格" in grids
    assert "片区" not in grids


def test_a_phone_is_told_that_a_wide_table_goes_on() -> None:
    page = report_page(small())
    assert page.index('class="sideways') < page.index('id="grid-table"')
    assert "可左右滑动" in page
