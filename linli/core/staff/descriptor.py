"""What the core area `staff` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AskedKind, Cover, Package, Panel, Subject, register_area
from linli.core.staff.files import STAFF_FILES, file_of_person
from linli.core.staff.found import find_grids, find_people
from linli.core.staff.setup_step import CHECKS, WORKERS_STEP
from linli.core.staff.staff_import import GRID_STAFF

TABLES = ("staff_gridassignment", "staff_following")

COVERS = (
    Cover(
        function="R-A1b",
        pages=("staff_file", "staff_file-record", "staff_file-do"),
        lacks="Contract, probation, insurance and certificate are kept and renewed in time; training is not, and a certificate has no QR code.",
    ),
    Cover(
        function="R-G7a",
        pages=("grid-board", "grid-facts", "staffing", "staffing-assign", "staffing-move", "import-new"),
        routes=("api:grid-staff", "api:assign-staff", "api:end-staff"),
        lacks="Who works where is shown with its gaps, given, ended and handed over by hand, file and API; nobody is proposed for whom.",
    ),
    Cover(
        function="R-A6",
        pages=("grid-board",),
        lacks="Heads and deputies stand on the board; there are no job cards and no signatures.",
    ),
    Cover(
        function="R-G7b", pages=("grid-board",), lacks="An official is named for a grid, not for an area or community."
    ),
)

SEARCH = (
    AskedKind(code="grids", titles={"zh-hans": "网格", "en": "Grids"}, icon="grid", permission="grid.view", find=find_grids, order=20, on_map=True),
    # Whoever administers accounts knows their names as well; `colleagues` says who knows whom.
    AskedKind(code="people", titles={"zh-hans": "人员", "en": "People"}, icon="user", permission="", find=find_people, order=30),
)  # fmt: skip

register_area(
    Package(
        code="staff",
        permissions=("staff.view", "staff.assign"),
        events=("staff.changed", "staff.settled"),
        imports=(GRID_STAFF,),
        setup=(WORKERS_STEP,),
        checks=CHECKS,
        titles={"zh-hans": "队伍", "en": "Staff"},
        covers=COVERS,
        search=SEARCH,
        ledgers=(STAFF_FILES,),
        panels=(
            Panel(
                on="person",
                code="staff_file",
                titles=STAFF_FILES.titles,
                permission="staff_file.view",
                template="ledger/panel.html",
                content=file_of_person,
            ),
        ),
        subjects=(Subject(code="assignment", titles={"zh-hans": "网格力量", "en": "Grid assignment"}, tables=TABLES),),
    )
)
