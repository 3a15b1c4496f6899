"""`linli division`: grids drawn by the computer. Only publishing writes what is in force, and a draft
is kept; the others read the grids in force where there is one. Each command stands in a module of its own.
"""

from __future__ import annotations

from linli.lib.speech import group
from linli.subsystems.division.commands.adjusting import adjust
from linli.subsystems.division.commands.comparing import compare
from linli.subsystems.division.commands.drafting import draft
from linli.subsystems.division.commands.layers import beats, merge
from linli.subsystems.division.commands.outages import outages
from linli.subsystems.division.commands.publishing import publish
from linli.subsystems.division.commands.run import run
from linli.subsystems.division.commands.supply import supply


@group(short_help="divide ground into grids")
def division() -> None:
    """Grids drawn by the computer: a proposal out of streets and buildings, for a planner to look at, compare and publish.

    \b
    To see it             linli division run --demo
    With ground           linli division run ground.gpkg      (docs/division-ground.md says what the file looks like)
    For another layer     linli division run ground.gpkg --preset statistics
    After changes         linli division adjust division/proposal.gpkg ground.gpkg
    To edit by hand       linli division draft division/proposal.gpkg --area 330102007
    With today's grids    linli division adjust --in-force ground.gpkg
    """


for one in (adjust, beats, compare, draft, merge, outages, publish, run, supply):
    division.add_command(one)
