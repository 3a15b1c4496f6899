"""A refusal that whoever shows it can say in the reader's language.

`lib` and `algorithms` know no translations. They refuse with an English sentence and its parts, and the door that
shows it to a person translates: `gettext(sentence.msgid) % sentence.params`. Chinese stands in linli/locale like
every other text.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Sentence(NamedTuple):
    """An English message with %(name)s places, and what stands in them. `str()` gives it in English."""

    msgid: str
    params: Mapping[str, object] = MappingProxyType({})

    def __str__(self) -> str:
        return self.msgid % self.params


class Refusal(ValueError):
    """Something from outside cannot be taken; `sentence` says what is wrong and how to mend it."""

    def __init__(self, msgid: str, **params: object) -> None:
        self.sentence = Sentence(msgid, params)
        super().__init__(str(self.sentence))
