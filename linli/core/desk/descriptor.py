"""What the core area `desk` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import Cover, Package, Subject, register_area

TABLES = ("desk_saved_view",)

COVERS = (
    Cover(
        function="R-X6",
        pages=("cases-export", "people-export", "case-print", "patrol:rounds-export"),
        lacks="Every list goes out as CSV and Excel and some pages print; there are no reports that an office designs.",
    ),
)

register_area(
    Package(
        code="desk",
        permissions=("desk.export",),
        titles={"zh-hans": "工作台", "en": "Desk"},
        covers=COVERS,
        subjects=(
            Subject(code="saved_view", titles={"zh-hans": "常用视图", "en": "Saved view"}, tables=TABLES),
            Subject(code="export", titles={"zh-hans": "导出", "en": "Export"}, tables=("desk_export",)),
        ),
    )
)
