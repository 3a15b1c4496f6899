"""Pages for printing: a template and data in, a PDF out, set by typst in a child process with limits.

Bytes in, bytes out; no Django. `typesetter.py` next door sets the pages, behind `apart.py`, and sees only the files that it is
given, in a folder made for one print. What people wrote travels as data beside the template and is never part of it: typst's markup is
a language that computes, so a text put together with a template could do whatever a template may.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from linli.lib.apart import Child, ChildDied
from linli.lib.refusal import Refusal

MAIN, DATA = "main.typ", "data.json"
MAX_BYTES = 16 * 1024 * 1024  # template, data and pictures together
# typst would fetch such a package from the network while it sets a page.
_FOREIGN_PACKAGE = re.compile(rb'"@[\w-]+/')
# What turns text into code; no template needs it, and with data inside it would run what people wrote.
_EVALUATION = re.compile(rb"\beval\b")


class TemplateBroken(RuntimeError):
    """A template of ours does not set; the message is typst's. Whoever wrote the template has to mend it."""


class NoChineseFont(Refusal):
    """No font with Chinese characters was found."""


class TooMuchToPrint(Refusal):
    """Setting the pages took more time or memory than they may."""


def pdf(
    template: bytes, data: Mapping[str, Any], child: Child, *, at: datetime, fonts: Sequence[Path], language: str = "zh",
    files: Mapping[str, bytes] | None = None,
) -> bytes:  # fmt: skip
    """The pages of a template as PDF/A-2b, which archives keep. The same input gives the same bytes.

    The template reads `data` by `json("data.json")` and names what else it imports or shows by its name in `files`. `fonts` are
    folders, those first that count first; `at` is the instant in the file's own description. About 0.1 s a page.
    Raises NoChineseFont, TooMuchToPrint, and TemplateBroken where the template is wrong.
    """
    given = {MAIN: template, DATA: json.dumps(data, ensure_ascii=False).encode(), **(files or {})}
    if sum(map(len, given.values())) > MAX_BYTES:
        raise TooMuchToPrint("This is too much for one print; choose less.")
    for name, content in given.items():
        if Path(name).name != name:
            raise TemplateBroken(f"{name!r} is no plain name of a file.")
        if name.endswith(".typ"):
            _refuse_doors(name, content)
    # typst reads below its root and nowhere else.
    with tempfile.TemporaryDirectory(prefix="linli-print-") as root:
        for name, content in given.items():
            Path(root, name).write_bytes(content)
        question = {
            "root": root, "main": MAIN, "fonts": [str(folder) for folder in fonts if folder.is_dir()], "language": language,
            "at": int(at.timestamp()),
        }  # fmt: skip
        try:
            head, pages = child.ask("typesetter", question)
        except ChildDied:
            raise TooMuchToPrint("This is too much for one print; choose less.") from None
    if head.get("refused") == "font":
        raise NoChineseFont(
            "No font with Chinese characters was found, so nothing can be printed. Install one (Debian: apt install "
            "fonts-noto-cjk), or put Noto Sans CJK SC and Noto Serif CJK SC into %(folder)s.",
            folder=fonts[0] if fonts else "",
        )
    if head.get("refused") == "memory":
        raise TooMuchToPrint("This is too much for one print; choose less.")
    if "refused" in head:
        raise TemplateBroken(head["message"])
    return pages


def _refuse_doors(name: str, content: bytes) -> None:
    """Raises TemplateBroken for a template that would fetch from the network, or make code of a text."""
    if _FOREIGN_PACKAGE.search(content):
        raise TemplateBroken(f"{name} imports a package from the network; put what it needs beside it.")
    if _EVALUATION.search(content):
        raise TemplateBroken(f"{name} names eval, which makes code of a text; show data as it is.")
