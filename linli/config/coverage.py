"""Puts together what the departments of a city do and where that is in linli: `functions.py` next door and the slot `covers`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver

from linli.config.functions import FUNCTIONS, GROUPS, Function
from linli.core.platform.public import Cover

HEAD = """# What a city's departments do, and where it is in linli

Written by `linli coverage --write docs/coverage.md` out of what each package says that it covers. The numbers are those of the requirements; a
letter parts one that is more than one function. A test opens every page, calls every command for help and looks up every route.

Of {all} functions {whole} are there, {part} in part, {none} not yet.
"""


@dataclass(frozen=True)
class Place:
    """Where a function is found: a page or a route of the API (its name and its address), or a command."""

    kind: str
    name: str
    words: str


def coverage_page(covers: Sequence[Cover]) -> str:
    """The page in Markdown. Raises LookupError for a function, a page or a route that does not exist."""
    unknown = sorted({one.function for one in covers} - FUNCTIONS.keys())
    if unknown:
        raise LookupError(f"No function {unknown[0]!r}; linli/config/functions.py has them.")
    counted = {"all": len(FUNCTIONS), "whole": 0, "part": 0, "none": 0}
    lines = []
    for group in GROUPS:
        lines += [
            "",
            f"## {group.english} {group.chinese}",
            "",
            "| | function | 功能 | where |",
            "| --- | --- | --- | --- |",
        ]
        for function in group.functions:
            found = [one for one in covers if one.function == function.code]
            lacks = [one.lacks for one in found if one.lacks]
            counted["none" if not found else "part" if lacks else "whole"] += 1
            lines.append(_row(function, [place for one in found for place in places(one)], lacks))
    return HEAD.format(**counted) + "\n".join(lines) + "\n"


def _row(function: Function, found: Sequence[Place], lacks: Sequence[str]) -> str:
    where = ", ".join(dict.fromkeys(f"`{place.words}`" for place in found)) or "not there yet"
    said = f"{where}. In part: {' '.join(lacks)}" if lacks else where
    return f"| {function.code} | {function.english} | {function.chinese} | {said} |"


def places(cover: Cover) -> list[Place]:
    """Every place that a package names. Raises LookupError for one that does not exist."""
    return [
        *(Place("page", name, address_of(name)) for name in cover.pages),
        *(Place("command", name, f"linli {name}") for name in cover.commands),
        *(Place("route", name, f"API {address_of(name)}") for name in cover.routes),
    ]


def address_of(name: str) -> str:
    """The address of a page or route by its name, what varies written as …. Raises LookupError."""
    found = _addresses().get(name)
    if found is None:
        raise LookupError(f"No page or route {name!r}.")
    return found


def _addresses() -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(resolver: URLResolver, space: str, before: str) -> None:
        for one in resolver.url_patterns:
            address = before + str(one.pattern)
            if isinstance(one, URLResolver):
                walk(one, f"{space}{one.namespace}:" if one.namespace else space, address)
            elif isinstance(one, URLPattern) and one.name:
                found[space + one.name] = "/" + re.sub(r"<[^>]*>", "…", address)

    walk(get_resolver(), "", "")
    return found
