"""The door of the division into grids: its steps, one by one, for commands, the demo and what is built upon them.

It loads the whole engine. Import it inside the function that needs it, never at the top of a page's module: a web worker must
stay small.
"""

from linli.subsystems.division.proposal import (
    MapGround,
    Members,
    Proposal,
    ProposedGrid,
    Run,
    read_proposal,
    write_proposal,
)

__all__ = [
    "MapGround",
    "Members",
    "Proposal",
    "ProposedGrid",
    "Run",
    "read_proposal",
    "write_proposal",
]
