"""The filters of lists and map, drawn: by a function, since their menus hold a hundred links. filters.py parses them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from linli.core.cases.pages.filters import Asked, Choice, Menus
from linli.core.desk.public import marks

esc = marks.esc


def filter_bar(asked: Asked, menus: Menus) -> SafeString:
    """The filters as chips; each is a link, the address holds them all. Below it what could not be understood."""
    on, taken_off = ' aria-current="true"', marks.icon("x", label=_("Take this filter off"))
    made = [
        f'<a class="chip" href="{esc(choice.query)}"{on if choice.on else ""}>{esc(choice.words)}</a>'
        for choice in menus.clocks
    ]
    made.append('<span class="chips__gap"></span>')
    made += [
        f'<a class="chip chip--on" href="{esc(chip.without)}">{esc(chip.words)} {taken_off}</a>' for chip in asked.chips
    ]
    shut: list[tuple[str, str, Sequence[Choice]]] = [
        ("state", _("State"), menus.states),
        ("", _("Area"), menus.areas),
        ("unit", _("With"), menus.units),
        ("source", _("Source"), menus.sources),
    ]
    made += [
        marks.menu(title, [(choice.query, choice.words) for choice in choices])
        for key, title, choices in shut
        if choices and not asked.query.get(key)
    ]
    made.append(_times(asked))
    wrong = "".join(
        f'<div class="notice notice--amber" role="note">{marks.icon("alert-triangle")}<div>{esc(words)}</div></div>'
        for words in asked.wrong
    )
    return SafeString(f'<nav class="chips" aria-label="{esc(_("Filters"))}">{"".join(made)}</nav>{wrong}')


def _times(asked: Asked) -> str:
    kept = "".join(
        f'<input type="hidden" name="{esc(key)}" value="{esc(value)}">'
        for key, value in asked.query.items()
        if key not in ("since", "until")
    )
    days = "".join(
        f'<div class="field"><label class="field__label" for="{key}">{esc(words)}</label>'
        f'<input class="input" type="date" id="{key}" name="{key}" value="{esc(asked.query.get(key, ""))}"></div>'
        for key, words in (("since", _("Reported from")), ("until", _("Until")))
    )
    button = f'<div class="actions"><button class="button button--primary">{esc(_("Show"))}</button></div>'
    form = f'<form class="menu__sheet menu__sheet--left menu__form" method="get">{kept}{days}{button}</form>'
    return marks.sheet(_("Time"), form)
