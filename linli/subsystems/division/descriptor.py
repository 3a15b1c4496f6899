"""What the subsystem `division` tells the core. It keeps no tables of its own.

A proposal is a file that a planner may send, compare and throw away; only publishing writes, and that goes through core.grids.
"""

from linli.core.platform.public import Cover, Subsystem, register

COVERS = (
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
        commands={"division": "linli.subsystems.division.commands.division.division"},
    )
)
