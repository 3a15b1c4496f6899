"""Who gets what below /ogc/: what describes it and the ground are open, grids and components are for who may see them on pages."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from linli.core.grids.public import Grid
from linli.core.platform.public import SYSTEM
from linli.core.registry.public import Component, PlacedRow, add_components
from tests.access_table import PEOPLE, Ask, Entry, each, only
from tests.city import COMMUNITY, TestCity

IN_THE_STREET = ("worker", "acceptance", "dispatcher", "verifier", "supervisor", "leader", "auditor", "administrator")
# Auditors know no components; handlers may look and, by their unit, have none.
COMPONENTS = tuple(who for who in PEOPLE if who != "auditor")
GRIDS = tuple(who for who in PEOPLE if who not in ("handler", "other_handler", "clerk"))


def get(name: str, *args: object) -> Ask:
    """A reading request."""

    def ask(client: Client) -> object:
        return client.get(reverse(name, args=args))

    return ask  # type: ignore[return-value]


def entries(city: TestCity) -> list[Entry]:
    """This surface's part of the table."""
    columns = {"standard": "GB/T 30428.2", "major_code": "01", "minor_code": "01", "name": "路灯"}
    add_components(
        SYSTEM, [PlacedRow("9901010000000001", 115.005, 30.005, city.areas[COMMUNITY].id, columns)], source="test"
    )
    component, grid = Component.objects.get(), Grid.objects.get(code="G1")
    everybody = each(200, nobody=200)
    return [
        *(
            Entry(name, "GET", get(name), everybody)
            for name in ("ogc", "ogc-conformance", "ogc-api", "ogc-collections")
        ),
        *(
            entry
            for code, sees, held, number in (
                ("ground", PEOPLE, PEOPLE, 1),
                ("grids", GRIDS, IN_THE_STREET, grid.id),
                ("components", COMPONENTS, tuple(who for who in IN_THE_STREET if who in COMPONENTS), component.id),
            )
            for entry in _of_collection(code, sees, held, number)
        ),
    ]


def _of_collection(code: str, sees: tuple[str, ...], held: tuple[str, ...], number: int) -> list[Entry]:
    """`sees` may read the collection; `held` of them the one feature that is asked for, which does not exist for the others."""
    nobody = 200 if code == "ground" else 401
    whole = only(200, *sees, nobody=nobody)
    beside = {who: 404 for who in sees if who not in (*held, "all_roles")}
    return [
        Entry("ogc-collection", "GET", get("ogc-collection", code), whole, note=code),
        Entry("ogc-items", "GET", get("ogc-items", code), whole, note=code),
        Entry("ogc-item", "GET", get("ogc-item", code, number), only(200, *held, nobody=nobody, **beside), note=code),
    ]
