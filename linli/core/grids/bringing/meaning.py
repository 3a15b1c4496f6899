"""What the numbers of a file are likely to be instead of what was chosen, as a question that the page puts."""

from __future__ import annotations

from linli.core.grids.ground import parse_frame
from linli.core.grids.meaning import in_words, proposal
from linli.core.platform.public import BadInput, ground_files
from linli.lib.geo.layer import Layer


def other_meaning(layer: Layer, choices: ground_files.Choices) -> ground_files.OtherMeaning | None:
    """A meaning that fits clearly better; None where that is the chosen one, or nothing is known to hold it against."""
    if not any(layer.shapes):
        return None
    try:
        frame = parse_frame(layer.system, choices.coordinates, swapped=choices.swapped)
    except BadInput:
        return None  # the check says why
    found = proposal(layer, frame)
    if found is None:
        return None
    system = found[0].meaning.system
    return ground_files.OtherMeaning(
        in_words(*found), system if system.startswith("EPSG:") else system.lower(), found[0].meaning.swapped
    )
