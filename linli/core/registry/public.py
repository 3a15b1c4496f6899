"""The door of the registry."""

from linli.core.registry.cells import counts_of_components, version_of_components
from linli.core.registry.ledgers import PREMISES
from linli.core.registry.models import Component, Compound, Premises, PremisesKind, Risk
from linli.core.registry.selectors import components_for, components_in_tile, components_near
from linli.core.registry.services import PlacedRow, add_components, add_compounds, add_premises
from linli.core.registry.street_files import lines_of_file, lines_of_map
from linli.core.registry.street_names import named_streets
from linli.core.registry.streets import Line, replace_streets
from linli.core.registry.where import where_is

__all__ = [
    "PREMISES",
    "Component",
    "Compound",
    "Line",
    "PlacedRow",
    "Premises",
    "PremisesKind",
    "Risk",
    "add_components",
    "add_compounds",
    "add_premises",
    "components_for",
    "components_in_tile",
    "components_near",
    "counts_of_components",
    "lines_of_file",
    "lines_of_map",
    "named_streets",
    "replace_streets",
    "version_of_components",
    "where_is",
]
