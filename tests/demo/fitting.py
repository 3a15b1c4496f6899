"""Looks at every case of a made city: what is written and shown on its way speaks of the thing that it is about.

The lists are the tests' own and know only the official names of categories (GB/T 47678.5), not what the demo draws its words from.
"""

from __future__ import annotations

import re

from linli.core.cases.public import Case, CaseEvent, CaseFile
from linli.core.catalogue.public import NATIONAL

# What speaks of one thing alone, and the categories of that thing.
TELLING = {
    "灯": "路灯|信号灯|施工占道", "井盖": "井盖", "箅": "箅|井盖|污水", "积水": "井盖|箅", "树|枝": "行道树", "座椅|长椅": "座椅",
    "烟": "油烟", "噪": "噪声|扰民", "漂浮|打捞|水面": "水域", "标线": "标线|遗撒|乱停放|消防通道", "摊位|收摊|摊主": "经营",
    "缆": "线缆|路灯", "信号": "信号灯", "护栏": "护栏|绿", "扬尘|裸土": "工地|绿", "广告": "广告", "地锁|车桩": "地锁",
    "车主|挪车|拖移": "机动车|车辆|地锁|消防通道|单车", "垃圾": "垃圾|不洁|脏乱|家具|杂物", "坑": "道路破损|井盖",
    "盲道|路缘|台阶": "盲道|路缘|台阶|水域", "健身|器材": "健身", "泼倒|乱排": "污水", "消火栓": "消防设施|供水", "单车": "单车",
    "宣传|海报": "宣传", "油污|清运": "垃圾|不洁|脏乱|家具|杂物|遗撒|箱|绿|渣土|水域|单车|行道树",
}  # fmt: skip
# What a drawing shows, and the categories that it may be shown for.
SHOWING = {
    "litter": "垃圾渣土|暴露垃圾|不洁|脏乱|家具|杂物", "pothole": "道路破损", "spill": "遗撒", "marking": "标线不清晰",
    "blocked_drain": "污水|箅", "illegal_parking": "机动车乱停放|消防通道|废弃车辆", "overflowing_bin": "箱", "paving": "台阶|路缘|盲道",
    "ad_sticker": "小广告", "hoarding": "围挡", "stall": "经营", "bikes": "非机动车|单车", "cable": "线缆", "water_leak": "供水|消防设施",
    "manhole": "井盖", "broken_lamp": "路灯", "sign": "标志牌|路名牌", "fallen_tree": "行道树", "bench": "座椅",
}  # fmt: skip
# A street in good order: the proof for what cannot be drawn.
ORDERLY = "水域|油烟|扰民|地锁|绿毁绿|户外广告|宣传品|施工占道|扬尘|信号灯|护栏|健身"


def foreign_words(category: str, words: str) -> list[str]:
    """What a text says of another thing than that of the category."""
    return [
        telling for telling, where in TELLING.items() if re.search(telling, words) and not re.search(where, category)
    ]


def fits_the_picture(category: str, subject: str) -> bool:
    """Whether a drawing of the subject may be shown for the category."""
    if subject == "orderly":
        return re.search(ORDERLY, category) is not None
    return re.search(SHOWING[subject], category) is not None


def misfits(stored: dict[int, str]) -> list[str]:
    """Cases whose words or pictures are about another thing; `stored` names the drawing behind each stored file."""
    named = dict(Case.objects.filter(standard=NATIONAL).exclude(category_name="").values_list("id", "category_name"))
    found = []
    for event in CaseEvent.objects.filter(case_id__in=named).prefetch_related("notes"):
        for note in event.notes.all():
            if foreign := foreign_words(named[event.case_id], note.text):
                found.append(f"{event.case_id} {named[event.case_id]} {event.action}: {note.text} ({foreign})")
    for shown in CaseFile.objects.filter(case_id__in=named):
        subject = stored[shown.stored_file_id].split("-")[1]
        if not fits_the_picture(named[shown.case_id], subject):
            found.append(f"{shown.case_id} {named[shown.case_id]} shows {subject}")
    return found


def shown_twice() -> list[int]:
    """Cases that were sent back and then show the very picture that was not good enough."""
    found = []
    for case_id in CaseEvent.objects.filter(action__in=("rework", "verify_fail", "reopen")).values_list(
        "case_id", flat=True
    ):
        proofs = list(
            CaseFile.objects.filter(case_id=case_id, role="proof")
            .order_by("id")
            .values_list("stored_file_id", flat=True)
        )
        if len(proofs) > 1 and len(set(proofs)) < 2:
            found.append(case_id)
    return found
