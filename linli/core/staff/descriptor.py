"""What the core area `staff` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

TABLES = ("staff_gridassignment",)
GRIDS = ("grids_grid", "grids_gridshape")

register_area(
    AreaTables(
        code="staff",
        permissions=("staff.view",),
        titles={"zh-hans": "队伍", "en": "Staff"},
        subjects=(Subject(code="assignment", titles={"zh-hans": "网格力量", "en": "Grid assignment"}, tables=TABLES),),
        modules=(
            ModuleTables(module="staff.services", creates=TABLES, uses=("access_user", *GRIDS)),
            ModuleTables(module="staff.selectors", uses=(*TABLES, "access_user", *GRIDS)),
        ),
    )
)
