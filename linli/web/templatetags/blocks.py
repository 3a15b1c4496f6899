"""Template tags for blocks of the house style: clock badge, state pill, form field, map, effect id, moment in time.

docs/frontend.md shows each with its markup; templates/base/style.html shows each on a page. `{% load blocks %}`.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import (
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    FileInput,
    RadioSelect,
)
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.algorithms.map_programs import map_addresses
from linli.core.desk.public import marks
from linli.core.platform.public import Panel, parts, title_in
from linli.web.base_map import base_settings
from linli.web.workbench.map_layers import layers_for

register = template.Library()

for mark in (marks.clock, marks.due, marks.moment, marks.stamp, marks.state):
    register.simple_tag(mark)
register.filter("money", marks.amount_words)


@register.simple_tag
def effect_id(value: object = "") -> SafeString:
    """The hidden field of every POST form: one UUID per effect. Give the old value when a form is shown again."""
    return format_html('<input type="hidden" name="effect_id" value="{}">', str(value) or str(uuid.uuid4()))


@register.simple_tag(takes_context=True)
def map_settings(
    context: template.Context, settings: Mapping[str, object] | None = None, attribute: str = "data-map", **more: object
) -> SafeString:
    """The attribute `data-map` of a map from keyword arguments; the keys are those of frontend/src/map/settings.ts. Where a page has a
    script of its own that draws the map, another attribute.

    `settings` holds what a view says. The ground (`base`) is the deployment's own unless it is given; with `layers`, those
    of the departments can be switched on.
    """
    settings = {**more, **(settings or {})}
    access = getattr(context.get("request"), "access", None)
    if settings.get("layers") and access is not None:
        settings = {"own": layers_for(access), **settings}
    if "base" not in settings:
        settings = {**base_settings(), **settings}
    return format_html(' {}="{}"', attribute, json.dumps(settings, ensure_ascii=False, default=str))


@register.inclusion_tag("base/blocks/map_programs.html")
def map_programs(lon: float, lat: float) -> dict[str, object]:
    """Links that open a WGS 84 point in the map programs of a phone. They tell these the point, and of what it is the point nothing."""
    names = {"amap": _("Amap"), "baidu": _("Baidu Maps"), "tencent": _("Tencent Maps")}
    addresses = map_addresses(lon, lat, _("Marked place"))
    return {"programs": [(names[program], address) for program, address in addresses.items()]}


MANY_CHOICES, SHORT_CHARS = 5, 16  # so many choices, none of them longer, stand beside one another
OPEN_PANELS = 3


@register.simple_tag(takes_context=True)
def panels(context: template.Context, on: str, subject: object) -> SafeString:
    """The cards that departments put on this page of the core: `{% panels "case" case %}`; empty for who may see none.

    The first few stand open; of more only the titles show until somebody opens them, so that the page stays the core's.
    """
    request = context.get("request")
    access = getattr(request, "access", None)
    cards: list[str] = []
    for panel in parts(Panel):
        if access is None or panel.on != on or not access.may(panel.permission):
            continue
        content = panel.content(access, subject)
        if content is not None:
            shown = {**content, "panel": panel, "title": title_in(panel.titles), "in_card": on == "grid"}
            shown["folded"] = len(cards) >= OPEN_PANELS
            cards.append(render_to_string("base/blocks/panel.html", shown, request=request))
    return SafeString("".join(cards))


@register.inclusion_tag("base/blocks/field.html")
def field(bound: BoundField | str, help_text: str = "", optional: bool = True) -> dict[str, Any]:
    """A field of a Django form: label, help, control, error, joined for screen readers; marks what may stay empty.

    The first field with an error takes the focus. Nothing for a field that the form left out.
    """
    if not isinstance(bound, BoundField):
        return {}
    widget, key = bound.field.widget, bound.auto_id
    many = bool(getattr(widget, "use_fieldset", False)) and not isinstance(widget, ClearableFileInput)
    errors = bound.errors  # a list anew at each look
    described = [f"{key}_error"] if errors else []
    words = help_text or bound.help_text
    if words:
        described.append(f"{key}_help")
    attributes: dict[str, Any] = {} if many or isinstance(widget, (CheckboxInput, FileInput)) else {"class": "input"}
    if described and not many:
        attributes["aria-describedby"] = " ".join(described)
    if errors:
        attributes["aria-invalid"] = "true"
    if getattr(bound.form, "first_error", "") == bound.name:
        attributes["autofocus"] = True
    choices = bound.subwidgets if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)) else []
    if choices and "autofocus" in attributes:
        choices[0].data["attrs"]["autofocus"] = True
    return {
        "field": bound,
        "key": key,
        "errors": errors,
        "choices": choices,
        "short_choices": len(choices) >= MANY_CHOICES
        and all(len(str(one.choice_label)) <= SHORT_CHARS for one in choices),
        "control": "" if choices else bound.as_widget(attrs=attributes),
        "help_text": words,
        "described": " ".join(described),
        "optional": optional and not bound.field.required,
        "single_choice": isinstance(widget, CheckboxInput),
        "many": many,
        "own_label": getattr(widget, "draws_label", False),
    }


@register.inclusion_tag("base/blocks/form_head.html")
def form_head(form: object) -> dict[str, Any]:
    """What a form of the desk begins with: its tokens, and when it was refused what is to be mended, each with its field."""
    return {"form": form}
