"""What people report about litter, roads, greenery, water and advertising in the demo city, in their words.

Text only: `stories.py` joins these with `story_reports_works.py` and fills in places. Keys are (kind, major code, minor
code) of GB/T 47678.5; beside the texts stands their group in `remarks.py`, which knows what is answered and drawn. Nothing here
speaks about who somebody is; only about things and places.
"""

from typing import Final

Key = tuple[str, str, str]
Texts = dict[Key, tuple[str, tuple[str, ...]]]

ENVIRONMENT_REPORTS: Final[Texts] = {
    ("matter", "06", "010"): (
        "litter",
        (
            "{place}有一堆生活垃圾没人清，约两平方米，天热已经有味道。",
            "{place}堆了七八袋垃圾，野猫翻得满地都是，麻烦安排清运。",
            "{place}有暴露垃圾，夹着快餐盒和装修碎料，影响通行。",
            "{place}垃圾从昨天放到现在，居民上下班都绕着走。",
        ),
    ),
    ("matter", "06", "011"): (
        "litter",
        (
            "{place}倒了一车渣土，占了半边人行道。",
            "{place}装修垃圾堆了三天，袋子破了，灰到处飞。",
            "{place}墙角积存渣土约一立方米，雨后成泥浆。",
        ),
    ),
    ("matter", "06", "012"): (
        "litter",
        (
            "{place}路面有油污和菜叶，走路打滑。",
            "{place}落叶和纸屑没有清扫，雨水箅子快堵上了。",
            "{place}路面有大片泥浆，非机动车道不好走。",
        ),
    ),
    ("matter", "06", "013"): (
        "road",
        (
            "{place}路面有一个坑，直径约半米，电动车晚上容易摔。",
            "{place}车行道破损，坑里积水，看不出深浅。",
            "{place}人行道地砖碎了十几块，推婴儿车过不去。",
            "{place}沥青路面塌陷，大车经过震动很大，担心扩大。",
        ),
    ),
    ("matter", "06", "014"): (
        "spill",
        (
            "{place}有车辆遗撒砂石，长约二十米。",
            "{place}路面洒了混凝土，已经开始凝固。",
            "{place}运输车漏油，油迹一直到下一个路口。",
        ),
    ),
    ("matter", "06", "016"): (
        "marking",
        (
            "{place}斑马线磨得看不清，学生放学过马路不安全。",
            "{place}停车位标线模糊，车辆停放混乱。",
            "{place}导流线基本磨没了，车辆经常抢道。",
        ),
    ),
    ("matter", "06", "017"): (
        "litter",
        (
            "{place}绿地里有塑料袋和饮料瓶，好几天没清理。",
            "{place}花坛里丢了烟头和外卖盒，影响美观。",
            "{place}绿化带里堆着枯枝和包装箱。",
        ),
    ),
    ("matter", "06", "025"): (
        "river",
        (
            "{place}河面漂着浮萍和泡沫箱，约十几平方米。",
            "{place}岸边水面有漂浮垃圾，风一吹聚在台阶旁。",
            "{place}河边有死鱼，有异味。",
        ),
    ),
    ("matter", "06", "027"): (
        "fumes",
        (
            "{place}餐馆油烟直接排到楼上，晚上不敢开窗。",
            "{place}烧烤店没有开净化器，油烟很大。",
            "{place}饭店排烟管对着人行道，路过一身油味。",
        ),
    ),
    ("matter", "06", "028"): (
        "noise",
        (
            "{place}音箱晚上十点后还在放，孩子没法睡觉。",
            "{place}空调外机夜里噪声大，希望查看一下。",
            "{place}店铺高音喇叭循环叫卖，从早到晚。",
        ),
    ),
    ("matter", "06", "030"): (
        "sewage",
        (
            "{place}餐馆把泔水倒进雨水箅子，路面全是油。",
            "{place}洗车污水直接流到路上，低处积了一片。",
            "{place}有人往雨水口倒涂料水，水变成白色。",
        ),
    ),
    ("matter", "06", "034"): (
        "wreck",
        (
            "{place}有一辆废弃面包车，四个胎都瘪了，停了半年多。",
            "{place}一辆无牌电动三轮车长期占着车位，车上长草。",
            "{place}废弃轿车挡住了消防栓，落满灰。",
        ),
    ),
    ("matter", "06", "035"): (
        "litter",
        (
            "{place}丢了一张旧沙发和两个床垫。",
            "{place}路边放着旧衣柜，木板有钉子，怕划到小孩。",
            "{place}有人扔了一台旧冰箱，门还能打开，小孩钻进去危险。",
        ),
    ),
    ("matter", "06", "036"): (
        "litter",
        (
            "{place}楼道口堆了纸箱和旧家具，出入不便。",
            "{place}店家把泡沫箱堆在人行道上，盲道被挡。",
            "{place}围墙边堆放木料，靠近电表箱，有火灾隐患。",
        ),
    ),
    ("matter", "06", "040"): (
        "barrier",
        (
            "{place}公共车位被人装了地锁。",
            "{place}店门口私自立了两根阻车桩。",
            "{place}有人用水泥墩占车位，消防车进不来。",
        ),
    ),
    ("matter", "06", "042"): (
        "bins",
        (
            "{place}垃圾箱满了，旁边堆了一圈。",
            "{place}分类垃圾桶早上八点就满溢，厨余汤水流到地上。",
            "{place}果皮箱塞满了，路人把杯子放在箱顶。",
            "{place}垃圾桶两天没收，苍蝇很多。",
        ),
    ),
    ("matter", "06", "045"): (
        "green",
        (
            "{place}绿地被人种上了菜，还浇粪水。",
            "{place}草坪被压成停车场，车轮印很深。",
            "{place}有店家拔掉绿篱改成出入口。",
        ),
    ),
    ("matter", "06", "049"): (
        "paving",
        (
            "{place}台阶缺了一角，昨天有老人绊了一下。",
            "{place}河边台阶石板松动，踩上去会晃。",
            "{place}天桥口台阶的防滑条翘起来了。",
        ),
    ),
    ("matter", "06", "050"): (
        "paving",
        (
            "{place}路缘石被车撞掉三块，碎块在路上。",
            "{place}路缘石松动外移，电动车容易压到。",
            "{place}路缘石缺损，雨水把绿化带的土冲到路面。",
        ),
    ),
    ("matter", "06", "051"): (
        "paving",
        (
            "{place}盲道砖缺了五六块，凹下去一截。",
            "{place}盲道被井盖截断，后面没有接上。",
            "{place}盲道砖翘起，雨天踩了溅水。",
        ),
    ),
    ("matter", "07", "001"): (
        "stickers",
        (
            "{place}墙上贴满开锁、疏通的小广告。",
            "{place}电线杆被小广告贴了一圈又一圈。",
            "{place}楼道里有人喷了广告电话，刚粉刷的墙。",
            "{place}公交站牌上贴了招租广告，看不清站名。",
        ),
    ),
    ("matter", "07", "003"): (
        "boards",
        (
            "{place}楼顶新装了大幅广告牌，没有见到公示。",
            "{place}人行道上立了充气拱门广告，行人绕道。",
            "{place}工地围挡外挂商业横幅，绳子松了垂到路面。",
        ),
    ),
    ("matter", "07", "008"): (
        "posters",
        (
            "{place}公益宣传画被晒得发白，边角翘起。",
            "{place}宣传栏里的公益海报掉了一半。",
            "{place}文明行车的宣传牌被撞弯。",
        ),
    ),
}
