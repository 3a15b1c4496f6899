"""What the engine of imports is told of cities out of OpenStreetMap. bringing.py next door does it; nothing heavy is loaded here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from linli.core.platform.public import BroughtIn, Import, ImportAsked
from linli.subsystems.division.city import CODE

if TYPE_CHECKING:
    from linli.core.platform.public import Work


def _take_back(work: Work, kept: Sequence[BroughtIn], asked: ImportAsked) -> Mapping[str, str]:
    from linli.subsystems.division.city.bringing import take_back_city

    return take_back_city(work, kept, asked)


CITY_OSM = Import(
    code=CODE,
    titles={"zh-hans": "OpenStreetMap 城市数据", "en": "City from OpenStreetMap"},
    explained={
        "zh-hans": "从 OpenStreetMap 数据摘录导入区划、道路、楼栋和部件（© OpenStreetMap 贡献者）。",
        "en": "Areas, streets, buildings and components out of an extract (© OpenStreetMap contributors).",
    },
    permission="settings.manage",  # as for areas, which it brings and takes back
    command="city import-osm FILE",
    take_back=_take_back,
)
