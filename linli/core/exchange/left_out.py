"""What linli keeps nothing of (domain, section 5): a column under such a heading is never brought in, whoever asks for it."""

from __future__ import annotations

import re

LEFT_OUT_WORDS = frozenset(
    """religion religious faith church ethnic ethnicity ethnicgroup race racial nationality political politics
    politicalparty ideology petitioner appearance clothing clothes skincolor pregnant pregnancy maternity birthpermit hiv aids psychiatric
    psychiatry mental addiction addict penal criminal convict conviction prison facephoto biometric""".split()
)
LEFT_OUT_CHINESE = tuple(
    """宗教 信仰 民族 种族 政治 党派 党员 上访 外貌 相貌 衣着 孕 生育 艾滋 精神病 精神障碍 吸毒 戒毒 涉毒 刑满 前科 犯罪
    社区矫正 重点人员 人脸""".split()
)


def is_left_out(heading: str) -> bool:
    """Whether a heading names what linli keeps nothing of (religion, ethnicity, political view and the like)."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", heading)
    lowered = {word.lower() for word in words} | {"".join(words).lower()}
    return bool(lowered & LEFT_OUT_WORDS) or any(word in heading for word in LEFT_OUT_CHINESE)
