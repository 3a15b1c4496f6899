"""Outages of a medium-voltage network in words, for the terminal: what is dark anyway, and line by line what comes back, and why not more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from linli.algorithms.supply.network import Network
from linli.algorithms.supply.restoration import NormalState, Obstacle, Restoration
from linli.subsystems.division.sentences import code_list


def state_lines(network: Network, state: NormalState) -> Iterator[str]:
    """The normal state: nodes without supply, and what is outside the limits before anything happens."""
    yield _("%(nodes)d nodes, %(branches)d branches, %(kw)s kW.") % {
        "nodes": len(network.node_codes), "branches": len(network.branch_codes), "kw": f"{network.load_kw.sum():,.0f}",
    }  # fmt: skip
    if len(state.dark):
        yield ngettext(
            "Without supply in the normal state: %(count)d node with %(kw)s kW (%(codes)s).",
            "Without supply in the normal state: %(count)d nodes with %(kw)s kW (%(codes)s).",
            len(state.dark),
        ) % {
            "count": len(state.dark), "kw": f"{state.dark_kw:,.0f}", "codes": _some(network.node_codes, state.dark.tolist()),
        }  # fmt: skip
    if not state.flow.converged:
        yield _("The voltages of the normal state do not settle: the network cannot carry its load.")
        return
    for nodes, sentence in (
        (state.low, _("Voltage too low in the normal state: %s.")), (state.high, _("Voltage too high in the normal state: %s.")),
    ):  # fmt: skip
        if len(nodes):
            yield sentence % _some(network.node_codes, nodes.tolist())
    if len(state.overloaded):
        yield _("Overloaded in the normal state: %s.") % _some(network.branch_codes, state.overloaded.tolist())


def outage_line(network: Network, found: Restoration) -> str:
    """One outage: what is lost, which switches bring how much back, and what stands in the way of more."""
    code = network.branch_codes[found.out]
    if found.obstacle.reason == "open":
        return _("%s: open in the normal state; nothing is lost.") % code
    if found.obstacle.reason == "dark":
        return _("%s: without supply already; nothing more is lost.") % code
    values = {"code": code, "count": len(found.lost), "kw": f"{found.lost_kw:,.0f}"}
    lost = ngettext(
        "%(code)s: %(count)d node with %(kw)s kW lost", "%(code)s: %(count)d nodes with %(kw)s kW lost", len(found.lost)
    )
    told = [lost % values]
    if found.plan.close:
        values = {
            "close": _some(network.branch_codes, found.plan.close),
            "open": _some(network.branch_codes, found.plan.open), "kw": f"{found.plan.restored_kw:,.0f}",
        }  # fmt: skip
        told.append(
            (
                _("close %(close)s, open %(open)s: %(kw)s kW back")
                if found.plan.open
                else _("close %(close)s: %(kw)s kW back")
            )
            % values
        )
    if len(found.dark):
        dark = _some(network.node_codes, found.dark.tolist())
        told.append(_("%(codes)s stay dark (%(why)s)") % {"codes": dark, "why": why(network, found.obstacle)})
    return _("; ").join(told) + _(".")


def why(network: Network, obstacle: Obstacle) -> str:
    """What stands in the way of more."""
    if obstacle.reason in ("voltage_low", "voltage_high"):
        values = {
            "code": network.node_codes[obstacle.at],
            "value": f"{obstacle.value:.3f}",
            "before": f"{obstacle.before:.3f}",
        }
        return _("node %(code)s would be at %(value)s p.u., now %(before)s") % values
    if obstacle.reason == "loading":
        values = {
            "code": network.branch_codes[obstacle.at], "value": f"{100 * obstacle.value:.0f}", "before": f"{100 * obstacle.before:.0f}",
        }  # fmt: skip
        return _("%(code)s would carry %(value)s %% of its rating, now %(before)s %%") % values
    if obstacle.reason == "collapse":
        return _("the voltages would not settle")
    if obstacle.reason == "no_tie":
        return _("no tie that may be switched leads there")
    return _("no switch can separate it")


def _some(codes: Sequence[str], numbers: Sequence[int]) -> str:
    return code_list(tuple(codes[one] for one in numbers))
