"""Meetings of the demo city: called by the leader, written down at the desk, approved; what they decided is done, open or late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from linli.core.flow.public import Given, act
from linli.core.inbox.public import TASK
from linli.core.platform.public import local_day
from linli.subsystems.office.meetings.flow import MEETING, call_meeting
from linli.subsystems.office.told import Told, Way


class What(NamedTuple):
    """Something that was decided: what, by whose role, in how many days after the meeting, and after how many minutes it was done."""

    what: str
    role: str
    days: int
    done: float | None = None


class Met(NamedTuple):
    """A meeting: called how long ago in work days, where it stands now."""

    days: float
    title: str
    place: str
    agenda: str
    minutes: str
    decided: Sequence[What]
    stands: str


MEETINGS = (
    Met(39, "街道市容环境整治月度例会", "街道三楼会议室", "一、通报上月案卷办理情况\n二、研究背街小巷整治\n三、布置下月工作", "会议通报了上月案卷办理情况，超时案卷主要集中在小广告清理和非机动车乱停。会议要求各科室对照清单逐项落实，月底前完成首轮整治。", (
        What("梳理背街小巷积存问题清单", "dispatcher", 7, 1800), What("协调清运大件垃圾临时堆放点", "dispatcher", 10, 2600), What("组织一轮核查回访", "verifier", 14, 3000),
    ), "approved"),
    Met(24, "老旧小区加装电梯协调会", "柳荫社区议事厅", "一、听取居民意见\n二、明确各方责任和时间", "会议听取了3个单元居民代表的意见。低层住户主要关心采光和噪声，同意先做采光测算再签协议。施工期间另设临时通道。", (
        What("联系设计单位出具采光测算", "dispatcher", 12, 4200), What("张贴意见征求公示，收集书面意见", "acceptance", 9),
    ), "approved"),
    Met(12, "低温雨雪天气应对部署会", "街道应急指挥室", "一、研判天气形势\n二、落实值守和物资", "会议研判了未来一周天气，明确坡道、桥面和老旧管线为重点。值班实行双人双岗，遇有险情先处置后报告。", (
        What("储备融雪剂和防滑草垫", "dispatcher", 4, 900), What("排查坡道和桥面隐患点", "verifier", 5), What("更新应急联系电话表并下发社区", "acceptance", 20),
    ), "approved"),
    Met(4, "网格员业务培训筹备会", "街道二楼会议室", "一、确定培训内容\n二、分工", "会议确定培训分两批进行，内容为上报规范、现场拍照和居民沟通。", (
        What("编写上报规范一页纸", "acceptance", 10), What("安排两批参训名单", "dispatcher", 8),
    ), "minuted"),
    Met(1.5, "居民议事会：非机动车停放点选址", "桥东社区议事厅", "一、现场踏勘情况\n二、居民代表意见", "", (), "held"),
    Met(0.4, "街道市容环境整治月度例会", "街道三楼会议室", "一、通报本月案卷办理情况\n二、年底重点工作", "", (), "called"),
)  # fmt: skip


def meeting(told: Told, row: Met) -> Way:
    """Called, held, written down, approved; and what became of its decisions."""
    yield told.at
    leader, desk = told.one("leader"), told.one("acceptance")
    people = {role: told.one(role) for role in ("dispatcher", "verifier", "acceptance")} | {"acceptance": desk}
    begins = told.town.later(told.at, 420 if row.stands != "called" else 1500)
    told.flow = MEETING
    told.item = call_meeting(
        leader.actor("demo"), access=leader, uuid=told.uuid(), title=row.title, begins_at=begins.replace(minute=0, second=0, microsecond=0),
        place=row.place, agenda=row.agenda, invited=[one.user_id for one in people.values()], recorder_id=desk.user_id,
    )  # fmt: skip
    if row.stands == "called":
        return
    told.at = begins
    yield told.soon(60, 100)
    told.do(desk, "hold")
    if row.stands == "held":
        return
    yield told.soon(60, 200)
    held_on = local_day(begins)
    decided = tuple(
        {"what": one.what, "doer": people[one.role].user_id, "by_day": held_on + timedelta(days=one.days)}
        for one in row.decided
    )
    came = tuple(one.user_id for place, one in enumerate(people.values()) if place != 1 or len(row.decided) > 2)
    told.do(desk, "write", minutes=row.minutes, came=came, decisions=decided)
    yield told.soon(5, 20)
    told.do(desk, "submit")
    if row.stands == "minuted":
        return
    yield told.soon(60, 300)
    told.do(leader, "approve", note="同意，请按分工抓紧落实。")
    tasks = dict(told.item.decisions.values_list("what", "task_id"))
    for one in sorted((one for one in row.decided if one.done is not None), key=lambda one: one.done or 0):
        yield told.town.later(told.at, one.done or 0)
        doer = people[one.role]
        act(
            TASK,
            doer.actor("demo"),
            tasks[one.what],
            "done",
            Given(note="已办结，情况已向牵头领导汇报。"),
            uuid=told.uuid(),
            access=doer,
        )
