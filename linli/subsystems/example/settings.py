"""What a city may choose about benches."""

from __future__ import annotations

from linli.core.platform.public import Setting

MOST_NOTES = Setting(
    code="example.most_notes",
    titles={"zh-hans": "长椅页最多显示", "en": "Benches on the page"},
    explained={"zh-hans": "长椅页一次显示多少条记录。", "en": "How many notes the page of benches shows at once."},
    default=50,
    unit={"zh-hans": "条", "en": "notes"},
    least=1,
    most=200,
)
SHOWS_CASE = Setting(
    code="example.shows_case",
    titles={"zh-hans": "案卷页显示长椅", "en": "Bench on the page of its case"},
    explained={
        "zh-hans": "由长椅记录产生的案卷，在其页面上显示该长椅。",
        "en": "A case that came of a note shows the bench.",
    },
    default=True,
)
ORDER = Setting(
    code="example.order",
    titles={"zh-hans": "长椅排序", "en": "Order of the benches"},
    explained={"zh-hans": "长椅页按什么排列。", "en": "What the page of benches is ordered by."},
    default="newest",
    choices={
        "newest": {"zh-hans": "最近记录在前", "en": "Newest first"},
        "place": {"zh-hans": "按地点", "en": "By place"},
    },
)
