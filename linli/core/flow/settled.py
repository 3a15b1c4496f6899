"""Limits of stages as a table of configuration: every stage of every flow, what the flow says, what the city chose from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from linli.algorithms.timelines import Steps, Values, key_of
from linli.core.catalogue.public import LIMIT_KEY, keep_limits, limit_words, limits_timelines, number_text
from linli.core.configuration.public import ConfigField, ConfigTable
from linli.core.flow.definition import AnyFlow
from linli.core.flow.limits import MOST, SHARES, may_be_chosen, usual_limit
from linli.core.flow.register import flows
from linli.core.platform.public import BadInput, Work

UNITS = {
    "urgent_hour": {"zh-hans": "紧急工作时", "en": "urgent hours"}, "work_hour": {"zh-hans": "工作时", "en": "work hours"},
    "work_day": {"zh-hans": "工作日", "en": "work days"}, "calendar_day": {"zh-hans": "自然日", "en": "calendar days"},
}  # fmt: skip


def _stages() -> list[tuple[AnyFlow, str]]:
    return [(flow, stage) for flow in flows().values() for stage in flow.stages if may_be_chosen(flow, stage)]


def usual() -> dict[str, dict[str, Any]]:
    """What the flows say, by key."""
    found = {}
    for flow, stage in _stages():
        limit = usual_limit(flow, stage)
        values = {
            "flow": flow.code, "stage": stage, "amount": number_text(limit.amount), "unit": str(limit.unit),
            "urgent_hours": number_text(limit.urgent_hours), "amber_percent": int(limit.amber_share * 100), "with_verification": True,
        }  # fmt: skip
        found[key_of(values, LIMIT_KEY)] = values
    return found


def timelines() -> dict[str, Steps]:
    """The limits of all stages."""
    return limits_timelines(usual())


def keep(work: Work, wanted: Mapping[str, Steps]) -> None:
    """Makes the limits of these stages say these timelines."""
    keep_limits(work, wanted, usual())


def check(values: dict[str, Any]) -> None:
    """A limit that its stage can have; what it cannot have is left as the flow says."""
    key = key_of(values, LIMIT_KEY)
    said = usual().get(key)
    if said is None:
        raise BadInput(_("There is no such stage."), field="stage")
    flow = flows()[values["flow"]]
    if said["amount"] is None:
        values["amount"], values["unit"] = None, said["unit"]
    elif values["amount"] is None or not 0 < Decimal(values["amount"]) < MOST:
        raise BadInput(
            _("Give a number above zero and below 1000, with at most three digits after the point."), field="amount"
        )
    if flow.urgent is None:
        values["urgent_hours"] = None
    elif values["urgent_hours"] is not None and not 0 < Decimal(values["urgent_hours"]) < MOST:
        raise BadInput(
            _("Give a number above zero and below 1000, with at most three digits after the point."),
            field="urgent_hours",
        )
    if not SHARES[0] * 100 <= values["amber_percent"] <= SHARES[1] * 100:
        raise BadInput(_("Give a share from 10 to 99 percent."), field="amber_percent")
    if key != "case~close":
        values["with_verification"] = True


def sentence(values: Values) -> str:
    """A limit as people say it."""
    flow = flows().get(str(values["flow"]))
    stage = flow.stages.get(str(values["stage"])) if flow else None
    said = [
        limit_words(Decimal(values["amount"]), values["unit"])
        if values["amount"] is not None
        else _("as each one says")
    ]
    if values["urgent_hours"] is not None:
        said.append(_("urgent: %s") % limit_words(Decimal(values["urgent_hours"]), "urgent_hour"))
    said.append(_("amber from %s%%") % values["amber_percent"])
    if not values["with_verification"]:
        said.append(_("who verifies does not close"))
    titles = {"flow": flow.title if flow else values["flow"], "stage": stage.title if stage else values["stage"]}
    return _("%(flow)s, %(stage)s: %(limit)s") % (titles | {"limit": " · ".join(said)})


def _titles(text: object) -> dict[str, str]:
    """A lazy text in both languages."""
    said = {}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            said[language] = str(text)
    return said


def _flow_titles() -> dict[str, dict[str, str]]:
    return {flow.code: _titles(flow.title) for flow, _stage in _stages()}


def _stage_titles() -> dict[str, dict[str, str]]:
    """The stages; the same code in two flows is called as in the first, so a page says the flow beside it."""
    found: dict[str, dict[str, str]] = {}
    for flow, stage in _stages():
        found.setdefault(stage, _titles(flow.stages[stage].title))
    return found


LIMITS = ConfigTable(
    code="limits",
    titles={"zh-hans": "环节时限", "en": "Limits of stages"},
    explained={
        "zh-hans": "每个流程的每个环节最多多长时间，从某日起。",
        "en": "How long each stage of each flow may take, from a day on.",
    },
    permission="configuration.change",
    fields=(
        ConfigField(code="flow", titles={"zh-hans": "流程", "en": "Flow"}, kind="choice", choices=_flow_titles),
        ConfigField(code="stage", titles={"zh-hans": "环节", "en": "Stage"}, kind="choice", choices=_stage_titles),
        ConfigField(
            code="amount", titles={"zh-hans": "时限", "en": "Limit"}, kind="amount", required=False, example="2",
            explained={"zh-hans": "处置环节空着：按立案条件。", "en": "Empty where each one says it itself."},
        ),
        ConfigField(code="unit", titles={"zh-hans": "单位", "en": "Counted in"}, kind="choice", choices=lambda: UNITS),
        ConfigField(
            code="urgent_hours", titles={"zh-hans": "紧急时限小时数", "en": "Limit of what is urgent, in hours"}, kind="amount", required=False,
            explained={"zh-hans": "昼夜计算。空着：与其他相同。", "en": "Round the clock. Empty: as for everything else."},
        ),
        ConfigField(code="amber_percent", titles={"zh-hans": "黄灯百分比", "en": "Amber from this percentage on"}, kind="whole", default=80),
        ConfigField(
            code="with_verification", titles={"zh-hans": "核查人可同时结案", "en": "Who verifies may close"}, kind="yes", required=False, default=True,
        ),
    ),
    key_fields=LIMIT_KEY,
    timelines=timelines,
    keep=keep,
    sentence=sentence,
    dates="day",
    usual=lambda key: usual()[key],
    check=check,
)  # fmt: skip
