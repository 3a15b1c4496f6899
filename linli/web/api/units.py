"""Changing units: made, renamed, moved, retired, brought back. catalogue.py reads them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Path
from pydantic import BaseModel, Field

from linli.core.access.public import (
    UNIT_PERMISSION,
    Access,
    Unit,
    UnitKind,
    UnitPlan,
    change_unit,
    make_unit,
    reopen_unit,
    retire_unit,
    unit_tree,
)
from linli.core.api.public import Body, Code, Key, carried_out, person, require, staff_actor
from linli.core.areas.public import area_tree
from linli.core.platform.public import BadInput, NotThere, Work, cleaned
from linli.web.api.catalogue import (
    router as router,  # one router: /units has a reader and a writer under the same address
)

UnitCode = Annotated[str, Path(max_length=40, description="`code` of GET /units.")]


class UnitGiven(Body):
    """What a unit shall be."""

    name: Annotated[str, Field(max_length=200)]
    name_en: Annotated[str, Field(max_length=200)] = ""
    kind: Literal["centre", "department", "community_office", "grid_team", "group"]
    area_code: Code
    parent_code: Annotated[str, Field(max_length=40, description="The unit above; empty for none.")] = ""


class NewUnit(UnitGiven):
    """A unit that is new."""

    code: Annotated[str, Field(max_length=40)]


class UnitKept(BaseModel):
    """A unit after what was done."""

    id: int
    code: str
    kind: Literal[tuple(UnitKind.values)]  # type: ignore[valid-type]
    name: str
    parent_id: int | None
    area_code: str
    in_force: bool


def _plan(body: UnitGiven) -> UnitPlan:
    area, above = area_tree().by_code.get(body.area_code), unit_tree().by_code.get(body.parent_code)
    if area is None:
        raise BadInput(_("No area in force has the code %s.") % body.area_code, field="area_code")
    if body.parent_code and above is None:
        raise BadInput(_("The unit above must be one that is in force."), field="parent_code")
    english = cleaned("name_en", body.name_en, max_chars=120, lines=False)
    name = cleaned("name", body.name, max_chars=120, lines=False)
    return UnitPlan(name, body.kind, area.id, above.id if above else None, (("en", english),) if english else ())


def _unit(by: Access, code: str) -> Unit:
    unit = Unit.objects.filter(code=code, area_id__in=by.areas_with(UNIT_PERMISSION)).first()
    if unit is None:
        raise NotThere(_("There is no such unit in your areas."))
    return unit


def _kept(unit_id: int) -> dict[str, Any]:
    unit = Unit.objects.select_related("area").get(id=unit_id)
    return {
        "id": unit.id, "code": unit.code, "kind": str(unit.kind), "name": unit.title, "parent_id": unit.parent_id,
        "area_code": unit.area.code, "in_force": unit.valid_to is None,
    }  # fmt: skip


@router.post("/units", response={201: UnitKept}, url_name="make-unit", operation_id="makeUnit", summary="A new unit")
def make(request: HttpRequest, key: Key, body: NewUnit) -> HttpResponse:
    """Makes a unit in an area where you change units."""
    require(request, UNIT_PERMISSION)
    plan, by = _plan(body), person(request)

    def effect(work: Work) -> dict[str, Any]:
        return _kept(make_unit(work.actor, plan, code=body.code, by=by).unit_id)

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)


@router.post(
    "/units/{code}", response={201: UnitKept}, url_name="change-unit", operation_id="changeUnit", summary="Rename or move a unit",
)  # fmt: skip
def change(request: HttpRequest, key: Key, code: UnitCode, body: UnitGiven) -> HttpResponse:
    """What is said here is what the unit is afterwards; the same again changes nothing."""
    require(request, UNIT_PERMISSION)
    by = person(request)
    unit, plan = _unit(by, code), _plan(body)

    def effect(work: Work) -> dict[str, Any]:
        change_unit(work.actor, unit.id, plan, by=by)
        return _kept(unit.id)

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)


@router.post(
    "/units/{code}/retire", response={201: UnitKept}, url_name="retire-unit", operation_id="retireUnit", summary="Retire a unit"
)  # fmt: skip
def retire(request: HttpRequest, key: Key, code: UnitCode) -> HttpResponse:
    """Refused while open cases, rules, accounts or branches hang on it; the refusal says how many of which."""
    require(request, UNIT_PERMISSION)
    by = person(request)
    unit = _unit(by, code)

    def effect(work: Work) -> dict[str, Any]:
        retire_unit(work.actor, unit.id, by=by)
        return _kept(unit.id)

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)


@router.post(
    "/units/{code}/reopen", response={201: UnitKept}, url_name="reopen-unit", operation_id="reopenUnit", summary="Bring a retired unit back"
)  # fmt: skip
def reopen(request: HttpRequest, key: Key, code: UnitCode) -> HttpResponse:
    """Puts it back in force; the area and the unit above must be."""
    require(request, UNIT_PERMISSION)
    by = person(request)
    unit = _unit(by, code)

    def effect(work: Work) -> dict[str, Any]:
        reopen_unit(work.actor, unit.id, by=by)
        return _kept(unit.id)

    return carried_out(request, actor=staff_actor(request), key=key, effect=effect)
