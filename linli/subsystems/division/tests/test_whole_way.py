"""The way that docs/division-ground.md shows, typed as it stands there: from an extract and lists to published grids with workers."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from linli.config.cli import linli
from linli.core.access.public import User, sync_roles
from linli.core.areas.public import area_tree
from linli.core.catalogue.public import set_up_catalogue
from linli.core.grids.public import main_layer
from linli.core.staff.public import worker_of
from linli.lib.geo.writing import written

from .test_outlines import box, outlines
from .village import Village

PAGE = Path(__file__).parents[4] / "docs/division-ground.md"
AREAS = """代码,名称,级别,上级
390100000000,云溪市,市,
390102000000,临江区,区,390100000000
390102001000,柳荫街道,街道,390102000000
390102001001,柳荫社区,社区,390102001000
390102001002,塔山社区,社区,390102001000
"""
UNITS = """机构代码,机构名称,机构类型,所在区划
team,柳荫街道网格队,网格队伍,390102001000
"""
PEOPLE = """姓名,登录名,机构,角色
陈芳,chen.fang,team,网格员
李强,li.qiang,team,网格员
王敏,wang.min,team,网格员
"""
STAFF = """社区,登录名
柳荫社区,chen.fang
390102001001,li.qiang
塔山社区,wang.min
"""


def commands() -> list[list[str]]:
    section = PAGE.read_text(encoding="utf-8").split("## From an extract and lists")[1].split("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    typed = [shlex.split(line)[1:] for line in block.splitlines()]
    assert typed[0] == ["migrate"]  # the database of a test is there
    return typed[1:]


@pytest.mark.django_db
def test_the_way_of_the_page_leads_from_an_extract_and_lists_to_grids_with_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = Village(tmp_path / "city.osm.pbf")
    for west in (1, 3, 6, 8):  # some 165 households each
        for south in (2, 7):
            village.box(west, south, west + 0.6, south + 1, building="apartments")
    village.way([(5, -1), (5, 11)], (), highway="residential")
    village.way([(-1, 5), (11, 5)], (), highway="residential")
    village.written()
    layer = outlines(("390102001001", "柳荫社区", box(0, 0, 5, 10)), ("390102001002", "塔山社区", box(5, 0, 10, 10)))
    (tmp_path / "communities.zip").write_bytes(written(layer, ".zip", encoding="GBK"))
    for name, content in (("areas", AREAS), ("units", UNITS), ("people", PEOPLE), ("grid-staff", STAFF)):
        (tmp_path / f"{name}.csv").write_text(content, encoding="utf-8-sig")
    monkeypatch.chdir(tmp_path)
    sync_roles()
    set_up_catalogue()
    said = ""
    for arguments in commands():
        done = CliRunner().invoke(linli, arguments, env={"LANG": "zh_CN.UTF-8"}, catch_exceptions=False)
        # The last says what lacks: routing rules and the like, which are no part of this way.
        assert done.exit_code == 0 or arguments == ["setup"], (arguments, done.output)
        said = done.output
    layer_in_force = main_layer()
    assert layer_in_force is not None
    grids = sorted(layer_in_force.nodes.values(), key=lambda node: node.code)
    assert [(node.code, area_tree().nodes[node.area_id].code) for node in grids] == [
        (f"3901020010{community:02d}00{number}", f"3901020010{community:02d}")
        for community in (1, 2)
        for number in (1, 2)
    ]
    names = {user.id: user.username for user in User.objects.all()}
    workers = [worker_of(node.id) for node in grids]
    assert [names.get(one or 0) for one in workers] == ["chen.fang", "li.qiang", "wang.min", None]
    assert "塔山社区：1 个网格缺网格员" in said
