"""The report of a proposal as one self-contained HTML page, Chinese and English: `report_page`.

`summary` beside this module reckons the figures, `map_figure` draws, `bilingual` says texts in both languages; how a page is
put together from templates, style and script stands in `frame`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.division.model import Finding
from linli.subsystems.division.kinds import KINDS, PURPOSES
from linli.subsystems.division.proposal.model import Proposal, ProposedGrid, Run
from linli.subsystems.division.publishing.in_force import InForce
from linli.subsystems.division.report.bilingual import both, both_names, number
from linli.subsystems.division.report.frame import rendered
from linli.subsystems.division.report.map_figure import figure, sheet
from linli.subsystems.division.report.scale import DEDICATED, is_out, legend, step_of
from linli.subsystems.division.report.summary import HandsChanged, hands_changed, totals, uncovered
from linli.subsystems.division.sentences import PROOFS, sentence

# What a page shows of a list before it says how many more there are.
FIRST_FINDINGS: Final = 12
MOST_FINDINGS: Final = 400
MOST_MOVES: Final = 300
# Kinds of findings that have a section of their own.
GIVEN_UP, UNCOVERED = "layer_gives_up", "place_uncovered"
APART: Final = (GIVEN_UP, UNCOVERED, *PROOFS)

UNITS: Final[dict[str, Promise]] = {"households": gettext_lazy("Households"), "people": gettext_lazy("Residents")}
# The same words inside a sentence or after a number.
UNITS_INSIDE: Final[dict[str, Promise]] = {
    "households": gettext_lazy("households"),
    "people": gettext_lazy("residents"),
}
SIGNS: Final = {"s1": SafeString("▼ "), "s5": SafeString("▲ ")}


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of the table of grids."""

    words: SafeString
    is_number: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A grid in the table; `number` is its position, `other` its load in the unit that is not the rules'."""

    number: int
    community: int
    name: SafeString
    kind: SafeString
    css: str
    out: bool
    sign: SafeString
    other: float | None
    hectares: float
    crossed: int
    grid: ProposedGrid


@dataclass(frozen=True, slots=True)
class FoundSentence:
    """A finding in words, and the name of its community where the words do not say it."""

    text: SafeString
    community: str


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """Findings of one kind: those shown, those folded away, and how many more there are."""

    first: list[FoundSentence]
    rest: list[FoundSentence]
    left_out: int


def report_page(proposal: Proposal, in_force: InForce | None = None, language: str = "zh-hans") -> str:
    """The page as a text. `language` (zh-hans or en) is the one that it opens in; the other is one click away.

    `in_force` are the grids of today at the proposal's buildings, None where there are none. Needs Django's settings for the
    translations and nothing else; the same proposal gives the same page. Raises ValueError for a proposal without grids.
    """
    changed = hands_changed(proposal, in_force) if in_force is not None else None
    drawing = figure(proposal, sheet(proposal), moved=None if changed is None else changed.found.moved)
    rows = grid_rows(proposal)
    steps, counts = legend(proposal.grids, proposal.run.rules)
    groups = finding_groups(proposal, lambda kind: kind not in APART)
    names = community_names(proposal)
    ground = proposal.map_ground
    context = {
        "communities": list(names.values()),
        "place_title": _place(list(names.values())),
        "community_options": [
            (place, names[code]) for place, code in enumerate(ground.community_codes) if code in names
        ],
        "made": moment(proposal.run.made_at),
        "run": proposal.run,
        "rules": proposal.run.rules,
        "unit": unit_words(proposal.run),
        "unit_inside": UNITS_INSIDE.get(proposal.run.rules.unit, proposal.run.rules.unit),
        "totals": totals(proposal),
        "figure": drawing,
        "legend": steps,
        "drawn": counts,
        "has_counts": True,
        "headings": headings(proposal.run),
        "rows": rows,
        "dedicated": [row for row in rows if row.grid.kind == DEDICATED],
        "finding_groups": groups,
        "proof_groups": finding_groups(proposal, lambda kind: kind in PROOFS),
        "finding_count": sum(one.kind not in APART for one in proposal.findings),
        "given_up": [one.values for one in proposal.findings if one.kind == GIVEN_UP],
        "uncovered": [(ground.shop_codes[place], ground.shop_names[place]) for place in uncovered(proposal)],
        "shops": len(ground.shops),
        "in_force": in_force,
        "changed": changed,
        "parameters": parameters(proposal.run),
        **(change_context(changed) if changed else {}),
    }
    return rendered("report.html", context, language)


def grid_rows(proposal: Proposal) -> list[Row]:
    """The grids for the table, in the order of the proposal."""
    place = {code: number for number, code in enumerate(proposal.map_ground.community_codes)}
    rules = proposal.run.rules
    words: dict[tuple[str, str], SafeString] = {}
    rows = []
    for position, grid in enumerate(proposal.grids):
        css = step_of(grid, rules)
        key = grid.kind, grid.purpose
        if key not in words:
            words[key] = kind_words(*key)
        rows.append(
            Row(
                number=position,
                community=place.get(grid.community, -1),
                name=both_names(grid.name, grid.name_en),
                kind=words[key],
                css=css,
                out=is_out(grid),
                sign=SIGNS.get(css, SafeString("")),
                other=grid.people if rules.unit == "households" else grid.households,
                hectares=grid.area_m2 / 10_000,
                crossed=max(0, grid.superblocks - 1),
                grid=grid,
            )
        )
    return rows


def kind_words(kind: str, purpose: str) -> SafeString:
    """The kind of a grid, for a dedicated one what it is dedicated to."""
    return both(lambda: PURPOSES.get(purpose, purpose) if purpose else KINDS.get(kind, kind))


def unit_lazy(run: Run) -> Promise | str:
    """The unit of loads as a word of the language of the moment."""
    return UNITS.get(run.rules.unit, run.rules.unit)


def unit_words(run: Run) -> SafeString:
    """The unit of loads in both languages."""
    return both(lambda: unit_lazy(run))


def headings(run: Run) -> list[Heading]:
    """The columns of the table of grids."""
    other = "people" if run.rules.unit == "households" else "households"
    return [
        Heading(both(lambda: _("Beat") if run.made_of == "grids" else _("Grid")), is_number=False),
        Heading(both(lambda: _("Kind")), is_number=False),
        Heading(unit_words(run)),
        Heading(both(lambda: UNITS[other])),
        Heading(both(lambda: _("Buildings"))),
        Heading(both(lambda: _("Area, ha"))),
        Heading(both(lambda: _("Compactness"))),
        Heading(both(lambda: _("Main roads crossed"))),
        Heading(both(lambda: _("Border on streets, any neighbour"))),
    ]


def finding_groups(proposal: Proposal, is_wanted: Callable[[str], bool]) -> list[FindingGroup]:
    """The findings of the kinds that are wanted in words, by kind, in the order in which the kinds come."""
    kinds: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in proposal.findings:
        if is_wanted(finding.kind):
            kinds[finding.kind].append(finding)
    names = dict(zip(proposal.map_ground.community_codes, proposal.map_ground.community_names, strict=True))

    def said(found: Sequence[Finding]) -> list[FoundSentence]:
        return [_said(one, names, of_beats=proposal.run.made_of == "grids") for one in found]

    return [
        FindingGroup(
            said(found[:FIRST_FINDINGS]), said(found[FIRST_FINDINGS:MOST_FINDINGS]), max(0, len(found) - MOST_FINDINGS)
        )
        for found in kinds.values()
    ]


def _said(finding: Finding, names: Mapping[str, str], *, of_beats: bool) -> FoundSentence:
    text = both(lambda: sentence(finding, names, of_beats=of_beats))
    community = names.get(finding.community, finding.community)
    return FoundSentence(text, "" if community in text else community)


def change_context(changed: HandsChanged) -> dict[str, Any]:
    """The lists of what changes hands, cut to a length that a page bears."""
    by_workers = any(row.before or row.after for row in changed.handovers)
    return {
        "handovers": changed.handovers[:MOST_MOVES] if by_workers else [],
        "handovers_left_out": max(0, len(changed.handovers) - MOST_MOVES) if by_workers else 0,
        "nobody": both(lambda: _("nobody yet")),
        "moves": changed.moves[:MOST_MOVES],
        "moves_left_out": max(0, len(changed.moves) - MOST_MOVES),
    }


def parameters(run: Run) -> list[tuple[SafeString, str]]:
    """What the run was told, by name."""
    rules = run.rules
    costs = " / ".join(f"{cost:g}" for cost in rules.border_costs)
    return [
        (both(lambda: _("Bounds and target")), f"{number(rules.low)} – {number(rules.target)} – {number(rules.high)}"),
        (both(lambda: _("Unit")), both(lambda: unit_lazy(run))),
        (both(lambda: _("Layer")), run.layer),
        (both(lambda: _("Price of a metre of border: main road / street / inside a block / river")), costs),
        (both(lambda: _("Price of reaching over a main road, metres")), f"{rules.crossing_m:g}"),
        (both(lambda: _("Weight of compactness, metres")), f"{rules.shape_m:g}"),
        (both(lambda: _("Weight of the target, metres")), f"{rules.target_m:g}"),
        (both(lambda: _("Seed")), str(run.seed)),
        (both(lambda: _("Ground")), run.ground),
        (both(lambda: _("SHA-256 of the ground")), run.ground_digest),
        (both(lambda: _("Coordinate system")), run.system),
        (both(lambda: _("Engine")), run.engine),
        *([(both(lambda: _("Adjusts the proposal")), run.based_on)] if run.based_on else []),
    ]


def community_names(proposal: Proposal) -> dict[str, str]:
    """The communities that have grids in the proposal: code and name, in the order of the ground."""
    used = {grid.community for grid in proposal.grids}
    ground = proposal.map_ground
    pairs = zip(ground.community_codes, ground.community_names, strict=True)
    return {code: name or code for code, name in pairs if code in used}


def moment(made_at: str) -> str:
    """An ISO instant to the minute, as both languages can read it."""
    return made_at[:16].replace("T", " ")


def _place(names: list[str]) -> str:
    return "、".join(names) if len(names) < 4 else f"{names[0]}…"
