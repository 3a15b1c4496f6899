"""What the core area `registry` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

PLACES = ("registry_compound", "registry_premises")
STREETS = ("registry_streetpiece",)
THINGS = ("registry_component",)

register_area(
    AreaTables(
        code="registry",
        permissions=("registry.view",),
        titles={"zh-hans": "基础台账", "en": "Registry"},
        subjects=(
            Subject(code="place", titles={"zh-hans": "小区与场所", "en": "Compounds and premises"}, tables=PLACES),
            Subject(code="street", titles={"zh-hans": "道路名称", "en": "Named streets"}, tables=STREETS),
            Subject(code="component", titles={"zh-hans": "部件", "en": "Component"}, tables=THINGS),
        ),
        modules=(
            ModuleTables(module="registry.services", creates=(*PLACES, *THINGS), uses=("areas_area",)),
            ModuleTables(module="registry.streets", creates=STREETS),
            ModuleTables(module="registry.where", uses=(*PLACES, *STREETS)),
            ModuleTables(module="registry.selectors", uses=(*PLACES, *THINGS)),
        ),
    )
)
