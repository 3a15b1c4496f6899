"""The page about a flow, drawn from its table: docs/case-loop.md and the like are this text, and a test holds them."""

from __future__ import annotations

from django.utils.translation import override

from linli.core.flow.definition import AnyRules
from linli.core.flow.table import Transition


def flow_page(flow: AnyRules) -> str:
    """Markdown: a diagram and the whole table. English, since it stands in docs/."""
    with override("en"):
        head = [
            f"# {str(flow.title).capitalize()}: states and transitions",
            "",
            f"Drawn by `linli transitions {flow.code}` from the table in `{flow.model.__module__.split('.models')[0]}`; change the table, not this page.",
            "",
        ]
        return "\n".join([*head, *_diagram(flow), *_table(flow)]) + "\n"


def _diagram(flow: AnyRules) -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    seen: dict[tuple[str, str], list[str]] = {}
    for row in flow.transitions:
        if row.state != row.to:
            seen.setdefault((row.state, row.to), []).append(str(flow.titles[row.action]))
    for (state, to), actions in seen.items():
        lines.append(f"    {state or '[*]'} --> {to}: {', '.join(actions)}")
    left = {row.state for row in flow.transitions if row.state != row.to}
    lines += [f"    {state} --> [*]" for state in flow.states.values if state not in left or state in flow.ended]
    return [*lines, "```", ""]


def _table(flow: AnyRules) -> list[str]:
    lines = [
        "| state | action | leads to | who | must give | may give | clock |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_line(flow, row) for row in flow.transitions),
    ]
    return [*lines, "", f"States: {', '.join(f'{state} ({label})' for state, label in flow.states.choices)}."]


def _line(flow: AnyRules, row: Transition) -> str:
    clock = [f"stops {', '.join(row.stops)}"] if row.stops else []
    clock += [f"pauses {row.pauses}"] if row.pauses else []
    clock += [f"starts {row.starts}"] if row.starts else []
    clock += [f"resumes {row.resumes}"] if row.resumes else []
    who = "; ".join(str(flow.relations[relation].words) for relation in row.who)
    who += "".join(f", not the {duty}" for duty in row.not_by)
    cells = (
        row.state or "—", f"`{row.action}` {flow.titles[row.action]}", row.to, who, ", ".join(row.needs), ", ".join(row.takes),
        "; ".join(clock),
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"
