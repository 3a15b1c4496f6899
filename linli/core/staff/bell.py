"""What the bell says to somebody whose grid ends or who gets another one by a new version of the grids."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.desk.public import LongWork
from linli.core.grids.public import grid_title
from linli.core.platform.public import local_time, now
from linli.core.staff.models import GridAssignment, Post


def _heading(one: Any) -> str:
    """The post and the grid, with the day on which the grid ends where one is set."""
    title = f"{grid_title(one.grid_id)} · {Post(one.post).label}"
    ends = one.grid.valid_to
    if ends is None:
        return title
    return (_("%(grid)s (until %(day)s)") if ends > now() else _("%(grid)s (ended on %(day)s)")) % {
        "grid": title,
        "day": f"{local_time(ends):%Y-%m-%d}",
    }


def _is_own(one: Any, access: Access) -> bool:
    return bool(one.user_id == access.user_id)


def _address(one: Any) -> str:
    return f"{reverse('map')}?{urlencode({'grid': one.grid.code})}"


GRID_POST = LongWork(
    code="grid_post",
    title=gettext_lazy("Your grid"),
    endings={
        "will_end": gettext_lazy("ends with the new division"),
        "goes_on": gettext_lazy("stays, the new division was taken back"),
        "ended": gettext_lazy("was ended by the new division"),
        "begun": gettext_lazy("is yours from now on"),
    },
    model=GridAssignment,
    seen=_is_own,
    heading=_heading,
    address=_address,
)
