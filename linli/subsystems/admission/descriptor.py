"""What admission tells the core: its flow, who asks and who decides, its pages, figures and tables."""

from linli.core.platform.public import (
    Cover,
    MenuEntry,
    Panel,
    PublicPages,
    RolePlan,
    Subject,
    Subsystem,
    Tile,
    register,
)
from linli.subsystems.admission.admissions.beside import admitted_here, to_decide
from linli.subsystems.admission.admissions.flow import ADMISSION
from linli.subsystems.admission.admissions.indicators import INDICATORS
from linli.subsystems.admission.campaigns.flow import CAMPAIGN
from linli.subsystems.admission.settings import MOST_HOURS

ADMISSIONS = {"zh-hans": "准入事项", "en": "Admissions"}
CAMPAIGNS = {"zh-hans": "采集任务", "en": "Campaigns"}
SEES, DECIDES = (
    ("admission.view", "campaign.view"),
    ("admission.view", "admission.decide", "campaign.view", "campaign.run"),
)
FORMS = ("form.design", "form.fill", "form.view")
RUNS = ("campaign.view", "campaign.run")
CAMPAIGN_TABLES = (
    "admission_campaign",
    "admission_campaigngrid",
    "admission_campaignsheet",
    "admission_campaigntarget",
)

COVERS = (
    Cover(
        function="R-S4",
        pages=("admission:admissions", "admission:admission", "admission:new", "admission:loads", "admission:departments"),
        routes=("api:admission-admissions", "api:admission-loads", "api:admission-departments"),
    ),
    Cover(
        function="R-X7",
        pages=("admission:campaigns", "admission:campaign", "admission:new-campaign", "campaigns-public:campaigns"),
        routes=("api:admission-campaigns",),
        lacks="Sheets are filled in online only.",
    ),
)  # fmt: skip

register(
    Subsystem(
        code="admission",
        titles=ADMISSIONS,
        covers=COVERS,
        roles=(
            RolePlan(
                code="grid_office", titles={"zh-hans": "网格办", "en": "Grid office"},
                permissions=(*DECIDES, "task.view", "task.give", "staff.view", "grid.view", "indicator.view", *FORMS, "desk.export"),
            ),
        ),
        adds={
            "handler": ("admission.ask", *SEES, *RUNS, "form.design"), "grid_worker": SEES, "community_officer": (*SEES, *RUNS), "auditor": SEES,
            "supervisor": DECIDES, "leader": DECIDES,
        },
        flows=(ADMISSION, CAMPAIGN),
        menu=(
            MenuEntry(titles=ADMISSIONS, url_name="admission:admissions", permission="admission.view", icon="filter", section="work", order=82),
            MenuEntry(titles=CAMPAIGNS, url_name="admission:campaigns", permission="campaign.view", icon="flag", section="work", order=84),
            MenuEntry(
                titles={"zh-hans": "网格承接情况", "en": "What grids carry"}, url_name="admission:loads", permission="admission.decide",
                icon="activity", section="ground", order=60,
            ),
        ),
        urls="linli.subsystems.admission.urls",
        public_pages=(
            PublicPages(
                prefix="collect", urls="linli.subsystems.admission.campaigns.filling", icon="flag",
                titles={"zh-hans": "信息采集", "en": "Collections"},
                explained={"zh-hans": "社区正在采集的信息，无需账号", "en": "What is being collected now, without account"},
            ),
        ),
        api="linli.subsystems.admission.api",
        jobs="linli.subsystems.admission.tasks",
        demo="linli.subsystems.admission.demo.ways",
        settings=(MOST_HOURS,),
        indicators=INDICATORS,
        tiles=(
            Tile(
                code="admissions_to_decide", titles={"zh-hans": "待审准入事项", "en": "Admissions to decide"}, permission="admission.decide",
                url_name="admission:admissions", count=to_decide,
            ),
        ),
        panels=(
            Panel(
                on="grid", code="admitted", titles=ADMISSIONS, permission="admission.view", template="admission/panel.html",
                content=admitted_here,
            ),
        ),
        subjects=(Subject(code="admission", titles=ADMISSIONS, tables=("admission_admission", "admission_admissiongrid")),
            Subject(code="campaign", titles=CAMPAIGNS, tables=CAMPAIGN_TABLES),
        ),
    )
)  # fmt: skip
