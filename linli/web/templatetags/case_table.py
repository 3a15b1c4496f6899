"""The rows of a table of cases, written by a function: fifty rows by template took longer than everything else on the page.

blocks.py next door has the badges that stand in a row; cases/rows.html has the table around the rows.
"""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from linli.core.cases.public import CaseRow
from linli.core.platform.public import now
from linli.web.templatetags.blocks import clock, moment, state

register = template.Library()


@register.simple_tag
def case_rows(rows: Iterable[CaseRow], plain: bool = False) -> SafeString:
    """The `<tr>` of each case; `plain` leaves out what does not fit beside other things on a page."""
    urgent = f'<span class="mark mark--red">{escape(_("Urgent"))}</span> '
    supervised = f'<span class="mark">{escape(_("Supervised"))}</span> '
    reopened = f'<span class="mark mark--red">{escape(pgettext("mark", "Reopened"))}</span> '
    grid, unit, number = escape(_("Grid")), escape(_("With")), escape(_("Number"))
    reported, present = escape(pgettext("column", "Reported")), now()
    made = []
    for row in rows:
        title = escape(row.title)
        marks = (
            f"{urgent if row.urgent else ''}{supervised if row.supervised else ''}{reopened if row.reopened else ''}"
        )
        category = f' <span class="soft">{escape(row.category)}</span>' if row.category not in ("", row.title) else ""
        made.append(
            f'<tr><td class="card-title grow"><div class="clip">{marks}'
            f'<a class="row-link" href="{escape(row.url)}" data-case="{row.id}" title="{title}">{title}</a>{category}</div></td>'
            f'<td class="card-plain fixed">{clock(row.clock, row.clock_words, row.due)}</td>'
            f'<td class="card-plain fixed">{state(row.state, row.state_word)}</td>'
            f'<td data-label="{grid}" class="fixed card-wide{" col-wide" if plain else ""}">{escape(row.grid)}</td>'
        )
        if not plain:
            held = escape(row.unit or "—")
            made.append(
                f'<td data-label="{unit}" class="fixed cut card-wide col-wide" title="{held}">{held}</td>'
                f'<td data-label="{reported}" class="fixed card-wide col-wide">{moment(row.reported_at, present)}</td>'
                f'<td data-label="{number}" class="fixed card-wide col-wide">{escape(row.number or "—")}</td>'
            )
        made.append("</tr>\n")
    return SafeString("".join(made))
