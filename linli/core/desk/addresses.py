"""The addresses of many pages of one kind."""

from __future__ import annotations

from functools import cache

from django.urls import reverse

ROOM = 987654321


def page_at(name: str, number: int) -> str:
    """The address of the page of this name and number: what `reverse(name, args=[number])` gives, which looks for it anew for each row of a list."""
    before, after = _around(name)
    return f"{before}{number}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    before, after = reverse(name, args=[ROOM]).split(str(ROOM))
    return before, after
