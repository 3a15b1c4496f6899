"""What a model says about its personal fields: purpose, class, how long they are kept, how they are erased; and masks.

On a model: `personal = {"phone": Personal(…)}` and `impersonal = {"code", …}`, plain class attributes. Every field that
could hold something about a person must stand in one of the two; `annotation_gaps` finds those that do not, and a test
holds it. `keeping/expiry.py` erases what is over; docs/personal-data.md is drawn from the same entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from django.db import models

from linli.core.platform.sealing.crypto import BlindIndexField, SealedField

DataClass = Literal["general", "important", "core"]
EraseBy = Literal["null", "blank", "row"]


@dataclass(frozen=True)
class Personal:
    """One personal field. `data_class` is 一般 (general), 重要 (important) or 核心 (core).

    The time runs `keep_days` from the instant or day in the field `since` (a path over relations is allowed, such as
    "case__closed_at"; while that is NULL the time has not begun). `keep_days=None`: as long as the row is in use, and
    `purpose` says what ends that. `erase` empties the field with NULL or "", or deletes the whole row.
    """

    purpose: str
    data_class: DataClass
    keep_days: int | None
    erase: EraseBy = "blank"
    since: str = "created_at"

    def __post_init__(self) -> None:
        if not self.purpose.strip():
            raise ValueError("A personal field needs a purpose; a field without one should not exist.")
        if self.data_class not in ("general", "important", "core"):
            raise ValueError(f"The data class is {self.data_class!r}; it must be general, important or core.")
        if self.keep_days is not None and self.keep_days < 1:
            raise ValueError(f"keep_days is {self.keep_days}; give at least 1, or None with the reason in the purpose.")


# What can hold something about a person. Numbers, booleans, UUIDs, relations and words out of `choices` are not asked.
_ASKED_FIELDS = (
    models.CharField, models.TextField, models.JSONField, models.BinaryField, models.DateField,
    models.GenericIPAddressField, models.FileField, SealedField,
)  # fmt: skip


def personal_fields(model: type[models.Model]) -> Mapping[str, Personal]:
    """The personal entries of a model, those of its abstract parents included (the nearest class wins)."""
    merged: dict[str, Personal] = {}
    for base in reversed(model.__mro__):
        merged.update(vars(base).get("personal", {}))
    return merged


def impersonal_fields(model: type[models.Model]) -> frozenset[str]:
    """The names that the model and its abstract parents declare as saying nothing about a person."""
    return frozenset().union(*(vars(base).get("impersonal", ()) for base in model.__mro__))


def annotation_gaps(chosen: Iterable[type[models.Model]]) -> list[str]:
    """One sentence for each field of `chosen` that is unannotated, annotated twice, or annotated but absent."""
    gaps: list[str] = []
    for model in chosen:
        label = model._meta.label
        personal, impersonal = personal_fields(model), impersonal_fields(model)
        own = {field.name: field for field in model._meta.concrete_fields}
        gaps += [
            f"{label}.{name} is annotated but does not exist."
            for name in sorted((personal.keys() | impersonal) - own.keys())
        ]
        gaps += [
            f"{label}.{name} is both personal and impersonal; keep one."
            for name in sorted(personal.keys() & impersonal)
        ]
        for name, field in own.items():
            entry = personal.get(name)
            if entry is not None:
                gaps += _entry_gaps(label, field, entry)
            elif _is_asked(field) and name not in impersonal:
                gaps.append(f"{label}.{name} is neither in `personal` nor in `impersonal`; say what it is.")
            elif isinstance(field, SealedField):
                gaps.append(f"{label}.{name} is sealed, so it is personal; give it an entry in `personal`.")
    return gaps


def _is_asked(field: models.Field) -> bool:  # type: ignore[type-arg]
    if isinstance(field, BlindIndexField) or field.choices or field.is_relation:
        return False
    # A number that names a photo or a voice note holds as much about a person as the photo.
    return isinstance(field, _ASKED_FIELDS) or hasattr(field, "evidence_days")


def _entry_gaps(label: str, field: models.Field, entry: Personal) -> list[str]:  # type: ignore[type-arg]
    if entry.keep_days is None:  # Nothing is ever erased by its age, so how does not matter.
        return []
    gaps = []
    can_be_blank = isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)
    if entry.erase == "null" and not field.null:
        gaps.append(f"{label}.{field.name} is erased with NULL but does not allow it; set null=True or erase='blank'.")
    if entry.erase == "blank" and not can_be_blank:
        gaps.append(f"{label}.{field.name} cannot be blank; erase it with NULL or with its row.")
    if not _reaches_a_date(field.model, entry.since):
        gaps.append(
            f"{label}.{field.name} is kept since {entry.since!r}, which is no date field reached from the model."
        )
    return gaps


def _reaches_a_date(model: type[models.Model], path: str) -> bool:
    names = path.split("__")
    for name in names[:-1]:
        found = {field.name: field for field in model._meta.get_fields()}.get(name)
        related = getattr(found, "related_model", None)
        if not (isinstance(related, type) and issubclass(related, models.Model)):
            return False
        model = related
    last = {field.name: field for field in model._meta.get_fields()}.get(names[-1])
    return isinstance(last, models.DateField)


MaskKind = Literal["phone", "name", "address", "number", "mail"]

_TWO_CHARACTER_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 "
    " 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 "
    " 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 公户 公玉 公仪 梁丘 公仲 公上 公门 "
    " 公山 公坚 左丘 公伯 西门 公祖 第五 公乘 贯丘 公皙 南荣 东里 东宫 仲长 子书 子桑 即墨 淳于 达奚 褚师".split()
)
_HOUSE_NUMBER = re.compile(r"[0-9０-９]|[一二三四五六七八九十百]+(?=[号栋幢座单楼室组])")


def mask(value: str, kind: MaskKind) -> str:
    """The value as somebody sees it who may not see all of it; "" stays "".

    phone 138****8000, name 张* and 欧阳**, address up to the house number, number (citizen number) 110***********2X,
    mail z***@example.cn. What is too short to mask in part is masked whole.
    """
    text = value.strip()
    if not text:
        return ""
    if kind == "phone":
        return (
            f"{text[:3]}****{text[-4:]}"
            if len(text) >= 11
            else "*" * max(len(text) - 2, 1) + text[-2:] * (len(text) > 4)
        )
    if kind == "name":
        shown = 2 if text[:2] in _TWO_CHARACTER_SURNAMES and len(text) > 2 else 1
        return text[:shown] + "*" * (len(text) - shown) if len(text) > shown else "*"
    if kind == "address":
        found = _HOUSE_NUMBER.search(text)
        end = found.start() if found and found.start() > 0 else len(text) // 2
        return f"{text[:end].rstrip()}****"
    if kind == "number":
        return f"{text[:3]}{'*' * (len(text) - 5)}{text[-2:]}" if len(text) >= 12 else "*" * len(text)
    local, at, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}" if at and local else "***"
