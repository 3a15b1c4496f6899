"""What the core area `cases` says about its data; `linli data-matrix` draws it."""

from linli.core.cases.loop import flow as loop
from linli.core.cases.reading.indicators import CASE_INDICATORS
from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

CATALOGUE = (
    "catalogue_category", "catalogue_filingcondition", "catalogue_stagelimit", "catalogue_routingrule", "catalogue_returnrule",
)  # fmt: skip
HISTORY = ("cases_caseimport", "cases_importedcase")
CALENDAR = ("catalogue_officehours", "catalogue_calendarday")
CASE = ("cases_case", "cases_casefile", "cases_casereporter", "cases_numbercounter")
TIMELINE = ("cases_caseevent", "cases_casenote")
WORK = ("cases_caseclock", "cases_caserequest", "cases_caseunit", "cases_escalation")
PLACES = ("areas_area", "grids_grid", "grids_gridshape", "staff_gridassignment", "access_unit")

register_area(
    AreaTables(
        code="cases",
        permissions=("case.view", "case.reveal", "indicator.view"),
        events=("case.reported",),
        flows=(loop.CASE,),
        titles={"zh-hans": "案卷", "en": "Cases"},
        indicators=CASE_INDICATORS,
        subjects=(
            Subject(code="case", titles={"zh-hans": "案卷", "en": "Case"}, tables=CASE),
            Subject(code="history", titles={"zh-hans": "历史导入", "en": "Imported history"}, tables=HISTORY),
            Subject(code="timeline", titles={"zh-hans": "办理过程", "en": "Timeline"}, tables=TIMELINE),
            Subject(code="handling", titles={"zh-hans": "办理与时限", "en": "Handling and clocks"}, tables=WORK),
        ),
        modules=(
            ModuleTables(module="cases.intake.learning", uses=("cases_case", "cases_caseevent", *CATALOGUE)),
            ModuleTables(
                module="cases.intake.report",
                creates=("cases_case", "cases_casereporter", "cases_caseclock"),
                uses=(*CATALOGUE, *CALENDAR, *PLACES),
            ),
            ModuleTables(module="cases.loop.numbers", creates=("cases_numbercounter",)),
            ModuleTables(
                module="cases.loop.timeline", creates=(*TIMELINE, "cases_casefile"), uses=("platform_stored_file",)
            ),
            ModuleTables(module="cases.loop.act", uses=("cases_case", "cases_caseunit", *TIMELINE)),
            ModuleTables(
                module="cases.loop.effects",
                creates=("cases_case", "cases_caserequest", "cases_caseunit", "cases_escalation"),
                uses=(*CATALOGUE, *PLACES),
            ),
            ModuleTables(module="cases.loop.new_grids", uses=("cases_case", "cases_caseevent", *PLACES)),
            ModuleTables(module="cases.loop.clocks", creates=("cases_caseclock",), uses=(*CATALOGUE, *CALENDAR)),
            ModuleTables(module="cases.tasks", creates=("cases_escalation",), uses=("cases_case", "cases_caseclock")),
            ModuleTables(
                module="cases.history.importing",
                creates=(*HISTORY, "cases_case", "cases_caseclock"),
                uses=(*CATALOGUE, *PLACES),
            ),
            ModuleTables(module="cases.reading.selectors", uses=(*CASE, *TIMELINE, *WORK, *CATALOGUE, "access_user")),
            ModuleTables(module="cases.reading.indicators", uses=("cases_case", "cases_caseclock")),
        ),
    )
)
