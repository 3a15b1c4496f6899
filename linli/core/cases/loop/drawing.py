"""The page about the loop, drawn from the table of transitions: docs/case-loop.md is this text, and a test holds it."""

from __future__ import annotations

from linli.core.cases.models import State
from linli.core.cases.transitions import ACTION_TITLES, TRANSITIONS

WHO = {
    "area": "whoever holds `case.<action>` over the area", "handling_unit": "the handling unit", "assisting_unit": "an assisting unit",
    "reporter": "who holds the tracking number", "system": "the system (the clock's jobs, an import, a new division)",
}  # fmt: skip


def loop_page() -> str:
    """Markdown: a diagram and the whole table. English, since it stands in docs/."""
    from django.utils.translation import override

    with override("en"):
        return "\n".join([*_head(), *_diagram(), *_table()]) + "\n"


def _head() -> list[str]:
    return [
        "# The loop of a case",
        "",
        "Drawn by `linli transitions` from `linli/core/cases/transitions.py`; change the table, not this page.",
        "",
    ]


def _diagram() -> list[str]:
    lines = ["```mermaid", "stateDiagram-v2"]
    seen: dict[tuple[str, str], list[str]] = {}
    for row in TRANSITIONS:
        if row.state != row.to:
            seen.setdefault((row.state, row.to), []).append(str(ACTION_TITLES[row.action]))
    for (state, to), actions in seen.items():
        lines.append(f"    {state or '[*]'} --> {to}: {', '.join(actions)}")
    lines += [f"    {state} --> [*]" for state in ("archived", "rejected", "merged", "void")]
    return [*lines, "```", ""]


def _table() -> list[str]:
    lines = [
        "| state | action | leads to | who | must give | may give | clock |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in TRANSITIONS:
        clock = [f"stops {', '.join(row.stops)}"] if row.stops else []
        clock += [f"pauses {row.pauses}"] if row.pauses else []
        clock += [f"starts {row.starts}"] if row.starts else []
        clock += [f"resumes {row.resumes}"] if row.resumes else []
        who = "; ".join(WHO[relation] for relation in row.who) + (", not who handled it" if row.not_by_handler else "")
        lines.append(
            f"| {row.state or '—'} | `{row.action}` {ACTION_TITLES[row.action]} | {row.to} | {who} | {', '.join(row.needs)} | "
            f"{', '.join(row.takes)} | {'; '.join(clock)} |"
        )
    return [*lines, "", f"States: {', '.join(f'{state.value} ({state.label})' for state in State)}."]
