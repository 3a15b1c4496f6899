"""What the core area `catalogue` says about its data; `linli data-matrix` draws it."""

from linli.core.catalogue.setup_steps import CHECKS, STEPS
from linli.core.catalogue.unit_holds import UNIT_HOLDS
from linli.core.platform.public import Cover, Package, Subject, register_area

STANDARD = (
    "catalogue_category", "catalogue_filingcondition", "catalogue_stagelimit", "catalogue_routingrule", "catalogue_returnrule",
)  # fmt: skip
LEARNED = ("catalogue_filedhistory",)
CALENDAR = ("catalogue_officehours", "catalogue_calendarday")

COVERS = (
    Cover(function="R-C5", commands=("calendar year", "calendar day", "calendar show")),
    Cover(function="R-C4", routes=("api:categories",)),
)

register_area(
    Package(
        code="catalogue",
        events=("calendar.changed", "limits.changed"),
        titles={"zh-hans": "立案标准与日历", "en": "Catalogue and calendar"},
        covers=COVERS,
        unit_holds=UNIT_HOLDS,
        setup=STEPS,
        checks=CHECKS,
        subjects=(
            Subject(code="catalogue", titles={"zh-hans": "立案标准", "en": "Catalogue"}, tables=(*STANDARD, *LEARNED)),
            Subject(code="calendar", titles={"zh-hans": "工作日历", "en": "Calendar"}, tables=CALENDAR),
        ),
    )
)
