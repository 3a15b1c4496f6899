"""What the subsystem `patrol` tells the core: data, roles, categories, menu, indicators, jobs. docs/adding-a-subsystem.md explains it."""

from linli.core.platform.public import (
    CategoryPlan,
    Cover,
    MenuEntry,
    RolePlan,
    Subject,
    Subsystem,
    register,
)
from linli.subsystems.patrol.found import SEARCH
from linli.subsystems.patrol.indicators import INDICATORS
from linli.subsystems.patrol.rounds import ROUND
from linli.subsystems.patrol.settings import RADIUS_M

PLANS = ("patrol_patrolplan", "patrol_checkpoint")
ROUNDS = ("patrol_round", "patrol_check", "patrol_missedpoint")

COVERS = (
    Cover(
        function="R-T1a",
        pages=("patrol:home", "patrol:plans", "patrol:plan", "patrol:rounds"),
        routes=("api:patrol-plans", "api:patrol-rounds"),
    ),
    Cover(function="R-F1a", pages=("patrol:today", "patrol:round", "patrol:point")),
)

register(
    Subsystem(
        code="patrol",
        titles={"zh-hans": "巡查", "en": "Patrol"},
        covers=COVERS,
        search=SEARCH,
        permissions=("patrol.view", "patrol.walk", "patrol.plan"),
        roles=(
            RolePlan(
                code="patrol_lead",
                titles={"zh-hans": "巡查组长", "en": "Patrol lead"},
                permissions=(
                    "patrol.view",
                    "patrol.plan",
                    "case.view",
                    "case.report",
                    "desk.export",
                    "grid.view",
                    "indicator.view",
                    "staff.view",
                ),
            ),
        ),
        adds={
            "grid_worker": ("patrol.view", "patrol.walk"),
            "supervisor": ("patrol.view",),
            "leader": ("patrol.view",),
        },
        categories=(
            CategoryPlan(
                kind="matter",
                code="P01",
                titles={"zh-hans": "漏检点位", "en": "Missed check point"},
                filing_condition={
                    "zh-hans": "巡查时段内点位未检查的",
                    "en": "A check point was not passed in its window",
                },
                closing_condition={
                    "zh-hans": "已补检，并记下漏检原因",
                    "en": "Checked later, and the reason is written down",
                },
                limit=4,
                unit="work_hour",
            ),
            CategoryPlan(
                kind="matter",
                code="P02",
                titles={"zh-hans": "点位标识损坏", "en": "Damaged sign of a check point"},
                filing_condition={
                    "zh-hans": "点位二维码标识缺失、破损、无法识别的",
                    "en": "The code at a check point is missing, torn or cannot be read",
                },
                closing_condition={"zh-hans": "标识已更换，可以识别", "en": "A new sign is up and can be read"},
                limit=3,
                unit="work_day",
            ),
        ),
        menu=(
            MenuEntry(
                titles={"zh-hans": "巡查", "en": "Patrol"},
                url_name="patrol:home",
                permission="patrol.view",
                icon="repeat",
                section="work",
                order=50,
            ),
        ),
        urls="linli.subsystems.patrol.urls",
        settings=(RADIUS_M,),
        flows=(ROUND,),
        api="linli.subsystems.patrol.api",
        indicators=INDICATORS,
        jobs="linli.subsystems.patrol.tasks",
        subjects=(
            Subject(code="patrol_plan", titles={"zh-hans": "巡查计划", "en": "Patrol plan"}, tables=PLANS),
            Subject(code="patrol_round", titles={"zh-hans": "巡查记录", "en": "Round"}, tables=ROUNDS),
        ),
    )
)
