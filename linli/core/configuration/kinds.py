"""What a field of a table takes, for every door alike: text from a form, a cell or a program becomes the value that is kept, or one sentence.

A value is text, a whole number, yes or no, a list of rows, or None; amounts are text (“0.5”), areas and units their codes. So a row is the
same in another database, and a change can be kept, compared and sent as it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from linli.core.access.public import Access, unit_tree
from linli.core.areas.public import area_tree
from linli.core.catalogue.public import catalogue
from linli.core.desk.public import AmountField, Chooser, DayField, LineField, Offer, RowsField, WordsField
from linli.core.platform.public import BadInput, ImportColumn, cleaned, listed, title_in
from linli.lib.outside import day as day_of

Kind = Literal["line", "lines", "whole", "amount", "day", "yes", "choice", "area", "unit", "category", "rows"]
Titles = Mapping[str, str]
LARGEST_WHOLE = 1_000_000
YES, NO = frozenset("yes y true 1 是 有 对 on".split()), frozenset("no n false 0 否 无 不".split())


@dataclass(frozen=True, kw_only=True)
class ConfigField:
    """One field of a table.

    `choices()` gives the codes of a choice with their titles, asked when it is needed. `rows` are the fields of each row of a field of rows,
    and `row_title` what one is called. `default` is what stands where nothing was said.
    """

    code: str
    titles: Titles
    kind: Kind = "line"
    required: bool = True
    most: int = 120
    choices: Callable[[], Mapping[str, Titles]] | None = None
    explained: Titles | None = None
    example: str = ""
    aliases: tuple[str, ...] = ()
    default: Any = None
    rows: tuple[ConfigField, ...] = ()
    row_title: Titles = field(default_factory=dict)
    units: Callable[[], Iterable[Any]] | None = None  # which units may be chosen, default: all in force

    @property
    def is_asked(self) -> bool:
        """Whether something must be said for it."""
        return self.required and self.default is None

    @property
    def title(self) -> str:
        """Its name in the reader's language."""
        return title_in(self.titles)

    def refuse(self, sentence: str) -> BadInput:
        """A refusal that names the field."""
        return BadInput(_("%(field)s: %(words)s") % {"field": self.title, "words": sentence}, field=self.code)


def parse(kept: ConfigField, raw: Any) -> Any:
    """The value of what was typed, sent or read. Raises BadInput, naming the field."""
    blank = raw is None or (isinstance(raw, str) and not raw.strip()) or raw in ([], ())
    if blank and kept.kind != "yes":
        if kept.default is not None:
            return kept.default
        if kept.required:
            raise kept.refuse(_("This must not be empty."))
        return [] if kept.kind == "rows" else None if kept.kind in ("whole", "amount", "day") else ""
    return _PARSERS[kept.kind](kept, raw)


def _text(kept: ConfigField, raw: Any) -> str:
    if not isinstance(raw, (str, int, float, Decimal)) or isinstance(raw, bool):
        raise kept.refuse(_("Write text here."))
    return cleaned(kept.code, str(raw).strip(), max_chars=kept.most, lines=False)


def _lines(kept: ConfigField, raw: Any) -> str:
    if not isinstance(raw, str):
        raise kept.refuse(_("Write text here."))
    return cleaned(kept.code, raw.strip(), max_chars=kept.most)


def _decimal(kept: ConfigField, raw: Any) -> Decimal:
    words = unicodedata.normalize("NFKC", str(raw)).strip()[:40].replace(",", ".")
    try:
        found = Decimal(words)
    except InvalidOperation:
        raise kept.refuse(_("Give a number, such as 2 or 0.5.")) from None
    if isinstance(raw, bool) or not found.is_finite() or abs(found) >= 100_000 or found != round(found, 3):
        raise kept.refuse(_("Give a number with at most three digits after the point."))
    return found


def _amount(kept: ConfigField, raw: Any) -> str:
    return f"{_decimal(kept, raw).normalize():f}"


def _whole(kept: ConfigField, raw: Any) -> int:
    found = _decimal(kept, raw)
    if found != found.to_integral_value() or not 0 <= found <= LARGEST_WHOLE:
        raise kept.refuse(_("Give a whole number from 0 to %s.") % f"{LARGEST_WHOLE:,}")
    return int(found)


def _day(kept: ConfigField, raw: Any) -> str:
    found = day_of(str(raw).strip()[:10])
    if found is None or not 2000 <= found.year < 2100:
        raise kept.refuse(_("Write the day as 2026-11-21."))
    return found.isoformat()


def _yes(kept: ConfigField, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    word = str(raw if raw is not None else "").strip().casefold()
    if not word:
        return bool(kept.default)
    if word not in YES | NO:
        raise kept.refuse(_("Write yes or no (是 or 否)."))
    return word in YES


def choices_of(kept: ConfigField) -> Mapping[str, Titles]:
    """The codes that may be chosen, with their titles."""
    return kept.choices() if kept.choices is not None else {}


def _choice(kept: ConfigField, raw: Any) -> str:
    word, offered = str(raw).strip(), choices_of(kept)
    code = next((code for code, titles in offered.items() if word in (code, *titles.values())), None)
    if code is None:
        raise kept.refuse(_("Use one of: %s.") % listed(title_in(titles) for titles in list(offered.values())[:12]))
    return code


def offers_of(kept: ConfigField) -> list[Offer[Any]]:
    """The areas or units that may be chosen, by code."""
    if kept.kind == "category":
        return _categories()
    if kept.kind == "area":
        nodes: Iterable[Any] = area_tree().nodes.values()
    else:
        nodes = kept.units() if kept.units is not None else unit_tree().nodes.values()
    return [Offer(one.code, one.title, one.code, one.name) for one in sorted(nodes, key=lambda one: one.code)]


def _categories() -> list[Offer[Any]]:
    """The categories in force, each once, by kind and code."""
    found: dict[str, Offer[Any]] = {}
    for one in sorted(catalogue().categories.values(), key=lambda node: (node.kind, node.code, node.standard)):
        code = f"{one.kind}:{one.code}"
        found.setdefault(code, Offer(code, one.title, code, one.name))
    return list(found.values())


def category_title(code: str) -> str:
    """A category by its kind and code."""
    return next((one.title for one in _categories() if one.code == code), code)


def _named(kept: ConfigField, raw: Any) -> str:
    words = str(raw).strip()
    offered = offers_of(kept)
    coded = [one for one in offered if one.code in (words, words.split(" ", 1)[0])]
    named = [one for one in offered if words in (one.title, one.also)]
    found = coded[0] if coded else named[0] if len(named) == 1 else None
    if found is None and len(named) > 1:
        raise kept.refuse(_("Several are called “%s”; give the code.") % words[:60])
    if found is None:
        raise kept.refuse(_("Nothing is called “%s”; give a code or a whole name.") % words[:60])
    return found.code


def _rows(kept: ConfigField, raw: Any) -> list[dict[str, Any]]:
    if not isinstance(raw, (list, tuple)) or len(raw) > kept.most or not all(isinstance(one, Mapping) for one in raw):
        raise kept.refuse(_("Give at most %s rows.") % kept.most)
    made = []
    for number, one in enumerate(raw, 1):
        try:
            made.append({column.code: parse(column, one.get(column.code)) for column in kept.rows})
        except BadInput as refusal:
            said = {"row": title_in(kept.row_title), "number": number, "fault": refusal.sentence}
            raise BadInput(_("%(row)s %(number)s: %(fault)s") % said, field=kept.code) from None
    return made


_PARSERS: dict[str, Callable[[ConfigField, Any], Any]] = {
    "line": _text, "lines": _lines, "whole": _whole, "amount": _amount, "day": _day, "yes": _yes, "choice": _choice, "area": _named,
    "unit": _named, "category": _named, "rows": _rows,
}  # fmt: skip


def words_of(kept: ConfigField, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "" or value == []:
        return "—"
    if kept.kind == "yes":
        return _("yes") if value else _("no")
    if kept.kind == "choice":
        return title_in(choices_of(kept).get(value, {"zh-hans": str(value)}))
    if kept.kind == "area":
        node = area_tree().by_code.get(value)
        return node.title if node else str(value)
    if kept.kind == "unit":
        unit = unit_tree().by_code.get(value)
        return unit.title if unit else str(value)
    if kept.kind == "category":
        return category_title(value)
    if kept.kind == "rows":
        return "\n".join(
            " · ".join(words_of(column, one.get(column.code)) for column in kept.rows if one.get(column.code)) for one in value
        )  # fmt: skip
    return str(value)


class CodeField(Chooser[str]):
    """An area or a unit by its code; cleaned to the code."""

    def __init__(self, kept: ConfigField, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kept = kept

    def offers(self, access: Access) -> Iterable[Offer[str]]:  # noqa: ARG002 - the table's permission was asked for
        """What may be chosen."""
        return offers_of(self.kept)


def form_field(kept: ConfigField) -> forms.Field:
    """The field of a form for it."""
    help_text: str | Promise = title_in(kept.explained) if kept.explained else ""
    given: dict[str, Any] = {
        "label": kept.title,
        "required": kept.is_asked,
        "help_text": help_text,
    }
    if kept.kind == "yes":
        return forms.BooleanField(**given | {"required": False})
    if kept.kind == "choice":
        offered = [(code, title_in(titles)) for code, titles in choices_of(kept).items()]
        return forms.ChoiceField(choices=offered if given["required"] else [("", "—"), *offered], **given)
    if kept.kind in ("area", "unit", "category"):
        return CodeField(kept, **given)
    if kept.kind == "rows":
        columns = {one.code: form_field(one) for one in kept.rows}
        return RowsField(columns, row_title=title_in(kept.row_title), more=_("Add a row"), most=kept.most, **given)
    if kept.kind == "whole":
        return forms.IntegerField(min_value=0, max_value=LARGEST_WHOLE, **given)
    if kept.kind == "amount":
        return AmountField(**given)
    if kept.kind == "day":
        return DayField(**given)
    return (WordsField if kept.kind == "lines" else LineField)(max_length=kept.most, **given)


def columns_of(kept: ConfigField) -> list[ImportColumn]:
    """The columns of a file for it; a field of rows has those of one of its rows."""
    if kept.kind == "rows":
        return [column for one in kept.rows for column in columns_of(one)]
    kinds: dict[str, Any] = {"whole": "whole", "amount": "decimal", "day": "day", "yes": "yes", "lines": "lines"}
    return [
        ImportColumn(
            code=kept.code, titles=kept.titles, kind=kinds.get(kept.kind, "text"), required=kept.is_asked,
            aliases=kept.aliases, most=max(kept.most, 60), explained=kept.explained, example=kept.example,
            words=kept.choices,
        )
    ]  # fmt: skip
