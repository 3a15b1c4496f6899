"""Which tables a package creates and uses: nobody types it.

What it creates are the tables of its models. What it uses of others are the tables that its models point at, and those that its
code touched while its tests ran: these stand in `data.json` of its folder, which `python -m pytest <its tests> --write-data`
writes and every complete run of its tests compares (tests/data_used.py). `matrices.py` next door draws what comes out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.apps import AppConfig, apps
from django.db.models import Model

from linli.core.platform.plug.parts import Subject, Titles
from linli.core.platform.plug.register import Package

FILE = "data.json"


@dataclass(frozen=True, kw_only=True)
class ModuleData:
    """Which tables one module of a package (`office.leave`) creates rows in and which it only reads or changes."""

    module: str
    creates: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class PackageData:
    """One row of the first matrix, and the rows of its modules in the second."""

    code: str
    titles: Titles
    creates: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    subjects: tuple[Subject, ...] = ()
    modules: tuple[ModuleData, ...] = ()

    def created(self) -> frozenset[str]:
        """All tables the package creates rows in."""
        return self.creates.union(*(part.creates for part in self.modules))

    def used(self) -> frozenset[str]:
        """All tables the package reads or changes without creating rows in them."""
        return self.uses.union(*(part.uses for part in self.modules)) - self.created()


def data_of(package: Package) -> PackageData:
    """What a registered package creates and uses; its code is the label of its app."""
    config = apps.get_app_config(package.code)
    models = list(config.get_models(include_auto_created=True))
    return PackageData(
        code=package.code,
        titles=package.titles,
        creates=frozenset(model._meta.db_table for model in models),
        uses=frozenset(table for model in models for table in _pointed_at(model)),
        subjects=package.subjects,
        modules=tuple(
            ModuleData(module=module, creates=frozenset(said["creates"]), uses=frozenset(said["uses"]))
            for module, said in recorded(config).items()
        ),
    )


def recorded(config: AppConfig) -> Mapping[str, Mapping[str, list[str]]]:
    """What the tests of a package saw: module → creates and uses → tables. Empty where there is no file."""
    file = Path(config.path) / FILE
    found: Mapping[str, Mapping[str, list[str]]] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    return found


def _pointed_at(model: type[Model]) -> list[str]:
    """The tables that the columns of a model refer to."""
    targets = [field.related_model for field in model._meta.concrete_fields if field.is_relation]
    return [one._meta.db_table for one in targets if isinstance(one, type)]
