"""What the core area `search` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import Package, Subject, register_area

TABLES = ("search_searchentry", "search_searchstale")

register_area(
    Package(
        code="search",
        titles={"zh-hans": "搜索", "en": "Search"},
        subjects=(Subject(code="search_entry", titles={"zh-hans": "搜索条目", "en": "Search entry"}, tables=TABLES),),
    )
)
