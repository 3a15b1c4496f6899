"""Writes of the area tree: a parsed list becomes areas, and an import is taken back whole. Parsing stands in rows.py next door."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.apps import apps
from django.db.models import DateField, DateTimeField, Model, Q
from django.utils.translation import gettext as _

from linli.core.areas.models import LEVELS, Area, AreaChange
from linli.core.areas.rows import AreaRow
from linli.core.platform.public import Actor, Refusal, Work, bump, first_of, local_today, locked, now, write

# Columns by which rows end: without a value, or with one that is to come, a row is there.
_ENDS = ("valid_to", "retired_at", "ended_at")


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """What a list would do: rows that are new, changed, here just so; and the areas in force that it does not have."""

    added: tuple[AreaRow, ...]
    changed: tuple[AreaRow, ...]
    unchanged: tuple[AreaRow, ...]
    missing: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class AreaImport:
    """What an import did."""

    added: int
    changed: int
    unchanged: int
    retired: int


def plan_areas(rows: Sequence[AreaRow]) -> AreaPlan:
    """What a parsed list would change. Reads only, one statement."""
    return _plan(_in_force(), rows)


def _in_force() -> dict[str, Area]:
    return {area.code: area for area in Area.objects.select_related("parent").filter(valid_to__isnull=True)}


def _plan(current: dict[str, Area], rows: Sequence[AreaRow]) -> AreaPlan:
    kept = [row for row in rows if row.code in current]
    differ = {row.code for row in kept if _differs(current[row.code], row)}
    codes = {row.code for row in rows}
    return AreaPlan(
        tuple(row for row in rows if row.code not in current), tuple(row for row in kept if row.code in differ),
        tuple(row for row in kept if row.code not in differ),
        tuple(area for code, area in sorted(current.items()) if code not in codes),
    )  # fmt: skip


def _differs(area: Area, row: AreaRow) -> bool:
    above = area.parent.code if area.parent else ""
    if (area.name, area.names, above) != (row.name, row.names, row.parent_code):
        return True
    return row.outline is not None and not _same_shape(area.outline, row.outline)


def _same_shape(one: bytes | memoryview | None, other: bytes) -> bool:
    """Whether two outlines are the same but for where a ring begins and how it turns: formats turn rings as they like."""
    if one is None or bytes(one) == other:
        return one is not None
    first, second = (shapely.normalize(shapely.from_wkb(bytes(wkb))) for wkb in (one, other))
    return bool(shapely.equals_exact(first, second, 0))


def held_by(area_ids: Iterable[int], *, in_force: bool) -> str:
    """What hangs on some of these areas, by its first name in the models, "" for nothing. What has ended or is retired hangs on none any more.

    With `in_force` only what is in force from a day to a day, such as grids and rights: a case stays where it was filed when its area ends.
    """
    ids = list(area_ids)
    for model in apps.get_models():
        for column in _columns_to_areas(model):
            if in_force and not any(one.name == "valid_to" for one in model._meta.concrete_fields):
                continue
            rows: Any = model._default_manager.filter(_has_not_ended(model), **{f"{column}__in": ids})
            if model is Area:
                rows = rows.exclude(id__in=ids)
            if rows.exists():
                return str(model._meta.verbose_name)
    return ""


def _has_not_ended(model: type[Model]) -> Q:
    there = Q()
    for one in model._meta.concrete_fields:
        if one.name in _ENDS and isinstance(one, DateTimeField):
            there &= Q(**{f"{one.name}__isnull": True}) | Q(**{f"{one.name}__gt": now()})
        elif one.name in _ENDS and isinstance(one, DateField):  # the last day
            there &= Q(**{f"{one.name}__isnull": True}) | Q(**{f"{one.name}__gte": local_today()})
    return there


def _columns_to_areas(model: type[Model]) -> list[str]:
    return [one.name for one in model._meta.concrete_fields if one.is_relation and one.related_model is Area]


def import_areas(
    actor: Actor, rows: Sequence[AreaRow], *, source: str, retire_missing: bool = False, import_id: int = 0
) -> AreaImport:
    """Writes a parsed list: adds new areas, changes others (name, parent, outline), ends missing ones if told to. A second time changes
    nothing. What was before stays in `AreaChange`."""
    with write(actor) as work:
        locked(Area.objects.filter(valid_to__isnull=True, parent__isnull=True)).first()
        current = _in_force()
        plan = _plan(current, rows)
        ended = plan.missing if retire_missing else ()
        changes = [_before(work, import_id, current[row.code], "changed") for row in plan.changed]
        changes += [_before(work, import_id, area, "ended") for area in ended]
        _change(current, plan.changed, _add(work, current, plan.added))
        changes += [
            AreaChange(area_id=current[row.code].id, import_id=import_id, at=work.now, what="added")
            for row in plan.added
        ]
        Area.objects.filter(id__in=[area.id for area in ended]).update(valid_to=work.now)
        result = AreaImport(len(plan.added), len(plan.changed), len(plan.unchanged), len(ended))
        if changes:
            AreaChange.objects.bulk_create(changes, batch_size=500)
            _tell(
                work,
                "areas.import",
                {"source": source, "added": result.added, "changed": result.changed, "retired": result.retired},
            )
    return result  # fmt: skip


def _before(work: Work, import_id: int, area: Area, what: str) -> AreaChange:
    return AreaChange(
        area_id=area.id, import_id=import_id, at=work.now, what=what, name=area.name, names=area.names, parent_id=area.parent_id,
        outline=area.outline,
    )  # fmt: skip


def _add(work: Work, current: dict[str, Area], added: Sequence[AreaRow]) -> dict[str, Area]:
    """Adds areas level by level, into `current` too, and gives it back."""
    for level in LEVELS:
        fresh = [
            Area(
                code=row.code, code_system=row.code_system, level=level, parent=current.get(row.parent_code), name=row.name,
                names=row.names, outline=row.outline, valid_from=work.now,
            )
            for row in added
            if row.level == level
        ]  # fmt: skip
        Area.objects.bulk_create(fresh, batch_size=2000)
        current.update({area.code: area for area in fresh})
    return current


def _change(current: dict[str, Area], changed: Sequence[AreaRow], parents: dict[str, Area]) -> None:
    for row in changed:
        area = current[row.code]
        area.name, area.names, area.parent = row.name, row.names, parents.get(row.parent_code)
        area.outline = row.outline or area.outline
        area.save(update_fields=["name", "names", "parent", "outline"])


def take_back_areas(actor: Actor, *, import_id: int) -> int:
    """Takes an import of areas back whole: what it changed and ended is as before, what it added ends. Answers how many areas. Twice is once.

    Raises Refusal with what `why_areas_stay` says.
    """
    with write(actor) as work:
        locked(Area.objects.filter(valid_to__isnull=True, parent__isnull=True)).first()
        changes = _changes_of(import_id)
        if why := _why_they_stay(changes):
            raise Refusal(why)
        added = [one.area_id for one in changes if one.what == "added"]
        for one in reversed(changes):
            if one.what != "added":
                Area.objects.filter(id=one.area_id).update(
                    name=one.name, names=one.names, parent_id=one.parent_id, outline=one.outline, valid_to=None
                )
        Area.objects.filter(id__in=added).update(valid_to=work.now)
        AreaChange.objects.filter(id__in=[one.id for one in changes]).update(taken_back_at=work.now)
        if changes:
            _tell(work, "areas.take_back", {"import": import_id, "areas": len(changes)})
    return len(changes)


def why_areas_stay(import_id: int) -> str:
    """Why an import of areas cannot be taken back as things stand, as a sentence: a later import has changed one of them, or something hangs on
    one that it added. "" where it can. Reads only; for imports of which areas are a part."""
    return _why_they_stay(_changes_of(import_id))


def _changes_of(import_id: int) -> list[AreaChange]:
    return list(AreaChange.objects.filter(import_id=import_id, taken_back_at__isnull=True).order_by("id"))


def _why_they_stay(changes: Sequence[AreaChange]) -> str:
    if not changes:
        return ""
    ids, last = [one.area_id for one in changes], max(one.id for one in changes)
    later = AreaChange.objects.filter(area_id__in=ids, id__gt=last, taken_back_at__isnull=True)
    names = Area.objects.filter(id__in=later.values("area_id")).values_list("name", flat=True)
    if found := list(names[:6]):
        return _("These areas were changed again since: %s. Take that back first.") % first_of(found)
    if holds := held_by([one.area_id for one in changes if one.what == "added"], in_force=False):
        return _("Something hangs on areas that this import added (%s); take that back first.") % holds
    return ""


def _tell(work: Work, action: str, facts: dict[str, Any]) -> None:
    work.stands(Area)
    bump("areas")
    work.audit("city", action, "area", "", facts)
