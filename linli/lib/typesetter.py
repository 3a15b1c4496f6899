"""Sets pages by typst. Runs in a child process only (`apart.py`), asked by `typesetting.py`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import typst

# Families with the characters of official documents, the ones with serifs and those without, best first.
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC")


@lru_cache(maxsize=2)
def fonts_in(folders: tuple[str, ...]) -> tuple[typst.Fonts, str, str]:
    """The fonts of folders, and the families for text and for headings; "" where there is none at all."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=list(folders))
    families = set(found.families())
    serif = next((one for one in SERIF if one in families), "")
    sans = next((one for one in SANS if one in families), "")
    return found, serif or sans, sans or serif


def answer(question: dict[str, Any], _content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the child says to a question of `typesetting.py`; refusals are answers too."""
    fonts, serif, sans = fonts_in(tuple(question["fonts"]))
    if not serif:
        return {"refused": "font"}, b""
    root = Path(question["root"])
    inputs = {"serif": serif, "sans": sans, "language": question["language"]}

    def set_pages(standard: Literal["a-2b", "1.7"]) -> tuple[bytes, list[typst.TypstWarning]]:
        compiler = typst.Compiler(
            root / question["main"], root=root, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs,
            package_path=root, package_cache_path=root,
        )  # fmt: skip
        pages, warnings = compiler.compile_with_warnings(pdf_standards=standard, timestamp=question["at"])
        assert isinstance(pages, bytes)  # noqa: S101 - a PDF is one file; for the type checker
        return pages, warnings

    try:
        try:
            pages, warnings = set_pages("a-2b")
        except typst.TypstError as error:
            if "could not be displayed" not in str(error.message):
                raise
            # People write characters that no font has, such as an emoji: a PDF for archives may not hold them, a plain one shows a box.
            pages, warnings = set_pages("1.7")
    except typst.TypstError as error:
        return {"refused": "template", "message": error.diagnostic.strip() or error.message}, b""
    except MemoryError:
        return {"refused": "memory"}, b""
    if warnings:
        return {"refused": "template", "message": "; ".join(str(one.message) for one in warnings)}, b""
    return {}, pages
