"""What the core area `areas` says about its data; `linli data-matrix` draws it."""

from linli.core.areas.setup_step import AREAS_STEP
from linli.core.platform.public import Cover, Package, Subject, register_area

COVERS = (Cover(function="R-G1a", commands=("areas import",), routes=("api:areas",)),)

register_area(
    Package(
        code="areas",
        titles={"zh-hans": "行政区划", "en": "Areas"},
        covers=COVERS,
        setup=(AREAS_STEP,),
        subjects=(Subject(code="area", titles={"zh-hans": "行政区划", "en": "Area"}, tables=("areas_area",)),),
    )
)
