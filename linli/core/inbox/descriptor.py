"""What the core area `inbox` says about its data; `linli data-matrix` draws it."""

from linli.core.inbox.found import SEARCH
from linli.core.inbox.task_flow import TASK
from linli.core.inbox.verifying import A_DAY
from linli.core.platform.public import Cover, Package, Subject, register_area

NOTICES = ("inbox_notice", "inbox_noticechoice")

COVERS = (
    Cover(
        function="R-X8e",
        pages=(
            "inbox",
            "notices",
            "notice-settings",
            "tasks",
            "new-task",
            "task-plans",
            "task-plan",
            "hand-over",
            "letters",
            "given-notices",
        ),
        routes=("api:tasks", "api:task-plans", "api:letters", "api:given-notices"),
        lacks="Cases that somebody is asked by name to look at are not handed over with the rest.",
    ),
)

register_area(
    Package(
        code="inbox",
        titles={"zh-hans": "待办与通知", "en": "Inbox"},
        covers=COVERS,
        search=SEARCH,
        permissions=("message.view",),
        flows=(TASK,),
        settings=(A_DAY,),
        subjects=(
            Subject(code="notice", titles={"zh-hans": "通知", "en": "Notice"}, tables=NOTICES),
            Subject(code="task", titles={"zh-hans": "任务", "en": "Task"}, tables=("inbox_task", "inbox_taskplan")),
        ),
    )
)
