"""The roles and permissions that the core brings; subsystems bring theirs in their descriptors.

A permission is `noun.verb`. Case permissions carry the name of the action in the table of transitions.
"""

from __future__ import annotations

from linli.core.platform.public import RolePlan

READ = ("case.view", "grid.view", "registry.view", "staff.view", "indicator.view")

CORE_ROLES: tuple[RolePlan, ...] = (
    RolePlan(
        code="grid_worker",
        titles={"zh-hans": "网格员", "en": "Grid worker"},
        permissions=(
            *READ,
            "case.report",
            "case.solve_on_spot",
            "case.confirm",
            "case.verify_pass",
            "case.verify_fail",
            "case.comment",
        ),
    ),
    RolePlan(
        code="acceptance",
        titles={"zh-hans": "受理员", "en": "Acceptance clerk"},
        permissions=(
            *READ,
            "case.report",
            "case.send_to_confirm",
            "case.file",
            "case.reject",
            "case.merge",
            "case.split",
            "case.void",
            "case.comment",
            "case.reveal",
        ),
    ),
    RolePlan(
        code="dispatcher",
        titles={"zh-hans": "派遣员", "en": "Dispatcher"},
        permissions=(
            *READ,
            "case.report",
            "case.dispatch",
            "case.add_assisting",
            "case.urge",
            "case.grant_extension",
            "case.deny_extension",
            "case.grant_shelving",
            "case.deny_shelving",
            "case.resume",
            "case.comment",
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
        ),
    ),
    RolePlan(
        code="verifier",
        titles={"zh-hans": "核查员", "en": "Verifier"},
        permissions=(
            *READ,
            "case.send_to_verify",
            "case.verify_pass",
            "case.verify_fail",
            "case.rework",
            "case.close",
            "case.comment",
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
            "case.export",
        ),
    ),
    RolePlan(
        code="leader",
        titles={"zh-hans": "分管领导", "en": "Leader"},
        permissions=READ,
    ),
    RolePlan(
        code="administrator",
        titles={"zh-hans": "管理员", "en": "Administrator"},
        permissions=(
            "access.delegate",
            "access.unlock",
            "area.manage",
            "grid.manage",
            "grid.view",
            "staff.manage",
            "staff.view",
            "registry.manage",
            "registry.view",
            "catalogue.manage",
            "case.import",
            "platform.operate",
        ),
    ),
    RolePlan(
        code="auditor",
        titles={"zh-hans": "审计员", "en": "Auditor"},
        permissions=("audit.view", "case.view", "grid.view", "staff.view", "indicator.view"),
    ),
)
