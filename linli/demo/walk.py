"""The walk through the loop, one step per person: `linli demo` prints it, the ribbon of the demo's pages leads through it.

Data without Django; `guide.py` shows it on pages, `accounts.py` knows the accounts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from linli.demo.accounts import CITY_ADMINISTRATOR, COMMUNITY_CLERKS, DESKS, GRID_HEADS, HANDLERS, PASSWORD, WORKERS

Titles = dict[str, str]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who does it (empty: a resident, without an account), on which page it begins, what there is to do."""

    username: str
    page: str
    title: Titles
    todo: Titles


STEPS: Final = (
    Step("", "/report/", {"zh-hans": "居民上报", "en": "A resident reports"}, {
        "zh-hans": "写“路口有一堆垃圾”，在地图上点一个位置，提交，记下查询码。",
        "en": "Write “路口有一堆垃圾” (litter at the crossing), tap the map, send, keep the tracking number.",
    }),
    Step("shouli", "/queue/", {"zh-hans": "受理立案", "en": "The desk files it"}, {
        "zh-hans": "在待办里打开它，点“立案”，类别选“暴露垃圾”。",
        "en": "Open it in the queue, press File, choose 暴露垃圾 (exposed litter).",
    }),
    Step("paiqian", "/queue/", {"zh-hans": "派遣", "en": "It is dispatched"}, {
        "zh-hans": "打开它，点“派遣”；系统已按规则选好环卫中心。",
        "en": "Open it, press Dispatch; the rules have proposed the sanitation centre.",
    }),
    Step("huanwei", "/queue/", {"zh-hans": "处置反馈", "en": "It is handled"}, {
        "zh-hans": "点“签收”；待办随即转到下一件，再打开它，点“反馈”，写处置结果并附一张照片。",
        "en": "Press Accept; the queue goes on to the next case, so open it again, and press Hand over with a few words and a photo.",
    }),
    Step("hecha", "/queue/", {"zh-hans": "核查结案", "en": "It is verified and closed"}, {
        "zh-hans": "打开它，看处置前后的照片，点“通过并结案”。处置的人不能核查自己。",
        "en": "Open it, look at the photos, press Pass and close. Who handled it cannot verify it.",
    }),
    Step("", "/track/", {"zh-hans": "居民评价", "en": "The resident rates it"}, {
        "zh-hans": "用查询码看进度和照片，打一星，再要求重新办理。",
        "en": "With the tracking number see progress and photo, give one star, and have it taken up again.",
    }),
)  # fmt: skip
# Whoever has walked looks on from above.
AFTERWARDS: Final = Step("duban", "/cases/?clock=red&order=due", {"zh-hans": "督办", "en": "Supervision"}, {
    "zh-hans": "六步走完了。看看督办员眼里哪些案卷超时，再看地图和指标。",
    "en": "All six steps are done. See what is late as the supervisor sees it, then the map and the indicators.",
})  # fmt: skip


def print_walk(url: str, say: Callable[[str], object], shift: timedelta = timedelta(0)) -> None:
    """Says address, accounts and walk, in Chinese and English; `shift` is how far the city's clock is from the machine's."""
    say(f"\nlinli 邻里 · 望江街道 · {url}\n")
    if shift:
        there = (datetime.now(UTC) + shift).astimezone(ZoneInfo("Asia/Shanghai"))
        say(f"城里现在是 {there:%Y-%m-%d %H:%M}，不开服务时它的钟停着。")
        say(f"In the city it is {there:%A %d %B, %H:%M}; its clock stands while it is not served.\n")
    say(f"账号 Accounts · 密码 password: {PASSWORD}")
    workers = (f"{WORKERS.username}01 …", WORKERS.title, WORKERS.title_en)
    clerks = (f"{COMMUNITY_CLERKS.username}01 …", COMMUNITY_CLERKS.title, COMMUNITY_CLERKS.title_en)
    heads = (f"{GRID_HEADS.username}01 …", GRID_HEADS.title, GRID_HEADS.title_en)
    rows = [
        workers,
        *((one.username, one.title, one.title_en) for one in (*DESKS, CITY_ADMINISTRATOR, *HANDLERS)),
        clerks,
        heads,
    ]
    for name, title, english in rows:
        say(f"  {_wide(name, 18)}{_wide(title, 24)}{english}")
    say(f"\n在 {url}/sign-in/ 点一张卡片就换一个人，页顶的引导条带着走完下面六步。")
    say(
        f"At {url}/sign-in/ one press on a card makes you somebody else; the ribbon on top leads through the six steps below."
    )
    for number, step in enumerate(STEPS, 1):
        who = step.username or "居民 resident"
        say(f"  {number} {step.title['zh-hans']} · {step.title['en']} · {who} · {url}{step.page}")
        say(f"    {step.todo['zh-hans']}")
        say(f"    {step.todo['en']}")
    say(f"\n地图 Map: {url}/map/ · 接口 API: {url}/api/v1/docs · 停止 stop: Ctrl-C\n")


def _wide(text: str, columns: int) -> str:
    """Filled up to columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(1, columns - taken)
