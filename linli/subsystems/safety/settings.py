"""What a city may choose about hazards: in how many work days each has to be rectified after whoever answers for it was told."""

from __future__ import annotations

from linli.core.platform.public import Setting


def _days(code: str, zh: str, en: str, default: int) -> Setting[int]:
    return Setting(
        code=f"safety.days_{code}",
        titles={"zh-hans": f"{zh}隐患整改期限", "en": f"Days to rectify what is {en}"},
        explained={
            "zh-hans": f"告知责任人后，{zh}隐患须在多少个工作日内整改。已经开始计时的不变。",
            "en": f"Within how many work days a hazard that is {en} has to be rectified after whoever answers for it was told. What runs already stays.",
        },
        default=default,
        unit={"zh-hans": "个工作日", "en": "work days"},
        least=1,
        most=90,
    )


SLIGHT, SERIOUS, GRAVE = (
    _days("slight", "一般", "slight", 10),
    _days("serious", "较重", "serious", 5),
    _days("grave", "重大", "grave", 1),
)
DAYS = {"slight": SLIGHT, "serious": SERIOUS, "grave": GRAVE}
SETTINGS = (SLIGHT, SERIOUS, GRAVE)
