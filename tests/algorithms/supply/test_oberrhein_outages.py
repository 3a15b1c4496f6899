"""Every line of mv_oberrhein out: what linli restores is what an exhaustive search with pandapower restores."""

from __future__ import annotations

import functools
import json
from typing import Any

import pytest

from linli.algorithms.supply.network import Network
from linli.algorithms.supply.restoration import Limits, Restoration, restore_all
from tests.algorithms.supply.make_oberrhein_outages import (
    CASES,
    FIXTURE,
    MOST_OPENINGS,
    Wiring,
    best_plan,
    holds,
)
from tests.algorithms.supply.oberrhein import network_of, pandapower_net


@functools.cache
def outages() -> dict[str, Any]:
    """Return the fixture's cases by name."""
    return {case["name"]: case for case in json.loads(FIXTURE.read_text(encoding="utf-8"))["cases"]}


@functools.cache
def restorations(name: str) -> tuple[Network, dict[int, Restoration]]:
    """Search mv_oberrhein for every line out; by the number of the line."""
    case = CASES[name]
    network = network_of(pandapower_net(case["scenario"]), transformers_limit=case["transformers_limit"])
    lines = [network.branch(f"line {row['line']}") for row in outages()[name]["outages"]]
    found = restore_all(network, Limits(), MOST_OPENINGS, lines)
    return network, {int(network.branch_codes[one.out].removeprefix("line ")): one for one in found}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CASES))
def test_every_line_out_restores_what_the_exhaustive_search_restores(name: str) -> None:
    _, found = restorations(name)
    rows = outages()[name]["outages"]
    assert len(rows) == 175  # all but the six ties
    differences = {
        row["line"]: (row["restored_kw"], found[row["line"]].plan.restored_kw)
        for row in rows
        if abs(row["restored_kw"] - found[row["line"]].plan.restored_kw) > 1e-3
        or abs(row["lost_kw"] - found[row["line"]].lost_kw) > 1e-3
    }
    assert differences == {}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "line"), [("load", 72), ("load, transformers too", 34), ("generation", 36)])
def test_the_exhaustive_search_still_finds_what_the_fixture_says(name: str, line: int) -> None:
    case = CASES[name]
    net = pandapower_net(case["scenario"])
    row = next(row for row in outages()[name]["outages"] if row["line"] == line)
    assert best_plan(net, Wiring(net), line, case["transformers_limit"]) == row


@pytest.mark.slow
@pytest.mark.parametrize("name", list(CASES))
def test_pandapower_finds_the_plans_of_the_fixture_and_ours_within_the_limits(name: str) -> None:
    """The fixture stays honest: its plan holds, and so does ours, by a power flow computed now."""
    case = CASES[name]
    net = pandapower_net(case["scenario"])
    network, found = restorations(name)
    partly = [row for row in outages()[name]["outages"] if 0 < row["restored_kw"] < row["lost_kw"] - 1e-3]
    wholly = [row for row in outages()[name]["outages"] if row["restored_kw"] > row["lost_kw"] - 1e-3]
    for row in [*partly[::4], *wholly[::40]]:
        plan = found[row["line"]].plan
        ours = [tuple(int(network.branch_codes[k].removeprefix("line ")) for k in ks) for ks in (plan.close, plan.open)]
        assert holds(net, row["line"], tuple(row["close"]), tuple(row["open"]), case["transformers_limit"])
        assert holds(net, row["line"], ours[0], ours[1], case["transformers_limit"])
        if row in partly:  # one tie for all of it passes a limit, or the fixture would have found that
            for tie in row["close"]:
                assert not holds(net, row["line"], (tie,), (), case["transformers_limit"])
