"""What answers may be about, and who else knows facts of it: registers that other areas and departments fill at the start.

A subject is named by its kind and its id: a grid, premises, a person. Forms know none of them; who keeps them says here how one is
found, and what is known of it besides earlier answers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from linli.core.access.public import Access
from linli.core.forms.values import Value
from linli.core.platform.public import title_in


class About(NamedTuple):
    """What answers are about."""

    kind: str
    id: int


class Found(NamedTuple):
    """A subject that somebody may fill in a form about: how it is called, and the area it lies in."""

    title: str
    area_id: int


class KnownFact(NamedTuple):
    """A value that is known without asking: as an answer has it (values.py), from where in the reader's words, of which day."""

    value: Value
    source: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectKind:
    """A kind of subject. `find(access, id)` gives one that this person may see, None for any other; `access` is None for a resident."""

    code: str
    titles: Mapping[str, str]
    find: Callable[[Access | None, int], Found | None]

    @property
    def title(self) -> str:
        """The kind in the reader's language."""
        return title_in(dict(self.titles))


@dataclass(frozen=True, slots=True, kw_only=True)
class FactSource:
    """Who knows facts of subjects of a kind: `known(id, facts)` gives those of the asked keys that it knows, in few statements.

    What a source gives is shown to whoever fills in a form about the subject: it gives nothing that is sealed.
    """

    code: str
    kind: str
    facts: tuple[str, ...]
    known: Callable[[int, Collection[str]], Mapping[str, KnownFact]]


_kinds: dict[str, SubjectKind] = {}
_sources: dict[str, FactSource] = {}


def register_subject_kind(kind: SubjectKind) -> None:
    """Adds a kind, at the start. The same again changes nothing; another one with the same code is refused (ValueError)."""
    if _kinds.setdefault(kind.code, kind) != kind:
        raise ValueError(f"Two kinds of subjects are called {kind.code!r}.")


def register_fact_source(source: FactSource) -> None:
    """Adds a source of facts, at the start. The same again changes nothing; another one with the same code is refused (ValueError)."""
    if _sources.setdefault(source.code, source) != source:
        raise ValueError(f"Two sources of facts are called {source.code!r}.")


def subject_kinds() -> Mapping[str, SubjectKind]:
    """The kinds by their codes."""
    return _kinds


def found_subject(access: Access | None, about: About) -> Found | None:
    """A subject that this person may fill in a form about; None for what does not exist, or not for them."""
    kind = _kinds.get(about.kind)
    return kind.find(access, about.id) if kind else None


def told_by_sources(about: About, facts: Collection[str]) -> dict[str, KnownFact]:
    """What the sources know, the newest of each fact."""
    found: dict[str, KnownFact] = {}
    for source in _sources.values():
        asked = [fact for fact in facts if fact in source.facts]
        if source.kind != about.kind or not asked:
            continue
        for fact, known in source.known(about.id, asked).items():
            if fact not in found or found[fact].on < known.on:
                found[fact] = known
    return found
