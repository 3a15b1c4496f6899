"""Layers that are there already: proposals merged and joined to beats, as files, on the terminal and in the report."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import shapely
from click.testing import CliRunner, Result
from django.utils import translation

from linli.algorithms.division.model import NOBODY, Rules
from linli.config.cli import linli
from linli.core.platform.public import BadInput
from linli.subsystems.division.proposal.layers import labels_of, survey_of
from linli.subsystems.division.proposal.lines import summary_lines
from linli.subsystems.division.public import (
    Proposal,
    Wish,
    divide_ground,
    load_ground,
    merge_proposals,
    propose,
    propose_beats,
    read_proposal,
    write_proposal,
)
from linli.subsystems.division.report import report_page

from . import town
from .test_report import words

# A merge looks for the grids in force.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def layers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Proposal, Proposal]:
    """The town in grids of 300–500, and in halves of 600–900; one shop stands outside of all communities."""
    tables = town.layers()
    tables["shops"]["geometry"].append(shapely.Point(town.at(4.1, 0.5)))
    tables["shops"]["code"].append("shop-2")
    tables["shops"]["name"].append("药店")
    survey = load_ground(town.write(tmp_path_factory.mktemp("town") / "town.gpkg", tables))
    halves = Rules(low=600, target=750, high=900, crossing_m=0)
    return propose(divide_ground(survey, seed=1)), propose(divide_ground(survey, halves, seed=1), layer="police")


def merged(layers: tuple[Proposal, Proposal], *weights: float, wish: Wish | None = None) -> Proposal:
    return merge_proposals(layers, names=("urban", "police"), weights=weights, wish=wish, seed=1)


def test_the_grids_of_a_proposal_are_known_again_on_its_own_ground(layers: tuple[Proposal, Proposal]) -> None:
    from linli.algorithms.division.cells import parcels_of
    from linli.subsystems.division.proposal.layers import spots_of

    survey = survey_of(layers)
    parcels = parcels_of(survey.ground)
    assert [one.kind for one in survey.ground.premises] == ["school"]
    assert [one.name for one in survey.ground.premises] == ["塔山小学"]
    for proposal in layers:
        labels = labels_of(parcels, survey, spots_of(parcels), proposal)
        assert (labels != NOBODY).all()
        assert labels[parcels.building_parcel].tolist() == proposal.members.grid_of.tolist()


def test_the_heavier_layer_keeps_its_grids_and_the_other_says_what_it_gives_up(
    layers: tuple[Proposal, Proposal],
) -> None:
    found = merged(layers, 3, 1)
    assert (found.run.layer, found.run.rules.low, found.run.rules.high) == ("merged", 300, 500)
    assert found.members.grid_of.tolist() == layers[0].members.grid_of.tolist()
    urban, police = (one.values for one in found.findings if one.kind == "layer_gives_up")
    assert (urban["load_moved"], urban["agreement"], urban["taken"], urban["out_after"]) == (0, 1, 2, 0)
    assert (police["out_before"], police["out_after"], police["grids_after"]) == (0, 8, 8)
    assert float(police["load_moved"]) > 1000
    assert (police["uncovered_before"], police["uncovered_after"]) == (1, 1)
    other = merged(layers, 1, 3)
    assert (other.run.rules.low, other.run.rules.high) == (600, 900)
    assert next(one.values for one in other.findings if one.values.get("layer") == "police")["load_moved"] == 0


def test_bounds_that_are_wished_are_kept(layers: tuple[Proposal, Proposal]) -> None:
    found = merged(layers, 1, 1, wish=Wish(low=600, high=900))
    assert (found.run.rules.low, found.run.rules.target, found.run.rules.high) == (600, 600, 900)
    assert all(one.load >= 600 for one in found.grids if one.kind == "comprehensive")
    with pytest.raises(BadInput, match="900"):
        merged(layers, 1, 1, wish=Wish(low=900))


def test_proposals_of_other_places_systems_or_units_are_refused(layers: tuple[Proposal, Proposal]) -> None:
    from dataclasses import replace

    first, second = layers
    elsewhere = replace(
        second,
        grids=tuple(replace(one, polygon=shapely.affinity.translate(one.polygon, 9e4)) for one in second.grids),
        members=replace(second.members, grid_of=np.full(len(second.members.codes), NOBODY, np.int32)),
    )
    system = replace(second, run=replace(second.run, system="EPSG:4548"))
    unit = replace(second, run=replace(second.run, rules=Rules(unit="people")))
    with translation.override("zh-hans"), pytest.raises(BadInput, match="分别按户和人"):
        merged((first, unit), 1, 1)
    with translation.override("en"):
        for other, named in ((elsewhere, "police has no grid"), (system, "EPSG:4548"), (unit, "people")):
            with pytest.raises(BadInput, match=named):
                merged((first, other), 1, 1)


def test_beats_hold_whole_grids_and_schools(layers: tuple[Proposal, Proposal]) -> None:
    grids = layers[0]
    found = propose_beats(grids, Rules(low=700, target=800, high=900))
    assert len(found.grids) == 4
    assert all(one.kind == "comprehensive" and 700 <= one.load <= 900 and one.contiguous for one in found.grids)
    pairs = {*zip(grids.members.grid_of.tolist(), found.members.grid_of.tolist(), strict=True)}
    assert len(pairs) == len(grids.grids), "every grid lies in one beat"
    polygons = np.array([one.polygon for one in found.grids])
    for grid in grids.grids:
        assert shapely.intersection(grid.polygon, polygons).tolist().count(shapely.Polygon()) <= 3
        assert max(shapely.area(shapely.intersection(grid.polygon, polygons))) == pytest.approx(grid.area_m2, rel=1e-6)


def test_bounds_of_beats_that_every_grid_exceeds_alone_are_refused(layers: tuple[Proposal, Proposal]) -> None:
    with translation.override("zh-hans"), pytest.raises(BadInput) as refused:
        propose_beats(layers[0], Rules(low=100, target=120, high=150))
    assert "9 个网格中有 8 个单独就超过片区的上限 150" in refused.value.sentence
    assert "平均为 356" in refused.value.sentence, "how much grids hold, to choose bounds by"


def test_beats_are_called_beats(layers: tuple[Proposal, Proposal], tmp_path: Path) -> None:
    found = propose_beats(layers[0], Rules(low=900, target=950, high=1000))
    write_proposal(tmp_path / "beats.gpkg", found)
    found = read_proposal(tmp_path / "beats.gpkg")
    assert all(re.search(r"第\d+片区$", one.name) and re.search(r"Beat \d+$", one.name_en) for one in found.grids)
    with translation.override("zh-hans"):
        said = "\n".join(summary_lines(found))
    assert f"{len(found.grids)} 个片区。" in said
    assert [line for line in said.splitlines() if "网格" in line and "商铺" not in line] == []
    assert any(one.kind == "no_number_fits" for one in found.findings), "a sentence about beats is among them"
    page = words(report_page(found, None, "en"))
    assert "Proposed beats" in page
    assert "into beats of 900 to 1000" in page


def test_the_report_shows_what_each_layer_gives_up_and_the_shops_in_no_grid(layers: tuple[Proposal, Proposal]) -> None:
    found = merged(layers, 2, 1)
    page = report_page(found, None, "en")
    said = words(page)
    assert "What each layer gives up" in said
    assert "各图层的让步" in said
    table = page.split('id="given-up"')[1].split("</section>")[0]
    rows = re.findall(r"<tr><th scope=\"row\">(\w+)(.*?)</tr>", table, re.DOTALL)
    assert [name for name, _row in rows] == ["urban", "police"]
    assert "0 → 8" in rows[1][1]
    assert "药店" in said
    assert said.count("lie in no grid, up to") == 0, "the shops stand in their own section only"
    assert "What each layer gives up" not in words(report_page(layers[0], None, "en"))
    (shops,) = [one for one in found.findings if one.kind == "place_uncovered"]
    assert shops.codes == ("shop-2",)
    assert shops.values["distance_m"] == pytest.approx(20)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(linli, ["division", *map(str, arguments)])


def test_the_commands_write_proposals_and_reports(layers: tuple[Proposal, Proposal], tmp_path: Path) -> None:
    files = [tmp_path / "urban.gpkg", tmp_path / "police.gpkg"]
    for path, proposal in zip(files, layers, strict=True):
        write_proposal(path, proposal)
    done = run("merge", *files, "-o", tmp_path / "m", "-w", 3, "-w", 1, "--layer", "one", "--language", "en")
    assert done.exit_code == 0, done.output
    assert "Layer police.gpkg:" in done.stdout
    assert read_proposal(tmp_path / "m" / "proposal.gpkg").run.layer == "one"
    assert "各图层的让步" in (tmp_path / "m" / "report.html").read_text(encoding="utf-8")
    done = run("beats", files[0], "-o", tmp_path / "b", "--low", 700, "--high", 900, "--language", "en")
    assert done.exit_code == 0, done.output
    assert "4 beats" in done.stdout
    assert read_proposal(tmp_path / "b" / "proposal.gpkg").run.layer == "beats"


def test_senseless_options_of_a_merge_are_named(layers: tuple[Proposal, Proposal], tmp_path: Path) -> None:
    file = tmp_path / "one.gpkg"
    write_proposal(file, layers[0])
    one = run("merge", file, "--language", "en")
    weights = run("merge", file, file, "-w", 1, "-o", tmp_path / "m", "--language", "en")
    assert (one.exit_code, weights.exit_code) == (2, 2)
    assert "at least two" in one.output
    assert "1 weights for 2 files" in weights.output
    assert not (tmp_path / "m").exists()


def test_a_preset_brings_its_bounds_and_the_name_of_its_layer(tmp_path: Path) -> None:
    ground = town.write(tmp_path / "town.gpkg", town.layers())
    done = run("run", ground, "-o", tmp_path, "--preset", "safety", "--high", 1000, "--language", "en")
    assert done.exit_code == 0, done.output
    made = read_proposal(tmp_path / "proposal.gpkg").run
    assert (made.layer, made.rules.low, made.rules.target, made.rules.high) == ("safety", 500, 750, 1000)
    assert made.rules.crossing_m == 3000
