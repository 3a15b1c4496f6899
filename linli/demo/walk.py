"""What `linli demo` prints when it starts: the address, the accounts by role, and a walk of three minutes through the loop."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from linli.demo.accounts import COMMUNITY_CLERKS, DESKS, GRID_HEADS, HANDLERS, PASSWORD, WORKERS

WALK = (
    ("居民上报", "A resident reports",
     "打开 {url}/report/ ，写“路口有一堆垃圾”，在地图上点一个位置，提交，记下查询码。",
     "Open {url}/report/ , write “路口有一堆垃圾” (litter at the crossing), tap the map, send, keep the tracking number."),
    ("受理立案", "The desk files it",
     "另开窗口，用 shouli 登录 {url}/sign-in/ ，在待办里打开它，点“立案”，类别选“暴露垃圾”。",
     "In another window sign in at {url}/sign-in/ as shouli, open it in the queue, press File, choose 暴露垃圾."),
    ("派遣", "It is dispatched",
     "换 paiqian 登录，打开它，点“派遣”；系统已按规则选好环卫中心。",
     "Sign in as paiqian, open it, press Dispatch; the rules have proposed the sanitation centre."),
    ("处置反馈", "It is handled",
     "换 huanwei 登录，点“签收”，再点“反馈”，写处置结果并附一张照片。",
     "Sign in as huanwei, press Accept, then Hand over with a few words and a photo."),
    ("核查结案", "It is verified and closed",
     "换 hecha 登录，依次点“派人核查”“核查通过”“结案”。处置的人不能核查自己。",
     "Sign in as hecha: Send to verify, Verified, Close. Who handled it cannot verify it."),
    ("居民评价", "The resident rates it",
     "回到 {url}/track/ ，输入查询码，看进度和照片，打分。",
     "Back at {url}/track/ enter the tracking number, see progress and photo, give stars."),
)  # fmt: skip


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
    rows = [workers, *((one.username, one.title, one.title_en) for one in (*DESKS, *HANDLERS)), clerks, heads]
    for name, title, english in rows:
        say(f"  {_wide(name, 18)}{_wide(title, 24)}{english}")
    say("\n三分钟走完闭环 · Three minutes through the loop")
    for number, (title, english_title, chinese, english) in enumerate(WALK, 1):
        say(f"  {number} {title} · {english_title}")
        say(f"    {chinese.format(url=url)}")
        say(f"    {english.format(url=url)}")
    say(f"\n地图 Map: {url}/map/ · 接口 API: {url}/api/v1/docs · 停止 stop: Ctrl-C\n")


def _wide(text: str, columns: int) -> str:
    """Filled up to columns of a terminal, where a Chinese character takes two."""
    taken = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(1, columns - taken)
