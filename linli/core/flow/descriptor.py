"""What the core area `flow` says about its data; `linli data-matrix` draws it."""

from linli.core.configuration.public import with_files
from linli.core.flow.settled import LIMITS
from linli.core.flow.setup_step import LIMITS_STEP
from linli.core.flow.unit_holds import UNIT_HOLDS
from linli.core.platform.public import Cover, Package, Subject, register_area

TIMELINE = ("flow_flowevent", "flow_flownote", "flow_flowfile")
CLOCKS = ("flow_flowclock", "flow_flowescalation")

COVERS = (
    Cover(function="R-C2", pages=("case-action",), routes=("api:transitions",)),
    Cover(function="R-C6", routes=("api:transitions",)),
)

register_area(
    Package(
        code="flow",
        titles={"zh-hans": "流程", "en": "Flows"},
        covers=COVERS,
        unit_holds=UNIT_HOLDS,
        settled=with_files(LIMITS),
        setup=(LIMITS_STEP,),
        subjects=(
            Subject(
                code="flow", titles={"zh-hans": "办理", "en": "Flow"}, tables=(*TIMELINE, *CLOCKS, "flow_flowrequest")
            ),
        ),
    )
)
