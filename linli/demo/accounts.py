"""The accounts that the demo shows: sign-in name, role, who it is. Data without Django; `staff.py` makes them, `walk.py` prints them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Public on purpose: every account of the demo has it, and the demo's secrets are refused in production.
PASSWORD: Final = "linli-demo-8000"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Account:
    """One shown account: the first of its kind. `count` people of that kind have accounts, named with a number behind."""

    username: str
    role: str
    title: str
    title_en: str
    unit: str


DESKS: Final = (
    Account("shouli", "acceptance", "受理员", "Acceptance clerk", "street_centre"),
    Account("paiqian", "dispatcher", "派遣员", "Dispatcher", "street_centre"),
    Account("hecha", "verifier", "核查员", "Verifier", "street_centre"),
    Account("duban", "supervisor", "督办员", "Supervisor", "district_centre"),
    Account("lingdao", "leader", "分管领导（总网格长）", "Leader (chief grid head)", "street_centre"),
    Account("xuncha", "patrol_lead", "巡查组长", "Patrol lead", "street_centre"),
    Account("shuju", "data_officer", "数据专员", "Data officer", "district_centre"),
    Account("guanli", "administrator", "管理员", "Administrator", "district_centre"),
    Account("shenji", "auditor", "审计员", "Auditor", "city_centre"),
)
# What holds for the whole city is chosen by somebody whose right reaches that far.
CITY_ADMINISTRATOR: Final = Account("shiguan", "administrator", "市级管理员", "City administrator", "city_centre")
HANDLERS: Final = (
    Account("huanwei", "handler", "环卫中心处置人员", "Sanitation handler", "sanitation"),
    Account("chengguan", "handler", "城管局处置人员", "Urban management handler", "urban_management"),
    Account("zhongdui", "handler", "街道城管中队处置人员", "Urban management squad handler", "squad"),
    Account("zhujian", "handler", "住建局处置人员", "Housing and construction handler", "housing"),
    Account("shuiwu", "handler", "水务局处置人员", "Water bureau handler", "water"),
    Account("zilaishui", "handler", "自来水公司处置人员", "Water supply handler", "water_supply"),
    Account("gongdian", "handler", "供电所处置人员", "Power supply handler", "power"),
    Account("yuanlin", "handler", "园林中心处置人员", "Parks handler", "parks"),
    Account("shichang", "handler", "市场监管局处置人员", "Market supervision handler", "market_supervision"),
    Account("jiaojing", "handler", "交警大队处置人员", "Traffic police handler", "traffic_police"),
    Account("ludeng", "handler", "路灯所处置人员", "Street lighting handler", "lighting"),
    Account("xiaofang", "handler", "消防大队处置人员", "Fire and rescue handler", "fire_rescue"),
    Account("huanbao", "handler", "生态环境分局处置人员", "Environment handler", "environment"),
    Account("ranqi", "handler", "燃气公司处置人员", "Gas handler", "gas"),
    Account("tongxin", "handler", "通信办处置人员", "Telecom handler", "telecom"),
    Account("yingji", "handler", "应急值守人员", "Emergency duty handler", "emergency_duty"),
)
# One each per grid and per community, numbered from 01.
WORKERS: Final = Account("wangge", "grid_worker", "网格员", "Grid worker", "")
COMMUNITY_CLERKS: Final = Account("shequ", "handler", "社区居委会处置人员", "Community office handler", "")
GRID_HEADS: Final = Account("wanggezhang", "leader", "分管领导（网格长）", "Leader (grid head)", "street_centre")
