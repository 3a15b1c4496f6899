"""What a city may choose about admission."""

from __future__ import annotations

from linli.core.platform.public import Setting

MOST_HOURS = Setting(
    code="admission.most_hours",
    titles={"zh-hans": "每个网格每月准入工时上限", "en": "Most admitted hours per grid and month"},
    explained={
        "zh-hans": "一个网格每月承接的准入事项合计超过这个工时时，准入须写明理由，承接情况中标出。",
        "en": "A grid that would carry more hours a month than this needs a reason when a task is admitted, and is marked in the list of what grids carry.",
    },
    default=40,
    unit={"zh-hans": "小时", "en": "hours"},
    least=1,
    most=400,
)
