"""What a city needs of its flows: limits for each stage. All are there; the city says which of them shall be others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from linli.core.flow.limits import limit_in_force
from linli.core.flow.register import flows
from linli.core.platform.public import Lack, SetupStep


def there(access: Any) -> str:
    """How many stages have a limit, and how many of these the city chose itself."""
    del access
    held = [limit_in_force(flow, stage) for flow in flows().values() for stage in flow.stages]
    said = {"stages": len(held), "chosen": sum(one.since is not None for one in held)}
    return _("%(stages)s stages with limits, %(chosen)s of them chosen by the city") % said if held else ""


def look(access: Any) -> Iterator[Lack]:
    """Nothing lacks: what nobody chose holds as its flow says it."""
    del access
    yield from ()


LIMITS_STEP = SetupStep(
    code="limits",
    titles={"zh-hans": "环节时限", "en": "Limits of stages"},
    explained={
        "zh-hans": "受理、派遣、核查、结案各环节最多多长时间。没有改动的按默认时限。",
        "en": "How long filing, dispatching, verifying and closing may take. What the city does not change holds as usual.",
    },
    order=75,
    there=there,
    look=look,
    permission="settings.manage",
    tables=("limits",),
    imports=("settled-limits",),
    typed=("linli limits show",),
    examples=("limits.csv",),
)
