"""The forms of the designer: a form's own words, and one of its items. What is typed becomes a part of the document as it is.

Whether the document is a form judges the reader (linli/core/forms/reader.py), once for all; only what cannot be put into a document at
all is refused here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from linli.core.desk.public import DeskForm, LineField, WordsField
from linli.core.forms.public import subject_kinds

TYPES = (
    ("text", gettext_lazy("Written text")), ("number", pgettext_lazy("kind of question", "Number")), ("date", gettext_lazy("Calendar day")),
    ("time", gettext_lazy("Time of day")),
    ("moment", gettext_lazy("Day and time")), ("one", gettext_lazy("One of a list")), ("several", gettext_lazy("Several of a list")),
    ("place", gettext_lazy("Place on the map")), ("photo", gettext_lazy("Photos")), ("voice", gettext_lazy("Recording")),
    ("signature", gettext_lazy("Signature")), ("person", gettext_lazy("Person")), ("phone", gettext_lazy("Telephone number")),
    ("address", gettext_lazy("Address")), ("note", gettext_lazy("Note, asks nothing")), ("calculated", gettext_lazy("Calculated")),
    ("group", gettext_lazy("Group of questions")), ("repeat", gettext_lazy("Group that repeats")),
)  # fmt: skip
CLASSES = (
    ("", "—"),
    ("general", gettext_lazy("general")),
    ("important", gettext_lazy("important")),
    ("core", gettext_lazy("core")),
)
_TEXTS = ("label", "hint", "message", "unit", "row")
_LOGIC = ("relevant", "constraint", "calculate")


def _two(words: str) -> Any:
    """A text of both languages, written as "中文 | English"."""
    first, bar, second = words.partition("|")
    return {"zh-hans": first.strip(), "en": second.strip()} if bar and second.strip() else first.strip()


def _as_one(given: object) -> str:
    if isinstance(given, Mapping):
        parts = [str(given[language]) for language in ("zh-hans", "en") if given.get(language)]
        return " | ".join(parts)
    return given if isinstance(given, str) else ""


class LogicField(WordsField):
    """An expression, written as JSON."""

    def to_python(self, value: Any) -> Any:
        """The JSON."""
        words = super().to_python(value)
        try:
            return json.loads(words) if words else None
        except (ValueError, RecursionError):
            raise forms.ValidationError(_('This is no JSON, such as {"==": [{"var": "kind"}, "shop"]}.')) from None

    def prepare_value(self, value: Any) -> Any:
        """The JSON in one line."""
        return value if isinstance(value, str) or value is None else json.dumps(value, ensure_ascii=False)


class ItemForm(DeskForm):
    """One item of a form."""

    type = forms.ChoiceField(label=gettext_lazy("Kind of answer"), choices=TYPES)
    label = LineField(
        label=gettext_lazy("Words of the question"),
        max_length=1000,
        help_text=gettext_lazy("Chinese | English; one of them is enough."),
    )
    hint = LineField(label=gettext_lazy("Hint below it"), max_length=1000, required=False)
    name = LineField(
        label=pgettext_lazy("thing", "Name"), max_length=64, required=False,
        help_text=gettext_lazy("How expressions call it: letters, digits and _. Empty: chosen for you."),
    )  # fmt: skip
    required = forms.BooleanField(label=gettext_lazy("Must be answered"), required=False)
    choices = WordsField(
        label=gettext_lazy("Choices"), max_length=100_000, required=False, rows=5,
        help_text=gettext_lazy("One in each line: code, space, words. Or the name of a list of the form."),
    )  # fmt: skip
    unit = LineField(label=gettext_lazy("Unit of the number"), max_length=40, required=False)
    whole = forms.BooleanField(label=gettext_lazy("Whole numbers only"), required=False)
    lines = forms.BooleanField(label=gettext_lazy("Text of several lines"), required=False)
    least = forms.FloatField(label=gettext_lazy("At least"), required=False)
    most = forms.FloatField(label=gettext_lazy("At most"), required=False)
    purpose = LineField(label=gettext_lazy("What the answer is for"), max_length=200, required=False)
    data_class = forms.ChoiceField(label=gettext_lazy("Class of data"), choices=CLASSES, required=False)
    keep_days = forms.IntegerField(label=gettext_lazy("Days it is kept"), required=False)
    impersonal = forms.BooleanField(label=gettext_lazy("Says nothing about a person"), required=False)
    fact = LineField(
        label=gettext_lazy("Fact"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Known beyond this form under this key, such as premises.floor_area."),
    )
    row = LineField(label=gettext_lazy("What one of them is called"), max_length=60, required=False)
    relevant = LogicField(label=gettext_lazy("Asked only if"), required=False, rows=2)
    constraint = LogicField(label=gettext_lazy("Fits only if"), required=False, rows=2)
    message = LineField(label=gettext_lazy("What is said if it does not fit"), max_length=200, required=False)
    calculate = LogicField(label=gettext_lazy("Calculated as"), required=False, rows=2)

    @classmethod
    def of(cls, request: HttpRequest, item: Mapping[str, Any]) -> ItemForm:
        """The form of an item that is there."""
        shown = {name: item.get(name) for name in cls.base_fields if name in item}
        shown |= {name: _as_one(item.get(name)) for name in _TEXTS}
        shown |= {"data_class": item.get("class", ""), "choices": _choices_as_lines(item.get("choices"))}
        return cls(request, initial=shown)

    def item(self, name: str, before: Mapping[str, Any]) -> dict[str, Any]:
        """The item as the document holds it; `name` for one without. What this form does not show (`sealed`, `together`) stays as it
        was `before`, as long as the kind of answer does."""
        given = self.cleaned_data
        shown = {*self.base_fields, "class", "items"}
        found: dict[str, Any] = {
            part: value for part, value in before.items() if part not in shown and before.get("type") == given["type"]
        }
        found |= {"type": given["type"], "name": given["name"] or name, "label": _two(given["label"])}
        found |= {part: _two(given[part]) for part in _TEXTS[1:] if given[part]}
        found |= {part: True for part in ("required", "whole", "lines", "impersonal") if given[part]}
        found |= {
            part: given[part] for part in ("purpose", "fact", "keep_days", *_LOGIC) if given[part] not in (None, "")
        }
        found |= {part: _plain(given[part]) for part in ("least", "most") if given[part] is not None}
        if given["data_class"]:
            found["class"] = given["data_class"]
        if given["choices"]:
            found["choices"] = _choices_of(given["choices"])
        if given["type"] in ("group", "repeat"):
            found["items"] = []
        return found


def _plain(number: float) -> float:
    return int(number) if number == int(number) else number


def _choices_of(words: str) -> Any:
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    if len(lines) == 1 and " " not in lines[0]:
        return lines[0]
    return [{"code": line.split(None, 1)[0], "label": _two(line.split(None, 1)[-1])} for line in lines]


def _choices_as_lines(given: object) -> str:
    if isinstance(given, list):
        return "\n".join(f"{one.get('code', '')} {_as_one(one.get('label'))}" for one in given if isinstance(one, dict))
    return given if isinstance(given, str) else ""


class OwnForm(DeskForm):
    """The words of a form and what holds for all its questions."""

    titles = LineField(
        label=gettext_lazy("Title"), max_length=200, help_text=gettext_lazy("Chinese | English; one of them is enough.")
    )
    intro = WordsField(label=gettext_lazy("What people read first"), required=False)
    subject = forms.ChoiceField(label=gettext_lazy("Filled in about"), required=False)
    purpose = LineField(label=gettext_lazy("What the answers are for"), max_length=200, required=False)
    data_class = forms.ChoiceField(label=gettext_lazy("Class of data"), choices=CLASSES, required=False)
    keep_days = forms.IntegerField(label=gettext_lazy("Days they are kept"), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = [(code, kind.title) for code, kind in subject_kinds().items()]
        before = (self.initial or {}).get("subject", "")
        kept = [(before, before)] if before and before not in subject_kinds() else []
        self.fields["subject"].choices = [("", _("nothing in particular")), *kinds, *kept]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, request: HttpRequest, document: Mapping[str, Any]) -> OwnForm:
        """The form of a document that is there."""
        defaults = document.get("defaults") if isinstance(document.get("defaults"), dict) else {}
        shown = {
            "titles": _as_one(document.get("titles")),
            "intro": _as_one(document.get("intro")),
            "subject": document.get("subject", ""),
        }
        return cls(request, initial={**shown, **(defaults or {}), "data_class": (defaults or {}).get("class", "")})

    def document(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The document with these words."""
        given = self.cleaned_data
        made = {**before, "form": 1, "titles": _two(given["titles"]), "items": before.get("items", [])}
        for part, value in (("intro", _two(given["intro"]) if given["intro"] else ""), ("subject", given["subject"])):
            made.pop(part, None)
            made |= {part: value} if value else {}
        said = {"purpose": given["purpose"], "class": given["data_class"], "keep_days": given["keep_days"]}
        made.pop("defaults", None)
        if any(said.values()):
            made["defaults"] = {part: value for part, value in said.items() if value}
        return made
