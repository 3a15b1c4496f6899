"""The small parts of a form's document (texts, flags, numbers), each read or noted as a fault. reader.py puts them together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from linli.core.forms.schema import LONGEST_LABEL, Texts
from linli.lib.faults import Fault
from linli.lib.text import has_unseen

LANGUAGES = ("zh-hans", "en")


class Parts:
    """Gathers faults while the parts of a document are read."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, number: int, part: str, name: str, mend: str) -> None:
        """Notes a fault of a question (or of the form, number 0)."""
        self.faults.append(Fault(number, part, name[:60], mend))

    def own(self, given: Mapping[str, Any], parts: set[str], number: int, name: str) -> None:
        """Notes parts that nothing reads: what was misspelt would otherwise be left out in silence."""
        for part in sorted(set(map(str, given)) - parts):
            words = _("There is no part “%(part)s” here; there are: %(parts)s.")
            self.fault(number, part[:40], name, words % {"part": part[:40], "parts": ", ".join(sorted(parts))})

    def texts(
        self,
        given: Mapping[str, Any],
        part: str,
        number: int,
        name: str,
        *,
        needed: bool = False,
        longest: int = LONGEST_LABEL,
    ) -> Texts:
        """A text in one language or both."""
        found = given.get(part, {})
        found = dict.fromkeys(LANGUAGES, found) if isinstance(found, str) else found
        if (
            not isinstance(found, dict)
            or not set(found) <= set(LANGUAGES)
            or not all(isinstance(one, str) for one in found.values())
        ):
            self.fault(number, part, name, _("A text is words, or an object with “zh-hans” and “en”."))
            return {}
        kept = {language: words.strip() for language, words in found.items() if words.strip()}
        if any(has_unseen(words) for words in kept.values()):
            self.fault(number, part, name, _("The text holds control characters that nobody sees; type it again."))
        elif any(len(words) > longest for words in kept.values()):
            self.fault(number, part, name, _("The text is longer than %s characters; shorten it.") % longest)
        elif needed and not kept:
            self.fault(number, part, name, _("Write what people read here."))
        return kept

    def flag(self, given: Mapping[str, Any], part: str, number: int, name: str, *, usual: bool = False) -> bool:
        """Yes or no."""
        found = given.get(part, usual)
        if not isinstance(found, bool):
            self.fault(number, part, name, _("Say true or false."))
            return usual
        return found

    def bound(
        self, given: Mapping[str, Any], part: str, number: int, name: str, least: float, most: float
    ) -> float | None:
        """A number between two others, or none."""
        found = given.get(part)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, (int, float)) or not least <= found <= most:
            self.fault(
                number,
                part,
                name,
                _("A number from %(least)s to %(most)s belongs here.") % {"least": f"{least:g}", "most": f"{most:g}"},
            )
            return None
        return found
