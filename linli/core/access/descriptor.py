"""What the core area `access` says about its data; `linli data-matrix` draws it."""

from linli.core.platform.public import AreaTables, ModuleTables, Subject, register_area

UNITS = ("access_unit",)
PEOPLE = ("access_user", "access_apitoken", "access_session")
RIGHTS = ("access_role", "access_scope", "access_pending_right", "access_oversight_notice")

register_area(
    AreaTables(
        code="access",
        permissions=("access.delegate", "access.unlock", "settings.manage"),
        titles={"zh-hans": "机构与权限", "en": "Units and access"},
        subjects=(
            Subject(code="unit", titles={"zh-hans": "机构", "en": "Unit"}, tables=UNITS),
            Subject(code="user", titles={"zh-hans": "用户", "en": "User"}, tables=PEOPLE),
            Subject(code="right", titles={"zh-hans": "角色与权限范围", "en": "Roles and scopes"}, tables=RIGHTS),
        ),
        modules=(
            ModuleTables(
                module="access.services",
                creates=(*UNITS, "access_user", "access_apitoken", "access_role", "access_scope"),
                uses=("areas_area",),
            ),
            ModuleTables(
                module="access.handing_on", creates=("access_pending_right",), uses=("access_scope", "access_user")
            ),
            ModuleTables(
                module="access.oversight", creates=("access_oversight_notice",), uses=("access_scope", "access_user")
            ),
            ModuleTables(module="access.passwords", uses=("access_user", "access_session")),
            ModuleTables(module="access.sign_in", uses=("access_user",)),
            ModuleTables(module="access.session_store", creates=("access_session",)),
            ModuleTables(module="access.selectors", uses=(*UNITS, *PEOPLE, *RIGHTS, "areas_area")),
        ),
    )
)
