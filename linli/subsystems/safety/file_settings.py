"""What a city may choose about safety files and drills."""

from __future__ import annotations

from linli.core.platform.public import Setting

DAYS_BEFORE = Setting(
    code="safety.days_before",
    titles={"zh-hans": "安全档案到期提前提醒", "en": "Reminder before something in a safety file ends"},
    explained={
        "zh-hans": "档案材料、应急预案到期前和演练到期前这么多天，任务出现在负责人的待办中。",
        "en": "So many days before a paper, equipment or a plan ends, or a drill is due, it stands in the inbox of who keeps it.",
    },
    default=30,
    unit={"zh-hans": "天", "en": "days"},
    least=1,
    most=180,
)
DRILL_MONTHS = Setting(
    code="safety.drill_months",
    titles={"zh-hans": "应急演练间隔", "en": "Months between drills"},
    explained={
        "zh-hans": "应急预案生效或上次演练后，这么多个月内须再演练一次。",
        "en": "A plan has to be drilled within so many months after it came into force, and after each drill.",
    },
    default=6,
    unit={"zh-hans": "个月", "en": "months"},
    least=1,
    most=36,
)
