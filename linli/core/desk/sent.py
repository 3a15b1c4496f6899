"""A form of the desk as programs send it: the body that stands for its fields, and the form bound to what came.

The form itself judges, so a program reads the same refusals as a page. What a field takes as text, it takes here as text: a choice
by its code, a day as 2026-11-21, a photo by its handle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from pydantic import Field, create_model

from linli.core.api.public import Body, Handle, Lat, Lon, parse_handle, stated
from linli.core.desk.choosers import Chooser, ManyChooser
from linli.core.desk.fields import DayField, MomentField, PhotosField, PlaceField
from linli.core.desk.forms import DeskForm, Sent
from linli.core.desk.rows import RowsField
from linli.core.platform.public import BadInput, Refusal, StoredFile

MOST_FILES = 9
MOST_CHOSEN = 500
Number = Annotated[float, Field(allow_inf_nan=False)]
Day = Annotated[str, Field(pattern=r"^(\d{4}-\d\d-\d\d)?$", description="A day such as 2026-11-21.")]

Moment = Annotated[
    str,
    Field(pattern=r"^(\d{4}-\d\d-\d\dT\d\d:\d\d)?$", description="By the clock of the city, such as 2026-11-21T14:05."),
]
Chosen = Annotated[str, Field(max_length=200)]


class FormRefused(BadInput):
    """A form that was not filled in rightly; `errors` has the sentence of each field."""

    def __init__(self, form: DeskForm) -> None:
        self.errors = [
            ("" if name == "__all__" else name, str(words)) for name, said in form.errors.items() for words in said
        ]
        super().__init__("; ".join(words for _name, words in self.errors[:3]), field=form.first_error)


def body_of(name: str, fields: Mapping[str, forms.Field], **more: Any) -> type[Body]:
    """The body that stands for these fields; `more` are further names with type and default, as pydantic takes them."""
    kinds: dict[str, Any] = {}
    for code, field in fields.items():
        if isinstance(field, PlaceField):
            kinds |= {"lon": (Lon | None, None), "lat": (Lat | None, None)}
        elif isinstance(field, RowsField):
            row: Any = body_of(f"{name}{code.capitalize()}Row", field.columns)
            kinds[code] = (Annotated[list[row], Field(max_length=field.most)], ... if field.required else [])
        else:
            kinds[code] = _kind_of(field)
    return create_model(name, __base__=Body, **kinds, **more)


def _kind_of(field: forms.Field) -> tuple[Any, Any]:
    """Type and default of what a field takes. Bounds are told where it costs nothing, and held by the form."""
    if isinstance(field, forms.FileField):
        most = field.most if isinstance(field, PhotosField) else MOST_FILES
        return Annotated[list[Handle], stated(maxItems=most)], ... if field.required else []
    if isinstance(field, forms.BooleanField):
        return bool, False
    if isinstance(field, (forms.MultipleChoiceField, ManyChooser)):
        return Annotated[list[Chosen], Field(max_length=MOST_CHOSEN)], ... if field.required else []
    if isinstance(field, (forms.DecimalField, forms.FloatField)):
        return (Number, ...) if field.required else (Number | None, None)
    if isinstance(field, forms.IntegerField):
        return (int, ...) if field.required else (int | None, None)
    return _words_of(field), ... if field.required else ""


def _words_of(field: forms.Field) -> Any:
    if isinstance(field, (DayField, forms.DateField)):
        return Day
    if isinstance(field, MomentField):
        return Moment
    if isinstance(field, Chooser):
        return Annotated[str, Field(max_length=200, description="The code of what is chosen.")]
    if isinstance(field, forms.ChoiceField):
        codes = _codes_of(field)
        return Literal[(*codes, *(() if field.required else ("",)))] if codes else str
    most = getattr(field, "max_length", None)
    return Annotated[str, Field(max_length=most)] if most else str


def _codes_of(field: forms.ChoiceField) -> tuple[str, ...]:
    """The codes that stand in the form's class; none where they are found when it is opened."""
    if not isinstance(field.choices, list):
        return ()
    groups = [title if isinstance(title, (list, tuple)) else [(code, title)] for code, title in field.choices]
    return tuple(dict.fromkeys(str(code) for group in groups for code, _title in group if code != ""))


def sent_of(fields: Mapping[str, forms.Field], body: Body, caller: str) -> Sent:
    """What came, as a form takes it: its values, and the files behind the handles of `caller`. Raises BadInput for a handle."""
    values: MultiValueDict[str, Any] = MultiValueDict()
    files: MultiValueDict[str, Any] = MultiValueDict()
    for name, value in body.model_dump(exclude_none=True).items():
        field = fields.get(name)
        if isinstance(field, forms.FileField):
            files.setlist(name, _files(name, value, caller))
        elif isinstance(field, RowsField):
            cells = ((place, code, cell) for place, row in enumerate(value) for code, cell in row.items())
            for place, code, cell in cells:
                values[f"{name}-{place}-{code}"] = str(cell)
        elif isinstance(value, list):
            values.setlist(name, [str(one) for one in value])
        elif value is not False:
            values[name] = str(value)
    return values, files


def _files(name: str, handles: list[str], caller: str) -> list[StoredFile]:
    ids: dict[int, None] = {}
    for place, handle in enumerate(handles):
        number, kind = parse_handle(handle, caller, f"{name}.{place}")
        if kind == StoredFile.Kind.VOICE:
            raise BadInput(_("A photo belongs here, not a voice note."), field=f"{name}.{place}")
        ids[number] = None
    found = {file.id: file for file in StoredFile.objects.filter(id__in=ids)} if ids else {}
    if len(found) < len(ids):
        raise BadInput(_("A photo is not there any more; add it again."), field=name)
    return [found[number] for number in ids]


def judged(form: DeskForm) -> dict[str, Any]:
    """What a form gives that a program sent. Raises FormRefused."""
    if not form.is_valid():
        raise FormRefused(form)
    return form.cleaned_data


def told_of(form: DeskForm, refusal: Refusal) -> Refusal:
    """A refusal of the service that took what a form gave, naming the form's own field."""
    refusal.field = form.names.get(refusal.field, refusal.field)
    return refusal
