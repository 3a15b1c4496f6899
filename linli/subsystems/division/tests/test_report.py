"""The report of a division: everything that a planner must see stands in one page, in both languages, and nothing needs a network."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
import shapely

from linli.algorithms.division.model import NOBODY, Finding, Line, Rules
from linli.core.platform.public import BadInput
from linli.subsystems.division.proposal.model import MapGround, Members, Proposal, ProposedGrid, Run
from linli.subsystems.division.publishing.in_force import InForce
from linli.subsystems.division.report import comparison_page, report_page
from linli.subsystems.division.report.bilingual import both, number, percent, signed
from linli.subsystems.division.report.drawing import canvas_over, simplified_coverage
from linli.subsystems.division.report.frame import FOLDER
from linli.subsystems.division.report.map_figure import figure, label_of, sheet
from linli.subsystems.division.report.scale import legend, step_of
from linli.subsystems.division.report.summary import hands_changed, totals, uncovered
from linli.subsystems.division.tests.drawn import city_of

COMMUNITY = "390102001001"


def grid(place: int, **other: object) -> ProposedGrid:
    """The place-th square of 100 m in a row."""
    fields: dict[str, object] = {
        "code": f"{COMMUNITY}{place + 1:03d}", "name": f"柳荫社区第{place + 1}网格", "name_en": f"Liuyin Grid {place + 1}",
        "kind": "comprehensive", "purpose": "", "community": COMMUNITY, "load": 400.0, "households": 400.0, "people": 900.0,
        "buildings": 2, "area_m2": 10_000.0, "perimeter_m": 400.0, "polsby_popper": 0.785, "superblocks": 1, "on_streets": 0.5,
        "in_bounds": True, "contiguous": True, "polygon": shapely.box(place * 100, 0, place * 100 + 100, 100),
    }  # fmt: skip
    return ProposedGrid(**(fields | other))  # type: ignore[arg-type]


def small(*grids: ProposedGrid, shops: tuple[tuple[float, float], ...] = (), **run: object) -> Proposal:
    """A proposal of squares in a row, two buildings of 200 in each."""
    grids = grids or (grid(0), grid(1))
    points = [shapely.Point(place * 100 + x, 50) for place in range(len(grids)) for x in (30, 70)]
    count = len(points)
    facts: dict[str, object] = {
        "ground": "g.gpkg", "ground_digest": "ab", "system": "EPSG:4547", "rules": Rules(), "seed": 3,
        "made_at": "2026-11-21T14:05:09+08:00", "totals": {"street_share": 0.972, "crossing_bound": 1.0, "border_cost": 90.0},
    }  # fmt: skip
    return Proposal(
        grids=grids,
        members=Members(
            codes=tuple(f"b{place}" for place in range(count)),
            grid_of=np.arange(count, dtype=np.int32) // 2,
            load=np.full(count, 200.0),
            households=np.full(count, 200.0),
            people=np.full(count, np.nan),
            outlines=np.array(points, dtype=object),
        ),
        map_ground=MapGround(
            communities=np.array([shapely.union_all([one.polygon for one in grids])]),
            community_codes=(COMMUNITY,),
            community_names=("柳荫社区",),
            lines=np.array([shapely.LineString([(0, 0), (0, 100)]), shapely.LineString([(-500, 50), (900, 50)])]),
            line_kinds=np.array([Line.MAIN, Line.RIVER], dtype=np.int8),
            shops=np.array([shapely.Point(*place) for place in shops], dtype=object),
            shop_codes=tuple(f"s{place}" for place in range(len(shops))),
            shop_names=tuple(f"店{place}" for place in range(len(shops))),
        ),
        findings=(),
        run=Run(**(facts | run)),  # type: ignore[arg-type]
    )


def words(page: str) -> str:
    """What a page says, without tags, style and script, in both languages."""
    page = re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_every_grid_is_drawn_and_stands_in_the_table() -> None:
    page = report_page(
        small(grid(0), grid(1, load=480.0), grid(2, kind="dedicated", purpose="school", load=0.0, in_bounds=False))
    )
    for place, css in enumerate(("s3", "s4", "dedicated")):
        assert re.search(rf'<path id="m{place}" class="{css}" d="M\d+ \d+l[-\d ]+z"/>', page)
        assert re.search(rf'<tr id="r{place}" data-m="m{place}" data-c="0">', page)
    assert "柳荫社区第2网格" in page
    assert "Liuyin Grid 2" in page
    assert "390102001001003" in page


def test_nothing_in_the_page_asks_for_a_network() -> None:
    for page in (report_page(small()), comparison_page(small(), small())):
        assert not re.search(r"https?:|//[a-z]|@import|\bsrc=|<link|fetch\(|XMLHttp", page)
        assert set(re.findall(r"url\(([^)]*)\)", page)) <= {"#m-hatch", "#a-hatch", "#b-hatch"}
        assert set(re.findall(r'href="([^"]?)', page)) <= {"#"}


def test_both_languages_stand_in_the_page_and_the_asked_one_is_chosen() -> None:
    chinese, english = report_page(small()), report_page(small(), language="en")
    for page in (chinese, english):
        assert '<span lang="zh-Hans">紧凑度</span><span lang="en">Compactness</span>' in page
    assert re.search(r'<html lang="zh-Hans">.*id="say-zh"[^>]* checked>', chinese, re.DOTALL)
    assert re.search(r'<html lang="en">.*id="say-en"[^>]* checked>', english, re.DOTALL)
    assert "<title" in english
    assert re.search(r"<title[^>]*>Proposed grids", english)
    with pytest.raises(ValueError, match="language fr"):
        report_page(small(), language="fr")


def test_names_from_files_cannot_bring_markup_into_the_page() -> None:
    evil = "<script>alert(1)</script>\"'&"
    bad = small(grid(0, name=evil, name_en=evil, code=evil), grid(1), ground=evil, engine=evil)
    bad = replace(
        bad,
        members=replace(bad.members, codes=(evil, "b1", "b2", "b3")),
        map_ground=replace(bad.map_ground, community_names=(evil,), shops=np.array([shapely.Point(900, 900)]), shop_codes=(evil,), shop_names=(evil,)),
        findings=(Finding("building_without_place", evil, (evil,), {"x": evil}), Finding(evil, evil, (evil,), {evil: evil})),
    )  # fmt: skip
    in_force = InForce(evil, (evil,), (evil,), (evil,), np.zeros(4, np.int32))
    for page in (report_page(bad, in_force), comparison_page(bad, small(), names=(evil, evil))):
        assert page.count("<script>") == 1
        assert "alert(1)</" not in page


def test_out_of_bounds_is_marked_by_line_sign_and_word_and_dedicated_grids_never_are() -> None:
    page = report_page(
        small(grid(0, load=280.0, in_bounds=False), grid(1, kind="dedicated", load=5.0, in_bounds=False))
    )
    assert re.search(r'<tr id="r0"[^>]*class="is-out">', page)
    assert "▼ 280" in words(page)
    assert not re.search(r'<tr id="r1"[^>]*is-out', page)
    assert re.search(r'<path class="out" d="M[^M]+z"/>', page), "the outline of one grid"
    assert "strip__out" in page
    assert "strip__out" not in report_page(small()).split("</style>")[1]


def test_a_report_without_findings_says_so_and_one_with_them_says_them_in_both_languages() -> None:
    nothing = words(report_page(small()))
    assert "没有规模超限的网格" in nothing
    assert "Nothing out of bounds" in nothing
    finding = Finding("out_of_bounds", COMMUNITY, (f"{COMMUNITY}001",), {"load": 550.0, "low": 300.0, "high": 500.0})
    found = words(report_page(replace(small(), findings=(finding,))))
    assert "Nothing out of bounds" not in found
    assert f"Grid {COMMUNITY}001 holds 550, outside 300 to 500." in found
    assert "柳荫社区" in found


def test_many_findings_of_a_kind_are_folded_and_none_is_dropped_silently() -> None:
    many = tuple(Finding("building_without_place", "", (f"house-{number}",)) for number in range(500))
    page = report_page(replace(small(), findings=many))
    assert page.count("house-") == 2 * 400, "each in both languages"
    assert "100 more stand in the layer" in words(page)
    assert "<details>" in page


def test_shops_outside_every_grid_are_named_and_those_on_a_border_are_not() -> None:
    proposal = small(shops=((50, 50), (100, 50), (50, 200)))
    assert uncovered(proposal) == [2]
    page = words(report_page(proposal))
    assert "店2 s2" in page
    assert "店1" not in page
    assert "1 place lies in no grid" in page
    assert "All 2 shops and premises" in words(report_page(small(shops=((50, 50), (60, 50)))))
    assert "names no shops or premises" in words(report_page(small()))


def test_the_tiles_say_what_they_count() -> None:
    said = words(report_page(small(grid(0, load=310.0), grid(1, load=490.0))))
    assert "310 to 490; on average 90 from the target of 400" in said
    assert "与专属网格相邻的边界不计" in said
    assert "沿街边界 （含专属）" in said


def test_totals_are_those_of_the_ordinary_grids() -> None:
    school, field = grid(2, kind="dedicated", load=0.0, in_bounds=False), grid(3, kind="undeveloped", load=0.0)
    found = totals(small(grid(0, load=310.0), grid(1, load=490.0, superblocks=2), school, field))
    assert (found.grids, found.ordinary, found.dedicated, found.undeveloped) == (4, 2, 1, 1)
    assert (found.in_bounds, found.mean_load, found.least_load, found.most_load) == (2, 400.0, 310.0, 490.0)
    assert found.mean_distance == 90
    assert (found.crossing, found.crossing_bound, found.street_share) == (1, 1, 0.972)
    assert (found.households, found.people) == (1600.0, None)
    empty = totals(small(grid(0, kind="dedicated")))
    assert (empty.mean_load, empty.compactness) == (None, None)


def test_what_changes_hands_is_told_from_worker_to_worker() -> None:
    in_force = InForce(
        "2026-01-01", ("x", "y"), ("旧一", "旧二"), ("王秀英", "李建国"), np.array([0, 0, 0, 1], np.int32)
    )
    proposal = small()
    changed = hands_changed(proposal, in_force)
    assert (changed.buildings, changed.load, changed.building_share) == (1, 200.0, 0.25)
    assert (changed.before, changed.kept, changed.altered, changed.ended, changed.new) == (2, 0, 2, 0, 0)
    page = words(report_page(proposal, in_force))
    assert "王秀英 李建国 1 200" in page
    assert "1 building (25.0%) and 200 households (25.0%) come to another grid." in page
    assert "1 栋建筑（25.0%）、 200 户（25.0%）换到另一个网格。" in page


def test_a_grid_that_ends_one_that_is_new_and_a_building_from_outside_are_counted() -> None:
    grid_of = np.array([0, 0, 1, NOBODY], np.int32)
    in_force = InForce("2026-01-01", ("x", "y", "z"), ("旧一", "旧二", "空"), ("", "", ""), grid_of)
    one = hands_changed(
        replace(small(), members=replace(small().members, grid_of=np.array([0, 0, 0, 1], np.int32))), in_force
    )
    assert (one.before, one.kept, one.altered, one.ended, one.new, one.outside) == (2, 0, 1, 1, 1, 1)
    page = words(report_page(small(), in_force))
    assert "1 building that was in no grid comes into one." in page
    assert "From which worker to which" not in page, "nobody has a worker"


def test_without_grids_in_force_the_report_says_that_nothing_was_compared() -> None:
    assert "nothing in force to compare with" in words(report_page(small()))


def test_the_legend_counts_every_grid_once_and_drops_steps_without_width() -> None:
    rules = Rules(low=300, target=300, high=500)
    grids = [grid(number, load=float(load)) for number, load in enumerate((299, 300, 400, 401, 500, 501))]
    steps, counts = legend([*grids, grid(7, kind="undeveloped")], rules)
    assert [(step.css, step.low, step.high, step.grids) for step in steps] == [
        ("s1", None, 300, 1), ("s3", 300, 400, 2), ("s4", 400, 500, 2), ("s5", 500, None, 1),
    ]  # fmt: skip
    assert counts["undeveloped"] == 1
    assert [step_of(grid(0, load=float(load)), Rules()) for load in (300, 349, 350, 450, 451, 500)] == [
        "s2",
        "s2",
        "s3",
        "s3",
        "s4",
        "s4",
    ]


def test_neighbours_stay_neighbours_when_their_border_is_simplified() -> None:
    shapes = np.array([one.polygon for one in city_of(9).grids], dtype=object)
    simpler = simplified_coverage(shapes, 15.0)
    assert shapely.get_num_coordinates(simpler).sum() < 0.7 * shapely.get_num_coordinates(shapes).sum()
    assert shapely.coverage_is_valid(simpler)
    assert shapely.union_all(simpler).interiors[:] == []


def test_paths_are_whole_relative_steps_and_keep_holes() -> None:
    canvas = canvas_over(np.array([shapely.box(0, 0, 1000, 500)]), margin=0.0)
    assert (canvas.unit_m, canvas.width, canvas.height) == (0.1, 10_000, 5_000)
    assert canvas.path(shapely.box(0, 0, 1000, 500)) == "M10000 5000l0-5000-10000 0 0 5000z"
    with_hole = shapely.Polygon(shapely.box(0, 0, 1000, 500).exterior, [shapely.box(1, 1, 2, 2).exterior])
    assert canvas.path(with_hole).count("M") == 2
    in_two = shapely.MultiPolygon([shapely.box(0, 0, 10, 10), with_hole])
    assert canvas.path(in_two).count("M") == canvas.path(in_two).count("z") == 3
    assert canvas.path(shapely.LineString([(0, 500), (0.01, 500), (1, 499)])) == "M0 0l10 10"
    assert canvas.path(shapely.Point(0, 0).buffer(0.01)) == ""
    assert canvas.path(shapely.Polygon()) == ""
    with pytest.raises(ValueError, match="no geometry"):
        canvas_over(np.array([], dtype=object))


def test_a_label_is_the_number_in_the_name_or_the_end_of_the_code() -> None:
    assert label_of(grid(6)) == "7"
    assert label_of(grid(0, name="塔山小学专属网格")) == "1"
    assert label_of(grid(0, name="塔山小学专属网格", code="kallio-012", community="kallio")) == "12"


def test_numbers_are_written_as_people_read_them() -> None:
    assert (number(1234.4), number(0.714, 2), number(None), number(float("nan"))) == ("1,234", "0.71", "–", "–")
    assert (percent(0.9724), percent(None)) == ("97.2%", "–")
    assert (signed(12), signed(-3.0), signed(-0.001, 2), signed(None)) == ("+12", "−3", "0.00", "–")
    assert both(lambda: "A < B") == "A &lt; B"


def test_style_and_script_end_where_they_should() -> None:
    for name in ("report.css", "report.js"):
        assert "</" not in (FOLDER / name).read_text()


def test_a_community_alone_is_named_in_the_title() -> None:
    assert re.search(r"<title[^>]*>网格划分方案 · 柳荫社区</title>", report_page(small()))


def test_a_city_of_four_thousand_grids_fits_into_a_mail() -> None:
    page = report_page(city_of(500))
    assert page.count('<tr id="r') == 529
    # The page grows with the grids and no faster; eight times as much stays below 15 MB by far.
    assert len(page.encode()) * 8 < 8_000_000


def test_the_same_proposal_gives_the_same_page() -> None:
    assert report_page(small()) == report_page(small())


def test_two_equal_proposals_do_not_differ() -> None:
    page = words(comparison_page(small(), small()))
    assert "Every building lies in the same grid in both." in page
    assert "No building changes its grid." in page


def test_a_comparison_shows_measures_with_differences_and_who_moves() -> None:
    moved = small(grid(0, load=200.0, in_bounds=False), grid(1, load=600.0, polsby_popper=0.585, in_bounds=False))
    moved = replace(moved, members=replace(moved.members, grid_of=np.array([0, 1, 1, 1], np.int32)))
    page = comparison_page(small(), moved, names=("old.gpkg", "new.gpkg"))
    said = words(page)
    assert "1 building (25.0%) and 200 households (25.0%) lie in another grid in B than in A." in said
    assert "Compactness 0.785 0.685 −0.100 A" in said
    assert "100.0% 0.0% −100.0 个百分点 −100.0 points A" in said
    assert re.search(r'<tr data-m="a0 b1">.*?b1</td>', page, re.DOTALL)
    assert page.count('class="moved"') == 2
    assert re.search(r'<tr data-m="a1 b1" class="is-out">', page)


def test_a_comparison_knows_new_buildings_and_grids_without_any() -> None:
    park = grid(2, kind="dedicated", purpose="park", buildings=0, load=0.0)
    first = small(grid(0), grid(1), park)
    first = replace(first, members=replace(first.members, grid_of=np.array([0, 0, 1, 1, 0, 1], np.int32)))
    second = replace(first, members=replace(first.members, codes=("b0", "b1", "b2", "b3", "b4", "new")))
    page = comparison_page(first, second)
    assert "Buildings in A alone: 1, in B alone: 1." in words(page)
    assert re.search(r'<tr data-m="a2 b2">', page), "the park is the same park"


def test_a_proposal_of_one_community_is_compared_there_only_and_the_rest_is_named() -> None:
    city = city_of(36)
    part = in_communities(city, city.map_ground.community_codes[1:2])
    for first, second, letter in ((city, part, "A"), (part, city, "B")):
        page = comparison_page(first, second)
        said = words(page)
        assert "Compared is the 1 community that both divide." in said
        assert f"3 communities stand in {letter} alone and are left out: 第0社区、第2社区、第3社区." in said
        assert "第0社区、第2社区、第3社区。" in said
        assert "Every building lies in the same grid in both." in said
        assert "8 are the same, 0 carry on with other buildings, 0 end, 0 are new." in said
        assert "in A alone: " not in said
        assert '<b class="letter">A</b></td>' not in page, (
            "no figure of a whole city is held against one of a community"
        )
        assert '<b class="letter">B</b></td>' not in page
        assert len(re.findall(r'id="a\d+"', page)) == len(re.findall(r'id="b\d+"', page)) == 8
    with pytest.raises(BadInput, match=r"没有共同的社区|no community in common"):
        comparison_page(part, in_communities(city, city.map_ground.community_codes[:1]))


def in_communities(proposal: Proposal, codes: tuple[str, ...]) -> Proposal:
    """What a run of these communities alone would have given."""
    grids = tuple(grid for grid in proposal.grids if grid.community in codes)
    place = {grid.code: number for number, grid in enumerate(grids)}
    new = np.array([place.get(proposal.grids[old].code, NOBODY) for old in proposal.members.grid_of], np.int32)
    members, ground = proposal.members, proposal.map_ground
    chosen, asked = new >= 0, [code in codes for code in ground.community_codes]
    return replace(
        proposal,
        grids=grids,
        members=Members(
            codes=tuple(np.array(members.codes)[chosen]), grid_of=new[chosen], load=members.load[chosen],
            households=members.households[chosen], people=members.people[chosen], outlines=members.outlines[chosen],
        ),
        map_ground=replace(
            ground, communities=ground.communities[asked], community_codes=codes,
            community_names=tuple(np.array(ground.community_names)[asked]),
        ),
    )  # fmt: skip


def test_proposals_that_cannot_be_compared_are_refused_with_the_reason() -> None:
    with pytest.raises(BadInput, match="EPSG:4547"):
        comparison_page(small(), small(system="EPSG:3879"))
    with pytest.raises(BadInput, match=r"户|households"):
        comparison_page(small(), small(rules=Rules(unit="people")))


def test_the_bar_of_the_map_is_as_long_as_it_says() -> None:
    for proposal in (small(), city_of(9), city_of(400)):
        canvas = sheet(proposal)
        bar = figure(proposal, canvas).scale_bar
        assert bar.length * canvas.unit_m == pytest.approx(bar.length_m, rel=0.01)
        assert bar.x + bar.length < canvas.width / 2
        assert f"{bar.length_m:g}"[0] in "125"
        assert bar.text in report_page(proposal)
