"""The rows of a table of cases, written by a function: fifty rows by template took longer than everything else on the page.

blocks.py next door has the badges that stand in a row; cases/rows.html has the table around the rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cache

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.core.cases.public import CaseRow
from linli.core.desk.public import marks
from linli.core.platform.public import now

register = template.Library()
esc = marks.esc


@register.simple_tag
def case_rows(rows: Iterable[CaseRow], plain: bool = False, ticked: Collection[str] | None = None) -> SafeString:
    """The `<tr>` of each case; `plain` leaves out what does not fit beside other things on a page. Unless `ticked` is None each
    row can be ticked; those whose ids it holds are."""
    ticked = None if ticked == "" else ticked  # a page without: what a template does not know is the empty word
    urgent = f'<span class="mark mark--red">{esc(_("Urgent"))}</span> '
    supervised = f'<span class="mark">{esc(_("Supervised"))}</span> '
    reopened = f'<span class="mark mark--amber">{esc(pgettext("mark", "Reopened"))}</span> '
    instructed = f'<span class="mark">{esc(_("Instruction"))}</span> '
    unplaced = f'<span class="mark mark--amber">{esc(_("Unplaced"))}</span> '
    choose = esc(_("Choose"))
    unknown, present = f'<span class="soft">{esc(_("No category yet"))}</span>', now()
    state, made = cache(marks.state), []  # a page of fifty has a handful of states
    for row in rows:
        signs = (
            (urgent if row.urgent else "")
            + (reopened if row.reopened else "")
            + (instructed if row.instructed else "")
            + (supervised if row.supervised else "")
            + (unplaced if row.unplaced else "")
        )
        said = f'<div class="row-said">“{esc(row.reopened_words)}”</div>' if row.reopened_words else ""
        photo = (
            f'<img class="thumb" src="{row.photo_url}" alt="" width="40" height="40" loading="lazy">'
            if row.photo_url
            else ""
        )
        category = esc(row.category) or unknown
        tick = marks.tick(row.id, ticked, f"{choose} {esc(row.number or row.matter)}") if ticked is not None else ""
        where = f'<div class="cut">{esc(row.address)}</div>' if row.address else ""
        made.append(
            f'<tr{" class=is-urgent" if row.urgent else ""}>{tick}<td class="row-photo">{photo}</td>'
            f'<td class="row-category" title="{esc(row.category)}">{category}</td>'
            f'<td class="row-title grow"><div class="two">{signs}<a class="row-link" href="{esc(row.url)}" data-case="{row.id}"'
            f' title="{esc(row.title)}">{esc(row.matter)}</a></div><div class="row-where soft cut">{esc(row.address or row.grid)}</div>{said}</td>'
            f'<td class="row-place col-mid" title="{esc(row.address)}">{where}<div class="soft cut">{esc(row.grid)}</div></td>'
            f'<td class="row-due fixed">{marks.due(row.clock, row.due_at, row.left, row.due)}</td>'
        )
        if plain:
            made.append(f'<td class="row-state fixed">{state(row.state, row.state_word)}</td>')
        else:
            made.append(
                f'<td class="row-state fixed">{state(row.state, row.state_word)}'
                f'<div class="soft cut" title="{esc(row.unit)}">{esc(row.unit)}</div></td>'
                f'<td class="row-reported fixed col-wide">{marks.stamp(row.reported_at, present)}<div class="soft">{esc(row.number)}</div></td>'
            )
        made.append("</tr>\n")
    return SafeString("".join(made))
