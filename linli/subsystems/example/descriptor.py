"""What the example tells the core. It fills every slot that there is, so that a test can look for the effect of each."""

from django.utils.translation import gettext_lazy

from linli.core.platform.public import (
    CategoryPlan,
    Indicator,
    MapLayer,
    MenuEntry,
    MessageText,
    ModuleTables,
    Panel,
    PublicPages,
    RolePlan,
    SearchKind,
    SourcePlan,
    Subject,
    Subscriber,
    Subsystem,
    Tile,
    register,
)
from linli.subsystems.example.beside import bench_count, bench_of_case, benches_in, benches_of_grid, find_benches
from linli.subsystems.example.indicators import with_photo
from linli.subsystems.example.repair import REPAIR
from linli.subsystems.example.settings import MOST_NOTES, ORDER, SHOWS_CASE

NOTES = ("example_benchnote",)
BENCHES = {"zh-hans": "长椅", "en": "Benches"}

register(
    Subsystem(
        code="example",
        titles=BENCHES,
        permissions=("example.view",),
        events=("example.noted",),
        roles=(
            RolePlan(
                code="bench_keeper",
                titles={"zh-hans": "长椅管理员", "en": "Bench keeper"},
                permissions=("example.view",),
            ),
        ),
        adds={
            "auditor": ("example.view",),
            "grid_worker": ("repair.ask", "repair.view"),
            "dispatcher": ("repair.ask", "repair.take", "repair.view"),
            "supervisor": ("example.view", "repair.grant_extension", "repair.view"),
        },
        sources=(SourcePlan(code="bench_sensor", titles={"zh-hans": "长椅传感器", "en": "Bench sensor"}),),
        categories=(
            CategoryPlan(
                kind="component",
                code="X01",
                titles={"zh-hans": "长椅损坏", "en": "Broken bench"},
                filing_condition={"zh-hans": "长椅缺板、松动的", "en": "A board is missing or loose"},
                closing_condition={"zh-hans": "可以安全坐下", "en": "Safe to sit on"},
                limit=5,
                unit="work_day",
            ),
        ),
        menu=(
            MenuEntry(
                titles=BENCHES,
                url_name="example:notes",
                permission="example.view",
                icon="star",
                order=900,
                section="work",
            ),
        ),
        urls="linli.subsystems.example.urls",
        flows=(REPAIR,),
        public_pages=(PublicPages(prefix="benches", urls="linli.subsystems.example.public_pages"),),
        tiles=(
            Tile(
                code="benches", titles=BENCHES, permission="example.view", url_name="example:notes", count=bench_count
            ),
        ),
        panels=(
            Panel(
                on="case",
                code="bench",
                titles=BENCHES,
                permission="example.view",
                template="example/panel.html",
                content=bench_of_case,
            ),
            Panel(
                on="grid",
                code="benches",
                titles=BENCHES,
                permission="example.view",
                template="example/panel.html",
                content=benches_of_grid,
            ),
        ),
        layers=(MapLayer(code="benches", titles=BENCHES, permission="example.view", points=benches_in),),
        search=(SearchKind(code="benches", titles=BENCHES, icon="star", permission="example.view", find=find_benches),),
        messages=(
            MessageText(
                code="example.noted",
                subject=gettext_lazy("A bench was noted"),
                body=gettext_lazy("Somebody noted a broken bench: %(place)s."),
            ),
        ),
        settings=(MOST_NOTES, SHOWS_CASE, ORDER),
        api="linli.subsystems.example.api",
        jobs="linli.subsystems.example.tasks",
        commands={"benches": "linli.subsystems.example.commands.benches"},
        subscribers=(
            Subscriber(event="example.noted", name="example.thank", handler="linli.subsystems.example.tasks.thank"),
        ),
        indicators=(
            Indicator(
                code="example_benches",
                titles={"zh-hans": "长椅记录附照片率", "en": "Bench notes with a photo"},
                numerator={"zh-hans": "附照片的记录", "en": "Notes with a photo"},
                denominator={"zh-hans": "全部记录", "en": "All notes"},
                period={"zh-hans": "按记录时间", "en": "By the moment of the note"},
                compute=with_photo,
            ),
        ),
        creates=("example_thanks", "example_repair"),
        uses=("grids_grid",),
        subjects=(Subject(code="bench_note", titles={"zh-hans": "长椅记录", "en": "Bench note"}, tables=NOTES),),
        modules=(
            ModuleTables(
                module="example.services", creates=NOTES, uses=("areas_area", "catalogue_category", "cases_case")
            ),
            ModuleTables(module="example.selectors", uses=NOTES),
        ),
    )
)
