"""What the core area `inbox` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

NOTICES = ("inbox_notice", "inbox_noticechoice")

register_area(
    AreaTables(
        code="inbox",
        titles={"zh-hans": "待办与通知", "en": "Inbox"},
        subjects=(Subject(code="notice", titles={"zh-hans": "通知", "en": "Notice"}, tables=NOTICES),),
        modules=(
            ModuleTables(module="inbox.notices", creates=NOTICES, uses=("flow_flowevent",)),
            ModuleTables(module="inbox.tasks", uses=(*NOTICES, "access_user")),
        ),
    )
)
