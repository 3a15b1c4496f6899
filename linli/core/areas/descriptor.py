"""What the core area `areas` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

register_area(
    AreaTables(
        code="areas",
        titles={"zh-hans": "行政区划", "en": "Areas"},
        subjects=(Subject(code="area", titles={"zh-hans": "行政区划", "en": "Area"}, tables=("areas_area",)),),
        modules=(
            ModuleTables(module="areas.services", creates=("areas_area",)),
            ModuleTables(module="areas.selectors", uses=("areas_area",)),
        ),
    )
)
