"""What the department `safety` tells the core. docs/adding-a-subsystem.md explains each slot."""

from pathlib import Path

from linli.core.platform.public import (
    Cover,
    FormPlan,
    IndexedKind,
    Indicator,
    MapLayer,
    MenuEntry,
    Panel,
    RolePlan,
    Subject,
    Subsystem,
    Tile,
    register,
)
from linli.subsystems.safety.beside import (
    grave_hazards,
    hazard_found,
    hazards_in,
    hazards_of_grid,
    hazards_of_place,
    hazards_of_premises,
    open_hazards,
    rectified_in_time,
)
from linli.subsystems.safety.file_settings import DAYS_BEFORE, DRILL_MONTHS
from linli.subsystems.safety.files.flow import FILE_ENTRY
from linli.subsystems.safety.flow import HAZARD
from linli.subsystems.safety.found import entry_found, plan_found
from linli.subsystems.safety.inspections.figures import IN_TIME, LATE
from linli.subsystems.safety.inspections.flow import INSPECTION
from linli.subsystems.safety.inspections.found import PLANS_FOUND
from linli.subsystems.safety.models import EmergencyPlan, FileEntry, Hazard
from linli.subsystems.safety.plans.drills import DRILL
from linli.subsystems.safety.plans.flow import PLAN
from linli.subsystems.safety.settings import SETTINGS
from linli.subsystems.safety.stars.flow import STAR_RATING
from linli.subsystems.safety.summary import (
    HAZARD_LEGEND,
    STAR_LEGEND,
    hazardous_in,
    of_grid,
    of_place,
    of_premises,
    stars_in,
)

TITLES = {"zh-hans": "安全", "en": "Safety"}
HAZARDS = {"zh-hans": "隐患", "en": "Hazards"}
VIEW, PANEL, SUMMARY = "hazard.view", "safety/panel.html", "safety/summary.html"
FILES = {"zh-hans": "安全档案", "en": "Safety files"}
STARS = {"zh-hans": "出租房星级", "en": "Star ratings"}
PLANS = {"zh-hans": "应急预案", "en": "Emergency plans"}
INSPECTIONS = {"zh-hans": "安全检查", "en": "Inspections"}
INSPECTION_TABLES = ("safety_inspection", "safety_inspectionplan", "safety_checklist")
LISTS = Path(__file__).parent / "forms"
SEES = (VIEW, "inspection.view", "file_entry.view", "emergency_plan.view")
FINDS, MENDS = ("hazard.find", "inspection.do"), ("hazard.tell", "hazard.rectify")
KEEPS = ("file_entry.put", "drill.note_down")
# A plan is the word of a town or village, or of premises in which its office has a say: whoever walks there brings papers and drills.
WRITES = ("emergency_plan.draft", "star_rating.confirm")
APPROVES = ("emergency_plan.review", "emergency_plan.approve", "star_rating.decide")
PLANNING, DECIDES = ("inspection.plan", "inspection.decide"), ("hazard.recheck", "hazard.drop", "inspection.decide")
# Stars are seen by who sees premises, and by nobody else.
OF_HOMES = ("star_rating.view",)

register(
    Subsystem(
        code="safety",
        titles=TITLES,
        permissions=("inspection.plan",),
        forms=tuple(
            FormPlan(code=code, file=LISTS / f"{code}.json") for code in ("check-small-places", "check-rented", "check-workshop")
        ),
        flows=(HAZARD, INSPECTION, FILE_ENTRY, PLAN, DRILL, STAR_RATING),
        roles=(
            RolePlan(
                code="safety_officer", titles={"zh-hans": "安全专干", "en": "Safety officer"},
                permissions=(
                    *SEES, *OF_HOMES, *FINDS, *MENDS, *DECIDES, *KEEPS, *WRITES, "inspection.plan", "form.fill", "form.view", "form.design", "registry.view",
                    "premises.change", "premises.verify", "premises.reveal", "grid.view", "staff.view", "indicator.view", "desk.export", "task.give",
                ),
            ),
        ),
        adds={
            "grid_worker": (*SEES, *OF_HOMES, *FINDS, *MENDS, *KEEPS),
            "community_officer": (*SEES, *OF_HOMES, *FINDS, *MENDS, *KEEPS, *WRITES, *PLANNING),
            "supervisor": (*SEES, *OF_HOMES, *FINDS, *MENDS, *KEEPS, *WRITES, *APPROVES, *DECIDES, "inspection.plan"),
            "leader": (*SEES, *OF_HOMES, *APPROVES, *DECIDES, "inspection.plan"),
            "auditor": SEES,
        },
        covers=(
            Cover(
                function="R-T2",
                pages=(
                    "safety:hazards", "safety:hazard", "safety:new", "safety:inspections", "safety:inspection", "safety:inspection-plans",
                    "safety:checklists", "safety:files", "safety:file-premises", "safety:plan", "safety:drill", "safety:rating",
                ),
                routes=(
                    "api:safety-hazards", "api:safety-inspections", "api:safety-inspection-plans", "api:safety-files", "api:safety-plans",
                    "api:safety-stars",
                ),
                lacks="The self-check of premises is written down by who comes there.",
            ),
        ),
        menu=(
            MenuEntry(titles=HAZARDS, url_name="safety:hazards", permission=VIEW, icon="shield", section="work", order=60),
            MenuEntry(
                titles=INSPECTIONS, url_name="safety:inspections", permission="inspection.view", icon="eye", section="work", order=61,
                also=("safety:inspection-plans", "safety:checklists"),
            ),
            MenuEntry(
                titles=FILES, url_name="safety:files", permission="file_entry.view", icon="folder", section="ground", order=212,
                also=("safety:file-entries", "safety:plans", "safety:drills"),
            ),
            MenuEntry(titles=STARS, url_name="safety:ratings", permission="star_rating.view", icon="star", section="ground", order=214),
        ),
        settings=(DAYS_BEFORE, DRILL_MONTHS, *SETTINGS),
        jobs="linli.subsystems.safety.tasks",
        tiles=(
            Tile(
                code="hazards", titles={"zh-hans": "未销号隐患", "en": "Open hazards"}, permission=VIEW, url_name="safety:hazards",
                count=open_hazards,
            ),
            Tile(
                code="grave_hazards", titles={"zh-hans": "未销号重大隐患", "en": "Grave hazards open"}, permission=VIEW, url_name="safety:hazards",
                count=grave_hazards, alarming=True,
            ),
            LATE,
        ),
        panels=(
            Panel(on="grid", code="safety", titles=TITLES, permission=VIEW, template=SUMMARY, content=of_grid),
            Panel(on="place", code="safety", titles=TITLES, permission=VIEW, template=SUMMARY, content=of_place),
            Panel(on="premises", code="safety", titles=TITLES, permission=VIEW, template=SUMMARY, content=of_premises),
            Panel(on="grid", code="hazards", titles=HAZARDS, permission=VIEW, template=PANEL, content=hazards_of_grid),
            Panel(on="place", code="hazards", titles=HAZARDS, permission=VIEW, template=PANEL, content=hazards_of_place),
            Panel(on="premises", code="hazards", titles=HAZARDS, permission=VIEW, template=PANEL, content=hazards_of_premises),
        ),
        layers=(
            MapLayer(code="hazards", titles=HAZARDS, permission=VIEW, points=hazards_in),
            MapLayer(
                code="hazardous", titles={"zh-hans": "有隐患的场所", "en": "Premises with hazards"}, permission=VIEW, points=hazardous_in,
                legend=HAZARD_LEGEND,
            ),
            MapLayer(code="stars", titles=STARS, permission="star_rating.view", points=stars_in, legend=STAR_LEGEND),
        ),
        search=(
            IndexedKind(
                code="hazards", titles=HAZARDS, icon="shield", permission=VIEW, model=Hazard, rows=HAZARD.visible, shown=hazard_found,
                names=("title",), text=("place",), more="safety:hazards", order=68,
            ),
            IndexedKind(
                code="safety_files", titles=FILES, icon="folder", permission="file_entry.view", model=FileEntry, rows=FILE_ENTRY.visible,
                shown=entry_found, names=("title", "premises_name"), more="safety:file-entries", order=69,
            ),
            IndexedKind(
                code="emergency_plans", titles=PLANS, icon="book", permission="emergency_plan.view", model=EmergencyPlan, rows=PLAN.visible,
                shown=plan_found, names=("title", "premises_name"), text=("text",), more="safety:plans", order=70,
            ),
            PLANS_FOUND,
        ),
        indicators=(
            Indicator(
                code="hazards_in_time",
                titles={"zh-hans": "隐患按期整改率", "en": "Hazards rectified in time"},
                numerator={"zh-hans": "其中按期整改", "en": "of these, rectified by then"},
                denominator={"zh-hans": "整改期限", "en": "Deadlines for rectifying"},
                period={"zh-hans": "按整改期限", "en": "by the deadline"},
                exclusions={"zh-hans": "不属于隐患的", "en": "what turned out to be no hazard"},
                compute=rectified_in_time,
            ),
            IN_TIME,
        ),
        demo="linli.subsystems.safety.demo.ways",
        urls="linli.subsystems.safety.urls",
        api="linli.subsystems.safety.api",
        subjects=(
            Subject(code="hazard", titles=HAZARDS, tables=("safety_hazard",)),
            Subject(code="inspection", titles=INSPECTIONS, tables=INSPECTION_TABLES),
            Subject(code="safety_file", titles=FILES, tables=("safety_fileentry",)),
            Subject(code="star_rating", titles=STARS, tables=("safety_rating", "safety_ratingreason")),
            Subject(code="emergency_plan", titles=PLANS, tables=("safety_emergencyplan", "safety_drill")),
        ),
    )
)  # fmt: skip
