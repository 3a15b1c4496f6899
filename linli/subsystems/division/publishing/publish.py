"""The one write of the division: a proposal becomes a version of a layer, through the service that an import uses."""

from __future__ import annotations

from datetime import datetime

from linli.core.grids.public import Publication, create_layer, publish_grid_set
from linli.core.platform.public import Actor, write
from linli.subsystems.division.publishing.plan import PublishingPlan


def publish_plan(
    actor: Actor, plan: PublishingPlan, *, source: str, valid_from: datetime | None = None, layer_name: str = "", reason: str = ""
) -> Publication:  # fmt: skip
    """Publishes what a plan says from an instant (None: now), making the layer if there is none.

    Raises Refusal when somebody published the layer since the plan was made, and as `publish_grid_set` does. Twice makes no
    second version.
    """
    with write(actor):
        layer = plan.layer or create_layer(
            actor, code=plan.layer_code, name=layer_name or plan.layer_code, is_main=plan.is_main
        )
        return publish_grid_set(
            actor, layer=layer, rows=plan.rows, source=source, valid_from=valid_from, based_on=plan.based_on, reason=reason,
            carried=plan.carried,
        )  # fmt: skip
