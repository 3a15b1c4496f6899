"""Template tags for what the front end's build made: style sheets, scripts, icons, the texts that scripts show.

A builtin of the template engine: no `{% load %}` needed. blocks.py stands next to it with the house style's blocks.
"""

from __future__ import annotations

from django import template
from django.utils.html import format_html, format_html_join, json_script
from django.utils.safestring import SafeString, mark_safe

from linli.core.desk.public import AssetError, asset_url, built_url, entry, marks
from linli.web.texts import TEXTS

register = template.Library()


@register.simple_tag
def surface_assets(surface: str, missing_ok: bool = False) -> SafeString:
    """Style sheets and script of a surface, `workbench` or `public`.

    With `missing_ok` a front end that is not built gives nothing: error pages must be able to say even that.
    """
    try:
        built = entry(surface, f"src/{surface}.ts")
    except AssetError:
        if missing_ok:
            return SafeString("")
        raise
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
def script_texts() -> SafeString:
    """The texts that scripts show, as JSON in the user's language (a data block: the security policy lets it pass)."""
    return json_script({key: str(words) for key, words in TEXTS.items()}, "linli-texts")


register.simple_tag(marks.icon)
