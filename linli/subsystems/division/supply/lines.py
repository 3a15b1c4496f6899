"""A supply plan in words, for the terminal: substations, who stays dark, and what is known of a place with a fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from linli.algorithms.division.model import Finding
from linli.algorithms.supply.faults import Fault
from linli.algorithms.supply.report import SubstationRow, SupplyReport
from linli.subsystems.division.sentences import code_list, sentence

SHOWN_FINDINGS = 20


def supply_lines(report: SupplyReport, findings: Sequence[Finding]) -> Iterator[str]:
    """The lines, in the active language."""
    yield _("%(customers)d customers with %(kw)s kW; %(unserved)d of them find no capacity.") % {
        "customers": report.customers, "kw": f"{report.demand_kw:,.0f}", "unserved": report.unserved_customers,
    }  # fmt: skip
    yield _("Mean way to the feeder %(metres)d m, fullest source %(share).1f %%; at most %(gap).2f %% above the best plan.") % {
        "metres": round(report.mean_distance_m), "share": 100 * report.largest_utilisation, "gap": 100 * report.gap,
    }  # fmt: skip
    for row in report.substations:
        yield "  " + substation_line(row)
    for finding in findings[:SHOWN_FINDINGS]:
        yield "  " + sentence(finding)
    if len(findings) > SHOWN_FINDINGS:
        yield "  " + _("… and %d more; the file has them all.") % (len(findings) - SHOWN_FINDINGS)


def substation_line(row: SubstationRow) -> str:
    """One substation: its load, and who carries it when it is out."""
    values = {
        "code": row.code, "customers": row.customers, "kw": f"{row.forecast_kw:,.0f}", "share": f"{100 * row.utilisation:.1f}",
        "carried": f"{row.carried_kw:,.0f}", "by": code_list(row.carried_by), "dark": row.dark_customers,
    }  # fmt: skip
    if not row.carried_by:
        return (
            _("%(code)s: %(customers)d customers, %(kw)s kW (%(share)s %%); nobody steps in when it is out.") % values
        )
    return (
        _(
            "%(code)s: %(customers)d customers, %(kw)s kW (%(share)s %%); when it is out, %(by)s carry %(carried)s kW and "
            "%(dark)d customers stay dark."
        )
        % values
    )


def fault_line(place: str, fault: Fault) -> str:
    """What is known of a place."""
    if fault.state == "outside":
        return _("%s lies outside the ground of the plan.") % place
    if fault.state == "unsupplied":
        return _("%(place)s: no capacity is left for the %(count)d customers there.") % {
            "place": place, "count": len(fault.customers),
        }  # fmt: skip
    values = {
        "place": place, "substation": fault.substation, "feeder": fault.feeder, "metres": round(fault.distance_m),
        "second": fault.second_substation, "second_feeder": fault.second_feeder,
    }  # fmt: skip
    if not fault.second_substation:
        return _("%(place)s: grid of %(substation)s (%(metres)d m away), feeder %(feeder)s, no second source.") % values
    return (
        _(
            "%(place)s: grid of %(substation)s (%(metres)d m away), feeder %(feeder)s; second source %(second)s, feeder "
            "%(second_feeder)s."
        )
        % values
    )
