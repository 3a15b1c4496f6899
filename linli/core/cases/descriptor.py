"""What the core area `cases` says about its data; `linli data-matrix` draws it."""

from linli.core.cases.history.importing import HISTORY
from linli.core.cases.intake.reveal import REPORT_SERVICE
from linli.core.cases.loop import flow as loop
from linli.core.cases.reading.desks import CHECKS, STEPS
from linli.core.cases.reading.found import find_areas, find_cases, find_named_categories, find_units
from linli.core.cases.reading.held import UNIT_HOLDS
from linli.core.cases.reading.indicators import CASE_INDICATORS
from linli.core.cases.reading.previews import PREVIEWS
from linli.core.platform.public import AskedKind, Cover, Package, Subject, register_area

CASE = ("cases_case", "cases_casefile", "cases_casereporter", "cases_numbercounter")
TIMELINE = ("cases_caseevent", "cases_casenote")
WORK = ("cases_caseclock", "cases_caserequest", "cases_caseunit", "cases_escalation")

COVERS = (
    Cover(
        function="R-C1a",
        pages=("report",),
        routes=("api:report",),
        lacks="Every source has its name and filter; grid workers, residents and the desk have pages, the others come through these or the API.",
    ),
    Cover(function="R-C2", pages=("case", "queue")),
    Cover(function="R-C3", pages=("report-solved",), routes=("api:solved-on-spot",)),
    Cover(function="R-C4", pages=("similar-cases", "category-search"), routes=("api:similar",)),
    Cover(function="R-C5", pages=("case", "queue")),
    Cover(function="R-C6", pages=("case-action", "merge-targets"), routes=("api:possible-actions", "api:act")),
    Cover(function="R-C7", pages=("case",), routes=("api:timeline",)),
    Cover(
        function="R-C8",
        pages=("track-case", "track-rate", "track-reopen"),
        routes=("api:public-progress", "api:public-rate", "api:public-reopen"),
    ),
    Cover(function="R-C9", pages=("indicators", "home")),
    Cover(function="R-G3", pages=("case",)),
    Cover(function="R-F1a", pages=("report", "queue", "case-action")),
    Cover(
        function="R-F3",
        pages=("place", "similar-cases"),
        lacks="Address, grid, unit, category and what was reported already are filled in; forms of other kinds do not exist yet.",
    ),
    Cover(
        function="R-F4",
        pages=("report",),
        lacks="A voice note can be sent with a report; there is no large-type mode, and nobody enters for a colleague.",
    ),
    Cover(
        function="R-P1",
        pages=("public-report", "track", "track-case"),
        routes=("api:public-report", "api:public-send-file", "api:public-progress"),
    ),
    Cover(
        function="R-P2",
        pages=("report", "similar-cases"),
        lacks="The desk writes down a call with its number and sees what is similar; the caller's open cases are not looked up.",
    ),
    Cover(function="R-R3a", pages=("case-reporter",), routes=("api:reveal",)),
    Cover(
        function="R-A4a",
        pages=("indicators",),
        lacks="Six shares of the loop and two of patrols; the other indicators of the standard are not counted.",
    ),
    Cover(function="R-V1a", pages=("map", "map-cases", "map-list", "map-shades", "map-days", "map-place")),
    Cover(function="R-X2a", routes=("api:cases", "api:case", "api:act")),
    Cover(
        function="R-V3",
        pages=("home", "indicators"),
        lacks="The pages of the workbench on a phone; nothing is made for leaders alone.",
    ),
    Cover(
        function="R-T3",
        routes=("api:report",),
        lacks="A sensor's alarm comes in as a case of its own source; thresholds are the sensor's.",
    ),
    Cover(
        function="R-A5",
        pages=("indicators",),
        lacks="Numerator and denominator stand beside each share; small ones are not marked.",
    ),
)

SEARCH = (
    AskedKind(
        code="cases", titles={"zh-hans": "案卷", "en": "Cases"}, icon="list", permission="case.view", find=find_cases, more="cases",
        order=10,
    ),
    AskedKind(
        code="areas", titles={"zh-hans": "区划", "en": "Areas"}, icon="map", permission="case.view", find=find_areas, order=40,
        on_map=True,
    ),
    AskedKind(code="units", titles={"zh-hans": "部门", "en": "Units"}, icon="users", permission="case.view", find=find_units, order=60),
    AskedKind(
        code="categories", titles={"zh-hans": "类别", "en": "Categories"}, icon="layers", permission="case.view",
        find=find_named_categories, order=90,
    ),
)  # fmt: skip

register_area(
    Package(
        code="cases",
        permissions=("case.view", "case.reveal", "case.import", "indicator.view"),
        events=("case.reported",),
        flows=(loop.CASE,),
        services=(REPORT_SERVICE,),
        imports=(HISTORY,),
        settled=PREVIEWS,
        titles={"zh-hans": "案卷", "en": "Cases"},
        covers=COVERS,
        unit_holds=UNIT_HOLDS,
        setup=STEPS,
        checks=CHECKS,
        indicators=CASE_INDICATORS,
        search=SEARCH,
        subjects=(
            Subject(code="case", titles={"zh-hans": "案卷", "en": "Case"}, tables=CASE),
            Subject(code="timeline", titles={"zh-hans": "办理过程", "en": "Timeline"}, tables=TIMELINE),
            Subject(code="handling", titles={"zh-hans": "办理与时限", "en": "Handling and clocks"}, tables=WORK),
        ),
    )
)
