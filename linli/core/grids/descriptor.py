"""What the core area `grids` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

TABLES = ("grids_gridlayer", "grids_gridsetversion", "grids_grid", "grids_gridshape")

register_area(
    AreaTables(
        code="grids",
        permissions=("grid.view",),
        events=("grids.published", "grids.in_force"),
        titles={"zh-hans": "网格", "en": "Grids"},
        subjects=(Subject(code="grid", titles={"zh-hans": "网格", "en": "Grid"}, tables=TABLES),),
        modules=(
            ModuleTables(module="grids.services", creates=TABLES, uses=("areas_area",)),
            ModuleTables(module="grids.differences", uses=(*TABLES, "areas_area")),
            ModuleTables(module="grids.selectors", uses=TABLES),
        ),
    )
)
