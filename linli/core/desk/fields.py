"""Kinds of fields that Django lacks: a line and words without signs that nobody sees, a telephone, a day, a moment, yuan, an amount, a place, photos.

choosers.py next door has the fields that offer rows, rows.py the field of several rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, NamedTuple

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access
from linli.core.grids.public import extent_of
from linli.core.platform.public import Refusal, StoredFile, city_zone, in_words, local_time, receive_photo
from linli.lib.outside import day
from linli.lib.refusal import Refusal as PlainRefusal
from linli.lib.text import clean_phone, clean_text

CLOCK = re.compile(r"T(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?", re.ASCII)
YUAN = re.compile(r"-?\d{1,12}(?:\.\d{0,2})?", re.ASCII)
YUAN_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3}){1,3}(?:\.\d{0,2})?", re.ASCII)


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


class MomentField(forms.Field):
    """A moment of this century by the clock of the city, chosen or written as 2026-11-21T14:05; cleaned to an aware datetime."""

    def __init__(self, **kwargs: Any) -> None:
        shown = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(**{"widget": shown, **kwargs})

    def to_python(self, value: Any) -> datetime | None:
        """The moment that was written."""
        words = str(value or "").strip().replace(" ", "T")
        if not words:
            return None
        at, hour = day(words[:10]), words[10:]
        if at is None or not 2000 <= at.year < 2100 or not CLOCK.fullmatch(hour):
            raise forms.ValidationError(_("Write the day and the time as 2026-11-21 14:05."))
        return datetime.fromisoformat(f"{at}{hour[:6]}").replace(tzinfo=city_zone())

    def prepare_value(self, value: Any) -> Any:
        """A moment as the city's clock shows it."""
        return local_time(value).replace(tzinfo=None) if isinstance(value, datetime) else value


class YuanField(forms.DecimalField):
    """An amount in yuan of at least `least` (unless told otherwise above zero), with at most two digits behind the point; cleaned to a Decimal, never a float.

    It may be written as offices write it: 1,280.50, ¥1280.5, in full-width digits.
    """

    def __init__(
        self, *, least: Decimal = Decimal("0.01"), most: Decimal = Decimal("9999999999.99"), **kwargs: Any
    ) -> None:
        shown = forms.TextInput({"inputmode": "decimal", "autocomplete": "off"})
        limits = {"min_value": least, "max_value": most, "max_digits": 12, "decimal_places": 2}
        super().__init__(**{"label": gettext_lazy("Amount in yuan"), "widget": shown, **limits, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs know only whole numbers
        """The number that was written."""
        words = unicodedata.normalize("NFKC", str(value or "")).strip()
        plain = words.removeprefix("¥").removesuffix("元").strip()
        if plain and not (YUAN.fullmatch(plain) or YUAN_GROUPED.fullmatch(plain)):
            raise forms.ValidationError(
                _("Write the amount as a number with at most two digits behind the point, such as 1280.50.")
            )
        return super().to_python(plain.replace(",", ""))


class AmountInput(forms.TextInput):
    """A short line with the unit of the amount behind it."""

    template_name = "desk/amount.html"
    unit: Any = ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The line and the unit."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"] |= {"class": "input input--short", "inputmode": "decimal"}
        return context | {"unit": self.unit}


class AmountField(forms.DecimalField):
    """An amount of some unit, with at most three digits behind the point, written with a point or a comma; how much is too much says
    who takes it.
    """

    widget = AmountInput

    def __init__(self, *, unit: Any = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.unit = unit

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs know only whole numbers
        """The number that was written."""
        words = unicodedata.normalize("NFKC", str(value or "")).strip().replace(",", ".")
        if not words:
            return None
        try:
            amount = Decimal(words)
        except InvalidOperation:
            raise forms.ValidationError(_("Give a number, such as 2 or 0.5.")) from None
        if not amount.is_finite() or abs(amount) >= 100_000 or amount != round(amount, 3):
            raise forms.ValidationError(_("Give a number with at most three digits after the point."))
        return amount


class Place(NamedTuple):
    """A position in degrees of WGS 84."""

    lon: float
    lat: float


class PlaceInput(forms.Widget):
    """A map to mark a place on, and two lines, folded away, for who types it. The names that are sent are `lon` and `lat`, as in the API.

    `map` holds the settings of the map (docs/frontend.md), set by the page: where it stands, what else it shows. Without a mark and without
    them it opens on `start` (west, south, east, north in degrees), the ground of who fills the form in, else on all grids.
    """

    template_name = "desk/place.html"
    use_fieldset = True
    map: dict[str, Any]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.map = {}
        self.start: list[float] | None = None

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
        marked = {"point": [lon, lat]} if isinstance(lon, float) else {"bounds": self.start or extent_of(None)}
        shown = {"pick": True, "grids": "/map/grids/{z}/{x}/{y}.mvt", **marked, **self.map}
        invalid = "aria-invalid" in context["widget"]["attrs"]
        return context | {"lon": lon, "lat": lat, "map": shown, "invalid": invalid}


class PlaceField(forms.Field):
    """A place that is marked on a map or typed; cleaned to a Place, None for an empty one.

    Whether it lies in the city is asked by the service that takes it, whose refusals name `lon` or `lat`.
    """

    widget = PlaceInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Place"), **kwargs})

    def open_to(self, access: Access) -> None:
        """Lets the map open on the grids of this person's areas."""
        self.widget.start = extent_of(set(access.areas()))

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
        chosen = files.getlist(name) if files else []
        return [one for one in chosen if isinstance(one, StoredFile) or one.size or one.name]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The button's words and how many fit."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        return context | {"most": self.most, "words": self.words}


class PhotosField(forms.FileField):
    """Photos, at most `most`; cleaned to the stored files, each taken in once by its content. A program sends files taken in already.

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
        chosen: list[UploadedFile[Any] | StoredFile] = list(data or [])
        if not chosen and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        if len(chosen) > self.most:
            raise forms.ValidationError(_("At most %s photos; take some out.") % self.most)
        try:
            return [
                one if isinstance(one, StoredFile) else receive_photo(one, one.name or "", field="photos")  # type: ignore[arg-type]
                for one in chosen
            ]
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence, code=str(refusal.status)) from None
