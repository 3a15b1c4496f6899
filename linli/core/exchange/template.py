"""The file to fill in: a workbook with the headings of an import, an example row, and what may stand in each column."""

from __future__ import annotations

import io
from typing import Any

from django.utils.translation import gettext as _

from linli.core.platform.public import Import, ImportColumn, listed, sentences, title_in

ROWS = 5000  # for which Excel checks what is typed
LONGEST_HINT, LONGEST_LIST = 250, 255


def template_workbook(declared: Import) -> bytes:
    """The workbook, in the reader's language. The example row is passed over when the file comes back unchanged there."""
    import xlsxwriter  # only who asks for it loads it

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    bold, needed = book.add_format({"bold": True}), book.add_format({"bold": True, "font_color": "#0F766E"})
    soft, text = (
        book.add_format({"italic": True, "font_color": "#78716C", "num_format": "@"}),
        book.add_format({"num_format": "@"}),
    )
    sheet = book.add_worksheet(_sheet_name(title_in(declared.titles)))
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(declared.columns):
        # As text, so that Excel makes no number of a code and no date of a day.
        sheet.set_column(place, place, max(14, len(title_in(column.titles)) * 2 + 4), text)
        sheet.write_string(0, place, title_in(column.titles), needed if column.required else bold)
        if column.example:
            sheet.write_string(1, place, column.example, soft)
        sheet.data_validation(1, place, ROWS, place, _checked(column))
    _explained(book, declared, bold)
    book.close()
    return file.getvalue()


def _checked(column: ImportColumn) -> dict[str, Any]:
    """What Excel says beside a cell, and for a choice what it lets through."""
    rule: dict[str, Any] = {
        "validate": "any", "input_title": title_in(column.titles)[:32], "input_message": hint(column)[:LONGEST_HINT],
    }  # fmt: skip
    words = [title_in(titles) for titles in column.choices.values()] or (
        [_("yes"), _("no")] if column.kind == "yes" else []
    )
    if words and len(",".join(words)) <= LONGEST_LIST and not any("," in word for word in words):
        rule |= {
            "validate": "list",
            "source": words,
            "error_title": title_in(column.titles)[:32],
            "error_message": _("Choose one of the list."),
        }
    return rule


def hint(column: ImportColumn) -> str:
    """What a column takes, in a line."""
    said = [_("Required.") if column.required else _("May be empty.")]
    if offered := column.offered():
        said.append(_("One of: %s.") % listed(title_in(titles) for titles in offered.values()))
    elif column.kind in ("text", "lines", "code"):
        said.append(_("At most %s characters.") % column.most)
    else:
        said.append(
            {
                "whole": _("A whole number."),
                "decimal": _("A number."),
                "day": _("A day such as 2026-11-21."),
                "yes": _("Yes or no."),
            }[column.kind]
        )
    if column.explained is not None:
        said.append(title_in(column.explained))
    return sentences(said)


def _explained(book: Any, declared: Import, bold: Any) -> None:
    sheet = book.add_worksheet(_("How to fill in"))
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for place, (width, heading) in enumerate(
        (
            (18, _("Column")),
            (60, _("What stands in it")),
            (24, _("Example")),
            (40, _("Other headings that are understood")),
        )
    ):
        sheet.set_column(place, place, width, wrapped)
        sheet.write_string(0, place, heading, bold)
    for line, column in enumerate(declared.columns, 1):
        for place, words in enumerate(
            (title_in(column.titles), hint(column), column.example, ", ".join(column.aliases))
        ):
            sheet.write_string(line, place, words)


def _sheet_name(title: str) -> str:
    """A name that Excel takes for a sheet."""
    return "".join(sign for sign in title if sign not in "[]:*?/\\'")[:31] or "Sheet"
