"""Which append-only rows are bound to audit records, and how verify.py gets them to compare.

An area that gives `subject_digest` to `work.audit` registers here how the same digests are computed from its live rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Digests = Callable[[], Iterable[tuple[str, bytes]]]
StateCheck = Callable[[], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of bound rows."""

    kind: str
    digests: Digests
    state_check: StateCheck | None


_subjects: dict[str, Subject] = {}


def register_subject(kind: str, digests: Digests, state_check: StateCheck | None = None) -> None:
    """Registers the rows behind `subject_kind`.

    `digests()` streams one (subject_id, digest) per record that was written with a `subject_digest`, recomputed from
    the live rows, in any order; a subject with three records gives three pairs. It may be called twice in one
    verification. `state_check()` yields sentences about rows that contradict their own history.
    """
    known = _subjects.get(kind)
    if known is not None and known.digests is not digests:
        raise ValueError(f"The subject kind {kind!r} is registered already; choose another name.")
    _subjects[kind] = Subject(kind, digests, state_check)


def subjects() -> dict[str, Subject]:
    """All registered kinds by name."""
    return _subjects
