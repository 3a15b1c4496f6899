"""Names of staff and units of the demo city. Pure; every person is a chance pair of surname and given name.

Shops, compounds and firms are named in `names.py`. No telephone numbers are made: China keeps no range of numbers
for invented people, and a real one must not ring.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from linli.demo.city.model import City

Post = Literal[
    "grid_worker", "grid_head", "chief_grid_head", "acceptance_clerk", "dispatcher", "verifier", "department_handler"
]

# Common surnames with rough weights; given names in everyday use over three generations.
_SURNAMES: Final[dict[str, int]] = dict(
    zip(
        "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文",
        [72, 70, 66, 54, 46, 32, 26, 25, 24, 22, 20, 19, 18, 17, 16, 15, 15, 14, 14, 13] + [7] * 30 + [3] * 60,
        strict=False,
    )
)
_GIVEN: Final = (
    "文博 雨桐 志强 建国 秀英 丽娟 海燕 春梅 晓冬 俊杰 子轩 思远 嘉怡 梦琪 浩然 一鸣 立群 国庆 桂兰 玉珍 "
    "淑芬 翠萍 红霞 卫东 永康 德明 家豪 慧敏 静怡 佳琪 欣然 明轩 宇航 天佑 晨曦 若兰 雪梅 丹妮 小红 美玲 "
    "素珍 凤英 彩云 爱华 庆丰 长青 守义 兴旺 佑民 新民 立新 晓峰 海波 振宇 少华 金生 水根 根生 福来 广林 "
    "晓燕 丽萍 亚楠 婷婷 莉莉 倩倩 媛媛 露露 佩佩 芳芳 志远 学文 学武 绍辉 绍宁 启明 启航 承泽 承恩 景行 "
    "书瑶 书涵 诗雨 诗涵 语嫣 语桐 沐阳 沐晴 奕辰 奕涵 睿哲 睿思 可心 可馨 安琪 安宁 乐天 乐怡 知行 知远"
).split()


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """A unit that handles or supervises cases. `key` is stable, `speciality` says which matters it takes."""

    key: str
    name: str
    speciality: str


@dataclass(frozen=True, slots=True)
class StaffPlan:
    """One member of staff: unique name within the city, post, unit or grid, and since when."""

    name: str
    post: Post
    unit_key: str | None
    community_code: str | None
    grid_code: str | None
    since: date


UNITS: Final = (
    UnitPlan("street_centre", "望江街道综合指挥中心", "受理、立案、派遣、核查"),
    UnitPlan("urban_management", "临江区城市管理局", "市容、广告、占道经营"),
    UnitPlan("housing", "临江区住房和城乡建设局", "道路、工地、房屋"),
    UnitPlan("water", "临江区水务局", "排水、河道"),
    UnitPlan("water_supply", "云溪市自来水公司临江营业所", "供水管网、供水井盖"),
    UnitPlan("power", "云溪供电公司临江供电所", "电力设施"),
    UnitPlan("sanitation", "临江区环境卫生服务中心", "清扫、垃圾、公厕"),
    UnitPlan("parks", "临江区园林绿化服务中心", "行道树、公园、绿地"),
    UnitPlan("market_supervision", "临江区市场监督管理局", "经营秩序、农贸市场"),
    UnitPlan("traffic_police", "临江区交警大队", "机动车停放、交通设施"),
    UnitPlan("lighting", "云溪市路灯管理所", "路灯、景观灯"),
    UnitPlan("fire_rescue", "临江区消防救援大队", "消防设施、消防通道"),
    UnitPlan("environment", "临江区生态环境分局", "油烟、噪声、水体"),
    UnitPlan("gas", "云溪燃气公司", "燃气设施"),
    UnitPlan("telecom", "云溪市通信设施共建办公室", "通信井盖、线缆"),
)
# Two grids have nobody on purpose: a gap in staffing is something the platform must show.
UNSTAFFED_GRIDS: Final = 2


class PeopleNames:
    """Draws names; no name twice."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def take(self) -> str:
        """Return a fresh name of three characters; raises ValueError when 8,000 are in use."""
        if len(self._used) >= 8000:
            raise ValueError("the pool of names is used up: 8,000 people are the most this city can name")
        while True:
            name = self._rng.choices(list(_SURNAMES), list(_SURNAMES.values()))[0] + self._rng.choice(_GIVEN)
            if name not in self._used:
                self._used.add(name)
                return name


def generate_staff(city: City, anchor: date) -> tuple[StaffPlan, ...]:
    """Return the staff of `city` as of `anchor`: a worker for every grid but two, heads, clerks, handlers.

    Equal city seed and anchor give equal staff. Nobody started after `anchor`.
    """
    rng = random.Random(f"linli-demo-people-{city.seed}")
    people = PeopleNames(rng)

    def one(post: Post, unit: str | None = None, community: str | None = None, grid: str | None = None) -> StaffPlan:
        since = anchor - timedelta(days=rng.randint(120, 3200))
        return StaffPlan(people.take(), post, unit, community, grid, since)

    empty = {grid.code for grid in rng.sample([g for g in city.grids if g.kind == "comprehensive"], UNSTAFFED_GRIDS)}
    staff = [one("chief_grid_head", "street_centre")]
    staff += [one("grid_head", "street_centre", community.code) for community in city.communities]
    staff += [one("grid_worker", None, grid.community_code, grid.code) for grid in city.grids if grid.code not in empty]
    desks: tuple[tuple[Post, int], ...] = (("acceptance_clerk", 6), ("dispatcher", 4), ("verifier", 8))
    staff += [one(post, "street_centre") for post, count in desks for _ in range(count)]
    staff += [one("department_handler", unit.key) for unit in UNITS[1:] for _ in range(3)]
    return tuple(staff)
