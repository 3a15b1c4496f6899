"""A file of ground that is brought in whole or not at all: the field `ground` of an `Import` (imports.py next door).

Rows of a table stand each for itself; the shapes of a file divide ground between them, so one that is wrong spoils the rest. Whoever declares
such an import says what a layer would change and changes it; reading the file, its pages, the map, the process apart and taking back are the
engine's (linli/core/exchange).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

if TYPE_CHECKING:
    from linli.core.platform.plug.imports import ImportAsked
    from linli.core.platform.writing.work import Work
    from linli.lib.geo.layer import Layer

What = Literal["added", "changed", "ended", "here"]
WHATS: tuple[What, ...] = ("added", "changed", "ended", "here")


@dataclass(frozen=True, slots=True)
class Choices:
    """How somebody wants a file read: `columns` (code of a column → heading), the layer of the file ("": the first with shapes), what its
    numbers are ("": what it says), whether north comes first, whether what is safe is mended; from which day it holds (2027-01-01, "": at
    once), and whether what the file no longer has ends."""

    columns: Mapping[str, str] = field(default_factory=dict)
    layer: str = ""
    coordinates: str = ""
    swapped: bool = False
    mend: bool = False
    begins: str = ""
    end_missing: bool = False

    def as_text(self) -> str:
        """All but the columns, to be kept."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "columns"})

    @classmethod
    def of_text(cls, text: str, columns: Mapping[str, str]) -> Choices:
        """What `as_text` kept, and the columns."""
        return cls(columns=columns, **(json.loads(text) if text else {}))


class Fault(NamedTuple):
    """Something about a file: the number of the feature (0: the file), column, value, a sentence with the mend, its place (WGS 84) where it has
    one, and whether the file cannot be taken for it. `safe`: mending puts it right."""

    number: int
    column: str
    value: str
    mend: str
    lon: float | None = None
    lat: float | None = None
    grave: bool = True
    safe: bool = False


class Change(NamedTuple):
    """One thing of a file or of what is there: its code, its name, what becomes of it, its shape (WKB, WGS 84; None for none)."""

    code: str
    name: str
    what: What
    shape: bytes | None


@dataclass
class Look:
    """What a file would do. `rows` are its features, `notes` sentences on what was done with it, `stands_on` says what it was held against:
    when that is another by the time it is taken in, it has to be looked at again. `made` is for `keep` alone."""

    rows: int
    notes: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    stands_on: str = ""
    made: Any = None

    @property
    def bad(self) -> int:
        """How many faults keep the file from being taken."""
        return sum(fault.grave for fault in self.faults)

    def count(self, what: What) -> int:
        """Of how many things this becomes."""
        return sum(change.what == what for change in self.changes)


class OtherMeaning(NamedTuple):
    """What the numbers of a file are likely to be instead: a question with its evidence, and the choice that says yes."""

    question: str
    coordinates: str
    swapped: bool


@dataclass(frozen=True, kw_only=True)
class File:
    """How an import reads a file of ground. `look(layer, choices, asked)` says what it would change and writes nothing; raises Refusal for what
    is wrong with the choices. `keep(work, look, choices, asked, file_name)` changes it inside one write and gives the id of what `take_back` is
    called with, None when nothing changed. `other_meaning` proposes another coordinate system.

    `shapeless`: a table without any shapes will do. `dated`: it may begin on a later day. `ends`: one may say that what the file no longer has
    ends; without, it always does. `example` is a file in the folder `examples` of the package `package`.
    """

    look: Callable[[Layer, Choices, ImportAsked], Look]
    keep: Callable[[Work, Look, Choices, ImportAsked, str], int | None]
    other_meaning: Callable[[Layer, Choices], OtherMeaning | None]
    package: str
    example: str
    shapeless: bool = False
    dated: bool = False
    ends: bool = False
