"""The rows that cannot be taken, as a table to be mended: as they stand in the file, with line and reason, in a workbook-proof CSV."""

from __future__ import annotations

import csv
import io
from typing import IO

from django.utils.translation import gettext as _

from linli.core.exchange.told import fault_of
from linli.lib.faults import as_text
from linli.lib.tables import Table, TableError

MOST_BAD_ROWS = 50_000


class BadRows:
    """Lines and reasons of the first fifty thousand rows that cannot be taken."""

    def __init__(self) -> None:
        self.reasons: dict[int, str] = {}

    def add(self, error: TableError) -> None:
        """One more; of two about the same line the first counts."""
        if len(self.reasons) < MOST_BAD_ROWS:
            fault = fault_of(error)
            said = {"field": fault.column, "words": fault.mend}
            self.reasons.setdefault(error.line, _("%(field)s: %(words)s") % said if fault.column else fault.mend)

    def write(self, table: Table, file: IO[bytes]) -> None:
        """Writes them as CSV that Excel opens: line, reason, then the cells under their own headings, so that the mended file can be sent
        as it is."""
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        out = csv.writer(text)
        out.writerow([_("Line"), _("What to do"), *map(as_text, table.columns)])
        last = max(self.reasons, default=0)
        broken: list[TableError] = []
        for line, cells in table.rows(broken.append):
            for error in broken:
                out.writerow([error.line, as_text(self.reasons.get(error.line, ""))])
            broken.clear()
            if line in self.reasons:
                out.writerow([line, as_text(self.reasons[line]), *(as_text(cells[column]) for column in table.columns)])
            if line >= last:
                break
        for error in broken:
            out.writerow([error.line, as_text(self.reasons.get(error.line, ""))])
        text.flush()
        text.detach()
