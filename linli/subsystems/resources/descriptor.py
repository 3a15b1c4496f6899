"""What emergency resources tell the core."""

from linli.core.platform.public import Cover, Subsystem, register
from linli.subsystems.resources.ledger import RESOURCES

KEEPERS = (
    "resource.view",
    "resource.change",
    "resource.verify",
    "resource.merge",
    "resource.retire",
    "resource.reveal",
)

register(
    Subsystem(
        code="resources",
        titles={"zh-hans": "应急物资", "en": "Emergency resources"},
        ledgers=(RESOURCES,),
        demo="linli.subsystems.resources.demo.ways",
        adds={
            "grid_worker": ("resource.view", "resource.change", "resource.verify"),
            "community_officer": KEEPERS,
            "dispatcher": ("resource.view", "resource.reveal"),
            "supervisor": KEEPERS,
            "leader": ("resource.view", "resource.reveal"),
        },
        covers=(
            Cover(
                function="R-T4",
                pages=("resource", "resource-record", "resource-do"),
                lacks="Resources are kept with amount, place and keeper; duty rosters and plans are not.",
            ),
        ),
    )
)
