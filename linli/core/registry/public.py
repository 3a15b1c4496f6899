"""The door of the registry."""

from linli.core.registry.buildings import BuildingRow, back_in_use, keep_buildings, retire, take_back_buildings
from linli.core.registry.cells import counts_of_components, version_of_components
from linli.core.registry.component_import import ComponentRow, keep_components, take_back_components
from linli.core.registry.ledgers import PREMISES
from linli.core.registry.models import Building, Component, Compound, Premises, PremisesKind, Risk
from linli.core.registry.selectors import components_for, components_in_tile, components_near
from linli.core.registry.services import PlacedRow, add_components, add_compounds, add_premises
from linli.core.registry.street_files import lines_of_file, lines_of_map
from linli.core.registry.street_models import StreetPiece
from linli.core.registry.street_names import named_streets
from linli.core.registry.streets import Line, StreetRow, keep_streets, replace_streets, take_back_streets
from linli.core.registry.where import where_is

__all__ = [
    "PREMISES",
    "Building",
    "BuildingRow",
    "Component",
    "ComponentRow",
    "Compound",
    "Line",
    "PlacedRow",
    "Premises",
    "PremisesKind",
    "Risk",
    "StreetPiece",
    "StreetRow",
    "add_components",
    "add_compounds",
    "add_premises",
    "back_in_use",
    "components_for",
    "components_in_tile",
    "components_near",
    "counts_of_components",
    "keep_buildings",
    "keep_components",
    "keep_streets",
    "lines_of_file",
    "lines_of_map",
    "named_streets",
    "replace_streets",
    "retire",
    "take_back_buildings",
    "take_back_components",
    "take_back_streets",
    "version_of_components",
    "where_is",
]
