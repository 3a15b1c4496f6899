"""The field for a table: CSV or a workbook, opened at the door, so that what is behind it has headings and rows."""

from __future__ import annotations

from itertools import islice
from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.exchange.public import (
    FIRST_ROWS,
    MAX_BYTES,
    NotGround,
    SentTable,
    fault_of,
    first_values,
    read_ground,
    sha256_of,
    understood,
)
from linli.core.platform.public import ground_files, in_words
from linli.lib.tables import TableError, open_table

MOST_COLUMNS = 200
SHOWN_CHARS = 60


class TableField(forms.FileField):
    """A table; cleaned to one SentTable in a tuple, as forms of the desk count files."""

    def __init__(self, **kwargs: Any) -> None:
        said = {"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("This file is empty.")}
        accept = forms.FileInput({"accept": ".csv,.txt,.tsv,.xlsx,.xlsm,.xls,.ods"})
        super().__init__(**{"label": gettext_lazy("Table file"), "error_messages": said, "widget": accept, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The table, looked into."""
        sent: UploadedFile[Any] = super().clean(data, initial)
        if (sent.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %s MB. Divide it, or have whoever runs linli bring it in at the server.")
                % (MAX_BYTES >> 20)
            )
        content = cast(BinaryIO, sent.file)
        try:
            table = open_table(content)
            first = list(islice(table.rows(lambda _error: None), FIRST_ROWS))
        except TableError as error:
            raise forms.ValidationError(fault_of(error).mend) from None
        if len(table.columns) > MOST_COLUMNS:
            raise forms.ValidationError(
                _("The table has more than %s columns; take out those that nobody asks for.") % MOST_COLUMNS
            )
        rows = tuple(tuple(cells[column][:SHOWN_CHARS] for column in table.columns) for _line, cells in first)
        remarks = tuple(in_words(one) for one in table.remarks)
        return (SentTable(sha256_of(content), _shown(sent.name or ""), content, table.columns, rows, remarks),)


class GroundField(forms.FileField):
    """A file of ground; cleaned to one SentTable in a tuple, with what it says of itself and what its numbers are likely to be instead."""

    def __init__(self, ground: ground_files.File, **kwargs: Any) -> None:
        said = {"required": gettext_lazy("Choose a file."), "empty": gettext_lazy("This file is empty.")}
        accept = forms.FileInput({"accept": ".zip,.gpkg,.geojson,.json,.kml,.kmz,.xlsx,.xls,.ods,.csv,.txt"})
        super().__init__(
            **{"label": gettext_lazy("File of ground"), "error_messages": said, "widget": accept, **kwargs}
        )
        self.ground = ground

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The file, looked into."""
        sent: UploadedFile[Any] = super().clean(data, initial)
        if (sent.size or 0) > MAX_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %s MB. Divide it, or have whoever runs linli bring it in at the server.")
                % (MAX_BYTES >> 20)
            )
        content = cast(BinaryIO, sent.file)
        digest = sha256_of(content)
        try:
            layer = read_ground(content, "", self.ground)
        except NotGround as refused:
            raise forms.ValidationError(refused.sentence) from None
        known = understood(layer)
        other = self.ground.other_meaning(layer, ground_files.Choices())
        known["other"] = list(other) if other else None
        return (
            SentTable(digest, _shown(sent.name or ""), content, tuple(layer.columns), first_values(layer), (), known),
        )


class DocumentField(forms.FileField):
    """A mapping file; cleaned to its text in a tuple of one."""

    def __init__(self, **kwargs: Any) -> None:
        said = {"required": gettext_lazy("Choose the mapping file."), "empty": gettext_lazy("This file is empty.")}
        super().__init__(**{"label": gettext_lazy("Mapping file"), "error_messages": said, **kwargs})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The text."""
        sent: UploadedFile[Any] = super().clean(data, initial)
        if (sent.size or 0) > 256 * 1024:
            raise forms.ValidationError(_("A mapping file is not that long; choose another one."))
        try:
            text = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("Save the mapping file as text in UTF-8.")) from None
        if "\0" in text:
            raise forms.ValidationError(_("Save the mapping file as text in UTF-8."))
        return (Document(text),)


class Document(str):
    """A text that forms of the desk count as a file: its id is itself."""

    __slots__ = ()

    @property
    def id(self) -> str:
        """Itself."""
        return str(self)


def _shown(name: str) -> str:
    """The file's name as its sender knows it, without folders and signs that nobody sees."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in base if letter.isprintable())[:200] or _("table")
