"""Options that several commands of division share, and what they mean: places for files, sizes, prices, systems of coordinates."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from linli.lib.speech import option

if TYPE_CHECKING:
    from linli.algorithms.division.model import Rules

BORDERS = ("main", "minor", "inside", "river")
PRICES = {"crossing": "crossing_m", "shape": "shape_m", "target": "target_m"}
F = TypeVar("F", bound=Callable[..., Any])


class Output(click.Path):
    """Where files are to be written: a path below a folder that is there, so that nobody waits for what cannot be kept."""

    def convert(self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path. Ends the command where one above it is no folder, or nothing may be written there."""
        path = Path(str(super().convert(value, param, ctx)))
        there = next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())
        if there.is_file():
            there = there.parent if there == path.absolute() else there
        if not there.is_dir() or not os.access(there, os.W_OK):
            self.fail(
                _("nothing can be written to %(path)s, since %(folder)s is no folder that may be written into.")
                % {"path": path, "folder": there},
                param,
                ctx,
            )
        return path


class Size(click.FloatRange):
    """How large a grid may be: a number over 0 that is one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number. Ends the command for "nan" and "inf", which a range lets through."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is no size of a grid.", param, ctx)
        return number


SIZE = Size(min=0, min_open=True)


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


def outline_options(command: F) -> F:
    """Adds --communities and what says how that file is read."""
    file = option(
        "--communities",
        "outlines",
        type=click.Path(path_type=Path, exists=True),
        metavar="FILE",
        help="outlines of the communities with their codes, in place of those of GROUND: any file of places, or a folder of shapefiles",
    )
    layer = option(
        "--communities-layer",
        "outlines_layer",
        default="",
        metavar="NAME",
        help="layer or sheet of it; default: the first",
    )
    code = option(
        "--code-column", default="", metavar="NAME", help="its column with the codes; default: by its heading"
    )
    name = option(
        "--name-column", default="", metavar="NAME", help="its column with the names; default: by its heading"
    )
    return file(layer(code(name(command))))


whole_option = option("--whole", is_flag=True, help="take an extract as one community, whatever boundaries it holds")


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
