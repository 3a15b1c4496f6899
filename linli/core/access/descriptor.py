"""What the core area `access` says about its data; `linli data-matrix` draws it."""

from linli.core.access.setup_steps import CHECKS, STEPS
from linli.core.access.unit_holds import UNIT_HOLDS
from linli.core.access.unit_import import UNITS as UNITS_BROUGHT_IN
from linli.core.platform.public import Cover, Package, Subject, register_area

UNITS = ("access_unit", "access_unit_change")
PEOPLE = (
    "access_user", "access_apitoken", "access_session", "access_standin", "access_totp", "access_recovery_code", "access_factor_reset",
    "access_passkey",
)  # fmt: skip
RIGHTS = ("access_role", "access_scope", "access_pending_right", "access_oversight_notice", "access_factor_rule")

COVERS = (
    Cover(function="R-R6", pages=("people", "person", "scope-give", "units", "unit"), commands=("users link",)),
    Cover(function="R-X2a", pages=("account",), routes=("api:tokens", "api:make-token")),
    Cover(function="R-R3a", pages=("person",)),
)

register_area(
    Package(
        code="access",
        permissions=("access.delegate", "access.unlock", "settings.manage", "unit.change"),
        titles={"zh-hans": "机构与权限", "en": "Units and access"},
        covers=COVERS,
        imports=(UNITS_BROUGHT_IN,),
        unit_holds=UNIT_HOLDS,
        setup=STEPS,
        checks=CHECKS,
        subjects=(
            Subject(code="unit", titles={"zh-hans": "机构", "en": "Unit"}, tables=UNITS),
            Subject(code="user", titles={"zh-hans": "用户", "en": "User"}, tables=PEOPLE),
            Subject(code="right", titles={"zh-hans": "角色与权限范围", "en": "Roles and scopes"}, tables=RIGHTS),
        ),
    )
)
