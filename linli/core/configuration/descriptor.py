"""What the core area `configuration` says about its data; `linli data-matrix` draws it."""

from linli.core.configuration.files import with_files
from linli.core.configuration.tables.calendar import DAYS, HOURS
from linli.core.configuration.tables.returns import RETURNS
from linli.core.configuration.tables.routing import ROUTING
from linli.core.configuration.tables.standards import STANDARDS
from linli.core.platform.public import Cover, Package, Subject, register_area

CHANGES = ("configuration_change", "configuration_entry")

COVERS = (
    Cover(
        function="R-C4",
        pages=(
            "configuration",
            "configuration-table",
            "configuration-row",
            "configuration-edit",
            "configuration-change",
        ),
        routes=("api:configuration", "api:configuration-changes"),
    ),
)

register_area(
    Package(
        code="configuration",
        titles={"zh-hans": "配置", "en": "Configuration"},
        permissions=("configuration.change",),
        covers=COVERS,
        settled=with_files(ROUTING, STANDARDS, HOURS, DAYS, RETURNS),
        subjects=(Subject(code="change", titles={"zh-hans": "配置变更", "en": "Changes of settings"}, tables=CHANGES),),
    )
)
