"""The shapes of what catalogue.py answers: categories, units, areas, grids. schemas.py has those of everything else."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from linli.web.api.schemas import Next


class ConditionOut(BaseModel):
    """A filing condition with its limit."""

    id: int
    number: int
    text: str
    closing_text: str
    limit_amount: str
    limit_unit: str


class CategoryOut(BaseModel):
    """A category in force."""

    id: int
    standard: str
    kind: Literal["component", "matter"]
    code: str
    name: Annotated[str, Field(description="In the language of the request.")]
    name_en: Annotated[str, Field(description="The English name; empty where nobody gave one.")]
    major_code: str
    major_name: str
    conditions: list[ConditionOut]


class CategoryPage(BaseModel):
    """Best fit first when words are given, else in the order of ids."""

    categories: list[CategoryOut]
    next: Next


class UnitOut(BaseModel):
    """A unit in force."""

    id: int
    code: str
    kind: str
    name: str
    parent_id: int | None
    area_code: str


class UnitPage(BaseModel):
    """In the order of ids."""

    units: list[UnitOut]
    next: Next


class AreaOut(BaseModel):
    """An area in force."""

    id: int
    code: str
    level: str
    name: str
    parent_code: str | None


class AreaPage(BaseModel):
    """In the order of ids."""

    areas: list[AreaOut]
    next: Next


class GridOut(BaseModel):
    """A grid in force, without its polygon."""

    id: int
    code: str
    name: str
    kind: str
    layer: str
    area_code: str


class GridPage(BaseModel):
    """In the order of ids."""

    grids: list[GridOut]
    next: Next


class GridsAt(BaseModel):
    """The grid of a point in every layer; null where the layer has none there."""

    layers: dict[str, GridOut | None]
