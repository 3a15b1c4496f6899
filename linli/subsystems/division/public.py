"""The door of the division into grids: its steps, one by one, for commands, the demo and what is built upon them.

It loads the whole engine. Import it inside the function that needs it, never at the top of a page's module: a web worker must
stay small.
"""

from linli.subsystems.division.files.landing import landing
from linli.subsystems.division.ground.outlines import OutlineFile
from linli.subsystems.division.ground.rows import GroundRefused
from linli.subsystems.division.ground.survey import Survey
from linli.subsystems.division.proposal.adjusting import adjust_ground
from linli.subsystems.division.proposal.layers import Wish, merge_proposals, propose_beats
from linli.subsystems.division.proposal.model import (
    Proposal,
    parse_layer_code,
    write_proposal,
)
from linli.subsystems.division.proposal.reading import read_proposal
from linli.subsystems.division.proposal.steps import divide_ground, load_ground, propose
from linli.subsystems.division.publishing.drafting import draft_parts
from linli.subsystems.division.publishing.in_force import in_force_for, proposal_in_force
from linli.subsystems.division.publishing.plan import plan_publication
from linli.subsystems.division.publishing.publish import publish_plan
from linli.subsystems.division.sentences import sentence

__all__ = [
    "GroundRefused",
    "OutlineFile",
    "Proposal",
    "Survey",
    "Wish",
    "adjust_ground",
    "divide_ground",
    "draft_parts",
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
]
