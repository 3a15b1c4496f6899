"""Make fixtures/oberrhein_outages.json: for every line of mv_oberrhein out, the most load that switching can restore.

    python -m tests.algorithms.supply.make_oberrhein_outages        (some minutes)

An exhaustive search that shares nothing with linli's: every subset of the six ties times every choice of at most two
lines of the lost section to open, radial operation by union-find over pandapower's tables, voltage 0.9 to 1.1 p.u. and
loading at most 100 % by pandapower's Newton power flow of the whole network. Plans are tried in the order of what they
would restore, so the first that holds is the best. `test_restoration` compares, and recomputes some with pandapower.
"""

from __future__ import annotations

import copy
import itertools
import json
import sys
from pathlib import Path
from typing import Any

import pandapower
from pandapower.powerflow import LoadflowNotConverged

from tests.algorithms.supply.oberrhein import pandapower_net

FIXTURE = Path(__file__).parent / "fixtures" / "oberrhein_outages.json"
MOST_OPENINGS = 2
CASES: dict[str, dict[str, Any]] = {
    "load": {"scenario": "load", "transformers_limit": False},
    "load, transformers too": {"scenario": "load", "transformers_limit": True},
    "generation": {"scenario": "generation", "transformers_limit": False},
}


class Wiring:
    """Buses and lines of a pandapower net, for asking who hangs on whom without any power flow."""

    def __init__(self, net: Any) -> None:
        self.ends = {int(i): (int(row.from_bus), int(row.to_bus)) for i, row in net.line.iterrows()}
        self.fixed = [(int(row.hv_bus), int(row.lv_bus)) for _, row in net.trafo.iterrows()]
        self.sources = [int(bus) for bus in net.ext_grid.bus]
        self.buses = [int(bus) for bus in net.bus.index]
        self.ties = sorted({int(line) for line in net.switch.element[~net.switch.closed]})
        self.kw = dict.fromkeys(self.buses, 0.0)
        for row in net.load.itertuples():
            self.kw[int(row.bus)] += row.p_mw * row.scaling * 1e3

    def supplied(self, lines: set[int]) -> set[int] | None:
        """Return the buses that hang on a source with these lines closed; None where they make a loop or join sources."""
        above = {bus: bus for bus in self.buses}

        def top(bus: int) -> int:
            while above[bus] != bus:
                above[bus] = above[above[bus]]
                bus = above[bus]
            return bus

        for source in self.sources[1:]:
            above[source] = self.sources[0]
        for one, other in [*self.fixed, *(self.ends[line] for line in lines)]:
            first, second = top(one), top(other)
            if first == second:
                return None
            above[first] = second
        grid = top(self.sources[0])
        return {bus for bus in self.buses if top(bus) == grid}


def best_plan(net: Any, wiring: Wiring, out: int, transformers_limit: bool) -> dict[str, Any]:
    """Search all plans for line `out`."""
    normal = set(wiring.ends) - set(wiring.ties) - {out}
    healthy = wiring.supplied(normal)
    assert healthy is not None
    lost = set(wiring.buses) - healthy
    inside = [line for line in sorted(normal) if set(wiring.ends[line]) <= lost]
    plans = []
    for openings in range(MOST_OPENINGS + 1):
        for opened in itertools.combinations(inside, openings):
            for closings in range(1, len(wiring.ties) + 1):
                for closed in itertools.combinations(wiring.ties, closings):
                    supplied = wiring.supplied((normal - set(opened)) | set(closed))
                    if supplied is not None and supplied & lost:
                        kw = round(sum(wiring.kw[bus] for bus in supplied & lost), 6)
                        plans.append((-kw, len(opened) + len(closed), closed, opened))
        if openings == 0 and any(holds(net, out, *plan[2:], transformers_limit) for plan in plans):
            break  # with nothing opened the whole section comes back: nothing can be better
    flows = 0
    found: dict[str, Any] = {"restored_kw": 0.0, "close": [], "open": []}
    for negative_kw, _, closed, opened in sorted(plans):
        flows += 1
        if holds(net, out, closed, opened, transformers_limit):
            found = {"restored_kw": -negative_kw, "close": list(closed), "open": list(opened)}
            break
    lost_kw = round(sum(wiring.kw[bus] for bus in lost), 6)
    return {"line": out, "lost_kw": lost_kw, **found, "plans": len(plans), "power_flows": flows}


def holds(net: Any, out: int, closed: tuple[int, ...], opened: tuple[int, ...], transformers_limit: bool) -> bool:
    """Tell whether the network keeps to the limits with this plan, by pandapower's power flow."""
    in_service, switch_closed = net.line.in_service.copy(), net.switch.closed.copy()
    net.line.loc[[out, *opened], "in_service"] = False
    net.switch.loc[net.switch.element.isin(closed), "closed"] = True
    try:
        pandapower.runpp(net, init="auto", tolerance_mva=1e-9)
    except LoadflowNotConverged:
        return False
    finally:
        net.line["in_service"], net.switch["closed"] = in_service, switch_closed
    voltage = net.res_bus.vm_pu.dropna()
    loading = [net.res_line.loading_percent.dropna()]
    if transformers_limit:
        loading.append(net.res_trafo.loading_percent.dropna())
    return bool(voltage.between(0.9, 1.1).all() and all((percent <= 100).all() for percent in loading))


def main() -> None:
    """Write the fixture, one line of text per outage."""
    cases = []
    for name, case in CASES.items():
        net = pandapower_net(case["scenario"])
        wiring = Wiring(copy.deepcopy(net))
        rows = []
        for line in sorted(set(wiring.ends) - set(wiring.ties)):
            rows.append(json.dumps(best_plan(net, wiring, line, case["transformers_limit"])))
            sys.stderr.write(f"\r{name}: {len(rows)} of {len(wiring.ends) - len(wiring.ties)} lines ")
        head = json.dumps({"name": name, **case})[:-1]
        cases.append(f'{head}, "outages": [\n' + ",\n".join(rows) + "\n]}")
    FIXTURE.parent.mkdir(exist_ok=True)
    made_with = f"pandapower {pandapower.__version__}, at most {MOST_OPENINGS} lines opened"
    FIXTURE.write_text(f'{{"made_with": "{made_with}", "cases": [\n' + ",\n".join(cases) + "\n]}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
