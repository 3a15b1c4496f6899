"""What the core area `desk` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

TABLES = ("desk_saved_view",)

register_area(
    AreaTables(
        code="desk",
        permissions=("desk.export",),
        titles={"zh-hans": "工作台", "en": "Desk"},
        subjects=(Subject(code="saved_view", titles={"zh-hans": "常用视图", "en": "Saved view"}, tables=TABLES),),
        modules=(ModuleTables(module="desk.saved_views", creates=TABLES, uses=("access_user",)),),
    )
)
