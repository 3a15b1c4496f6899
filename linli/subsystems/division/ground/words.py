"""The words that ground files use for layers, columns, kinds of lines and of premises, Chinese and English, and what they mean here."""

from __future__ import annotations

from linli.algorithms.division.model import Line

LAYERS: dict[str, tuple[str, ...]] = {
    "communities": ("communities", "community", "社区", "社区边界", "村", "社区村"),
    "roads": ("roads", "road", "streets", "lines", "道路", "路网", "道路河流"),
    "buildings": ("buildings", "building", "建筑", "建筑物", "楼栋", "房屋"),
    "premises": ("premises", "专属场所", "单位", "场所"),
    "shops": ("shops", "shop", "商铺", "商户", "沿街商户"),
    "parcels": ("parcels", "parcel", "地块", "宗地"),
}
SUPPLY_LAYERS: dict[str, tuple[str, ...]] = {
    "substations": ("substations", "substation", "变电站"),
    "feeders": ("feeders", "feeder", "馈线", "线路", "配电线路"),
    "customers": ("customers", "customer", "用户", "用电用户", "台区"),
}
COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "编码", "代码", "编号"),
    "name": ("name", "名称"),
    "class": ("class", "road_class", "fclass", "highway", "类别", "等级", "道路等级"),
    "households": ("households", "户数", "住户数"),
    "people": ("people", "population", "人口", "人数", "人口数"),
    "kind": ("kind", "purpose", "类型", "种类"),
    "capacity_kw": ("capacity_kw", "容量_kw", "容量kw", "供电能力_kw"),
    "growth": ("growth", "增长系数", "负荷增长系数"),
    "substation": ("substation", "变电站", "所属变电站", "变电站编码"),
    "demand_kw": ("demand_kw", "负荷_kw", "负荷kw", "用电负荷_kw"),
}
# Of a file with outlines of communities alone; columns of a Shapefile have at most ten letters.
OUTLINE_COLUMNS: dict[str, tuple[str, ...]] = {
    "code": (
        "code", "编码", "代码", "编号", "社区代码", "社区编码", "社区编号", "区划代码", "区划编码", "行政区划代码", "统计用区划代码",
        "统计用区划代码(12位)", "sqdm", "sqbm", "xzqdm", "area_code", "areacode", "community_code",
    ),
    "name": ("name", "名称", "社区名称", "社区名", "区划名称", "行政区划名称", "社区", "sqmc", "xzqmc", "mc", "area_name", "community"),
}  # fmt: skip
LINES: dict[Line, tuple[str, ...]] = {
    Line.MAIN: (
        "main", "arterial", "motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary",
        "secondary_link", "tertiary", "tertiary_link", "快速路", "主干路", "主干道", "次干路", "次干道", "主路", "公路",
    ),
    Line.MINOR: (
        "minor", "lane", "residential", "unclassified", "living_street", "pedestrian", "road", "支路", "街", "巷", "街巷", "小路",
        "村道",
    ),
    Line.RIVER: (
        "river", "canal", "stream", "railway", "rail", "coastline", "河", "河流", "水系", "渠", "运河", "铁路",
    ),
}  # fmt: skip
PREMISES: dict[str, tuple[str, ...]] = {
    "school": ("school", "university", "college", "kindergarten", "学校", "大学", "中学", "小学", "幼儿园"),
    "hospital": ("hospital", "医院"),
    "market": ("market", "marketplace", "mall", "市场", "农贸市场", "商场", "购物中心"),
    "office_tower": ("office_tower", "office", "写字楼", "商务楼宇", "楼宇"),
    "industrial_park": ("industrial_park", "industrial", "factory", "园区", "产业园区", "工业园区", "工厂"),
    "park": ("park", "公园"),
    "other": ("other", "其他"),
}
LINE_OF: dict[str, Line] = {word: line for line, words in LINES.items() for word in words}
PREMISES_OF: dict[str, str] = {word: kind for kind, words in PREMISES.items() for word in words}
