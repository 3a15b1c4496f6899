"""What pages draw in rows by a function, as templates do by a tag: icons, clock badges, state pills, moments.

A template for each cell of fifty rows costs more than everything else on a page. The tags of linli/web/templatetags say the
same by these functions.
"""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import dateformat
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from linli.core.desk.assets import AssetError, built_url
from linli.core.platform.public import local_day, local_time, local_words, moment_words
from linli.core.platform.public import now as present_instant

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


def esc(text: object) -> str:
    """`text` for HTML. Django's own asks first whether its argument is lazy, which takes longer than escaping it."""
    return html.escape(str(text))


def sheet(title: object, content: str, css: str = "") -> str:
    """A chip that opens a sheet below it; `content` is the sheet, drawn."""
    return f'<details class="menu{css}"><summary class="chip">{esc(title)} {icon("chevron-down")}</summary>{content}</details>'


def menu(title: object, links: Iterable[tuple[str, object]], css: str = "") -> str:
    """A chip that opens a menu of links: address and words of each."""
    items = "".join(f'<a class="menu__item" href="{esc(address)}">{esc(words)}</a>' for address, words in links)
    return sheet(title, f'<div class="menu__sheet menu__sheet--left menu__sheet--long">{items}</div>', css)


def tick(row_id: int, ticked: Collection[str], label: str) -> str:
    """The cell to tick a row of a list for the form `bulk`. `label`, escaped, says to a screen reader which row it is."""
    on = " checked" if str(row_id) in ticked else ""
    return f'<td class="row-tick"><input type="checkbox" name="ids" value="{row_id}" form="bulk"{on} aria-label="{label}"></td>'


def icon(name: str, label: str = "", small: bool = False) -> SafeString:
    """An icon of frontend/src/icons.svg. Decorative unless it has a label; without a built front end nothing."""
    try:
        sheet = built_url("src/icons.svg")
    except AssetError:
        return SafeString("")
    return _icon(sheet, name, str(label), small)


@lru_cache(maxsize=1000)
def _icon(sheet: str, name: str, label: str, small: bool) -> SafeString:
    css = "icon icon--small" if small else "icon"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"></use></svg>', css, label, sheet, name
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, sheet, name)


def clock(state: str, words: str = "", title: str = "") -> SafeString:
    """A clock badge: shape, word and colour of one of five states. `words` (还剩 3 工作时) replace the plain word.

    Raises LookupError for a state that is none of the five.
    """
    if state not in CLOCK_WORDS:
        raise LookupError(f"clock: {state!r} is none of {', '.join(CLOCK_WORDS)}.")
    plain = _clock_word(state, get_language())
    hidden = f'<span class="only-heard">{plain}</span> ' if words else ""
    hover = f' title="{esc(title)}"' if title else ""
    shape = icon(f"clock-{state}")
    said = conditional_escape(words) if words else plain
    return SafeString(f'<span class="clock clock--{state}"{hover}>{shape}<span>{hidden}{said}</span></span>')


@lru_cache(maxsize=50)
def _clock_word(state: str, language: str | None) -> str:  # noqa: ARG001 - the words differ by it
    return esc(CLOCK_WORDS[state])


def due(state: str, at: str, left: str, title: str = "") -> SafeString:
    """A clock badge of two lines: when it is due, below it what is left or over. `at` is empty where no clock runs."""
    if not at:
        return clock(state, left, title)
    words = f'<span class="due__at">{esc(at)}</span> <span class="due__left">{esc(left)}</span>'
    return clock(state, SafeString(words), title)


def stamp(when: datetime | None, now: datetime | None = None) -> SafeString:
    """A moment as columns show it: always 11月21日 14:05, with the year if it is another."""
    if when is None:
        return SafeString("—")
    local = local_time(when)
    words = local_words(local, with_year=local.year != local_day(now or present_instant()).year)
    return SafeString(f'<time datetime="{local.isoformat(timespec="seconds")}">{esc(words)}</time>')


# The shape of a phase where a state has none of its own: that of the case's state which stands for it.
PHASE_SHAPES = {
    "new": "reported", "check": "verifying", "waiting": "filed", "work": "handling", "stopped": "shelved", "done": "closed",
    "joined": "merged",
}  # fmt: skip


def state(name: str, word: str, phase: str = "") -> SafeString:
    """A state pill: the state's name in code, and its word in the user's language. States of other flows name their phase."""
    drawn = icon(f"state-{PHASE_SHAPES[phase] if phase else name}") if phase or name in STATE_PHASES else ""
    phase = phase or STATE_PHASES.get(name, "waiting")
    return SafeString(f'<span class="state state--{phase}">{drawn}{conditional_escape(word)}</span>')


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
    return SafeString(f'<time datetime="{at}" title="{esc(full)}">{esc(shown)}</time>')


def day_words(day: date) -> str:
    """A day as columns show it: 2026年11月21日, Nov 21, 2026."""
    return _day_words(day, get_language() or "")


@lru_cache(maxsize=4000)
def _day_words(day: date, language: str) -> str:  # noqa: ARG001 - the words differ by it
    return dateformat.format(day, _("M j, Y"))


def amount_words(amount: Decimal | str) -> str:
    """An amount with all its digits, in groups of three: 1,280.50; below zero with a minus sign that does not break off."""
    return f"{Decimal(amount):,f}".replace("-", "\N{MINUS SIGN}")
