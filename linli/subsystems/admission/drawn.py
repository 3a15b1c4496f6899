"""What this department draws in cells: how much of something is done, as a bar with its figures."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString


def share(done: int, given: int) -> SafeString:
    """Done of given, with a bar; a dash where nothing was given."""
    if not given:
        return SafeString("—")
    width = f"{100 * done / given:.1f}"
    return format_html(
        '<span class="share-of">{}/{}</span><svg class="meter" aria-hidden="true"><rect width="100%" height="8" rx="2"></rect>'
        '<rect width="{}%" height="8" rx="2"></rect></svg>',
        done, given, width,
    )  # fmt: skip
