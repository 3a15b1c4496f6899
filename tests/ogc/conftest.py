"""The test city with components in it, read as a GIS does."""

from __future__ import annotations

import pytest

from linli.core.platform.public import SYSTEM
from linli.core.registry.public import PlacedRow, add_components
from tests.city import COMMUNITY, FAR_COMMUNITY, TestCity
from tests.ogc.gis import Gis, gis_of

EACH = 23


@pytest.fixture
def placed(city: TestCity) -> TestCity:
    """With 23 components in the first grid and 2 in another district, in rows of five 0.001 degrees apart, the last three in one place."""
    columns = {"standard": "GB/T 30428.2", "major_code": "01", "minor_code": "01", "name": '路灯 "\\ 1'}
    rows = [
        PlacedRow(f"99010100000000{n:02d}", 115.001 + min(n, 20) % 5 * 0.001, 30.001 + min(n, 20) // 5 * 0.001, city.areas[COMMUNITY].id, columns)
        for n in range(EACH)
    ]  # fmt: skip
    rows += [
        PlacedRow(f"99010200000000{n:02d}", 115.045, 30.005, city.areas[FAR_COMMUNITY].id, columns) for n in (1, 2)
    ]
    add_components(SYSTEM, rows, source="test")
    return city


@pytest.fixture
def gis(placed: TestCity) -> Gis:
    """A GIS with a token of the supervisor of the first district."""
    return gis_of(placed, "supervisor")


@pytest.fixture
def stranger(placed: TestCity) -> Gis:
    """A GIS without a token."""
    return Gis()
