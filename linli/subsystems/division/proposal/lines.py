"""What a run says on the terminal: how many grids there are, how good they are, what is impossible and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.subsystems.division.proposal.model import Proposal
from linli.subsystems.division.sentences import PROOFS, PROVED_LEAST, PROVED_WITHIN, WALKED, sentence

SHOWN_FINDINGS = 20


def summary_lines(proposal: Proposal) -> Iterator[str]:
    """The lines, in the active language."""
    grids, rules, totals = proposal.grids, proposal.run.rules, proposal.run.totals
    of_kind = {
        kind: [one for one in grids if one.kind == kind] for kind in ("comprehensive", "dedicated", "undeveloped")
    }
    ordinary = of_kind["comprehensive"]
    unit = _("households") if rules.unit == "households" else _("people")
    communities = len(proposal.map_ground.communities)
    yield ngettext(
        "%(communities)d community, %(buildings)d buildings, %(load)s %(unit)s.",
        "%(communities)d communities, %(buildings)d buildings, %(load)s %(unit)s.",
        communities,
    ) % {
        "communities": communities, "buildings": len(proposal.members.codes),
        "load": f"{proposal.members.load.sum():.0f}", "unit": unit,
    }  # fmt: skip
    if proposal.run.made_of == "grids":
        yield ngettext("%d beat.", "%d beats.", len(grids)) % len(grids)
    else:
        yield _("%(grids)d grids: %(comprehensive)d comprehensive, %(dedicated)d dedicated, %(undeveloped)d undeveloped.") % {
            "grids": len(grids), **{kind: len(found) for kind, found in of_kind.items()},
        }  # fmt: skip
    yield _("Within %(low)s to %(high)s %(unit)s: %(good)d of %(all)d.") % {
        "low": f"{rules.low:g}", "high": f"{rules.high:g}", "unit": unit,
        "good": sum(one.in_bounds for one in ordinary), "all": len(ordinary),
    }  # fmt: skip
    if ordinary:
        yield _(
            "Border on streets: %(share).1f %%; across a main road: %(crossing)d (at least %(bound)d); compactness: %(compactness).2f."
        ) % {
            "share": 100 * totals["street_share"], "crossing": totals["crossing"], "bound": totals["crossing_bound"],
            "compactness": np.mean([one.polsby_popper for one in ordinary]),
        }  # fmt: skip
    proofs = Counter(one.kind for one in proposal.findings if one.kind in PROOFS)
    if proofs:
        yield _("Communities: %(least)d proved least, %(within)d within a known share of it, %(walked)d walked.") % {
            "least": proofs[PROVED_LEAST], "within": proofs[PROVED_WITHIN], "walked": proofs[WALKED],
        }  # fmt: skip
    yield from finding_lines(proposal)


def finding_lines(proposal: Proposal) -> Iterator[str]:
    """The first findings as sentences, and how many more there are."""
    names = dict(zip(proposal.map_ground.community_codes, proposal.map_ground.community_names, strict=True))
    findings = [one for one in proposal.findings if one.kind not in PROOFS]
    for finding in findings[:SHOWN_FINDINGS]:
        yield "  " + sentence(finding, names, of_beats=proposal.run.made_of == "grids")
    if len(findings) > SHOWN_FINDINGS:
        yield "  " + _("… and %d more; the report has them all.") % (len(findings) - SHOWN_FINDINGS)
