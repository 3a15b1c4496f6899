"""Names and sentences one after the other, as the reader's language lists them; the platform's door (public.py) hands it out."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import ngettext, pgettext


def listed(names: Iterable[object]) -> str:
    """甲、乙、丙 in Chinese, a, b, c in English; empty for none."""
    return pgettext("between entries", ", ").join(str(name) for name in names)


def sentences(said: Iterable[object]) -> str:
    """Whole sentences as one text: a space between them in English, nothing in Chinese; empty for none."""
    text = ""
    for one in filter(None, map(str, said)):
        text = pgettext("two sentences", "%(first)s %(next)s") % {"first": text, "next": one} if text else one
    return text


def first_of(names: Iterable[object], most: int = 3) -> str:
    """The first of many names, and how many more there are: 甲、乙、丙等 12 个."""
    found = [str(name) for name in names]
    if len(found) <= most:
        return listed(found)
    more = len(found) - most
    return ngettext("%(names)s and %(more)s more", "%(names)s and %(more)s more", more) % {
        "names": listed(found[:most]),
        "more": more,
    }
