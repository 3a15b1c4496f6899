"""What the core area `flow` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

TIMELINE = ("flow_flowevent", "flow_flownote", "flow_flowfile")
CLOCKS = ("flow_flowclock", "flow_flowescalation")

register_area(
    AreaTables(
        code="flow",
        titles={"zh-hans": "流程", "en": "Flows"},
        subjects=(
            Subject(
                code="flow", titles={"zh-hans": "办理", "en": "Flow"}, tables=(*TIMELINE, *CLOCKS, "flow_flowrequest")
            ),
        ),
        modules=(
            ModuleTables(module="flow.timeline", creates=TIMELINE, uses=("platform_stored_file", "areas_area")),
            ModuleTables(
                module="flow.clocks",
                creates=("flow_flowclock",),
                uses=("catalogue_officehours", "catalogue_calendarday", "catalogue_stagelimit"),
            ),
            ModuleTables(module="flow.tasks", creates=("flow_flowescalation",), uses=("flow_flowclock",)),
            ModuleTables(module="flow.requests", creates=("flow_flowrequest",), uses=("flow_flowclock",)),
            ModuleTables(module="flow.reading", uses=(*TIMELINE, *CLOCKS, "flow_flowrequest", "access_user")),
        ),
    )
)
