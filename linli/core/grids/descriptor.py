"""What the core area `grids` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import Cover, Package, Subject, register_area

TABLES = ("grids_gridlayer", "grids_gridsetversion", "grids_grid", "grids_gridshape")

COVERS = (
    Cover(
        function="R-G2",
        pages=("map",),
        commands=("grids import",),
        lacks="Borders are drawn in a GIS and checked when they come in; linli's own map shows them and does not draw.",
    ),
    Cover(function="R-G3", pages=("grid-facts",), commands=("grids import",)),
    Cover(function="R-G6", routes=("api:grids", "api:grids-at")),
    Cover(
        function="R-G8",
        commands=("grids import",),
        lacks="Grids come in as GeoJSON; the case import reads CSV, no Excel; grids have no export.",
    ),
)

register_area(
    Package(
        code="grids",
        permissions=("grid.view",),
        events=("grids.published", "grids.in_force"),
        titles={"zh-hans": "网格", "en": "Grids"},
        covers=COVERS,
        subjects=(Subject(code="grid", titles={"zh-hans": "网格", "en": "Grid"}, tables=TABLES),),
    )
)
