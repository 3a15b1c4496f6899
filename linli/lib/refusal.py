"""A refusal that whoever shows it can say in the language of the reader.

`lib` and `algorithms` know no translations. They raise a `Refusal` with an English sentence and its parts, and the door
that shows it to a person translates: `error.in_language(gettext)`. The Chinese stands in linli/locale like every
other text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple


class Sentence(NamedTuple):
    """An English message with %(name)s places, and what stands in them, which may be sentences. `str()` is English."""

    msgid: str
    params: Mapping[str, object] = MappingProxyType({})

    def __str__(self) -> str:
        return self.in_language(str)

    def in_language(self, gettext: Callable[[str], str]) -> str:
        """The sentence as `gettext` translates it, with the sentences inside it translated too."""
        filled = {
            name: part.in_language(gettext) if isinstance(part, Sentence) else part
            for name, part in self.params.items()
        }
        return gettext(self.msgid) % filled


class Refusal(ValueError):
    """Something from outside cannot be taken; `sentence` says what is wrong and how to mend it."""

    def __init__(self, msgid: str, **params: object) -> None:
        self.sentence = Sentence(msgid, params)
        super().__init__(str(self.sentence))

    def in_language(self, gettext: Callable[[str], str]) -> str:
        """The sentence as `gettext` translates it."""
        return self.sentence.in_language(gettext)
