"""Options that several commands of division share, and what they mean: prices, and the systems of a file's coordinates."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from gettext import gettext as _
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linli.lib.speech import option

if TYPE_CHECKING:
    from linli.algorithms.division.model import Rules

BORDERS = ("main", "minor", "inside", "river")
PRICES = {"crossing": "crossing_m", "shape": "shape_m", "target": "target_m"}
F = TypeVar("F", bound=Callable[..., Any])


def parse_weights(_context: click.Context, _parameter: click.Parameter, given: Sequence[str]) -> dict[str, float]:
    """NAME=NUMBER pairs by name."""
    weights = {}
    for one in given:
        name, _sign, number = one.partition("=")
        if name not in (*BORDERS, *PRICES):
            raise click.BadParameter(
                _("%(given)r: the name must be one of %(names)s.")
                % {"given": one, "names": ", ".join((*BORDERS, *PRICES))}
            )
        try:
            weights[name] = float(number)
        except ValueError:
            raise click.BadParameter(
                _("%(given)r: give a number after the sign, such as %(name)s=1.5.") % {"given": one, "name": name}
            ) from None
        if not 0 <= weights[name] < math.inf:
            raise click.BadParameter(_("%r: a price is a number of 0 or more.") % one)
    return weights


weight_option = option(
    "--weight",
    "weights",
    multiple=True,
    metavar="NAME=NUMBER",
    callback=parse_weights,
    help="price of a metre of border (main, minor, inside, river), or weight of crossing, shape, target; may be repeated",
)


def file_system_options(command: F) -> F:
    """Adds --file-system and --coordinates, of which the first stands first in the help."""
    system = option("--file-system", default="", metavar="EPSG:CODE", help="system of layers that do not say theirs")
    coordinates = option(
        "--coordinates",
        type=click.Choice(["WGS84", "CGCS2000", "GCJ02", "BD09"]),
        default="WGS84",
        show_default=True,
        help="what degrees in the file mean",
    )
    return system(coordinates(command))


def changed_rules(
    rules: Rules, low: float | None, target: float | None, high: float | None, weights: dict[str, float]
) -> Rules:
    """The rules of a proposal as the options change them. Without a target, other bounds have theirs in the middle."""
    from linli.subsystems.division.proposal.bounds import with_bounds

    main, minor, inside, river = (
        weights.get(name, cost) for name, cost in zip(BORDERS, rules.border_costs, strict=True)
    )
    prices: dict[str, Any] = {field: weights[name] for name, field in PRICES.items() if name in weights}
    return with_bounds(rules, low, target, high, border_costs=(main, minor, inside, river), **prices)
