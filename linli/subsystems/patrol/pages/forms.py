"""The forms of patrols: a plan with its times and points, a point marked on the map, what was found at a point."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from linli.core.catalogue.public import CategoryNode
from linli.core.desk.public import (
    AreaField,
    DayField,
    DeskForm,
    GridField,
    LineField,
    PhotosField,
    PlaceField,
    PlaceInput,
    SpansField,
    WordsField,
)
from linli.subsystems.patrol.public import NAME_MAX, NOTE_MAX, Days, PointPlan


class PointsField(WordsField):
    """Points pasted one a line: name, longitude, latitude, with commas or tabs between."""

    def clean(self, value: Any) -> Any:
        """The points. The error names the line."""
        found = []
        for number, line in enumerate(super().clean(value).splitlines(), 1):
            cells = [cell.strip() for cell in line.replace("，", ",").split(",")]
            if not any(cells):
                continue
            try:
                name, lon, lat = cells
                found.append(PointPlan(name, float(lon), float(lat)))
            except ValueError:
                raise forms.ValidationError(
                    _("Line %s: write name, longitude, latitude, with commas between.") % number
                ) from None
        return tuple(found)

    def to_python(self, value: Any) -> str:
        """Tabs, as spreadsheets paste them, part the cells too."""
        return super().to_python(str(value or "").replace("\t", ","))


class PlanForm(DeskForm):
    """A new plan."""

    names: ClassVar[Mapping[str, str]] = {
        "area_code": "area",
        "grid_code": "grid",
        "lon": "points",
        "lat": "points",
        "point_name": "points",
    }
    name = LineField(label=gettext_lazy("Name of the plan"), max_length=NAME_MAX)
    area = AreaField(
        permission="patrol.plan", levels=("street", "community"), label=gettext_lazy("Street or community")
    )
    grid = GridField(
        permission="patrol.plan", required=False, help_text=gettext_lazy("With a grid the rounds go to its worker.")
    )
    days = forms.ChoiceField(label=gettext_lazy("Days"), choices=Days.choices, widget=forms.RadioSelect)
    valid_from = DayField(label=gettext_lazy("First day"))
    valid_to = DayField(label=gettext_lazy("Last day"), required=False)
    times = SpansField(label=gettext_lazy("Rounds of a day"))
    points = PointsField(
        label=gettext_lazy("Check points"),
        max_length=20_000,
        rows=7,
        required=False,
        help_text=gettext_lazy(
            "One a line: name, longitude, latitude. Or mark them on the map of the plan afterwards."
        ),
    )


class PointForm(DeskForm):
    """A point marked on the map of its plan, or typed."""

    names: ClassVar[Mapping[str, str]] = {"lon": "place", "lat": "place", "point_name": "name"}
    place = PlaceField()
    name = LineField(label=gettext_lazy("Name of the point"), max_length=NAME_MAX)


class HereInput(PlaceInput):
    """Where the phone is, at a press; the numbers are not shown."""

    template_name = "patrol/here.html"


class CheckForm(DeskForm):
    """One point of a round: how it is sure that somebody stands there, and what was found."""

    names: ClassVar[Mapping[str, str]] = {"lon": "place", "lat": "place", "category_id": "category"}
    place = PlaceField(required=False, widget=HereInput)
    found = forms.ChoiceField(
        label=gettext_lazy("What you found"),
        choices=[("no", gettext_lazy("All is well")), ("yes", gettext_lazy("Something is wrong"))],
        initial="no",
        required=False,
        widget=forms.RadioSelect,
    )
    finding = WordsField(label=gettext_lazy("What is wrong"), required=False)
    category = forms.TypedChoiceField(label=gettext_lazy("Category"), coerce=int, empty_value=None, required=False)
    photos = PhotosField()
    code = LineField(
        label=gettext_lazy("Code at the point"),
        max_length=12,
        required=False,
        widget=forms.TextInput({"autocapitalize": "characters", "autocomplete": "off"}),
    )
    note = LineField(label=gettext_lazy("Why you check by hand"), max_length=NOTE_MAX, required=False)

    def offer(self, categories: list[CategoryNode]) -> None:
        """Offers these categories."""
        cast(forms.ChoiceField, self.fields["category"]).choices = [
            ("", "—"),
            *((one.id, one.title) for one in categories),
        ]

    def clean(self) -> dict[str, Any]:
        """What `check_point` takes. Something that is wrong is said in words, by a category or in a photo."""
        given = super().clean()
        wrong = given.get("found") == "yes"
        finding, category, photos = given.get("finding", ""), given.get("category"), given.get("photos") or ()
        if wrong and not (finding or category or photos or self.errors):
            self.add_error("finding", _("Say in a few words what is wrong, or add a photo."))
        place = given.get("place")
        return given | {
            "lon": place.lon if place else None, "lat": place.lat if place else None,
            "finding": finding if wrong else "", "category": category if wrong else None, "photos": photos if wrong else (),
        }  # fmt: skip
