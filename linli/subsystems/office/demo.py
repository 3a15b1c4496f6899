"""Office work of the demo city: documents, leave, approvals, meetings and accounts of its people, told through the services that pages use.

Each is a generator that yields the instant at which it goes on, and stops in the state that its row names; what would happen after the
city's present does not happen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from linli.core.access.public import Access
from linli.core.platform.public import DemoTown, local_day
from linli.subsystems.office.accounts.demo import accounts
from linli.subsystems.office.leave.days import work_days
from linli.subsystems.office.meetings.demo import MEETINGS, meeting
from linli.subsystems.office.public import APPROVAL, DOCUMENT_IN, DOCUMENT_OUT, LEAVE, DocumentIn
from linli.subsystems.office.told import Told, Way


class In(NamedTuple):
    """A document in: how long ago in work days, what it is, in how many days after it came it is to be answered, where it stands now."""

    days: float
    kind: str
    sender: str
    number: str
    subject: str
    stands: str
    urgency: str = "plain"
    due: int | None = None
    readers: Sequence[str] = ()


class Out(NamedTuple):
    """A document out; `answers` is the number of the document in that it answers."""

    days: float
    kind: str
    addressee: str
    subject: str
    text: str
    stands: str
    answers: str = ""


class Away(NamedTuple):
    """A leave: asked how long ago, its first day counted from the present one, how many days it is long besides."""

    days: float
    kind: str
    first: int
    long: int
    note: str
    stands: str


class Wish(NamedTuple):
    """Something to be approved; of the seal without an amount."""

    days: float
    kind: str
    subject: str
    amount: str
    note: str
    stands: str


IN = (
    In(41, "superior", "临江区住房和城乡建设局", "临住建〔%s〕41号", "关于开展既有房屋安全隐患排查的通知", "filed", due=10, readers=("dispatcher", "verifier")),
    In(36, "peer", "北门街道办事处", "北街函〔%s〕6号", "关于商请联合整治北门桥周边占道经营的函", "filed", due=7),
    In(31, "superior", "临江区应急管理局", "临应急〔%s〕18号", "关于做好低温雨雪天气防范应对工作的紧急通知", "filed", "very_urgent", 2, ("dispatcher", "verifier")),
    In(26, "below", "柳荫社区居委会", "", "关于申请更换小区破损休闲设施的请示", "filed", due=12),
    In(19, "superior", "临江区人民政府办公室", "临政办〔%s〕63号", "关于印发老旧小区加装电梯实施细则的通知", "filed", readers=("dispatcher", "verifier", "leader")),
    In(11, "superior", "临江区生态环境局", "临环〔%s〕29号", "关于开展餐饮油烟专项检查的通知", "answered", due=13),
    In(6, "superior", "临江区城市管理局", "临城管〔%s〕77号", "关于报送第四季度市容考核自查材料的通知", "assigned", "urgent", 6, ("dispatcher",)),
    In(4, "peer", "云溪供电公司临江分公司", "临供函〔%s〕12号", "关于商请协助电缆沟盖板排查的函", "assigned", due=4, readers=("verifier",)),
    In(2, "superior", "临江区社会治理中心", "临治〔%s〕35号", "关于开展网格员冬季业务培训的通知", "assigned", due=9, readers=("dispatcher", "verifier")),
    In(1, "below", "桥东社区居委会", "", "关于增设非机动车停放点的请示", "proposed", due=14),
    In(0.9, "superior", "临江区民政局", "临民〔%s〕52号", "关于做好冬季困难群众走访慰问的通知", "proposed", "urgent", 8),
    In(0.03, "superior", "临江区住房和城乡建设局", "临住建〔%s〕58号", "关于上报房屋外立面脱落隐患整改进度的通知", "registered", "urgent", 5),
    In(0.02, "peer", "望江派出所", "", "关于商请提供路口视频点位清单的函", "registered", due=7),
)  # fmt: skip
OUT = (
    Out(34, "letter", "临江区住房和城乡建设局", "关于房屋安全隐患排查情况的复函", "贵局临住建41号文收悉。我街道组织各社区对辖区房屋逐栋排查，共排查412栋，发现一般隐患9处，均已建档并落实专人跟踪。", "filed", "41号"),
    Out(29, "order", "各社区居委会", "关于做好低温雨雪天气防范工作的通知", "请各社区即日起安排专人值守，重点巡查坡道、桥面和老旧管线，遇有险情第一时间上报街道值班室。", "filed"),
    Out(17, "order", "各社区居委会", "关于规范楼道公示栏内容的通知", "请各社区于本月底前更新楼道公示栏，统一公示网格员姓名、电话和服务时间，撤下过期内容。", "filed"),
    Out(8, "report", "临江区人民政府办公室", "关于老旧小区加装电梯推进情况的报告", "截至目前，辖区已有6个单元完成居民意见征求，2个单元签订协议。现将推进情况和需要协调的问题报告如下。", "sent"),
    Out(2, "letter", "北门街道办事处", "关于联合整治工作安排的复函", "同意贵街道提出的时间安排，我街道由城管中队牵头参加，联系人另行告知。", "signed", "6号"),
    Out(2, "letter", "临江区城市管理局", "关于第四季度市容考核自查情况的复函", "现将自查情况函复如下：一、主次干道保洁；二、背街小巷整治；三、存在的问题和下一步措施。", "signing", "77号"),
    Out(1, "order", "各社区居委会", "关于开展冬季困难群众走访的通知", "请各社区于下周五前完成首轮走访，如实登记需求，急难情况当日上报。", "checking"),
    Out(0.03, "letter", "云溪供电公司临江分公司", "关于电缆沟盖板排查结果的复函（草稿）", "贵公司来函收悉。经排查，辖区内电缆沟盖板", "drafted", "12号"),
)  # fmt: skip
AWAY = (
    Away(40, "annual", -48, 3, "陪家人出行", "back"), Away(33, "sick", -45, 1, "发热就诊", "back"), Away(28, "family", -34, 4, "照看新生儿", "early"),
    Away(22, "personal", -25, 1, "办理房产手续", "refused"), Away(17, "in_lieu", -20, 1, "补休国庆值班", "back"), Away(12, "annual", -8, 2, "回老家", "withdrawn"),
    Away(8, "annual", -2, 6, "探亲", "granted"), Away(5, "sick", -4, 2, "手术后复查", "granted"), Away(3, "annual", 6, 4, "年底休假", "granted"),
    Away(1, "personal", 5, 1, "孩子家长会", "asked"), Away(0.05, "annual", 12, 3, "回乡过冬至", "asked"),
)  # fmt: skip
WISHES = (
    Wish(33, "purchase", "打印纸和硒鼓", "1286.00", "办公室库存用完", "done"), Wish(28, "seal", "辖区单位场地证明", "", "社区代办，需加盖街道公章", "done"),
    Wish(22, "purchase", "网格员反光背心 60 件", "2940.00", "入冬夜巡使用", "done"), Wish(16, "purchase", "会议室投影仪", "12800.00", "原设备故障无法修复", "refused"),
    Wish(9, "purchase", "便民服务点暖风机 4 台", "1596.00", "冬季等候区取暖", "approved"), Wish(5, "seal", "志愿服务时长证明", "", "学生志愿者申请", "withdrawn"),
    Wish(3, "purchase", "防滑草垫 30 张", "1050.00", "雨雪天气铺设", "approved"), Wish(1, "seal", "老旧小区改造申报表", "", "报送区住建局", "asked"),
    Wish(0.04, "purchase", "应急照明灯 10 盏", "890.00", "停电时楼道照明", "asked"),
)  # fmt: skip


def ways(town: DemoTown) -> list[Way]:
    """All that happens in the offices of the city."""
    made = [document_in(Told(town, f"in-{place}", row.days), row) for place, row in enumerate(IN)]
    made += [document_out(Told(town, f"out-{place}", row.days), row) for place, row in enumerate(OUT)]
    made += [leave(Told(town, f"leave-{place}", row.days), row, place) for place, row in enumerate(AWAY)]
    made += [approval(Told(town, f"wish-{place}", row.days), row) for place, row in enumerate(WISHES)]
    made += [meeting(Told(town, f"meeting-{place}", row.days), row) for place, row in enumerate(MEETINGS)]
    return made + accounts(town)


def document_in(told: Told, row: In) -> Way:
    """Registered, proposed, instructed, read, dealt with, filed; as far as it has come."""
    yield told.at
    today, desk, leader, handler = (
        local_day(told.at),
        told.one("acceptance"),
        told.one("leader"),
        told.one("dispatcher"),
    )
    told.begin(
        DOCUMENT_IN, desk, kind=row.kind, sender=row.sender, sender_number=row.number % today.year if row.number else "",
        sender_date=today - timedelta(days=told.rng.randint(0, 3)), subject=row.subject, urgency=row.urgency,
        due_day=None if row.due is None else today + timedelta(days=row.due), note="",
    )  # fmt: skip
    if row.stands == "registered":
        return
    yield told.soon()
    told.do(desk, "propose", note="拟请分管领导阅示，由业务科室牵头办理。")
    if row.stands == "proposed":
        return
    yield told.soon(30, 240)
    told.do(leader, "instruct", note="请抓紧办理，按时回复。", handler=handler)
    readers = [told.one(role) for role in row.readers]
    if readers:
        yield told.soon()
        told.do(desk, "circulate", readers=tuple(readers))
    read = readers if row.stands == "filed" else readers[:1]
    for reader in read:
        yield told.soon(20, 300)
        told.do(reader, "read", note=told.rng.choice(("", "", "已阅。", "已阅，请按要求落实。")))
    if row.stands == "assigned":
        return
    yield told.soon(400, 1200)
    told.do(handler, "answer", note="已按要求办理完毕，情况已书面回复。")
    if row.stands == "answered":
        return
    yield told.soon(60, 500)
    told.do(desk, "file", note="文书档案柜，年度卷。")


def document_out(told: Told, row: Out) -> Way:
    """Drafted, checked, signed, sent, filed; as far as it has come."""
    yield told.at
    drafter, desk, leader = told.one("dispatcher"), told.one("acceptance"), told.one("leader")
    asked = DocumentIn.objects.filter(sender_number__endswith=row.answers).first() if row.answers else None
    told.begin(
        DOCUMENT_OUT,
        drafter,
        kind=row.kind,
        subject=row.subject,
        addressee=row.addressee,
        copies_to="",
        text=row.text,
        answers=asked,
    )
    steps = (
        (drafter, "hand_in", "", "checking"), (desk, "check", "文字已核。", "signing"), (leader, "sign", "同意印发。", "signed"),
        (desk, "send", "印3份，公文交换。", "sent"), (desk, "file", "", "filed"),
    )  # fmt: skip
    for who, action, note, state in steps:
        if told.item.state == row.stands:
            return
        yield told.soon(30, 200)
        told.do(who, action, note=note)
        if told.item.state != state:
            raise AssertionError(f"{action} led to {told.item.state}, not {state}")


def leave(told: Told, row: Away, place: int) -> Way:
    """Asked for, decided, reported back; as far as it has come."""
    yield told.at
    workers: Sequence[Access] = told.town.people("grid_worker")
    # Spread over the units, so that of each somebody is there to stand in.
    stride = max(1, len(workers) // len(AWAY))
    away = [workers[one * stride % len(workers)] for one in range(len(AWAY))]
    who, first = away[place], local_day(told.town.end) + timedelta(days=row.first)
    stand_in = next((one for one in workers if one.unit_id == who.unit_id and one not in away), None)
    while not work_days(first, first + timedelta(days=row.long)):
        first += timedelta(days=1)
    last = first + timedelta(days=row.long)
    told.begin(LEAVE, who, kind=row.kind, first_day=first, last_day=last, note=row.note, stand_in=stand_in)
    if row.stands == "asked":
        return
    yield told.soon(30, 300)
    leader = told.one("leader")
    if row.stands == "refused":
        told.do(leader, "refuse", reason="当日有区级检查，请改期。")
        return
    told.do(leader, "grant", note="同意，做好工作交接。")
    if row.stands == "withdrawn":
        yield told.soon(200, 600)
        told.do(who, "withdraw", note="行程取消。")
    if row.stands in ("back", "early"):
        back = last + timedelta(days=-1 if row.stands == "early" else 1)
        yield told.town.morning(back)
        told.do(who, "report_back", back_day=back)


def approval(told: Told, row: Wish) -> Way:
    """Asked for, decided, carried out; as far as it has come."""
    yield told.at
    who, leader = told.one("dispatcher"), told.one("leader")
    amount = Decimal(row.amount) if row.amount else None
    told.begin(APPROVAL, who, kind=row.kind, subject=row.subject, amount=amount, note=row.note)
    if row.stands == "asked":
        return
    yield told.soon(40, 500)
    if row.stands == "refused":
        told.do(leader, "refuse", reason="本年度预算已用完，列入明年计划。")
    elif row.stands == "withdrawn":
        told.do(who, "withdraw")
    else:
        told.do(leader, "approve", note="同意。")
    if row.stands == "done":
        yield told.soon(300, 2000)
        told.do(who, "carry_out", note="已办理。")
