"""Fields for which a person chooses an area, a unit, a grid or a colleague: each offers what this person may choose.

What is sent is a code or words; it becomes a row here, at the door. What does not exist and what is not theirs get one
sentence. Few choices are a list; more are typed, with suggestions, which works without scripts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from linli.core.access.public import Access, Colleague, UnitNode, colleagues, unit_colleagues, unit_tree
from linli.core.areas.public import AreaNode, area_tree
from linli.core.catalogue.public import CategoryNode, catalogue
from linli.core.grids.public import GridNode, main_layer

N = TypeVar("N")
MOST_LISTED = 60
MOST_SUGGESTED = 500


@dataclass(frozen=True, slots=True)
class Offer(Generic[N]):
    """One choice: what is sent, what is read, and what it stands for."""

    code: str
    title: str
    item: N
    also: str = ""  # another name under which it may be typed


class SuggestInput(forms.TextInput):
    """A line with suggestions below it."""

    template_name = "desk/suggest.html"
    suggestions: Iterable[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The line, and what it suggests."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"] |= {"list": list_id, "autocomplete": "off"}
        return context | {"list_id": list_id, "suggestions": self.suggestions}


class Chooser(forms.Field, Generic[N]):
    """Base of the fields that offer rows. A subclass says in `offers` what a person may choose."""

    unknown: str | Promise = gettext_lazy("Nothing that you may choose is called “%s”; choose from the list.")
    nothing: Any = gettext_lazy("There is nothing that you may choose here; leave it out.")
    hint: Any = gettext_lazy("Type a few letters and choose from the list.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices: list[Offer[N]] = []

    def offers(self, access: Access) -> Iterable[Offer[N]]:
        """What `access` may choose, in the order of the list."""
        raise NotImplementedError

    def open_to(self, access: Access) -> None:
        """Offers what this person may choose. DeskForm calls it."""
        self.choices = list(self.offers(access))
        if len(self.choices) <= MOST_LISTED:
            self.widget = forms.Select(choices=[("", "—"), *((one.code, one.title) for one in self.choices)])
        else:
            self.widget = SuggestInput({"maxlength": 200})
            self.widget.suggestions = [f"{one.code} {one.title}" for one in self.choices[:MOST_SUGGESTED]]
            self.help_text = self.help_text or self.hint
        self.widget.is_required = self.required

    def prepare_value(self, value: Any) -> Any:
        """A known code as the suggestions write it."""
        if isinstance(self.widget, SuggestInput):
            return next((f"{one.code} {one.title}" for one in self.choices if one.code == value), value)
        return value

    def clean(self, value: Any) -> N | None:
        """What the words name: by the code that they begin with, as the list writes them, or by the whole name of one."""
        words = str(value or "").replace("\0", "").strip()
        super().clean(words)
        if not words:
            return None
        coded = [one for one in self.choices if one.code in (words, words.split(" ", 1)[0])]
        named = [one for one in self.choices if words in (one.title, one.also)]
        found = coded[0] if coded else named[0] if len(named) == 1 else None
        if found is None and not self.choices:
            raise forms.ValidationError(self.nothing)
        if found is None:
            raise forms.ValidationError(str(self.unknown).replace("%s", words[:60]))
        return found.item


class PeopleInput(forms.widgets.ChoiceWidget):
    """Boxes to tick, below a heading for each group; a line above them finds one among many."""

    template_name = "desk/people.html"
    option_template_name = "django/forms/widgets/checkbox_option.html"
    input_type, allow_multiple_selected, use_fieldset = "checkbox", True, True
    checked_attribute = {"checked": True}
    few = 8

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The boxes by group, and whether they are so many that one is looked for."""
        context: dict[str, Any] = super().get_context(name, value, attrs)
        count = sum(len(options) for _group, options, _index in context["widget"]["optgroups"])
        return context | {"many": count > self.few}


class ManyChooser(Chooser[N]):
    """Base of the fields for which several rows are ticked; cleaned to a tuple of them, in the order in which they are offered.

    An offer's `also` is the heading below which it stands; those without one come first.
    """

    def open_to(self, access: Access) -> None:
        """Offers what this person may choose. DeskForm calls it."""
        self.choices = list(self.offers(access))
        groups: dict[str, list[tuple[str, str]]] = {}
        for one in self.choices:
            groups.setdefault(one.also, []).append((one.code, one.title))
        self.widget = PeopleInput(choices=[*groups.pop("", []), *groups.items()])
        self.widget.is_required = self.required

    def prepare_value(self, value: Any) -> Any:
        """What is ticked, as it is sent."""
        return [str(one) for one in value or ()]

    def clean(self, value: Any) -> tuple[N, ...]:  # type: ignore[override]
        """The rows that are ticked."""
        ticked = {str(one) for one in value or ()}
        unknown = ticked - {one.code for one in self.choices}
        if unknown and not self.choices:
            raise forms.ValidationError(self.nothing)
        if unknown:
            raise forms.ValidationError(str(self.unknown).replace("%s", min(unknown)[:60]))
        forms.Field.clean(self, sorted(ticked))
        return tuple(one.item for one in self.choices if one.code in ticked)


class AreaField(Chooser[AreaNode]):
    """An area in which the person holds `permission`, of the given levels (empty: of all); cleaned to its AreaNode."""

    unknown = gettext_lazy("No area of yours is called “%s”; choose one from the list.")

    def __init__(self, *, permission: str, levels: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Area"), **kwargs})
        self.permission, self.levels = permission, levels

    def offers(self, access: Access) -> Iterable[Offer[AreaNode]]:
        """The areas, by code: the larger stand before what lies in them."""
        nodes = area_tree().nodes
        found = (nodes[area_id] for area_id in access.areas_with(self.permission))
        wanted = (node for node in found if not self.levels or node.level in self.levels)
        return [Offer(node.code, node.title, node, node.name) for node in sorted(wanted, key=lambda one: one.code)]


class UnitField(Chooser[UnitNode]):
    """A unit that lies in an area where the person holds `permission`; cleaned to its UnitNode."""

    unknown = gettext_lazy("No unit in your areas is called “%s”; choose one from the list.")

    def __init__(self, *, permission: str, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Unit"), **kwargs})
        self.permission = permission

    def offers(self, access: Access) -> Iterable[Offer[UnitNode]]:
        """The units in force, by code."""
        inside = set(access.areas_with(self.permission))
        found = sorted((one for one in unit_tree().nodes.values() if one.area_id in inside), key=lambda one: one.code)
        return [Offer(node.code, node.title, node, node.name) for node in found]


class GridField(Chooser[GridNode]):
    """A grid of the main layer in an area where the person holds `permission`; cleaned to its GridNode."""

    unknown = gettext_lazy("No grid of yours is called “%s”; choose one from the list.")

    def __init__(self, *, permission: str, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Grid"), **kwargs})
        self.permission = permission

    def offers(self, access: Access) -> Iterable[Offer[GridNode]]:
        """The grids in force, by code."""
        layer, inside = main_layer(), set(access.areas_with(self.permission))
        found = [node for node in layer.nodes.values() if node.area_id in inside] if layer else []
        return [Offer(node.code, node.title, node, node.name) for node in sorted(found, key=lambda one: one.code)]


class CategoryField(Chooser[CategoryNode]):
    """A category in force, of the given kinds (empty: of all); cleaned to its CategoryNode. Everybody may choose any."""

    unknown = gettext_lazy("No category is called “%s”; choose one from the list.")

    def __init__(self, *, kinds: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Category"), **kwargs})
        self.kinds = kinds

    def offers(self, access: Access) -> Iterable[Offer[CategoryNode]]:  # noqa: ARG002 - the same for everybody
        """The categories, by code."""
        found = [one for one in catalogue().categories.values() if not self.kinds or one.kind in self.kinds]
        return [Offer(one.code, one.title, one) for one in sorted(found, key=lambda one: (one.standard, one.code))]


class PersonField(Chooser[Colleague]):
    """A colleague whom the person may know by name (`colleagues`), in one statement; cleaned to the Colleague.

    `of_own_unit`: one of the others of the person's unit (`unit_colleagues`), whatever they may see otherwise.
    """

    unknown = gettext_lazy("No colleague of yours is called “%s”; choose one from the list.")

    def __init__(self, *, of_own_unit: bool = False, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("Person"), **kwargs})
        self.of_own_unit = of_own_unit

    def offers(self, access: Access) -> Iterable[Offer[Colleague]]:
        """The colleagues by name, each with the unit; of the own unit without it."""
        if self.of_own_unit:
            return [Offer(str(one.user_id), one.name, one) for one in unit_colleagues(access)]
        return [
            Offer(str(one.user_id), f"{one.name} · {one.unit}" if one.unit else one.name, one, one.name)
            for one in colleagues(access)
        ]


class PeopleField(ManyChooser[Colleague]):
    """Colleagues whom the person may know by name, those of the own unit first; cleaned to a tuple of Colleague."""

    unknown = PersonField.unknown

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": gettext_lazy("People"), **kwargs})

    def offers(self, access: Access) -> Iterable[Offer[Colleague]]:
        """The colleagues by unit and name."""
        far = sorted(colleagues(access), key=lambda one: one.unit)
        people = {one.user_id: one for one in (*unit_colleagues(access), *far) if one.user_id != access.user_id}
        return [Offer(str(one.user_id), one.name, one, one.unit) for one in people.values()]
