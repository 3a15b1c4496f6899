"""What forms choose from: categories, units, areas, grids. All of it stands in memory; pages follow the ids."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import BaseModel, Field

from linli.core.access.public import UnitNode, unit_tree
from linli.core.api.public import Code, Cursor, Lat, Lon, Words, answer, cursor_of, place_of, require
from linli.core.areas.public import AreaNode, area_tree
from linli.core.cases.public import parse_place
from linli.core.catalogue.public import CategoryNode, ConditionNode, catalogue, find_categories
from linli.core.flow.public import plain
from linli.core.grids.public import GridNode, layers, locate
from linli.core.platform.public import BadInput
from linli.web.api import catalogue_schemas as schemas
from linli.web.api.bodies import PositionSystem

router = Router(tags=["catalogue"])


class HasId(Protocol):
    """A node of one of the catalogues."""

    @property
    def id(self) -> int: ...


N = TypeVar("N", bound=HasId)


class PageQuery(BaseModel):
    """A page."""

    cursor: Cursor = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


def _page(order: str, nodes: Iterable[N], page: PageQuery, shown: Callable[[N], dict[str, Any]]) -> HttpResponse:
    """A page of nodes in the order of their ids."""
    after = int(place_of(order, page.cursor, r"\d{1,16}") or 0)
    rest = sorted((node for node in nodes if node.id > after), key=lambda node: node.id)
    found = rest[: page.limit]
    place = str(found[-1].id) if len(rest) > len(found) else ""
    return answer({order: [shown(node) for node in found], "next": cursor_of(order, place)})


def _area(code: str) -> AreaNode | None:
    if not code:
        return None
    node = area_tree().by_code.get(code)
    if node is None:
        raise BadInput(_("No area in force has the code %s.") % code, field="area_code")
    return node


def _area_code(area_id: int) -> str:
    node = area_tree().nodes.get(area_id)
    return node.code if node else ""


class CategoryQuery(PageQuery):
    """Words, pinyin or initials of a category; nothing: all."""

    words: Words = ""


@router.get(
    "/categories",
    response={200: schemas.CategoryPage},
    url_name="categories",
    operation_id="listCategories",
    summary="Categories in force",
)
def categories(request: HttpRequest, wanted: Query[CategoryQuery]) -> HttpResponse:  # noqa: ARG001 - an endpoint's form
    """With words the best fits, without a cursor; else all of them in pages."""
    if wanted.words.strip():
        found = find_categories(wanted.words, limit=wanted.limit)
        return answer({"categories": [_category(node) for node in found], "next": ""})
    return _page("categories", catalogue().categories.values(), wanted, _category)


def _category(node: CategoryNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "standard": node.standard,
        "kind": node.kind,
        "code": node.code,
        "name": node.title,
        "name_en": node.names.get("en", ""),
        "major_code": node.major_code,
        "major_name": node.major_title,
        "conditions": [_condition(condition) for condition in node.conditions],
    }


def _condition(node: ConditionNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "number": node.number,
        "text": node.title,
        "closing_text": node.closing_title,
        "limit_amount": plain(node.limit_amount),
        "limit_unit": node.limit_unit,
    }


@router.get(
    "/units", response={200: schemas.UnitPage}, url_name="units", operation_id="listUnits", summary="Units in force"
)
def units(request: HttpRequest, wanted: Query[PageQuery]) -> HttpResponse:  # noqa: ARG001 - an endpoint's form
    """Centres, departments and offices that can hold a case."""
    return _page("units", unit_tree().nodes.values(), wanted, _unit)


def _unit(node: UnitNode) -> dict[str, Any]:
    return {
        "id": node.id,
        "code": node.code,
        "kind": str(node.kind),
        "name": node.title,
        "parent_id": node.parent_id,
        "area_code": _area_code(node.area_id),
    }


class AreaQuery(PageQuery):
    """Everything below an area, or everything."""

    area_code: Code = ""


@router.get(
    "/areas", response={200: schemas.AreaPage}, url_name="areas", operation_id="listAreas", summary="Areas in force"
)
def areas(request: HttpRequest, wanted: Query[AreaQuery]) -> HttpResponse:  # noqa: ARG001 - an endpoint's form
    """The area named by `area_code` with everything in it, or the whole city."""
    tree = area_tree()
    top = _area(wanted.area_code)
    nodes = [tree.nodes[area_id] for area_id in tree.subtree(top.id)] if top else list(tree.nodes.values())

    def shown(node: AreaNode) -> dict[str, Any]:
        above = tree.nodes.get(node.parent_id) if node.parent_id else None
        return {
            "id": node.id,
            "code": node.code,
            "level": str(node.level),
            "name": node.title,
            "parent_code": above.code if above else None,
        }

    return _page("areas", nodes, wanted, shown)


class GridQuery(AreaQuery):
    """Grids of a layer in an area."""

    layer: Annotated[str, Field(max_length=40, description="Code of a layer; empty: every layer.")] = ""


@router.get(
    "/grids", response={200: schemas.GridPage}, url_name="grids", operation_id="listGrids", summary="Grids in force"
)
def grids(request: HttpRequest, wanted: Query[GridQuery]) -> HttpResponse:
    """Without their polygons."""
    require(request, "grid.view")
    top = _area(wanted.area_code)
    inside = set(area_tree().subtree(top.id)) if top else None
    layer_of = {
        node.id: (index.layer_code, node)
        for index in layers().values()
        if not wanted.layer or index.layer_code == wanted.layer
        for node in index.nodes.values()
        if inside is None or node.area_id in inside
    }
    nodes = (node for _layer, node in layer_of.values())
    return _page("grids", nodes, wanted, lambda node: _grid(node, layer_of[node.id][0]))


class PointQuery(BaseModel):
    """A point in degrees."""

    lon: Lon
    lat: Lat
    position_system: PositionSystem = "WGS84"


@router.get(
    "/grids/at",
    response={200: schemas.GridsAt},
    url_name="grids-at",
    operation_id="gridsAt",
    summary="The grids of a point",
)
def grids_at(request: HttpRequest, at: Query[PointQuery]) -> HttpResponse:
    """In every layer; a point on a border belongs to one grid."""
    require(request, "grid.view")
    lon, lat, _given = parse_place(at.lon, at.lat, at.position_system)
    found = locate(lon, lat)
    return answer({"layers": {code: _grid(found[code], code) if code in found else None for code in layers()}})


def _grid(node: GridNode, layer: str) -> dict[str, Any]:
    return {
        "id": node.id,
        "code": node.code,
        "name": node.title,
        "kind": str(node.kind),
        "layer": layer,
        "area_code": _area_code(node.area_id),
    }
