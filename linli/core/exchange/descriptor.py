"""What the core area `exchange` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import Package, Subject, register_area

IMPORTS = ("exchange_import_run", "exchange_imported_row", "exchange_unit_mapping")

register_area(
    Package(
        code="exchange",
        titles={"zh-hans": "数据导入", "en": "Imports"},
        subjects=(Subject(code="import", titles={"zh-hans": "导入", "en": "Imports"}, tables=IMPORTS),),
    )
)
