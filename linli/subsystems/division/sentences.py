"""What a planner must know, as sentences in the language of the reader: one for each kind of `Finding`.

The engine gives kinds and values, since it knows no languages; `proposal.steps` has put codes of grids in place of their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.division.model import Finding

SHOWN_CODES = 8
# What was proved of a community's division; a report tells them by themselves.
PROVED_LEAST, PROVED_WITHIN, WALKED = "proved_least", "proved_within", "walked"
PROOFS = (PROVED_LEAST, PROVED_WITHIN, WALKED)

# Each sentence may name %(codes)s, %(count)d, %(community)s and the values of its kind.
SENTENCES: Mapping[str, Promise] = {
    "out_of_bounds": gettext_lazy("Grid %(codes)s holds %(load)s, outside %(low)s to %(high)s."),
    "too_few": gettext_lazy(
        "%(community)s holds %(load)s altogether, fewer than the %(low)s of a grid; it is one grid: %(codes)s."
    ),
    "cut_off": gettext_lazy(
        "A part of %(community)s holds %(load)s, fewer than the %(low)s of a grid, and nothing joins it to the rest; it is one grid: "
        "%(codes)s."
    ),
    "no_number_fits": gettext_lazy(
        "%(load)s of %(community)s cannot be parted into grids of %(low)s to %(high)s: %(more)s would hold %(smaller)s each, %(fewer)s "
        "%(larger)s. The nearest to it: %(codes)s."
    ),
    "not_found": gettext_lazy(
        "%(load)s of %(community)s would make %(more)s to %(fewer)s grids, but its buildings do not come together to that; out of "
        "bounds: %(codes)s."
    ),
    "too_large": gettext_lazy(
        "In these grids of %(community)s (%(count)d) one parcel alone holds more than any grid; each is a grid of its own: %(codes)s."
    ),
    "in_pieces": gettext_lazy(
        "Grid %(codes)s of %(community)s lies in %(pieces)s pieces: a river without a bridge or a narrow place parts its ground."
    ),
    PROVED_LEAST: gettext_lazy(
        "%(community)s: proved least. No division into grids of whole blocks, or of these with blocks cut between two grids, costs less."
    ),
    PROVED_WITHIN: gettext_lazy("%(community)s: proved to cost at most %(percent)s %% more than the least division of that kind."),
    WALKED: gettext_lazy(
        "%(community)s: walked. Its blocks are too many, or must be cut into more than two; the cheapest of many tries was kept, and another "
        "seed may find a cheaper one."
    ),
    "undeveloped": gettext_lazy("Nobody lives in these grids of %(community)s (%(count)d): %(codes)s."),
    "elongated": gettext_lazy(
        "Look at these grids of %(community)s (%(count)d); they are long or ragged, with a compactness below %(compactness)s: %(codes)s."
    ),
    "block_not_cut": gettext_lazy("The block of these buildings (%(count)d) could not be cut between them: %(codes)s."),
    "row_left_out": gettext_lazy(
        "Layer %(layer)s, feature %(feature)s was left out of the ground because of %(column)s: “%(value)s”."
    ),
    "load_unusable": gettext_lazy("These buildings (%(count)d) have no usable number and count as 0: %(codes)s."),
    "building_without_place": gettext_lazy("These buildings (%(count)d) have no usable shape and stand nowhere: %(codes)s."),
    "building_outside_communities": gettext_lazy("These buildings (%(count)d) stand in no community: %(codes)s."),
    "building_astride_communities": gettext_lazy(
        "These buildings (%(count)d) stand across a border of %(community)s and were given to it, where most of each lies: %(codes)s."
    ),
    "left_outside": gettext_lazy(
        "%(count)d of the %(all)s buildings of this extract, with %(load)s households, stand in none of its complete boundaries and are "
        "not divided: %(codes)s. With --whole all of it is one community."
    ),
    "outside_outlines": gettext_lazy(
        "%(count)d of the %(all)s buildings of this extract, with %(load)s households, stand in none of the communities and are not "
        "divided: %(codes)s."
    ),
    "outlines_elsewhere": gettext_lazy(
        "%(count)d of the %(all)s communities of %(file)s lie outside of the extract and are not divided: %(codes)s."
    ),
    "outlines_cut": gettext_lazy(
        "The extract ends inside these communities of %(file)s (%(count)d); only what it holds of them is divided: %(codes)s. Take a larger "
        "extract before their grids are used."
    ),
    "outlines_beside": gettext_lazy(
        "The outlines of %(file)s lie %(far)s m beside the streets; read as %(system)s, %(near)s m. If they are, run it again with "
        "--coordinates %(system)s."
    ),
    "stacked": gettext_lazy(
        "These buildings (%(count)d) stand on one spot, so no border can part them: %(codes)s. Look at their coordinates."
    ),
    "without_households": gettext_lazy(
        "%(empty)s of %(all)s buildings have no households; look at the column households before these grids are used."
    ),
    "without_people": gettext_lazy(
        "%(empty)s of %(all)s buildings have no people; look at the column people before these grids are used."
    ),
    "streets_gcj02": gettext_lazy(
        "%(percent)s %% of the streets run through buildings; %(metres)s m away they would not: the streets seem to be GCJ-02 and the rest "
        "is not. Borders cannot follow them; give both in one coordinate system."
    ),
    "buildings_gcj02": gettext_lazy(
        "%(percent)s %% of the streets run through buildings; %(metres)s m away they would not: the buildings seem to be GCJ-02 and the "
        "streets are not. Borders cannot follow them; give both in one coordinate system."
    ),
    "streets_through_buildings": gettext_lazy(
        "%(percent)s %% of the streets run through buildings; look at the coordinate systems of both layers."
    ),
    "premises_without_ground": gettext_lazy("These premises (%(count)d) lie on no ground of their own: %(codes)s."),
    "community_without_ground": gettext_lazy("The community %(community)s has no ground; it gets no grids."),
    "communities_overlap": gettext_lazy(
        "The outline of %(community)s overlaps those of others by %(area_m2)s m²; each spot went to one of them."
    ),
    "place_uncovered": gettext_lazy(
        "These shops and premises (%(count)d) lie in no grid, up to %(distance_m)s m from %(nearest)s, the nearest: %(names)s."
    ),
    "layer_gives_up": gettext_lazy(
        "Layer %(layer)s: %(load_moved)s (%(moved_percent)s %%) come to another grid, %(kept_percent)s %% of its borders stay; "
        "out of its bounds %(out_before)s of %(grids_before)s grids before, %(out_after)s of %(grids_after)s after."
    ),
    "adjusted_households": gettext_lazy(
        "Adjusted: %(count)d of %(grids)s grids change; %(buildings)s of %(all)s buildings with %(load)s households come to another "
        "grid; %(new_buildings)s buildings are new, %(gone)s are gone; %(new_grids)s grids are new, %(ended)s end."
    ),
    "adjusted_people": gettext_lazy(
        "Adjusted: %(count)d of %(grids)s grids change; %(buildings)s of %(all)s buildings with %(load)s people come to another grid; "
        "%(new_buildings)s buildings are new, %(gone)s are gone; %(new_grids)s grids are new, %(ended)s end."
    ),
    "community_afresh": gettext_lazy(
        "%(community)s was divided afresh: changing a few grids could not bring it back into bounds."
    ),
    "drift_small": gettext_lazy(
        "The borders cost %(cost)s (metres by price), those of a fresh division %(afresh)s; it would save %(percent)s %%."
    ),
    "drift_large": gettext_lazy(
        "The borders cost %(cost)s (metres by price), those of a fresh division %(afresh)s; it would save %(percent)s %%, more than a "
        "tenth: to divide afresh, say --afresh, or use `linli division run`."
    ),
    "all_afresh": gettext_lazy(
        "All ground was divided afresh: the borders cost %(afresh)s (metres by price), %(cost)s after an adjustment; that saves "
        "%(percent)s %%."
    ),
    "beyond_radius": gettext_lazy(
        "These customers of %(substation)s (%(count)d) lie beyond the supply radius of %(radius_m)s m: %(codes)s."
    ),
    "beyond_capacity": gettext_lazy("No capacity is left for these customers (%(count)d, %(kw)s kW): %(codes)s."),
    "dark_when_out": gettext_lazy(
        "When %(substation)s is out, these customers (%(count)d, %(kw)s kW) stay dark: %(codes)s."
    ),
    "detached_area": gettext_lazy(
        "The area of feeder %(feeder)s has %(pieces)s pieces apart from the rest, with these customers (%(count)d): %(codes)s."
    ),
}  # fmt: skip

# The same of beats, which are made of whole grids.
OF_BEATS: Mapping[str, Promise] = {
    "out_of_bounds": gettext_lazy("Beat %(codes)s holds %(load)s, outside %(low)s to %(high)s."),
    "too_few": gettext_lazy(
        "%(community)s holds %(load)s altogether, fewer than the %(low)s of a beat; it is one beat: %(codes)s."
    ),
    "cut_off": gettext_lazy(
        "A part of %(community)s holds %(load)s, fewer than the %(low)s of a beat, and nothing joins it to the rest; it is one beat: "
        "%(codes)s."
    ),
    "no_number_fits": gettext_lazy(
        "%(load)s of %(community)s cannot be parted into beats of %(low)s to %(high)s: %(more)s would hold %(smaller)s each, %(fewer)s "
        "%(larger)s. The nearest to it: %(codes)s."
    ),
    "not_found": gettext_lazy(
        "%(load)s of %(community)s would make %(more)s to %(fewer)s beats, but its grids do not come together to that; out of "
        "bounds: %(codes)s."
    ),
    "too_large": gettext_lazy(
        "In these beats of %(community)s (%(count)d) one grid alone holds more than any beat; each is a beat of its own: %(codes)s."
    ),
    "elongated": gettext_lazy(
        "Look at these beats of %(community)s (%(count)d); they are long or ragged, with a compactness below %(compactness)s: %(codes)s."
    ),
    PROVED_LEAST: gettext_lazy("%(community)s: proved least. No beats made of its grids cost less."),
    PROVED_WITHIN: gettext_lazy("%(community)s: proved to cost at most %(percent)s %% more than the least beats made of its grids."),
    WALKED: gettext_lazy(
        "%(community)s: walked. Its grids are too many; the cheapest of many tries was kept, and another seed may find a cheaper one."
    ),
    "undeveloped": gettext_lazy("Nobody lives in these beats of %(community)s (%(count)d): %(codes)s."),
}  # fmt: skip


def sentence(finding: Finding, names: Mapping[str, str] | None = None, *, of_beats: bool = False) -> str:
    """A finding in words. `names` gives names of communities by code; without one the code is shown."""
    found = OF_BEATS.get(finding.kind) if of_beats else None
    found = found or SENTENCES.get(finding.kind)
    values = {key: _shown(value) for key, value in finding.values.items()}
    community = (names or {}).get(finding.community, finding.community)
    places = {**values, "community": community, "codes": code_list(finding.codes), "count": len(finding.codes)}
    if found is None:
        said = ", ".join(f"{key} {value}" for key, value in values.items())
        return " ".join(part for part in (finding.kind, community, code_list(finding.codes), said) if part)
    return str(found) % places


def code_list(codes: tuple[str, ...], most: int = SHOWN_CODES) -> str:
    """The first codes, and how many more there are."""
    shown = ", ".join(codes[:most])
    if len(codes) <= most:
        return shown
    return _("%(codes)s and %(more)d more") % {"codes": shown, "more": len(codes) - most}


def _shown(value: float | int | str) -> str:
    return f"{value:.0f}" if isinstance(value, float) else str(value)
