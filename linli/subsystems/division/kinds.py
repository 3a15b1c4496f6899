"""What kinds of grids there are and what one may be dedicated to, in words: for the report of a proposal and the pages of drafts."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

KINDS: Final[dict[str, Promise]] = {
    "comprehensive": gettext_lazy("Comprehensive"),
    "dedicated": gettext_lazy("Dedicated"),
    "undeveloped": gettext_lazy("Undeveloped"),
}
PURPOSES: Final[dict[str, Promise]] = {
    "school": gettext_lazy("School"),
    "hospital": gettext_lazy("Hospital"),
    "market": gettext_lazy("Market"),
    "office_tower": gettext_lazy("Office building"),
    "industrial_park": gettext_lazy("Industrial site"),
    "park": gettext_lazy("Park"),
    "other": gettext_lazy("Other premises"),
}
