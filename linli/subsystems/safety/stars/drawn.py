"""Stars as pages draw them, and in words."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

BEST = 5


def drawn(stars: int) -> SafeString:
    """So many of five stars, said in words to who does not see them."""
    words = pgettext("safety", "%(stars)s of 5 stars") % {"stars": stars}
    return format_html(
        '<span class="fixed" role="img" aria-label="{}">{}{}</span>', words, "★" * stars, "☆" * (BEST - stars)
    )


def star_words(stars: int) -> str:
    """So many stars, in words."""
    return pgettext("safety", "%(stars)s stars") % {"stars": stars}
