"""The table of settings that says which roles need a second factor (configuration makes its page, its file and its route)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.algorithms.timelines import Values
from linli.core.access.public import FACTOR_RULE_KEY, FACTOR_RULE_ROWS, keep_factor_rules, role_plans
from linli.core.configuration.public import ConfigField, ConfigTable
from linli.core.platform.public import BadInput, title_in

USUAL_DAYS, MOST_DAYS = 14, 90


def _roles() -> dict[str, Any]:
    return {code: dict(plan.titles) for code, (plan, _origin) in role_plans().items()}


def sentence(values: Values) -> str:
    """A rule as people say it."""
    role, days = title_in(_roles().get(values["role"], {"zh-hans": values["role"]})), int(values["grace_days"])
    if not days:
        return _("%s: a second factor at the next sign-in") % role
    words = ngettext(
        "%(role)s: a second factor within %(days)s day", "%(role)s: a second factor within %(days)s days", days
    )
    return words % {"role": role, "days": days}


def check(values: dict[str, Any]) -> None:
    """A grace of years is no rule."""
    if values["grace_days"] > MOST_DAYS:
        raise BadInput(_("Give at most %s days.") % MOST_DAYS, field="grace_days")


SECOND_FACTORS = ConfigTable(
    code="second_factors",
    titles={"zh-hans": "两步验证要求", "en": "Who needs a second factor"},
    explained={
        "zh-hans": "哪些角色登录时除密码外还必须用手机验证码。宽限期内只提醒，过后只能先设置。",
        "en": "Which roles need a code of a phone besides the password. People are reminded for some days, then set it up before anything else.",
    },
    permission="configuration.change",
    fields=(
        ConfigField(code="role", titles={"zh-hans": "角色", "en": "Role"}, kind="choice", choices=_roles, example="administrator"),
        ConfigField(
            code="grace_days", titles={"zh-hans": "宽限天数", "en": "Days of grace"}, kind="whole", default=USUAL_DAYS, example="14",
            explained={
                "zh-hans": "从规定生效或授予角色之日算起，取较晚者。0：下次登录即须设置。",
                "en": "From the day of the rule or of the right, whichever is later. 0: at the next sign-in.",
            },
        ),
    ),
    key_fields=tuple(FACTOR_RULE_KEY),
    timelines=FACTOR_RULE_ROWS.timelines,
    keep=keep_factor_rules,
    sentence=sentence,
    check=check,
)  # fmt: skip
