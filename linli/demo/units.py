"""The units of the demo city and who of them handles what: names, trees, routing by category, place and hour.

Names of people stand in `city/people.py`, accounts in `accounts.py`; `staff.py` next door puts people into these units.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from linli.core.access.public import Unit, UnitKind, create_unit
from linli.core.areas.public import Area
from linli.core.catalogue.public import add_rule, catalogue
from linli.core.platform.public import SYSTEM
from linli.demo.city.model import City
from linli.demo.city.people import UNITS as PLANNED

ENGLISH: Final = {
    "street_centre": "Wangjiang Street Command Centre", "urban_management": "Linjiang Urban Management Bureau",
    "housing": "Linjiang Housing and Construction Bureau", "water": "Linjiang Water Bureau",
    "water_supply": "Yunxi Water Supply, Linjiang Branch", "power": "Yunxi Power Supply, Linjiang Branch",
    "sanitation": "Linjiang Sanitation Centre", "parks": "Linjiang Parks Centre",
    "market_supervision": "Linjiang Market Supervision Bureau", "traffic_police": "Linjiang Traffic Police",
    "lighting": "Yunxi Street Lighting Office", "fire_rescue": "Linjiang Fire and Rescue",
    "environment": "Linjiang Ecology and Environment Bureau", "gas": "Yunxi Gas",
    "telecom": "Yunxi Telecom Facilities Office",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Office:
    """A unit that the demo city has besides those of `city/people.py`."""

    key: str
    kind: str
    level: str  # the area it serves: city, district or street
    name: str
    english: str
    parent: str = ""


OFFICES: Final = (
    Office("city_centre", UnitKind.CENTRE, "city", "云溪市社会治理中心", "Yunxi City Centre"),
    Office("district_centre", UnitKind.CENTRE, "district", "临江区社会治理中心", "Linjiang District Centre"),
    Office("squad", UnitKind.DEPARTMENT, "street", "望江街道城管中队", "Wangjiang Urban Management Squad", "urban_management"),
    Office("emergency_duty", UnitKind.DEPARTMENT, "district", "临江区应急值守中心", "Linjiang Emergency Duty Centre"),
)  # fmt: skip

# (kinds, major or full code, unit). The most specific rule wins: code before major, place before everywhere.
BOTH: Final = ("component", "matter")
ROUTES: Final[tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]] = (
    (BOTH, ("01",), "urban_management"), (BOTH, ("02",), "traffic_police"), (BOTH, ("03",), "sanitation"),
    (BOTH, ("04",), "parks"), (BOTH, ("01001", "01019"), "water_supply"),
    (BOTH, ("01002", "01003", "01004", "01018", "01070", "01073"), "water"),
    (BOTH, ("01005", "01017", "01047", "01048", "01054"), "power"), (BOTH, ("01007", "01008", "01009", "01027"), "telecom"),
    (BOTH, ("01011", "01021", "01049", "01057"), "gas"), (BOTH, ("01013",), "fire_rescue"),
    (BOTH, ("01006", "01037", "01060"), "lighting"), (BOTH, ("02004", "02009"), "housing"), (BOTH, ("03008",), "urban_management"),
    (("matter",), ("06",), "sanitation"), (("matter",), ("06013", "06049", "06050", "06051"), "housing"),
    (("matter",), ("06016",), "traffic_police"), (("matter",), ("06017", "06045"), "parks"),
    (("matter",), ("06025", "06030"), "water"), (("matter",), ("06027", "06028", "08001", "08004"), "environment"),
    (("matter",), ("06034", "06040"), "urban_management"), (("matter",), ("07", "09"), "urban_management"),
    (("matter",), ("08",), "housing"), (("matter",), ("09006",), "market_supervision"),
    (("matter",), ("09009",), "traffic_police"), (("matter",), ("09012",), "fire_rescue"), (("matter",), ("10",), "telecom"),
)  # fmt: skip
# The street's own squad takes street order on its ground; what stands in stairwells is the community's.
SQUAD_MAJOR: Final = "09"
COMMUNITY_CODES: Final = ("06036",)


def community_key(code: str) -> str:
    """The key of a community's office."""
    return f"community-{code[-3:]}"


def create_units(city: City, areas: dict[str, Area], english: dict[str, str]) -> dict[str, Unit]:
    """Adds every unit; gives them by key. `english` names areas by code. Once per city."""
    level: dict[str, Area] = {plan.level: areas[plan.code] for plan in city.areas}
    units: dict[str, Unit] = {}
    planned = [
        Office(
            plan.key, UnitKind.CENTRE if plan.key == "street_centre" else UnitKind.DEPARTMENT,
            "street" if plan.key == "street_centre" else "district", plan.name, ENGLISH[plan.key],
        )
        for plan in PLANNED
    ]  # fmt: skip
    for office in (*OFFICES[:2], *planned, *OFFICES[2:]):
        units[office.key] = create_unit(
            SYSTEM, code=office.key, kind=office.kind, area=level[office.level], name=office.name,
            names={"en": office.english}, parent=units.get(office.parent),
        )  # fmt: skip
    for community in city.communities:
        key = community_key(community.code)
        units[key] = create_unit(
            SYSTEM, code=key, kind=UnitKind.COMMUNITY_OFFICE, area=areas[community.code], name=f"{community.name}居委会",
            names={"en": f"{english[community.code]} Office"},
        )  # fmt: skip
    return units


def add_routes(city: City, areas: dict[str, Area], units: dict[str, Unit]) -> None:
    """Adds the routing rules: by category; by category and place; what is dangerous outside office hours to the duty centre."""
    for kinds, codes, key in ROUTES:
        for kind in kinds:
            for code in codes:
                _rule(units[key], kind, code)
    street = areas[city.street_code]
    add_rule(SYSTEM, unit=units["squad"], kind="matter", major_code=SQUAD_MAJOR, area=street)
    for community in city.communities:
        for code in COMMUNITY_CODES:
            add_rule(
                SYSTEM, unit=units[community_key(community.code)], kind="matter", code=code, area=areas[community.code]
            )
    for category in list(catalogue().categories.values()):
        if category.conditions and category.conditions[0].limit_unit == "urgent_hour":
            add_rule(SYSTEM, unit=units["emergency_duty"], kind=category.kind, code=category.code, hours="off")


def _rule(unit: Unit, kind: str, code: str) -> None:
    if len(code) == 2:
        add_rule(SYSTEM, unit=unit, kind=kind, major_code=code)
    else:
        add_rule(SYSTEM, unit=unit, kind=kind, code=code)
