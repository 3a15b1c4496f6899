"""Both languages in one page: `{% both %}…{% endboth %}` and `both()` say a text in each, and the page's style shows one.

A report is a file that goes from hand to hand, so it cannot ask a server for the other language. Texts are the usual
ones of gettext, said twice; numbers, names and the map stand in the page once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django import template
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import override

# Django's code of a language, and what stands in the attribute `lang`.
SPOKEN: Final = {"zh-hans": "zh-Hans", "en": "en"}

register = template.Library()


def both(say: Callable[[], str | Promise]) -> SafeString:
    """What `say` gives in each language, escaped, each in a span of its language; once if they are the same."""
    said = []
    for language in SPOKEN:
        with override(language):
            words = say()
            said.append(conditional_escape(words if isinstance(words, str) else str(words)))
    return _spans(said)


def both_names(chinese: str, english: str) -> SafeString:
    """A name that the data give in both languages; without an English one the Chinese stands for both."""
    return _spans([conditional_escape(chinese), conditional_escape(english or chinese)])


def _spans(said: list[SafeString]) -> SafeString:
    if len(set(said)) == 1:
        return said[0]
    pairs = zip(SPOKEN.values(), said, strict=True)
    return format_html_join("", '<span lang="{}">{}</span>', pairs)


class BothNode(template.Node):
    """What stands between `{% both %}` and `{% endboth %}`, once per language."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """The text in each language."""
        return both(lambda: mark_safe(self.nodelist.render(context).strip()))  # noqa: S308 - a template escapes by itself


class DataNode(template.Node):
    """Attributes with the text in each language, for an element that the page's script fills: an option, the title."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        """` data-zh-Hans="…" data-en="…"`."""
        attributes = SafeString("")
        for language, code in SPOKEN.items():
            with override(language):
                words = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - escaped by the template
            attributes += format_html(' data-{}="{}"', code.lower(), words)
        return attributes


@register.tag("both")
def do_both(parser: Parser, _token: Token) -> BothNode:
    """`{% both %}{% translate "Grids" %}{% endboth %}`."""
    nodes = parser.parse(("endboth",))
    parser.delete_first_token()
    return BothNode(nodes)


@register.tag("both_data")
def do_both_data(parser: Parser, _token: Token) -> DataNode:
    """`<option{% both_data %}{% translate "All communities" %}{% endboth_data %}>`."""
    nodes = parser.parse(("endboth_data",))
    parser.delete_first_token()
    return DataNode(nodes)


@register.filter
def number(value: object, decimals: int = 0) -> str:
    """A number with thousands apart: 1,234 or 0.71; a dash where there is none (a template gives "" then)."""
    return "–" if not isinstance(value, int | float) or value != value else f"{value:,.{decimals}f}"


@register.filter
def percent(value: float | None) -> str:
    """A share of 1 as 97.2%; a dash where there is none."""
    return "–" if value is None or value != value else f"{value:.1%}"


@register.filter
def signed(value: float | None, decimals: int = 0) -> str:
    """A difference with its sign: +12, −3, 0 where nothing differs at these decimals."""
    if value is None or value != value:
        return "–"
    text = f"{value:+,.{decimals}f}"
    return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text.replace("-", "−")
