"""Finds the built front end's files by the names of their sources; linli/web/templatetags/assets.py puts them into pages.

Vite writes hashed files and one manifest per surface into static/dist (frontend/vite.config.ts). The manifests are
read once per process; in a checkout where the front end is rebuilt under a running server, the server is restarted.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.templatetags.static import static
from django.urls import get_script_prefix

DIST = Path(__file__).resolve().parents[2] / "web" / "static" / "dist"

# The surfaces that vite.config.ts builds, each with a manifest of its own.
SURFACES = ("workbench", "public")


class AssetError(RuntimeError):
    """The front end is not built, or a page names an entry that the build does not have."""


@dataclass(frozen=True)
class Entry:
    """One entry of the build: its script, its style sheets, and the scripts it imports at once."""

    script: str
    styles: tuple[str, ...]
    imports: tuple[str, ...]


@cache
def manifest(surface: str) -> dict[str, dict[str, object]]:
    """The manifest of a surface. Raises AssetError when the front end has not been built."""
    path = DIST / f"manifest-{surface}.json"
    try:
        parsed: dict[str, dict[str, object]] = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise AssetError(f"{path} is missing: build the front end first (`make build`).") from None
    return parsed


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


@cache
def entry(surface: str, source: str) -> Entry:
    """The built entry of a source such as `src/public.ts`. Raises AssetError when the build has no such entry."""
    chunks = manifest(surface)
    if source not in chunks:
        raise AssetError(f"The build of {surface!r} has no entry {source!r}; it has {', '.join(sorted(chunks))}.")
    styles: list[str] = []
    imports: list[str] = []
    waiting, seen = [source], set[str]()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        chunk = chunks[name]
        styles += _texts(chunk.get("css"))
        if name != source:
            imports.append(str(chunk["file"]))
        waiting += _texts(chunk.get("imports"))
    return Entry(script=str(chunks[source]["file"]), styles=tuple(dict.fromkeys(styles)), imports=tuple(imports))


def asset_url(file: str) -> str:
    """The address of a built file, such as `assets/public-3f2a.css`, under STATIC_URL."""
    return _static_url(file, get_script_prefix())


@cache
def _static_url(file: str, prefix: str) -> str:  # noqa: ARG001 - STATIC_URL begins with it, when mounted elsewhere
    return static(f"dist/{file}")


@cache
def built_url(source: str) -> str:
    """The address of a built image by its source, such as `src/icons.svg`. Raises AssetError when it is not built."""
    chunk = manifest("public").get(source)
    if chunk is None:
        raise AssetError(f"The build has no file from {source!r}.")
    return asset_url(str(chunk["file"]))
