"""Modules, models and public functions say what they are for."""

from __future__ import annotations

import ast
import importlib
import inspect
from types import ModuleType

import pytest

from .walk import PACKAGE, core_areas, linli_models, sources

DOORS = [area for area in core_areas() if (PACKAGE / "core" / area / "public.py").exists()]


def exports(door: ModuleType) -> dict[str, object]:
    """What an area offers: the names of `__all__`."""
    return {name: getattr(door, name) for name in door.__all__}


def test_every_model_says_what_one_row_means() -> None:
    models = [model for model in linli_models() if not model._meta.auto_created]
    assert models, "no model was found, so nothing was looked at"
    # Django writes "Name(field, …)" where a docstring is missing.
    assert [
        m._meta.label for m in models if (m.__doc__ or "").startswith((f"{m.__name__}(", "\n")) or not m.__doc__
    ] == []


def test_every_core_area_that_has_models_has_a_door() -> None:
    with_models = {
        model.__module__.split(".")[2] for model in linli_models() if model.__module__.startswith("linli.core.")
    }
    assert with_models - set(DOORS) == set()


@pytest.mark.parametrize("area", DOORS)
def test_what_an_area_offers_is_listed_and_explained(area: str) -> None:
    door = importlib.import_module(f"linli.core.{area}.public")
    assert hasattr(door, "__all__"), f"linli.core.{area}.public has no __all__"
    offered = exports(door)
    assert len(offered) == len(door.__all__), "a name stands twice in __all__"
    silent = [
        name
        for name, thing in offered.items()
        if (inspect.isfunction(thing) or inspect.isclass(thing))
        and thing.__module__.startswith("linli.")
        and not (thing.__dict__.get("__doc__") if inspect.isclass(thing) else thing.__doc__)
    ]
    assert silent == []


@pytest.mark.parametrize("area", DOORS)
def test_a_door_only_passes_on(area: str) -> None:
    """`public.py` re-exports; a rule that lives in it would be found by nobody who looks in services or selectors."""
    tree = ast.parse((PACKAGE / "core" / area / "public.py").read_text())
    logic = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef)]
    assert logic == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(PACKAGE))
        for path in sources()
        if "migrations" not in path.parts
        and path.read_text().strip()
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []
