"""The matrix of returns: which kind of unit may return a case to which kind."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from linli.algorithms.timelines import Values
from linli.core.access.public import UnitKind
from linli.core.catalogue.public import RETURNS as SETTLED
from linli.core.configuration.kinds import ConfigField
from linli.core.configuration.table import ConfigTable
from linli.core.platform.public import BadInput

KINDS = {
    "centre": {"zh-hans": "中心", "en": "Centre"}, "department": {"zh-hans": "职能部门", "en": "Department"},
    "community_office": {"zh-hans": "社区居委会", "en": "Community office"}, "grid_team": {"zh-hans": "网格团队", "en": "Grid team"},
    "group": {"zh-hans": "居民小组", "en": "Residents' group"},
}  # fmt: skip


def sentence(values: Values) -> str:
    """A pair as people say it."""
    said = {"one": UnitKind(values["from_kind"]).label, "other": UnitKind(values["to_kind"]).label}
    return _("%(one)s may return cases to %(other)s") % said


def check(values: dict[str, Any]) -> None:
    """Nobody returns a case to their own kind but by way of somebody."""
    if values["from_kind"] == values["to_kind"] == UnitKind.CENTRE:
        raise BadInput(_("A centre does not return to a centre."), field="to_kind")


RETURNS = ConfigTable(
    code="returns",
    titles={"zh-hans": "退回矩阵", "en": "Matrix of returns"},
    explained={
        "zh-hans": "哪类部门可以把案件退回给哪类部门。没有列出的不能退回。",
        "en": "Which kind of unit may return a case to which kind. What is not listed may not.",
    },
    permission="configuration.change",
    fields=(
        ConfigField(code="from_kind", titles={"zh-hans": "退回方", "en": "Returned by"}, kind="choice", choices=lambda: KINDS),
        ConfigField(code="to_kind", titles={"zh-hans": "退回给", "en": "Returned to"}, kind="choice", choices=lambda: KINDS),
    ),
    key_fields=tuple(SETTLED.key),
    timelines=SETTLED.timelines,
    keep=SETTLED.keep,
    sentence=sentence,
    check=check,
)  # fmt: skip
