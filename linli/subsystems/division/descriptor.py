"""What the subsystem `division` tells the core.

A proposal is a file that a planner may send, compare and throw away. A draft is kept with every step that was taken in it. What is in
force is written by publishing only, and that goes through core.grids.
"""

from linli.core.platform.public import Cover, MenuEntry, Subject, Subsystem, register
from linli.subsystems.division.city.declared import CITY_OSM

DRAFTS = ("division_griddraft", "division_draftstep")

COVERS = (
    Cover(
        function="R-G1c",
        commands=("city import-osm",),
        lacks="Buildings come in with a map, with reckoned households; stairwells and rooms are not there, and no page shows a building.",
    ),
    Cover(
        function="R-G2",
        pages=("division:drafts", "division:draft", "division:draft-comparison"),
        routes=(
            "api:grid-drafts",
            "api:grid-drafts-begin",
            "api:grid-draft",
            "api:grid-draft-do",
            "api:grid-draft-undo",
            "api:grid-draft-publish",
        ),
        commands=("division draft",),
    ),
    Cover(function="R-G4", commands=("division run", "division adjust", "division compare")),
    Cover(function="R-G5", commands=("division run",)),
    Cover(function="R-G6", commands=("division merge", "division beats")),
    Cover(
        function="R-G8",
        commands=("division run", "division publish"),
        lacks="Proposals go in and out as GeoPackage or any file of several layers that GDAL opens.",
    ),
    Cover(function="R-G9a", commands=("division supply",)),
    Cover(
        function="R-G9b",
        commands=("division supply",),
        lacks="A fault is located to its grid, feeder and second source; crews and announcements are not there.",
    ),
)

register(
    Subsystem(
        code="division",
        titles={"zh-hans": "网格划分", "en": "Division into grids"},
        covers=COVERS,
        menu=(
            MenuEntry(
                titles={"zh-hans": "网格草案", "en": "Grid drafts"}, url_name="division:drafts", permission="grid.publish",
                icon="crosshair", section="ground", order=20,
            ),
        ),
        urls="linli.subsystems.division.urls",
        api="linli.subsystems.division.api",
        subjects=(Subject(code="grid_draft", titles={"zh-hans": "网格草案", "en": "Draft of grids"}, tables=DRAFTS),),
        imports=(CITY_OSM,),
        commands={
            "city": "linli.subsystems.division.commands.city.city",
            "division": "linli.subsystems.division.commands.division.division",
        },
    )
)  # fmt: skip
