"""What the core area `registry` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import Cover, Package, Subject, register_area
from linli.core.registry.component_import import COMPONENTS
from linli.core.registry.found import SEARCH
from linli.core.registry.ledgers import PREMISES

PLACES = ("registry_compound", "registry_building")
STREETS = ("registry_streetpiece",)
THINGS = ("registry_component", "registry_componentcell")

COVERS = (
    Cover(
        function="R-R1a",
        commands=("streets import",),
        pages=("premises", "premises-new", "premises-record"),
        lacks="Premises are a ledger and streets come from a file; estates are kept and name the place of a pin, but no page brings them in.",
    ),
    Cover(
        function="R-R1b",
        pages=("map-components", "import-new", "ogc-items"),
        commands=("import",),
        lacks="Components come by file, lie on the map with their codes and are read by a GIS; no page changes a single one.",
    ),
    Cover(
        function="R-R5",
        pages=("premises-merge", "premises-undo"),
        lacks="Doubles of premises are found by name and place and joined; people are not kept yet.",
    ),
)

register_area(
    Package(
        code="registry",
        permissions=("registry.view", "registry.import"),
        titles={"zh-hans": "基础台账", "en": "Registry"},
        covers=COVERS,
        ledgers=(PREMISES,),
        search=SEARCH,
        imports=(COMPONENTS,),
        subjects=(
            Subject(code="place", titles={"zh-hans": "小区和楼栋", "en": "Compounds and buildings"}, tables=PLACES),
            Subject(code="street", titles={"zh-hans": "道路名称", "en": "Named streets"}, tables=STREETS),
            Subject(code="component", titles={"zh-hans": "部件", "en": "Component"}, tables=THINGS),
        ),
    )
)
