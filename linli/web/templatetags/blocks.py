"""Template tags for blocks of the house style: clock badge, state pill, form field, map, effect id, moment in time.

docs/frontend.md shows each with its markup; templates/base/style.html shows each on a page. `{% load blocks %}`.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, ClearableFileInput, RadioSelect
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.platform.public import Panel, local_time, moment_words, parts, title_in
from linli.core.platform.public import now as present_instant
from linli.web.base_map import base_settings
from linli.web.templatetags.assets import icon
from linli.web.workbench.map_layers import layers_for

register = template.Library()

CLOCK_WORDS = {
    "on_time": gettext_lazy("On time"),
    "amber": gettext_lazy("Due soon"),
    "red": gettext_lazy("Overdue"),
    "paused": gettext_lazy("Paused"),
    "done": gettext_lazy("Done"),
}

# The part of the loop that a state belongs to, which gives its colour; its shape is its own (state-<name> in icons.svg).
STATE_PHASES = {
    "reported": "new", "confirming": "check", "filed": "waiting", "dispatched": "waiting", "handling": "work", "shelved": "stopped",
    "handled": "waiting", "verifying": "check", "verified": "check", "closed": "done", "archived": "done", "rejected": "stopped",
    "void": "stopped", "merged": "joined",
}  # fmt: skip


@register.simple_tag
def clock(state: str, words: str = "", title: str = "") -> SafeString:
    """A clock badge: shape, word and colour of one of five states. `words` (还剩 3 工作时) replace the plain word."""
    if state not in CLOCK_WORDS:
        raise template.TemplateSyntaxError(f"clock: {state!r} is none of {', '.join(CLOCK_WORDS)}.")
    plain = escape(CLOCK_WORDS[state])
    hidden = f'<span class="only-heard">{plain}</span> ' if words else ""
    hover = f' title="{escape(title)}"' if title else ""
    shape = icon(f"clock-{state}")
    said = conditional_escape(words) if words else plain
    return SafeString(f'<span class="clock clock--{state}"{hover}>{shape}<span>{hidden}{said}</span></span>')


@register.simple_tag
def due(state: str, at: str, left: str, title: str = "") -> SafeString:
    """A clock badge of two lines: when it is due, below it what is left or over. `at` is empty where no clock runs."""
    if not at:
        return clock(state, left, title)
    words = f'<span class="due__at">{escape(at)}</span> <span class="due__left">{escape(left)}</span>'
    return clock(state, SafeString(words), title)


@register.simple_tag
def stamp(when: datetime | None, now: datetime | None = None) -> SafeString:
    """A moment as columns show it: always 11月21日 14:05, with the year if it is another."""
    if when is None:
        return SafeString("—")
    at = local_time(when).isoformat(timespec="seconds")
    return SafeString(f'<time datetime="{at}">{escape(moment_words(when, now))}</time>')


@register.simple_tag
def state(name: str, word: str) -> SafeString:
    """A state pill: the state's name in code, and its word in the user's language."""
    drawn = icon(f"state-{name}") if name in STATE_PHASES else ""
    phase = STATE_PHASES.get(name, "waiting")
    return SafeString(f'<span class="state state--{phase}">{drawn}{conditional_escape(word)}</span>')


@register.simple_tag
def effect_id(value: object = "") -> SafeString:
    """The hidden field of every POST form: one UUID per effect. Give the old value when a form is shown again."""
    return format_html('<input type="hidden" name="effect_id" value="{}">', str(value) or str(uuid.uuid4()))


@register.simple_tag(takes_context=True)
def map_settings(context: template.Context, **settings: object) -> SafeString:
    """The attribute `data-map` of a map from keyword arguments; the keys are those of frontend/src/map/settings.ts.

    The ground (`base`) is the deployment's own unless it is given; with `layers`, those of the departments can be switched on.
    """
    access = getattr(context.get("request"), "access", None)
    if settings.get("layers") and access is not None:
        settings = {"own": layers_for(access), **settings}
    if "base" not in settings:
        settings = {**base_settings(), **settings}
    return format_html(' data-map="{}"', json.dumps(settings, ensure_ascii=False, default=str))


@register.simple_tag
def moment(when: datetime | None, now: datetime | None = None, *, exact: bool = False) -> SafeString:
    """A moment: relative under a day, 11月21日 14:05 otherwise, with the year if it is another; in full on hover.

    `exact` for moments below one another, in columns and timelines: all in one form, so that they can be compared.
    """
    if when is None:
        return SafeString("—")
    present = now or present_instant()
    seconds = (present - when).total_seconds()
    full = moment_words(when, with_year=True)
    if exact:
        shown = moment_words(when, present)
    elif 0 <= seconds < 60:
        shown = _("just now")
    elif 0 <= seconds < 3600:
        shown = _("%(minutes)s min ago") % {"minutes": int(seconds // 60)}
    elif 0 <= seconds < 86400:
        shown = _("%(hours)s h ago") % {"hours": int(seconds // 3600)}
    else:
        shown = moment_words(when, present)
    at = local_time(when).isoformat(timespec="seconds")
    return SafeString(f'<time datetime="{at}" title="{escape(full)}">{escape(shown)}</time>')


@register.simple_tag(takes_context=True)
def panels(context: template.Context, on: str, subject: object) -> SafeString:
    """The cards that departments put on this page of the core: `{% panels "case" case %}`; empty for who may see none."""
    request = context.get("request")
    access = getattr(request, "access", None)
    cards = []
    for panel in parts(Panel):
        if access is None or panel.on != on or not access.may(panel.permission):
            continue
        content = panel.content(access, subject)
        if content is not None:
            shown = {**content, "panel": panel, "title": title_in(panel.titles), "in_card": on == "grid"}
            cards.append(render_to_string("base/blocks/panel.html", shown, request=request))
    return SafeString("".join(cards))


@register.inclusion_tag("base/blocks/field.html")
def field(bound: BoundField, help_text: str = "", optional: bool = True) -> dict[str, Any]:
    """A field of a Django form: label, help, control, error, joined for screen readers; marks what may stay empty."""
    widget = bound.field.widget
    boxed = not isinstance(widget, (CheckboxInput, RadioSelect, ClearableFileInput))
    described = [f"{bound.id_for_label}_error"] if bound.errors else []
    words = help_text or bound.help_text
    if words:
        described.append(f"{bound.id_for_label}_help")
    attributes: dict[str, Any] = {"class": "input"} if boxed else {}
    if described:
        attributes["aria-describedby"] = " ".join(described)
    if bound.errors:
        attributes["aria-invalid"] = "true"
    return {
        "field": bound,
        "control": bound.as_widget(attrs=attributes),
        "help_text": words,
        "optional": optional and not bound.field.required,
        "single_choice": isinstance(widget, CheckboxInput),
        "many": isinstance(widget, RadioSelect),
    }
