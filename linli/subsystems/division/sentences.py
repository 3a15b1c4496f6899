"""What a planner must know, as sentences in the language of the reader: one for each kind of `Finding`.

The engine gives kinds and values, since it knows no languages; `steps` has put codes of grids in place of their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.algorithms.division.model import Finding

SHOWN_CODES = 8

# Each sentence may name %(codes)s, %(count)d, %(community)s and the values of its kind.
SENTENCES: Mapping[str, Promise] = {
    "out_of_bounds": gettext_lazy("Grid %(codes)s holds %(load)s, outside %(low)s to %(high)s."),
    "row_left_out": gettext_lazy(
        "Layer %(layer)s, feature %(feature)s was left out of the ground because of %(column)s: “%(value)s”."
    ),
    "load_unusable": gettext_lazy("These buildings (%(count)d) have no usable number and count as 0: %(codes)s."),
    "building_without_place": gettext_lazy("These buildings (%(count)d) have no usable shape and stand nowhere: %(codes)s."),
    "building_outside_communities": gettext_lazy("These buildings (%(count)d) stand in no community: %(codes)s."),
    "building_astride_communities": gettext_lazy(
        "These buildings (%(count)d) stand across a border of %(community)s and were given to it, where most of each lies: %(codes)s."
    ),
    "premises_without_ground": gettext_lazy("These premises (%(count)d) lie on no ground of their own: %(codes)s."),
    "community_without_ground": gettext_lazy("The community %(community)s has no ground; it gets no grids."),
    "communities_overlap": gettext_lazy(
        "The outline of %(community)s overlaps those of others by %(area_m2)s m²; each spot went to one of them."
    ),
    "shop_uncovered": gettext_lazy("These shops (%(count)d) lie in no grid: %(codes)s."),
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


def sentence(finding: Finding, names: Mapping[str, str] | None = None) -> str:
    """A finding in words. `names` gives names of communities by code; without one the code is shown."""
    found = SENTENCES.get(finding.kind)
    values = {key: _shown(value) for key, value in finding.values.items()}
    community = (names or {}).get(finding.community, finding.community)
    places = {**values, "community": community, "codes": code_list(finding.codes), "count": len(finding.codes)}
    if found is None:
        said = ", ".join(f"{key} {value}" for key, value in values.items())
        return " ".join(part for part in (finding.kind, community, code_list(finding.codes), said) if part)
    return str(found) % places


def code_list(codes: tuple[str, ...]) -> str:
    """The first codes, and how many more there are."""
    shown = ", ".join(codes[:SHOWN_CODES])
    if len(codes) <= SHOWN_CODES:
        return shown
    return _("%(codes)s and %(more)d more") % {"codes": shown, "more": len(codes) - SHOWN_CODES}


def _shown(value: float | int | str) -> str:
    return f"{value:,.0f}" if isinstance(value, float) else str(value)
