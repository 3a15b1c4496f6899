"""What the departments of a city do, function by function, whether linli does it or not.

The numbers are those of the requirements; a letter parts one that is more than one function. Where a function is found says the
package that brings it (the slot `covers` of its descriptor); `coverage.py` next door puts both together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One function: its number, what it is in English and Chinese."""

    code: str
    english: str
    chinese: str


@dataclass(frozen=True)
class Group:
    """What belongs together, as an office would name it."""

    english: str
    chinese: str
    functions: tuple[Function, ...]


LISTED = """
# Grids and the map | 网格与地图
R-G1a | Areas from city to community, with official codes | 市、区、街道、社区逐级的行政区划和代码
R-G1b | Micro-grids with their liaisons | 微网格和微网格联络员
R-G1c | Estates with buildings, stairwells and rooms | 小区、楼栋、单元、房间
R-G2 | Grids drawn and changed on the map, with the rules checked meanwhile | 在地图上画网格、改边界，边画边查规则
R-G3 | Changes of grids are dated; cases keep the grid of their day | 网格变更留日期，案卷保留当时的网格
R-G4 | A division of streets and buildings into grids is proposed by the machine | 按道路和楼栋自动划分网格
R-G5 | Grids for schools, hospitals, markets, offices; shops outside all grids are found | 专属网格，沿街商户空白提示
R-G6 | Several layers of grids over the same ground, joined where possible | 多张网格图层，多网合一
R-G7a | Who works in which grid, in which post | 网格力量配置
R-G7b | Officials who answer for an area, a community, a grid | 领导包联
R-G8 | Ground and grids in and out, in the formats and coordinates of offices | 网格数据导入导出和坐标转换
R-G9a | Service areas of substations, each with a second source | 配电网格划分和互为备用
R-G9b | Faults and planned outages of the power supply by grid | 停电故障定位和计划停电通知
R-G10 | Groups of neighbouring grids with a rota | 协作组和轮值

# The loop of a case | 案件闭环
R-C1a | Reports by grid workers, hotline, letters, departments, inspections, sensors | 多渠道上报
R-C1b | A deadline of its own for the answer to each source | 各来源的答复时限
R-C2 | Who files and checks is not who handles | 监督与指挥分离
R-C3 | Small things solved on the spot, with photos before and after | 当场解决
R-C4 | Grid, unit, category, limit and similar cases are found by themselves | 自动定位、派单建议、类别建议、查重
R-C5 | Clocks in work time with holidays, pause, warning, escalation | 办理时限、暂停、预警、升级
R-C6 | Return, rework, extension, shelving, merging, splitting, joint handling, urging, supervising | 退回、返工、延期、挂账、并案、拆分、协办、催办、督办
R-C7 | The timeline only grows; a change behind its back is found | 办理过程只增不改，可验证
R-C8 | The reporter is answered, rates, and can have it opened again | 回复、评价、重开
R-C9 | Shares within time, live | 按时处置率等实时指标
R-C10 | A street calls departments to one place | 吹哨报到
R-C11 | Messages of chat groups become cases | 微信群、钉钉群消息转案卷
R-C12 | Campaigns with a goal and a term | 专项行动

# Field work | 一线工作
R-F1a | Reports, checks and rounds on the phone | 手机上报、核查、巡查
R-F1b | An application on the phone's screen, codes scanned with the camera | 安装到手机桌面、扫码
R-F2 | Work without network, sent later once | 离线采集、联网后补传
R-F3 | What is known is not typed again | 一次录入
R-F4 | Large type, voice, entering for a colleague | 大字模式、语音、代录
R-F5 | Position during a shift that the worker started | 上岗轨迹
R-F6 | Work diary and weekly log | 民情日志、周志

# Residents | 居民
R-P1 | A problem reported with a photo, without account; its progress | 随手拍和进度查询
R-P2 | The screen of the hotline | 热线受理席
R-P3 | Services applied for, reviewed, issued; errands | 政务服务事项申请和代办
R-P4 | A site of the community with notices, events, booking | 社区门户
R-P5 | Workers report to residents, residents rate them | 述职评议
R-P6 | Call for help | 一键求助
R-P7 | Service points and grid boards | 服务站点和网格公示牌

# Registry: people, places, things, organisations | 人地物情台账
R-R1a | Estates and premises, named streets | 小区、场所、道路
R-R1b | Components in public space with official codes | 城市部件
R-R1c | Households and residents | 房屋和居民
R-R1d | Organisations and shops | 单位和商户
R-R2 | Values with source, date and state | 数据来源、日期和核实状态
R-R3a | Personal data: purposes, times, sealed, erased, shown only with a reason | 个人信息分类、加密、到期清除、按用途查看
R-R3b | Consent, and a resident's own look at what is kept | 居民同意、查阅、更正、撤回
R-R4 | Data of several departments compared | 数据比对和实地核实
R-R5 | Doubles of people and buildings found and merged | 重复数据合并
R-R6 | Rights handed on level by level | 逐级授权
R-R7 | Frontage duty and outdoor advertising | 门前四包、户外广告
R-R8 | Households with several homes | 一户多房核查

# Services and care | 服务与关爱
R-S1 | Visits to people who agreed to care | 关爱对象走访
R-S2 | Volunteers | 志愿者
R-S3 | Mediation of disputes | 矛盾纠纷调解
R-S4 | Admission of new tasks into grids | 工作事项准入
R-S5 | Help counted: jobs, pensions, insurance | 就业、社保、医保、救助统计

# Patrol, safety, emergency | 巡查、安全、应急
R-T1a | Patrol plans, check points, missed points | 巡查计划、点位、漏检
R-T1b | Routes and sample points of outside inspections | 巡查路线、抽查点位
R-T2 | Safety inspections with checklists, hazards, rechecks | 安全检查、隐患整改、复查
R-T3 | Sensors with thresholds | 传感器阈值报警
R-T4 | Duty roster, plans and resources of an emergency | 应急值守、预案、物资
R-T5 | Weather warnings with receipt | 预警信息到格、签收

# Staff and assessment | 队伍与考核
R-A1a | Leave with a stand-in | 请假和代理人
R-A1b | Contracts, training, certificates | 合同、培训、证件
R-A2 | Pay and allowances | 薪酬和补贴
R-A3 | Assessment of workers by the office's own rules, with complaints | 网格员考核和申诉
R-A4a | The standard indicators, by area and period | 标准指标
R-A4b | Weekly, monthly and yearly bulletins | 周分析、月通报、年评价
R-A5 | Small numbers are marked | 小样本标注
R-A6 | The chain of grid heads with job cards | 网格长责任链
R-A7 | Volunteers from offices | 机关下沉

# Exchange and statistics | 数据交换与统计
R-X1 | Departments are added without a change of the core; who creates and uses which data | 业务子系统接入和 U/C 矩阵
R-X2a | An open interface for programs, with tokens | 开放接口
R-X2b | Data shared by purpose and period, revocable | 数据授权共享
R-X3 | Single sign-on | 统一身份认证
R-X4 | Databases of several places in one transaction | 网格数据库分布式事务
R-X5 | Directory of units and sampling for statistics | 统计名录和抽样
R-X6 | Lists and figures out to Excel, printed | 报表导出和打印
R-X7 | Forms designed by an office, collected by grid | 自定义表单和采集任务

# Office work | 办公
R-X8a | Documents in and out | 收文发文
R-X8b | Meetings with minutes, decisions become tasks | 会议、纪要、任务
R-X8c | Approvals of purchases and seals | 采购和用印审批
R-X8d | Small accounts | 社区小账
R-X8e | What waits for me, notices, tasks, stand-in | 待办、通知、任务、代办

# Screens | 大屏
R-V1a | A map of cases, grids and what departments show there | 案卷地图
R-V1b | The wall screen of the centre | 指挥大屏
R-V2 | Early warning | 风险预警
R-V3 | The same for a leader's phone | 领导手机端
"""


def _groups(text: str) -> tuple[Group, ...]:
    groups = []
    for block in filter(None, map(str.strip, text.split("# "))):
        head, *lines = block.splitlines()
        english, chinese = head.split(" | ")
        groups.append(Group(english, chinese, tuple(Function(*line.split(" | ")) for line in lines if line)))
    return tuple(groups)


GROUPS = _groups(LISTED)
FUNCTIONS = {one.code: one for group in GROUPS for one in group.functions}
