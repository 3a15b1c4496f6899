"""The forms of a table: a row, and putting a change in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from linli.core.configuration.kinds import form_field
from linli.core.configuration.table import ConfigTable
from linli.core.desk.public import DayField, DeskForm, LineField
from linli.core.platform.public import BadInput


def row_form(table: ConfigTable, fixed: Mapping[str, Any]) -> type[DeskForm]:
    """The form of a row; its fields are the table's, but for those that are fixed, and its judge is the table."""

    class RowForm(DeskForm):
        def clean(self) -> dict[str, Any]:
            cleaned = super().clean()
            if self.errors:
                return cleaned
            try:
                self.values = table.read({one.code: cleaned.get(one.code) for one in table.fields} | dict(fixed))
            except BadInput as refusal:
                self.refuse(refusal)
            return cleaned

    fields = {one.code: form_field(one) for one in table.fields if one.code not in fixed}
    made: type[DeskForm] = type("RowForm", (RowForm,), fields)  # a class of fields, as Django makes them
    return made


class PutForm(DeskForm):
    """Why, and from which day on."""

    names: ClassVar = {"reason": "reason", "on": "on"}
    reason = LineField(
        label=gettext_lazy("Why"), max_length=300, help_text=gettext_lazy("It stands in the history of each row.")
    )
    on = DayField(
        label=gettext_lazy("Holds from"), required=False,
        help_text=gettext_lazy("Empty: at once. A later day announces it; until then it can be taken back or brought forward."),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, table: ConfigTable, **more: Any) -> None:
        super().__init__(request, **more)
        if table.dates == "none":
            del self.fields["on"]


class MoveForm(DeskForm):
    """Another day for what is announced."""

    on = DayField(label=gettext_lazy("Holds from"), required=False, help_text=gettext_lazy("Empty: at once."))
