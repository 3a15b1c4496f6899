"""The door of the division into grids: its steps, one by one, for commands, the demo and what is built upon them.

It loads the whole engine. Import it inside the function that needs it, never at the top of a page's module: a web worker must
stay small.
"""

from linli.subsystems.division.adjusting import adjust_ground
from linli.subsystems.division.geopackage import Column, writing
from linli.subsystems.division.ground_rows import GroundRefused, GroundRowError
from linli.subsystems.division.in_force import in_force_for, proposal_in_force
from linli.subsystems.division.landing import landing
from linli.subsystems.division.layers import Wish, merge_proposals, propose_beats
from linli.subsystems.division.proposal import (
    MapGround,
    Members,
    Proposal,
    ProposedGrid,
    Run,
    parse_layer_code,
    write_proposal,
)
from linli.subsystems.division.proposal_reading import ProposalRefused, read_proposal
from linli.subsystems.division.publishing import PublishingPlan, plan_publication
from linli.subsystems.division.sentences import sentence
from linli.subsystems.division.services import publish_plan
from linli.subsystems.division.steps import Divided, divide_ground, load_ground, propose
from linli.subsystems.division.survey import Shops, Survey, choose_communities

__all__ = [
    "Column",
    "Divided",
    "GroundRefused",
    "GroundRowError",
    "MapGround",
    "Members",
    "Proposal",
    "ProposalRefused",
    "ProposedGrid",
    "PublishingPlan",
    "Run",
    "Shops",
    "Survey",
    "Wish",
    "adjust_ground",
    "choose_communities",
    "divide_ground",
    "in_force_for",
    "landing",
    "load_ground",
    "merge_proposals",
    "parse_layer_code",
    "plan_publication",
    "proposal_in_force",
    "propose",
    "propose_beats",
    "publish_plan",
    "read_proposal",
    "sentence",
    "write_proposal",
    "writing",
]
