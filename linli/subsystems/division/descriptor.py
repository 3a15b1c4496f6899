"""What the subsystem `division` tells the core: its name and which tables it reads. It keeps no tables of its own.

A proposal is a file that a planner may send, compare and throw away; only publishing writes, and that goes through core.grids.
"""

from linli.core.platform.public import ModuleTables, Subsystem, register

GRIDS = ("grids_gridlayer", "grids_gridsetversion", "grids_grid", "grids_gridshape")

register(
    Subsystem(
        code="division",
        titles={"zh-hans": "网格划分", "en": "Division into grids"},
        commands={"division": "linli.subsystems.division.commands.division.division"},
        modules=(
            ModuleTables(
                module="division.publishing.plan",
                uses=("areas_area", *GRIDS, "cases_case", "staff_gridassignment", "access_user"),
            ),
            ModuleTables(module="division.publishing.publish", uses=GRIDS),
        ),
    )
)
