"""`linli grids import` and `linli division publish` as an operator types them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import shapely
from click.testing import CliRunner
from django.utils.translation import override

from linli.config.commands.imports import grids
from linli.core.areas.public import area_tree
from linli.core.cases.public import Case
from linli.core.grids.public import Grid, GridRow, GridSetVersion, parse_beginning
from linli.core.platform.public import BadInput, clock_at, now, work_off
from linli.subsystems.division.commands.division import division
from linli.subsystems.division.proposal.model import write_proposal
from linli.subsystems.division.tests.test_publishing import moved_border
from tests.city import TestCity
from tests.grids.redivide import redivided


def written(file: Path, rows: list[GridRow]) -> Path:
    """The rows as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shapely.to_geojson(shapely.from_wkb(row.polygon))),
            "properties": {"code": row.code, "area": area_tree().nodes[row.area_id].code, "name": row.name, "households": row.households},
        }
        for row in rows
    ]  # fmt: skip
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return file


def day(days: int) -> str:
    return (now() + timedelta(days=days)).date().isoformat()


def grid_of(case: Case) -> str:
    return Grid.objects.get(id=Case.objects.get(id=case.id).grid_id).code


def test_an_import_moves_the_open_cases_like_any_publication(city: TestCity, tmp_path: Path) -> None:
    case, closed = city.report(), city.bring_to("closed")
    file = str(written(tmp_path / "grids.geojson", redivided()))
    said = CliRunner().invoke(grids, ["import", file, "--language", "en"], catch_exceptions=False).output
    assert "2 added, 1 changed, 3 unchanged, 1 retired; version 2; open cases that change their grid then: 1" in said
    work_off()
    assert (grid_of(case), grid_of(closed)) == ("N1", "G1")
    assert (
        "no new version"
        in CliRunner().invoke(grids, ["import", file, "--language", "en"], catch_exceptions=False).output
    )


def test_a_dry_run_says_what_an_import_would_do_and_leaves_the_grids(city: TestCity, tmp_path: Path) -> None:
    city.report()
    file = str(written(tmp_path / "grids.geojson", redivided()))
    said = CliRunner().invoke(grids, ["import", file, "--dry-run", "--language", "en"], catch_exceptions=False).output
    assert "2 added, 1 changed, 3 unchanged, 1 retired; version 2; open cases that change their grid then: 1" in said
    assert "Nothing was changed." in said
    assert GridSetVersion.objects.count() == 1
    chinese = CliRunner().invoke(grids, ["import", file, "--language", "zh-hans"], catch_exceptions=False).output
    assert "新增 2 个，变更 1 个，不变 3 个，停用 1 个；第 2 版；届时换网格的在办案卷：1 件" in chinese


def test_grids_in_the_wrong_place_are_summed_in_one_line(city: TestCity, tmp_path: Path) -> None:
    rows = redivided()
    file = written(tmp_path / "grids.geojson", rows)
    document = json.loads(file.read_text("utf-8"))
    for feature in document["features"]:
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        turned = shapely.transform(shape, lambda points: points[:, ::-1] - [0, 30])
        feature["geometry"] = json.loads(shapely.to_geojson(turned))
    file.write_text(json.dumps(document), encoding="utf-8")
    result = CliRunner().invoke(grids, ["import", str(file), "--language", "en"], catch_exceptions=False)
    asked, first, last, hint = result.output.strip().splitlines()
    assert "axes exchanged" in asked
    assert first.startswith(f"{len(rows)} × geometry, features 1, 2, 3, 4, 5 …")
    assert (
        last
        == f"{len(rows)} of {len(rows)} rows cannot be taken; nothing was changed. Mend them and run the command again."
    )
    assert "--faults" in hint
    assert GridSetVersion.objects.count() == 1


def test_an_import_for_a_later_day_waits_for_it(city: TestCity, tmp_path: Path) -> None:
    case = city.report()
    file = str(written(tmp_path / "grids.geojson", redivided()))
    said = (
        CliRunner().invoke(grids, ["import", file, "--from", day(3), "--language", "en"], catch_exceptions=False).output
    )
    assert f"begins {day(3)}" in said
    work_off()
    assert grid_of(case) == "G1"
    with clock_at(now() + timedelta(days=3, hours=1)):
        work_off()
        assert grid_of(case) == "N1"


def test_a_day_is_midnight_of_the_deployment_and_today_is_at_once(city: TestCity) -> None:
    assert parse_beginning("") is None
    with clock_at(datetime(2026, 11, 20, 17, tzinfo=UTC)):  # it is tomorrow in the city already
        assert parse_beginning("2026-11-21") is None
        with pytest.raises(BadInput):
            parse_beginning("2026-11-20")
    begins = parse_beginning("2099-01-01")
    assert begins is not None
    assert begins.isoformat() == "2099-01-01T00:00:00+08:00"
    for wrong in ("2020-01-01", "tomorrow", "01.01.2099"):
        with pytest.raises(BadInput) as refused:
            parse_beginning(wrong)
        assert refused.value.field == "valid_from"
        assert wrong in refused.value.sentence


def test_publishing_says_what_changes_asks_and_does_it_once(city: TestCity, tmp_path: Path) -> None:
    city.report(lon=115.019)
    file = tmp_path / "proposal.gpkg"
    write_proposal(file, moved_border())

    def said(*options: str, answer: str = "") -> tuple[int, str]:
        result = CliRunner().invoke(division, ["publish", str(file), "--language", "en", *options], input=answer)
        return result.exit_code, result.output

    with override("en"):
        code, shown = said("--dry-run")
        assert (code, GridSetVersion.objects.count()) == (0, 1)
        for words in ("Grids: 1 new, 2 changed, 0 retired, 3 as they are.", "1 open case changes its grid.", "G2 → A3: 1",
                      "3 grids of other communities stay.", "5 buildings with 200 households come into another grid."):  # fmt: skip
            assert words in shown, shown
        code, shown = said(answer="n\n")
        assert (code != 0, GridSetVersion.objects.count()) == (True, 1)
        code, shown = said(answer="y\n")
        assert (code, GridSetVersion.objects.count()) == (0, 2)
        assert "Version 2: 1 grids new, 2 changed, 0 retired." in shown
        assert said("--yes") == (0, "Nothing to publish: layer main has these grids already.\n")
    assert GridSetVersion.objects.latest("id").source == "proposal.gpkg"
