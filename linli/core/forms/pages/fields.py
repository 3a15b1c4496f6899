"""Questions as fields of the desk's forms: each draws its control, and `parsed` makes the answer of what was sent."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from linli.core.desk.public import PlaceInput, marks
from linli.core.forms.public import FILES, Kind, Question, Value, parsed, told
from linli.core.platform.public import Refusal, receive_photo, receive_voice
from linli.lib.names_by_pinyin import sounds
from linli.lib.outside import day

FEW, SOME = 7, 60
_PLAIN: dict[Kind, dict[str, str]] = {
    Kind.NUMBER: {"inputmode": "decimal", "autocomplete": "off"},
    Kind.PHONE: {"inputmode": "tel", "autocomplete": "off"},
    Kind.DATE: {"type": "date"},
    Kind.TIME: {"type": "time"},
    Kind.MOMENT: {"type": "datetime-local"},
}


class LineInput(forms.TextInput):
    """A line, drawn without a template: a form of sixty has as many."""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """The control."""
        shown = self.format_value(value)
        words = format_html(' value="{}"', shown) if shown not in (None, "") else ""
        return format_html(
            '<input type="{}" name="{}"{}{}>',
            self.input_type,
            name,
            words,
            flatatt(self.build_attrs(self.attrs, attrs)),
        )


class UnitInput(LineInput):
    """A line with the unit behind it."""

    def __init__(self, unit: str, attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        self.unit = unit

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The line and the unit."""
        line = super().render(name, value, {**(attrs or {}), "class": "input input--short"}, renderer)
        return format_html('<div class="input-unit">{}<span>{}</span></div>', line, self.unit)


class SpotInput(PlaceInput):
    """A place whose two numbers are sent below the name of the question, so that a page may ask for several."""

    template_name = "forms/place.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[str, str]:  # noqa: ARG002 - Django's signature
        """The two numbers as they were typed."""
        return str(data.get(f"{name}-lon", "")).strip(), str(data.get(f"{name}-lat", "")).strip()


class PersonInput(forms.Widget):
    """Name and telephone number of a person."""

    template_name = "forms/person.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:  # noqa: ARG002 - Django's signature
        """What was typed."""
        typed = {part: str(data.get(f"{name}-{part}", "")).strip() for part in ("name", "phone")}
        return typed if any(typed.values()) else {}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The two lines."""
        return {**super().get_context(name, value, attrs), "person": value or {}}


class FilesInput(forms.FileInput):
    """Files with what is there already, which stays unless a box is ticked."""

    template_name = "forms/files.html"
    allow_multiple_selected = True

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question

    def value_from_datadict(self, data: Any, files: Any, name: str) -> tuple[list[Any], bool]:
        """The files that were chosen, and whether those that are there go."""
        chosen = files.getlist(name) if files else []
        return [one for one in chosen if one.size or one.name], f"{name}-drop" in data

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:  # noqa: ARG002 - Django's signature
        """Never: what is there stays when nothing is sent."""
        return False

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """What may be chosen, and how many are there."""
        there = value if isinstance(value, list) else []
        voice = self.question.kind is Kind.VOICE
        return {
            **super().get_context(name, None, attrs), "there": len(there), "voice": voice, "most": int(self.question.most or 1),
            "signature": self.question.kind is Kind.SIGNATURE,
            "words": _("Choose a recording") if voice else _("Add photos") if self.question.kind is Kind.PHOTO else _("Photograph the signature"),
            "accept": "audio/*" if voice else "image/jpeg,image/png,image/webp,image/heic,image/heif,image/avif",
        }  # fmt: skip


class AnswerField(forms.Field):
    """The field of one question; cleaned to its answer. `there` are the files that were added before,
    `stranger` the network of somebody without account, whose files are rationed."""

    def __init__(self, question: Question, *, there: Value = None, known: str = "", stranger: str = "") -> None:
        self.question, self.there, self.stranger = question, there, stranger
        hint = told(question.hint)
        help_text = f"{known} {hint}".strip() if known else hint
        super().__init__(
            label=told(question.label), help_text=help_text, required=question.required, widget=widget_of(question)
        )

    def clean(self, value: Any) -> Value:
        """The answer; whether it may lack is asked by whoever saves the page, since that depends on other answers."""
        try:
            return self._files(*value) if self.question.kind in FILES else parsed(self.question, value)
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence, code=str(refusal.status)) from None

    def _files(self, chosen: list[Any], drop: bool) -> Value:
        """Each file is taken in before the write that names it: decoding takes up to seconds."""
        if len(chosen) > (self.question.most or 1):
            raise forms.ValidationError(_("At most %s photos; take some out.") % int(self.question.most or 1))
        take = receive_voice if self.question.kind is Kind.VOICE else receive_photo
        new = [take(one, one.name or "", field=self.question.name, stranger=self.stranger).id for one in chosen]
        kept = [] if drop or (new and self.question.most == 1) else list(self.there or ())
        return parsed(self.question, [*kept, *new])

    def prepare_value(self, value: Any) -> Any:
        """The answer as the control shows it."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return f"{value:.10g}"
        return value


def widget_of(question: Question) -> forms.Widget:
    """The control of a question."""
    kind = question.kind
    if kind in FILES:
        return FilesInput(question)
    if kind is Kind.PLACE:
        return SpotInput()
    if kind is Kind.PERSON:
        return PersonInput()
    if kind in (Kind.ONE, Kind.SEVERAL):
        return _chooser(question)
    if kind is Kind.NUMBER and question.unit:
        return UnitInput(told(question.unit), _PLAIN[kind])
    if question.lines:
        return forms.Textarea({"rows": 3, "maxlength": int(question.most or 4000)})
    most = {"maxlength": int(question.most)} if kind in (Kind.TEXT, Kind.ADDRESS) and question.most else {}
    attrs = {**_PLAIN.get(kind, {}), **most}
    shown = LineInput(attrs)
    shown.input_type = str(attrs.pop("type", "text"))
    return shown


def _chooser(question: Question) -> forms.Widget:
    choices = [(one.code, told(one.label)) for one in question.choices]
    if question.kind is Kind.SEVERAL:
        return OptionsInput(choices, several=True)
    if FEW < len(choices) <= SOME:
        return forms.Select(choices=[("", "—"), *choices])
    return OptionsInput(choices if question.required else [*choices, ("", _("no answer"))], several=False)


class OptionsInput(forms.Widget):
    """Choices to tick, one or several, drawn at once; above many a line finds one, by pinyin too."""

    use_fieldset = True

    def __init__(self, choices: list[tuple[str, str]], *, several: bool) -> None:
        super().__init__()
        self.choices, self.several = choices, several

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:  # noqa: ARG002 - Django's signature
        """What is ticked."""
        return data.getlist(name) if self.several else data.get(name)

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:  # noqa: ARG002
        """The choices, each with whether it is ticked."""
        chosen = {str(one) for one in value} if isinstance(value, (list, tuple)) else {str(value or "")}
        many = len(self.choices) > (FEW if self.several else SOME)
        type_, focus, rows = "checkbox" if self.several else "radio", bool((attrs or {}).get("autofocus")), []
        begun = format_html('<input type="{}" name="{}" value="', type_, name)  # the same for all
        for place, (code, title) in enumerate(self.choices):
            marks_ = (" checked" if code in chosen else "") + (" autofocus" if focus and place == 0 else "")
            also = f' data-also="{conditional_escape(sounds(title))}"' if many else ""
            words = f'{conditional_escape(code)}"{marks_}><span>{conditional_escape(title)}'
            rows.append(f'<label class="choice"{also}>{begun}{words}</span></label>')
        drawn = mark_safe("".join(rows))  # noqa: S308 - each word of it escaped above
        key = (attrs or {}).get("id", name)
        if many:
            return mark_safe(render_to_string("forms/many.html", {"id": key, "drawn": drawn}))  # noqa: S308 - a template's
        return format_html('<div id="{}">{}</div>', key, drawn)


def known_words(shown: dict[str, Any]) -> str:
    """Where a known answer comes from, in words."""
    on = day(shown["on"])
    return _("Known from %(source)s, %(day)s: keep it or change it.") % {
        "source": shown["source"],
        "day": marks.day_words(on) if on else "",
    }
