"""Names of roads, communities, compounds, shops and schools: everyday Chinese, none of them a real firm on purpose.

Pure pools and the small functions that draw from them; people's names stand in `people.py`.
"""

import random
from typing import Final

COMMUNITY_NAMES_NORTH: Final = (
    "北苑社区",
    "文昌社区",
    "槐荫社区",
    "学府社区",
    "和平社区",
    "纺织社区",
    "金桂社区",
    "新桥社区",
)
COMMUNITY_NAMES_SOUTH: Final = ("南浦社区", "望江社区", "滨河社区", "翠湖社区")

_ROAD_STEMS: Final = (
    "建设 解放 和平 胜利 新华 团结 工农 红旗 前进 光明 青年 幸福 友谊 朝阳 东风 长安 中兴 安定 太平 永安 "
    "学府 书院 文庙 县学 钟楼 鼓楼 城隍 会馆 状元 牌坊 贡院 崇文 明德 至善 育才 求知 弘文 尚学 "
    "槐荫 柳荫 桂花 石榴 银杏 梧桐 香樟 玉兰 海棠 紫薇 腊梅 丹桂 翠竹 青松 白杨 桑园 桃园 杏花 梨园 枣园 "
    "码头 渡口 渔市 船坊 盐仓 米市 布店 铁匠 染坊 油坊 豆腐 竹器 茶亭 灯笼 打铜 印刷 纺织 棉花 面粉 农机 "
    "清水 双井 甜水 石桥 平桥 望月 听雨 观澜 映月 荷塘 芦苇 沙洲 白鹭 鸥鹭 鲤鱼 南浦 北苑 金桂 新桥 翠湖 "
    "西园 东园 后街 前街 仓后 营房 校场 马号 箭道 井栏 花园 菜园 小东 小西 大同 仁和 义和 礼让 智远 信义"
).split()

_COMPOUND_FIRST: Final = (
    "望江 云溪 临江 翠湖 滨河 金桂 碧水 蓝湾 紫薇 香樟 桂语 御景 锦绣 阳光 春晖 秋实 丽景 文澜 书香 江畔 "
    "云栖 枫林 柳岸 荷风 听澜 观澜 绿洲 晨曦 和悦 嘉禾 景和 瑞丰 怡和 清风 兰亭 梅园 竹苑 松涛 玉兰 海棠"
).split()
_COMPOUND_LAST: Final[dict[str, tuple[str, ...]]] = {
    "towers": ("名都", "华府", "国际城", "雅苑", "新城", "公馆", "一品", "壹号院", "城", "府"),
    "slabs": ("花园", "小区", "苑", "家园", "新村", "佳苑", "名苑", "里", "庭", "居"),
}
_WORK_UNITS: Final = (
    "纺织厂 面粉厂 农机厂 化肥厂 印刷厂 水泥厂 供销社 粮食局 邮电局 水利局 教育局 供电所 自来水公司 造纸厂 "
    "酒厂 丝绸厂 轴承厂 毛巾厂 肉联厂 客运站 航运公司 建筑公司 物资局 罐头厂 搪瓷厂 无线电厂 砖瓦厂 副食品公司"
).split()
_WORK_UNIT_LAST: Final = ("宿舍", "家属院", "家属区", "职工新村")
_PROPERTY_FIRMS: Final = tuple(
    f"{stem}物业" for stem in ("安居乐", "云邻", "江畔之家", "和润家", "锦邻", "康宁居", "禾家", "百邻")
)

SHOP_KINDS: Final[dict[str, tuple[tuple[str, ...], int]]] = {
    # kind: (endings of the name, how many of a hundred shops)
    "便利店": (("便利店", "烟酒店", "副食店"), 9),
    "超市": (("超市", "生活超市", "生鲜超市"), 5),
    "餐馆": (("小炒", "菜馆", "酒家", "私房菜", "家常菜"), 12),
    "面馆": (("面馆", "牛肉面", "板面", "拉面馆"), 6),
    "早餐店": (("早餐店", "包子铺", "豆浆油条", "烧饼店"), 6),
    "奶茶店": (("奶茶", "茶饮", "鲜果茶"), 4),
    "烘焙店": (("蛋糕房", "烘焙坊"), 3),
    "水果店": (("水果店", "鲜果行"), 5),
    "粮油店": (("粮油店", "干货店"), 3),
    "药店": (("大药房", "药店"), 5),
    "诊所": (("诊所", "口腔诊所", "中医馆"), 3),
    "理发店": (("理发店", "美发", "造型"), 6),
    "服装店": (("服饰", "童装", "鞋店"), 6),
    "五金店": (("五金店", "建材五金"), 4),
    "家电维修": (("家电维修", "手机维修", "数码"), 4),
    "修车铺": (("电动车行", "汽修", "修车铺"), 4),
    "洗衣店": (("干洗店", "洗衣坊"), 2),
    "文印店": (("图文快印", "打印社"), 2),
    "文具店": (("文具店", "书店"), 3),
    "快递驿站": (("快递驿站", "邻里驿站"), 3),
    "房产中介": (("房产", "房屋租赁"), 2),
    "花店": (("花店", "花坊"), 1),
    "眼镜店": (("眼镜店",), 1),
    "宠物店": (("宠物店",), 1),
}
_SHOP_FIRST: Final = (
    "老街坊 好邻居 福满堂 聚福 百顺 永兴 同盛 德馨 顺和 益民 惠民 家家乐 喜洋洋 三味 四季 五谷 七彩 小满 "
    "大有 春来 秋园 江城 云溪 临江 望江 阿婆 老陈 老周 小李 胖嫂 二妹 兄弟 姐妹 红梅 向阳 鑫隆 金泰 宏达 诚信 "
    "美好 新时代 百花 千里香 万家 一品香 巷口 桥头 渡口 码头 街角 拾光 半亩 青禾 绿野 晨光 暖阳 星空 清欢 知味 有间"
).split()
_FIRM_FIRST: Final = (
    "云溪 江城 望江 临江 禾木 远帆 同舟 启明 蓝湾 恒实 众邻 云帆 金桂 恒达 禾丰 新桥 同盛 翠湖 益民 瑞景".split()
)
_TOWER_TRADES: Final = (
    "软件 设计院 会计师事务所 律师事务所 广告 人力资源 教育咨询 科技 工程监理 网络 旅行社 工程造价 文化传媒".split()
)
_PARK_TRADES: Final = "轴承 食品 包装 服饰 机械 农机 印务 电子 塑业 家具 仓储 面粉 电器 五金制品".split()
OFFICE_TOWERS: Final = ("云溪商务大厦", "临江金融中心", "望江国际大厦", "文昌科创大厦", "人民路邮政大楼", "江畔写字楼")
INDUSTRIAL_PARKS: Final = ("南浦工业园", "环西产业园", "新桥轻纺园")
SCHOOLS: Final = (
    "云溪市第一中学",
    "云溪市第三中学",
    "云溪市第六中学",
    "望江小学",
    "文昌路小学",
    "人民路小学",
    "槐荫小学",
    "南浦小学",
    "翠湖实验学校",
    "临江区职业学校",
)
HOSPITALS: Final = ("云溪市人民医院", "临江区中医院")
MARKETS: Final = ("望江农贸市场", "人民路农贸市场", "南浦农贸市场")
PARKS: Final = ("望江公园", "文昌公园", "翠湖公园", "槐荫公园", "金桂公园", "南浦公园")


def road_stems(rng: random.Random) -> list[str]:
    """Return all two-character road stems in random order; each names at most one road."""
    stems = list(dict.fromkeys(_ROAD_STEMS))
    rng.shuffle(stems)
    return stems


class CompoundNames:
    """Gives every compound a name that no other one has."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._used: set[str] = set()

    def take(self, kind: str, road_name: str) -> str:
        """Return a fresh name for a compound of `kind` near `road_name`."""
        for _ in range(60):
            name = self._draw(kind, road_name)
            if name not in self._used:
                self._used.add(name)
                return name
        # Every pool is finite; a further phase of an existing estate is what towns do as well.
        phase = next(
            f"{name}{number}期" for number in ("二", "三", "四", "五", "六") if f"{name}{number}期" not in self._used
        )
        self._used.add(phase)
        return phase

    def _draw(self, kind: str, road_name: str) -> str:
        if kind == "work_unit_housing":
            return self._rng.choice(_WORK_UNITS) + self._rng.choice(_WORK_UNIT_LAST)
        if kind == "old_town":
            return road_name + self._rng.choice(("片区", "民居", "老街坊", "平房区"))
        return self._rng.choice(_COMPOUND_FIRST) + self._rng.choice(_COMPOUND_LAST[kind])


def property_firm(rng: random.Random) -> str:
    """Return the name of a property manager."""
    return rng.choice(_PROPERTY_FIRMS)


def shop(rng: random.Random) -> tuple[str, str]:
    """Return kind and name of one shop."""
    kind = rng.choices(list(SHOP_KINDS), [weight for _, weight in SHOP_KINDS.values()])[0]
    return kind, rng.choice(_SHOP_FIRST) + rng.choice(SHOP_KINDS[kind][0])


def firm(rng: random.Random, land_use: str) -> str:
    """Return the name of a firm in an office tower or an industrial park."""
    return rng.choice(_FIRM_FIRST) + rng.choice(_TOWER_TRADES if land_use == "office_tower" else _PARK_TRADES)
