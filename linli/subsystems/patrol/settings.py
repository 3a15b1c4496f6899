"""What a city may choose about patrols."""

from __future__ import annotations

from linli.core.platform.public import Setting

RADIUS_M = Setting(
    code="patrol.radius_m",
    titles={"zh-hans": "打点距离", "en": "Distance to a check point"},
    explained={
        "zh-hans": "按位置检查点位时，离点位最远多少米。超出时需扫码，或写明原因后手工检查。",
        "en": "How far from a point somebody may stand who checks it by position. Farther away they type its code, or say why they check by hand.",
    },
    default=50,
    unit={"zh-hans": "米", "en": "m"},
    least=10,
    most=500,
)
