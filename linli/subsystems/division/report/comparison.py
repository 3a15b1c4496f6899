"""Two proposals side by side as one self-contained HTML page: `comparison_page`.

The same frame, map, style and script as `page` next door; `changes` of the engine says which grid carries on as which.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.algorithms.division.model import NOBODY, Bools, Floats, Ints
from linli.core.platform.public import BadInput
from linli.subsystems.division.proposal.model import Proposal, ProposedGrid
from linli.subsystems.division.report.bilingual import both, both_names, number, percent, signed
from linli.subsystems.division.report.common_ground import common_ground
from linli.subsystems.division.report.frame import rendered
from linli.subsystems.division.report.map_figure import figure, sheet
from linli.subsystems.division.report.page import (
    MOST_MOVES,
    UNITS_INSIDE,
    community_names,
    kind_words,
    moment,
    parameters,
    unit_words,
)
from linli.subsystems.division.report.scale import is_out, legend, step_of
from linli.subsystems.division.report.summary import HandsChanged, Totals, changed_between, totals

SHOWN_CODES: Final = 30
SHOWN_COMMUNITIES: Final = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of both proposals with its difference, as texts; `better` is "a", "b" or "" where neither is."""

    words: SafeString
    a: str
    b: str
    difference: str
    better: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A grid of A and the one of B that carries it on; one of them is None where a grid ends or is new.

    `shapes` are the ids of its outlines on the maps; `leaving` and `coming` are buildings that only one of the two has.
    """

    shapes: str
    name: SafeString
    code: str
    kind: SafeString
    state: SafeString
    differs: bool
    a: ProposedGrid | None
    b: ProposedGrid | None
    css_a: str
    css_b: str
    load_difference: str
    leaving: int
    coming: int


@dataclass(frozen=True, slots=True)
class CodedMove:
    """Buildings that lie in one grid of A and another of B (`is_new`: one that carries none of A on), with the first codes."""

    shapes: str
    before: SafeString
    after: SafeString
    is_new: bool
    buildings: int
    load: float
    codes: list[str]
    left_out: int


@dataclass(frozen=True, slots=True)
class Joined:
    """The buildings of both proposals by code (u): the grid of each in A and in B, its load in B (in A where only that has it)."""

    codes: list[str]
    before: Ints
    after: Ints
    load: Floats
    only_a: int
    only_b: int


def comparison_page(a: Proposal, b: Proposal, language: str = "zh-hans", names: tuple[str, str] = ("A", "B")) -> str:
    """The page as a text; `names` are what the two are called beside A and B, usually those of their files.

    Compared are the communities that both divide. Raises BadInput when there is none, and when coordinate systems or units
    differ, for then no figure of one says anything about the other.
    """
    if a.run.system != b.run.system:
        raise BadInput(
            _("The proposals lie in %(a)s and %(b)s; divide both in the same coordinate system.")
            % {"a": a.run.system, "b": b.run.system},
            field="file",
        )
    if a.run.rules.unit != b.run.rules.unit:
        raise BadInput(
            _("One proposal counts %(a)s, the other %(b)s; divide both by the same unit.")
            % {"a": UNITS_INSIDE[a.run.rules.unit], "b": UNITS_INSIDE[b.run.rules.unit]},
            field="file",
        )
    common = common_ground(a, b)
    a, b = common.a, common.b
    joined = join(a, b)
    old, new = ([both_names(grid.name, grid.name_en) for grid in one.grids] for one in (a, b))
    changed = changed_between(joined.before, joined.after, joined.load, old, new, [""] * len(old))
    canvas = sheet(a, b)
    moved = {code for code, is_moved in zip(joined.codes, changed.found.moved, strict=True) if is_moved}
    steps, counts = legend((*a.grids, *b.grids), a.run.rules)
    pairs = grid_pairs(a, b, changed)
    moves = coded_moves(joined, changed, old, new)
    context = {
        "communities": list(dict.fromkeys([*community_names(a).values(), *community_names(b).values()])),
        "community_options": list(enumerate(community_names(a).values())),
        "sides": [
            _side("A", names[0], a, figure(a, canvas, "a", _marked(a, moved))),
            _side("B", names[1], b, figure(b, canvas, "b", _marked(b, moved))),
        ],
        "figure": {"moved": bool(moved)},
        "legend": steps,
        "drawn": counts,
        "rules": a.run.rules,
        "unit": unit_words(a.run),
        "unit_inside": UNITS_INSIDE.get(a.run.rules.unit, a.run.rules.unit),
        "measures": measures(totals(a), totals(b), a, b),
        "changed": changed,
        "joined": joined,
        "compared": len({grid.community for grid in a.grids}),
        "only": [
            (letter, codes[:SHOWN_COMMUNITIES], max(0, len(codes) - SHOWN_COMMUNITIES), len(codes))
            for letter, codes in (("A", common.only_a), ("B", common.only_b))
            if codes
        ],
        "rows": pairs,
        "differing": sum(pair.differs for pair in pairs),
        "moves": moves[:MOST_MOVES],
        "moves_left_out": max(0, len(moves) - MOST_MOVES),
        "parameter_pairs": [
            (name, left, right, left != right)
            for (name, left), (_name, right) in zip(parameters(a.run), parameters(b.run), strict=False)
        ],
    }
    return rendered("comparison.html", context, language)


def join(a: Proposal, b: Proposal) -> Joined:
    """The buildings of both by code, those of A first."""
    place_a = {code: place for place, code in enumerate(a.members.codes)}
    place_b = {code: place for place, code in enumerate(b.members.codes)}
    codes = list(dict.fromkeys([*a.members.codes, *b.members.codes]))
    at_a = np.array([place_a.get(code, -1) for code in codes], dtype=np.int64)
    at_b = np.array([place_b.get(code, -1) for code in codes], dtype=np.int64)
    load_a, load_b = np.append(a.members.load, 0.0), np.append(b.members.load, 0.0)
    return Joined(
        codes=codes,
        before=np.append(a.members.grid_of, np.int32(NOBODY))[at_a],
        after=np.append(b.members.grid_of, np.int32(NOBODY))[at_b],
        load=np.where(at_b >= 0, load_b[at_b], load_a[at_a]),
        only_a=int((at_b < 0).sum()),
        only_b=int((at_a < 0).sum()),
    )


def measures(a: Totals, b: Totals, first: Proposal, second: Proposal) -> list[Measure]:
    """The totals of both, with differences and which is better where one can say so."""
    costs = [proposal.run.totals.get("border_cost") for proposal in (first, second)]
    in_bounds = [total.in_bounds / total.ordinary if total.ordinary else None for total in (a, b)]
    return [
        _measure(both(lambda: _("Grids")), a.grids, b.grids),
        _measure(both(lambda: _("Dedicated grids")), a.dedicated, b.dedicated),
        _measure(both(lambda: _("Share within bounds")), *in_bounds, shares=True, more_is_better=True),
        _measure(both(lambda: _("Mean load of a grid")), a.mean_load, b.mean_load),
        _measure(both(lambda: _("Smallest load")), a.least_load, b.least_load),
        _measure(both(lambda: _("Largest load")), a.most_load, b.most_load),
        _measure(
            both(lambda: _("Border on streets")), a.street_share, b.street_share, shares=True, more_is_better=True
        ),
        _measure(both(lambda: _("Compactness")), a.compactness, b.compactness, decimals=3, more_is_better=True),
        _measure(both(lambda: _("Across a main road")), a.crossing, b.crossing, more_is_better=False),
        _measure(both(lambda: _("Cost of all borders")), *costs, more_is_better=False),
        _measure(both(lambda: _("Buildings")), a.buildings, b.buildings),
    ]


def _measure(
    words: SafeString, a: float | None, b: float | None, *, decimals: int = 0, shares: bool = False,
    more_is_better: bool | None = None,
) -> Measure:  # fmt: skip
    left, right = (percent(one) if shares else number(one, decimals) for one in (a, b))
    if a is None or b is None:
        return Measure(words, left, right, "–", "")
    figure_of = signed((b - a) * 100, 1) if shares else signed(b - a, decimals)
    difference = both(lambda: _("%s points") % figure_of) if shares else figure_of
    same = not figure_of.strip("0.")
    better = "" if same or more_is_better is None else "b" if (b > a) == more_is_better else "a"
    return Measure(words, left, right, difference, better)


def grid_pairs(a: Proposal, b: Proposal, changed: HandsChanged) -> list[Pair]:
    """Every grid of A with the one of B that carries it on, then the new ones; those that differ stand first."""
    found = changed.found
    leaving: defaultdict[int, int] = defaultdict(int)
    coming: defaultdict[int, int] = defaultdict(int)
    for move in found.moves:
        leaving[move.before] += move.buildings
        coming[move.after] += move.buildings
    successor = dict(enumerate(found.successor.tolist()))
    same_code = {grid.code: place for place, grid in enumerate(b.grids) if not grid.buildings}
    pairs = []
    taken = set()
    for place, grid in enumerate(a.grids):
        # A park has no buildings to be known by; there the code says which grid carries on.
        other = same_code.get(grid.code, NOBODY) if not grid.buildings else successor.get(place, NOBODY)
        taken.add(other)
        pairs.append(_pair(a, b, place, other, leaving[place], coming[other] if other >= 0 else 0))
    pairs += [_pair(a, b, NOBODY, place, 0, coming[place]) for place in range(len(b.grids)) if place not in taken]
    return sorted(pairs, key=lambda pair: not pair.differs)


def _pair(a: Proposal, b: Proposal, left: int, right: int, leaving: int, coming: int) -> Pair:
    one = a.grids[left] if left >= 0 else None
    other = b.grids[right] if right >= 0 else None
    shown = other or one
    if shown is None:
        raise ValueError("a pair needs a grid")
    differs = one is None or other is None or leaving > 0 or coming > 0
    state = (
        both(lambda: _("New")) if one is None
        else both(lambda: _("Ends")) if other is None
        else both(lambda: _("Altered")) if differs
        else both(lambda: _("The same"))
    )  # fmt: skip
    return Pair(
        shapes=" ".join([f"a{left}"] * (left >= 0) + [f"b{right}"] * (right >= 0)),
        name=_pair_name(one, other),
        code=shown.code if one is None or one.code == shown.code else f"{one.code} → {shown.code}",
        kind=kind_words(shown.kind, shown.purpose),
        state=state,
        differs=differs,
        a=one,
        b=other,
        css_a=_css(one, a),
        css_b=_css(other, b),
        load_difference="–" if one is None or other is None else signed(other.load - one.load),
        leaving=leaving,
        coming=coming,
    )


def _pair_name(one: ProposedGrid | None, other: ProposedGrid | None) -> SafeString:
    """The grid's name; both where it is called otherwise in B, since running numbers shift."""
    names = dict.fromkeys((grid.name, grid.name_en or grid.name) for grid in (one, other) if grid is not None)
    return both_names(" → ".join(name for name, _english in names), " → ".join(english for _name, english in names))


def _css(grid: ProposedGrid | None, proposal: Proposal) -> str:
    if grid is None:
        return ""
    return f"{step_of(grid, proposal.run.rules)}{' out' if is_out(grid) else ''}"


def coded_moves(joined: Joined, changed: HandsChanged, old: list[SafeString], new: list[SafeString]) -> list[CodedMove]:
    """The moves with the codes of their buildings, largest load first."""
    codes: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for place in np.flatnonzero(changed.found.moved).tolist():
        codes[int(joined.before[place]), int(joined.after[place])].append(joined.codes[place])
    outside = both(lambda: _("in no grid"))
    return [
        CodedMove(
            shapes=" ".join([f"a{move.before}"] * (move.before >= 0) + [f"b{move.after}"] * (move.after >= 0)),
            before=old[move.before] if move.before >= 0 else outside,
            after=new[move.after] if move.after >= 0 else outside,
            is_new=move.after >= 0 and changed.found.predecessor[move.after] == NOBODY,
            buildings=move.buildings,
            load=move.load,
            codes=codes[move.before, move.after][:SHOWN_CODES],
            left_out=max(0, move.buildings - SHOWN_CODES),
        )
        for move in changed.found.moves
    ]


def _marked(proposal: Proposal, moved: set[str]) -> Bools:
    return np.array([code in moved for code in proposal.members.codes], dtype=bool)


def _side(letter: str, name: str, proposal: Proposal, drawing: Any) -> dict[str, Any]:
    return {
        "letter": letter,
        "name": "" if name == letter else name,
        "made": moment(proposal.run.made_at),
        "figure": drawing,
        "heading": f"{drawing.prefix}-title",
    }
