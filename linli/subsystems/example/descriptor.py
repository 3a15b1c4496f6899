"""What the example tells the core; as small as a subsystem with a page and a category can be."""

from linli.core.platform.public import (
    CategoryPlan,
    MenuEntry,
    ModuleTables,
    PermissionPlan,
    RolePlan,
    Subject,
    Subsystem,
    register,
)

NOTES = ("example_benchnote",)
BENCHES = {"zh-hans": "长椅", "en": "Benches"}

register(
    Subsystem(
        code="example",
        titles=BENCHES,
        permissions=(PermissionPlan(code="example.view", titles={"zh-hans": "查看长椅", "en": "See benches"}),),
        roles=(
            RolePlan(
                code="bench_keeper",
                titles={"zh-hans": "长椅管理员", "en": "Bench keeper"},
                permissions=("example.view",),
            ),
        ),
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
        menu=(MenuEntry(titles=BENCHES, url_name="example:notes", permission="example.view", icon="star", order=900),),
        urls="linli.subsystems.example.urls",
        subjects=(Subject(code="bench_note", titles={"zh-hans": "长椅记录", "en": "Bench note"}, tables=NOTES),),
        modules=(
            ModuleTables(module="example.services", creates=NOTES, uses=("areas_area", "cases_category", "cases_case")),
            ModuleTables(module="example.selectors", uses=NOTES),
        ),
    )
)
