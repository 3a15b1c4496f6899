"""What the core area `catalogue` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

STANDARD = (
    "catalogue_category", "catalogue_filingcondition", "catalogue_stagelimit", "catalogue_routingrule", "catalogue_returnrule",
)  # fmt: skip
LEARNED = ("catalogue_filedhistory",)
CALENDAR = ("catalogue_officehours", "catalogue_calendarday")

register_area(
    AreaTables(
        code="catalogue",
        events=("calendar.changed",),
        titles={"zh-hans": "立案标准与日历", "en": "Catalogue and calendar"},
        subjects=(
            Subject(code="catalogue", titles={"zh-hans": "立案标准", "en": "Catalogue"}, tables=(*STANDARD, *LEARNED)),
            Subject(code="calendar", titles={"zh-hans": "工作日历", "en": "Calendar"}, tables=CALENDAR),
        ),
        modules=(
            ModuleTables(
                module="catalogue.services",
                creates=(*STANDARD, *CALENDAR, *LEARNED),
                uses=("areas_area", "access_unit"),
            ),
            ModuleTables(module="catalogue.selectors", uses=(*STANDARD, *CALENDAR, "areas_area", "access_unit")),
            ModuleTables(module="catalogue.suggesting", uses=(*STANDARD, *LEARNED)),
        ),
    )
)
