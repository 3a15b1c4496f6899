"""Template tags for what the front end's build made: style sheets, scripts, icons, the texts that scripts show.

A builtin of the template engine: no `{% load %}` needed. blocks.py stands next to it with the house style's blocks.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from linli.core.desk.public import AssetError, asset_url, built_url, entry, marks
from linli.web.texts import TEXTS

register = template.Library()


@register.simple_tag
def surface_assets(surface: str, missing_ok: bool = False) -> SafeString:
    """Style sheets and script of a surface, `workbench` or `public`.

    With `missing_ok` a front end that is not built gives nothing: error pages must be able to say even that.
    """
    try:
        return _tags(surface, f"src/{surface}.ts")
    except AssetError:
        if missing_ok:
            return SafeString("")
        raise


@register.simple_tag
def page_assets(source: str) -> SafeString:
    """Style sheets and script of one page of the staff that has an entry of its own, such as `src/editor/index.ts`."""
    return _tags("workbench", source)


def _tags(surface: str, source: str) -> SafeString:
    built = entry(surface, source)
    styles = format_html_join("", '<link rel="stylesheet" href="{}">', ((asset_url(file),) for file in built.styles))
    early = format_html_join("", '<link rel="modulepreload" href="{}">', ((asset_url(file),) for file in built.imports))
    script = format_html('<script type="module" src="{}"></script>', asset_url(built.script))
    return mark_safe(styles + early + script)  # noqa: S308 - joined from escaped parts


@register.simple_tag
def favicon() -> SafeString:
    """The sign in the browser's tab; nothing without a built front end."""
    try:
        return format_html('<link rel="icon" type="image/svg+xml" href="{}">', built_url("src/favicon.svg"))
    except AssetError:
        return SafeString("")


@register.simple_tag
def map_assets() -> SafeString:
    """Tells the page's script where the map module is. It is loaded only when a map comes near the screen."""
    built = entry("workbench", "src/map/index.ts")
    return format_html(
        '<meta name="linli-map" content="{}" data-css="{}">',
        asset_url(built.script),
        " ".join(asset_url(file) for file in built.styles),
    )


@register.simple_tag
def kept(name: str, **given: Hashable) -> SafeString:
    """A template that depends on nothing but the language and what it is given, drawn once for each: `{% kept "…" menu=… %}`.

    What is given are values that can be hashed and are equal when they look equal.
    """
    return _kept(name, get_language(), **given)


@lru_cache(maxsize=500)
def _kept(name: str, language: str | None, **given: Hashable) -> SafeString:  # noqa: ARG001 - the words differ by it
    return render_to_string(name, given)


@register.simple_tag
def script_texts() -> SafeString:
    """The texts that scripts show, as JSON in the user's language (a data block: the security policy lets it pass)."""
    return _script_texts(get_language())


@lru_cache(maxsize=20)
def _script_texts(language: str | None) -> SafeString:  # noqa: ARG001 - the words differ by it
    return json_script({key: str(words) for key, words in TEXTS.items()}, "linli-texts")


register.simple_tag(marks.icon)
