"""What the example tells the core. It fills every slot that there is, so that a test can look for the effect of each."""

from pathlib import Path

from django.utils.translation import gettext_lazy

from linli.core.configuration.public import with_files
from linli.core.platform.public import (
    CategoryPlan,
    Cover,
    FormPlan,
    IndexedKind,
    Indicator,
    MapLayer,
    MenuEntry,
    MessageText,
    Panel,
    PublicPages,
    RolePlan,
    SourcePlan,
    Subject,
    Subscriber,
    Subsystem,
    Tile,
    register,
)
from linli.subsystems.example.beside import (
    bench_count,
    bench_found,
    bench_of_case,
    benches_in,
    benches_of_grid,
    benches_of_place,
    benches_seen,
    notes_near_bench,
    repairs_of_person,
)
from linli.subsystems.example.care import CARE
from linli.subsystems.example.city import CHECK, HOLD, STEP
from linli.subsystems.example.imports import BENCHES as BENCHES_BROUGHT_IN
from linli.subsystems.example.indicators import with_photo
from linli.subsystems.example.ledger import BENCH
from linli.subsystems.example.models import BenchNote
from linli.subsystems.example.repair import REPAIR
from linli.subsystems.example.settings import MOST_NOTES, ORDER, SHOWS_CASE
from linli.subsystems.example.sponsors import SPONSORS

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
            "grid_worker": ("bench.view", "bench.change", "repair.ask", "repair.view"),
            "dispatcher": ("repair.ask", "repair.take", "repair.view"),
            "supervisor": (
                "bench.view",
                "bench.change",
                "bench.verify",
                "bench.merge",
                "bench.retire",
                "example.view",
                "repair.grant_extension",
                "repair.view",
            ),
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
                icon="tool",
                order=900,
                section="work",
            ),
        ),
        urls="linli.subsystems.example.urls",
        flows=(REPAIR,),
        ledgers=(BENCH,),
        forms=(FormPlan(code="bench-check", file=Path(__file__).parent / "forms" / "bench-check.json"),),
        imports=(BENCHES_BROUGHT_IN,),
        unit_holds=(HOLD,),
        setup=(STEP,),
        checks=(CHECK,),
        settled=with_files(CARE),
        public_pages=(
            PublicPages(prefix="benches", urls="linli.subsystems.example.public_pages", titles=BENCHES, icon="star"),
        ),
        covers=(
            Cover(
                function="R-R1b",
                pages=("example:notes", "example:repair"),
                lacks="Only benches, to show how it is done.",
            ),
        ),
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
            Panel(
                on="place",
                code="area_benches",
                titles=BENCHES,
                permission="example.view",
                template="example/panel.html",
                content=benches_of_place,
            ),
            Panel(
                on="person",
                code="repairs",
                titles={"zh-hans": "申请的长椅维修", "en": "Repairs asked for"},
                permission="repair.view",
                template="example/person_panel.html",
                content=repairs_of_person,
            ),
            Panel(
                on="bench",
                code="notes_near",
                titles={"zh-hans": "附近的长椅记录", "en": "Notes of benches nearby"},
                permission="example.view",
                template="example/panel.html",
                content=notes_near_bench,
            ),
        ),
        layers=(MapLayer(code="benches", titles=BENCHES, permission="example.view", points=benches_in),),
        search=(
            IndexedKind(
                code="benches",
                titles=BENCHES,
                icon="star",
                permission="example.view",
                model=BenchNote,
                rows=benches_seen,
                shown=bench_found,
                names=("place",),
                by_area=True,
            ),
        ),
        messages=(
            MessageText(
                code="example.noted",
                subject=gettext_lazy("A bench was noted"),
                body=gettext_lazy("Somebody noted a broken bench: %(place)s."),
            ),
        ),
        services=(SPONSORS,),
        settings=(MOST_NOTES, SHOWS_CASE, ORDER),
        demo="linli.subsystems.example.demo.ways",
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
        subjects=(Subject(code="bench_note", titles={"zh-hans": "长椅记录", "en": "Bench note"}, tables=NOTES),),
    )
)
