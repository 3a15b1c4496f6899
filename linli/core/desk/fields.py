"""Kinds of fields that Django lacks: a line and words without signs that nobody sees, a telephone, a day, a place, photos.

choosers.py next door has the fields that offer rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import isfinite
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.platform.public import Refusal, StoredFile, in_words, receive_photo
from linli.lib.outside import day
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone, clean_text


def _said(clean: Callable[..., str], words: str, **how: Any) -> str:
    try:
        return clean(words, **how)
    except PlainRefusal as refusal:
        raise forms.ValidationError(in_words(refusal.sentence)) from None


class LineField(forms.CharField):
    """One line of text, composed and without signs that cannot be seen."""

    lines = False

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.most = max_length

    def to_python(self, value: Any) -> str:
        """The text as it is kept."""
        return _said(clean_text, str(super().to_python(value) or ""), max_chars=self.most, lines=self.lines)


class WordsField(LineField):
    """Text of several lines."""

    lines = True
    widget = forms.Textarea

    def __init__(self, *, max_length: int = 2000, rows: int = 3, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea({"rows": rows}), **kwargs)


class PhoneField(forms.CharField):
    """A telephone number, in half-width digits; any country's."""

    def __init__(self, **kwargs: Any) -> None:
        shown = forms.TextInput({"inputmode": "tel", "autocomplete": "off"})
        super().__init__(**{"label": gettext_lazy("Phone"), "max_length": 20, "widget": shown, **kwargs})

    def to_python(self, value: Any) -> str:
        """The number as it is kept."""
        return _said(clean_phone, str(super().to_python(value) or ""))


class DayField(forms.Field):
    """A day of this century, chosen or written as 2026-11-21; cleaned to a date, None for an empty one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **kwargs})

    def to_python(self, value: Any) -> date | None:
        """The day that was written."""
        words = str(value or "").strip()
        if not words:
            return None
        found = day(words)
        if found is None:
            raise forms.ValidationError(_("Write the day as 2026-11-21."))
        if not 2000 <= found.year < 2100:
            raise forms.ValidationError(_("Choose a day of this century."))
        return found


class Place(NamedTuple):
    """A position in degrees of WGS 84."""

    lon: float
    lat: float


class PlaceInput(forms.Widget):
    """A map to mark a place on, and two lines for who types it. The names that are sent are `lon` and `lat`, as in the API.

    `map` holds the settings of the map (docs/frontend.md), set by the page: where it stands, what else it shows.
    """

    template_name = "desk/place.html"
    use_fieldset = True
    map: dict[str, Any]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.map = {}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:  # noqa: ARG002 - Django's signature
        """The two numbers as they were typed."""
        return str(data.get("lon", "")).strip(), str(data.get("lat", "")).strip()

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 - Django's signature
        """Whether neither was sent."""
        return "lon" not in data and "lat" not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Map, numbers and the id of what holds them."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        lon, lat = value or ("", "")
        marked = {"point": [lon, lat]} if isinstance(lon, float) else {}
        shown = {"pick": True, "grids": "/map/grids/{z}/{x}/{y}.mvt", **marked, **self.map}
        return context | {"lon": lon, "lat": lat, "map": shown}


class PlaceField(forms.Field):
    """A place that is marked on a map or typed; cleaned to a Place, None for an empty one.

    Whether it lies in the city is asked by the service that takes it, whose refusals name `lon` or `lat`.
    """

    widget = PlaceInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Place"), **kwargs})

    def clean(self, value: Any) -> Place | None:
        """The position that was marked or typed."""
        lon, lat = value or ("", "")
        if not lon and not lat:
            if self.required:
                raise forms.ValidationError(_("Mark the place on the map, or type its coordinates."))
            return None
        try:
            place = Place(float(lon[:30]), float(lat[:30]))
        except ValueError:
            raise forms.ValidationError(_("Give the position in degrees, as numbers.")) from None
        if not (isfinite(place.lon) and isfinite(place.lat) and abs(place.lon) <= 180 and abs(place.lat) <= 90):
            raise forms.ValidationError(_("Longitude lies between -180 and 180 degrees, latitude between -90 and 90."))
        return place


class PhotosInput(forms.FileInput):
    """Photos with their previews; the native file field stays the accessible control."""

    template_name = "desk/photos.html"
    allow_multiple_selected = True
    most = 4
    words: Any = ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:  # noqa: ARG002 - Django's signature
        """All files that were chosen."""
        return [one for one in files.getlist(name) if one.size or one.name] if files else []

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The button's words and how many fit."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {"most": self.most, "words": self.words}


class PhotosField(forms.FileField):
    """Photos, at most `most`; cleaned to the stored files, each taken in once by its content.

    Decoding takes up to seconds, so it happens here, before the write that refers to the files.
    """

    widget = PhotosInput

    def __init__(self, *, most: int = 4, **kwargs: Any) -> None:
        said = {"required": gettext_lazy("Add a photo.")}
        super().__init__(**{"label": gettext_lazy("Add photos"), "required": False, "error_messages": said, **kwargs})
        self.most = most
        self.widget.most, self.widget.words = most, self.label

    def clean(self, data: Any, initial: Any = None) -> Sequence[StoredFile]:  # noqa: ARG002
        """The photos as they are kept."""
        chosen: list[UploadedFile[Any]] = list(data or [])
        if not chosen and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        if len(chosen) > self.most:
            raise forms.ValidationError(_("At most %s photos; take some out.") % self.most)
        try:
            return [receive_photo(one, one.name or "", field="photos") for one in chosen]  # type: ignore[arg-type]
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence, code=str(refusal.status)) from None
