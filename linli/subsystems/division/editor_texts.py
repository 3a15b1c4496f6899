"""The texts that the script of the editor shows, by the keys of frontend/src/editor; the page of a draft puts them there as JSON."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

TEXTS: Final[dict[str, str | Promise]] = {
    "canvas": pgettext_lazy("grid editor", "Map of the draft: arrow keys move it, the space bar presses its middle"),
    "comma": pgettext_lazy("between entries", ", "),
    "about": pgettext_lazy("grid editor", "about {number}"),
    "gap": pgettext_lazy("grid editor", "no worker"),
    "unfit": pgettext_lazy("grid editor", "out of bounds"),
    "somebody": pgettext_lazy("grid editor", "Somebody"),
    "other": pgettext_lazy("grid editor", "{name} is editing this draft too, last at {at}."),
    "others": pgettext_lazy("grid editor", "{name} (last at {at}) and {more} more are editing this draft too."),
    "mended": pgettext_lazy(
        "grid editor",
        "Borders of {count} grids did not fit together and were mended by at most {metres} m: {grids}",
    ),
    "ended": pgettext_lazy("grid editor", "This draft has ended; it can be looked at and not changed."),
    "no_network": pgettext_lazy("grid editor", "The server was not reached, and nothing has changed. Try again."),
    "no_answer": pgettext_lazy(
        "grid editor", "The server did not take it ({status}), and nothing has changed. Try again."
    ),
    "outline_stays": pgettext_lazy(
        "grid editor", "This border is the outline of a community, which stays; choose one inside of it."
    ),
    "in_no_grid": pgettext_lazy("grid editor", "The line runs through no grid of this draft; draw it inside of one."),
    "help.select": pgettext_lazy("grid editor", "Press a grid on the map or in the table to choose it."),
    "help.borders": pgettext_lazy(
        "grid editor", "Press a border to see its points, or drag a ring, where borders meet, to another place."
    ),
    "help.border": pgettext_lazy(
        "grid editor", "Drag a point of this border; a small one becomes a new point. Press a point to take it out."
    ),
    "help.node_picked": pgettext_lazy("grid editor", "Press the place to which the borders that meet here shall go."),
    "help.point_picked": pgettext_lazy("grid editor", "Press the place to which this point shall go, or take it out."),
    "help.line": pgettext_lazy("grid editor", "Press the border that you want to draw anew."),
    "help.line_start": pgettext_lazy("grid editor", "Press the ring at which you begin; then draw point by point."),
    "help.line_on": pgettext_lazy(
        "grid editor", "Press the next point. Two on the same street follow it. The border ends at the other ring."
    ),
    "help.split": pgettext_lazy("grid editor", "Press the border of a grid where the cut begins."),
    "help.split_on": pgettext_lazy(
        "grid editor", "Press the next point; on a border of the same grid the cut ends and the grid is two."
    ),
    "help.merge": pgettext_lazy("grid editor", "Press the grid that stays."),
    "help.merge_other": pgettext_lazy("grid editor", "Press the grid that joins {grid}."),
    "help.piece": pgettext_lazy("grid editor", "Press a building, or draw the outline of a block point by point."),
    "help.piece_to": pgettext_lazy("grid editor", "Press the grid that it goes to."),
    "help.outline_on": pgettext_lazy("grid editor", "Press the next point; the outline closes at its first."),
    "help.cut_out": pgettext_lazy(
        "grid editor", "Press the building of a dedicated grid, or draw the outline of its ground point by point."
    ),
    "help.cut_name": pgettext_lazy("grid editor", "Give the dedicated grid a name."),
}
