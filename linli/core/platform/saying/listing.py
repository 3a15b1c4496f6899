"""Names one after the other, as the reader's language lists them; the platform's door (public.py) hands it out."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import pgettext


def listed(names: Iterable[object]) -> str:
    """甲、乙、丙 in Chinese, a, b, c in English; empty for none."""
    return pgettext("between entries", ", ").join(str(name) for name in names)
