"""What the core area `grids` says about its data; `linli data-matrix` draws it."""

from linli.core.grids.bringing.areas_file import AREAS_FILE
from linli.core.grids.bringing.grids_file import GRIDS_FILE
from linli.core.grids.setup_step import GRIDS_STEP
from linli.core.platform.public import Cover, Package, Subject, register_area

TABLES = ("grids_gridlayer", "grids_gridsetversion", "grids_grid", "grids_gridshape")

COVERS = (
    Cover(
        function="R-G2",
        pages=("map",),
        commands=("grids import",),
    ),
    Cover(
        function="R-G3",
        pages=(
            "grid-facts",
            "grid-versions",
            "grid-version",
        ),
        commands=("grids import", "grids versions", "grids take-back", "grids move", "grids undo", "grids follow"),
    ),
    Cover(function="R-G6", routes=("api:grids", "api:grids-at")),
    Cover(
        function="R-G8",
        pages=("ogc-items", "import-new", "import"),
        commands=("grids import", "grids export"),
        lacks="Grids and outlines come in as files by page and terminal; grids go out as files by the terminal, and are read by a GIS.",
    ),
)

register_area(
    Package(
        code="grids",
        permissions=("grid.view", "grid.publish"),
        events=("grids.published", "grids.in_force", "grids.taken_back"),
        titles={"zh-hans": "网格", "en": "Grids"},
        covers=COVERS,
        imports=(AREAS_FILE, GRIDS_FILE),
        setup=(GRIDS_STEP,),
        subjects=(Subject(code="grid", titles={"zh-hans": "网格", "en": "Grid"}, tables=TABLES),),
    )
)
