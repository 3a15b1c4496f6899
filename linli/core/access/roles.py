"""The roles that the core brings, and all roles put together with those of the subsystems' descriptors.

A permission is `noun.verb`. Case permissions carry the name of the action in the table of transitions. Each is declared in the
`descriptor.py` of the area whose pages ask for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from django.core.exceptions import ImproperlyConfigured

from linli.core.platform.public import RolePlan, check_permission, subsystems

READ = ("case.view", "grid.view", "registry.view", "staff.view", "indicator.view")
# What keeps the ledger of premises in order: who only walks by says what changed and what is still so.
PREMISES = ("premises.change", "premises.verify", "premises.merge", "premises.retire", "premises.reveal")
# Staff files are kept by who manages accounts; a supervisor reads them.
STAFF_FILES = ("staff_file.view", "staff_file.change", "staff_file.verify", "staff_file.merge", "staff_file.retire")

CORE_ROLES: tuple[RolePlan, ...] = (
    RolePlan(
        code="grid_worker",
        titles={"zh-hans": "网格员", "en": "Grid worker"},
        permissions=(
            *READ,
            "premises.change",
            "premises.verify",
            "case.report",
            "case.solve_on_spot",
            "case.confirm",
            "case.verify_pass",
            "case.verify_fail",
            "case.comment",
            "form.fill",
        ),
    ),
    RolePlan(
        code="acceptance",
        titles={"zh-hans": "受理员", "en": "Acceptance clerk"},
        permissions=(
            *READ,
            "case.report",
            "case.send_to_confirm",
            "case.call_off_confirm",
            "case.file",
            "case.reject",
            "case.merge",
            "case.split",
            "case.void",
            "case.comment",
            "case.reveal",
            "task.give",
            "form.fill",
        ),
    ),
    RolePlan(
        code="dispatcher",
        titles={"zh-hans": "派遣员", "en": "Dispatcher"},
        permissions=(
            *READ,
            "case.report",
            "case.dispatch",
            "case.recall",
            "case.add_assisting",
            "case.urge",
            "case.grant_extension",
            "case.deny_extension",
            "case.grant_shelving",
            "case.deny_shelving",
            "case.resume",
            "case.comment",
            "task.give",
            "form.fill",
        ),
    ),
    RolePlan(
        code="handler",
        titles={"zh-hans": "处置人员", "en": "Handler"},
        permissions=(
            "case.view",
            "case.accept",
            "case.return",
            "case.ask_extension",
            "case.ask_shelving",
            "case.resume",
            "case.hand_over",
            "case.assist",
            "case.comment",
            "registry.view",
            "indicator.view",
            "form.fill",
        ),
    ),
    RolePlan(
        code="verifier",
        titles={"zh-hans": "核查员", "en": "Verifier"},
        permissions=(
            *READ,
            "case.send_to_verify",
            "case.call_off_verify",
            "case.verify_pass",
            "case.verify_fail",
            "case.rework",
            "case.close",
            "case.pass_and_close",
            "case.comment",
            "form.fill",
        ),
    ),
    RolePlan(
        code="supervisor",
        titles={"zh-hans": "督办员", "en": "Supervisor"},
        permissions=(
            *READ,
            "case.supervise",
            "case.escalate",
            "case.urge",
            "case.reopen",
            "case.archive",
            "case.void",
            "case.comment",
            "desk.export",
            *PREMISES,
            "task.view",
            "task.give",
            "form.fill",
            "form.view",
            "form.reveal",
        ),
    ),
    RolePlan(
        code="leader",
        titles={"zh-hans": "分管领导", "en": "Leader"},
        permissions=(
            *READ,
            "case.instruct",
            "case.supervise",
            "case.urge",
            "case.comment",
            "desk.export",
            "task.view",
            "task.give",
            "form.fill",
            "form.view",
            "form.reveal",
            "form.design",
        ),
        sections=("work", "figures", "ground", "people"),
    ),
    RolePlan(
        code="community_officer",
        titles={"zh-hans": "社区工作者", "en": "Community officer"},
        permissions=(
            *READ,
            *PREMISES,
            "case.report",
            "case.comment",
            "task.view",
            "task.give",
            "form.fill",
            "form.view",
            "form.reveal",
        ),
    ),
    RolePlan(
        code="administrator",
        titles={"zh-hans": "管理员", "en": "Administrator"},
        permissions=(
            "access.delegate",
            "access.unlock",
            "unit.change",
            "staff.assign",
            "case.import",
            "registry.import",
            "desk.export",
            "settings.manage",
            "configuration.change",
            "message.view",
            *STAFF_FILES,
            "grid.view",
            "grid.publish",
            "staff.view",
            "registry.view",
            "form.view",
            "form.design",
        ),
    ),
    RolePlan(
        code="auditor",
        titles={"zh-hans": "审计员", "en": "Auditor"},
        permissions=(
            "case.view",
            "grid.view",
            "staff.view",
            "indicator.view",
            "task.view",
            "message.view",
            "form.view",
        ),
        sections=("work", "figures", "ground", "people"),
    ),
)


@cache
def role_plans() -> dict[str, tuple[RolePlan, str]]:
    """Every role by its code, with what subsystems add to it, and who brings it (`core` or the subsystem's code).

    Raises ImproperlyConfigured when two bring the same role, when something is added to a role that nobody brings, or
    when a role holds a permission that nobody declares. Called at the start, so that nothing is overwritten later.
    """
    found = {plan.code: (plan, "core") for plan in CORE_ROLES}
    for subsystem in subsystems():
        for plan in subsystem.roles:
            if plan.code in found:
                raise ImproperlyConfigured(
                    f"{subsystem.code!r} brings the role {plan.code!r}, which {found[plan.code][1]!r} brings already; "
                    "choose another code, or widen that role with `adds`."
                )
            found[plan.code] = (plan, subsystem.code)
    for subsystem in subsystems():
        for code, added in subsystem.adds.items():
            if code not in found:
                raise ImproperlyConfigured(f"{subsystem.code!r} adds to the role {code!r}, which nobody brings.")
            plan, origin = found[code]
            found[code] = (replace(plan, permissions=tuple(dict.fromkeys((*plan.permissions, *added)))), origin)
    for plan, origin in found.values():
        for permission in plan.permissions:
            check_permission(permission, f"{origin!r}: the role {plan.code!r}")
    return found


# What the loop keeps in different hands (监督、指挥分离): who acts on a case does not judge it, who does either gives no
# rights, and nobody audits themselves. A hand is known by permissions, so that roles of subsystems count, or by a role.
_HANDS = (
    {"case.dispatch", "case.accept", "case.hand_over"},
    {"case.close", "case.supervise"},
    {"access.delegate"},
    {"role auditor"},
)


def kept_apart(held: Sequence[tuple[str, Iterable[str]]]) -> list[str]:
    """Of roles (code, permissions) in one hand, those that are usually kept in different hands; empty when all go together."""
    hands = [[code for code, permissions in held if marks & {*permissions, f"role {code}"}] for marks in _HANDS]
    filled = [codes for codes in hands if codes]
    return list(dict.fromkeys(code for codes in filled for code in codes)) if len(filled) > 1 else []
