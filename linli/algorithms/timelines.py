"""What held under a key, and when: steps in time, each with the values that hold from it on, `None` for nothing.

A row with an end, a row that a later one follows and a row that always holds are all told so, and compared so: two timelines are the
same when they say the same at every instant. Pure: no clock, no database. All instants are aware.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

Values = Mapping[str, Any]
ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
"""The instant from which what has no beginning holds."""


class Step(NamedTuple):
    """From `begins` on these values hold; None: nothing does."""

    begins: datetime
    values: Values | None


class Span(NamedTuple):
    """Values that hold from `begins` to just before `ends` (None: without end)."""

    begins: datetime
    ends: datetime | None
    values: Values


Steps = tuple[Step, ...]


def steps_of(steps: Iterable[Step]) -> Steps:
    """The steps in order and without those that change nothing. Of several at one instant the last one counts."""
    by_instant = {step.begins: step.values for step in sorted(steps, key=lambda one: one.begins)}
    kept: list[Step] = []
    for begins, values in by_instant.items():
        if values != (kept[-1].values if kept else None):
            kept.append(Step(begins, values))
    return tuple(kept)


def of_spans(spans: Iterable[Span]) -> Steps:
    """The steps of spans that do not overlap; where one ends as the next begins there is no gap."""
    ordered = sorted(spans, key=lambda one: one.begins)
    ends = [Step(one.ends, None) for one in ordered if one.ends is not None]
    return steps_of([*ends, *(Step(one.begins, one.values) for one in ordered)])


def spans_of(steps: Steps) -> list[Span]:
    """The stretches during which something holds, in order."""
    following = [step.begins for step in steps[1:]]
    return [
        Span(step.begins, ends, step.values)
        for step, ends in zip(steps, [*following, None], strict=False)
        if step.values is not None
    ]


def at(steps: Steps, instant: datetime) -> Values | None:
    """What holds at an instant."""
    return next((step.values for step in reversed(steps) if step.begins <= instant), None)


def changed(steps: Steps, instant: datetime, values: Values | None) -> Steps:
    """The same with other values from an instant on, until what was to come then comes."""
    before = [step for step in steps if step.begins < instant]
    return steps_of([*before, Step(instant, values), *(step for step in steps if step.begins > instant)])


def restored(steps: Steps, before: Steps, instant: datetime) -> Steps:
    """From an instant on what `before` says; what `steps` says held until then stays told."""
    kept = [step for step in steps if step.begins < instant]
    return steps_of([*kept, Step(instant, at(before, instant)), *(step for step in before if step.begins > instant)])


def onwards(steps: Steps, instant: datetime) -> Steps:
    """What holds at an instant and what comes after it, without what was before."""
    return steps_of([Step(instant, at(steps, instant)), *(step for step in steps if step.begins > instant)])


class Kept(NamedTuple):
    """A span as a row keeps it."""

    id: int
    begins: datetime
    ends: datetime | None
    values: Values


class Plan(NamedTuple):
    """What makes rows say a timeline: rows to delete, other ends for rows that stay, spans that have no row yet."""

    gone: list[int]
    ends: dict[int, datetime | None]
    new: list[Span]


def plan(rows: Iterable[Kept], steps: Steps) -> Plan:
    """How to make the rows of one key say these steps. Rows that say it already keep their ids."""
    gone, chains = [], {span.begins: (span, list[Kept]()) for span in spans_of(steps)}
    for row in sorted(rows, key=lambda one: one.begins):
        # A span may be said by several rows, each going on where the one before ends.
        for span, chain in chains.values():
            goes_on = chain[-1].ends if chain else span.begins
            if goes_on == row.begins and row.values == span.values and (span.ends is None or row.begins < span.ends):
                chain.append(row)
                break
        else:
            gone.append(row.id)
    ends = {chain[-1].id: span.ends for span, chain in chains.values() if chain and chain[-1].ends != span.ends}
    return Plan(gone, ends, [span for span, chain in chains.values() if not chain])


def key_of(values: Values, names: Iterable[str]) -> str:
    """What a row is known by among others: the values of these names, as one text."""
    return "~".join("" if values.get(name) is None else str(values[name]) for name in names)


def as_json(steps: Steps) -> list[list[Any]]:
    """A timeline as it is kept with a change."""
    return [[step.begins.isoformat(), step.values] for step in steps]


def from_json(kept: Sequence[Sequence[Any]]) -> Steps:
    """The same back."""
    return tuple(Step(datetime.fromisoformat(begins), values) for begins, values in kept)
