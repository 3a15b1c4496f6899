"""A form that a package brings as a JSON document in its folder: one more slot of a descriptor, beside those of `parts.py`."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from linli.core.platform.plug.parts import Part


@dataclass(frozen=True, kw_only=True)
class FormPlan(Part):
    """A form (docs/forms.md shows its document) that the package brings; linli.core.forms reads it.

    `file` is the document in the folder of the package: `Path(__file__).parent / "forms" / "check.json"`. It is checked at the start
    like every other part, published by `linli migrate` for the whole city, and published anew when the document changed.
    """

    noun = "form"
    code: str
    file: Path
    for_residents: bool = False

    @cached_property
    def document(self) -> dict[str, Any]:
        """The document. Raises OSError or ValueError for what is no JSON object."""
        found = json.loads(self.file.read_text("utf-8"))
        if not isinstance(found, dict):
            raise ValueError("is no JSON object")
        return found

    def fault(self) -> str:
        """What of it does not fit together; whether the document is a form says linli.core.forms."""
        if not re.fullmatch(r"[a-z][a-z0-9-]{1,38}[a-z0-9]", self.code):
            return "needs a code of small letters, digits and hyphens, 3 to 40."
        try:
            _ = self.document
        except OSError:
            return f"names the file {self.file.name}, which cannot be read."
        except (ValueError, RecursionError) as broken:
            return f"has the file {self.file.name}, which is no JSON object: {broken}"
        return ""
