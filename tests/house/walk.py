"""What the house tests walk over: our models, the core areas, the orders written in .importlinter."""

from __future__ import annotations

import configparser
from collections.abc import Sequence
from pathlib import Path

from django.apps import apps
from django.db.models import Model

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "linli"


def linli_models() -> list[type[Model]]:
    """Every model of linli, made by hand or by a many-to-many field."""
    return sorted(
        (model for model in apps.get_models(include_auto_created=True) if model.__module__.startswith("linli.")),
        key=lambda model: model._meta.label,
    )


def sources(pattern: str = "*.py") -> list[Path]:
    """The files of the product: those of the package without the tests that lie in the folders of departments."""
    return sorted(path for path in PACKAGE.rglob(pattern) if "tests" not in path.relative_to(PACKAGE).parts)


def core_areas() -> list[str]:
    """The names of the core areas."""
    return sorted(path.parent.name for path in (PACKAGE / "core").glob("*/__init__.py"))


def order(contract: str) -> list[frozenset[str]]:
    """The layers of a contract in .importlinter, high to low; names in one set stand side by side."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / ".importlinter")
    lines = parser[f"importlinter:contract:{contract}"]["layers"].split("\n")
    return [frozenset(name.strip() for name in line.split("|")) for line in lines if line.strip()]


def rank(layers: Sequence[frozenset[str]], name: str) -> int:
    """How high a name stands; 0 is the lowest."""
    return next(len(layers) - 1 - place for place, names in enumerate(layers) if name in names)
